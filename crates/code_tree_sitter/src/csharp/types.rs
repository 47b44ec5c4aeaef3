//! Types, attributes, imports and texts.

use code_ir::{Argument, Expr, ExprKind, Import, ImportKind, Name, SmolStr, Stmt, StmtKind};
use tree_sitter::Node;

use super::CSharp;
use crate::context::{Pieces, list, span, text_of, unknown};
use crate::escapes::unescape;
use crate::tree::{child_of, children, field, first};

impl CSharp<'_> {
    /// A type, dotted, without arguments; nothing for `var`.
    pub(super) fn type_of(&mut self, node: Node<'_>) -> Option<Expr> {
        let at = span(node);
        if !self.context.depth_allows(node) {
            return None;
        }
        let lowered = match node.kind() {
            "implicit_type" => None,
            "identifier" | "predefined_type" => Some(Expr::name(self.context.text(node), at)),
            "generic_name" => {
                let name = child_of(node, "identifier").map_or("", |name| self.context.text(name));
                Some(Expr::name(name, at))
            }
            "qualified_name" => {
                let base = field(node, "qualifier").and_then(|base| self.type_of(base));
                let name = self.simple_name(field(node, "name"));
                Some(match base {
                    Some(base) => Expr::attribute(base, name, at),
                    None => Expr::name(name, at),
                })
            }
            "alias_qualified_name" => Some(Expr::name(self.simple_name(field(node, "name")), at)),
            "nullable_type" | "pointer_type" | "ref_type" | "scoped_type" => {
                field(node, "type").and_then(|inner| self.type_of(inner))
            }
            "array_type" => {
                let element = field(node, "type").and_then(|inner| self.type_of(inner));
                Some(list(element.into_iter().collect(), at))
            }
            "tuple_type" => {
                let members = children(node).into_iter();
                let members = members.filter_map(|part| field(part, "type"));
                let members = members.filter_map(|of| self.type_of(of)).collect();
                Some(list(members, at))
            }
            _ => Some(unknown(at)),
        };
        self.context.go_up();
        lowered
    }

    pub(super) fn type_in(&mut self, node: Node<'_>, name: &str) -> Option<Expr> {
        field(node, name).and_then(|of| self.type_of(of))
    }

    /// An identifier, without type arguments and without `@`.
    pub(super) fn simple_name(&self, node: Option<Node<'_>>) -> SmolStr {
        let Some(node) = node else { return SmolStr::default() };
        let node = match node.kind() {
            "generic_name" => child_of(node, "identifier").unwrap_or(node),
            _ => node,
        };
        let text = self.context.text(node);
        text.strip_prefix('@').unwrap_or(text).into()
    }

    pub(super) fn has_modifier(&self, node: Node<'_>, word: &str) -> bool {
        let mut cursor = node.walk();
        node.children(&mut cursor).any(|child| {
            (child.kind() == "modifier" || child.kind() == word) && self.context.text(child) == word
        })
    }

    /// Attributes of what is declared.
    pub(super) fn decorators(&mut self, node: Node<'_>) -> Vec<Expr> {
        let lists = children(node).into_iter().filter(|part| part.kind() == "attribute_list");
        let attributes: Vec<Node<'_>> = lists.flat_map(children).collect();
        attributes
            .into_iter()
            .filter(|part| part.kind() == "attribute")
            .map(|attribute| self.attribute(attribute))
            .collect()
    }

    fn attribute(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        let callee = self.type_in(node, "name").unwrap_or_else(|| unknown(at));
        let Some(given) = child_of(node, "attribute_argument_list") else { return callee };
        let mut arguments = Vec::new();
        for argument in children(given) {
            let name = field(argument, "name");
            let value = children(argument).into_iter().find(|part| Some(*part) != name);
            let Some(value) = value else { continue };
            let left = field(value, "left").filter(|left| left.kind() == "identifier");
            if let (Some(name), None) = (name, left) {
                let name = self.simple_name(Some(name));
                arguments.push(Argument::named(name, self.expr(value)));
            } else if let ("assignment_expression", Some(name)) = (value.kind(), left) {
                let name = self.simple_name(Some(name));
                arguments.push(Argument::named(name, self.in_field(value, "right")));
            } else {
                arguments.push(Argument::positional(self.expr(value)));
            }
        }
        Expr::new(ExprKind::Call { callee: Box::new(callee), arguments, is_new: false }, at)
    }

    pub(super) fn import(&mut self, node: Node<'_>) -> Option<Stmt> {
        let alias = field(node, "name");
        let path = children(node).into_iter().find(|part| Some(*part) != alias)?;
        let path = self.type_of(path)?;
        let path: Vec<&str> = path.dotted()?.into_iter().map(SmolStr::as_str).collect();
        let kind = match alias {
            Some(alias) => ImportKind::Whole(Name::new(self.context.text(alias))),
            None => ImportKind::Star,
        };
        let import = Import { module: path.join(".").into(), level: 0, kind };
        Some(Stmt::new(StmtKind::Import(import), span(node)))
    }

    /// `"…"`, `@"…"`, `"""…"""`.
    pub(super) fn string(&mut self, node: Node<'_>) -> Expr {
        let text = self.context.text(node);
        let text = text.strip_suffix("u8").unwrap_or(text);
        let lowered = match node.kind() {
            "verbatim_string_literal" => {
                let inside = text.trim_start_matches('@');
                let inside = inside.strip_prefix('"').unwrap_or(inside);
                inside.strip_suffix('"').unwrap_or(inside).replace("\"\"", "\"")
            }
            "raw_string_literal" => raw_text(text),
            _ => {
                let inside = text.strip_prefix('"').unwrap_or(text);
                unescape(inside.strip_suffix('"').unwrap_or(inside))
            }
        };
        Expr::text(lowered, span(node))
    }

    /// `$"…"` in all its forms.
    pub(super) fn interpolated(&mut self, node: Node<'_>) -> Expr {
        let whole = self.context.text(node);
        let opening = whole.split_once('"').map_or("", |(opening, _)| opening);
        let is_verbatim = opening.contains('@');
        let is_raw =
            !is_verbatim && whole.get(opening.len()..).is_some_and(|t| t.starts_with("\"\"\""));
        let mut pieces = Pieces::default();
        for piece in children(node) {
            let text = self.context.text(piece);
            match piece.kind() {
                "string_content" if is_raw => pieces.push_text(text),
                "string_content" | "escape_sequence" => {
                    let text = text.replace("{{", "{").replace("}}", "}");
                    if is_verbatim {
                        pieces.push_text(&text.replace("\"\"", "\""));
                    } else {
                        pieces.push_text(&unescape(&text));
                    }
                }
                "interpolation" => {
                    let value = children(piece)
                        .into_iter()
                        .find(|part| !part.kind().starts_with("interpolation_"));
                    if let Some(value) = value {
                        pieces.push_value(self.expr(value));
                    }
                }
                _ => {}
            }
        }
        text_of(pieces.into_parts(), span(node))
    }

    pub(super) fn in_field(&mut self, node: Node<'_>, name: &str) -> Expr {
        match field(node, name) {
            Some(inner) => self.expr(inner),
            None => unknown(span(node)),
        }
    }

    pub(super) fn first_of(&mut self, node: Node<'_>) -> Expr {
        match first(node) {
            Some(inner) => self.expr(inner),
            None => unknown(span(node)),
        }
    }
}

/// The text between three or more quotes; the indentation of the last line is taken from each.
fn raw_text(text: &str) -> String {
    let quotes = text.len() - text.trim_start_matches('"').len();
    let inside = text.get(quotes..text.len().saturating_sub(quotes)).unwrap_or_default();
    let Some((_, lines)) = inside.split_once('\n') else { return inside.to_owned() };
    let (lines, margin) = lines.rsplit_once('\n').unwrap_or(("", lines));
    let lines: Vec<&str> = lines
        .split('\n')
        .map(|line| line.strip_prefix(margin).unwrap_or(line.trim_start()))
        .collect();
    lines.join("\n")
}
