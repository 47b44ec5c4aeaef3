//! Trees of tree-sitter: made within bounds, walked without comments, with places.

use source_text::{FileId, Place};
use tree_sitter::{Node, ParseOptions, ParseState, Parser, Tree};

/// Steps of 100 parser operations that every text has, and further ones for each byte.
const STEPS: u64 = 20_000;
const STEPS_A_BYTE: u64 = 1;

/// Brackets in brackets beyond which a text is not parsed.
const MAX_NESTING: usize = 100;

/// Longest source, in bytes.
const MAX_BYTES: usize = 4 << 20;

/// Parses a text; `Err` tells in words why not.
pub(crate) fn parse(text: &str) -> Result<Tree, &'static str> {
    if text.len() > MAX_BYTES {
        return Err("the file is larger than 4 MiB and was not read");
    }
    if nesting(text) > MAX_NESTING {
        return Err("brackets are nested more than 100 deep; the file was not read");
    }
    let mut parser = Parser::new();
    let failed = "the parser gave up on this file; it was not read";
    parser.set_language(&tree_sitter_bicep::LANGUAGE.into()).map_err(|_| failed)?;
    let bytes = text.as_bytes();
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let allowed = size.saturating_mul(STEPS_A_BYTE).saturating_add(STEPS);
    let mut steps = 0_u64;
    let mut give_up = |_: &ParseState| {
        steps += 1;
        steps > allowed
    };
    let options = ParseOptions::new().progress_callback(&mut give_up);
    let mut read = |offset: usize, _| bytes.get(offset..).unwrap_or_default();
    parser.parse_with_options(&mut read, None, Some(options)).ok_or(failed)
}

/// The deepest nesting of brackets, wherever they stand; signs that nest without brackets count.
fn nesting(text: &str) -> usize {
    let (mut depth, mut most, mut prefix) = (0_usize, 0, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        // `!!!!x`, `a?b?c` and `a=>b=>c` nest, too.
        match byte {
            b'!' | b'?' | b'-' | b'=' => prefix += 1,
            b'\n' => prefix = 0,
            _ => {}
        }
        most = most.max(depth + prefix / 4);
    }
    most
}

/// The named children, without comments.
pub(crate) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    let named = node.children(&mut cursor);
    named.filter(|child| child.is_named() && !is_comment(*child)).collect()
}

pub(crate) fn is_comment(node: Node<'_>) -> bool {
    matches!(node.kind(), "comment" | "diagnostic_comment")
}

/// The first child of a kind.
pub(crate) fn child_of<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    node.children(&mut cursor).find(|child| child.kind() == kind)
}

/// Whether a keyword or sign stands among the children.
pub(crate) fn has(node: Node<'_>, token: &str) -> bool {
    child_of(node, token).is_some()
}

/// The child in a field.
pub(crate) fn field<'t>(node: Node<'t>, name: &str) -> Option<Node<'t>> {
    node.child_by_field_name(name)
}

/// One file of source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'t> {
    pub(crate) file: FileId,
    pub(crate) text: &'t str,
}

impl<'t> Text<'t> {
    /// The source of a node.
    pub(crate) fn of(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// Where something begins at a byte.
    pub(crate) fn place_at(&self, byte: usize) -> Place {
        let before = self.text.get(..byte).unwrap_or_default();
        let line = before.matches('\n').count();
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        let number = |it: usize| u32::try_from(it).unwrap_or(u32::MAX).saturating_add(1);
        let (line, column) = (number(line), number(column));
        Place { file: self.file, line, column, end_line: line, end_column: column }
    }

    /// Where a node stands.
    pub(crate) fn place(&self, node: Node<'_>) -> Place {
        let (start, end) = (node.start_position(), node.end_position());
        let column = |byte: usize, bytes: usize| {
            let before = self.text.get(byte.saturating_sub(bytes)..byte).unwrap_or_default();
            u32::try_from(before.chars().count()).unwrap_or(u32::MAX).saturating_add(1)
        };
        let line = |row: usize| u32::try_from(row).unwrap_or(u32::MAX).saturating_add(1);
        Place {
            file: self.file,
            line: line(start.row),
            column: column(node.start_byte(), start.column),
            end_line: line(end.row),
            end_column: column(node.end_byte(), end.column),
        }
    }
}
