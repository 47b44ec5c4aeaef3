//! What a list of statements gives as a value.

use code_ir::{Case, CompareOperator, Expr, ExprKind, Pattern, Span, Stmt, StmtKind, Target};

use crate::context::{constant, is_small, unknown, value_of};
use crate::operators::Operator;

/// Ends a body, and every branch of its last statement, with what `make` makes of its value.
pub(super) fn end_with(body: &mut Vec<Stmt>, make: &dyn Fn(Expr) -> StmtKind) {
    let Some(last) = body.last_mut() else { return };
    let at = last.span;
    match &mut last.kind {
        StmtKind::Expr(value) => {
            let value = std::mem::replace(value, unknown(at));
            last.kind = make(value);
        }
        StmtKind::If { then, otherwise, .. } => {
            end_with(then, make);
            end_with(otherwise, make);
        }
        StmtKind::Match { cases, .. } => {
            for case in cases {
                end_with(&mut case.body, make);
            }
        }
        StmtKind::Try { body, handlers, otherwise, .. } => {
            end_with(if otherwise.is_empty() { body } else { otherwise }, make);
            for handler in handlers {
                end_with(&mut handler.body, make);
            }
        }
        StmtKind::Block(body) | StmtKind::With { body, .. } => end_with(body, make),
        StmtKind::Assign { target, .. } | StmtKind::Augment { target, .. } => {
            if let Some(value) = value_of(target, at) {
                body.push(Stmt::new(make(value), at));
            }
        }
        _ => {}
    }
}

/// Statements as one expression. Loops, and ways out of the function, are not expressed.
pub(super) fn as_expr(body: Vec<Stmt>, at: Span) -> Expr {
    let mut values: Vec<Expr> = body.into_iter().map(stmt_as_expr).collect();
    match values.pop() {
        Some(only) if values.is_empty() => only,
        Some(last) => {
            values.push(last);
            Expr::new(ExprKind::Sequence(values), at)
        }
        None => constant(code_ir::Constant::None, at),
    }
}

fn stmt_as_expr(stmt: Stmt) -> Expr {
    let at = stmt.span;
    match stmt.kind {
        StmtKind::Expr(value) => value,
        StmtKind::Assign { target, value: Some(value), .. } => {
            Expr::new(ExprKind::Assign { target: Box::new(target), value: Box::new(value) }, at)
        }
        StmtKind::Augment { target, operator, value } => match value_of(&target, at) {
            Some(before) => {
                let value = Box::new(Operator::Binary(operator).join(before, value));
                Expr::new(ExprKind::Assign { target: Box::new(target), value }, at)
            }
            None => value,
        },
        StmtKind::If { test, then, otherwise } => {
            conditional(test, as_expr(then, at), as_expr(otherwise, at), at)
        }
        StmtKind::Block(body) => as_expr(body, at),
        StmtKind::Match { subject, cases, .. } => match_as_expr(subject, cases, at),
        StmtKind::Try { body, handlers, otherwise, .. } => {
            let body = as_expr(if otherwise.is_empty() { body } else { otherwise }, at);
            handlers.into_iter().fold(body, |body, handler| {
                conditional(unknown(at), body, as_expr(handler.body, at), at)
            })
        }
        _ => unknown(at),
    }
}

/// The name of a subject that is too large to be repeated in every case.
const SUBJECT: &str = "case#";

fn match_as_expr(subject: Expr, cases: Vec<Case>, at: Span) -> Expr {
    if !is_small(&subject) {
        let name = Expr::name(SUBJECT, at);
        let target = Box::new(Target::name(SUBJECT, at));
        let first = Expr::new(ExprKind::Assign { target, value: Box::new(subject) }, at);
        let rest = match_as_expr(name, cases, at);
        return Expr::new(ExprKind::Sequence(vec![first, rest]), at);
    }
    let last = constant(code_ir::Constant::None, at);
    cases.into_iter().rev().fold(last, |otherwise, case| {
        let body = as_expr(case.body, at);
        let test = match case.pattern {
            Pattern::Any if case.guard.is_none() => return body,
            Pattern::Any => unknown(at),
            Pattern::Value(value) => {
                Operator::Compare(CompareOperator::Equal).join(subject.clone(), value)
            }
            pattern => {
                let mut tests: Vec<Expr> = Vec::new();
                captures(&pattern, &subject, at, &mut tests);
                tests.push(unknown(at));
                Expr::new(ExprKind::Sequence(tests), at)
            }
        };
        let test = match case.guard {
            Some(guard) => Operator::Logic(code_ir::LogicOperator::And).join(test, guard),
            None => test,
        };
        conditional(test, body, otherwise, at)
    })
}

fn conditional(test: Expr, then: Expr, otherwise: Expr, at: Span) -> Expr {
    let (test, then, otherwise) = (Box::new(test), Box::new(then), Box::new(otherwise));
    Expr::new(ExprKind::Conditional { test, then, otherwise }, at)
}

/// Every variable of a pattern gets the subject: a part of it is as tainted as the whole.
fn captures(pattern: &Pattern, subject: &Expr, at: Span, out: &mut Vec<Expr>) {
    match pattern {
        Pattern::Capture(target) | Pattern::Star(Some(target)) => {
            let (target, value) = (Box::new(target.clone()), Box::new(subject.clone()));
            out.push(Expr::new(ExprKind::Assign { target, value }, at));
        }
        Pattern::As(inner, target) => {
            captures(&Pattern::Capture(target.clone()), subject, at, out);
            captures(inner, subject, at, out);
        }
        Pattern::Or(all) | Pattern::Sequence(all) => {
            for inner in all {
                captures(inner, subject, at, out);
            }
        }
        Pattern::Mapping { entries, rest } => {
            for (_, inner) in entries {
                captures(inner, subject, at, out);
            }
            if let Some(rest) = rest {
                captures(&Pattern::Capture(rest.clone()), subject, at, out);
            }
        }
        Pattern::Class { fields, .. } => {
            for (_, inner) in fields {
                captures(inner, subject, at, out);
            }
        }
        Pattern::Any | Pattern::Value(_) | Pattern::Star(None) => {}
    }
}
