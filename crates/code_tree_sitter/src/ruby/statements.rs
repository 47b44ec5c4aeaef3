//! Statements.

use code_ir::{
    Constant, Expr, ExprKind, Handler, LogicOperator, SmolStr, Span, Stmt, StmtKind, Target,
    UnaryOperator,
};
use tree_sitter::Node;

use super::Ruby;
use super::tail::{as_expr, end_with};
use crate::context::{assign, span, unknown, value_of};
use crate::operators::{Operator, augmented, unary};
use crate::scopes::Written;
use crate::tree::{children, field, first};

impl<'n> Ruby<'_, 'n> {
    /// Statements one after the other.
    pub(super) fn statements(&mut self, node: Node<'n>, out: &mut Vec<Stmt>) {
        for inner in children(node) {
            self.statement(inner, out);
        }
    }

    pub(super) fn statement(&mut self, node: Node<'n>, out: &mut Vec<Stmt>) {
        if self.context.depth_allows(node) {
            self.compound(node, out);
            self.context.go_up();
        }
    }

    /// A statement, or an expression as one.
    pub(super) fn compound(&mut self, node: Node<'n>, out: &mut Vec<Stmt>) {
        let at = span(node);
        match node.kind() {
            "method" | "singleton_method" => self.method(node, out, false),
            "class" | "module" => self.class(node, out),
            "if" | "elsif" | "unless" => self.if_statement(node, out),
            "if_modifier" | "unless_modifier" => {
                let test = self.test(node, node.kind() == "unless_modifier");
                let mut then = Vec::new();
                if let Some(body) = field(node, "body") {
                    self.statement(body, &mut then);
                }
                out.push(Stmt::new(StmtKind::If { test, then, otherwise: Vec::new() }, at));
            }
            "while" | "until" | "while_modifier" | "until_modifier" => self.while_loop(node, out),
            "for" => self.for_loop(node, out),
            "case" => self.case(node, out),
            "case_match" => self.case_match(node, out),
            "match_pattern" | "test_pattern" => self.single_match(node, out),
            "begin" | "body_statement" | "block_body" | "singleton_class" => {
                let inner = field(node, "body").unwrap_or(node);
                self.guarded(inner, out);
            }
            "begin_block"
            | "end_block"
            | "then"
            | "parenthesized_statements"
            | "program"
            | "ERROR" => self.statements(node, out),
            "rescue_modifier" => {
                let mut body = Vec::new();
                if let Some(inner) = field(node, "body") {
                    self.statement(inner, &mut body);
                }
                let mut rescue = Vec::new();
                if let Some(inner) = field(node, "handler") {
                    self.statement(inner, &mut rescue);
                }
                let handler = Handler { types: Vec::new(), target: None, body: rescue, span: at };
                let (otherwise, finally) = (Vec::new(), Vec::new());
                out.push(Stmt::new(
                    StmtKind::Try { body, handlers: vec![handler], otherwise, finally },
                    at,
                ));
            }
            "assignment" => self.assignment(node, out),
            "operator_assignment" => self.operator_assignment(node, out),
            "return" | "next" => {
                let value = self.given(node);
                let is_loop = node.kind() == "next" && self.breaks_block.last() == Some(&false);
                let kind = if is_loop { StmtKind::Continue } else { StmtKind::Return(value) };
                out.push(Stmt::new(kind, at));
            }
            "break" => {
                let value = self.given(node);
                let is_block = self.breaks_block.last() == Some(&true);
                let kind = if is_block { StmtKind::Return(value) } else { StmtKind::Break };
                out.push(Stmt::new(kind, at));
            }
            "binary" if self.appends(node, out) => {}
            "call" if self.call_statement(node, out) => {}
            "identifier" if self.context.text(node) == "raise" => {
                out.push(Stmt::new(StmtKind::Raise(None), at));
            }
            "alias" | "undef" | "empty_statement" | "uninterpreted" | "redo" | "retry"
            | "comment" => {}
            _ => {
                let expr = self.expr(node);
                out.push(Stmt::new(StmtKind::Expr(expr), at));
            }
        }
    }

    /// A condition, or its contrary.
    fn test(&mut self, node: Node<'n>, is_negated: bool) -> Expr {
        let test = self.in_field(node, "condition");
        let at = test.span;
        if is_negated { unary(UnaryOperator::Not, test, at) } else { test }
    }

    fn if_statement(&mut self, node: Node<'n>, out: &mut Vec<Stmt>) {
        let test = self.test(node, node.kind() == "unless");
        let (mut then, mut otherwise) = (Vec::new(), Vec::new());
        if let Some(body) = field(node, "consequence") {
            self.statements(body, &mut then);
        }
        match field(node, "alternative") {
            Some(next) if next.kind() == "elsif" => self.statement(next, &mut otherwise),
            Some(last) => self.statements(last, &mut otherwise),
            None => {}
        }
        out.push(Stmt::new(StmtKind::If { test, then, otherwise }, span(node)));
    }

    fn while_loop(&mut self, node: Node<'n>, out: &mut Vec<Stmt>) {
        let test = self.test(node, node.kind().starts_with("until"));
        self.breaks_block.push(false);
        let mut body = Vec::new();
        let inner = field(node, "body");
        if let Some(inner) = inner {
            self.one_or_more(inner, &mut body);
        }
        self.breaks_block.pop();
        // `begin … end while x` runs once before the first test.
        let is_post_tested = inner.is_some_and(|inner| inner.kind() == "begin");
        let otherwise = Vec::new();
        let kind = StmtKind::While { test, body, otherwise, is_post_tested };
        out.push(Stmt::new(kind, span(node)));
    }

    fn for_loop(&mut self, node: Node<'n>, out: &mut Vec<Stmt>) {
        let walked = field(node, "value").and_then(first);
        let iterable = match walked {
            Some(walked) => self.expr(walked),
            None => unknown(span(node)),
        };
        let target = field(node, "pattern").map_or(Target::Ignore, |left| self.target(left));
        self.breaks_block.push(false);
        let mut body = Vec::new();
        if let Some(inner) = field(node, "body") {
            self.statements(inner, &mut body);
        }
        self.breaks_block.pop();
        let otherwise = Vec::new();
        let kind = StmtKind::For { target, iterable, body, otherwise, over_keys: false };
        out.push(Stmt::new(kind, span(node)));
    }

    /// Statements with `rescue`, `else` and `ensure` behind them.
    pub(super) fn guarded(&mut self, node: Node<'n>, out: &mut Vec<Stmt>) {
        let mut body = Vec::new();
        let mut handlers = Vec::new();
        let (mut otherwise, mut finally) = (Vec::new(), Vec::new());
        for part in children(node) {
            match part.kind() {
                "rescue" => handlers.push(self.handler(part)),
                "else" => self.statements(part, &mut otherwise),
                "ensure" => self.statements(part, &mut finally),
                _ => self.statement(part, &mut body),
            }
        }
        if handlers.is_empty() && finally.is_empty() {
            out.append(&mut body);
            out.append(&mut otherwise);
            return;
        }
        out.push(Stmt::new(StmtKind::Try { body, handlers, otherwise, finally }, span(node)));
    }

    fn handler(&mut self, node: Node<'n>) -> Handler {
        let types = field(node, "exceptions").map(children).unwrap_or_default();
        let types = types.into_iter().map(|of| self.expr(of)).collect();
        let target = field(node, "variable").and_then(first).map(|name| self.target(name));
        let mut body = Vec::new();
        if let Some(inner) = field(node, "body") {
            self.statements(inner, &mut body);
        }
        Handler { types, target, body, span: span(node) }
    }

    fn assignment(&mut self, node: Node<'n>, out: &mut Vec<Stmt>) {
        let at = span(node);
        let Some(right) = field(node, "right") else { return };
        if matches!(right.kind(), "if" | "unless" | "case" | "case_match" | "begin") {
            let mut body = Vec::new();
            self.statement(right, &mut body);
            let target = field(node, "left").map_or(Target::Ignore, |left| self.target(left));
            if value_of(&target, at).is_none() {
                out.push(assign(target, as_expr(body, at), at));
                return;
            }
            end_with(&mut body, &|value| StmtKind::Assign {
                target: target.clone(),
                annotation: None,
                value: Some(value),
            });
            out.append(&mut body);
            return;
        }
        let value = self.expr(right);
        let target = field(node, "left").map_or(Target::Ignore, |left| self.target(left));
        out.push(assign(target, value, at));
    }

    fn operator_assignment(&mut self, node: Node<'n>, out: &mut Vec<Stmt>) {
        let at = span(node);
        let value = self.in_field(node, "right");
        let target = field(node, "left").map_or(Target::Ignore, |left| self.target(left));
        let sign = field(node, "operator").map_or("", |sign| self.context.text(sign));
        let logic = match sign {
            "||=" => Some(LogicOperator::Or),
            "&&=" => Some(LogicOperator::And),
            _ => None,
        };
        if let Some(logic) = logic {
            let before = value_of(&target, at).unwrap_or_else(|| unknown(at));
            out.push(assign(target, Operator::Logic(logic).join(before, value), at));
        } else if let Some(operator) = augmented(sign) {
            out.push(Stmt::new(StmtKind::Augment { target, operator, value }, at));
        }
    }

    /// `x << y << z` as a statement: `x` gets more.
    fn appends(&mut self, node: Node<'n>, out: &mut Vec<Stmt>) -> bool {
        let mut values = Vec::new();
        let mut at = node;
        while at.kind() == "binary"
            && field(at, "operator").is_some_and(|sign| self.context.text(sign) == "<<")
            && let (Some(left), Some(right)) = (field(at, "left"), field(at, "right"))
        {
            values.push(right);
            at = left;
        }
        let is_place = matches!(
            at.kind(),
            "identifier"
                | "instance_variable"
                | "class_variable"
                | "global_variable"
                | "constant"
                | "element_reference"
        );
        if values.is_empty() || !is_place {
            return false;
        }
        if at.kind() == "identifier" && self.context.scopes.lookup(self.context.text(at)).is_none()
        {
            return false;
        }
        let target = self.target(at);
        if value_of(&target, span(node)).is_none() {
            values.truncate(1);
        }
        let operator = code_ir::BinaryOperator::Add;
        for value in values.into_iter().rev() {
            let value = self.expr(value);
            let target = target.clone();
            out.push(Stmt::new(StmtKind::Augment { target, operator, value }, span(node)));
        }
        true
    }

    /// A variable that is assigned: one of this or an enclosing block, or a new one.
    pub(super) fn assigned_variable(&mut self, name: &str, at: Span) -> Target {
        match self.context.scopes.write(name) {
            Written::Variable(name) => Target::name(name, at),
            Written::Undeclared => Target::name(self.context.scopes.declare(name), at),
        }
    }

    /// What stands on the left of `=`.
    pub(super) fn target(&mut self, node: Node<'n>) -> Target {
        let at = span(node);
        if !self.context.depth_allows(node) {
            return Target::Ignore;
        }
        let target = match node.kind() {
            "identifier" => self.assigned_variable(self.context.text(node), at),
            "instance_variable" => {
                let name: SmolStr = self.context.text(node).trim_start_matches('@').into();
                let base = Box::new(Expr::new(ExprKind::This, at));
                Target::Attribute { base, name, span: at }
            }
            "class_variable" | "global_variable" => {
                let name = self.context.text(node);
                self.context.scopes.write_global(name);
                Target::name(name, at)
            }
            "constant" => Target::name(self.context.text(node), at),
            "call" => {
                let name = field(node, "method").map_or("", |name| self.context.text(name));
                let base = Box::new(self.in_field(node, "receiver"));
                Target::Attribute { base, name: name.into(), span: at }
            }
            "scope_resolution" => {
                let name = field(node, "name").map_or("", |name| self.context.text(name));
                let base = Box::new(self.in_field(node, "scope"));
                Target::Attribute { base, name: name.into(), span: at }
            }
            "element_reference" => {
                let base = Box::new(self.in_field(node, "object"));
                let object = field(node, "object");
                let index = children(node).into_iter().find(|part| Some(*part) != object);
                let index = match index {
                    Some(index) => self.expr(index),
                    None => crate::context::constant(Constant::None, at),
                };
                Target::Index { base, index: Box::new(index), span: at }
            }
            "left_assignment_list" | "destructured_left_assignment" => {
                Target::Sequence(children(node).into_iter().map(|part| self.target(part)).collect())
            }
            "rest_assignment" => {
                let inner = first(node).map_or(Target::Ignore, |inner| self.target(inner));
                Target::Rest(Box::new(inner))
            }
            _ => Target::Ignore,
        };
        self.context.go_up();
        target
    }
}
