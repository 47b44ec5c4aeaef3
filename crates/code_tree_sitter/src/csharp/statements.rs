//! Statements.

use code_ir::{
    BinaryOperator, Constant, Expr, ExprKind, Handler, LogicOperator, Stmt, StmtKind, Target,
};
use tree_sitter::Node;

use super::classes::{declarators, this_field};
use super::{CSharp, is_conditional};
use crate::context::{assign, constant, declare, shared, span, unknown, value_of};
use crate::operators::{Operator, augmented};
use crate::scopes::Written;
use crate::tree::{child_of, children, field, fields, first, has};

impl CSharp<'_> {
    /// The statements of a block, in the scope that is open; its functions come first.
    pub(super) fn statements(&mut self, block: Node<'_>, out: &mut Vec<Stmt>) {
        let mut hoisted = Vec::new();
        let mut body = Vec::new();
        for node in children(block) {
            self.statement(node, &mut body, &mut hoisted);
        }
        out.append(&mut hoisted);
        out.append(&mut body);
    }

    /// A statement as a body with a scope of its own.
    pub(super) fn body(&mut self, node: Option<Node<'_>>) -> Vec<Stmt> {
        let mut body = Vec::new();
        if let Some(node) = node {
            self.context.scopes.open();
            if node.kind() == "block" {
                self.statements(node, &mut body);
            } else {
                let mut hoisted = Vec::new();
                self.statement(node, &mut body, &mut hoisted);
                body.splice(0..0, hoisted);
            }
            self.context.scopes.close();
        }
        body
    }

    /// The body of a function: a block, `=> x`, or the value of a lambda.
    pub(super) fn function_body(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let value = match node.kind() {
            "block" => return self.statements(node, out),
            "arrow_expression_clause" => first(node),
            _ => Some(node),
        };
        if let Some(value) = value {
            let at = span(value);
            if value.kind() == "throw_expression" {
                let value = first(value).map(|value| self.expr(value));
                out.push(Stmt::new(StmtKind::Raise(value), at));
                return;
            }
            let value = self.expr(value);
            out.push(Stmt::new(StmtKind::Return(Some(value)), at));
        }
    }

    pub(super) fn statement(&mut self, node: Node<'_>, out: &mut Vec<Stmt>, first: &mut Vec<Stmt>) {
        if self.context.depth_allows(node) {
            self.statement_of(node, out, first);
            self.context.go_up();
        }
    }

    fn statement_of(&mut self, node: Node<'_>, out: &mut Vec<Stmt>, hoisted: &mut Vec<Stmt>) {
        let at = span(node);
        match node.kind() {
            "block" | "checked_statement" | "unsafe_statement" => {
                let inner = if node.kind() == "block" { Some(node) } else { first(node) };
                let body = self.body(inner);
                out.push(Stmt::new(StmtKind::Block(body), at));
            }
            "lock_statement" | "fixed_statement" => self.held(node, out),
            "expression_statement" => {
                if let Some(inner) = first(node) {
                    self.effect(inner, out);
                }
            }
            "local_declaration_statement" => {
                if let Some(declaration) = child_of(node, "variable_declaration") {
                    self.variables(declaration, out);
                }
            }
            "variable_declaration" => self.variables(node, out),
            "local_function_statement" => {
                let function = self.local_function(node);
                hoisted.push(function);
            }
            "if_statement" => {
                let test = self.in_field(node, "condition");
                let then = self.body(field(node, "consequence"));
                let otherwise = self.body(field(node, "alternative"));
                out.push(Stmt::new(StmtKind::If { test, then, otherwise }, at));
            }
            "while_statement" | "do_statement" => {
                let is_post_tested = node.kind() == "do_statement";
                let test = self.in_field(node, "condition");
                let body = self.body(field(node, "body"));
                let otherwise = Vec::new();
                out.push(Stmt::new(StmtKind::While { test, body, otherwise, is_post_tested }, at));
            }
            "for_statement" => self.for_statement(node, out),
            "foreach_statement" => self.for_each(node, out),
            "switch_statement" => out.push(self.switch(node)),
            "return_statement" => {
                let value = first(node).map(|value| self.expr(value));
                out.push(Stmt::new(StmtKind::Return(value), at));
            }
            "yield_statement" => {
                if let Some(yields) = self.yields.last_mut() {
                    *yields = true;
                }
                let value = first(node).map(|value| self.expr(value));
                out.push(Stmt::new(
                    match value {
                        Some(value) => {
                            StmtKind::Expr(Expr::new(ExprKind::Yield(Some(Box::new(value))), at))
                        }
                        None => StmtKind::Return(None),
                    },
                    at,
                ));
            }
            "throw_statement" => {
                let value = first(node).map(|value| self.expr(value));
                out.push(Stmt::new(StmtKind::Raise(value), at));
            }
            "break_statement" => out.push(Stmt::new(StmtKind::Break, at)),
            "continue_statement" => out.push(Stmt::new(StmtKind::Continue, at)),
            "labeled_statement" => {
                if let Some(inner) = children(node).pop() {
                    self.statement(inner, out, hoisted);
                }
            }
            "try_statement" => self.try_statement(node, out),
            "using_statement" => self.using(node, out),
            "goto_statement" | "empty_statement" => {}
            _ if is_conditional(node) => {
                let condition = field(node, "condition");
                for inner in children(node).into_iter().filter(|part| Some(*part) != condition) {
                    self.statement(inner, out, hoisted);
                }
            }
            _ => self.effect(node, out),
        }
    }

    /// `lock` and `fixed`.
    fn held(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        self.context.scopes.open();
        let mut body = Vec::new();
        let mut hoisted = Vec::new();
        for part in children(node) {
            self.statement(part, &mut body, &mut hoisted);
        }
        self.context.scopes.close();
        body.splice(0..0, hoisted);
        out.push(Stmt::new(StmtKind::Block(body), span(node)));
    }

    /// An expression for its effect; assignments are statements of their own.
    fn effect(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let at = span(node);
        match node.kind() {
            "assignment_expression" => {
                let sign = field(node, "operator").map_or("=", |sign| self.context.text(sign));
                let value = self.in_field(node, "right");
                let target = field(node, "left").map_or(Target::Ignore, |left| self.target(left));
                out.push(match augmented(sign) {
                    _ if sign == "??=" => {
                        let before = value_of(&target, at).unwrap_or_else(|| unknown(at));
                        let coalesce = Operator::Logic(LogicOperator::Coalesce);
                        assign(target, coalesce.join(before, value), at)
                    }
                    Some(operator) => Stmt::new(StmtKind::Augment { target, operator, value }, at),
                    None => assign(target, value, at),
                });
            }
            "postfix_unary_expression" | "prefix_unary_expression" if is_step(node) => {
                let target = first(node).map_or(Target::Ignore, |inner| self.target(inner));
                let operator = step_of(node);
                let value = constant(Constant::Int(1), at);
                out.push(Stmt::new(StmtKind::Augment { target, operator, value }, at));
            }
            _ => {
                let expr = self.expr(node);
                if !matches!(expr.kind, ExprKind::Unknown) {
                    out.push(Stmt::new(StmtKind::Expr(expr), at));
                }
            }
        }
    }

    /// What stands on the left of `=`. A name that no function declares is a field.
    pub(super) fn target(&mut self, node: Node<'_>) -> Target {
        let at = span(node);
        if !self.context.depth_allows(node) {
            return Target::Ignore;
        }
        let target = match node.kind() {
            "identifier" if self.context.text(node) == "_" => Target::Ignore,
            "identifier" => {
                let name = self.simple_name(Some(node));
                match self.context.scopes.write(&name) {
                    Written::Variable(name) => Target::name(name, at),
                    Written::Undeclared if self.classes.is_empty() => Target::name(name, at),
                    Written::Undeclared => this_field(&name, at),
                }
            }
            "member_access_expression" => {
                let name = self.simple_name(field(node, "name"));
                let base = Box::new(self.in_field(node, "expression"));
                Target::Attribute { base, name, span: at }
            }
            "conditional_access_expression" => {
                let name = child_of(node, "member_binding_expression");
                let name = self.simple_name(name.and_then(|binding| field(binding, "name")));
                let base = Box::new(self.in_field(node, "condition"));
                Target::Attribute { base, name, span: at }
            }
            "element_access_expression" => {
                let base = Box::new(self.in_field(node, "expression"));
                let index = field(node, "subscript").and_then(first);
                let index = match index {
                    Some(index) => self.first_of(index),
                    None => unknown(at),
                };
                Target::Index { base, index: Box::new(index), span: at }
            }
            "tuple_expression" => Target::Sequence(
                children(node)
                    .into_iter()
                    .filter_map(first)
                    .map(|member| self.target(member))
                    .collect(),
            ),
            "declaration_expression" => self.new_variable(field(node, "name")),
            "tuple_pattern" | "parenthesized_variable_designation" => self.new_variable(Some(node)),
            "postfix_unary_expression" | "parenthesized_expression" | "ref_expression" => {
                first(node).map_or(Target::Ignore, |inner| self.target(inner))
            }
            _ => Target::Ignore,
        };
        self.context.go_up();
        target
    }

    /// A variable that begins here, or several in brackets.
    pub(super) fn new_variable(&mut self, node: Option<Node<'_>>) -> Target {
        let Some(node) = node else { return Target::Ignore };
        if !self.context.depth_allows(node) {
            return Target::Ignore;
        }
        let target = match node.kind() {
            "identifier" if self.context.text(node) == "_" => Target::Ignore,
            "identifier" => {
                let name = self.simple_name(Some(node));
                Target::name(self.context.scopes.declare(&name), span(node))
            }
            "tuple_pattern" | "parenthesized_variable_designation" => Target::Sequence(
                children(node).into_iter().map(|part| self.new_variable(Some(part))).collect(),
            ),
            _ => Target::Ignore,
        };
        self.context.go_up();
        target
    }

    pub(super) fn variables(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let annotation = self.type_in(node, "type");
        for (name, value) in declarators(node) {
            let value = value.map(|value| self.value_of_type(value, annotation.as_ref()));
            let target = self.new_variable(name);
            let at = name.map_or_else(|| span(node), span);
            out.push(declare(target, shared(annotation.as_ref()), value, at));
        }
    }

    fn for_statement(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let at = span(node);
        self.context.scopes.open();
        let mut all = Vec::new();
        let mut hoisted = Vec::new();
        for first in fields(node, "initializer") {
            self.statement(first, &mut all, &mut hoisted);
        }
        let test = match field(node, "condition") {
            Some(test) => self.expr(test),
            None => constant(Constant::Bool(true), at),
        };
        let mut body = self.body(field(node, "body"));
        for last in fields(node, "update") {
            self.statement(last, &mut body, &mut hoisted);
        }
        self.context.scopes.close();
        let otherwise = Vec::new();
        let round = StmtKind::While { test, body, otherwise, is_post_tested: false };
        all.push(Stmt::new(round, at));
        out.push(Stmt::new(StmtKind::Block(all), at));
    }

    fn for_each(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let mut iterable = self.in_field(node, "right");
        if has(node, "await") {
            let at = iterable.span;
            iterable = Expr::new(ExprKind::Await(Box::new(iterable)), at);
        }
        self.context.scopes.open();
        let target = match (field(node, "type"), field(node, "left")) {
            (Some(_), left) => self.new_variable(left),
            (None, Some(left)) => self.target(left),
            (None, None) => Target::Ignore,
        };
        // The loop has no place for a type, so it stands as a declaration without a value.
        if let (Some(of), Target::Name(..)) = (self.type_in(node, "type"), &target) {
            let at = of.span;
            out.push(declare(target.clone(), Some(of), None, at));
        }
        let body = self.body(field(node, "body"));
        self.context.scopes.close();
        let otherwise = Vec::new();
        let kind = StmtKind::For { target, iterable, body, otherwise, over_keys: false };
        out.push(Stmt::new(kind, span(node)));
    }

    fn try_statement(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let body = self.body(field(node, "body"));
        let mut handlers = Vec::new();
        let mut finally = Vec::new();
        for clause in children(node) {
            match clause.kind() {
                "catch_clause" => handlers.push(self.handler(clause)),
                "finally_clause" => finally = self.body(first(clause)),
                _ => {}
            }
        }
        let kind = StmtKind::Try { body, handlers, otherwise: Vec::new(), finally };
        out.push(Stmt::new(kind, span(node)));
    }

    fn handler(&mut self, clause: Node<'_>) -> Handler {
        self.context.scopes.open();
        let declaration = child_of(clause, "catch_declaration");
        let types = declaration.and_then(|declaration| self.type_in(declaration, "type"));
        let name = declaration.and_then(|declaration| field(declaration, "name"));
        let target = name.map(|name| self.new_variable(Some(name)));
        let mut body = Vec::new();
        if let Some(filter) = child_of(clause, "catch_filter_clause").and_then(first) {
            let filter = self.expr(filter);
            let at = filter.span;
            body.push(Stmt::new(StmtKind::Expr(filter), at));
        }
        body.append(&mut self.body(field(clause, "body")));
        self.context.scopes.close();
        Handler { types: types.into_iter().collect(), target, body, span: span(clause) }
    }

    fn using(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        self.context.scopes.open();
        let block = field(node, "body");
        let mut items = Vec::new();
        for part in children(node).into_iter().filter(|part| Some(*part) != block) {
            if part.kind() == "variable_declaration" {
                let annotation = self.type_in(part, "type");
                for (name, value) in declarators(part) {
                    let value = match value {
                        Some(value) => self.value_of_type(value, annotation.as_ref()),
                        None => unknown(span(part)),
                    };
                    items.push((value, Some(self.new_variable(name))));
                }
            } else {
                items.push((self.expr(part), None));
            }
        }
        let body = self.body(block);
        self.context.scopes.close();
        out.push(Stmt::new(StmtKind::With { items, body }, span(node)));
    }
}

/// Whether it is `x++`, `--x` and their like.
pub(super) fn is_step(node: Node<'_>) -> bool {
    has(node, "++") || has(node, "--")
}

pub(super) fn step_of(node: Node<'_>) -> BinaryOperator {
    if has(node, "++") { BinaryOperator::Add } else { BinaryOperator::Subtract }
}
