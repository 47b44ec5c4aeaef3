//! New objects, arrays and collections; arguments.

use code_ir::{Argument, Element, Entry, Expr, ExprKind, Target};
use tree_sitter::Node;

use super::CSharp;
use crate::context::{list, shared, span, unknown};
use crate::tree::{child_of, children, field, first, has};

impl CSharp<'_> {
    /// A value for something of a declared type, which `new()` takes from there.
    pub(super) fn value_of_type(&mut self, node: Node<'_>, of: Option<&Expr>) -> Expr {
        if node.kind() == "implicit_object_creation_expression" {
            let of = shared(of).unwrap_or_else(|| unknown(span(node)));
            return self.creation(node, of);
        }
        self.expr(node)
    }

    /// `new T(…) { … }`.
    pub(super) fn creation(&mut self, node: Node<'_>, of: Expr) -> Expr {
        let at = span(node);
        let mut arguments = match child_of(node, "argument_list") {
            Some(list) => self.arguments(list),
            None => Vec::new(),
        };
        if let Some(members) = child_of(node, "initializer_expression") {
            let is_named = |member: &Node<'_>| {
                field(*member, "left").is_some_and(|left| left.kind() == "identifier")
            };
            let all = children(members);
            if all.iter().all(is_named) {
                for member in all {
                    let name = self.simple_name(field(member, "left"));
                    arguments.push(Argument::named(name, self.in_field(member, "right")));
                }
            } else {
                let given = arguments.into_iter().map(|argument| argument.value).collect();
                return self.collection(members, given);
            }
        }
        Expr::new(ExprKind::Call { callee: Box::new(of), arguments, is_new: true }, at)
    }

    /// `{ a, b }`, `{ ["k"] = v }` or `{ { "k", v } }`, after what another collection holds.
    pub(super) fn collection(&mut self, node: Node<'_>, given: Vec<Expr>) -> Expr {
        let at = span(node);
        let members = children(node);
        let is_pair = |member: &Node<'_>| {
            member.kind() == "initializer_expression" && children(*member).len() == 2
                || member.kind() == "assignment_expression"
        };
        let is_dict = !members.is_empty()
            && members.iter().all(is_pair)
            && members
                .iter()
                .any(|member| member.kind() != "initializer_expression" || given_pairs(*member));
        if !is_dict {
            let mut elements: Vec<Element> = given.into_iter().map(Element::Spread).collect();
            elements.extend(members.into_iter().map(|member| Element::One(self.expr(member))));
            return Expr::new(ExprKind::List(elements), at);
        }
        let mut entries: Vec<Entry> = given.into_iter().map(Entry::Spread).collect();
        for member in members {
            let (key, value) = self.pair(member);
            entries.push(Entry::Pair(key, value));
        }
        Expr::new(ExprKind::Dict(entries), at)
    }

    /// Key and value of `[k] = v`, `K = v` or `{ k, v }`.
    fn pair(&mut self, member: Node<'_>) -> (Expr, Expr) {
        let at = span(member);
        if let (Some(left), Some(right)) = (field(member, "left"), field(member, "right")) {
            let key = match left.kind() {
                "identifier" => Expr::text(self.simple_name(Some(left)), span(left)),
                _ => match first(left).and_then(first) {
                    Some(key) => self.expr(key),
                    None => unknown(at),
                },
            };
            return (key, self.expr(right));
        }
        let sides = children(member);
        let mut side = |index: usize| match sides.get(index) {
            Some(side) => self.expr(*side),
            None => unknown(at),
        };
        (side(0), side(1))
    }

    /// `new { A = b, c, d.E }`.
    pub(super) fn anonymous_object(&mut self, node: Node<'_>) -> Expr {
        let mut entries = Vec::new();
        let mut cursor = node.walk();
        let all: Vec<Node<'_>> = node.children(&mut cursor).collect();
        let mut name = None;
        for (index, part) in all.iter().enumerate().filter(|(_, part)| part.is_named()) {
            if all.get(index + 1).is_some_and(|next| next.kind() == "=") {
                name = Some(*part);
                continue;
            }
            if part.kind() == "comment" {
                continue;
            }
            let value = self.expr(*part);
            let key = match name.take() {
                Some(name) => self.simple_name(Some(name)),
                None => match &value.kind {
                    ExprKind::Name(name) => name.text.clone(),
                    ExprKind::Attribute { name, .. } => name.clone(),
                    _ => code_ir::SmolStr::default(),
                },
            };
            entries.push(Entry::Pair(Expr::text(key, span(*part)), value));
        }
        Expr::new(ExprKind::Dict(entries), span(node))
    }

    /// `new T[] { … }`, `new[] { … }`.
    pub(super) fn array(&mut self, node: Node<'_>) -> Expr {
        match child_of(node, "initializer_expression") {
            Some(members) => {
                let members =
                    children(members).into_iter().map(|member| self.expr(member)).collect();
                list(members, span(node))
            }
            None => list(Vec::new(), span(node)),
        }
    }

    /// `[a, .. b]`.
    pub(super) fn collection_expression(&mut self, node: Node<'_>) -> Expr {
        let mut elements = Vec::new();
        for element in children(node).into_iter().filter_map(first) {
            let value = self.first_of(element);
            elements.push(match element.kind() {
                "spread_element" => Element::Spread(value),
                _ => Element::One(value),
            });
        }
        Expr::new(ExprKind::List(elements), span(node))
    }

    /// The arguments of a call; those that are `out` give nothing.
    pub(super) fn arguments(&mut self, node: Node<'_>) -> Vec<Argument> {
        let mut arguments = Vec::new();
        for argument in children(node) {
            let name = field(argument, "name");
            let value = children(argument).into_iter().find(|part| Some(*part) != name);
            let value = match value {
                Some(value) if !has(argument, "out") => self.expr(value),
                _ => unknown(span(argument)),
            };
            arguments.push(match name {
                Some(name) => Argument::named(self.simple_name(Some(name)), value),
                None => Argument::positional(value),
            });
        }
        arguments
    }

    pub(super) fn call(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        let Some(function) = field(node, "function") else { return unknown(at) };
        let given = field(node, "arguments");
        if function.kind() == "identifier"
            && self.context.text(function) == "nameof"
            && let Some(of) = given.and_then(first)
        {
            let text = self.context.text(of);
            return Expr::text(text.rsplit('.').next().unwrap_or(text).trim(), at);
        }
        let callee = self.expr(function);
        let arguments = given.map(|given| self.arguments(given)).unwrap_or_default();
        let call =
            Expr::new(ExprKind::Call { callee: Box::new(callee), arguments, is_new: false }, at);
        let outs = given.map(children).unwrap_or_default();
        let outs: Vec<Target> = outs
            .into_iter()
            .filter(|argument| has(*argument, "out"))
            .filter_map(|argument| children(argument).pop())
            .map(|place| self.target(place))
            .filter(|target| !matches!(target, Target::Ignore))
            .collect();
        if outs.is_empty() {
            return call;
        }
        // What comes out depends on what goes in, as the result does.
        let result = || Expr::name("out#", at);
        let assign = |target, value| {
            let (target, value) = (Box::new(target), Box::new(value));
            Expr::new(ExprKind::Assign { target, value }, at)
        };
        let mut steps = vec![assign(Target::name("out#", at), call)];
        steps.extend(outs.into_iter().map(|target| assign(target, result())));
        steps.push(result());
        Expr::new(ExprKind::Sequence(steps), at)
    }
}

/// Whether a member is written as a pair whose first part is a key.
fn given_pairs(member: Node<'_>) -> bool {
    first(member).is_some_and(|key| key.kind() != "initializer_expression")
}
