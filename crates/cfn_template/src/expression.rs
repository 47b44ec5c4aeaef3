//! What stands where a value is not decided, written for people in the notation of `Fn::Sub`.

use source_text::{Kind, Node, SmolStr};
use value::{Expression, Reference};

use crate::function::{Function, function};
use crate::sub::{Piece, pieces};

/// Longest text, in bytes; what is longer ends in an ellipsis.
const LENGTH: usize = 4096;
/// Most references, and most nodes that are visited.
const REFERENCES: usize = 256;
const VISITED: usize = 4096;

/// The expression of a simplified value.
pub(crate) fn expression(node: &Node) -> Expression {
    let mut writer = Writer { text: String::new(), references: Vec::new(), visited: 0 };
    writer.value(node);
    if writer.is_full() {
        let mut end = LENGTH.min(writer.text.len());
        while !writer.text.is_char_boundary(end) {
            end -= 1;
        }
        writer.text.truncate(end);
        writer.text.push('…');
    }
    Expression { text: writer.text.into(), references: writer.references }
}

struct Writer {
    text: String,
    references: Vec<Reference>,
    visited: usize,
}

impl Writer {
    fn is_full(&self) -> bool {
        self.text.len() > LENGTH || self.visited > VISITED
    }

    fn push(&mut self, text: &str) {
        if !self.is_full() {
            self.text.push_str(text);
        }
    }

    fn value(&mut self, node: &Node) {
        self.visited += 1;
        if self.is_full() {
            return;
        }
        if let Some((kind, argument)) = function(node) {
            self.function(node, kind, argument);
            return;
        }
        match &node.kind {
            Kind::Null => {}
            Kind::Text(text) | Kind::Number(text) => self.push(text),
            Kind::Bool(value) => self.push(if *value { "true" } else { "false" }),
            Kind::List(items) => self.separated(items, ", "),
            Kind::Map(map) => {
                for (position, (key, value)) in map.iter().enumerate() {
                    self.push(if position > 0 { ", " } else { "" });
                    self.push(key);
                    self.push(": ");
                    self.value(value);
                }
            }
            Kind::Tagged(_, inner) => self.value(inner),
        }
    }

    fn separated(&mut self, items: &[Node], separator: &str) {
        for (position, item) in items.iter().enumerate() {
            if self.is_full() {
                return;
            }
            self.push(if position > 0 { separator } else { "" });
            self.value(item);
        }
    }

    fn function(&mut self, node: &Node, function: Function, argument: &Node) {
        match (function, &argument.kind) {
            (Function::Ref, Kind::Text(name)) => self.reference(name, None),
            (Function::GetAtt, Kind::List(items)) => match items.as_slice() {
                [Node { kind: Kind::Text(name), .. }, Node { kind: Kind::Text(attribute), .. }] => {
                    self.reference(name, Some(attribute));
                }
                _ => self.words("GetAtt", argument),
            },
            (Function::Sub, Kind::Text(text)) => self.sub(text, None),
            (Function::Sub, Kind::List(items)) => match items.as_slice() {
                [Node { kind: Kind::Text(text), .. }, variables] => self.sub(text, Some(variables)),
                _ => self.words("Sub", argument),
            },
            (Function::Join, Kind::List(items)) => match items.as_slice() {
                [
                    Node { kind: Kind::Text(delimiter), .. },
                    Node { kind: Kind::List(items), .. },
                ] => {
                    self.separated(items, delimiter);
                }
                _ => self.words("Join", argument),
            },
            (Function::If, Kind::List(items)) => {
                let name = items.first().and_then(Node::as_str).unwrap_or_default();
                self.push("${If ");
                self.push(name);
                self.push("}");
                let start = self.text.len();
                // The branches count for what is referred to, not for the text.
                for branch in items.iter().skip(1) {
                    self.value(branch);
                }
                self.text.truncate(start.min(self.text.len()));
            }
            (Function::Unresolved, Kind::Text(text)) => self.push(text),
            _ => {
                let key = node.single().map_or("", |(key, _)| key.as_str());
                self.words(key.strip_prefix("Fn::").unwrap_or(key), argument);
            }
        }
    }

    fn words(&mut self, function: &str, argument: &Node) {
        self.push("${");
        self.push(function);
        self.push(" ");
        match &argument.kind {
            Kind::List(items) => self.separated(items, " "),
            _ => self.value(argument),
        }
        self.push("}");
    }

    fn sub(&mut self, text: &str, variables: Option<&Node>) {
        for piece in pieces(text) {
            if self.is_full() {
                return;
            }
            match piece {
                Piece::Text(text) => self.push(text),
                Piece::Escaped(name) => {
                    self.push("${!");
                    self.push(name);
                    self.push("}");
                }
                Piece::Variable(name) => match variables.and_then(|it| it.get(name)) {
                    Some(value) => self.value(value),
                    None => match name.split_once('.') {
                        Some((id, attribute)) => self.reference(id, Some(attribute)),
                        None => self.reference(name, None),
                    },
                },
            }
        }
    }

    fn reference(&mut self, name: &str, attribute: Option<&str>) {
        self.visited += 1;
        self.push("${");
        self.push(name);
        if let Some(attribute) = attribute {
            self.push(".");
            self.push(attribute);
        }
        self.push("}");
        let reference =
            Reference { name: SmolStr::new(name), attribute: attribute.map(SmolStr::new) };
        if self.references.len() < REFERENCES && !self.references.contains(&reference) {
            self.references.push(reference);
        }
    }
}
