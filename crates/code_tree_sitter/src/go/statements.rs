//! Statements.

use code_ir::{Case, Constant, Expr, ExprKind, LogicOperator, Pattern, Stmt, StmtKind, Target};
use tree_sitter::Node;

use super::Go;
use super::declarations::pair_of;
use crate::context::{assign, constant, list, span, unknown};
use crate::operators::{Operator, augmented, chain};
use crate::scopes::Written;
use crate::tree::{children, field, fields, first};

impl Go<'_> {
    /// The statements of a block, in the scope that is open.
    pub(super) fn statements(&mut self, block: Node<'_>, out: &mut Vec<Stmt>) {
        for node in children(block) {
            self.statement(node, out);
        }
    }

    /// A block with a scope of its own.
    fn block(&mut self, block: Option<Node<'_>>) -> Vec<Stmt> {
        let mut body = Vec::new();
        if let Some(block) = block {
            self.context.scopes.open();
            self.statements(block, &mut body);
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
            "statement_list" | "ERROR" => self.statements(node, out),
            "block" => {
                let body = self.block(Some(node));
                out.push(Stmt::new(StmtKind::Block(body), at));
            }
            "expression_statement" | "go_statement" | "defer_statement" => {
                if let Some(expr) = first(node) {
                    let expr = self.expr(expr);
                    out.push(Stmt::new(StmtKind::Expr(expr), at));
                }
            }
            "send_statement" => {
                let (Some(channel), Some(value)) = (field(node, "channel"), field(node, "value"))
                else {
                    return;
                };
                let method = Expr::attribute(self.expr(channel), "<-", at);
                let value = self.expr(value);
                out.push(Stmt::new(StmtKind::Expr(Expr::call(method, vec![value], at)), at));
            }
            "inc_statement" | "dec_statement" => {
                let Some(of) = first(node) else { return };
                let target = self.target(of);
                let sign = if node.kind() == "inc_statement" { "+=" } else { "-=" };
                let value = constant(Constant::Int(1), at);
                if let Some(operator) = augmented(sign) {
                    out.push(Stmt::new(StmtKind::Augment { target, operator, value }, at));
                }
            }
            "assignment_statement" => self.assignment(node, out),
            "short_var_declaration" => self.short_declaration(node, out),
            "var_declaration" | "const_declaration" => self.variables(node, out),
            "type_declaration" => self.type_declaration(node, out),
            "if_statement" => self.if_statement(node, out),
            "for_statement" => self.for_statement(node, out),
            "expression_switch_statement" => self.switch(node, out),
            "type_switch_statement" => self.type_switch(node, out),
            "select_statement" => self.select(node, out),
            "return_statement" => {
                let value = first(node).map(|values| self.one_value(values));
                let value = value.or_else(|| self.named_results(node));
                out.push(Stmt::new(StmtKind::Return(value), at));
            }
            "break_statement" => out.push(Stmt::new(StmtKind::Break, at)),
            "continue_statement" => out.push(Stmt::new(StmtKind::Continue, at)),
            "labeled_statement" => {
                for inner in children(node).into_iter().skip(1) {
                    self.statement(inner, out);
                }
            }
            "goto_statement" | "fallthrough_statement" | "empty_statement" | "label_name" => {}
            _ => {
                let expr = self.expr(node);
                if !matches!(expr.kind, ExprKind::Unknown) {
                    out.push(Stmt::new(StmtKind::Expr(expr), at));
                }
            }
        }
    }

    fn named_results(&mut self, node: Node<'_>) -> Option<Expr> {
        let results = self.results.last()?;
        let at = span(node);
        let mut values: Vec<Expr> =
            results.iter().map(|(name, _)| Expr::name(name.clone(), at)).collect();
        if values.len() == 1 {
            values.pop()
        } else {
            (!values.is_empty()).then(|| list(values, at))
        }
    }

    /// The members of an expression list.
    pub(super) fn values(&mut self, node: Node<'_>) -> Vec<Expr> {
        if node.kind() != "expression_list" {
            return vec![self.expr(node)];
        }
        children(node).into_iter().map(|value| self.expr(value)).collect()
    }

    /// An expression list as one value.
    fn one_value(&mut self, node: Node<'_>) -> Expr {
        let mut values = self.values(node);
        match values.pop() {
            Some(only) if values.is_empty() => only,
            Some(last) => {
                values.push(last);
                list(values, span(node))
            }
            None => unknown(span(node)),
        }
    }

    fn assignment(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else { return };
        let sign = field(node, "operator").map_or("=", |sign| self.context.text(sign));
        let value = self.one_value(right);
        let mut targets: Vec<Target> =
            children(left).into_iter().map(|target| self.target(target)).collect();
        let at = span(node);
        if let Some(operator) = augmented(sign)
            && let Some(target) = targets.pop()
        {
            out.push(Stmt::new(StmtKind::Augment { target, operator, value }, at));
            return;
        }
        out.push(assign_all(targets, value, node));
    }

    fn short_declaration(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else { return };
        let value = self.one_value(right);
        let targets = self.declared(left);
        out.push(assign_all(targets, value, node));
    }

    /// New variables, out of an expression list.
    fn declared(&mut self, left: Node<'_>) -> Vec<Target> {
        children(left)
            .into_iter()
            .map(|name| {
                if name.kind() == "identifier" {
                    self.new_variable(self.context.text(name), span(name))
                } else {
                    self.target(name)
                }
            })
            .collect()
    }

    /// What stands on the left of `=`.
    fn target(&mut self, node: Node<'_>) -> Target {
        let at = span(node);
        if !self.context.depth_allows(node) {
            return Target::Ignore;
        }
        let target = match node.kind() {
            "identifier" => {
                let name = self.context.text(node);
                if name == "_" { Target::Ignore } else { self.written(name, node) }
            }
            "selector_expression" => match (field(node, "operand"), field(node, "field")) {
                (Some(base), Some(name)) => {
                    let base = Box::new(self.expr(base));
                    Target::Attribute { base, name: self.context.text(name).into(), span: at }
                }
                _ => Target::Ignore,
            },
            "index_expression" => match (field(node, "operand"), field(node, "index")) {
                (Some(base), Some(index)) => {
                    let base = Box::new(self.expr(base));
                    Target::Index { base, index: Box::new(self.expr(index)), span: at }
                }
                _ => Target::Ignore,
            },
            "unary_expression" | "parenthesized_expression" => {
                first(node).map_or(Target::Ignore, |inner| self.target(inner))
            }
            _ => Target::Ignore,
        };
        self.context.go_up();
        target
    }

    fn written(&mut self, name: &str, node: Node<'_>) -> Target {
        match self.context.scopes.write(name) {
            Written::Variable(name) => Target::name(name, span(node)),
            Written::Undeclared => {
                self.context.scopes.write_global(name);
                Target::name(name, span(node))
            }
        }
    }

    fn if_statement(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        self.context.scopes.open();
        let mut body = Vec::new();
        if let Some(first) = field(node, "initializer") {
            self.statement(first, &mut body);
        }
        let test = self.optional(field(node, "condition"), node);
        let then = self.block(field(node, "consequence"));
        let otherwise = match field(node, "alternative") {
            Some(block) if block.kind() == "block" => self.block(Some(block)),
            Some(other) => {
                let mut otherwise = Vec::new();
                self.statement(other, &mut otherwise);
                otherwise
            }
            None => Vec::new(),
        };
        self.context.scopes.close();
        let decision = Stmt::new(StmtKind::If { test, then, otherwise }, span(node));
        wrap(body, decision, out);
    }

    fn for_statement(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let at = span(node);
        let head = children(node).into_iter().find(|child| child.kind() != "block");
        self.context.scopes.open();
        let mut before = Vec::new();
        let block = field(node, "body");
        let loop_ = match head {
            Some(head) if head.kind() == "range_clause" => {
                let walked = self.optional(field(head, "right"), head);
                let iterable =
                    Expr::call(Expr::name("range", span(head)), vec![walked], span(head));
                let mut targets = match field(head, "left") {
                    Some(left) if crate::tree::has(head, ":=") => self.declared(left),
                    Some(left) => children(left).into_iter().map(|t| self.target(t)).collect(),
                    None => Vec::new(),
                };
                targets.resize_with(2, || Target::Ignore);
                let target = Target::Sequence(targets);
                let body = self.block(block);
                StmtKind::For { target, iterable, body, otherwise: Vec::new(), over_keys: false }
            }
            Some(head) if head.kind() == "for_clause" => {
                if let Some(first) = field(head, "initializer") {
                    self.statement(first, &mut before);
                }
                let test = match field(head, "condition") {
                    Some(test) => self.expr(test),
                    None => constant(Constant::Bool(true), span(head)),
                };
                let mut body = self.block(block);
                if let Some(last) = field(head, "update") {
                    self.statement(last, &mut body);
                }
                while_loop(test, body)
            }
            Some(test) => {
                let test = self.expr(test);
                while_loop(test, self.block(block))
            }
            None => while_loop(constant(Constant::Bool(true), at), self.block(block)),
        };
        self.context.scopes.close();
        wrap(before, Stmt::new(loop_, at), out);
    }

    fn switch(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        self.context.scopes.open();
        let mut before = Vec::new();
        if let Some(first) = field(node, "initializer") {
            self.statement(first, &mut before);
        }
        let value = field(node, "value");
        let subject = match value {
            Some(value) => self.expr(value),
            None => constant(Constant::Bool(true), span(node)),
        };
        let mut cases = Vec::new();
        for case in children(node) {
            let (pattern, guard) = match (case.kind(), field(case, "value")) {
                ("default_case", _) => (Pattern::Any, None),
                ("expression_case", Some(tests)) if value.is_none() => {
                    let mut tests = self.values(tests).into_iter();
                    let or = Operator::Logic(LogicOperator::Or);
                    let guard = tests
                        .next()
                        .map(|first| chain(first, tests.map(|test| (or, test)).collect()));
                    (Pattern::Any, guard)
                }
                ("expression_case", Some(tests)) => {
                    (one_of(self.values(tests).into_iter().map(Pattern::Value).collect()), None)
                }
                _ => continue,
            };
            cases.push(Case { pattern, guard, body: self.case_body(case) });
        }
        self.context.scopes.close();
        let kind = StmtKind::Match { subject, cases, falls_through: false };
        wrap(before, Stmt::new(kind, span(node)), out);
    }

    fn case_body(&mut self, case: Node<'_>) -> Vec<Stmt> {
        let mut body = Vec::new();
        self.context.scopes.open();
        for list in children(case).into_iter().filter(|inner| inner.kind() == "statement_list") {
            self.statements(list, &mut body);
        }
        self.context.scopes.close();
        body
    }

    fn type_switch(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        self.context.scopes.open();
        let mut before = Vec::new();
        if let Some(first) = field(node, "initializer") {
            self.statement(first, &mut before);
        }
        let subject = self.optional(field(node, "value"), node);
        let alias = field(node, "alias").map(|alias| self.declared(alias));
        let alias = alias.and_then(|mut alias| alias.pop());
        let mut cases = Vec::new();
        for case in children(node) {
            let pattern = match case.kind() {
                "default_case" => match alias.clone() {
                    Some(target) => Pattern::Capture(target),
                    None => Pattern::Any,
                },
                "type_case" => {
                    let types = fields(case, "type").into_iter();
                    let types = types
                        .map(|of| Pattern::Class { class: self.type_of(of), fields: Vec::new() });
                    let pattern = one_of(types.collect());
                    match alias.clone() {
                        Some(target) => Pattern::As(Box::new(pattern), target),
                        None => pattern,
                    }
                }
                _ => continue,
            };
            cases.push(Case { pattern, guard: None, body: self.case_body(case) });
        }
        self.context.scopes.close();
        let kind = StmtKind::Match { subject, cases, falls_through: false };
        wrap(before, Stmt::new(kind, span(node)), out);
    }

    fn select(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let mut cases = Vec::new();
        for case in children(node) {
            self.context.scopes.open();
            let mut body = Vec::new();
            let pattern = match field(case, "communication") {
                Some(communication) if communication.kind() == "receive_statement" => {
                    self.receive(communication, &mut body);
                    Pattern::Value(unknown(span(case)))
                }
                Some(communication) => {
                    self.statement(communication, &mut body);
                    Pattern::Value(unknown(span(case)))
                }
                None => Pattern::Any,
            };
            body.append(&mut self.case_body(case));
            self.context.scopes.close();
            cases.push(Case { pattern, guard: None, body });
        }
        let subject = unknown(span(node));
        let kind = StmtKind::Match { subject, cases, falls_through: false };
        out.push(Stmt::new(kind, span(node)));
    }

    /// `v, ok := <-ch` of a `select`.
    fn receive(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let value = self.optional(field(node, "right"), node);
        let targets = match field(node, "left") {
            Some(left) if crate::tree::has(node, ":=") => self.declared(left),
            Some(left) => children(left).into_iter().map(|target| self.target(target)).collect(),
            None => {
                out.push(Stmt::new(StmtKind::Expr(value), span(node)));
                return;
            }
        };
        out.push(assign_all(targets, value, node));
    }

    pub(super) fn optional(&mut self, node: Option<Node<'_>>, around: Node<'_>) -> Expr {
        node.map_or_else(|| unknown(span(around)), |node| self.expr(node))
    }
}

fn while_loop(test: Expr, body: Vec<Stmt>) -> StmtKind {
    StmtKind::While { test, body, otherwise: Vec::new(), is_post_tested: false }
}

/// One target, or several that take one value apart.
fn assign_all(mut targets: Vec<Target>, value: Expr, node: Node<'_>) -> Stmt {
    let at = span(node);
    match targets.pop() {
        Some(only) if targets.is_empty() => assign(only, value, at),
        Some(last) => {
            targets.push(last);
            let value = pair_of(value, targets.len(), at);
            assign(Target::Sequence(targets), value, at)
        }
        None => Stmt::new(StmtKind::Expr(value), at),
    }
}

/// A statement with those that come before it in a block.
fn wrap(mut before: Vec<Stmt>, last: Stmt, out: &mut Vec<Stmt>) {
    if before.is_empty() {
        out.push(last);
    } else {
        let at = last.span;
        before.push(last);
        out.push(Stmt::new(StmtKind::Block(before), at));
    }
}

fn one_of(mut patterns: Vec<Pattern>) -> Pattern {
    match patterns.pop() {
        Some(only) if patterns.is_empty() => only,
        Some(last) => {
            patterns.push(last);
            Pattern::Or(patterns)
        }
        None => Pattern::Any,
    }
}
