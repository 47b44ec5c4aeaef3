//! Imports and exports.

use code_ir::{
    Expr, ExprKind, Import, ImportKind, ImportedName, Name, SmolStr, Span, Stmt, StmtKind,
};
use oxc_ast::ast::{
    self, Declaration, ExportDefaultDeclarationKind, ImportDeclarationSpecifier, ModuleDeclaration,
    ModuleExportName, TSModuleReference,
};

use crate::classes::names_of;
use crate::lower::{Lowering, assign, span, span_of};

impl<'a> Lowering<'a> {
    pub(crate) fn module_declaration(
        &mut self,
        declaration: &ModuleDeclaration<'a>,
        out: &mut Vec<Stmt>,
    ) {
        let at = span_of(declaration);
        match declaration {
            ModuleDeclaration::ImportDeclaration(import) => self.import(import, at, out),
            ModuleDeclaration::ExportDeclaration(export) => {
                self.export_declaration(&export.declaration, at, out);
            }
            ModuleDeclaration::ExportDefaultDeclaration(export) => {
                self.export_default(&export.declaration, at, out);
            }
            ModuleDeclaration::ExportNamedDeclaration(export) => {
                if export.export_kind.is_type() {
                    return;
                }
                for specifier in &export.specifiers {
                    if !specifier.export_kind.is_type() {
                        let local = specifier.local.name();
                        let (name, _) = self.scopes.name(local.as_str());
                        let value = Expr::name(name, span(specifier.span));
                        let name = specifier.exported.name().as_str().into();
                        self.export(name, value, span(specifier.span), out);
                    }
                }
            }
            ModuleDeclaration::ExportFromDeclaration(export) => {
                if !export.export_kind.is_type() {
                    self.export_from(export, at, out);
                }
            }
            ModuleDeclaration::ExportAllDeclaration(export) => {
                if !export.export_kind.is_type() {
                    self.export_all(export, at, out);
                }
            }
            ModuleDeclaration::TSExportAssignment(export) => {
                let value = self.expr(&export.expression);
                out.push(Stmt::new(StmtKind::Export { name: "=".into(), value }, at));
            }
            ModuleDeclaration::TSNamespaceExportDeclaration(_) => {}
        }
    }

    fn import(&mut self, import: &ast::ImportDeclaration<'a>, at: Span, out: &mut Vec<Stmt>) {
        // Types are imported, too: they say what parameters are.
        let module = import.source.value.as_str();
        let Some(specifiers) = &import.specifiers else {
            out.push(import_of(module, ImportKind::Effect, at));
            return;
        };
        let mut names = Vec::with_capacity(specifiers.len());
        for specifier in specifiers {
            let local = specifier.local();
            let alias = Name::new(self.scopes.name(local.name.as_str()).0);
            match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(one) => {
                    names.push(ImportedName { name: text_of(&one.imported), alias });
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(_) => {
                    names.push(ImportedName { name: "default".into(), alias });
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(_) => {
                    out.push(import_of(module, ImportKind::Whole(alias), at));
                }
            }
        }
        if !names.is_empty() {
            out.push(import_of(module, ImportKind::Names(names), at));
        } else if specifiers.is_empty() {
            out.push(import_of(module, ImportKind::Effect, at));
        }
    }

    /// `import x = require('y')`, `import x = A.B`.
    pub(crate) fn import_equals(
        &mut self,
        import: &ast::TSImportEqualsDeclaration<'a>,
        out: &mut Vec<Stmt>,
    ) {
        if import.import_kind.is_type() {
            return;
        }
        let at = span(import.span);
        let value = match &import.module_reference {
            TSModuleReference::ExternalModuleReference(external) => {
                let alias = Name::new(self.scopes.name(import.id.name.as_str()).0);
                let module = external.expression.value.as_str();
                out.push(import_of(module, ImportKind::Whole(alias), at));
                return;
            }
            TSModuleReference::IdentifierReference(id) => self.reference(id),
            TSModuleReference::QualifiedName(name) => match self.qualified(name) {
                Some(value) => value,
                None => Expr::new(ExprKind::Unknown, at),
            },
        };
        let target = self.binding(&import.id);
        out.push(assign(target, value, at));
    }

    fn export_declaration(&mut self, declaration: &Declaration<'a>, at: Span, out: &mut Vec<Stmt>) {
        let from = out.len();
        self.declaration(declaration, out);
        let id = match declaration {
            Declaration::VariableDeclaration(_) => {
                let mut exported = Vec::new();
                for stmt in out.get(from..).unwrap_or_default() {
                    if let StmtKind::Assign { target, .. } = &stmt.kind {
                        names_of(target, &mut |name, at| {
                            exported.push(Expr::name(name.text.clone(), at));
                        });
                    }
                }
                for value in exported {
                    if let ExprKind::Name(name) = &value.kind {
                        let plain = name.text.split('@').next().unwrap_or_default().into();
                        self.export(plain, value, at, out);
                    }
                }
                return;
            }
            Declaration::FunctionDeclaration(function)
                if function.body.is_some() && !function.declare =>
            {
                function.id.as_ref()
            }
            Declaration::ClassDeclaration(class) if !class.declare => class.id.as_ref(),
            Declaration::TSEnumDeclaration(inner) if !inner.declare => Some(&inner.id),
            Declaration::TSNamespaceDeclaration(inner) if !inner.declare => Some(&inner.id),
            Declaration::TSImportEqualsDeclaration(inner) if !inner.import_kind.is_type() => {
                Some(&inner.id)
            }
            _ => None,
        };
        if let Some(id) = id {
            let value = self.value_of_binding(id);
            self.export(id.name.as_str().into(), value, at, out);
        }
    }

    fn export_default(
        &mut self,
        declaration: &ExportDefaultDeclarationKind<'a>,
        at: Span,
        out: &mut Vec<Stmt>,
    ) {
        let hint = Some(("default", Span { start: at.start, end: at.start }));
        let value = match declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => match &function.id {
                _ if function.body.is_none() => return,
                Some(id) => self.value_of_binding(id),
                None => {
                    let id = self.function_of(function, hint, &[], None);
                    let kind = id.map_or(ExprKind::Unknown, ExprKind::Function);
                    Expr::new(kind, span(function.span))
                }
            },
            ExportDefaultDeclarationKind::ClassDeclaration(class) => match &class.id {
                Some(id) => {
                    self.class_declaration(class, out);
                    self.value_of_binding(id)
                }
                None => Expr::new(ExprKind::Class(self.class(class, hint)), span(class.span)),
            },
            _ => match declaration.as_expression() {
                Some(expr) => self.named_expr(expr, hint),
                None => return,
            },
        };
        self.export("default".into(), value, at, out);
    }

