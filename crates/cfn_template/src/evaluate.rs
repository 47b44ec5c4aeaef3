//! Partial evaluation: what can be decided without deploying is replaced by its value.

use std::cell::{Cell, RefCell};

use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};
use value::When;

use crate::apply;
use crate::condition::{Logic, Truth, compare};
use crate::function::{Function, function_of_key, is_no_value, is_plain};
use crate::options::parameter_node;
use crate::settings::Settings;
use crate::sub::{Piece, json, pieces, push_escaped, push_joint};
use crate::template::Template;

/// Bytes of text, or nodes at [`NODE_COST`], that one evaluator may make. Functions that repeat
/// their argument could otherwise make a small template expand without bound.
const BUDGET: usize = 64 << 20;
/// What a copied node counts for, about its size in memory.
const NODE_COST: usize = 64;
/// Most diagnostics that are kept.
const DIAGNOSTICS: usize = 1000;

/// Evaluates the functions and conditions of one template under the settings of a deployment.
///
/// Nothing is assumed: a default alone decides neither a `Ref` nor a condition.
#[derive(Debug)]
pub struct Evaluator<'t> {
    template: &'t Template,
    settings: &'t Settings,
    logic: Logic,
    budget: Cell<usize>,
    diagnostics: RefCell<Vec<Diagnostic>>,
}

impl<'t> Evaluator<'t> {
    /// Decides the conditions of `template`; unclear ones are in [`Self::take_diagnostics`].
    #[must_use]
    pub fn new(template: &'t Template, settings: &'t Settings) -> Self {
        let mut evaluator = Self {
            template,
            settings,
            logic: Logic::default(),
            budget: Cell::new(BUDGET),
            diagnostics: RefCell::default(),
        };
        evaluator.logic = Logic::new(&evaluator);
        evaluator
    }

