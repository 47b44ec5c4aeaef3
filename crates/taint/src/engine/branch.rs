//! Branches: alternatives run one after the other on one state, then joined.

use super::{Engine, Outcome};
use crate::{heap::Changes, value::Value};

impl Engine<'_> {
    /// Runs one alternative and takes its changes off again.
    pub(crate) fn alternative<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> (T, Changes) {
        let mark = self.heap.mark();
        self.kept.depth += 1;
        let result = work(self);
        self.kept.depth -= 1;
        (result, self.heap.take_back(mark))
    }

    /// Runs two alternatives; the state afterwards is that of either.
    pub(crate) fn either(
        &mut self,
        first: impl FnOnce(&mut Self) -> Outcome,
        second: impl FnOnce(&mut Self) -> Outcome,
    ) -> Outcome {
        let first = self.alternative(first);
        let second = self.alternative(second);
        self.join([first, second])
    }

    /// The state after alternatives: of those that are not left.
    pub(crate) fn join(
        &mut self,
        outcomes: impl IntoIterator<Item = (Outcome, Changes)>,
    ) -> Outcome {
        let reached: Vec<Changes> = outcomes
            .into_iter()
            .filter(|(outcome, _)| *outcome == Outcome::Next)
            .map(|(_, changes)| changes)
            .collect();
        if reached.is_empty() {
            return Outcome::Left;
        }
        self.heap.merge(reached);
        Outcome::Next
    }

    /// Evaluates two alternatives to one value.
    pub(crate) fn either_value(
        &mut self,
        first: impl FnOnce(&mut Self) -> Value,
        second: impl FnOnce(&mut Self) -> Value,
    ) -> Value {
        let (first, first_changes) = self.alternative(first);
        let (second, second_changes) = self.alternative(second);
        self.heap.merge(vec![first_changes, second_changes]);
        first.or(&second)
    }

    /// Runs `work` under the assumption that `test` is true or false.
    pub(crate) fn assuming<T>(
        &mut self,
        test: &Value,
        is_true: bool,
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.assume(test, is_true);
        work(self)
    }
}
