//! What a branch may assume: the facts of its test, written into the variables they speak of.

use super::Engine;
use crate::value::{Shape, Value};

impl Engine<'_> {
    /// Takes a test for true or false.
    pub(crate) fn assume(&mut self, test: &Value, is_true: bool) {
        let Some(facts) = &test.facts else { return };
        let facts = if is_true { facts.yes.clone() } else { facts.no.clone() };
        for fact in facts {
            let Some(known) = self.heap.read(&fact.cell) else { continue };
            // The variable may hold another value by now.
            if known.id != fact.id {
                continue;
            }
            let mut value = known.clone();
            value.taint = value.taint.without(fact.clears);
            if let Some(constant) = fact.constant {
                value.shape = Shape::Constant(constant);
            } else if value.taint.is_clean() && matches!(value.shape, Shape::Event(_)) {
                value.shape = Shape::Unknown;
            }
            self.heap.write(&fact.cell, value);
        }
    }
}