    /// The template.
    #[must_use]
    pub fn template(&self) -> &'t Template {
        self.template
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &'t Settings {
        self.settings
    }

    /// What was found wrong since the last call, each remark once, in order of place.
    #[must_use]
    pub fn take_diagnostics(&self) -> Vec<Diagnostic> {
        let mut diagnostics = self.diagnostics.take();
        diagnostics.sort_unstable();
        diagnostics.dedup();
        diagnostics
    }

    pub(crate) fn report(&self, diagnostic: Diagnostic) {
        let mut diagnostics = self.diagnostics.borrow_mut();
        if diagnostics.len() < DIAGNOSTICS {
            diagnostics.push(diagnostic);
        }
    }

    /// Whether the condition `name` holds; unknown, too, when there is no such condition.
    ///
    /// A parameter decides a condition when it is set in the settings, or when its `AllowedValues`
    /// leave no other outcome.
    #[must_use]
    pub fn condition(&self, name: &str) -> Truth {
        self.logic.truth(name)
    }

    /// Both; `None` when no deployment can satisfy both, by the definitions of the conditions.
    #[must_use]
    pub fn both(&self, one: &When, other: &When) -> Option<When> {
        let both = one.and(other)?;
        let claims = both.conditions.len() + both.parameters.len() + both.defaults.len();
        // A single condition that is not decided can be had either way.
        let possible = both.conditions.is_empty()
            || (claims == 1 && both.conditions.iter().all(|(name, _)| self.is_open(name)))
            || self.logic.is_possible(&both, |name| {
                self.template.parameters.get(name)?.default.as_ref()?.scalar_text()
            });
        possible.then_some(both)
    }

    fn is_open(&self, name: &str) -> bool {
        self.condition(name) == Truth::Unknown
    }

    /// Whether `name` holds in the deployments that satisfy `when`.
    #[must_use]
    pub fn condition_when(&self, name: &str, when: &When) -> Truth {
        if let Some((_, holds)) = when.conditions.iter().find(|(known, _)| known == name) {
            return Truth::from(*holds);
        }
        let truth = self.condition(name);
        if truth != Truth::Unknown || when.is_always() {
            return truth;
        }
        if self.both(when, &When::condition(name, true)).is_none() {
            return Truth::False;
        }
        if self.both(when, &When::condition(name, false)).is_none() {
            return Truth::True;
        }
        Truth::Unknown
    }

    /// The same value with everything decidable decided; places are kept.
    ///
    /// What only deployment knows stays: an undecided `Fn::If`, a `Ref` to a parameter that the
    /// settings do not set, references to resources, imports. `AWS::NoValue` is taken out of lists
    /// and mappings; alone, or as the branch of an undecided `Fn::If`, it stays.
    #[must_use]
    pub fn simplify(&self, node: &Node) -> Node {
        self.simplify_when(node, &When::ALWAYS)
    }

    /// As [`Self::simplify`], in the deployments that satisfy `when`.
    #[must_use]
    pub fn simplify_when(&self, node: &Node, when: &When) -> Node {
        let mut node = node.clone();
        self.simplify_node(&mut node, when);
        node
    }

    /// As [`Self::simplify`], without a copy.
    pub fn simplify_in_place(&self, node: &mut Node) {
        self.simplify_node(node, &When::ALWAYS);
    }

    fn simplify_node(&self, node: &mut Node, when: &When) {
        match &mut node.kind {
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => {}
            Kind::Tagged(_, inner) => self.simplify_node(inner, when),
            Kind::List(items) => {
                for item in items.iter_mut() {
                    self.simplify_node(item, when);
                }
                items.retain(|item| !is_no_value(item));
            }
            Kind::Map(map) => {
                let function = if map.len() == 1 {
                    map.keys().next().and_then(|key| function_of_key(key))
                } else {
                    None
                };
                if let Some(function) = function {
                    self.simplify_function(node, function, when);
                    return;
                }
                for (_, value) in map.iter_mut() {
                    self.simplify_node(value, when);
                }
                if map.values().any(is_no_value) {
                    let mut kept = Map::new();
                    for (key, entry) in std::mem::take(map).into_entries() {
                        if !is_no_value(&entry.value) {
                            kept.insert_at(key, entry.key_place, entry.value);
                        }
                    }
                    *map = kept;
                }
            }
        }
    }

    fn simplify_function(&self, node: &mut Node, function: Function, when: &When) {
        let place = node.place;
        let Some((_, argument)) = node.as_map_mut().and_then(|map| map.iter_mut().next()) else {
            return;
        };
        if function == Function::If
            && let Some(branch) = self.decided_branch(argument, when)
        {
            *node = branch;
            self.simplify_node(node, when);
            return;
        }
        // The arguments themselves keep their positions: `AWS::NoValue` stays among them.
        match &mut argument.kind {
            Kind::List(items) => {
                for item in items {
                    self.simplify_node(item, when);
                }
            }
            _ => self.simplify_node(argument, when),
        }
        if let Some(value) = self.apply(place, function, argument, when) {
            *node = value;
        }
    }

    /// Takes the branch of `Fn::If` out of its arguments when the condition is decided.
    fn decided_branch(&self, argument: &mut Node, when: &When) -> Option<Node> {
        let place = argument.place;
        let Kind::List(items) = &mut argument.kind else { return None };
        let [condition, yes, no] = items.as_mut_slice() else {
            if when.is_always() {
                let message = "`Fn::If` needs a condition name and two values";
                self.report(Diagnostic::warning(place, message));
            }
            return None;
        };
        // CloudFormation wants a name here; a condition function written in place is plain enough.
        if condition.as_map().is_some() {
            self.simplify_node(condition, when);
        }
        let truth = match &condition.kind {
            Kind::Text(name) => {
                if !self.logic.contains(name) && when.is_always() {
                    let message = format!("there is no condition `{name}`; add it to `Conditions`");
                    self.report(Diagnostic::warning(condition.place, message));
                }
                self.condition_when(name, when)
            }
            Kind::Bool(value) => Truth::from(*value),
            _ => return None,
        };
        let branch = match truth {
            Truth::True => yes,
            Truth::False => no,
            Truth::Unknown => return None,
        };
        let null = Node::null(branch.place);
        Some(std::mem::replace(branch, null))
    }

    /// The value of a function whose argument is simplified; `None` when only deployment knows.
    fn apply(
        &self,
        place: Place,
        function: Function,
        argument: &mut Node,
        when: &When,
    ) -> Option<Node> {
        let quiet = !when.is_always();
        let kind = match function {
            Function::Ref => return self.value_of_ref(place, argument.as_str()?, when),
            Function::Sub => return self.substitute(place, argument, when),
            Function::FindInMap => return self.find_in_map(place, argument, quiet),
            Function::Select => return self.select(place, argument, quiet),
            Function::Join => {
                let size = apply::joined_size(argument)?;
                self.spend(place, size)?;
                Kind::Text(apply::join(argument)?)
            }
            Function::Split => apply::split(argument)?,
            Function::Cidr => apply::cidr(argument)?,
            Function::Length => apply::length(argument)?,
            Function::Base64 => {
                let text = argument.scalar_text()?;
                self.spend(place, text.len().saturating_mul(2))?;
                Kind::Text(apply::base64(text.as_bytes()).into())
            }
            Function::ToJsonString => {
                if !is_plain(argument) || argument.scalar_text().is_some() {
                    return None;
                }
                let text = json(argument);
                self.spend(place, text.len())?;
                Kind::Text(text.into())
            }
            Function::Equals => match argument.as_list()? {
                [left, right] => Kind::Bool(compare(left, right)?),
                _ => return None,
            },
            Function::Not => match argument.as_list()? {
                [one] => Kind::Bool(!self.truth_of(one, when)?),
                _ => return None,
            },
            Function::And | Function::Or => {
                // One of this value decides; without one, all of the others have to be known.
                let deciding = function == Function::Or;
                let truths = argument.as_list()?.iter().map(|item| self.truth_of(item, when));
                let mut all_known = true;
                let mut decided = false;
                for truth in truths {
                    all_known &= truth.is_some();
                    decided |= truth == Some(deciding);
                }
                match (decided, all_known) {
                    (true, _) => Kind::Bool(deciding),
                    (false, true) => Kind::Bool(!deciding),
                    (false, false) => return None,
                }
            }
            Function::If
            | Function::GetAtt
            | Function::GetAZs
            | Function::ImportValue
            | Function::Transform
            | Function::Unresolved
            | Function::Other => return None,
        };
        Some(Node::new(place, kind))
    }

    fn truth_of(&self, node: &Node, when: &When) -> Option<bool> {
        if let Some(value) = node.as_bool() {
            return Some(value);
        }
        let (key, argument) = node.single()?;
        let name = argument.as_str().filter(|_| key == "Condition")?;
        match self.condition_when(name, when) {
            Truth::True => Some(true),
            Truth::False => Some(false),
            Truth::Unknown => None,
        }
    }

    /// Takes from the budget; `None`, with one diagnostic, when it is used up.
    fn spend(&self, place: Place, amount: usize) -> Option<()> {
        let left = self.budget.get();
        if let Some(left) = left.checked_sub(amount) {
            self.budget.set(left);
            return Some(());
        }
        // Setting it to nothing keeps later, smaller requests from making the result depend on
        // their order of size.
        if left > 0 {
            self.budget.set(0);
            let message = "the functions of this template produce too much text; the rest stays \
                           undecided";
            self.report(Diagnostic::error(place, message));
        }
        None
    }

    fn value_of_ref(&self, place: Place, name: &str, when: &When) -> Option<Node> {
        if let Some(value) = self.settings.pseudo_parameter(name) {
            return Some(Node::text(place, value));
        }
        let parameter = self.template.parameters.get(name)?;
        if parameter.is_from_parameter_store() {
            return None;
        }
        let value = if let Some(value) = self.settings.parameters.get(name) {
            parameter_node(parameter, place, &Kind::Text(value.clone()))
        } else if let Some((_, value)) = when.parameters.iter().find(|(known, _)| known == name) {
            parameter_node(parameter, place, &Kind::Text(value.clone()))
        } else if when.defaults.iter().any(|known| known == name) {
            parameter_node(parameter, place, &parameter.default.as_ref()?.kind)
        } else {
            return None;
        };
        if let Kind::List(items) = &value.kind {
            self.spend(place, items.len().saturating_mul(NODE_COST))?;
        }
        Some(value)
    }

    fn find_in_map(&self, place: Place, argument: &mut Node, quiet: bool) -> Option<Node> {
        let Kind::List(items) = &mut argument.kind else { return None };
        let (keys, default) = match items.as_mut_slice() {
            [map, first, second] => ([&*map, &*first, &*second], None),
            [map, first, second, options] => {
                ([&*map, &*first, &*second], options.as_map_mut()?.get_mut("DefaultValue"))
            }
            _ => return None,
        };
        let [Some(map), Some(first), Some(second)] = keys.map(Node::scalar_text) else {
            return None;
        };
        let found = self
            .template
            .mappings
            .get(&map)
            .and_then(|map| map.get(&first))
            .and_then(|keys| keys.get(&second));
        match (found, default) {
            (Some(value), _) => {
                if matches!(value.kind, Kind::Map(_) | Kind::Tagged(..)) {
                    return None;
                }
                // Paid before it is looked through, so that a long list costs little in vain.
                let size = value.as_list().map_or(1, |items| items.len().saturating_add(1));
                self.spend(place, size.saturating_mul(NODE_COST))?;
                // Mappings hold plain values; a function in one would never be evaluated.
                if !is_plain(value) {
                    return None;
                }
                Some(Node::new(place, value.kind.clone()))
            }
            (None, Some(default)) => {
                let null = Node::null(default.place);
                Some(std::mem::replace(default, null))
            }
            (None, None) => {
                if !quiet {
                    let message =
                        format!("there is no `{second}` under `{first}` in mapping `{map}`");
                    self.report(Diagnostic::warning(place, message));
                }
                None
            }
        }
    }

    fn select(&self, place: Place, argument: &mut Node, quiet: bool) -> Option<Node> {
        let Kind::List(pair) = &mut argument.kind else { return None };
        let [index, Node { kind: Kind::List(items), .. }] = pair.as_mut_slice() else {
            return None;
        };
        let index = usize::try_from(index.as_i64()?).ok()?;
        // An undecided `Fn::If` may turn out to be no value and then shifts what follows.
        let shifts = |item: &Node| {
            item.single().is_some_and(|(key, _)| key == "Fn::If" || key.starts_with("Fn::For"))
        };
        if items.iter().take(index).any(shifts) {
            return None;
        }
        let Some(item) = items.get_mut(index) else {
            if !quiet && !items.iter().any(shifts) {
                let message = format!("there is no item {index} in a list of {}", items.len());
                self.report(Diagnostic::warning(place, message));
            }
            return None;
        };
        if shifts(item) {
            return None;
        }
        Some(std::mem::replace(item, Node::null(place)))
    }

    fn substitute(&self, place: Place, argument: &mut Node, when: &When) -> Option<Node> {
        let (text, variables) = match &argument.kind {
            Kind::Text(text) => (text, None),
            Kind::List(items) => match items.as_slice() {
                [Node { kind: Kind::Text(text), .. }] => (text, None),
                [Node { kind: Kind::Text(text), .. }, Node { kind: Kind::Map(map), .. }] => {
                    (text, Some(map))
                }
                _ => return None,
            },
            _ => return None,
        };
        let known = |name: &str| match variables.and_then(|variables| variables.get(name)) {
            Some(value) => value.scalar_text(),
            None => self.value_of_ref(place, name, when)?.scalar_text(),
        };
        let mut size = text.len();
        let (mut some_known, mut all_known) = (false, true);
        for piece in pieces(text) {
            if let Piece::Variable(name) = piece {
                match known(name) {
                    Some(value) => {
                        size = size.saturating_add(value.len().saturating_mul(2));
                        some_known = true;
                    }
                    None => all_known = false,
                }
            }
        }
        if !all_known && !some_known && variables.is_none_or(|it| !it.is_empty()) {
            // `[text]` alone is the text form; anything else stays as it is.
            let bare = variables.is_none() && argument.as_list().is_some();
            return bare.then(|| sub_node(place, Node::text(argument.place, text.clone()), None));
        }
        self.spend(place, size)?;
        let mut out = String::with_capacity(size);
        let mut left = Map::new();
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) if all_known => out.push_str(text),
                Piece::Text(text) => push_joint(&mut out, text),
                Piece::Escaped(name) => {
                    out.push_str(if all_known { "${" } else { "${!" });
                    out.push_str(name);
                    out.push('}');
                }
                Piece::Variable(name) => match known(name) {
                    Some(value) if all_known => out.push_str(&value),
                    Some(value) => push_escaped(&mut out, &value),
                    None => {
                        out.push_str("${");
                        out.push_str(name);
                        out.push('}');
                        if let Some(entry) = variables.and_then(|it| it.entry(name))
                            && !left.contains(name)
                        {
                            left.insert_at(name, entry.key_place, entry.value.clone());
                        }
                    }
                },
            }
        }
        if all_known {
            return Some(Node::text(place, out));
        }
        Some(sub_node(place, Node::text(argument.place, out), Some(left)))
    }
}

/// `Fn::Sub` in its text form, or in its list form when variables are left.
fn sub_node(place: Place, text: Node, variables: Option<Map>) -> Node {
    let argument = match variables.filter(|variables| !variables.is_empty()) {
        None => text,
        Some(variables) => {
            let at = text.place;
            Node::list(at, vec![text, Node::new(at, Kind::Map(variables))])
        }
    };
    Node::map(place, [(SmolStr::new_static("Fn::Sub"), argument)])
}
