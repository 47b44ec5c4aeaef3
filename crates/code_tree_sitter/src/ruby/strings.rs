//! Texts: strings, symbols, here-documents, regular expressions, commands.

use code_ir::{Constant, Expr, ExprKind, Part};
use tree_sitter::Node;

use super::Ruby;
use crate::context::{Pieces, constant, list, span, text_of};
use crate::escapes::unescape;
use crate::tree::children;

impl<'n> Ruby<'_, 'n> {
    /// A literal made of text and interpolated values.
    pub(super) fn string(&mut self, node: Node<'n>) -> Expr {
        let mut parts = Pieces::default();
        self.parts(node, &mut parts);
        text_of(parts.into_parts(), span(node))
    }

    pub(super) fn parts(&mut self, node: Node<'n>, parts: &mut Pieces) {
        for piece in children(node) {
            let text = self.context.text(piece);
            match piece.kind() {
                "string_content" | "heredoc_content" => parts.push_text(text),
                "escape_sequence" => parts.push_text(&unescape(text)),
                "interpolation" => self.interpolation(piece, parts),
                "string" => self.parts(piece, parts),
                _ => {}
            }
        }
    }

    /// `:name`, `:"name"`, `name:`.
    pub(super) fn symbol(&mut self, node: Node<'n>) -> Expr {
        if node.kind() == "delimited_symbol" || node.kind() == "string" {
            return self.string(node);
        }
        let text = self.context.text(node);
        Expr::text(text.strip_prefix(':').unwrap_or(text), span(node))
    }

    /// `%w[a b]`, `%i[a b]`.
    pub(super) fn words(&mut self, node: Node<'n>) -> Expr {
        let words = children(node).into_iter().map(|word| self.string(word)).collect();
        list(words, span(node))
    }

    /// `<<~NAME`: the body stands behind the line.
    pub(super) fn heredoc(&mut self, node: Node<'n>) -> Expr {
        let Some(body) = self.heredocs.remove(&node.start_byte()) else {
            return Expr::text("", span(node));
        };
        if !self.context.depth_allows(node) {
            return crate::context::unknown(span(node));
        }
        let mut pieces = Pieces::default();
        self.parts(body, &mut pieces);
        self.context.go_up();
        let mut parts = pieces.into_parts();
        // The body begins with the end of the line before.
        if let Some(Part::Text(first)) = parts.first_mut() {
            *first = first.strip_prefix('\n').unwrap_or(first).into();
        }
        let opening = self.context.text(node);
        if opening.starts_with("<<~") {
            dedent(&mut parts);
        }
        // The indentation before the closing word is no part of the text.
        if let Some(Part::Text(last)) = parts.last_mut()
            && let Some((before, indent)) = last.rsplit_once('\n')
            && indent.chars().all(|letter| letter == ' ' || letter == '\t')
        {
            *last = format!("{before}\n").into();
        }
        text_of(parts, span(node))
    }

    pub(super) fn regex(&mut self, node: Node<'n>) -> Expr {
        let mut parts = Pieces::default();
        // Escapes are the regular expression's own.
        for piece in children(node) {
            if piece.kind() == "interpolation" {
                self.interpolation(piece, &mut parts);
            } else {
                parts.push_text(self.context.text(piece));
            }
        }
        let text = self.context.text(node);
        let flags = text.rsplit(['/', '}', ')', ']', '|', '!']).next().unwrap_or_default();
        match text_of(parts.into_parts(), span(node)) {
            Expr { kind: ExprKind::Constant(Constant::Text(pattern)), span } => {
                constant(Constant::Regex { pattern, flags: flags.into() }, span)
            }
            other => other,
        }
    }

    fn interpolation(&mut self, node: Node<'n>, parts: &mut Pieces) {
        let mut body = Vec::new();
        self.statements(node, &mut body);
        parts.push_value(super::tail::as_expr(body, span(node)));
    }
}

/// Takes the common indentation away.
fn dedent(parts: &mut [Part]) {
    let indent_of = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut margin = usize::MAX;
    let mut is_first = true;
    let last = parts.len().saturating_sub(1);
    for (index, part) in parts.iter().enumerate() {
        if let Part::Text(text) = part {
            let ends = text.split('\n').count().saturating_sub(1);
            for (number, line) in text.split('\n').enumerate() {
                let starts_line = number > 0 || is_first;
                let is_blank = line.trim().is_empty() && (number < ends || index == last);
                if starts_line && !is_blank {
                    margin = margin.min(indent_of(line));
                }
            }
        } else if is_first {
            margin = 0;
        }
        is_first = false;
    }
    let mut is_first = true;
    for part in parts {
        if let Part::Text(text) = part {
            let lines: Vec<&str> = text
                .split('\n')
                .enumerate()
                .map(|(number, line)| {
                    let cut = if number > 0 || is_first { margin.min(indent_of(line)) } else { 0 };
                    line.get(cut..).unwrap_or("")
                })
                .collect();
            *text = lines.join("\n").into();
        }
        is_first = false;
    }
}
