//! Statements and blocks.

use code_ir::{
    Case, Constant, Expr, ExprKind, Handler, Pattern, Span, Stmt, StmtKind, Target, UnaryOperator,
};
use oxc_ast::ast::{
    self, Declaration, Expression, ForStatementInit, ForStatementLeft, Statement,
    VariableDeclaration,
};
use oxc_syntax::operator as js;

use crate::chains::joined;
use crate::declarations::declared_function;
use crate::expressions::{step, untyped, value_of};
use crate::lower::{Lowering, assign, span, span_of};
use crate::operators::{Joint, of_assignment};
use crate::patterns::{hint_of, target_of};

/// An `else if` chain of at least this many tests becomes a flat `Match`.
const LONG_CHAIN: usize = 40;

impl<'a> Lowering<'a> {
    /// The outermost block of a function or of the file; its `var`s are declared already.
    pub(crate) fn outermost(&mut self, statements: &[Statement<'a>]) -> Vec<Stmt> {
        self.declare_block(statements, true);
        self.statements(statements)
    }

    /// A block with names of its own.
    pub(crate) fn block(&mut self, statements: &[Statement<'a>]) -> Vec<Stmt> {
        let mark = self.scopes.enter_block();
        self.declare_block(statements, false);
        let lowered = self.statements(statements);
        self.scopes.leave_block(mark);
        lowered
    }

    /// Statements in order, after the functions that are declared anywhere among them.
    pub(crate) fn statements(&mut self, statements: &[Statement<'a>]) -> Vec<Stmt> {
        let mut out = Vec::with_capacity(statements.len());
        for statement in statements {
            if let Some(function) = declared_function(statement)
                && let Some(name) = &function.id
                && let Some(id) = self.function_of(function, None, &[], None)
            {
                let at = span(function.span);
                let target = self.binding(name);
                out.push(assign(target, Expr::new(ExprKind::Function(id), at), at));
            }
        }
        for statement in statements {
            self.statement(statement, &mut out);
        }
        out
    }

    /// The body of a branch or loop: a block, or a single statement.
    fn body(&mut self, statement: &Statement<'a>) -> Vec<Stmt> {
        match statement {
            Statement::BlockStatement(block) => {
                if !self.descend(span(block.span)) {
                    return Vec::new();
                }
                let body = self.block(&block.body);
                self.rise();
                body
            }
            _ => self.block(std::slice::from_ref(statement)),
        }
    }

    fn statement(&mut self, statement: &Statement<'a>, out: &mut Vec<Stmt>) {
        let at = span_of(statement);
        if !self.descend(at) {
            return;
        }
        match statement {
            Statement::ExpressionStatement(inner) => self.effect(&inner.expression, at, out),
            Statement::ReturnStatement(inner) => {
                let value = inner.argument.as_ref().map(|value| self.expr(value));
                out.push(Stmt::new(StmtKind::Return(value), at));
            }
            Statement::ThrowStatement(inner) => {
                let value = self.expr(&inner.argument);
                out.push(Stmt::new(StmtKind::Raise(Some(value)), at));
            }
            Statement::BlockStatement(inner) => {
                let body = self.block(&inner.body);
                out.push(Stmt::new(StmtKind::Block(body), at));
            }
            Statement::LabeledStatement(inner) => self.statement(&inner.body, out),
            Statement::BreakStatement(_) => out.push(Stmt::new(StmtKind::Break, at)),
            Statement::ContinueStatement(_) => out.push(Stmt::new(StmtKind::Continue, at)),
            Statement::IfStatement(inner) => self.branches(inner, at, out),
            Statement::SwitchStatement(inner) => self.switch(inner, at, out),
            Statement::TryStatement(inner) => self.attempt(inner, at, out),
            Statement::WithStatement(inner) => {
                let value = self.expr(&inner.object);
                out.push(Stmt::new(StmtKind::Expr(value), at));
                out.extend(self.body(&inner.body));
            }
            Statement::DebuggerStatement(_) | Statement::EmptyStatement(_) => {}
            _ => self.loop_or_declaration(statement, at, out),
        }
        self.rise();
    }

    fn loop_or_declaration(&mut self, statement: &Statement<'a>, at: Span, out: &mut Vec<Stmt>) {
        match statement {
            Statement::WhileStatement(inner) => {
                let test = self.expr(&inner.test);
                let body = self.body(&inner.body);
                out.push(repeat(test, body, false, at));
            }
            Statement::DoWhileStatement(inner) => {
                let body = self.body(&inner.body);
                let test = self.expr(&inner.test);
                out.push(repeat(test, body, true, at));
            }
            Statement::ForStatement(inner) => self.counted(inner, at, out),
            Statement::ForInStatement(inner) => {
                self.walk(&inner.left, &inner.right, &inner.body, true, at, out);
            }
            Statement::ForOfStatement(inner) => {
                self.walk(&inner.left, &inner.right, &inner.body, false, at, out);
            }
            _ => {
                if let Some(declaration) = statement.as_declaration() {
                    self.declaration(declaration, out);
                } else if let Some(module) = statement.as_module_declaration() {
                    self.module_declaration(module, out);
                }
            }
        }
    }

    pub(crate) fn declaration(&mut self, declaration: &Declaration<'a>, out: &mut Vec<Stmt>) {
        match declaration {
            Declaration::VariableDeclaration(variables) => self.variables(variables, out),
            Declaration::ClassDeclaration(class) => self.class_declaration(class, out),
            Declaration::TSEnumDeclaration(inner) => self.enumeration(inner, out),
            Declaration::TSNamespaceDeclaration(inner) => self.namespace(inner, out),
            Declaration::TSImportEqualsDeclaration(inner) => self.import_equals(inner, out),
            // Functions stand at the start of the block; the rest is types.
            Declaration::FunctionDeclaration(_)
            | Declaration::TSTypeAliasDeclaration(_)
            | Declaration::TSInterfaceDeclaration(_)
            | Declaration::TSExternalModuleDeclaration(_)
            | Declaration::TSGlobalDeclaration(_) => {}
        }
    }

    fn variables(&mut self, variables: &VariableDeclaration<'a>, out: &mut Vec<Stmt>) {
        if variables.declare {
            return;
        }
        for variable in &variables.declarations {
            let target = self.pattern(&variable.id);
            let annotation = variable.type_annotation.as_ref().and_then(|of| self.annotation(of));
            let value = variable.init.as_ref();
            let value = value.map(|value| self.named_expr(value, hint_of(&target)));
            let kind = StmtKind::Assign { target, annotation, value };
            out.push(Stmt::new(kind, span(variable.span)));
        }
    }

    /// An expression whose value nobody takes.
    fn effect(&mut self, expr: &Expression<'a>, at: Span, out: &mut Vec<Stmt>) {
        match untyped(expr) {
            Expression::AssignmentExpression(assignment) => {
                let target = self.target(&assignment.left);
                let value = self.named_expr(&assignment.right, hint_of(&target));
                out.push(match of_assignment(assignment.operator) {
                    None => assign(target, value, at),
                    Some(Joint::Binary(operator)) => {
                        Stmt::new(StmtKind::Augment { target, operator, value }, at)
                    }
                    Some(operator) => {
                        let value = joined(operator, value_of(&target), value);
                        assign(target, value, at)
                    }
                });
            }
            Expression::UpdateExpression(update) => {
                let target = self.simple_target(&update.argument);
                let value = Expr::new(ExprKind::Constant(Constant::Int(1)), at);
                let operator = step(update.operator);
                out.push(Stmt::new(StmtKind::Augment { target, operator, value }, at));
            }
            Expression::SequenceExpression(sequence) => {
                for expr in &sequence.expressions {
                    if self.descend(at) {
                        self.effect(expr, span_of(expr), out);
                        self.rise();
                    }
                }
            }
            Expression::UnaryExpression(unary) if unary.operator == js::UnaryOperator::Delete => {
                let operand = self.expr(&unary.argument);
                out.push(match operand.kind {
                    ExprKind::Name(_) | ExprKind::Attribute { .. } | ExprKind::Index { .. } => {
                        Stmt::new(StmtKind::Delete(target_of(operand)), at)
                    }
                    _ => {
                        let operand = Box::new(operand);
                        let operator = UnaryOperator::Discard;
                        let kind = ExprKind::Unary { operator, operand };
                        Stmt::new(StmtKind::Expr(Expr::new(kind, at)), at)
                    }
                });
            }
            expr => {
                let value = self.expr(expr);
                out.push(Stmt::new(StmtKind::Expr(value), at));
            }
        }
    }

    fn branches(&mut self, first: &ast::IfStatement<'a>, at: Span, out: &mut Vec<Stmt>) {
        // `else if` is a statement in a statement in …; parsers know no limit, so this is a loop.
        let mut tests = Vec::new();
        let mut next = first;
        let mut last = loop {
            let test = self.expr(&next.test);
            let then = self.body(&next.consequent);
            tests.push((test, then, span(next.span)));
            match &next.alternate {
                Some(Statement::IfStatement(inner)) => next = inner,
                Some(otherwise) => break self.body(otherwise),
                None => break Vec::new(),
            }
        };
        if tests.len() < LONG_CHAIN {
            for (test, then, at) in tests.into_iter().rev() {
                let kind = StmtKind::If { test, then, otherwise: last };
                last = vec![Stmt::new(kind, at)];
            }
            out.append(&mut last);
            return;
        }
        let subject = Expr::new(ExprKind::Constant(Constant::Bool(true)), at);
        let mut cases: Vec<Case> = tests
            .into_iter()
            .map(|(test, body, _)| Case { pattern: Pattern::Any, guard: Some(test), body })
            .collect();
        cases.push(Case { pattern: Pattern::Any, guard: None, body: last });
        out.push(Stmt::new(StmtKind::Match { subject, cases, falls_through: false }, at));
    }

    fn switch(&mut self, switch: &ast::SwitchStatement<'a>, at: Span, out: &mut Vec<Stmt>) {
        let subject = self.expr(&switch.discriminant);
        let mark = self.scopes.enter_block();
        for case in &switch.cases {
            self.declare_block(&case.consequent, false);
        }
        let mut cases = Vec::with_capacity(switch.cases.len());
        for case in &switch.cases {
            let test = case.test.as_ref();
            let pattern = test.map_or(Pattern::Any, |test| Pattern::Value(self.expr(test)));
            let body = self.statements(&case.consequent);
            cases.push(Case { pattern, guard: None, body });
        }
        self.scopes.leave_block(mark);
        out.push(Stmt::new(StmtKind::Match { subject, cases, falls_through: true }, at));
    }

    fn attempt(&mut self, attempt: &ast::TryStatement<'a>, at: Span, out: &mut Vec<Stmt>) {
        let body = self.block(&attempt.block.body);
        let mut handlers = Vec::new();
        if let Some(handler) = &attempt.handler {
            let mark = self.scopes.enter_block();
            if let Some(param) = &handler.param {
                self.declare_pattern(&param.pattern, false);
            }
            let target = handler.param.as_ref().map(|param| self.pattern(&param.pattern));
            let body = self.block(&handler.body.body);
            self.scopes.leave_block(mark);
            handlers.push(Handler { types: Vec::new(), target, body, span: span(handler.span) });
        }
        let finally = attempt.finalizer.as_ref();
        let finally = finally.map_or_else(Vec::new, |finally| self.block(&finally.body));
        let kind = StmtKind::Try { body, handlers, otherwise: Vec::new(), finally };
        out.push(Stmt::new(kind, at));
    }

    /// `for (first; test; last) body`.
    fn counted(&mut self, counted: &ast::ForStatement<'a>, at: Span, out: &mut Vec<Stmt>) {
        let mark = self.scopes.enter_block();
        match &counted.init {
            Some(ForStatementInit::VariableDeclaration(variables)) => {
                self.declare_variables(variables, false);
                self.variables(variables, out);
            }
            Some(init) => {
                if let Some(expr) = init.as_expression() {
                    self.effect(expr, span_of(expr), out);
                }
            }
            None => {}
        }
        let test = match &counted.test {
            Some(test) => self.expr(test),
            None => Expr::new(ExprKind::Constant(Constant::Bool(true)), at),
        };
        let mut body = self.body(&counted.body);
        if let Some(update) = &counted.update {
            self.effect(update, span_of(update), &mut body);
        }
        self.scopes.leave_block(mark);
        out.push(repeat(test, body, false, at));
    }

    /// `for (left in right) body` and `for (left of right) body`.
    fn walk(
        &mut self,
        left: &ForStatementLeft<'a>,
        right: &Expression<'a>,
        body: &Statement<'a>,
        over_keys: bool,
        at: Span,
        out: &mut Vec<Stmt>,
    ) {
        let iterable = self.expr(right);
        let mark = self.scopes.enter_block();
        let target = match left {
            ForStatementLeft::VariableDeclaration(variables) => {
                self.declare_variables(variables, false);
                let first = variables.declarations.first();
                first.map_or(Target::Ignore, |variable| self.pattern(&variable.id))
            }
            _ => match left.as_assignment_target() {
                Some(target) => self.target(target),
                None => Target::Ignore,
            },
        };
        let body = self.body(body);
        self.scopes.leave_block(mark);
        let otherwise = Vec::new();
        let kind = StmtKind::For { target, iterable, body, otherwise, over_keys };
        out.push(Stmt::new(kind, at));
    }
}

/// `while (test) body`.
fn repeat(test: Expr, body: Vec<Stmt>, is_post_tested: bool, at: Span) -> Stmt {
    let kind = StmtKind::While { test, body, otherwise: Vec::new(), is_post_tested };
    Stmt::new(kind, at)
}
