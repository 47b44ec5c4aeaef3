//! XML documents with limits: the parser goes down once for each level.

use component::{Inventory, RemarkKind, read_text};
use roxmltree::{Document, Node, ParsingOptions};

/// Most nodes of one document.
const MOST_NODES: u32 = 500_000;
/// Deepest nesting of elements.
const DEEPEST: usize = 100;

/// Hands a document to `read`; what is none becomes a remark.
pub(crate) fn with_document(
    path: &str,
    bytes: &[u8],
    into: &mut Inventory,
    read: impl FnOnce(&Document<'_>, &mut Inventory),
) {
    let Some(text) = read_text(path, bytes, into) else { return };
    if nesting(&text) > DEEPEST {
        let what = format!("elements are nested deeper than {DEEPEST}: the file is not read");
        return into.remark(path, None, RemarkKind::Unread, what);
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES };
    match Document::parse_with_options(&text, options) {
        Ok(document) => read(&document, into),
        Err(error) => {
            let line = Some(error.pos().row);
            into.remark(path, line, RemarkKind::Unread, format!("no XML: {error}"));
        }
    }
}

pub(crate) fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.children().find(|child| child.tag_name().name() == name)
}

/// The elements of a name below another one, with the other one in between.
pub(crate) fn below<'a, 'input>(
    node: Node<'a, 'input>,
    list: &str,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'input>> + use<'a, 'input> {
    let list = child(node, list).into_iter().flat_map(|node| node.children());
    list.filter(move |node| node.tag_name().name() == name)
}

/// The text of a child; `None` when it is blank.
pub(crate) fn word<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    child(node, name).and_then(|node| node.text()).map(str::trim).filter(|it| !it.is_empty())
}

pub(crate) fn line_of(document: &Document<'_>, node: Node<'_, '_>) -> u32 {
    document.text_pos_at(node.range().start).row
}

/// How deep elements are nested. What is no XML is at least as deep to this as to a parser that stops there.
fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    let mut rest = text;
    while let Some((_, tag)) = rest.split_once('<') {
        let skipped = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")]
            .into_iter()
            .find_map(|(start, end)| Some((tag.strip_prefix(start)?, end)));
        if let Some((inner, end)) = skipped {
            rest = inner.split_once(end).map_or("", |(_, after)| after);
            continue;
        }
        let mut quote = None;
        let end = tag.find(|c| match (quote, c) {
            (None, '>') => true,
            (None, '"' | '\'') => {
                quote = Some(c);
                false
            }
            (Some(open), c) if open == c => {
                quote = None;
                false
            }
            _ => false,
        });
        let (inner, after) = tag.split_at(end.unwrap_or(tag.len()));
        if inner.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if !inner.ends_with('/') {
            depth += 1;
            deepest = deepest.max(depth);
        }
        rest = after;
    }
    deepest
}
