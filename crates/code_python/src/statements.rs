//! Statements.

use code_ir::{Argument, Expr, ExprKind, Handler, Span, Stmt, StmtKind, Target};
use ruff_python_ast as ast;
use ruff_text_size::Ranged;

use crate::{
    imports,
    lowering::{Lowering, span_of, target_of, text_of, unknown},
    operators::operator_of,
};

/// Branches of an `if` that stand inside each other. Those after them follow one another, as if more
/// than one could be taken: nobody recurses through thousands of levels.
const MAX_BRANCHES: u32 = 50;

impl Lowering<'_> {
    /// Lowers a block; blocks that stand too deep are empty.
    pub(crate) fn block(&mut self, body: &[ast::Stmt]) -> Vec<Stmt> {
        let Some(first) = body.first() else { return Vec::new() };
        let span = span_of(first.range());
        self.deeper(1, span, |lowering| {
            let mut out = Vec::with_capacity(body.len());
            let mut rest = body.iter();
            while let Some(stmt) = rest.next() {
                if let Some(next) = rest.as_slice().first()
                    && lowering.python2_statement(stmt, next, &mut out)
                {
                    rest.next();
                    continue;
                }
                lowering.stmt(stmt, &mut out);
            }
            out
        })
        .unwrap_or_default()
    }

    /// `print value` and `exec value` of Python 2, which the parser gives as two statements with
    /// nothing but blanks between them.
    fn python2_statement(
        &mut self,
        stmt: &ast::Stmt,
        next: &ast::Stmt,
        out: &mut Vec<Stmt>,
    ) -> bool {
        let (ast::Stmt::Expr(word), ast::Stmt::Expr(value)) = (stmt, next) else { return false };
        let ast::Expr::Name(name) = word.value.as_ref() else { return false };
        if !matches!(name.id.as_str(), "print" | "exec") {
            return false;
        }
        let (word_span, value_span) = (span_of(word.range), span_of(value.range));
        let between = self.text.get(word_span.end as usize..value_span.start as usize);
        if !between.is_some_and(|between| between.bytes().all(|b| matches!(b, b' ' | b'\t'))) {
            return false;
        }
        let span = Span { start: word_span.start, end: value_span.end };
        let argument = self.expr(&value.value);
        let callee = Box::new(Expr::name(name.id.as_str(), word_span));
        let arguments = vec![Argument::positional(argument)];
        let call = Expr::new(ExprKind::Call { callee, arguments, is_new: false }, span);
        out.push(Stmt::new(StmtKind::Expr(call), span));
        true
    }

    pub(crate) fn stmt(&mut self, stmt: &ast::Stmt, out: &mut Vec<Stmt>) {
        let span = span_of(stmt.range());
        let kind = match stmt {
            ast::Stmt::Assign(assign) => return self.assignment(assign, out),
            ast::Stmt::Import(import) => return imports::import(import, out),
            ast::Stmt::ImportFrom(from) => imports::import_from(from),
            ast::Stmt::FunctionDef(def) => {
                let value = Expr::new(ExprKind::Function(self.function(def, None)), span);
                definition(&def.name, value)
            }
            ast::Stmt::ClassDef(def) => {
                let value = Expr::new(ExprKind::Class(self.class(def, out)), span);
                definition(&def.name, value)
            }
            ast::Stmt::Expr(expr) => {
                if is_idle(&expr.value) {
                    return;
                }
                StmtKind::Expr(self.expr(&expr.value))
            }
            ast::Stmt::AnnAssign(assign) => StmtKind::Assign {
                annotation: self.annotation(&assign.annotation),
                value: self.option(assign.value.as_deref()),
                target: self.target(&assign.target),
            },
            ast::Stmt::AugAssign(augment) => StmtKind::Augment {
                target: self.target(&augment.target),
                operator: operator_of(augment.op),
                value: self.expr(&augment.value),
            },
            ast::Stmt::Return(returned) => StmtKind::Return(self.option(returned.value.as_deref())),
            ast::Stmt::Delete(delete) => {
                for target in &delete.targets {
                    let kind = StmtKind::Delete(self.target(target));
                    out.push(Stmt::new(kind, span_of(target.range())));
                }
                return;
            }
            ast::Stmt::Raise(raise) => self.raise(raise, out),
            ast::Stmt::Assert(assert) => StmtKind::Assert(self.expr(&assert.test)),
            ast::Stmt::Global(global) if !self.is_at_module() => {
                StmtKind::Global(global.names.iter().map(text_of).collect())
            }
            ast::Stmt::Nonlocal(nonlocal) => {
                StmtKind::Nonlocal(nonlocal.names.iter().map(text_of).collect())
            }
            ast::Stmt::Break(_) => StmtKind::Break,
            ast::Stmt::Continue(_) => StmtKind::Continue,
            // At the level of the module `global` says nothing.
            ast::Stmt::Global(_)
            | ast::Stmt::Pass(_)
            | ast::Stmt::TypeAlias(_)
            | ast::Stmt::IpyEscapeCommand(_) => return,
            _ => self.compound(stmt),
        };
        out.push(Stmt::new(kind, span));
    }

    /// Statements with blocks.
    fn compound(&mut self, stmt: &ast::Stmt) -> StmtKind {
        match stmt {
            ast::Stmt::If(branches) => self.branches(branches),
            ast::Stmt::While(repeated) => StmtKind::While {
                test: self.expr(&repeated.test),
                body: self.block(&repeated.body),
                otherwise: self.block(&repeated.orelse),
                is_post_tested: false,
            },
            ast::Stmt::For(repeated) => StmtKind::For {
                iterable: self.expr(&repeated.iter),
                target: self.target(&repeated.target),
                body: self.block(&repeated.body),
                otherwise: self.block(&repeated.orelse),
                over_keys: false,
            },
            ast::Stmt::Try(tried) => StmtKind::Try {
                body: self.block(&tried.body),
                handlers: tried
                    .handlers
                    .iter()
                    .map(|ast::ExceptHandler::ExceptHandler(handler)| self.handler(handler))
                    .collect(),
                otherwise: self.block(&tried.orelse),
                finally: self.block(&tried.finalbody),
            },
            ast::Stmt::With(with) => StmtKind::With {
                items: with.items.iter().map(|item| self.with_item(item)).collect(),
                body: self.block(&with.body),
            },
            ast::Stmt::Match(matched) => StmtKind::Match {
                subject: self.expr(&matched.subject),
                cases: matched.cases.iter().map(|case| self.case(case)).collect(),
                falls_through: false,
            },
            _ => StmtKind::Block(Vec::new()),
        }
    }

    /// `if`, `elif`, `else`: the later branches stand in the `otherwise` of the earlier.
    fn branches(&mut self, branches: &ast::StmtIf) -> StmtKind {
        let test = self.expr(&branches.test);
        let then = self.block(&branches.body);
        let mut lowered = Vec::with_capacity(branches.elif_else_clauses.len());
        for (clause, level) in branches.elif_else_clauses.iter().zip(1_u32..) {
            let span = span_of(clause.range);
            let branch = self.deeper(level.min(MAX_BRANCHES), span, |lowering| {
                let test = lowering.option(clause.test.as_ref());
                (test, lowering.block(&clause.body))
            });
            let (test, body) = branch.unwrap_or_default();
            lowered.push((test, body, span));
        }
        let mut otherwise = Vec::new();
        if lowered.len() > MAX_BRANCHES as usize {
            for (test, then, span) in lowered.drain(MAX_BRANCHES as usize..) {
                let test = test.unwrap_or_else(|| unknown(span));
                let kind = StmtKind::If { test, then, otherwise: Vec::new() };
                otherwise.push(Stmt::new(kind, span));
            }
        }
        for (test, then, span) in lowered.into_iter().rev() {
            otherwise = match test {
                Some(test) => vec![Stmt::new(StmtKind::If { test, then, otherwise }, span)],
                None => then,
            };
        }
        StmtKind::If { test, then, otherwise }
    }

    fn handler(&mut self, handler: &ast::ExceptHandlerExceptHandler) -> Handler {
        let mut target = handler.name.as_ref().map(target_of);
        let types = match handler.type_.as_deref() {
            None => Vec::new(),
            Some(ast::Expr::Tuple(tuple)) => match tuple.elts.as_slice() {
                // `except Exception, e:` of Python 2; newer Pythons take the second for a type, too,
                // but types begin with a capital.
                [first, ast::Expr::Name(name)] if !tuple.parenthesized && is_lower(&name.id) => {
                    target = Some(Target::name(name.id.as_str(), span_of(name.range)));
                    vec![self.expr(first)]
                }
                types => self.exprs(types),
            },
            Some(only) => vec![self.expr(only)],
        };
        let body = self.block(&handler.body);
        Handler { types, target, body, span: span_of(handler.range) }
    }

    fn with_item(&mut self, item: &ast::WithItem) -> (Expr, Option<Target>) {
        let value = self.expr(&item.context_expr);
        (value, item.optional_vars.as_deref().map(|target| self.target(target)))
    }

    fn raise(&mut self, raise: &ast::StmtRaise, out: &mut Vec<Stmt>) -> StmtKind {
        let value = self.option(raise.exc.as_deref());
        // The cause is evaluated, too; a name or `None` does nothing by that.
        if let Some(cause) = raise.cause.as_deref()
            && !cause.is_name_expr()
            && !cause.is_literal_expr()
        {
            let cause = self.expr(cause);
            let span = cause.span;
            out.push(Stmt::new(StmtKind::Expr(cause), span));
        }
        StmtKind::Raise(value)
    }
}

/// A definition of a function or class is an assignment to its name.
fn definition(name: &ast::Identifier, value: Expr) -> StmtKind {
    StmtKind::Assign { target: target_of(name), annotation: None, value: Some(value) }
}

/// Whether the expression does nothing as a statement: documentation, `...`.
fn is_idle(expr: &ast::Expr) -> bool {
    expr.is_literal_expr()
}

fn is_lower(name: &str) -> bool {
    name.starts_with(|first: char| first.is_lowercase() || first == '_')
}
