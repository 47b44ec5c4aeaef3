//! Classes.

use code_ir::{Class, ClassId, Expr, ExprKind, Field, Method, MethodKind, SmolStr, Span, Stmt};
use ruff_python_ast as ast;
use ruff_text_size::Ranged;

use crate::{
    functions::decorator_word,
    imports,
    lowering::{Lowering, span_of, text_of},
};

/// Fields of one assignment (`a = b = value`) that get the value, each a copy of it.
const MAX_VALUES: usize = 8;

impl Lowering<'_> {
    /// Lowers a class. What its body does beyond methods and fields goes to `out`, before the class.
    pub(crate) fn class(&mut self, def: &ast::StmtClassDef, out: &mut Vec<Stmt>) -> ClassId {
        let id = self.module.add_class(Class::default());
        let mut class = Class {
            name: text_of(&def.name),
            bases: def.bases().iter().map(|base| self.expr(base)).collect(),
            keywords: def.keywords().iter().map(|keyword| self.keyword(keyword)).collect(),
            decorators: self.decorators(&def.decorator_list),
            parent: self.current_function(),
            span: span_of(def.range),
            ..Class::default()
        };
        self.class_body(&def.body, id, &mut class, out);
        if let Some(place) = self.module.classes.get_mut(id.0 as usize) {
            *place = class;
        }
        id
    }

    fn class_body(
        &mut self,
        body: &[ast::Stmt],
        id: ClassId,
        class: &mut Class,
        out: &mut Vec<Stmt>,
    ) {
        for stmt in body {
            let span = span_of(stmt.range());
            let _ = self.deeper(1, span, |lowering| lowering.class_stmt(stmt, id, class, out));
        }
    }

    fn class_stmt(
        &mut self,
        stmt: &ast::Stmt,
        id: ClassId,
        class: &mut Class,
        out: &mut Vec<Stmt>,
    ) {
        match stmt {
            ast::Stmt::FunctionDef(def) => {
                let (name, kind) = (text_of(&def.name), method_kind(def));
                class.methods.push(Method { name, function: self.function(def, Some(id)), kind });
            }
            ast::Stmt::ClassDef(inner) => {
                let span = span_of(inner.range);
                let value = Expr::new(ExprKind::Class(self.class(inner, out)), span);
                class.fields.push(field(text_of(&inner.name), Some(value), None));
            }
            ast::Stmt::Assign(assign) => {
                for (index, target) in assign.targets.iter().enumerate() {
                    let value = Some(assign.value.as_ref()).filter(|_| index < MAX_VALUES);
                    self.class_assignment(target, value, class);
                }
            }
            ast::Stmt::AnnAssign(assign) => {
                if let ast::Expr::Name(name) = assign.target.as_ref() {
                    let annotation = self.annotation(&assign.annotation);
                    let value = self.option(assign.value.as_deref());
                    let mut field = field(SmolStr::new(name.id.as_str()), value, annotation);
                    field.decorators.extend(self.whole_annotation(&assign.annotation));
                    class.fields.push(field);
                }
            }
            ast::Stmt::Import(import) => imports::import(import, out),
            ast::Stmt::ImportFrom(_) => self.stmt(stmt, out),
            ast::Stmt::Expr(expr) => {
                class.is_computed |= !expr.value.is_literal_expr();
                self.stmt(stmt, out);
            }
            ast::Stmt::Pass(_) => {}
            _ => {
                class.is_computed = true;
                self.class_branches(stmt, id, class, out);
            }
        }
    }

    fn class_branches(
        &mut self,
        stmt: &ast::Stmt,
        id: ClassId,
        class: &mut Class,
        out: &mut Vec<Stmt>,
    ) {
        match stmt {
            // Branches of a class body: each may define what the class has.
            ast::Stmt::If(branches) => {
                self.class_body(&branches.body, id, class, out);
                for clause in &branches.elif_else_clauses {
                    self.class_body(&clause.body, id, class, out);
                }
            }
            ast::Stmt::Try(tried) => {
                self.class_body(&tried.body, id, class, out);
                for ast::ExceptHandler::ExceptHandler(handler) in &tried.handlers {
                    self.class_body(&handler.body, id, class, out);
                }
                self.class_body(&tried.orelse, id, class, out);
                self.class_body(&tried.finalbody, id, class, out);
            }
            ast::Stmt::With(with) => self.class_body(&with.body, id, class, out),
            ast::Stmt::For(repeated) => self.class_body(&repeated.body, id, class, out),
            ast::Stmt::While(repeated) => self.class_body(&repeated.body, id, class, out),
            _ => {}
        }
    }

    fn class_assignment(
        &mut self,
        target: &ast::Expr,
        value: Option<&ast::Expr>,
        class: &mut Class,
    ) {
        match target {
            ast::Expr::Name(name) => {
                let value = self.option(value);
                class.fields.push(field(SmolStr::new(name.id.as_str()), value, None));
            }
            ast::Expr::Tuple(ast::ExprTuple { elts, .. })
            | ast::Expr::List(ast::ExprList { elts, .. }) => {
                let members = match value {
                    Some(ast::Expr::Tuple(tuple)) => tuple.elts.as_slice(),
                    Some(ast::Expr::List(list)) => list.elts.as_slice(),
                    _ => &[],
                };
                let is_paired = members.len() == elts.len();
                let span = span_of(target.range());
                let _ = self.deeper(1, span, |lowering| {
                    for (index, target) in elts.iter().enumerate() {
                        let member = members.get(index).filter(|_| is_paired);
                        lowering.class_assignment(target, member, class);
                    }
                });
            }
            ast::Expr::Starred(starred) => {
                let span: Span = span_of(starred.range);
                let _ = self.deeper(1, span, |lowering| {
                    lowering.class_assignment(&starred.value, None, class);
                });
            }
            _ => {}
        }
    }
}

fn field(name: SmolStr, value: Option<Expr>, annotation: Option<Expr>) -> Field {
    Field { name, value, annotation, decorators: Vec::new(), is_static: true }
}

fn method_kind(def: &ast::StmtFunctionDef) -> MethodKind {
    for decorator in &def.decorator_list {
        match decorator_word(decorator) {
            Some("staticmethod") => return MethodKind::Static,
            Some("classmethod") => return MethodKind::Class,
            Some("property" | "cached_property" | "abstractproperty") => return MethodKind::Getter,
            _ => {}
        }
    }
    match def.name.as_str() {
        "__init__" => MethodKind::Constructor,
        // Python makes these without a decorator what the decorators make others.
        "__new__" => MethodKind::Static,
        "__init_subclass__" | "__class_getitem__" => MethodKind::Class,
        _ => MethodKind::Instance,
    }
}
