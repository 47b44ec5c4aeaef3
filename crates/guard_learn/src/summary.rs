//! The shapes of many values, as one.

use json_tape::Value;
use serde::{Deserialize, Serialize};

use crate::schema;
use crate::shape::Shape;

/// Values and names of one document that is learned from; nothing is learned from larger ones.
const MOST_NODES: usize = 1 << 14;

/// The shapes of many values. At most about a thousand places, whatever the values are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// Values that were no JSON, or too large to learn from: there is no schema for them.
    #[serde(rename = "x", skip_serializing_if = "is_zero")]
    others: u64,
    #[serde(rename = "v")]
    shape: Shape,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Summary {
    /// The summary of one document.
    #[must_use]
    pub fn of(value: Value<'_>) -> Self {
        if value.document().nodes() > MOST_NODES {
            return Self::of_other();
        }
        let mut shape = Shape::of(value, 0);
        shape.settle(0);
        Self { others: 0, shape }
    }

    /// The summary of something that is no JSON.
    #[must_use]
    pub fn of_other() -> Self {
        Self { others: 1, shape: Shape::default() }
    }

    /// Puts both together. Which comes first, and what is put together before, does not matter.
    pub fn merge(&mut self, other: Self) {
        self.others = self.others.saturating_add(other.others);
        self.shape.unite(other.shape);
        self.shape.settle(0);
    }

    /// How many values it was learned from.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.shape.seen.saturating_add(self.others)
    }

    /// How many of them were no JSON, or too large to learn from.
    #[must_use]
    pub fn others(&self) -> u64 {
        self.others
    }

    /// The schema of values such as these. It says nothing about places where fewer than `least`
    /// values were seen. `None` where it would say nothing at all, and where some values were no
    /// JSON.
    #[must_use]
    pub fn schema(&self, least: u64) -> Option<serde_json::Value> {
        let schema = schema::of(&self.shape, least.max(1));
        (self.others == 0 && schema.is_object()).then_some(schema)
    }

    /// Brings what was read from a file within the limits.
    pub(crate) fn settle(&mut self) {
        self.shape.settle(0);
    }
}
