//! Documents and values as they are read off the tape.

use std::ops::Range;

use crate::tape::{Kind, Node};
use crate::text::Text;

/// A document that was read. Cheap to copy.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    pub(crate) source: &'a str,
    pub(crate) nodes: &'a [Node],
}

impl<'a> Document<'a> {
    /// The bytes it was read from.
    #[must_use]
    pub fn source(self) -> &'a str {
        self.source
    }

    /// The outermost value.
    #[must_use]
    pub fn root(self) -> Value<'a> {
        let node = self.nodes.first().copied().unwrap_or(NOTHING);
        Value { document: self, index: 0, node }
    }

    /// How many values and names of members it has.
    #[must_use]
    pub fn nodes(self) -> usize {
        self.nodes.len()
    }

    fn at(self, index: u32) -> Option<Value<'a>> {
        let node = self.nodes.get(index as usize).copied()?;
        Some(Value { document: self, index, node })
    }
}

/// Stands in for the root of a tape that is empty, which no document has.
const NOTHING: Node = Node { start: 0, end: 0, next: 1, kind: Kind::Null, has_escapes: false };

/// A value of a document. Cheap to copy.
#[derive(Debug, Clone, Copy)]
pub struct Value<'a> {
    document: Document<'a>,
    index: u32,
    node: Node,
}

impl<'a> Value<'a> {
    /// What it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.node.kind
    }

    /// Where it stands in the source, brackets and quotes included.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.node.range()
    }

    /// As it is written, brackets and quotes included.
    #[must_use]
    pub fn raw(self) -> &'a str {
        self.document.source.get(self.node.range()).unwrap_or_default()
    }

    /// The document that it stands in.
    #[must_use]
    pub fn document(self) -> Document<'a> {
        self.document
    }

    /// The text of a string; `None` for every other kind.
    #[must_use]
    pub fn text(self) -> Option<Text<'a>> {
        if self.node.kind != Kind::String {
            return None;
        }
        let inside = self.node.start as usize + 1..self.node.end as usize - 1;
        let raw = self.document.source.get(inside)?;
        Some(Text { raw, has_escapes: self.node.has_escapes })
    }

    /// The text of a string without escapes, such as an identifier; `None` otherwise.
    #[must_use]
    pub fn plain(self) -> Option<&'a str> {
        self.text().filter(|text| !text.has_escapes()).map(Text::raw)
    }

    /// `true` or `false`; `None` for every other kind.
    #[must_use]
    pub fn boolean(self) -> Option<bool> {
        match self.node.kind {
            Kind::True => Some(true),
            Kind::False => Some(false),
            _ => None,
        }
    }

    /// The members of an object in their order, all of those with the same name; none for every
    /// other kind.
    #[must_use]
    pub fn members(self) -> Members<'a> {
        Members { inside: self.inside(Kind::Object) }
    }

    /// The elements of an array; none for every other kind.
    #[must_use]
    pub fn elements(self) -> Elements<'a> {
        Elements { inside: self.inside(Kind::Array) }
    }

    /// The member `name` of an object. Of several the last, as `JSON.parse` and Python's `json` do.
    #[must_use]
    pub fn member(self, name: &str) -> Option<Value<'a>> {
        self.members().filter(|member| member.name == *name).last().map(|member| member.value)
    }

    /// The value that is reached from here by the names of members, one after the other.
    #[must_use]
    pub fn descendant(self, names: &[&str]) -> Option<Value<'a>> {
        names.iter().try_fold(self, |value, name| value.member(name))
    }

    fn inside(self, kind: Kind) -> Inside<'a> {
        let end = if self.node.kind == kind { self.node.next } else { 0 };
        Inside { document: self.document, at: self.index + 1, end }
    }
}

/// Nodes of a container that are still to come.
#[derive(Debug, Clone)]
struct Inside<'a> {
    document: Document<'a>,
    at: u32,
    end: u32,
}

impl<'a> Inside<'a> {
    fn next(&mut self) -> Option<Value<'a>> {
        let value = if self.at < self.end { self.document.at(self.at)? } else { return None };
        self.at = value.node.next;
        Some(value)
    }
}

/// A member of an object.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// Its name.
    pub name: Text<'a>,
    /// Its value.
    pub value: Value<'a>,
}

/// The members of an object, in their order.
#[derive(Debug, Clone)]
pub struct Members<'a> {
    inside: Inside<'a>,
}

impl<'a> Iterator for Members<'a> {
    type Item = Member<'a>;

    fn next(&mut self) -> Option<Member<'a>> {
        let name = self.inside.next()?.text()?;
        Some(Member { name, value: self.inside.next()? })
    }
}

/// The elements of an array, in their order.
#[derive(Debug, Clone)]
pub struct Elements<'a> {
    inside: Inside<'a>,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        self.inside.next()
    }
}
