//! Classes and what they hold.

use std::collections::HashSet;

use code_ir::{
    Argument, Class, ClassId, Expr, ExprKind, Field, Function, FunctionId, Method, MethodKind,
    Param, ParamKind, SmolStr, Span, Stmt, StmtKind, Target,
};
use tree_sitter::Node;

use super::Java;
use crate::context::{all_shared, assign, shared, span};
use crate::tree::{child_of, children, field, first, has};

/// What a method is built of.
struct Draft {
    name: SmolStr,
    name_span: Span,
    kind: MethodKind,
    decorators: Vec<Expr>,
    returns: Option<Expr>,
    span: Span,
}

impl Java<'_> {
    /// A class that stands among statements or at the top.
    pub(super) fn class_statement(&mut self, node: Node<'_>) -> Stmt {
        let (name, name_span) = self.name_of(node);
        let id = self.class(node);
        let target = if self.context.scopes.is_module() {
            Target::name(name, name_span)
        } else {
            Target::name(self.context.scopes.declare(&name), name_span)
        };
        assign(target, Expr::new(ExprKind::Class(id), span(node)), span(node))
    }

    /// A class, interface, enum or record.
    pub(super) fn class(&mut self, node: Node<'_>) -> ClassId {
        let mut bases = Vec::new();
        for part in ["superclass", "interfaces"] {
            if let Some(part) = field(node, part) {
                self.bases(part, &mut bases);
            }
        }
        if let Some(part) = child_of(node, "extends_interfaces") {
            self.bases(part, &mut bases);
        }
        let class = Class {
            name: self.name_of(node).0,
            bases,
            decorators: self.decorators(node),
            parent: Some(self.context.scopes.function()),
            span: span(node),
            ..Class::default()
        };
        let id = self.context.module.add_class(class);
        self.classes.push(id);
        let components = match field(node, "parameters") {
            Some(parameters) if node.kind() == "record_declaration" => Some(parameters),
            _ => None,
        };
        if let Some(body) = field(node, "body") {
            self.members(body, id, components);
        }
        if let Some(components) = components {
            self.complete_record(node, id, components);
        }
        self.classes.pop();
        id
    }

    /// `{ … }` of an anonymous class.
    pub(super) fn anonymous(&mut self, body: Node<'_>, base: Option<Expr>) -> ClassId {
        let class = Class {
            bases: base.into_iter().collect(),
            parent: Some(self.context.scopes.function()),
            span: span(body),
            ..Class::default()
        };
        let id = self.context.module.add_class(class);
        self.classes.push(id);
        self.members(body, id, None);
        self.classes.pop();
        id
    }

    fn bases(&mut self, node: Node<'_>, out: &mut Vec<Expr>) {
        for part in children(node) {
            if part.kind() == "type_list" {
                self.bases(part, out);
            } else {
                out.extend(self.type_of(part));
            }
        }
    }

    fn members(&mut self, body: Node<'_>, class: ClassId, components: Option<Node<'_>>) {
        for member in children(body) {
            if self.context.depth_allows(member) {
                self.member(member, class, components);
                self.context.go_up();
            }
        }
    }

    fn member(&mut self, node: Node<'_>, class: ClassId, components: Option<Node<'_>>) {
        match node.kind() {
            "field_declaration" | "constant_declaration" => self.fields(node, class),
            "method_declaration" if field(node, "body").is_some() => {
                let kind = if is_static(node) { MethodKind::Static } else { MethodKind::Instance };
                self.method(node, class, kind, field(node, "parameters"));
            }
            "constructor_declaration" => {
                self.method(node, class, MethodKind::Constructor, field(node, "parameters"));
            }
            "compact_constructor_declaration" => {
                self.method(node, class, MethodKind::Constructor, components);
            }
            "class_declaration"
            | "interface_declaration"
            | "enum_declaration"
            | "record_declaration" => self.nested(node, class),
            "static_initializer" => {
                if let Some(block) = first(node) {
                    self.initializer(block, class, "<clinit>", MethodKind::Static);
                }
            }
            "block" => self.initializer(node, class, "<init>", MethodKind::Instance),
            "enum_constant" => self.constant_of_enum(node, class),
            "enum_body_declarations" | "ERROR" => self.members(node, class, components),
            _ => {}
        }
    }

    fn nested(&mut self, node: Node<'_>, class: ClassId) {
        let (name, name_span) = self.name_of(node);
        let id = self.class(node);
        let value = Expr::new(ExprKind::Class(id), span(node));
        self.add_field(
            class,
            Field {
                name: name.clone(),
                value: Some(value.clone()),
                annotation: None,
                decorators: Vec::new(),
                is_static: true,
            },
        );
        if self.context.scopes.is_module() {
            self.nested.add(name, name_span, value, span(node));
        }
    }

    fn add_field(&mut self, class: ClassId, field: Field) {
        self.context.with_class(class, |class| class.fields.push(field));
    }

    fn fields(&mut self, node: Node<'_>, class: ClassId) {
        let decorators = self.decorators(node);
        let annotation = self.type_in(node, "type");
        let is_static = is_static(node) || node.kind() == "constant_declaration";
        for declarator in children(node) {
            if declarator.kind() != "variable_declarator" {
                continue;
            }
            let value = field(declarator, "value").map(|value| self.expr(value));
            let (name, _) = self.name_of(declarator);
            let (annotation, decorators) = (shared(annotation.as_ref()), all_shared(&decorators));
            self.add_field(class, Field { name, value, annotation, decorators, is_static });
        }
    }

    fn constant_of_enum(&mut self, node: Node<'_>, class: ClassId) {
        let at = span(node);
        let name = self.context.module.class(class).map(|class| class.name.clone());
        let base = Expr::name(name.unwrap_or_default(), at);
        let callee = match field(node, "body") {
            Some(body) => {
                let id = self.anonymous(body, Some(base.clone()));
                Expr::new(ExprKind::Class(id), at)
            }
            None => base.clone(),
        };
        let arguments = self.arguments(node);
        let kind = ExprKind::Call { callee: Box::new(callee), arguments, is_new: true };
        self.add_field(
            class,
            Field {
                name: self.name_of(node).0,
                value: Some(Expr::new(kind, at)),
                annotation: Some(base),
                decorators: Vec::new(),
                is_static: true,
            },
        );
    }

    /// The arguments of a call.
    pub(super) fn arguments(&mut self, node: Node<'_>) -> Vec<Argument> {
        let given = field(node, "arguments").map(children).unwrap_or_default();
        given.into_iter().map(|given| Argument::positional(self.expr(given))).collect()
    }

    fn initializer(&mut self, block: Node<'_>, class: ClassId, name: &str, kind: MethodKind) {
        let place = self.context.enter_function(false);
        let mut body = Vec::new();
        self.statements(block, &mut body);
        let draft = Draft {
            name: name.into(),
            name_span: Span::default(),
            kind,
            decorators: Vec::new(),
            returns: None,
            span: span(block),
        };
        self.add_method(place, class, draft, Vec::new(), body);
    }

    fn add_method(
        &mut self,
        place: (FunctionId, FunctionId),
        class: ClassId,
        draft: Draft,
        params: Vec<Param>,
        body: Vec<Stmt>,
    ) {
        let name = draft.name.clone();
        let function = Function {
            name: draft.name,
            params,
            body,
            decorators: draft.decorators,
            class: Some(class),
            returns: draft.returns,
            span: draft.span,
            name_span: draft.name_span,
            ..Function::default()
        };
        let function = self.context.leave_function(place, function);
        let method = Method { name, function, kind: draft.kind };
        self.context.with_class(class, |class| class.methods.push(method));
    }

    fn method(
        &mut self,
        node: Node<'_>,
        class: ClassId,
        kind: MethodKind,
        parameters: Option<Node<'_>>,
    ) {
        let decorators = self.decorators(node);
        let (name, name_span) = self.name_of(node);
        let place = self.context.enter_function(false);
        let params = parameters.map(|params| self.params(params)).unwrap_or_default();
        let returns = self.type_in(node, "type");
        let mut body = Vec::new();
        if let Some(block) = field(node, "body") {
            self.statements(block, &mut body);
        }
        if node.kind() == "compact_constructor_declaration" {
            body.extend(self.component_assignments(&params));
        }
        let draft = Draft { name, name_span, kind, decorators, returns, span: span(node) };
        self.add_method(place, class, draft, params, body);
    }

    /// A method outside of any class, in files without one.
    pub(super) fn loose_method(&mut self, node: Node<'_>) -> Stmt {
        let (name, name_span) = self.name_of(node);
        let place = self.context.enter_function(false);
        let params = field(node, "parameters").map(|params| self.params(params));
        let mut body = Vec::new();
        if let Some(block) = field(node, "body") {
            self.statements(block, &mut body);
        }
        let function = Function {
            name: name.clone(),
            params: params.unwrap_or_default(),
            body,
            decorators: self.decorators(node),
            returns: self.type_in(node, "type"),
            span: span(node),
            name_span,
            ..Function::default()
        };
        let id = self.context.leave_function(place, function);
        let value = Expr::new(ExprKind::Function(id), span(node));
        assign(Target::name(name, name_span), value, span(node))
    }

    pub(super) fn params(&mut self, parameters: Node<'_>) -> Vec<Param> {
        let mut params = Vec::new();
        for node in children(parameters) {
            let (kind, named) = match node.kind() {
                "formal_parameter" | "identifier" => (ParamKind::Positional, node),
                "spread_parameter" => match child_of(node, "variable_declarator") {
                    Some(declarator) => (ParamKind::Rest, declarator),
                    None => continue,
                },
                _ => continue,
            };
            let (name, at) = match node.kind() {
                "identifier" => (self.context.text(node).into(), span(node)),
                _ => self.name_of(named),
            };
            let annotation = match node.kind() {
                "spread_parameter" => children(node)
                    .into_iter()
                    .find(|part| part.kind() != "modifiers" && !part.kind().ends_with("annotation"))
                    .and_then(|of| self.type_of(of)),
                _ => self.type_in(node, "type"),
            };
            self.context.scopes.declare_parameter(&name);
            params.push(Param {
                kind,
                annotation,
                decorators: self.decorators(node),
                ..Param::plain(Target::name(name, at))
            });
        }
        params
    }

    /// `this.x = x` for every component.
    fn component_assignments(&mut self, params: &[Param]) -> Vec<Stmt> {
        let mut body = Vec::new();
        for param in params {
            let Target::Name(name, at) = &param.target else { continue };
            let base = Box::new(Expr::new(ExprKind::This, *at));
            let target = Target::Attribute { base, name: name.text.clone(), span: *at };
            body.push(assign(target, self.context.read(&name.text, *at), *at));
        }
        body
    }

    /// Fields of a record, and the constructor and the methods that its author left out.
    fn complete_record(&mut self, node: Node<'_>, class: ClassId, components: Node<'_>) {
        let mut fields = Vec::new();
        let place = self.context.enter_function(false);
        let params = self.params(components);
        for param in &params {
            fields.extend(param.name().map(|name| Field {
                name: name.clone(),
                value: None,
                annotation: shared(param.annotation.as_ref()),
                decorators: all_shared(&param.decorators),
                is_static: false,
            }));
        }
        let known = self.context.module.class(class);
        let methods: HashSet<SmolStr> = known
            .map(|class| class.methods.iter().map(|method| method.name.clone()).collect())
            .unwrap_or_default();
        let (name, name_span) = self.name_of(node);
        let body = self.component_assignments(&params);
        let draft = |name, kind| Draft {
            name,
            name_span,
            kind,
            decorators: Vec::new(),
            returns: None,
            span: span(components),
        };
        if methods.contains(&name) {
            // The function stays empty and nobody's.
            self.context.leave_function(place, Function::default());
        } else {
            let draft = draft(name, MethodKind::Constructor);
            self.add_method(place, class, draft, params, body);
        }
        for field in fields {
            if !methods.contains(&field.name) {
                let at = span(components);
                let place = self.context.enter_function(false);
                let this = Expr::new(ExprKind::This, at);
                let value = Expr::attribute(this, field.name.clone(), at);
                let body = vec![Stmt::new(StmtKind::Return(Some(value)), at)];
                let draft = draft(field.name.clone(), MethodKind::Instance);
                self.add_method(place, class, draft, Vec::new(), body);
            }
            self.add_field(class, field);
        }
    }
}

fn is_static(node: Node<'_>) -> bool {
    child_of(node, "modifiers").is_some_and(|modifiers| has(modifiers, "static"))
}
