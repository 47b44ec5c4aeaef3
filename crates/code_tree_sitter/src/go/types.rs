//! Types as they are written, and the classes that they declare.

use code_ir::{Class, ClassId, Entry, Expr, ExprKind, Field, FunctionId, Span, Stmt, Target};
use tree_sitter::Node;

use super::Go;
use crate::context::{assign, list, shared, span, unknown};
use crate::escapes::unescape;
use crate::tree::{child_of, children, field, fields, first};

impl Go<'_> {
    /// A type, dotted, without pointers and type arguments.
    pub(super) fn type_of(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        if !self.context.depth_allows(node) {
            return unknown(at);
        }
        let inner = |name: &str| field(node, name);
        let lowered = match node.kind() {
            "type_identifier" | "identifier" | "package_identifier" => {
                Expr::name(self.context.text(node), at)
            }
            "qualified_type" => {
                let package = inner("package").map_or("", |package| self.context.text(package));
                let name = inner("name").map_or("", |name| self.context.text(name));
                Expr::attribute(Expr::name(package, at), name, at)
            }
            "generic_type" | "type_instantiation_expression" => {
                self.optional_type(inner("type"), at)
            }
            "pointer_type" | "parenthesized_type" | "type_elem" => {
                self.optional_type(first(node), at)
            }
            "slice_type" | "array_type" | "implicit_length_array_type" => {
                let element = self.optional_type(inner("element"), at);
                list(vec![element], at)
            }
            "map_type" => {
                let key = self.optional_type(inner("key"), at);
                let value = self.optional_type(inner("value"), at);
                Expr::new(ExprKind::Dict(vec![Entry::Pair(key, value)]), at)
            }
            "interface_type" => Expr::name("any", at),
            "parameter_list" => {
                let mut members = Vec::new();
                for param in children(node) {
                    let named = fields(param, "name").len().max(1);
                    let member = self.optional_type(field(param, "type"), at);
                    members.extend((1..named).filter_map(|_| shared(Some(&member))));
                    members.push(member);
                }
                list(members, at)
            }
            _ => unknown(at),
        };
        self.context.go_up();
        lowered
    }

    fn optional_type(&mut self, node: Option<Node<'_>>, at: Span) -> Expr {
        node.map_or_else(|| unknown(at), |node| self.type_of(node))
    }

    /// The class of a name at package level, made when there is none yet.
    pub(super) fn class_named(&mut self, name: &str) -> ClassId {
        if let Some(id) = self.classes.get(name) {
            return *id;
        }
        let parent = Some(FunctionId(0));
        let class = Class { name: name.into(), parent, ..Class::default() };
        let id = self.context.module.add_class(class);
        self.classes.insert(name.into(), id);
        id
    }

    /// `type A …; type (B …)`.
    pub(super) fn type_declaration(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        for spec in children(node) {
            let Some(name) = field(spec, "name") else { continue };
            let text = self.context.text(name);
            let id = if self.context.scopes.is_module() {
                self.class_named(text)
            } else {
                let parent = Some(self.context.scopes.function());
                self.context.module.add_class(Class {
                    name: text.into(),
                    parent,
                    ..Class::default()
                })
            };
            let (bases, members) = match field(spec, "type") {
                Some(of) if of.kind() == "struct_type" => self.struct_fields(of),
                Some(of) if of.kind() == "interface_type" => (Vec::new(), Vec::new()),
                Some(of) => (vec![self.type_of(of)], Vec::new()),
                None => (Vec::new(), Vec::new()),
            };
            self.context.with_class(id, |class| {
                class.bases = bases;
                class.fields = members;
                class.span = span(spec);
            });
            let class = Expr::new(ExprKind::Class(id), span(spec));
            let target = self.new_variable(text, span(name));
            out.push(assign(target, class, span(spec)));
        }
    }

    /// Embedded types, and all fields.
    fn struct_fields(&mut self, node: Node<'_>) -> (Vec<Expr>, Vec<Field>) {
        let mut bases = Vec::new();
        let mut members = Vec::new();
        let declared = child_of(node, "field_declaration_list").map(children).unwrap_or_default();
        for declaration in declared {
            let Some(of) = field(declaration, "type") else { continue };
            let of = self.type_of(of);
            let decorators: Vec<Expr> =
                field(declaration, "tag").map(|tag| self.text_literal(tag)).into_iter().collect();
            let names = fields(declaration, "name");
            if names.is_empty() {
                let name = of.dotted().and_then(|path| path.last().copied().cloned());
                members.extend(name.map(|name| Field {
                    name,
                    value: None,
                    annotation: shared(Some(&of)),
                    decorators: decorators.clone(),
                    is_static: false,
                }));
                bases.push(of);
                continue;
            }
            for name in names {
                members.push(Field {
                    name: self.context.text(name).into(),
                    value: None,
                    annotation: shared(Some(&of)),
                    decorators: decorators.clone(),
                    is_static: false,
                });
            }
        }
        (bases, members)
    }

    /// `"…"` or `` `…` ``.
    pub(super) fn text_literal(&mut self, node: Node<'_>) -> Expr {
        let text = self.context.text(node);
        if node.kind() == "raw_string_literal" {
            return Expr::text(text.trim_matches('`').replace('\r', ""), span(node));
        }
        let inside = text.strip_prefix('"').unwrap_or(text);
        Expr::text(unescape(inside.strip_suffix('"').unwrap_or(inside)), span(node))
    }

    /// A variable that begins here; at package level it keeps its name.
    pub(super) fn new_variable(&mut self, name: &str, at: Span) -> Target {
        if name == "_" {
            return Target::Ignore;
        }
        if self.context.scopes.is_module() {
            return Target::name(name, at);
        }
        Target::name(self.context.scopes.declare(name), at)
    }
}
