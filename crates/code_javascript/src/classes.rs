//! Classes, enums and namespaces.

use code_ir::{
    Class, ClassId, Constant, Entry, Expr, ExprKind, Field, Method, MethodKind, SmolStr, Span,
    Stmt, StmtKind, Target,
};
use oxc_ast::ast::{
    self, ClassElement, Decorator, Expression, MethodDefinitionKind, PropertyKey, TSEnumMemberName,
    TSNamespaceDeclarationBody, TSTypeAnnotation,
};

use crate::lower::{Hint, Lowering, assign, span, span_of};

/// A field before it is lowered.
struct Property<'p, 'a> {
    key: &'p PropertyKey<'a>,
    value: Option<&'p Expression<'a>>,
    annotation: Option<&'p TSTypeAnnotation<'a>>,
    decorators: &'p [Decorator<'a>],
    is_static: bool,
}

impl<'a> Lowering<'a> {
    pub(crate) fn class_declaration(&mut self, class: &ast::Class<'a>, out: &mut Vec<Stmt>) {
        if class.declare {
            return;
        }
        let Some(name) = &class.id else { return };
        let at = span(class.span);
        let id = self.class(class, None);
        let target = self.binding(name);
        out.push(assign(target, Expr::new(ExprKind::Class(id), at), at));
    }

    /// A class as a value. One that uses its own name is assigned to it on the way.
    pub(crate) fn class_expression(&mut self, class: &ast::Class<'a>, hint: Hint<'_>) -> Expr {
        let at = span(class.span);
        let Some(own) = &class.id else {
            return Expr::new(ExprKind::Class(self.class(class, hint)), at);
        };
        let mark = self.scopes.enter_block();
        self.scopes.declare_in_block(own.name.as_str());
        let value = Expr::new(ExprKind::Class(self.class(class, hint)), at);
        let is_used = self.scopes.is_first_used(mark, own.name.as_str());
        let target = self.binding(own);
        self.scopes.leave_block(mark);
        if !is_used {
            return value;
        }
        Expr::new(ExprKind::Assign { target: Box::new(target), value: Box::new(value) }, at)
    }

    pub(crate) fn class(&mut self, class: &ast::Class<'a>, hint: Hint<'_>) -> ClassId {
        let id = self.module.add_class(Class::default());
        let own = class.id.as_ref().map(|id| id.name.as_str());
        let mut bases = Vec::new();
        if let Some(heritage) = &class.heritage {
            bases.push(self.expr(&heritage.expression));
        }
        for implemented in &class.implements {
            bases.extend(self.type_name(&implemented.expression));
        }
        let mut lowered = Class {
            name: own.or(hint.map(|(name, _)| name)).unwrap_or_default().into(),
            bases,
            decorators: self.decorators(&class.decorators),
            parent: Some(self.function),
            span: span(class.span),
            ..Class::default()
        };
        for element in &class.body.body {
            self.class_element(element, id, &mut lowered);
        }
        if let Some(slot) = self.module.classes.get_mut(id.0 as usize) {
            *slot = lowered;
        }
        id
    }

    fn class_element(&mut self, element: &ClassElement<'a>, id: ClassId, class: &mut Class) {
        match element {
            ClassElement::StaticBlock(block) => class.fields.push(Field {
                name: SmolStr::default(),
                value: Some(self.static_block(&block.body, span(block.span))),
                annotation: None,
                decorators: Vec::new(),
                is_static: true,
            }),
            ClassElement::MethodDefinition(method) => {
                if let Some(method) = self.method(method, id) {
                    class.methods.push(method);
                }
            }
            ClassElement::PropertyDefinition(property) if !property.declare => {
                class.fields.push(self.field(&Property {
                    key: &property.key,
                    value: property.value.as_ref(),
                    annotation: property.type_annotation.as_deref(),
                    decorators: &property.decorators,
                    is_static: property.r#static,
                }));
            }
            ClassElement::AccessorProperty(property) => class.fields.push(self.field(&Property {
                key: &property.key,
                value: property.value.as_ref(),
                annotation: property.type_annotation.as_deref(),
                decorators: &property.decorators,
                is_static: property.r#static,
            })),
            ClassElement::PropertyDefinition(_) | ClassElement::TSIndexSignature(_) => {}
        }
    }

    fn method(&mut self, method: &ast::MethodDefinition<'a>, class: ClassId) -> Option<Method> {
        let mut name = self.member_name(&method.key);
        let kind = match method.kind {
            MethodDefinitionKind::Constructor => MethodKind::Constructor,
            MethodDefinitionKind::Get => MethodKind::Getter,
            _ if method.r#static => MethodKind::Static,
            MethodDefinitionKind::Method | MethodDefinitionKind::Set => MethodKind::Instance,
        };
        if method.kind == MethodDefinitionKind::Set {
            name = format!("set {name}").into();
        }
        let hint = Some((name.as_str(), span_of(&method.key)));
        let function = self.function_of(&method.value, hint, &method.decorators, Some(class))?;
        Some(Method { name, function, kind })
    }

