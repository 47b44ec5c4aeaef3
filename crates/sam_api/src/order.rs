//! The order in which AWS's translator expands APIs, where the output depends on it.
//!
//! A group of Route 53 records takes its condition from the first API that asks for it. Which one
//! is first was once decided by the dictionaries of Python 2.7, and the translator still imitates
//! these, so that stacks do not change. Their order follows from a hash of the logical ids and
//! from the history of insertions.

use sam_core::context::Context;
use source_text::{Map, Node, SmolStr};

use crate::implicit::{HTTP_ID, REST_ID};
use crate::openapi::truthy;
use crate::{HTTP, REST};

/// Most resources of a template, by CloudFormation's quota. Beyond it, where no stack can be made,
/// crafted ids that collide could cost much time, and the author's order serves as well.
const MOST_RESOURCES: usize = 500;

/// Sorts resources of the SAM template into the translator's order.
pub fn sort<T>(context: &Context<'_>, resources: &mut [(SmolStr, T)]) {
    if resources.len() < 2
        || context.sources.len() > MOST_RESOURCES
        || !context.sources.values().any(needs_old_order)
    {
        return;
    }
    let mut ids = OldDictionary::new();
    let implicit = |id: &SmolStr| id == REST_ID || id == HTTP_ID;
    for id in context.sources.keys().filter(|id| !implicit(id)) {
        ids.add(id);
    }
    // The translator adds the implicit APIs, and takes those away again that nothing uses.
    for id in [REST_ID, HTTP_ID] {
        ids.add(id);
        if !context.sources.contains(id) {
            ids.remove(id);
        }
    }
    let order: Vec<&str> = ids.keys().collect();
    resources.sort_by_key(|(id, _)| order.iter().position(|known| known == id));
}

/// Whether a resource makes the translator imitate the old order.
fn needs_old_order(resource: &Node) -> bool {
    let has_api_event = || {
        let events = resource.at(&["Properties", "Events"]).and_then(Node::as_map);
        let mut events = events.into_iter().flat_map(Map::values);
        events.any(|event| event.get("Type").and_then(Node::as_str) == Some("Api"))
    };
    match resource.get("Type").and_then(Node::as_str) {
        Some(REST) => true,
        Some(HTTP) => resource.at(&["Properties", "Auth", "DefaultAuthorizer"]).is_some_and(truthy),
        Some("AWS::Serverless::Function" | "AWS::Serverless::StateMachine") => has_api_event(),
        _ => false,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot<'k> {
    Empty,
    Removed,
    Key(&'k str),
}

/// The keys of a dictionary of Python 2.7.
///
/// Source: `dictobject.c` of Python 2.7 (open addressing, growth by four at two thirds).
#[derive(Debug)]
struct OldDictionary<'k> {
    slots: Vec<Slot<'k>>,
    /// Slots that are not empty.
    fill: usize,
    /// Keys.
    used: usize,
}

impl<'k> OldDictionary<'k> {
    const LEAST_SLOTS: usize = 8;

    fn new() -> Self {
        Self { slots: vec![Slot::Empty; Self::LEAST_SLOTS], fill: 0, used: 0 }
    }

    fn slot(&self, index: usize) -> Slot<'k> {
        self.slots.get(index).copied().unwrap_or(Slot::Empty)
    }

    /// Where `key` is, or would be put.
    fn index_of(&self, key: &str) -> usize {
        let hash = old_hash(key);
        let within =
            |value: u64| usize::try_from(value).unwrap_or(usize::MAX) & (self.slots.len() - 1);
        let mut index = within(hash);
        let mut walker = index as u64;
        let mut perturbation = hash;
        let mut free = None;
        loop {
            match self.slot(index) {
                Slot::Empty => return free.unwrap_or(index),
                Slot::Key(known) if known == key => return index,
                Slot::Removed => {
                    free.get_or_insert(index);
                }
                Slot::Key(_) => {}
            }
            walker = walker.wrapping_mul(5).wrapping_add(perturbation).wrapping_add(1);
            index = within(walker);
            perturbation >>= 5;
        }
    }

    fn add(&mut self, key: &'k str) {
        let index = self.index_of(key);
        let before = self.slot(index);
        if matches!(before, Slot::Key(_)) {
            return;
        }
        if let Some(slot) = self.slots.get_mut(index) {
            *slot = Slot::Key(key);
        }
        self.used += 1;
        if before == Slot::Empty {
            self.fill += 1;
        }
        if self.fill * 3 >= self.slots.len() * 2 {
            self.resize(self.used * 4);
        }
    }

    fn remove(&mut self, key: &str) {
        let index = self.index_of(key);
        if let Some(slot @ Slot::Key(_)) = self.slots.get_mut(index) {
            *slot = Slot::Removed;
            self.used -= 1;
        }
    }

    fn resize(&mut self, request: usize) {
        let size = (request + 1).next_power_of_two().max(Self::LEAST_SLOTS);
        let old = std::mem::replace(&mut self.slots, vec![Slot::Empty; size]);
        (self.fill, self.used) = (0, 0);
        for slot in old {
            if let Slot::Key(key) = slot {
                self.add(key);
            }
        }
    }

    fn keys(&self) -> impl Iterator<Item = &'k str> + '_ {
        self.slots.iter().filter_map(|slot| match slot {
            Slot::Key(key) => Some(*key),
            _ => None,
        })
    }
}

/// The hash of a text in Python 2.7.
fn old_hash(text: &str) -> u64 {
    let mut chars = text.chars().map(|c| u64::from(u32::from(c))).peekable();
    let Some(first) = chars.peek().copied() else { return 0 };
    let mut length = 0_u64;
    let mut hash = first << 7;
    for c in chars {
        hash = hash.wrapping_mul(1_000_003) ^ c;
        length += 1;
    }
    hash ^ length
}

#[cfg(test)]
mod tests {
    use super::{OldDictionary, old_hash};

    #[test]
    fn keys_come_in_the_order_of_python_2() {
        // `list({'a': 0, 'b': 0, …})` in Python 2.7.18.
        let mut keys = OldDictionary::new();
        for key in ["one", "two", "three", "four", "five", "six", "seven"] {
            keys.add(key);
        }
        let order: Vec<&str> = keys.keys().collect();
        assert_eq!(order, ["seven", "six", "three", "two", "four", "five", "one"]);
    }

    #[test]
    fn a_removed_key_leaves_the_others_where_they_are() {
        let mut keys = OldDictionary::new();
        for key in ["a", "b", "c"] {
            keys.add(key);
        }
        keys.remove("a");
        assert_eq!(keys.keys().collect::<Vec<_>>(), ["c", "b"]);
        assert_eq!(old_hash(""), 0);
    }
}
