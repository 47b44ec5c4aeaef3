//! Statements.

use code_ir::{BinaryOperator, Constant, Expr, ExprKind, Handler, SmolStr, Stmt, StmtKind, Target};
use tree_sitter::Node;

use super::Java;
use crate::context::{assign, constant, declare, shared, span, unknown};
use crate::operators::augmented;
use crate::scopes::Written;
use crate::tree::{child_of, children, field, fields, first, has};

impl Java<'_> {
    /// The statements of a block, in the scope that is open.
    pub(super) fn statements(&mut self, block: Node<'_>, out: &mut Vec<Stmt>) {
        for node in children(block) {
            self.statement(node, out);
        }
    }

    /// A statement as a body with a scope of its own.
    pub(super) fn body(&mut self, node: Option<Node<'_>>) -> Vec<Stmt> {
        let mut body = Vec::new();
        if let Some(node) = node {
            self.context.scopes.open();
            if node.kind() == "block" {
                self.statements(node, &mut body);
            } else {
                self.statement(node, &mut body);
            }
            self.context.scopes.close();
        }
        body
    }

    pub(super) fn statement(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        if self.context.depth_allows(node) {
            self.statement_of(node, out);
            self.context.go_up();
        }
    }

    fn statement_of(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let at = span(node);
        match node.kind() {
            "package_declaration" => {
                let path = children(node).pop().map_or("", |path| self.context.text(path));
                self.context.module.package = path.split_whitespace().collect::<String>().into();
            }
            "import_declaration" => out.extend(self.import(node)),
            "class_declaration"
            | "interface_declaration"
            | "enum_declaration"
            | "record_declaration" => out.push(self.class_statement(node)),
            "method_declaration" => out.push(self.loose_method(node)),
            "block" | "synchronized_statement" => {
                if let Some(lock) = child_of(node, "parenthesized_expression") {
                    let lock = self.expr(lock);
                    out.push(Stmt::new(StmtKind::Expr(lock), at));
                }
                let block = field(node, "body").unwrap_or(node);
                let body = self.body(Some(block));
                out.push(Stmt::new(StmtKind::Block(body), at));
            }
            "expression_statement" => {
                if let Some(inner) = first(node) {
                    self.effect(inner, out);
                }
            }
            "local_variable_declaration" => self.variables(node, out),
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
            "enhanced_for_statement" => self.for_each(node, out),
            "switch_expression" => out.push(self.switch(node, false)),
            "return_statement" | "yield_statement" => {
                let value = first(node).map(|value| self.expr(value));
                out.push(Stmt::new(StmtKind::Return(value), at));
            }
            "throw_statement" => {
                let value = first(node).map(|value| self.expr(value));
                out.push(Stmt::new(StmtKind::Raise(value), at));
            }
            "break_statement" => out.push(Stmt::new(StmtKind::Break, at)),
            "continue_statement" => out.push(Stmt::new(StmtKind::Continue, at)),
            "assert_statement" => {
                if let Some(test) = first(node) {
                    let test = self.expr(test);
                    out.push(Stmt::new(StmtKind::Assert(test), at));
                }
            }
            "labeled_statement" => {
                if let Some(inner) = children(node).pop() {
                    self.statement(inner, out);
                }
            }
            "try_statement" | "try_with_resources_statement" => self.try_statement(node, out),
            "explicit_constructor_invocation" => self.other_constructor(node, out),
            "ERROR" => self.statements(node, out),
            "module_declaration" | "annotation_type_declaration" => {}
            _ => self.effect(node, out),
        }
    }

    fn other_constructor(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let at = span(node);
        let callee = match field(node, "constructor") {
            Some(this) if this.kind() == "this" => Expr::new(ExprKind::This, span(this)),
            _ => Expr::name("super", at),
        };
        let arguments = self.arguments(node);
        let kind = ExprKind::Call { callee: Box::new(callee), arguments, is_new: false };
        out.push(Stmt::new(StmtKind::Expr(Expr::new(kind, at)), at));
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
                    Some(operator) => Stmt::new(StmtKind::Augment { target, operator, value }, at),
                    None => assign(target, value, at),
                });
            }
            "update_expression" => {
                let (target, operator, value) = self.update(node);
                out.push(Stmt::new(StmtKind::Augment { target, operator, value }, at));
            }
            "parenthesized_expression" => {
                if let Some(inner) = first(node) {
                    self.effect(inner, out);
                }
            }
            _ => {
                let expr = self.expr(node);
                if !matches!(expr.kind, ExprKind::Unknown) {
                    out.push(Stmt::new(StmtKind::Expr(expr), at));
                }
            }
        }
    }

    /// `x++` and its like.
    pub(super) fn update(&mut self, node: Node<'_>) -> (Target, BinaryOperator, Expr) {
        let target = first(node).map_or(Target::Ignore, |inner| self.target(inner));
        let operator = if has(node, "++") { BinaryOperator::Add } else { BinaryOperator::Subtract };
        (target, operator, constant(Constant::Int(1), span(node)))
    }

    /// What stands on the left of `=`. A name that no function declares is a field.
    pub(super) fn target(&mut self, node: Node<'_>) -> Target {
        let at = span(node);
        match node.kind() {
            "identifier" => {
                let name = self.context.text(node);
                match self.context.scopes.write(name) {
                    Written::Variable(name) => Target::name(name, at),
                    Written::Undeclared if self.classes.is_empty() => Target::name(name, at),
                    Written::Undeclared => {
                        let base = Box::new(Expr::new(ExprKind::This, at));
                        Target::Attribute { base, name: name.into(), span: at }
                    }
                }
            }
            "field_access" => {
                let name: SmolStr =
                    field(node, "field").map_or("", |name| self.context.text(name)).into();
                let base = Box::new(self.in_field(node, "object"));
                Target::Attribute { base, name, span: at }
            }
            "array_access" => {
                let base = Box::new(self.in_field(node, "array"));
                let index = Box::new(self.in_field(node, "index"));
                Target::Index { base, index, span: at }
            }
            _ => Target::Ignore,
        }
    }

    /// A variable that begins here.
    pub(super) fn new_variable(&mut self, node: Option<Node<'_>>) -> Target {
        match node {
            Some(name) if name.kind() == "identifier" => {
                let text = self.context.text(name);
                Target::name(self.context.scopes.declare(text), span(name))
            }
            _ => Target::Ignore,
        }
    }

    fn variables(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let annotation = self.type_in(node, "type");
        for declarator in fields(node, "declarator") {
            let value = field(declarator, "value").map(|value| self.expr(value));
            let target = self.new_variable(field(declarator, "name"));
            out.push(declare(target, shared(annotation.as_ref()), value, span(declarator)));
        }
    }

    fn for_statement(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let at = span(node);
        self.context.scopes.open();
        let mut all = Vec::new();
        for first in fields(node, "init") {
            self.statement(first, &mut all);
        }
        let test = match field(node, "condition") {
            Some(test) => self.expr(test),
            None => constant(Constant::Bool(true), at),
        };
        let mut body = self.body(field(node, "body"));
        for last in fields(node, "update") {
            self.statement(last, &mut body);
        }
        self.context.scopes.close();
        let otherwise = Vec::new();
        let round = StmtKind::While { test, body, otherwise, is_post_tested: false };
        all.push(Stmt::new(round, at));
        out.push(Stmt::new(StmtKind::Block(all), at));
    }

    fn for_each(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let iterable = self.in_field(node, "value");
        self.context.scopes.open();
        let target = self.new_variable(field(node, "name"));
        let mut body = Vec::new();
        // The loop has no place for a type, so it stands as a declaration without a value.
        if let (Some(of), Target::Name(..)) = (self.type_in(node, "type"), &target) {
            let at = field(node, "type").map_or_else(|| span(node), span);
            out.push(declare(target.clone(), Some(of), None, at));
        }
        body.append(&mut self.body(field(node, "body")));
        self.context.scopes.close();
        let otherwise = Vec::new();
        let kind = StmtKind::For { target, iterable, body, otherwise, over_keys: false };
        out.push(Stmt::new(kind, span(node)));
    }

    fn try_statement(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let at = span(node);
        self.context.scopes.open();
        let mut items = Vec::new();
        let resources = field(node, "resources").map(children).unwrap_or_default();
        for resource in resources {
            if let Some(value) = field(resource, "value") {
                let value = self.expr(value);
                let target = self.new_variable(field(resource, "name"));
                items.push((value, Some(target)));
            } else if let Some(value) = first(resource) {
                items.push((self.expr(value), None));
            }
        }
        let mut body = self.body(field(node, "body"));
        self.context.scopes.close();
        if !items.is_empty() {
            body = vec![Stmt::new(StmtKind::With { items, body }, at)];
        }
        let mut handlers = Vec::new();
        let mut finally = Vec::new();
        for clause in children(node) {
            match clause.kind() {
                "catch_clause" => handlers.push(self.handler(clause)),
                "finally_clause" => finally = self.body(first(clause)),
                _ => {}
            }
        }
        if handlers.is_empty() && finally.is_empty() {
            out.append(&mut body);
            return;
        }
        let kind = StmtKind::Try { body, handlers, otherwise: Vec::new(), finally };
        out.push(Stmt::new(kind, at));
    }

    fn handler(&mut self, clause: Node<'_>) -> Handler {
        self.context.scopes.open();
        let parameter = child_of(clause, "catch_formal_parameter");
        let types = parameter.and_then(|parameter| child_of(parameter, "catch_type"));
        let types = types.map(children).unwrap_or_default();
        let types = types.into_iter().filter_map(|of| self.type_of(of)).collect();
        let target = parameter.map(|parameter| self.new_variable(field(parameter, "name")));
        let body = self.body(field(clause, "body"));
        self.context.scopes.close();
        Handler { types, target, body, span: span(clause) }
    }

    /// The body of a lambda: a block, or a value that it gives.
    pub(super) fn lambda_body(&mut self, node: Node<'_>) -> Vec<Stmt> {
        let mut body = Vec::new();
        match field(node, "body") {
            Some(block) if block.kind() == "block" => self.statements(block, &mut body),
            Some(value) => {
                let value = self.expr(value);
                let at = value.span;
                body.push(Stmt::new(StmtKind::Return(Some(value)), at));
            }
            None => body.push(Stmt::new(StmtKind::Expr(unknown(span(node))), span(node))),
        }
        body
    }
}
