//! Trees of tree-sitter: made within bounds, walked without comments.

use tree_sitter::{Language, Node, ParseOptions, ParseState, Parser, Tree};

/// Steps of 100 parser operations that every text has, and further ones for each byte. Plain code
/// takes 0.04 a byte (measured); a text that needs far more makes the parser try ever more readings.
const STEPS: u64 = 20_000;
const STEPS_A_BYTE: u64 = 1;

/// Parses a text, or gives nothing when the parser does not get on.
pub(crate) fn parse_text(grammar: &Language, text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(grammar).ok()?;
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
    parser.parse_with_options(&mut read, None, Some(options))
}

/// The children of a node that mean something, in order: the named ones and C#'s `this` and `base`,
/// without comments and bodies of here-documents, which stand wherever their line ends.
pub(crate) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.children(&mut cursor).filter(means_something).collect()
}

/// The first named child, comments left out.
pub(crate) fn first(node: Node<'_>) -> Option<Node<'_>> {
    children(node).into_iter().next()
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

/// All named children in a field.
pub(crate) fn fields<'t>(node: Node<'t>, name: &str) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.children_by_field_name(name, &mut cursor).filter(Node::is_named).collect()
}

fn means_something(node: &Node<'_>) -> bool {
    let kind = node.kind();
    if node.is_named() {
        kind != "heredoc_body" && !kind.ends_with("comment")
    } else {
        kind == "this" || kind == "base"
    }
}
