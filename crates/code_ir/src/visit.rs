//! Walks over the tree.

use crate::{Argument, Element, Entry, Expr, ExprKind, Part, Pattern, Stmt, StmtKind, Target};

/// Calls `see` with every statement of a body, inner ones included, in order of the text; bodies of
/// inner functions are not part of it.
pub fn walk_stmts<'a>(body: &'a [Stmt], see: &mut impl FnMut(&'a Stmt)) {
    for stmt in body {
        see(stmt);
        for block in blocks_of(stmt) {
            walk_stmts(block, see);
        }
    }
}

/// Calls `see` with an expression and every expression in it, outermost first.
pub fn walk_expr<'a>(expr: &'a Expr, see: &mut impl FnMut(&'a Expr)) {
    see(expr);
    inner_exprs(expr, &mut |inner| walk_expr(inner, see));
}

/// Every call in a body, with callee and arguments.
pub fn calls<'a>(body: &'a [Stmt], see: &mut impl FnMut(&'a Expr, &'a Expr, &'a [Argument])) {
    walk_stmts(body, &mut |stmt| {
        exprs_of(stmt, &mut |expr| {
            walk_expr(expr, &mut |inner| {
                if let ExprKind::Call { callee, arguments, .. } = &inner.kind {
                    see(inner, callee, arguments);
                }
            });
        });
    });
}

fn blocks_of(stmt: &Stmt) -> Vec<&[Stmt]> {
    match &stmt.kind {
        StmtKind::If { then, otherwise, .. } => vec![then, otherwise],
        StmtKind::While { body, otherwise, .. } | StmtKind::For { body, otherwise, .. } => {
            vec![body, otherwise]
        }
        StmtKind::Try { body, handlers, otherwise, finally } => {
            let mut blocks: Vec<&[Stmt]> = vec![body];
            blocks.extend(handlers.iter().map(|handler| handler.body.as_slice()));
            blocks.push(otherwise);
            blocks.push(finally);
            blocks
        }
        StmtKind::With { body, .. } | StmtKind::Block(body) => vec![body],
        StmtKind::Match { cases, .. } => cases.iter().map(|case| case.body.as_slice()).collect(),
        _ => Vec::new(),
    }
}

/// Calls `see` with the outermost expressions of one statement, those of inner statements excluded.
pub fn exprs_of<'a>(stmt: &'a Stmt, see: &mut impl FnMut(&'a Expr)) {
    match &stmt.kind {
        StmtKind::Expr(expr) | StmtKind::Assert(expr) => see(expr),
        StmtKind::Assign { target, value, .. } => {
            in_target(target, see);
            value.iter().for_each(see);
        }
        StmtKind::Augment { target, value, .. } => {
            in_target(target, see);
            see(value);
        }
        StmtKind::Export { value, .. } => see(value),
        StmtKind::If { test, .. } | StmtKind::While { test, .. } => see(test),
        StmtKind::For { target, iterable, .. } => {
            see(iterable);
            in_target(target, see);
        }
        StmtKind::Return(value) | StmtKind::Raise(value) => value.iter().for_each(see),
        StmtKind::Try { handlers, .. } => {
            handlers.iter().flat_map(|handler| &handler.types).for_each(see);
        }
        StmtKind::With { items, .. } => {
            for (value, target) in items {
                see(value);
                if let Some(target) = target {
                    in_target(target, see);
                }
            }
        }
        StmtKind::Match { subject, cases, .. } => {
            see(subject);
            for case in cases {
                in_pattern(&case.pattern, see);
                case.guard.iter().for_each(&mut *see);
            }
        }
        StmtKind::Delete(target) => in_target(target, see),
        StmtKind::Import(_)
        | StmtKind::Block(_)
        | StmtKind::Break
        | StmtKind::Continue
        | StmtKind::Global(_)
        | StmtKind::Nonlocal(_) => {}
    }
}