    /// `export {a as b} from './x'`.
    fn export_from(
        &mut self,
        export: &ast::ExportFromDeclaration<'a>,
        at: Span,
        out: &mut Vec<Stmt>,
    ) {
        let mut names = Vec::with_capacity(export.specifiers.len());
        let mut exports = Vec::with_capacity(export.specifiers.len());
        for specifier in &export.specifiers {
            if specifier.export_kind.is_type() {
                continue;
            }
            let here = span(specifier.span);
            let local = self.scopes.fresh(specifier.local.name().as_str());
            names.push(ImportedName {
                name: text_of(&specifier.local),
                alias: Name::new(local.clone()),
            });
            let value = Expr::name(local, here);
            let kind = StmtKind::Export { name: text_of(&specifier.exported), value };
            exports.push(Stmt::new(kind, here));
        }
        let module = export.source.value.as_str();
        let kind = if names.is_empty() { ImportKind::Effect } else { ImportKind::Names(names) };
        out.push(import_of(module, kind, at));
        out.append(&mut exports);
    }

    /// `export * from './x'`, `export * as x from './x'`.
    fn export_all(
        &mut self,
        export: &ast::ExportAllDeclaration<'a>,
        at: Span,
        out: &mut Vec<Stmt>,
    ) {
        let module = export.source.value.as_str();
        let Some(exported) = &export.exported else {
            out.push(import_of(module, ImportKind::Star, at));
            let source = Expr::text(module, span(export.source.span));
            let value = Expr::new(ExprKind::ImportCall(Box::new(source)), at);
            out.push(Stmt::new(StmtKind::Export { name: "*".into(), value }, at));
            return;
        };
        let local = self.scopes.fresh(exported.name().as_str());
        out.push(import_of(module, ImportKind::Whole(Name::new(local.clone())), at));
        let value = Expr::name(local, span_of(exported));
        out.push(Stmt::new(StmtKind::Export { name: text_of(exported), value }, at));
    }
}

fn import_of(module: &str, kind: ImportKind, at: Span) -> Stmt {
    Stmt::new(StmtKind::Import(Import { module: module.into(), level: 0, kind }), at)
}

fn text_of(name: &ModuleExportName<'_>) -> SmolStr {
    name.name().as_str().into()
}
