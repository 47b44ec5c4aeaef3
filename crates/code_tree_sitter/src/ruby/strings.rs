//! Texts: strings, symbols, here-documents, regular expressions, commands.

use code_ir::{Constant, Expr, ExprKind, Part};
use tree_sitter::Node;

use super::Ruby;
use crate::context::{constant, list, span};
use crate::escapes::unescape;
use crate::tree::children;

impl<'n> Ruby<'_, 'n> {
    /// A literal made of text and interpolated values.
    pub(super) fn string(&mut self, node: Node<'n>) -> Expr {
        let mut parts = Vec::new();
        self.parts(node, &mut parts);
        text_of(parts, node)
    }

    pub(super) fn parts(&mut self, node: Node<'n>, parts: &mut Vec<Part>) {
        for piece in children(node) {
            let text = self.context.text(piece);
            match piece.kind() {
                "string_content" | "heredoc_content" => push(parts, text),
                "escape_sequence" => push(parts, &unescape(text)),
                "interpolation" => {
                    let mut body = Vec::new();
                    self.statements(piece, &mut body);
                    parts.push(Part::Value(super::tail::as_expr(body, span(piece))));
                }
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
        let mut parts = Vec::new();
        self.parts(body, &mut parts);
        self.context.go_up();
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
        text_of(parts, node)
    }

    pub(super) fn regex(&mut self, node: Node<'n>) -> Expr {
        let mut parts = Vec::new();
        // Escapes are the regular expression's own.
        for piece in children(node) {
            if piece.kind() == "interpolation" {
                self.parts_of_interpolation(piece, &mut parts);
            } else {
                push(&mut parts, self.context.text(piece));
            }
        }
        let text = self.context.text(node);
        let flags = text.rsplit(['/', '}', ')', ']', '|', '!']).next().unwrap_or_default();
        match text_of(parts, node) {
            Expr { kind: ExprKind::Constant(Constant::Text(pattern)), span } => {
                constant(Constant::Regex { pattern, flags: flags.into() }, span)
            }
            other => other,
        }
    }

    fn parts_of_interpolation(&mut self, node: Node<'n>, parts: &mut Vec<Part>) {
        let mut body = Vec::new();
        self.statements(node, &mut body);
        parts.push(Part::Value(super::tail::as_expr(body, span(node))));
    }
}

fn push(parts: &mut Vec<Part>, text: &str) {
    if let Some(Part::Text(before)) = parts.last_mut() {
        *before = format!("{before}{text}").into();
    } else {
        parts.push(Part::Text(text.into()));
    }
}

/// One constant when there is nothing but text.
fn text_of(mut parts: Vec<Part>, node: Node<'_>) -> Expr {
    let at = span(node);
    match parts.pop() {
        None => Expr::text("", at),
        Some(Part::Text(text)) if parts.is_empty() => Expr::text(text, at),
        Some(last) => {
            parts.push(last);
            Expr::new(ExprKind::Interpolation(parts), at)
        }
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
