//! What a template and the templates within it declare, and the value of every expression in them.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

use crate::{
    Options,
    declare::Declared,
    expression::{self, Expression},
    functions,
    shape::{
        SPREAD, as_object, function, get, if_parts, is_function, ref_name, reference, rendered,
        unresolved,
    },
};

/// Steps, by the size of what they make. Variables that double each other end here.
const FUEL: usize = 1 << 20;
/// Deepest nesting of evaluations: of variables in variables, templates in templates.
const MAX_DEPTH: usize = 96;
/// Diagnostics at most.
const MAX_DIAGNOSTICS: usize = 200;
/// Instances at most that one loop makes; Resource Manager makes 800.
const MAX_INSTANCES: i64 = 100;

/// One template: the whole, or one of a nested deployment.
#[derive(Debug)]
pub(crate) struct Frame<'d> {
    pub(crate) template: &'d Node,
    /// The frame around it, with the loops in which its deployment stands.
    pub(crate) outer: Option<(usize, Loops)>,
    /// Values that the deployment gives to parameters: `{name: {value: …}}`.
    pub(crate) given: Option<&'d Map>,
    /// Whether parameters and variables are those of the frame around it.
    pub(crate) is_transparent: bool,
    /// Put before logical ids.
    pub(crate) prefix: String,
    pub(crate) resources: Vec<Declared<'d>>,
}

/// Loops in which an expression stands: name and index, innermost last.
pub(crate) type Loops = Vec<(SmolStr, i64)>;

/// Where an expression stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'c> {
    pub(crate) frame: usize,
    pub(crate) loops: &'c Loops,
    depth: usize,
}

impl<'c> Context<'c> {
    pub(crate) fn new(frame: usize, loops: &'c Loops) -> Self {
        Self { frame, loops, depth: 0 }
    }

    /// The same depth in another frame.
    pub(crate) fn within(self, frame: usize, loops: &Loops) -> Context<'_> {
        Context { frame, loops, depth: self.depth + 1 }
    }

    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

/// All templates of a document.
#[derive(Debug)]
pub(crate) struct World<'d> {
    pub(crate) frames: Vec<Frame<'d>>,
    pub(crate) options: &'d Options,
    pub(crate) diagnostics: RefCell<Vec<Diagnostic>>,
    /// Conditions that are not decided, by name.
    pub(crate) conditions: RefCell<IndexMap<SmolStr, Node>>,
    /// Values of variables, and how large they are.
    variables: RefCell<HashMap<(usize, SmolStr), (Node, usize)>>,
    open: RefCell<HashSet<(usize, SmolStr)>>,
    fuel: Cell<usize>,
}

impl<'d> World<'d> {
    pub(crate) fn new(options: &'d Options) -> Self {
        Self {
            frames: Vec::new(),
            options,
            diagnostics: RefCell::default(),
            conditions: RefCell::default(),
            variables: RefCell::default(),
            open: RefCell::default(),
            fuel: Cell::new(FUEL),
        }
    }

    pub(crate) fn report(&self, diagnostic: Diagnostic) {
        let mut diagnostics = self.diagnostics.borrow_mut();
        if diagnostics.len() < MAX_DIAGNOSTICS && !diagnostics.contains(&diagnostic) {
            diagnostics.push(diagnostic);
        }
    }