fn in_pattern<'a>(pattern: &'a Pattern, see: &mut impl FnMut(&'a Expr)) {
    match pattern {
        Pattern::Any | Pattern::Capture(_) | Pattern::Star(_) => {}
        Pattern::Value(expr) => see(expr),
        Pattern::Or(patterns) | Pattern::Sequence(patterns) => {
            for pattern in patterns {
                in_pattern(pattern, see);
            }
        }
        Pattern::Mapping { entries, .. } => {
            for (key, pattern) in entries {
                see(key);
                in_pattern(pattern, see);
            }
        }
        Pattern::Class { class, fields } => {
            see(class);
            for (_, pattern) in fields {
                in_pattern(pattern, see);
            }
        }
        Pattern::As(pattern, _) => in_pattern(pattern, see),
    }
}

fn in_target<'a>(target: &'a Target, see: &mut impl FnMut(&'a Expr)) {
    match target {
        Target::Name(..) | Target::Ignore => {}
        Target::Attribute { base, .. } => see(base),
        Target::Index { base, index, .. } => {
            see(base);
            see(index);
        }
        Target::Sequence(targets) => {
            for target in targets {
                in_target(target, see);
            }
        }
        Target::Rest(target) => in_target(target, see),
        Target::Object { properties, rest } => {
            for property in properties {
                see(&property.key);
                in_target(&property.target, see);
            }
            if let Some(target) = rest {
                in_target(target, see);
            }
        }
        Target::Default(target, default) => {
            in_target(target, see);
            see(default);
        }
    }
}

fn in_parts<'a>(parts: &'a [Part], see: &mut impl FnMut(&'a Expr)) {
    for part in parts {
        if let Part::Value(expr) = part {
            see(expr);
        }
    }
}

/// The expressions directly in an expression.
fn inner_exprs<'a>(expr: &'a Expr, see: &mut impl FnMut(&'a Expr)) {
    match &expr.kind {
        ExprKind::Unknown
        | ExprKind::Constant(_)
        | ExprKind::Name(_)
        | ExprKind::This
        | ExprKind::Function(_)
        | ExprKind::Class(_)
        | ExprKind::Yield(None) => {}
        ExprKind::Attribute { base, .. } => see(base),
        ExprKind::Index { base, index } => {
            see(base);
            see(index);
        }
        ExprKind::Slice { base, lower, upper } => {
            see(base);
            if let Some(bound) = lower {
                see(bound);
            }
            if let Some(bound) = upper {
                see(bound);
            }
        }
        ExprKind::Call { callee, arguments, .. } => {
            see(callee);
            for argument in arguments {
                see(&argument.value);
            }
        }
        ExprKind::Binary { left, right, .. }
        | ExprKind::Compare { left, right, .. }
        | ExprKind::Logic { left, right, .. } => {
            see(left);
            see(right);
        }
        ExprKind::Unary { operand: inner, .. }
        | ExprKind::Await(inner)
        | ExprKind::Yield(Some(inner))
        | ExprKind::ImportCall(inner) => see(inner),
        ExprKind::Conditional { test, then, otherwise } => {
            see(test);
            see(then);
            see(otherwise);
        }
        ExprKind::Interpolation(parts) => in_parts(parts, see),
        ExprKind::TaggedTemplate { tag, parts } => {
            see(tag);
            in_parts(parts, see);
        }
        ExprKind::List(elements) => {
            for Element::One(expr) | Element::Spread(expr) in elements {
                see(expr);
            }
        }
        ExprKind::Dict(entries) => {
            for entry in entries {
                match entry {
                    Entry::Pair(key, value) => {
                        see(key);
                        see(value);
                    }
                    Entry::Spread(expr) => see(expr),
                }
            }
        }
        ExprKind::Comprehension(comprehension) => {
            for clause in &comprehension.clauses {
                see(&clause.iterable);
                clause.conditions.iter().for_each(&mut *see);
            }
            see(&comprehension.element);
            comprehension.value.iter().for_each(see);
        }
        ExprKind::Assign { target, value } => {
            in_target(target, see);
            see(value);
        }
        ExprKind::Sequence(exprs) => exprs.iter().for_each(see),
    }
}
