//! Classes and what they hold.

use code_ir::{
    Class, ClassId, Expr, ExprKind, Field, Function, FunctionId, Method, MethodKind, Param,
    ParamKind, SmolStr, Span, Stmt, StmtKind, Target,
};
use tree_sitter::Node;

use super::{CSharp, is_conditional};
use crate::context::{all_shared, assign, shared, span};
use crate::tree::{child_of, children, field, has};

/// What a method is built of.
pub(super) struct Draft {
    pub(super) name: SmolStr,
    pub(super) name_span: Span,
    pub(super) kind: MethodKind,
}

pub(super) const TYPES: [&str; 5] = [
    "class_declaration",
    "struct_declaration",
    "record_declaration",
    "interface_declaration",
    "enum_declaration",
];

impl CSharp<'_> {
    pub(super) fn top_level(&mut self, node: Node<'_>, out: &mut Vec<Stmt>, first: &mut Vec<Stmt>) {
        if !self.context.depth_allows(node) {
            return;
        }
        match node.kind() {
            "using_directive" => out.extend(self.import(node)),
            "namespace_declaration" | "file_scoped_namespace_declaration" => {
                if self.context.module.package.is_empty() {
                    let name = field(node, "name").map_or("", |name| self.context.text(name));
                    let name: String = name.split_whitespace().collect();
                    self.context.module.package = name.into();
                }
                for member in field(node, "body").map(children).unwrap_or_default() {
                    self.top_level(member, out, first);
                }
            }
            "global_statement" => {
                for statement in children(node) {
                    self.statement(statement, out, first);
                }
            }
            "global_attribute" | "extern_alias_directive" => {}
            _ if is_conditional(node) => {
                let condition = field(node, "condition");
                for member in children(node).into_iter().filter(|part| Some(*part) != condition) {
                    self.top_level(member, out, first);
                }
            }
            kind if TYPES.contains(&kind) => out.push(self.class_statement(node)),
            _ => self.statement(node, out, first),
        }
        self.context.go_up();
    }

    fn class_statement(&mut self, node: Node<'_>) -> Stmt {
        let name = self.simple_name(field(node, "name"));
        let id = self.class(node);
        let at = field(node, "name").map_or_else(|| span(node), span);
        assign(Target::name(name, at), Expr::new(ExprKind::Class(id), span(node)), span(node))
    }

    fn class(&mut self, node: Node<'_>) -> ClassId {
        let mut bases = Vec::new();
        let mut base_arguments = None;
        for base in child_of(node, "base_list").map(children).unwrap_or_default() {
            match base.kind() {
                "argument_list" => base_arguments = Some(base),
                "primary_constructor_base_type" => {
                    bases.extend(self.type_in(base, "type"));
                    base_arguments = child_of(base, "argument_list");
                }
                _ => bases.extend(self.type_of(base)),
            }
        }
        let class = Class {
            name: self.simple_name(field(node, "name")),
            bases,
            decorators: self.decorators(node),
            parent: Some(self.context.scopes.function()),
            span: span(node),
            ..Class::default()
        };
        let id = self.context.module.add_class(class);
        self.classes.push(id);
        let body = field(node, "body");
        let primary = child_of(node, "parameter_list");
        if let Some(parameters) = primary {
            self.primary(node, id, parameters, base_arguments, body);
        }
        if let Some(body) = body {
            self.members(body, id, primary.is_some());
        }
        self.classes.pop();
        id
    }

    /// The constructor in the head of a class: its parameters become fields, and it fills the others.
    fn primary(
        &mut self,
        node: Node<'_>,
        class: ClassId,
        parameters: Node<'_>,
        base_arguments: Option<Node<'_>>,
        members: Option<Node<'_>>,
    ) {
        let place = self.enter(false);
        let params = self.params(parameters);
        let mut body = Vec::new();
        if let Some(arguments) = base_arguments {
            let at = span(arguments);
            let callee = Box::new(Expr::name("super", at));
            let arguments = self.arguments(arguments);
            let call = Expr::new(ExprKind::Call { callee, arguments, is_new: false }, at);
            body.push(Stmt::new(StmtKind::Expr(call), at));
        }
        for param in &params {
            let Target::Name(name, at) = &param.target else { continue };
            body.push(assign(this_field(&name.text, *at), Expr::name(name.text.clone(), *at), *at));
            let field = Field {
                name: name.text.clone(),
                value: None,
                annotation: shared(param.annotation.as_ref()),
                decorators: all_shared(&param.decorators),
                is_static: false,
            };
            self.add_field(class, field);
        }
        for member in members.map(children).unwrap_or_default() {
            self.initial_value(member, &mut body);
        }
        let name = field(node, "name");
        let draft = Draft {
            name: self.simple_name(name),
            name_span: name.map_or_else(|| span(parameters), span),
            kind: MethodKind::Constructor,
        };
        let function = Function { params, body, span: span(parameters), ..Function::default() };
        self.leave_method(place, class, draft, function);
    }

    /// The initial value of a field or property, as an assignment in the primary constructor.
    fn initial_value(&mut self, member: Node<'_>, out: &mut Vec<Stmt>) {
        if self.has_modifier(member, "static") || self.has_modifier(member, "const") {
            return;
        }
        match member.kind() {
            "field_declaration" => {
                let Some(declaration) = child_of(member, "variable_declaration") else { return };
                let annotation = self.type_in(declaration, "type");
                for (name, value) in declarators(declaration) {
                    let (Some(name), Some(value)) = (name, value) else { continue };
                    let value = self.value_of_type(value, annotation.as_ref());
                    let target = this_field(&self.simple_name(Some(name)), span(name));
                    out.push(assign(target, value, span(name)));
                }
            }
            "property_declaration" => {
                let value =
                    field(member, "value").filter(|v| v.kind() != "arrow_expression_clause");
                let (Some(name), Some(value)) = (field(member, "name"), value) else { return };
                let annotation = self.type_in(member, "type");
                let value = self.value_of_type(value, annotation.as_ref());
                let target = this_field(&self.simple_name(Some(name)), span(name));
                out.push(assign(target, value, span(name)));
            }
            _ => {}
        }
    }

    pub(super) fn enter(&mut self, is_opaque: bool) -> (FunctionId, FunctionId) {
        self.yields.push(false);
        self.context.enter_function(is_opaque)
    }

    pub(super) fn leave(
        &mut self,
        place: (FunctionId, FunctionId),
        function: Function,
    ) -> FunctionId {
        let is_generator = self.yields.pop().unwrap_or(false);
        self.context.leave_function(place, Function { is_generator, ..function })
    }

    fn leave_method(
        &mut self,
        place: (FunctionId, FunctionId),
        class: ClassId,
        draft: Draft,
        function: Function,
    ) {
        let Draft { name, name_span, kind } = draft;
        let function = Function { name: name.clone(), name_span, class: Some(class), ..function };
        let function = self.leave(place, function);
        let method = Method { name, function, kind };
        self.context.with_class(class, |class| class.methods.push(method));
    }

    fn add_field(&mut self, class: ClassId, field: Field) {
        self.context.with_class(class, |class| class.fields.push(field));
    }

    fn members(&mut self, body: Node<'_>, class: ClassId, has_primary: bool) {
        let condition = field(body, "condition");
        for member in children(body).into_iter().filter(|part| Some(*part) != condition) {
            if self.context.depth_allows(member) {
                self.member(member, class, has_primary);
                self.context.go_up();
            }
        }
    }

    fn member(&mut self, node: Node<'_>, class: ClassId, has_primary: bool) {
        let name = field(node, "name");
        let name_span = name.map_or_else(|| span(node), span);
        let is_static = self.has_modifier(node, "static");
        let kind = if is_static { MethodKind::Static } else { MethodKind::Instance };
        let draft = |name, kind| Draft { name, name_span, kind };
        match node.kind() {
            "field_declaration" => self.fields(node, class, has_primary),
            "property_declaration" => self.property(node, class, has_primary),
            "method_declaration" if field(node, "body").is_some() => {
                let name = self.simple_name(name);
                self.method(node, class, draft(name, kind));
            }
            "constructor_declaration" => {
                let name = self.simple_name(name);
                let (name, kind) = if is_static {
                    ("<clinit>".into(), MethodKind::Static)
                } else {
                    (name, MethodKind::Constructor)
                };
                self.method(node, class, draft(name, kind));
            }
            "destructor_declaration" => {
                self.method(node, class, draft("<destroy>".into(), MethodKind::Instance));
            }
            "operator_declaration" => {
                let sign = field(node, "operator").map_or("", |sign| self.context.text(sign));
                let name = format!("operator {sign}").into();
                self.method(node, class, draft(name, MethodKind::Static));
            }
            "conversion_operator_declaration" => {
                self.method(node, class, draft("operator".into(), MethodKind::Static));
            }
            "indexer_declaration" => self.accessors(node, class, draft("[]".into(), kind)),
            "enum_member_declaration" => {
                let value = field(node, "value").map(|value| self.expr(value));
                let name = self.simple_name(name);
                let decorators = self.decorators(node);
                let is_static = true;
                self.add_field(
                    class,
                    Field { name, value, annotation: None, decorators, is_static },
                );
            }
            kind if TYPES.contains(&kind) => self.nested(node, class),
            _ if is_conditional(node) => self.members(node, class, has_primary),
            _ => {}
        }
    }

    fn nested(&mut self, node: Node<'_>, class: ClassId) {
        let assignment = self.class_statement(node);
        let StmtKind::Assign { target: Target::Name(name, at), value: Some(value), .. } =
            assignment.kind
        else {
            return;
        };
        self.nested.add(name.text.clone(), at, value.clone(), span(node));
        let field = Field {
            name: name.text,
            value: Some(value),
            annotation: None,
            decorators: Vec::new(),
            is_static: true,
        };
        self.add_field(class, field);
    }

    fn fields(&mut self, node: Node<'_>, class: ClassId, has_primary: bool) {
        let Some(declaration) = child_of(node, "variable_declaration") else { return };
        let is_static = self.has_modifier(node, "static") || self.has_modifier(node, "const");
        let annotation = self.type_in(declaration, "type");
        let decorators = self.decorators(node);
        for (name, value) in declarators(declaration) {
            let value = value.filter(|_| is_static || !has_primary);
            let value = value.map(|value| self.value_of_type(value, annotation.as_ref()));
            let name = self.simple_name(name);
            let (annotation, decorators) = (shared(annotation.as_ref()), all_shared(&decorators));
            self.add_field(class, Field { name, value, annotation, decorators, is_static });
        }
    }

    fn property(&mut self, node: Node<'_>, class: ClassId, has_primary: bool) {
        let is_static = self.has_modifier(node, "static");
        let annotation = self.type_in(node, "type");
        let decorators = self.decorators(node);
        let value = field(node, "value").filter(|value| value.kind() != "arrow_expression_clause");
        let value = value.filter(|_| is_static || !has_primary);
        let value = value.map(|value| self.value_of_type(value, annotation.as_ref()));
        let name = self.simple_name(field(node, "name"));
        let draft = Draft {
            name: name.clone(),
            name_span: field(node, "name").map_or_else(|| span(node), span),
            kind: MethodKind::Getter,
        };
        self.add_field(class, Field { name, value, annotation, decorators, is_static });
        self.accessors(node, class, draft);
    }

    /// `=> x`, or the bodies of `get` and `set`.
    fn accessors(&mut self, node: Node<'_>, class: ClassId, draft: Draft) {
        let Draft { name, name_span, kind } = draft;
        let arrow = field(node, "value").filter(|value| value.kind() == "arrow_expression_clause");
        let accessors = field(node, "accessors").map(children).unwrap_or_default();
        let bodies = accessors.into_iter().filter_map(|accessor| {
            let is_get = field(accessor, "name").is_some_and(|name| name.kind() == "get");
            Some((is_get, field(accessor, "body")?))
        });
        let bodies: Vec<(bool, Node<'_>)> =
            arrow.map(|arrow| (true, arrow)).into_iter().chain(bodies).collect();
        for (is_get, inner) in bodies {
            let place = self.enter(false);
            let mut params = field(node, "parameters").map(|p| self.params(p)).unwrap_or_default();
            if !is_get {
                self.context.scopes.declare_parameter("value");
                params.push(Param::plain(Target::name("value", span(inner))));
            }
            let mut body = Vec::new();
            self.function_body(inner, &mut body);
            let draft = if is_get {
                Draft { name: name.clone(), name_span, kind }
            } else {
                let name = format!("set_{name}").into();
                Draft { name, name_span, kind: MethodKind::Instance }
            };
            let function = Function { params, body, span: span(inner), ..Function::default() };
            self.leave_method(place, class, draft, function);
        }
    }

    fn method(&mut self, node: Node<'_>, class: ClassId, draft: Draft) {
        let decorators = self.decorators(node);
        let place = self.enter(false);
        let params = field(node, "parameters").map(|p| self.params(p)).unwrap_or_default();
        let mut body = Vec::new();
        if let Some(other) = child_of(node, "constructor_initializer") {
            let at = span(other);
            let callee = if has(other, "this") {
                Expr::new(ExprKind::This, at)
            } else {
                Expr::name("super", at)
            };
            let arguments = child_of(other, "argument_list").map(|list| self.arguments(list));
            let kind = ExprKind::Call {
                callee: Box::new(callee),
                arguments: arguments.unwrap_or_default(),
                is_new: false,
            };
            body.push(Stmt::new(StmtKind::Expr(Expr::new(kind, at)), at));
        }
        if let Some(inner) = field(node, "body") {
            self.function_body(inner, &mut body);
        }
        let function = Function {
            params,
            body,
            decorators,
            returns: self.type_in(node, "returns").or_else(|| self.type_in(node, "type")),
            is_async: self.has_modifier(node, "async"),
            span: span(node),
            ..Function::default()
        };
        self.leave_method(place, class, draft, function);
    }

    /// A function in a body.
    pub(super) fn local_function(&mut self, node: Node<'_>) -> Stmt {
        let name = field(node, "name");
        let name_span = name.map_or_else(|| span(node), span);
        let lowered = self.context.scopes.declare(&self.simple_name(name));
        let place = self.enter(false);
        let params = field(node, "parameters").map(|p| self.params(p)).unwrap_or_default();
        let mut body = Vec::new();
        if let Some(inner) = field(node, "body") {
            self.function_body(inner, &mut body);
        }
        let function = Function {
            name: self.simple_name(name),
            params,
            body,
            decorators: self.decorators(node),
            returns: self.type_in(node, "type"),
            is_async: self.has_modifier(node, "async"),
            span: span(node),
            name_span,
            ..Function::default()
        };
        let id = self.leave(place, function);
        let value = Expr::new(ExprKind::Function(id), span(node));
        assign(Target::name(lowered, name_span), value, span(node))
    }

    pub(super) fn params(&mut self, parameters: Node<'_>) -> Vec<Param> {
        let mut params = Vec::new();
        for node in children(parameters) {
            if node.kind() != "parameter" {
                continue;
            }
            let (name, of) = (field(node, "name"), field(node, "type"));
            let default = children(node).into_iter().find(|part| {
                !matches!(
                    part.kind(),
                    "attribute_list" | "modifier" | "preproc_if_in_attribute_list"
                ) && Some(*part) != name
                    && Some(*part) != of
            });
            let annotation = of.and_then(|of| self.type_of(of));
            let default = default.map(|default| self.expr(default));
            let text = self.simple_name(name);
            self.context.scopes.declare_parameter(&text);
            let target = Target::name(text, name.map_or_else(|| span(node), span));
            let decorators = self.decorators(node);
            params.push(Param {
                kind: ParamKind::Positional,
                default,
                annotation,
                decorators,
                target,
            });
        }
        // `params T[] name` stands in the list itself.
        if let Some(name) = field(parameters, "name") {
            let text = self.simple_name(Some(name));
            self.context.scopes.declare_parameter(&text);
            let annotation = self.type_in(parameters, "type");
            params.push(Param {
                kind: ParamKind::Rest,
                annotation,
                ..Param::plain(Target::name(text, span(name)))
            });
        }
        params
    }
}

/// Names and initial values of a declaration.
pub(super) fn declarators(
    declaration: Node<'_>,
) -> impl Iterator<Item = (Option<Node<'_>>, Option<Node<'_>>)> {
    children(declaration).into_iter().filter(|part| part.kind() == "variable_declarator").map(
        |declarator| {
            let parts = children(declarator);
            let name = field(declarator, "name").or_else(|| child_of(declarator, "tuple_pattern"));
            let value = parts
                .into_iter()
                .find(|part| Some(*part) != name && part.kind() != "bracketed_argument_list");
            (name, value)
        },
    )
}

pub(super) fn this_field(name: &SmolStr, at: Span) -> Target {
    Target::Attribute {
        base: Box::new(Expr::new(ExprKind::This, at)),
        name: name.clone(),
        span: at,
    }
}
