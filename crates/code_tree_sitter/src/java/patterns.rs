//! `switch` and patterns.

use code_ir::{Case, Expr, ExprKind, Function, Pattern, Stmt, StmtKind, Target};
use tree_sitter::Node;

use super::Java;
use crate::context::span;
use crate::tree::{child_of, children, field, first, has};

impl Java<'_> {
    /// A `switch`; with `gives` its rules give a value by returning it.
    pub(super) fn switch(&mut self, node: Node<'_>, gives: bool) -> Stmt {
        let subject = self.in_field(node, "condition");
        self.context.scopes.open();
        let mut cases = Vec::new();
        let mut falls_through = false;
        for part in field(node, "body").map(children).unwrap_or_default() {
            self.context.scopes.open();
            let mut patterns = Vec::new();
            let mut guard = None;
            let mut body = Vec::new();
            let is_rule = part.kind() == "switch_rule";
            falls_through |= !is_rule;
            for inner in children(part) {
                match inner.kind() {
                    "switch_label" => self.label(inner, &mut patterns, &mut guard),
                    "expression_statement" if is_rule && gives => {
                        let value = first(inner).map(|value| self.expr(value));
                        body.push(Stmt::new(StmtKind::Return(value), span(inner)));
                    }
                    "block" if is_rule => self.statements(inner, &mut body),
                    _ => self.statement(inner, &mut body),
                }
            }
            self.context.scopes.close();
            let pattern = match patterns.pop() {
                Some(only) if patterns.is_empty() => only,
                Some(last) => {
                    patterns.push(last);
                    Pattern::Or(patterns)
                }
                None => Pattern::Any,
            };
            cases.push(Case { pattern, guard, body });
        }
        self.context.scopes.close();
        Stmt::new(StmtKind::Match { subject, cases, falls_through }, span(node))
    }

    /// A `switch` as a value.
    pub(super) fn switch_value(&mut self, node: Node<'_>) -> Expr {
        let place = self.context.enter_function(false);
        let body = vec![self.switch(node, true)];
        let function = Function { body, is_arrow: true, span: span(node), ..Function::default() };
        let id = self.context.leave_function(place, function);
        let callee = Expr::new(ExprKind::Function(id), span(node));
        Expr::call(callee, Vec::new(), span(node))
    }

    fn label(&mut self, node: Node<'_>, out: &mut Vec<Pattern>, guard: &mut Option<Expr>) {
        if has(node, "default") {
            out.push(Pattern::Any);
        }
        for part in children(node) {
            match part.kind() {
                "pattern" => out.extend(first(part).map(|inner| self.pattern(inner))),
                "guard" => *guard = first(part).map(|test| self.expr(test)),
                _ => out.push(Pattern::Value(self.expr(part))),
            }
        }
    }

    fn pattern(&mut self, node: Node<'_>) -> Pattern {
        if !self.context.depth_allows(node) {
            return Pattern::Any;
        }
        let parts = children(node);
        let pattern = match node.kind() {
            "type_pattern" | "record_pattern_component" => {
                let class = parts.first().and_then(|of| self.type_of(*of));
                let target = self.new_variable(parts.get(1).copied());
                match class {
                    Some(class) => {
                        let pattern = Pattern::Class { class, fields: Vec::new() };
                        Pattern::As(Box::new(pattern), target)
                    }
                    None => Pattern::Capture(target),
                }
            }
            "record_pattern" => {
                let class = parts.first().and_then(|of| self.type_of(*of));
                let body = child_of(node, "record_pattern_body").map(children).unwrap_or_default();
                let fields = body.into_iter().map(|part| (None, self.pattern(part))).collect();
                class.map_or(Pattern::Any, |class| Pattern::Class { class, fields })
            }
            _ => Pattern::Any,
        };
        self.context.go_up();
        pattern
    }

    /// The variables of a record pattern, as one target that takes the record apart.
    pub(super) fn record_target(&mut self, node: Node<'_>) -> Target {
        if !self.context.depth_allows(node) {
            return Target::Ignore;
        }
        let body = child_of(node, "record_pattern_body").map(children).unwrap_or_default();
        let mut targets = Vec::new();
        for part in body {
            targets.push(match part.kind() {
                "record_pattern" => self.record_target(part),
                _ => self.new_variable(children(part).pop()),
            });
        }
        self.context.go_up();
        Target::Sequence(targets)
    }
}
