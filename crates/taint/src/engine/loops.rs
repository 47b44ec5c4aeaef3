//! Loops: exact while they can be, then joined until nothing new comes.

use code_ir::{Expr, Stmt, Target};

use super::{Engine, Loop, Outcome, member::part_of};
use crate::{
    heap::Changes,
    value::{Constant, Shape, Value},
};

/// Rounds that are run one by one while the test is decided.
const EXACT_ROUNDS: usize = 24;
/// Rounds run for what is not decided: a value needs one round to get into a variable, and a second
/// one to get from there into another.
const JOINED_ROUNDS: usize = 2;

impl<'p> Engine<'p> {
    /// Runs one round of a loop; its breaks are kept, its continues are joined with its end.
    fn round(&mut self, work: impl FnOnce(&mut Self) -> Outcome) -> (Outcome, Vec<Changes>) {
        let mark = self.heap.mark();
        if let Some(call) = self.calls.last_mut() {
            call.loops.push(Loop { mark, breaks: Vec::new(), continues: Vec::new() });
        }
        let outcome = work(self);
        let run = self.calls.last_mut().and_then(|call| call.loops.pop());
        let (breaks, mut ends) =
            run.map_or_else(Default::default, |run| (run.breaks, run.continues));
        let done = self.heap.take_back(mark);
        if outcome == Outcome::Next {
            ends.push(done);
        }
        if ends.is_empty() {
            return (Outcome::Left, breaks);
        }
        self.heap.merge(ends);
        (Outcome::Next, breaks)
    }

    /// The innermost loop is left (`break`) or goes on (`continue`) with the state as it is.
    pub(crate) fn leave_loop(&mut self, is_break: bool) {
        let Some(mark) = self.call().and_then(|call| call.loops.last()).map(|run| run.mark) else {
            return;
        };
        let changes = self.heap.changes_since(mark);
        if let Some(run) = self.calls.last_mut().and_then(|call| call.loops.last_mut()) {
            if is_break {
                run.breaks.push(changes);
            } else {
                run.continues.push(changes);
            }
        }
    }

    /// Runs a loop whose rounds are given: exact ones first, then joined ones.
    ///
    /// `round` gets the number of the round and says whether there is one (`Some(true)`), whether
    /// there may be one (`None`), or none (`Some(false)`).
    fn run_loop(
        &mut self,
        mut next: impl FnMut(&mut Self, usize) -> Option<bool>,
        mut body: impl FnMut(&mut Self, usize) -> Outcome,
        otherwise: &'p [Stmt],
    ) -> Outcome {
        let start = self.heap.mark();
        let mut exits: Vec<Changes> = Vec::new();
        let mut is_reached = true;
        let mut joined = 0;
        for number in 0.. {
            if self.is_spent() {
                break;
            }
            match next(self, number) {
                Some(false) => break,
                Some(true) if number < EXACT_ROUNDS => {}
                _ => {
                    joined += 1;
                    if joined > JOINED_ROUNDS {
                        break;
                    }
                    // There may be no further round.
                    exits.push(self.heap.changes_since(start));
                }
            }
            let before = self.heap.changes_since(start);
            let mut breaks = Vec::new();
            let outcome = if joined == 0 {
                let (outcome, broken) = self.round(|engine| body(engine, number));
                breaks = broken;
                outcome
            } else {
                // The state after is that of a round more or less, so that no counter seems exact.
                self.either(
                    |engine| {
                        let (outcome, broken) = engine.round(|engine| body(engine, number));
                        breaks = broken;
                        outcome
                    },
                    |_| Outcome::Next,
                )
            };
            exits.extend(breaks.into_iter().map(|broken| combine(&before, broken)));
            if outcome == Outcome::Left {
                is_reached = false;
                break;
            }
        }
        let end = self.heap.take_back(start);
        let mut outcomes: Vec<(Outcome, Changes)> = Vec::new();
        if is_reached {
            outcomes.push(self.alternative(|engine| {
                engine.heap.merge(vec![end]);
                engine.block(otherwise)
            }));
        }
        outcomes.extend(exits.into_iter().map(|changes| (Outcome::Next, changes)));
        self.join(outcomes)
    }

    pub(crate) fn while_loop(
        &mut self,
        test: &'p Expr,
        body: &'p [Stmt],
        otherwise: &'p [Stmt],
        is_post_tested: bool,
    ) -> Outcome {
        let mut is_hostile = false;
        let outcome = self.run_loop(
            |engine, number| {
                if is_post_tested && number == 0 {
                    return Some(true);
                }
                if number == 0 {
                    is_hostile = engine.note_loop(test);
                }
                let test = engine.eval(test);
                let truth = engine.truth(&test);
                if truth.is_none() {
                    engine.assume(&test, true);
                }
                truth
            },
            |engine, _| engine.block(body),
            otherwise,
        );
        // A counter that was counted up to a number does not bound it.
        if outcome == Outcome::Next && !is_hostile {
            let test = self.eval(test);
            self.assume(&test, false);
        }
        outcome
    }

