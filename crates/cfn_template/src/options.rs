//! The values that parameters can have, and the cases into which they split a value.

use std::collections::HashSet;

use source_text::{Kind, Node, Place, SmolStr};
use value::When;

use crate::condition::Truth;
use crate::evaluate::Evaluator;
use crate::function::{Function, function, if_parts};
use crate::sub::{Piece, pieces};
use crate::template::Parameter;

/// Most cases of one value.
pub(crate) const CASES: usize = 16;
/// Most cases that a comparison in a condition is split into.
const COMPARISON_CASES: usize = 64;
/// Most nodes that are searched for what a value hangs on.
const SEARCHED: usize = 2000;

/// The texts that a parameter is allowed to have; empty when any.
pub(crate) fn allowed_texts(parameter: &Parameter) -> Vec<SmolStr> {
    parameter.allowed_values.iter().filter_map(Node::scalar_text).collect()
}

/// The value of a parameter given as `kind`: a list parameter is cut at its commas.
pub(crate) fn parameter_node(parameter: &Parameter, place: Place, kind: &Kind) -> Node {
    match kind {
        Kind::Text(text) | Kind::Number(text) if parameter.is_list() => {
            let items = text.split(',').map(str::trim).filter(|_| !text.trim().is_empty());
            Node::list(place, items.map(|item| Node::text(place, SmolStr::new(item))).collect())
        }
        kind => Node::new(place, kind.clone()),
    }
}

/// What a value hangs on, in order of appearance.
#[derive(Debug, Default)]
struct Points {
    conditions: Vec<SmolStr>,
    parameters: Vec<SmolStr>,
    seen: HashSet<SmolStr>,
    left: usize,
}

impl Points {
    fn of(node: &Node) -> Self {
        let mut points = Self { left: SEARCHED, ..Self::default() };
        points.search(node);
        points
    }

    fn search(&mut self, node: &Node) {
        let Some(left) = self.left.checked_sub(1) else { return };
        self.left = left;
        if let Some((name, _, _)) = if_parts(node)
            && self.seen.insert(smol_str::format_smolstr!("if {name}"))
        {
            self.conditions.push(name.clone());
        }
        match function(node) {
            Some((Function::Ref, Node { kind: Kind::Text(name), .. })) => {
                self.parameter(name.clone());
                return;
            }
            Some((Function::Sub, argument)) => {
                let text = argument.as_str().or_else(|| argument.as_list()?.first()?.as_str());
                for piece in pieces(text.unwrap_or_default()) {
                    if let Piece::Variable(name) = piece {
                        self.parameter(SmolStr::new(name));
                    }
                }
            }
            _ => {}
        }
        match &node.kind {
            Kind::List(items) => items.iter().for_each(|item| self.search(item)),
            Kind::Map(map) => map.values().for_each(|value| self.search(value)),
            _ => {}
        }
    }

    fn parameter(&mut self, name: SmolStr) {
        if self.seen.insert(name.clone()) {
            self.parameters.push(name);
        }
    }
}

impl Evaluator<'_> {
    /// The choices of a parameter that the settings do not set: its allowed values, or its default.
    /// Empty when only deployment knows.
    pub(crate) fn choices(&self, name: &str) -> Vec<When> {
        let Some(parameter) = self.template().parameters.get(name) else { return Vec::new() };
        if parameter.is_from_parameter_store() || self.settings().parameters.contains_key(name) {
            return Vec::new();
        }
        let allowed = if parameter.is_list() { Vec::new() } else { allowed_texts(parameter) };
        if !allowed.is_empty() {
            return allowed.into_iter().map(|value| When::parameter(name, value)).collect();
        }
        parameter.default.iter().map(|_| When::default_of(name)).collect()
    }

    /// The value in every case that conditions and parameters leave, each simplified.
    ///
    /// A parameter that would make too many cases stays in the values.
    pub(crate) fn cases(&self, node: &Node, when: &When) -> Vec<(When, Node)> {
        let points = Points::of(node);
        let mut cases = vec![when.clone()];
        for name in points.conditions {
            cases = self.split_by_condition(cases, &name);
        }
        for name in points.parameters {
            let choices = self.choices(&name);
            if !choices.is_empty() && cases.len().saturating_mul(choices.len()) <= CASES {
                cases = self.split_by(&cases, &choices);
            }
        }
        cases
            .into_iter()
            .map(|case| {
                let node = self.simplify_when(node, &case);
                (case, node)
            })
            .collect()
    }

    /// The value for every combination of the allowed values of the parameters in it; empty when
    /// a parameter has none or there are too many.
    pub(crate) fn allowed_cases(&self, node: &Node) -> Vec<(When, Node)> {
        let mut cases = vec![When::ALWAYS];
        for name in Points::of(node).parameters {
            let choices = self.choices(&name);
            let chosen = choices.iter().all(|choice| !choice.parameters.is_empty());
            if chosen && !choices.is_empty() {
                if cases.len().saturating_mul(choices.len()) > COMPARISON_CASES {
                    return vec![(When::ALWAYS, Node::null(node.place))];
                }
                cases = self.split_by(&cases, &choices);
            }
        }
        cases
            .into_iter()
            .map(|case| {
                let node = self.simplify_when(node, &case);
                (case, node)
            })
            .collect()
    }

    fn split_by_condition(&self, cases: Vec<When>, name: &SmolStr) -> Vec<When> {
        if cases.len().saturating_mul(2) > CASES {
            return cases;
        }
        let both = [When::condition(name.clone(), true), When::condition(name.clone(), false)];
        let mut split = Vec::with_capacity(cases.len().saturating_mul(2));
        for case in cases {
            if self.condition_when(name, &case) == Truth::Unknown {
                split.extend(both.iter().filter_map(|choice| self.both(&case, choice)));
            } else {
                split.push(case);
            }
        }
        split
    }

    fn split_by(&self, cases: &[When], choices: &[When]) -> Vec<When> {
        let mut split = Vec::with_capacity(cases.len().saturating_mul(choices.len()));
        for case in cases {
            split.extend(choices.iter().filter_map(|choice| self.both(case, choice)));
        }
        split
    }
}
