//! The fields that rules ask for: which an event has at hand, and a trie of the paths of all.

use std::collections::{BTreeSet, HashMap};

use audit_event::{AtHand, RootSource};
use foldhash::fast::RandomState;

/// Number of a field.
pub(crate) type Slot = u32;

/// Children up to which names are compared one after the other.
const FEW: usize = 6;

/// One field.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) path: Box<str>,
    pub(crate) at_hand: Option<AtHand>,
    /// Which child of the top its path begins with.
    pub(crate) root: usize,
}

/// A member of records that leads to fields.
#[derive(Clone, Debug, Default)]
pub(crate) struct Branch {
    children: Children,
    /// The field that ends here.
    pub(crate) slot: Option<Slot>,
    /// Fields that end here or below, which have numbers in a row.
    pub(crate) slots: std::ops::Range<Slot>,
}

/// Children by name.
#[derive(Clone, Debug)]
enum Children {
    Few(Vec<(Box<[u8]>, Branch)>),
    Many(HashMap<Box<[u8]>, Branch, RandomState>),
}

impl Default for Children {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Branch {
    #[inline]
    pub(crate) fn child(&self, name: &[u8]) -> Option<&Branch> {
        match &self.children {
            Children::Few(few) => few.iter().find(|(it, _)| &**it == name).map(|(_, it)| it),
            Children::Many(many) => many.get(name),
        }
    }

    pub(crate) fn has_children(&self) -> bool {
        match &self.children {
            Children::Few(few) => !few.is_empty(),
            Children::Many(_) => true,
        }
    }

    /// The branch that a name with dots leads to, as if its parts were nested.
    pub(crate) fn dotted(&self, name: &[u8]) -> Option<&Branch> {
        name.split(|byte| *byte == b'.').try_fold(self, Branch::child)
    }
}

/// All fields of a set of rules.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    pub(crate) all: Vec<Field>,
    /// Members of the record itself that lead to fields.
    pub(crate) roots: Vec<Root>,
    by_path: HashMap<Box<str>, Slot, RandomState>,
}

/// A member of the record that leads to fields.
#[derive(Clone, Debug)]
pub(crate) struct Root {
    pub(crate) name: Box<str>,
    pub(crate) source: RootSource,
    pub(crate) branch: Branch,
}

impl Fields {
    /// The fields of these dotted paths.
    pub(crate) fn new<'p>(paths: impl Iterator<Item = &'p str>) -> Self {
        // In the order of their parts, those below one member follow each other.
        let sorted: BTreeSet<Vec<&str>> = paths.map(|path| path.split('.').collect()).collect();
        let mut all = Self::default();
        let sorted: Vec<_> = sorted.into_iter().collect();
        let mut rest = sorted.as_slice();
        while let Some(first) = rest.first().and_then(|parts| parts.first()) {
            let count = rest.iter().take_while(|parts| parts.first() == Some(first)).count();
            let (own, others) = rest.split_at(count);
            let root = all.roots.len();
            let start = slot(all.all.len());
            for parts in own {
                let path: Box<str> = parts.join(".").into();
                all.by_path.insert(path.clone(), slot(all.all.len()));
                all.all.push(Field { at_hand: AtHand::of(&path), path, root });
            }
            let branch = branch(own, 1, start);
            all.roots.push(Root { name: (*first).into(), source: RootSource::of(first), branch });
            rest = others;
        }
        all
    }

    /// Whether the record itself must be looked through for a field.
    pub(crate) fn is_in_record(&self, field: &Field) -> bool {
        self.roots.get(field.root).is_some_and(|root| root.source == RootSource::Record)
    }

    pub(crate) fn slot(&self, path: &str) -> Option<Slot> {
        self.by_path.get(path).copied()
    }
}

fn slot(number: usize) -> Slot {
    Slot::try_from(number).unwrap_or(Slot::MAX)
}

/// The branch of paths that have their first `depth` parts in common, and numbers from `start` on.
fn branch(paths: &[Vec<&str>], depth: usize, start: Slot) -> Branch {
    let end = start + slot(paths.len());
    let ends_here = paths.first().is_some_and(|parts| parts.len() == depth);
    let mut few = Vec::new();
    let mut at = start + Slot::from(ends_here);
    let mut rest = paths.get(usize::from(ends_here)..).unwrap_or_default();
    while let Some(name) = rest.first().and_then(|parts| parts.get(depth)) {
        let count = rest.iter().take_while(|parts| parts.get(depth) == Some(name)).count();
        let (own, others) = rest.split_at(count);
        few.push((Box::from(name.as_bytes()), branch(own, depth + 1, at)));
        at += slot(count);
        rest = others;
    }
    let children = if few.len() <= FEW {
        Children::Few(few)
    } else {
        Children::Many(few.into_iter().collect())
    };
    Branch { children, slot: ends_here.then_some(start), slots: start..end }
}

#[cfg(test)]
mod tests {
    use super::Fields;

    #[test]
    fn fields_below_a_member_have_numbers_in_a_row() {
        let paths = ["b.c", "a.b.x", "a.b", "a.c", "a", "b.a.a.a", "a.b.y"];
        let fields = Fields::new(paths.into_iter());
        assert_eq!(fields.all.len(), paths.len());
        let a = fields.roots.iter().find(|root| &*root.name == "a").unwrap();
        assert_eq!(a.branch.slots, 0..5);
        let b = a.branch.child(b"b").unwrap();
        assert_eq!((b.slot, b.slots.clone()), (fields.slot("a.b"), 1..4));
        assert_eq!(a.branch.dotted(b"b.y").unwrap().slot, fields.slot("a.b.y"));
        assert!(a.branch.child(b"z").is_none());
    }
}
