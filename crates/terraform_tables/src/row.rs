//! The form of the tables: which type of the template a Terraform type is, and where its arguments go.

use source_text::Node;

use crate::scope::Scope;

/// Name of a Terraform argument or nested block, path of the property (empty: it has
/// none and is left out), and how the value is turned.
///
/// An argument without a row goes to the property of its name in the spelling of the template:
/// `memory_size` to `MemorySize` for AWS.
pub type Row = (&'static str, &'static str, Turn);

/// How a value is turned.
#[derive(Clone, Copy, Debug)]
pub enum Turn {
    /// It stays as it stands.
    As,
    /// JSON text becomes the tree that it holds.
    Json,
    /// The first of the blocks becomes a mapping.
    One(&'static [Row]),
    /// The blocks become a list of mappings.
    Many(&'static [Row]),
    /// One word for another; other words stay.
    Words(&'static [(&'static str, &'static str)]),
    /// A single value becomes a list of one.
    Listed,
    /// The name of a resource of this type becomes a reference to it.
    Named(&'static str),
    /// A mapping becomes a list of `{Name, Value}`.
    Pairs,
    /// Left out when it is this text: the provider's word for "not set".
    Unless(&'static str),
    /// A function of its own.
    By(fn(&Scope<'_>, &Node) -> Node),
}

/// What the table says of one Terraform type.
#[derive(Clone, Copy, Debug)]
pub struct Type {
    /// Terraform's name.
    pub kind: &'static str,
    /// What it becomes.
    pub shape: Shape,
    /// Its arguments.
    pub rows: &'static [Row],
}

/// What a Terraform type becomes.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A resource of this type, its properties below a path (empty: at the top).
    Resource(&'static str, &'static str),
    /// Properties of another resource.
    Part(Owner, At),
    /// Nothing that anybody asks about: it is known, and no property of another resource.
    Nothing,
}

/// How the resource is found that a part belongs to.
#[derive(Clone, Copy, Debug)]
pub enum Owner {
    /// An argument refers to it, or holds the name of one of this type.
    In(&'static str, &'static str),
    /// The resource of this type with the same values of these arguments.
    Same(&'static str, &'static [&'static str]),
}

/// Where a part goes.
#[derive(Clone, Copy, Debug)]
pub enum At {
    /// Into the properties, below a path (empty: at the top).
    Below(&'static str),
    /// Behind the items of a list.
    Item(&'static str),
    /// The value of one argument goes behind the items of a list; so do the items of a list.
    Value(&'static str, &'static str),
}

/// A resource with its properties at the top.
#[must_use]
pub const fn resource(kind: &'static str, type_: &'static str, rows: &'static [Row]) -> Type {
    Type { kind, shape: Shape::Resource(type_, ""), rows }
}

/// Properties of another resource.
#[must_use]
pub const fn part(kind: &'static str, owner: Owner, at: At, rows: &'static [Row]) -> Type {
    Type { kind, shape: Shape::Part(owner, at), rows }
}

/// A type that is known and tells nothing.
#[must_use]
pub const fn nothing(kind: &'static str) -> Type {
    Type { kind, shape: Shape::Nothing, rows: &[] }
}
