//! Texts: what is written in quotes, with what is put into them.

use tree_sitter::Node;

use crate::tree::{Text, children};

/// A part of a text.
#[derive(Clone, Debug)]
pub(crate) enum Part<'t> {
    Words(String),
    Value(Node<'t>),
}

/// The parts of a string node; known words in a row are one part.
pub(crate) fn parts<'t>(source: Text<'_>, node: Node<'t>) -> Vec<Part<'t>> {
    let written = source.of(node);
    if let Some(inner) = written.strip_prefix("'''") {
        let inner = inner.strip_suffix("'''").unwrap_or(inner);
        let inner =
            inner.strip_prefix("\r\n").or_else(|| inner.strip_prefix('\n')).unwrap_or(inner);
        return vec![Part::Words(inner.to_owned())];
    }
    let (mut at, end) = (node.start_byte() + 1, node.end_byte().saturating_sub(1));
    let mut parts = Vec::new();
    for child in children(node) {
        if child.kind() != "interpolation" {
            continue;
        }
        push_words(&mut parts, source.text.get(at..child.start_byte()).unwrap_or_default());
        if let Some(value) = children(child).into_iter().next() {
            parts.push(Part::Value(value));
        }
        at = child.end_byte();
    }
    push_words(&mut parts, source.text.get(at..end).unwrap_or_default());
    parts
}

/// The text, when nothing is put into it.
pub(crate) fn plain(source: Text<'_>, node: Node<'_>) -> Option<String> {
    match parts(source, node).as_slice() {
        [] => Some(String::new()),
        [Part::Words(words)] => Some(words.clone()),
        _ => None,
    }
}

fn push_words(parts: &mut Vec<Part<'_>>, written: &str) {
    if !written.is_empty() {
        parts.push(Part::Words(unescaped(written)));
    }
}

fn unescaped(written: &str) -> String {
    let mut text = String::with_capacity(written.len());
    let mut letters = written.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            text.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('u') => {
                let rest = letters.as_str();
                let inner = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
                let sign = inner.and_then(|(hex, rest)| {
                    let sign = u32::from_str_radix(hex, 16).ok().and_then(char::from_u32)?;
                    Some((sign, rest))
                });
                if let Some((sign, rest)) = sign {
                    text.push(sign);
                    letters = rest.chars();
                }
            }
            Some(other) => text.push(other),
            None => {}
        }
    }
    text
}

/// A text as the template language writes it within an expression: `'it''s'`.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A text as the value of a property: one that would be taken for an expression is escaped.
pub(crate) fn as_value(text: String) -> String {
    if text.starts_with('[') && text.ends_with(']') { format!("[{text}") } else { text }
}
