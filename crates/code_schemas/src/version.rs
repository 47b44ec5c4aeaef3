//! Which modules a function uses, and which version of pydantic they are written for.

use std::collections::BTreeSet;

use code_ir::{ExprKind, FunctionId, ImportKind, StmtKind, exprs_of, walk_expr, walk_stmts};
use code_program::{ModuleId, Program};

use crate::shape::Library;

/// Modules at most.
const MOST: usize = 500;

/// Names that only version 2 has.
const NEW: [&str; 12] = [
    "ConfigDict",
    "TypeAdapter",
    "RootModel",
    "field_validator",
    "model_validator",
    "field_serializer",
    "model_serializer",
    "computed_field",
    "AfterValidator",
    "BeforeValidator",
    "StringConstraints",
    "AliasChoices",
];

/// Methods that only models of version 2 have.
const NEW_METHODS: [&str; 4] =
    ["model_validate", "model_validate_json", "model_dump_json", "model_json_schema"];

/// Methods of version 1: code that has them may be written for both.
const OLD_METHODS: [&str; 4] = ["parse_obj", "parse_raw", "update_forward_refs", "__fields__"];

/// The module and those that it imports, and theirs.
pub(crate) fn modules(program: &Program, first: ModuleId) -> Vec<ModuleId> {
    let mut seen = BTreeSet::from([first]);
    let mut all = vec![first];
    let mut next = 0;
    while let Some(id) = all.get(next).copied() {
        next += 1;
        let Some(module) = program.module(id) else { continue };
        let path = program.source(id).map_or("", |source| source.path.as_str());
        let mut add = |found: Option<ModuleId>| {
            if let Some(found) = found
                && seen.len() < MOST
                && seen.insert(found)
            {
                all.push(found);
            }
        };
        for function in &module.functions {
            walk_stmts(&function.body, &mut |stmt| {
                let StmtKind::Import(import) = &stmt.kind else { return };
                add(program.resolve_import(id, import));
                if let ImportKind::Names(names) = &import.kind {
                    for it in names {
                        let below = match import.module.as_str() {
                            "" => it.name.to_string(),
                            module => format!("{module}.{}", it.name),
                        };
                        add(program.python(path, &below, import.level));
                    }
                }
            });
        }
    }
    all
}

/// What is surely known of the version.
pub(crate) fn library(program: &Program, modules: &[ModuleId]) -> Library {
    let (mut is_new, mut is_old) = (false, false);
    for module in modules.iter().filter_map(|id| program.module(*id)) {
        // An import in a function or branch may be of one version of several.
        let top = module.function(FunctionId(0)).map_or(&[][..], |it| it.body.as_slice());
        for stmt in top {
            if let StmtKind::Import(import) = &stmt.kind
                && import.module == "pydantic"
                && let ImportKind::Names(names) = &import.kind
            {
                is_new |= names.iter().any(|it| NEW.contains(&it.name.as_str()));
            }
        }
        for function in &module.functions {
            walk_stmts(&function.body, &mut |stmt| {
                if let StmtKind::Import(import) = &stmt.kind {
                    is_old |= import.module == "pydantic.v1"
                        || import.module.starts_with("pydantic.v1.")
                        || import.module == "pydantic_v1";
                    let names = match &import.kind {
                        ImportKind::Names(names) if import.module == "pydantic" => names.as_slice(),
                        _ => &[],
                    };
                    is_old |= names.iter().any(|it| it.name == "v1");
                }
                exprs_of(stmt, &mut |expr| {
                    walk_expr(expr, &mut |inner| {
                        if let ExprKind::Attribute { name, .. } = &inner.kind {
                            is_new |= NEW_METHODS.contains(&name.as_str());
                            is_old |= OLD_METHODS.contains(&name.as_str());
                        }
                    });
                });
                if let StmtKind::Try { handlers, .. } = &stmt.kind {
                    let names =
                        handlers.iter().flat_map(|it| &it.types).filter_map(code_ir::Expr::dotted);
                    // Code for both versions catches that one of them is not there.
                    is_old |= names.into_iter().any(|path| {
                        path.last().is_some_and(|it| {
                            it.ends_with("ImportError") || *it == "ModuleNotFoundError"
                        })
                    });
                }
            });
        }
    }
    if is_new && !is_old { Library::Two } else { Library::Any }
}
