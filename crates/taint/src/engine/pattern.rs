//! Patterns of `match`, and `switch`.

use code_ir::{Case, Pattern, SmolStr};
use taint_models::Kinds;

use super::{
    Engine, Loop, Outcome,
    compare::{about, equal},
    loops::combine,
};
use crate::{
    heap::Object,
    value::{Facts, Shape, Value},
};

impl<'p> Engine<'p> {
    /// Whether a subject fits a pattern, when that is known, and what it proves.
    pub(crate) fn fits(
        &mut self,
        pattern: &'p Pattern,
        subject: &Value,
    ) -> (Option<bool>, Option<Facts>) {
        match pattern {
            Pattern::Any | Pattern::Capture(_) | Pattern::Star(_) => (Some(true), None),
            Pattern::Value(expr) => {
                let value = self.eval(expr);
                let facts = value.as_constant().map(|constant| Facts {
                    yes: about(subject, Kinds::INPUT, Some(constant)),
                    no: Vec::new(),
                });
                (equal(subject, &value), facts)
            }
            Pattern::Or(patterns) => {
                let mut fits = Some(false);
                let mut is_constant = true;
                for pattern in patterns {
                    let (one, facts) = self.fits(pattern, subject);
                    is_constant &= facts.is_some_and(|facts| !facts.yes.is_empty());
                    fits = match (fits, one) {
                        (Some(true), _) | (_, Some(true)) => Some(true),
                        (Some(false), Some(false)) => Some(false),
                        _ => None,
                    };
                }
                let facts = is_constant
                    .then(|| Facts { yes: about(subject, Kinds::INPUT, None), no: Vec::new() });
                (fits, facts)
            }
            Pattern::As(inner, _) => self.fits(inner, subject),
            Pattern::Sequence(patterns) => {
                let length = subject.as_object().and_then(|id| match self.heap.get(id) {
                    Some(Object::List(list)) if list.rest.is_none() => Some(list.items.len()),
                    _ => None,
                });
                let has_star = patterns.iter().any(|p| matches!(p, Pattern::Star(_)));
                let fits = match length {
                    Some(length) if !has_star && length != patterns.len() => Some(false),
                    _ => None,
                };
                (fits, None)
            }
            Pattern::Mapping { .. } | Pattern::Class { .. } => match &subject.shape {
                Shape::Constant(_) if matches!(pattern, Pattern::Mapping { .. }) => {
                    (Some(false), None)
                }
                _ => (None, None),
            },
        }
    }

    /// Gives the names of a pattern their values.
    pub(crate) fn bind_pattern(&mut self, pattern: &'p Pattern, subject: &Value) {
        let span = code_ir::Span::default();
        match pattern {
            Pattern::Any | Pattern::Value(_) | Pattern::Star(None) => {}
            Pattern::Capture(target) | Pattern::Star(Some(target)) => {
                self.assign(target, subject.clone(), span);
            }
            Pattern::Or(patterns) => {
                for pattern in patterns {
                    self.bind_pattern(pattern, subject);
                }
            }
            Pattern::Sequence(patterns) => {
                let (items, rest) = self.members(subject);
                for (at, pattern) in patterns.iter().enumerate() {
                    let member = items.get(at).or(rest.as_ref()).cloned().unwrap_or_default();
                    self.bind_pattern(pattern, &member);
                }
            }
            Pattern::Mapping { entries, rest } => {
                for (key, pattern) in entries {
                    let key = self.eval(key);
                    let value = self.index(subject, &key, span);
                    self.bind_pattern(pattern, &value);
                }
                if let Some(rest) = rest {
                    self.assign(rest, subject.clone(), span);
                }
            }
            Pattern::Class { fields, .. } => {
                for (name, pattern) in fields {
                    let value = match name {
                        Some(name) => self.member(subject, &SmolStr::clone(name), span),
                        None => subject.clone(),
                    };
                    self.bind_pattern(pattern, &value);
                }
            }
            Pattern::As(inner, target) => {
                self.bind_pattern(inner, subject);
                self.assign(target, subject.clone(), span);
            }
        }
    }

    /// A C-like `switch`: a case may go on into the next.
    pub(crate) fn switch(&mut self, subject: &Value, cases: &'p [Case]) -> Outcome {
        let mark = self.heap.mark();
        if let Some(call) = self.calls.last_mut() {
            call.loops.push(Loop { mark, breaks: Vec::new(), continues: Vec::new() });
        }
        let mut outcomes = Vec::new();
        let mut is_decided = false;
        let default = cases.iter().position(|case| matches!(case.pattern, Pattern::Any));
        for (at, case) in cases.iter().enumerate() {
            if Some(at) == default {
                continue;
            }
            let (fits, facts) = self.fits(&case.pattern, subject);
            if fits == Some(false) {
                continue;
            }
            outcomes.push(self.alternative(|engine| {
                let test = Value { facts: facts.map(std::rc::Rc::new), ..Value::unknown() };
                engine.assume(&test, true);
                engine.cases_from(cases, at)
            }));
            if fits == Some(true) {
                is_decided = true;
                break;
            }
        }
        if !is_decided {
            outcomes.push(match default {
                Some(at) => self.alternative(|engine| engine.cases_from(cases, at)),
                None => (Outcome::Next, Vec::new()),
            });
        }
        let run = self.calls.last_mut().and_then(|call| call.loops.pop());
        let (breaks, continues) = run.map_or_else(Default::default, |r| (r.breaks, r.continues));
        outcomes.extend(breaks.into_iter().map(|changes| (Outcome::Next, changes)));
        drop(self.heap.take_back(mark));
        // `continue` speaks of the loop around the switch.
        if let Some(outer) = self.call().and_then(|call| call.loops.last()).map(|run| run.mark) {
            let before = self.heap.changes_since(outer);
            let continues: Vec<_> =
                continues.into_iter().map(|changes| combine(&before, changes)).collect();
            if let Some(run) = self.calls.last_mut().and_then(|call| call.loops.last_mut()) {
                run.continues.extend(continues);
            }
        }
        self.join(outcomes)
    }

    fn cases_from(&mut self, cases: &'p [Case], at: usize) -> Outcome {
        for case in cases.iter().skip(at) {
            if self.block(&case.body) == Outcome::Left {
                return Outcome::Left;
            }
        }
        Outcome::Next
    }
}
