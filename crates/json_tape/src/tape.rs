//! The tape: one small node for each value and each name of a member.

use std::ops::Range;

use crate::read::{Limits, ReadError, Reader};
use crate::value::Document;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// `null`
    Null,
    /// `false`
    False,
    /// `true`
    True,
    /// A number, as it is written.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// A value, or the name of a member (a string before its value).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    /// First byte of the source.
    pub(crate) start: u32,
    /// Behind the last byte.
    pub(crate) end: u32,
    /// The node behind this one and all that is in it. While an array or object is being read: the
    /// container that it stands in, so that reading needs no stack of its own.
    pub(crate) next: u32,
    pub(crate) kind: Kind,
    /// A string with a backslash in it.
    pub(crate) has_escapes: bool,
}

impl Node {
    pub(crate) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The memory of a document that was read, used again for the next one.
#[derive(Debug, Default)]
pub struct Tape {
    pub(crate) nodes: Vec<Node>,
}

impl Tape {
    /// A tape that holds nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { nodes: Vec::new() }
    }

    /// Reads one JSON text, with nothing but whitespace around it. A byte order mark before it is
    /// passed over, as RFC 8259 allows.
    ///
    /// Sixteen bytes of memory are used for each value and each name.
    ///
    /// # Errors
    /// [`ReadError`] with the offset of the first byte that is not JSON, not UTF-8, or beyond
    /// `limits`.
    pub fn read<'a>(
        &'a mut self,
        source: &'a [u8],
        limits: &Limits,
    ) -> Result<Document<'a>, ReadError> {
        self.nodes.clear();
        let source = Reader::read(source, &mut self.nodes, limits)?;
        Ok(Document { source, nodes: &self.nodes })
    }

    /// Gives back memory beyond `nodes` nodes, after an unusually large document.
    pub fn shrink(&mut self, nodes: usize) {
        if self.nodes.capacity() > nodes {
            self.nodes.clear();
            self.nodes.shrink_to(nodes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Node;

    #[test]
    fn a_node_takes_sixteen_bytes() {
        assert_eq!(size_of::<Node>(), 16);
    }
}
