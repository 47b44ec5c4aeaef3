//! The words in which tables say which answer tells what of which resource.

/// A type of resource, and the answers that tell of it.
#[derive(Debug)]
pub(crate) struct Form {
    /// Type in templates.
    pub(crate) type_: &'static str,
    /// Service that is asked.
    pub(crate) service: &'static str,
    /// Answers that name resources of the type.
    pub(crate) finds: &'static [Find],
    /// Answers about one resource.
    pub(crate) reads: &'static [Read],
}

/// An answer that names resources.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Find {
    pub(crate) operation: &'static str,
    /// Path of the list in the answer; empty when the answer is one resource.
    pub(crate) items: &'static str,
    /// Path of the name in an item; empty when the item is the name, `@` when it is what the
    /// question was about.
    pub(crate) name: &'static str,
    /// Paths of ARN, id and address in an item, the ARN first.
    pub(crate) ids: &'static [&'static str],
    /// Property that holds the resource which the question was about, and that resource's type.
    pub(crate) parent: Option<(&'static str, &'static str)>,
    /// Rows that are read from an item.
    pub(crate) rows: &'static [Row],
}

/// A question about one resource: its answer holds properties.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Read {
    pub(crate) operation: &'static str,
    /// Path of the part of the answer that rows begin at.
    pub(crate) at: &'static str,
    pub(crate) rows: &'static [Row],
}

/// Property, path in the answer, what becomes of the value.
pub(crate) type Row = (&'static str, &'static str, Turn);

/// What becomes of a value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Turn {
    /// It stays.
    Same,
    /// A document in a text becomes a tree.
    Document,
    /// Whether it is one of the words, parted by `|`.
    Is(&'static str),
    /// The id of a resource of the type, among those with the same parent, becomes a reference.
    Ref(&'static str),
    /// The value is told only where it is none of the words, parted by `|`.
    Unless(&'static str),
    /// Members are written as templates write them: the first letter large.
    Large,
    /// The paths of a list's items that is written as `{"items": …}` or a list.
    List,
    /// A document in a text that is a resource of its own: a policy on what it stands in. The
    /// type, and the property that names the owner (`[]` for a list of owners).
    Policy(&'static str, &'static str),
}

/// A list of resources.
pub(crate) const fn find(
    operation: &'static str,
    items: &'static str,
    name: &'static str,
    ids: &'static [&'static str],
    rows: &'static [Row],
) -> Find {
    Find { operation, items, name, ids, parent: None, rows }
}

/// A list of what belongs to the resource that the question was about.
pub(crate) const fn child(
    operation: &'static str,
    items: &'static str,
    name: &'static str,
    ids: &'static [&'static str],
    parent: (&'static str, &'static str),
    rows: &'static [Row],
) -> Find {
    Find { operation, items, name, ids, parent: Some(parent), rows }
}

/// A question about one resource.
pub(crate) const fn read(operation: &'static str, at: &'static str, rows: &'static [Row]) -> Read {
    Read { operation, at, rows }
}
