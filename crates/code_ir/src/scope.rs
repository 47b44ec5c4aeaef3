//! The names that each function binds itself.

use std::collections::HashMap;

use source_text::SmolStr;

use crate::{ExprKind, Function, ImportKind, Pattern, Stmt, StmtKind, Target};

/// Slots of one function, and what it says about names of others.
#[derive(Default)]
pub(crate) struct Scope {
    pub(crate) slots: HashMap<SmolStr, u16>,
    pub(crate) names: Vec<SmolStr>,
    pub(crate) globals: Vec<SmolStr>,
    pub(crate) nonlocals: Vec<SmolStr>,
}

impl Scope {
    pub(crate) fn bind(&mut self, name: &SmolStr) {
        if self.globals.contains(name) || self.nonlocals.contains(name) {
            return;
        }
        if !self.slots.contains_key(name) {
            self.fresh(name);
        }
    }

    /// A slot of its own, whatever stands already.
    pub(crate) fn fresh(&mut self, name: &SmolStr) -> u16 {
        let slot = u16::try_from(self.names.len()).unwrap_or(u16::MAX);
        self.names.push(name.clone());
        self.slots.insert(name.clone(), slot);
        slot
    }
}

/// The names that a function binds itself.
pub(crate) fn scope_of(function: &Function) -> Scope {
    let mut scope = Scope::default();
    for param in &function.params {
        if let Some(name) = param.name() {
            scope.fresh(name);
        }
    }
    declarations(&function.body, &mut scope);
    for param in &function.params {
        bind_target(&param.target, &mut scope);
    }
    bind_stmts(&function.body, &mut scope);
    scope
}

/// `global` and `nonlocal`, which hold for the whole function wherever they stand.
fn declarations(body: &[Stmt], scope: &mut Scope) {
    crate::walk_stmts(body, &mut |stmt| match &stmt.kind {
        StmtKind::Global(names) => scope.globals.extend(names.iter().cloned()),
        StmtKind::Nonlocal(names) => scope.nonlocals.extend(names.iter().cloned()),
        _ => {}
    });
}

fn bind_stmts(body: &[Stmt], scope: &mut Scope) {
    crate::walk_stmts(body, &mut |stmt| {
        match &stmt.kind {
            StmtKind::Assign { target, .. }
            | StmtKind::Augment { target, .. }
            | StmtKind::For { target, .. } => bind_target(target, scope),
            StmtKind::Import(import) => match &import.kind {
                ImportKind::Root(name) | ImportKind::Whole(name) => scope.bind(&name.text),
                ImportKind::Names(names) => {
                    for n in names {
                        scope.bind(&n.alias.text);
                    }
                }
                ImportKind::Star | ImportKind::Effect => {}
            },
            StmtKind::Try { handlers, .. } => {
                for target in handlers.iter().filter_map(|handler| handler.target.as_ref()) {
                    bind_target(target, scope);
                }
            }
            StmtKind::With { items, .. } => {
                for target in items.iter().filter_map(|(_, target)| target.as_ref()) {
                    bind_target(target, scope);
                }
            }
            StmtKind::Match { cases, .. } => {
                for case in cases {
                    bind_pattern(&case.pattern, scope);
                }
            }
            _ => {}
        }
        crate::visit::exprs_of(stmt, &mut |expr| {
            crate::walk_expr(expr, &mut |inner| {
                if let ExprKind::Assign { target, .. } = &inner.kind {
                    bind_target(target, scope);
                }
            });
        });
    });
}

fn bind_pattern(pattern: &Pattern, scope: &mut Scope) {
    match pattern {
        Pattern::Any | Pattern::Value(_) | Pattern::Star(None) => {}
        Pattern::Capture(target) | Pattern::Star(Some(target)) => bind_target(target, scope),
        Pattern::Or(patterns) | Pattern::Sequence(patterns) => {
            for pattern in patterns {
                bind_pattern(pattern, scope);
            }
        }
        Pattern::Mapping { entries, rest } => {
            for (_, pattern) in entries {
                bind_pattern(pattern, scope);
            }
            if let Some(target) = rest {
                bind_target(target, scope);
            }
        }
        Pattern::Class { fields, .. } => {
            for (_, pattern) in fields {
                bind_pattern(pattern, scope);
            }
        }
        Pattern::As(pattern, target) => {
            bind_pattern(pattern, scope);
            bind_target(target, scope);
        }
    }
}

pub(crate) fn bind_target(target: &Target, scope: &mut Scope) {
    match target {
        Target::Name(name, _) => scope.bind(&name.text),
        Target::Sequence(targets) => {
            for t in targets {
                bind_target(t, scope);
            }
        }
        Target::Rest(target) | Target::Default(target, _) => bind_target(target, scope),
        Target::Object { properties, rest } => {
            for property in properties {
                bind_target(&property.target, scope);
            }
            if let Some(target) = rest {
                bind_target(target, scope);
            }
        }
        Target::Attribute { .. } | Target::Index { .. } | Target::Ignore => {}
    }
}