    fn frame(&self, index: usize) -> Option<&Frame<'d>> {
        self.frames.get(index)
    }

    /// Takes fuel for a value; false when there is no more.
    fn burn(&self, amount: usize, place: Place) -> bool {
        let left = self.fuel.get();
        if left == 0 {
            return false;
        }
        self.fuel.set(left.saturating_sub(amount));
        if self.fuel.get() == 0 {
            let message = "the expressions of this template make too much; the rest of them was \
                           not evaluated";
            self.report(Diagnostic::error(place, message));
        }
        true
    }

    /// The value of a node of the template: texts in brackets are expressions.
    pub(crate) fn value(&self, node: &Node, context: Context<'_>) -> Node {
        if context.depth > MAX_DEPTH || !self.burn(size_of_one(node), node.place) {
            return unresolved(node.place, "…", &[]);
        }
        match &node.kind {
            Kind::Text(text) => self.text(text, node.place, context),
            Kind::List(items) => Node::list(node.place, self.items(items, context)),
            Kind::Map(map) => Node::new(node.place, Kind::Map(self.object(map, context))),
            _ => node.clone(),
        }
    }

    /// The items of a list, those that are spread in it in their place.
    fn items(&self, items: &[Node], context: Context<'_>) -> Vec<Node> {
        let mut made = Vec::with_capacity(items.len());
        for item in items {
            match item.single().filter(|(key, _)| *key == SPREAD) {
                Some((_, spread)) => match self.value(spread, context.deeper()) {
                    Node { kind: Kind::List(items), .. } => made.extend(items),
                    other => made.push(other),
                },
                None => made.push(self.value(item, context.deeper())),
            }
        }
        made
    }

    /// A mapping; its `copy` makes lists.
    fn object(&self, map: &Map, context: Context<'_>) -> Map {
        let mut made = Map::new();
        for (key, entry) in map.entries() {
            if key == "copy"
                && let Some(loops) = entry.value.as_list()
            {
                for one in loops {
                    let Some(name) = one.get("name").and_then(Node::as_str) else { continue };
                    made.insert_at(name, one.place, self.copies(one, name, context));
                }
                continue;
            }
            let value = self.value(&entry.value, context.deeper());
            if key.starts_with(SPREAD) {
                self.spread(&mut made, &value);
                continue;
            }
            let key = match expression::within(key) {
                Some(_) => SmolStr::new(rendered(&self.text(key, entry.key_place, context))),
                None => key.clone(),
            };
            made.insert_at(key, entry.key_place, value);
        }
        made
    }

    /// The list that a loop `{name, count, input}` makes.
    fn copies(&self, one: &Node, name: &str, context: Context<'_>) -> Node {
        let Some(input) = one.get("input") else { return Node::null(one.place) };
        let mut items = Vec::new();
        for index in 0..self.count(one, context) {
            let mut loops = context.loops.clone();
            loops.push((SmolStr::new(name), index));
            let inner = Context { frame: context.frame, loops: &loops, depth: context.depth + 1 };
            items.push(self.value(input, inner));
        }
        Node::list(one.place, items)
    }

    /// How often a loop runs; once when that is not known.
    pub(crate) fn count(&self, one: &Node, context: Context<'_>) -> i64 {
        let Some(count) = one.get("count") else { return 1 };
        let value = self.decided(&self.value(count, context.deeper()));
        let count = value.as_i64().unwrap_or(1);
        if count > MAX_INSTANCES {
            let message = format!(
                "a loop makes {count} instances; only the first {MAX_INSTANCES} were looked at"
            );
            self.report(Diagnostic::warning(one.place, message));
        }
        count.clamp(0, MAX_INSTANCES)
    }

    /// A number that is a parameter, by what is given or is its default.
    fn decided(&self, node: &Node) -> Node {
        let Some(name) = ref_name(node) else { return node.clone() };
        if let Some(given) = self.options.parameters.get(name) {
            return Node::text(node.place, given.clone());
        }
        let parameter = self.frame(0).and_then(|frame| frame.template.at(&["parameters", name]));
        parameter.and_then(|it| it.get("defaultValue")).unwrap_or(node).clone()
    }

    fn text(&self, text: &str, place: Place, context: Context<'_>) -> Node {
        let Some(inner) = expression::within(text) else {
            let plain = text
                .strip_prefix("[[")
                .map_or_else(|| SmolStr::new(text), |rest| SmolStr::new(format!("[{rest}")));
            return Node::text(place, plain);
        };
        let Ok(read) = expression::parse(inner) else {
            let message = "this expression can not be read, and its value is taken as unknown";
            self.report(Diagnostic::warning(place, message));
            return unresolved(place, inner, &[]);
        };
        let value = self.evaluate(&read, place, context);
        // What is written elsewhere keeps its places; a text stands where it is used.
        if as_object(&value).is_some() || value.as_list().is_some() {
            return value;
        }
        Node { place, ..value }
    }

    /// The value of an expression; its parts that are not known keep the shape of functions.
    pub(crate) fn evaluate(&self, read: &Expression, place: Place, context: Context<'_>) -> Node {
        if context.depth > MAX_DEPTH || !self.burn(1, place) {
            return unresolved(place, "…", &[]);
        }
        let context = context.deeper();
        let value = match read {
            Expression::Text(text) => Node::text(place, text.clone()),
            Expression::Number(number) => Node::integer(place, *number),
            Expression::Call(name, arguments) => self.call(read, name, arguments, place, context),
            Expression::Property(inner, key) => {
                let step = Node::text(place, key.clone());
                self.step(read, inner, &step, place, context)
            }
            Expression::Index(inner, index) => {
                let step = self.decided(&self.evaluate(index, place, context));
                self.step(read, inner, &step, place, context)
            }
        };
        self.burn(size(&value), place);
        value
    }

    /// `inner.key` or `inner[index]`.
    fn step(
        &self,
        whole: &Expression,
        inner: &Expression,
        step: &Node,
        place: Place,
        context: Context<'_>,
    ) -> Node {
        if let Some((target, path)) = reference_path(whole) {
            return self.of_reference(whole, target, &path, place, context);
        }
        let value = self.evaluate(inner, place, context);
        if let Some((name, yes, no)) = if_parts(&value) {
            let of =
                |branch: &Node| pick(branch, step).cloned().unwrap_or_else(|| Node::null(place));
            return Self::either(place, name.clone(), of(yes), of(no));
        }
        match pick(&value, step) {
            Some(found) => found.clone(),
            None if is_function(&value) || Self::is_open(&value) => {
                unresolved(place, &whole.to_string(), &[value])
            }
            None => Node::null(place),
        }
    }

    fn is_open(value: &Node) -> bool {
        value.as_map().is_none() && value.as_list().is_none() && !value.is_null()
    }

    pub(crate) fn either(place: Place, name: SmolStr, yes: Node, no: Node) -> Node {
        if yes.same(&no) {
            return yes;
        }
        function(place, "Fn::If", Node::list(place, vec![Node::text(place, name), yes, no]))
    }

    fn call(
        &self,
        whole: &Expression,
        name: &str,
        arguments: &[Expression],
        place: Place,
        context: Context<'_>,
    ) -> Node {
        let name = name.to_ascii_lowercase();
        match (name.as_str(), arguments) {
            ("parameters", [only]) => {
                let name = rendered(&self.evaluate(only, place, context));
                return self.parameter(&name, place, context);
            }
            ("variables", [only]) => {
                let name = rendered(&self.evaluate(only, place, context));
                return self.variable(&name, place, context);
            }
            ("if", [condition, yes, no]) => {
                let condition_value = self.evaluate(condition, place, context);
                return match self.truth(&condition_value, &condition.to_string()) {
                    Ok(true) => self.evaluate(yes, place, context),
                    Ok(false) => self.evaluate(no, place, context),
                    Err(name) => {
                        let yes = self.evaluate(yes, place, context);
                        let no = self.evaluate(no, place, context);
                        Self::either(place, name, yes, no)
                    }
                };
            }
            ("copyindex", _) => return self.copy_index(arguments, place, context),
            ("reference", [target, ..]) => {
                return self.of_reference(whole, target, &[], place, context);
            }
            _ => {}
        }
        let values: Vec<Node> =
            arguments.iter().map(|it| self.evaluate(it, place, context)).collect();
        match name.as_str() {
            "resourceid"
            | "subscriptionresourceid"
            | "tenantresourceid"
            | "extensionresourceid"
            | "managementgroupresourceid" => {
                return self.resource_id(&name, &values, place, context);
            }
            "equals" | "and" | "or" | "not" => {
                if let Some(value) = self.logic(whole, &name, &values, place) {
                    return value;
                }
            }
            _ => {}
        }
        if let Some(value) = Self::distributed(&name, &values, place, 0) {
            return value;
        }
        unresolved(place, &whole.to_string(), &values)
    }

    /// A function of its arguments; in each case when one of them hangs on a condition.
    fn distributed(name: &str, values: &[Node], place: Place, depth: usize) -> Option<Node> {
        if let Some(value) = functions::apply(place, name, values) {
            return Some(value);
        }
        if depth >= 4 {
            return None;
        }
        let at = values.iter().position(|it| if_parts(it).is_some())?;
        let (condition, yes, no) = if_parts(values.get(at)?)?;
        let with = |branch: &Node| {
            let mut values = values.to_vec();
            if let Some(value) = values.get_mut(at) {
                *value = branch.clone();
            }
            Self::distributed(name, &values, place, depth + 1)
        };
        Some(Self::either(place, condition.clone(), with(yes)?, with(no)?))
    }

    fn copy_index(&self, arguments: &[Expression], place: Place, context: Context<'_>) -> Node {
        let values: Vec<Node> =
            arguments.iter().map(|it| self.evaluate(it, place, context)).collect();
        let name = values.first().and_then(Node::as_str);
        let offset = values.iter().find_map(Node::as_i64).unwrap_or(0);
        let found = context.loops.iter().rev().find(|(known, _)| match name {
            Some(name) => known.eq_ignore_ascii_case(name),
            None => true,
        });
        match found {
            Some((_, index)) => Node::integer(place, index.saturating_add(offset)),
            None => unresolved(place, "copyIndex()", &[]),
        }
    }

    /// The frame whose parameters and variables an expression of a frame means.
    fn scope_of(&self, mut frame: usize) -> usize {
        for _ in 0..MAX_DEPTH {
            match self.frame(frame) {
                Some(Frame { is_transparent: true, outer: Some((outer, _)), .. }) => frame = *outer,
                _ => break,
            }
        }
        frame
    }

    fn parameter(&self, name: &str, place: Place, context: Context<'_>) -> Node {
        let index = self.scope_of(context.frame);
        let Some(frame) = self.frame(index) else { return Node::null(place) };
        let declared = frame
            .template
            .get("parameters")
            .and_then(Node::as_map)
            .and_then(|map| map.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)));
        let Some((name, declared)) = declared else {
            let message = format!("there is no parameter `{}`", shown(name));
            self.report(Diagnostic::warning(place, message));
            return unresolved(place, &format!("parameters('{name}')"), &[]);
        };
        let default = |world: &Self| {
            let default = declared.get("defaultValue")?;
            let none = Loops::new();
            let inner = Context { frame: index, loops: &none, depth: context.depth };
            Some(world.guarded(index, name, || world.value(default, inner)))
        };
        if let Some((outer, loops)) = &frame.outer {
            let given = frame.given.and_then(|map| get(map, name));
            let inner = Context { frame: *outer, loops, depth: context.depth };
            return match given.and_then(|it| it.get("value")) {
                Some(value) => self.guarded(index, name, || self.value(value, inner)),
                // A list that a loop makes.
                None if given.is_some_and(|it| it.get("copy").is_some()) => {
                    let made = given.map(|it| self.guarded(index, name, || self.value(it, inner)));
                    let made = made.as_ref().and_then(|it| it.get("value")).cloned();
                    made.unwrap_or_else(|| Node::null(place))
                }
                // A reference to a secret of a vault, or nothing.
                None if given.is_some() => unresolved(place, &format!("parameters('{name}')"), &[]),
                None if declared.get("nullable").and_then(Node::as_bool) == Some(true)
                    && !declared.as_map().is_some_and(|it| it.contains("defaultValue")) =>
                {
                    Node::null(place)
                }
                None => default(self)
                    .unwrap_or_else(|| unresolved(place, &format!("parameters('{name}')"), &[])),
            };
        }
        let is_whole = declared.get("type").and_then(Node::as_str).is_some_and(|kind| {
            let kind = kind.to_ascii_lowercase();
            matches!(kind.as_str(), "object" | "array")
        });
        if is_whole && let Some(value) = default(self) {
            return value;
        }
        reference(place, name.clone())
    }

    fn variable(&self, name: &str, place: Place, context: Context<'_>) -> Node {
        let index = self.scope_of(context.frame);
        let Some(frame) = self.frame(index) else { return Node::null(place) };
        let variables = frame.template.get("variables").and_then(Node::as_map);
        let found = variables.and_then(|map| {
            map.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
        });
        let looped = || {
            let loops = variables?.get("copy")?.as_list()?;
            let is_it = |one: &&Node| {
                one.get("name")
                    .and_then(Node::as_str)
                    .is_some_and(|it| it.eq_ignore_ascii_case(name))
            };
            loops.iter().find(is_it)
        };
        let key = (index, SmolStr::new(name.to_ascii_lowercase()));
        if let Some((known, size)) = self.variables.borrow().get(&key) {
            // Told before it is copied: a value that is doubled often would take all memory.
            if !self.burn(*size, place) || self.fuel.get() == 0 {
                return unresolved(place, "…", &[]);
            }
            return known.clone();
        }
        let none = Loops::new();
        let inner = Context { frame: index, loops: &none, depth: context.depth };
        let value = match (found, looped()) {
            (Some(written), _) => self.guarded(index, name, || self.value(written, inner)),
            (None, Some(one)) => self.guarded(index, name, || self.copies(one, name, inner)),
            (None, None) => {
                let message = format!("there is no variable `{}`", shown(name));
                self.report(Diagnostic::warning(place, message));
                return unresolved(place, &format!("variables('{name}')"), &[]);
            }
        };
        let measured = size(&value);
        if !self.burn(measured, place) || self.fuel.get() == 0 {
            return unresolved(place, "…", &[]);
        }
        self.variables.borrow_mut().insert(key, (value.clone(), measured));
        value
    }

    /// What `make` gives, unless it is being made already.
    fn guarded(&self, frame: usize, name: &str, make: impl FnOnce() -> Node) -> Node {
        let key = (frame, SmolStr::new(name));
        if !self.open.borrow_mut().insert(key.clone()) {
            return unresolved(Place::default(), name, &[]);
        }
        let value = make();
        self.open.borrow_mut().remove(&key);
        value
    }
}

