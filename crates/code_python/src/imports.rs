//! Imports.

use code_ir::{Import, ImportKind, ImportedName, Name, SmolStr, Stmt, StmtKind};
use ruff_python_ast as ast;

use crate::lowering::{span_of, text_of};

/// `import a, b.c as d`: one statement a module.
pub(crate) fn import(import: &ast::StmtImport, out: &mut Vec<Stmt>) {
    for alias in &import.names {
        let module = text_of(&alias.name);
        let kind = if let Some(name) = &alias.asname {
            ImportKind::Whole(Name::new(text_of(name)))
        } else {
            let root = module.split('.').next().unwrap_or_default();
            ImportKind::Root(Name::new(root))
        };
        let import = Import { module, level: 0, kind };
        out.push(Stmt::new(StmtKind::Import(import), span_of(alias.range)));
    }
}

/// `from .a import b as c`, `from a import *`.
pub(crate) fn import_from(from: &ast::StmtImportFrom) -> StmtKind {
    let module = from.module.as_ref().map(text_of).unwrap_or_default();
    let kind = if from.names.iter().any(|alias| alias.name.as_str() == "*") {
        ImportKind::Star
    } else {
        ImportKind::Names(from.names.iter().filter_map(imported).collect())
    };
    StmtKind::Import(Import { module, level: from.level, kind })
}

fn imported(alias: &ast::Alias) -> Option<ImportedName> {
    let name: SmolStr = text_of(&alias.name);
    if name.is_empty() {
        return None;
    }
    let here = alias.asname.as_ref().map_or_else(|| name.clone(), text_of);
    Some(ImportedName { name, alias: Name::new(here) })
}
