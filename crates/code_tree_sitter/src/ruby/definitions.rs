//! Methods, classes, modules and blocks.

use std::collections::HashSet;

use code_ir::{
    BLOCK, Class, ClassId, Expr, ExprKind, Field, Function, FunctionId, Method, MethodKind, Param,
    ParamKind, SmolStr, Span, Stmt, StmtKind, Target,
};
use tree_sitter::Node;

use super::Ruby;
use super::tail::end_with;
use crate::context::{assign, span};
use crate::tree::{children, field, fields, first};

impl<'n> Ruby<'_, 'n> {
    /// `def name` and `def self.name`.
    pub(super) fn method(&mut self, node: Node<'n>, out: &mut Vec<Stmt>, is_static: bool) {
        let Some(name_node) = field(node, "name") else { return };
        let name: SmolStr = self.context.text(name_node).into();
        let object = field(node, "object");
        let class = self.classes.last().copied();
        let id = self.function(node, &name, span(name_node), class);
        let at = span(node);
        let value = Expr::new(ExprKind::Function(id), at);
        match (class, object) {
            (Some(class), object) if object.is_none_or(|object| object.kind() == "self") => {
                let kind = if is_static || object.is_some() {
                    MethodKind::Static
                } else if name == "initialize" {
                    MethodKind::Constructor
                } else {
                    MethodKind::Instance
                };
                let method = Method { name, function: id, kind };
                self.context.with_class(class, |class| class.methods.push(method));
            }
            (_, Some(object)) => {
                let base = Box::new(self.expr(object));
                out.push(assign(
                    Target::Attribute { base, name, span: span(name_node) },
                    value,
                    at,
                ));
            }
            (_, None) => out.push(assign(Target::name(name, span(name_node)), value, at)),
        }
    }

    fn function(
        &mut self,
        node: Node<'n>,
        name: &SmolStr,
        name_span: Span,
        class: Option<ClassId>,
    ) -> FunctionId {
        let place = self.context.enter_function(true);
        self.methods.push(false);
        self.breaks_block.push(false);
        let mut body = Vec::new();
        let mut params = match field(node, "parameters") {
            Some(parameters) => self.params(parameters, &mut body),
            None => Vec::new(),
        };
        if let Some(inner) = field(node, "body") {
            self.one_or_more(inner, &mut body);
        }
        if name != "initialize" {
            end_with(&mut body, &|value| StmtKind::Return(Some(value)));
        }
        self.breaks_block.pop();
        let uses_block = self.methods.pop().unwrap_or(false);
        if uses_block && !params.iter().any(|param| param.name().is_some_and(|name| name == BLOCK))
        {
            let target = Target::name(BLOCK, name_span);
            params.push(Param { kind: ParamKind::Named, ..Param::plain(target) });
        }
        let function = Function {
            name: name.clone(),
            params,
            body,
            class,
            span: span(node),
            name_span,
            ..Function::default()
        };
        self.context.leave_function(place, function)
    }

    /// A body that is one expression (`def a = b`) or statements.
    pub(super) fn one_or_more(&mut self, node: Node<'n>, out: &mut Vec<Stmt>) {
        match node.kind() {
            "body_statement" | "block_body" | "then" | "do" | "else" | "program"
            | "begin_block" | "end_block" => self.guarded(node, out),
            _ => self.statement(node, out),
        }
    }

    fn params(&mut self, parameters: Node<'n>, body: &mut Vec<Stmt>) -> Vec<Param> {
        let mut params = Vec::new();
        let locals = fields(parameters, "locals");
        let local_ids: HashSet<usize> = locals.iter().map(Node::id).collect();
        for local in &locals {
            self.context.scopes.declare_parameter(self.context.text(*local));
        }
        for node in children(parameters) {
            if local_ids.contains(&node.id()) {
                continue;
            }
            let name = field(node, "name").map_or("", |name| self.context.text(name));
            let (kind, name) = match node.kind() {
                "identifier" => (ParamKind::Positional, self.context.text(node)),
                "optional_parameter" => (ParamKind::Positional, name),
                "keyword_parameter" => (ParamKind::Named, name),
                "splat_parameter" => (ParamKind::Rest, if name.is_empty() { "*" } else { name }),
                "forward_parameter" => (ParamKind::Rest, "..."),
                "hash_splat_parameter" => {
                    (ParamKind::RestNamed, if name.is_empty() { "**" } else { name })
                }
                "block_parameter" => {
                    if !name.is_empty() {
                        let target = Target::name(self.context.scopes.declare(name), span(node));
                        body.push(assign(target, Expr::name(BLOCK, span(node)), span(node)));
                    }
                    (ParamKind::Named, BLOCK)
                }
                "destructured_parameter" => {
                    let target = self.destructured(node);
                    params.push(Param::plain(target));
                    continue;
                }
                _ => continue,
            };
            self.context.scopes.declare_parameter(name);
            let default = field(node, "value").map(|value| self.expr(value));
            let target = Target::name(name, span(node));
            params.push(Param { kind, default, ..Param::plain(target) });
        }
        params
    }

    /// `(a, *b)` of a block.
    fn destructured(&mut self, node: Node<'n>) -> Target {
        if !self.context.depth_allows(node) {
            return Target::Ignore;
        }
        let mut targets = Vec::new();
        for part in children(node) {
            let named = field(part, "name").unwrap_or(part);
            let name = self.context.text(named);
            targets.push(match part.kind() {
                "identifier" => {
                    self.context.scopes.declare_parameter(name);
                    Target::name(name, span(part))
                }
                "splat_parameter" if named != part => {
                    self.context.scopes.declare_parameter(name);
                    Target::Rest(Box::new(Target::name(name, span(part))))
                }
                "splat_parameter" => Target::Rest(Box::new(Target::Ignore)),
                "destructured_parameter" => self.destructured(part),
                _ => Target::Ignore,
            });
        }
        self.context.go_up();
        Target::Sequence(targets)
    }

    /// `{ |x| … }`, `do |x| … end`, or the same behind `->(x)`.
    pub(super) fn block(&mut self, node: Node<'n>, parameters: Option<Node<'n>>) -> Expr {
        let at = span(node);
        if !self.context.depth_allows(node) {
            return crate::context::unknown(at);
        }
        let place = self.context.enter_function(false);
        self.breaks_block.push(true);
        self.implicit.push(None);
        let mut body = Vec::new();
        let mut params = match parameters.or_else(|| field(node, "parameters")) {
            Some(parameters) => self.params(parameters, &mut body),
            None => Vec::new(),
        };
        if let Some(inner) = field(node, "body") {
            self.one_or_more(inner, &mut body);
        }
        end_with(&mut body, &|value| StmtKind::Return(Some(value)));
        if let Some(name) = self.implicit.pop().flatten()
            && params.is_empty()
        {
            params.push(Param::plain(Target::name(name, Span { start: at.start, end: at.start })));
        }
        self.breaks_block.pop();
        let function = Function { params, body, is_arrow: true, span: at, ..Function::default() };
        let id = self.context.leave_function(place, function);
        self.context.go_up();
        Expr::new(ExprKind::Function(id), at)
    }

    /// `class` and `module`.
    pub(super) fn class(&mut self, node: Node<'n>, out: &mut Vec<Stmt>) {
        let Some(name_node) = field(node, "name") else { return };
        let name_node = field(name_node, "name").unwrap_or(name_node);
        let name: SmolStr = self.context.text(name_node).into();
        let at = span(node);
        let bases = field(node, "superclass").and_then(first).map(|base| self.expr(base));
        let class = Class {
            name: name.clone(),
            bases: bases.into_iter().collect(),
            parent: Some(self.context.scopes.function()),
            span: at,
            ..Class::default()
        };
        let id = self.context.module.add_class(class);
        let outer = self.classes.last().copied();
        self.classes.push(id);
        let place = self.context.enter_function(true);
        let mut body = Vec::new();
        if let Some(inner) = field(node, "body") {
            self.members(inner, id, &mut body, false);
        }
        let function = Function {
            name: "<clinit>".into(),
            class: Some(id),
            is_arrow: false,
            span: at,
            name_span: span(name_node),
            ..Function::default()
        };
        let is_needed = !body.is_empty();
        let function = self.context.leave_function(place, Function { body, ..function });
        if is_needed {
            let name = "<clinit>".into();
            let method = Method { name, function, kind: MethodKind::Static };
            self.context.with_class(id, |class| class.methods.push(method));
        }
        self.classes.pop();
        let value = Expr::new(ExprKind::Class(id), at);
        let Some(outer) = outer else {
            out.push(assign(Target::name(name, span(name_node)), value, at));
            return;
        };
        self.add_field(outer, name.clone(), Some(value.clone()));
        self.nested.add(name, span(name_node), value, at);
    }

    fn add_field(&mut self, class: ClassId, name: SmolStr, value: Option<Expr>) {
        let is_static = value.is_some();
        let field = Field { name, value, annotation: None, decorators: Vec::new(), is_static };
        self.context.with_class(class, |class| class.fields.push(field));
    }

    /// What stands in a class; `is_static` in `class << self`.
    fn members(&mut self, body: Node<'n>, class: ClassId, out: &mut Vec<Stmt>, is_static: bool) {
        let mut is_function_module = false;
        for node in children(body) {
            if !self.context.depth_allows(node) {
                return;
            }
            match node.kind() {
                "method" => self.method(node, out, is_static || is_function_module),
                "singleton_class" => {
                    if let Some(inner) = field(node, "body") {
                        self.members(inner, class, out, true);
                    }
                }
                "assignment" if field(node, "left").is_some_and(|l| l.kind() == "constant") => {
                    let name = field(node, "left").map_or("", |left| self.context.text(left));
                    let value = field(node, "right").map(|right| self.expr(right));
                    self.add_field(class, name.into(), value);
                }
                "identifier" => {
                    let word = self.context.text(node);
                    is_function_module |= word == "module_function";
                }
                "call" if field(node, "receiver").is_none() => self.declaration(node, class, out),
                _ => self.statement(node, out),
            }
            self.context.go_up();
        }
    }

    /// Calls in a class that declare something, and others.
    fn declaration(&mut self, node: Node<'n>, class: ClassId, out: &mut Vec<Stmt>) {
        let word = field(node, "method").map_or("", |method| self.context.text(method));
        let arguments = field(node, "arguments").map(children).unwrap_or_default();
        match word {
            "include" | "prepend" | "extend" => {
                let bases: Vec<Expr> = arguments
                    .into_iter()
                    .filter(|base| base.kind() != "self")
                    .map(|base| self.expr(base))
                    .collect();
                self.context.with_class(class, |class| class.bases.extend(bases));
            }
            "attr_reader" | "attr_writer" | "attr_accessor" => {
                for argument in arguments {
                    let Some(name) = self.symbol(argument).as_text().cloned() else { continue };
                    if word != "attr_writer" {
                        self.reader(class, &name, span(argument));
                    }
                    self.add_field(class, name, None);
                }
            }
            // `private def x`, `private_class_method def self.x`.
            "private"
            | "public"
            | "protected"
            | "module_function"
            | "private_class_method"
            | "private_constant" => {
                for inner in arguments {
                    if matches!(inner.kind(), "method" | "singleton_method") {
                        self.method(inner, out, word == "module_function");
                    }
                }
            }
            _ => self.statement(node, out),
        }
    }

    fn reader(&mut self, class: ClassId, name: &SmolStr, at: Span) {
        let place = self.context.enter_function(true);
        let value = Expr::attribute(Expr::new(ExprKind::This, at), name.clone(), at);
        let function = Function {
            name: name.clone(),
            body: vec![Stmt::new(StmtKind::Return(Some(value)), at)],
            class: Some(class),
            span: at,
            name_span: at,
            ..Function::default()
        };
        let function = self.context.leave_function(place, function);
        let method = Method { name: name.clone(), function, kind: MethodKind::Instance };
        self.context.with_class(class, |class| class.methods.push(method));
    }
}