/// A name or expression for messages, not longer than people read.
pub(crate) fn shown(text: &str) -> String {
    const LENGTH: usize = 200;
    if text.len() <= LENGTH {
        return text.to_owned();
    }
    let cut: String = text.chars().take(LENGTH).collect();
    format!("{cut}…")
}

/// `reference(target).a.b[0]`: the target, and the path.
fn reference_path(whole: &Expression) -> Option<(&Expression, Vec<SmolStr>)> {
    let mut path = Vec::new();
    let mut at = whole;
    loop {
        match at {
            Expression::Property(inner, key) => {
                path.push(key.clone());
                at = inner;
            }
            Expression::Index(inner, index) => {
                path.push(match &**index {
                    Expression::Text(text) => text.clone(),
                    Expression::Number(number) => SmolStr::new(number.to_string()),
                    _ => return None,
                });
                at = inner;
            }
            Expression::Call(name, arguments) if name.eq_ignore_ascii_case("reference") => {
                path.reverse();
                return Some((arguments.first()?, path));
            }
            _ => return None,
        }
    }
}

/// The value at a key or an index.
fn pick<'n>(value: &'n Node, step: &Node) -> Option<&'n Node> {
    if let Some(items) = value.as_list() {
        let index = step.as_i64()?;
        // `-1` is the last one (`[^1]` in Bicep); the template language itself has no such index.
        let length = i64::try_from(items.len()).ok()?;
        let index = if index < 0 { index.checked_add(length)? } else { index };
        return items.get(usize::try_from(index).ok()?);
    }
    get(as_object(value)?, step.as_str()?)
}

fn size_of_one(node: &Node) -> usize {
    match &node.kind {
        Kind::Text(text) => 1 + text.len() / 16,
        _ => 1,
    }
}

/// About what a value takes, in units of 16 bytes.
fn size(node: &Node) -> usize {
    match &node.kind {
        Kind::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Kind::Map(map) => 1 + map.values().map(size).sum::<usize>(),
        _ => size_of_one(node),
    }
}
