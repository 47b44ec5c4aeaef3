//! Types, annotations, imports and constants.

use code_ir::{
    Argument, Expr, ExprKind, Import, ImportKind, ImportedName, Name, Part, SmolStr, Span, Stmt,
    StmtKind,
};
use tree_sitter::Node;

use super::Java;
use crate::context::{dotted, list, span, unknown};
use crate::escapes::unescape;
use crate::tree::{child_of, children, field, first, has};

impl Java<'_> {
    /// A type, dotted, without arguments; nothing for `var`.
    pub(super) fn type_of(&mut self, node: Node<'_>) -> Option<Expr> {
        let at = span(node);
        if !self.context.depth_allows(node) {
            return None;
        }
        let lowered = match node.kind() {
            "type_identifier" | "identifier" => {
                let name = self.context.text(node);
                (name != "var").then(|| Expr::name(name, at))
            }
            "integral_type" | "floating_point_type" | "boolean_type" | "void_type" => {
                Some(Expr::name(self.context.text(node), at))
            }
            "scoped_type_identifier" | "scoped_identifier" => {
                let parts = children(node);
                let name = parts.last().map_or("", |name| self.context.text(*name));
                let base = parts.first().and_then(|base| self.type_of(*base));
                base.map(|base| Expr::attribute(base, name, at))
            }
            "generic_type" => first(node).and_then(|inner| self.type_of(inner)),
            "annotated_type" => children(node).pop().and_then(|inner| self.type_of(inner)),
            "array_type" => {
                let element = field(node, "element").and_then(|inner| self.type_of(inner));
                Some(list(element.into_iter().collect(), at))
            }
            _ => Some(unknown(at)),
        };
        self.context.go_up();
        lowered
    }

    /// The type in a field of a node.
    pub(super) fn type_in(&mut self, node: Node<'_>, name: &str) -> Option<Expr> {
        field(node, name).and_then(|of| self.type_of(of))
    }

    /// Annotations of what is declared.
    pub(super) fn decorators(&mut self, node: Node<'_>) -> Vec<Expr> {
        let Some(modifiers) = child_of(node, "modifiers") else { return Vec::new() };
        children(modifiers)
            .into_iter()
            .filter(|modifier| modifier.kind().ends_with("annotation"))
            .map(|annotation| self.annotation(annotation))
            .collect()
    }

    /// `@Name` or `@Name(…)`.
    pub(super) fn annotation(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        let name = field(node, "name").map_or("", |name| self.context.text(name));
        let callee = dotted(name, ".", at);
        let Some(given) = field(node, "arguments") else { return callee };
        let mut arguments = Vec::new();
        for argument in children(given) {
            let key = field(argument, "key").map(|key| SmolStr::from(self.context.text(key)));
            let value = self.expr(field(argument, "value").unwrap_or(argument));
            arguments.push(match key {
                Some(key) => Argument::named(key, value),
                None => Argument::positional(value),
            });
        }
        Expr::new(ExprKind::Call { callee: Box::new(callee), arguments, is_new: false }, at)
    }

    pub(super) fn import(&mut self, node: Node<'_>) -> Option<Stmt> {
        let path = children(node).into_iter().find(|part| part.kind().ends_with("identifier"))?;
        let path: String = self.context.text(path).split_whitespace().collect();
        let (module, kind) = if has(node, "asterisk") {
            (path.as_str(), ImportKind::Star)
        } else {
            let (module, name) = path.rsplit_once('.').unwrap_or(("", &path));
            let names = vec![ImportedName { name: name.into(), alias: Name::new(name) }];
            (module, ImportKind::Names(names))
        };
        let import = Import { module: module.into(), level: 0, kind };
        Some(Stmt::new(StmtKind::Import(import), span(node)))
    }

    /// `"…"`, `"""…"""` and templates.
    pub(super) fn string(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        let text = self.context.text(node);
        let block = text.strip_prefix("\"\"\"");
        if !has(node, "string_interpolation") {
            return Expr::text(literal(text), at);
        }
        let mut parts = Vec::new();
        let quotes = if block.is_some() { 3 } else { 1 };
        let mut from = node.start_byte() + quotes;
        for value in children(node).into_iter().filter(|p| p.kind() == "string_interpolation") {
            self.piece(from, value.start_byte(), &mut parts);
            if let Some(inner) = first(value) {
                parts.push(Part::Value(self.expr(inner)));
            }
            from = value.end_byte();
        }
        self.piece(from, node.end_byte().saturating_sub(quotes), &mut parts);
        Expr::new(ExprKind::Interpolation(parts), at)
    }

    fn piece(&self, from: usize, to: usize, parts: &mut Vec<Part>) {
        let text = self.context.between(from, to);
        if !text.is_empty() {
            parts.push(Part::Text(unescape(text).into()));
        }
    }

    /// An expression of a field that should be there.
    pub(super) fn in_field(&mut self, node: Node<'_>, name: &str) -> Expr {
        match field(node, name) {
            Some(inner) => self.expr(inner),
            None => unknown(span(node)),
        }
    }

    /// Where a declared name stands.
    pub(super) fn name_of(&self, node: Node<'_>) -> (SmolStr, Span) {
        let name = field(node, "name");
        (
            name.map_or_else(SmolStr::default, |name| self.context.text(name).into()),
            name.map_or_else(Span::default, span),
        )
    }
}

/// The text of a literal, its escapes resolved and the indentation of a text block taken away.
fn literal(text: &str) -> String {
    let Some(block) = text.strip_prefix("\"\"\"") else {
        let inside = text.strip_prefix('"').unwrap_or(text);
        return unescape(inside.strip_suffix('"').unwrap_or(inside));
    };
    let block = block.strip_suffix("\"\"\"").unwrap_or(block);
    let block = block.split_once('\n').map_or(block, |(_, lines)| lines);
    let last = block.lines().count().saturating_sub(1);
    let margin = block
        .lines()
        .enumerate()
        .filter(|(index, line)| {
            !line.trim().is_empty() || (*index == last && !block.ends_with('\n'))
        })
        .map(|(_, line)| line.len() - line.trim_start_matches([' ', '\t']).len())
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> =
        block.split('\n').map(|line| line.get(margin..).unwrap_or("").trim_end()).collect();
    unescape(&lines.join("\n"))
}