    pub(crate) fn for_loop(
        &mut self,
        target: &'p Target,
        iterable: &'p Expr,
        body: &'p [Stmt],
        otherwise: &'p [Stmt],
        over_keys: bool,
    ) -> Outcome {
        let walked = self.eval(iterable);
        let (exact, rest) = if over_keys { self.keys(&walked) } else { self.members(&walked) };
        let span = iterable.span;
        let count = exact.len();
        let is_open = rest.is_some() || count > EXACT_ROUNDS;
        let any = exact
            .iter()
            .chain(&rest)
            .cloned()
            .reduce(|all, value| all.or(&value))
            .unwrap_or_default();
        self.run_loop(
            |_, number| match (number < count, is_open) {
                (true, _) => Some(true),
                (false, true) => None,
                (false, false) => Some(false),
            },
            |engine, number| {
                let value = match exact.get(number) {
                    Some(value) if number < EXACT_ROUNDS => value.clone(),
                    _ => any.clone(),
                };
                engine.assign(target, value, span);
                engine.block(body)
            },
            otherwise,
        )
    }

    /// What a loop over a value walks: members that are known one by one, and any others.
    pub(crate) fn members(&mut self, value: &Value) -> (Vec<Value>, Option<Value>) {
        match &value.shape {
            Shape::Object(id) => {
                if let Some(list) = self.heap.list(*id) {
                    return (list.items.clone(), list.rest.clone());
                }
                if let Some(map) = self.heap.map(*id)
                    && map.class.is_none()
                {
                    if self.is_javascript() {
                        // Only a `Map` is walked like this: by its entries.
                        let pairs = crate::builtins::entries(self, value);
                        return self.members(&pairs);
                    }
                    return self.keys(value);
                }
                if let Some(result) = self.iterate_instance(value) {
                    return (Vec::new(), Some(result));
                }
                let whole = Value::tainted(self.deep_taint(value));
                (Vec::new(), Some(part_of(&whole)))
            }
            Shape::Constant(Constant::Text(text)) if text.chars().count() <= EXACT_ROUNDS => {
                (text.chars().map(|c| Value::text(c.to_string())).collect(), None)
            }
            Shape::Constant(Constant::None) => (Vec::new(), None),
            Shape::Event(path) => {
                let path = std::rc::Rc::clone(path);
                let item = self.event_item(value, &path);
                (Vec::new(), Some(item))
            }
            Shape::Instance(name) => {
                let item = self.item_of_instance(*name, value);
                (Vec::new(), Some(item))
            }
            Shape::OneOf(shapes) => {
                let mut any: Option<Value> = None;
                for shape in shapes.iter() {
                    let one = value.alternative(shape);
                    let (items, rest) = self.members(&one);
                    for item in items.iter().chain(&rest) {
                        any = Some(any.map_or_else(|| item.clone(), |all| all.or(item)));
                    }
                }
                (Vec::new(), any)
            }
            _ => (Vec::new(), Some(part_of(value))),
        }
    }

    /// The keys of a value.
    pub(crate) fn keys(&mut self, value: &Value) -> (Vec<Value>, Option<Value>) {
        let Some(map) = value.as_object().and_then(|id| self.heap.map(id)) else {
            if let Shape::Event(path) = &value.shape {
                // Names of fields are as hostile as the fields when nobody fixes them.
                let path = std::rc::Rc::clone(path);
                let item = self.event_item(value, &path);
                return (Vec::new(), Some(Value::tainted(item.taint)));
            }
            return (Vec::new(), Some(Value::tainted(value.taint.clone())));
        };
        let keys = map.entries.iter().map(|(key, _)| match key {
            crate::value::Key::Name(name) => Value::text(name.clone()),
            crate::value::Key::Index(index) => Value::constant(Constant::Int(*index)),
        });
        let keys: Vec<Value> = keys.collect();
        let rest = map.rest.as_ref().map(|rest| Value::tainted(rest.taint.clone()));
        (keys, rest)
    }
}

/// Changes since the start of a loop: those of earlier rounds, and those of the one that broke.
pub(crate) fn combine(before: &Changes, broken: Changes) -> Changes {
    let mut all: Changes =
        before.iter().filter(|(id, _)| !broken.iter().any(|(new, _)| new == id)).cloned().collect();
    all.extend(broken);
    all
}
