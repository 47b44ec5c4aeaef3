//! `from x in xs where … select …`.

use code_ir::{Clause, Comprehension, ComprehensionKind, Expr, ExprKind, Target};
use tree_sitter::Node;

use super::CSharp;
use crate::context::{list, span, unknown};
use crate::tree::{child_of, children, field};

impl CSharp<'_> {
    pub(super) fn query(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        let mut clauses: Vec<Clause> = Vec::new();
        let mut element = None;
        for part in children(node) {
            let inner = children(part);
            let name = field(part, "name")
                .or_else(|| inner.iter().copied().find(|part| part.kind() == "identifier"));
            match part.kind() {
                "from_clause" => {
                    let iterable = inner.last().map(|last| self.expr(*last));
                    clauses.push(self.clause(name, iterable.unwrap_or_else(|| unknown(at))));
                }
                // `let x = y` walks a list of one.
                "let_clause" => {
                    let value = inner.last().map(|last| self.expr(*last));
                    let value = list(value.into_iter().collect(), span(part));
                    clauses.push(self.clause(name, value));
                }
                "join_clause" => {
                    let source = name
                        .and_then(|name| inner.iter().position(|part| *part == name))
                        .and_then(|index| inner.get(index + 1));
                    let source = source.map(|source| self.expr(*source));
                    clauses.push(self.clause(name, source.unwrap_or_else(|| unknown(at))));
                    let into = child_of(part, "join_into_clause");
                    if let Some(into) = into.and_then(crate::tree::first) {
                        let value = name.map(|name| self.expr(name));
                        let value = list(value.into_iter().collect(), span(part));
                        clauses.push(self.clause(Some(into), value));
                    }
                }
                "where_clause" => {
                    let test = self.first_of(part);
                    if let Some(last) = clauses.last_mut() {
                        last.conditions.push(test);
                    }
                }
                "select_clause" | "group_clause" => element = Some(self.first_of(part)),
                _ => {}
            }
        }
        let element = element.unwrap_or_else(|| unknown(at));
        let kind = ComprehensionKind::List;
        let comprehension = Comprehension { kind, element, value: None, clauses };
        Expr::new(ExprKind::Comprehension(Box::new(comprehension)), at)
    }

    fn clause(&mut self, name: Option<Node<'_>>, iterable: Expr) -> Clause {
        let target = match name {
            Some(name) => Target::name(self.context.text(name), span(name)),
            None => Target::Ignore,
        };
        Clause { target, iterable, conditions: Vec::new() }
    }
}