    fn field(&mut self, property: &Property<'_, 'a>) -> Field {
        let name = self.member_name(property.key);
        let hint = Some((name.as_str(), span_of(property.key)));
        let value = property.value.map(|value| self.named_expr(value, hint));
        let annotation = property.annotation.and_then(|of| self.annotation(of));
        let decorators = self.decorators(property.decorators);
        Field { name, value, annotation, decorators, is_static: property.is_static }
    }

    /// The name of a method or field; empty when it is computed.
    fn member_name(&mut self, key: &PropertyKey<'a>) -> SmolStr {
        self.key(key).as_text().cloned().unwrap_or_default()
    }

    /// `enum Color { Red, Green = "g" }` is a mapping that is assigned to a name.
    pub(crate) fn enumeration(
        &mut self,
        declaration: &ast::TSEnumDeclaration<'a>,
        out: &mut Vec<Stmt>,
    ) {
        if declaration.declare {
            return;
        }
        let mut entries = Vec::with_capacity(declaration.body.members.len());
        let mut next = Some(0_i64);
        for member in &declaration.body.members {
            let at = span(member.span);
            let key = match &member.id {
                TSEnumMemberName::Identifier(name) => Expr::text(name.name.as_str(), at),
                TSEnumMemberName::String(name) | TSEnumMemberName::ComputedString(name) => {
                    Expr::text(name.value.as_str(), at)
                }
                TSEnumMemberName::ComputedTemplateString(template) => {
                    Expr::new(self.template(template), at)
                }
            };
            let value = match (&member.initializer, next) {
                (Some(value), _) => self.expr(value),
                (None, Some(number)) => Expr::new(ExprKind::Constant(Constant::Int(number)), at),
                (None, None) => Expr::new(ExprKind::Unknown, at),
            };
            next = match &value.kind {
                ExprKind::Constant(Constant::Int(number)) => number.checked_add(1),
                _ => None,
            };
            entries.push(Entry::Pair(key, value));
        }
        let at = span(declaration.span);
        let target = self.binding(&declaration.id);
        out.push(assign(target, Expr::new(ExprKind::Dict(entries), at), at));
    }

    /// `namespace A { export const b = 1 }` is a block, then `A = {b}`.
    pub(crate) fn namespace(
        &mut self,
        declaration: &ast::TSNamespaceDeclaration<'a>,
        out: &mut Vec<Stmt>,
    ) {
        let at = span(declaration.span);
        if declaration.declare || !self.descend(at) {
            return;
        }
        let outer = self.namespace.replace(Vec::new());
        let mut body = Vec::new();
        match &declaration.body {
            TSNamespaceDeclarationBody::TSModuleBlock(block) => {
                self.declare_vars(&block.body);
                body = self.block(&block.body);
            }
            TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => {
                let mark = self.scopes.enter_block();
                self.scopes.declare_in_block(inner.id.name.as_str());
                self.namespace(inner, &mut body);
                let value = self.value_of_binding(&inner.id);
                self.scopes.leave_block(mark);
                self.export(inner.id.name.as_str().into(), value, at, &mut body);
            }
        }
        let exported = std::mem::replace(&mut self.namespace, outer).unwrap_or_default();
        let entries = exported.into_iter();
        let entries = entries.map(|(name, value)| Entry::Pair(Expr::text(name, at), value));
        let value = Expr::new(ExprKind::Dict(entries.collect()), at);
        out.push(Stmt::new(StmtKind::Block(body), at));
        let target = self.binding(&declaration.id);
        out.push(assign(target, value, at));
        self.rise();
    }

    /// The variable that a declaration makes, read again.
    pub(crate) fn value_of_binding(&mut self, id: &ast::BindingIdentifier<'a>) -> Expr {
        Expr::name(self.scopes.name(id.name.as_str()).0, span(id.span))
    }

    /// Exports a value from the module, or from the namespace that stands around.
    pub(crate) fn export(&mut self, name: SmolStr, value: Expr, at: Span, out: &mut Vec<Stmt>) {
        match &mut self.namespace {
            Some(exported) => exported.push((name, value)),
            None => out.push(Stmt::new(StmtKind::Export { name, value }, at)),
        }
    }
}

/// Every name of a target.
pub(crate) fn names_of<'t>(target: &'t Target, see: &mut impl FnMut(&'t code_ir::Name, Span)) {
    match target {
        Target::Name(name, at) => see(name, *at),
        Target::Sequence(targets) => {
            for target in targets {
                names_of(target, see);
            }
        }
        Target::Rest(target) | Target::Default(target, _) => names_of(target, see),
        Target::Object { properties, rest } => {
            for property in properties {
                names_of(&property.target, see);
            }
            if let Some(target) = rest {
                names_of(target, see);
            }
        }
        Target::Attribute { .. } | Target::Index { .. } | Target::Ignore => {}
    }
}
