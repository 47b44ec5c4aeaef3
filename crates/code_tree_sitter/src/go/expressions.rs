//! Expressions.

use code_ir::{Argument, Constant, Entry, Expr, ExprKind, Spread, UnaryOperator};
use tree_sitter::Node;

use super::Go;
use crate::context::{constant, list, span, unknown};
use crate::escapes::{number_constant, unescape};
use crate::operators::{Operator, chain, unary};
use crate::tree::{children, field, first};

/// Types of the language: a call of one is a conversion, which keeps the data.
const BASIC_TYPES: [&str; 22] = [
    "string",
    "byte",
    "rune",
    "bool",
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "uintptr",
    "float32",
    "float64",
    "complex64",
    "complex128",
    "any",
    "error",
    "comparable",
];

impl Go<'_> {
    pub(super) fn expr(&mut self, node: Node<'_>) -> Expr {
        if !self.context.depth_allows(node) {
            return unknown(span(node));
        }
        let lowered = self.expr_of(node);
        self.context.go_up();
        lowered
    }

    fn expr_of(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        match node.kind() {
            "identifier" => self.context.read(self.context.text(node), at),
            "true" => constant(Constant::Bool(true), at),
            "false" => constant(Constant::Bool(false), at),
            "nil" => constant(Constant::None, at),
            "int_literal" | "float_literal" => {
                constant(number_constant(self.context.text(node)), at)
            }
            "rune_literal" => {
                let text = self.context.text(node).trim_matches('\'');
                Expr::text(unescape(text), at)
            }
            "interpreted_string_literal" | "raw_string_literal" => self.text_literal(node),
            "type_conversion_expression" => match (field(node, "type"), field(node, "operand")) {
                // `pkg.F[T](x)` reads like a conversion; generic functions are the usual case.
                (Some(of), Some(operand)) if of.kind() == "generic_type" => {
                    let callee = self.type_of(of);
                    let argument = self.expr(operand);
                    Expr::call(callee, vec![argument], at)
                }
                (_, operand) => self.optional(operand, node),
            },
            "parenthesized_expression"
            | "type_assertion_expression"
            | "literal_element"
            | "variadic_argument" => {
                let inner = field(node, "operand").or_else(|| first(node));
                self.optional(inner, node)
            }
            "unary_expression" => self.unary(node),
            "binary_expression" => self.binary(node),
            "selector_expression" => {
                let base = self.optional(field(node, "operand"), node);
                let name = field(node, "field").map_or("", |name| self.context.text(name));
                Expr::attribute(base, name, at)
            }
            "index_expression" => {
                let base = Box::new(self.optional(field(node, "operand"), node));
                let index = Box::new(self.optional(field(node, "index"), node));
                Expr::new(ExprKind::Index { base, index }, at)
            }
            "slice_expression" => {
                let base = Box::new(self.optional(field(node, "operand"), node));
                let lower = field(node, "start").map(|start| Box::new(self.expr(start)));
                let upper = field(node, "end").map(|end| Box::new(self.expr(end)));
                Expr::new(ExprKind::Slice { base, lower, upper }, at)
            }
            "call_expression" => self.call(node),
            "composite_literal" => match (field(node, "type"), field(node, "body")) {
                (Some(of), Some(body)) => self.composite(of, body, node),
                _ => unknown(at),
            },
            "literal_value" => self.members(node, None),
            "func_literal" => {
                let id = self.function(node, None);
                Expr::new(ExprKind::Function(id), at)
            }
            "type_instantiation_expression"
            | "type_identifier"
            | "qualified_type"
            | "generic_type"
            | "slice_type"
            | "map_type"
            | "array_type"
            | "pointer_type" => self.type_of(node),
            "ERROR" => {
                let mut inner: Vec<Expr> =
                    children(node).into_iter().map(|inner| self.expr(inner)).collect();
                inner.retain(|inner| !matches!(inner.kind, ExprKind::Unknown));
                if inner.is_empty() {
                    return unknown(at);
                }
                Expr::new(ExprKind::Sequence(inner), at)
            }
            _ => unknown(at),
        }
    }

    fn unary(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        let operand = self.optional(field(node, "operand"), node);
        match field(node, "operator").map_or("", |sign| self.context.text(sign)) {
            "!" => unary(UnaryOperator::Not, operand, at),
            "-" => unary(UnaryOperator::Minus, operand, at),
            "+" => unary(UnaryOperator::Plus, operand, at),
            "^" => unary(UnaryOperator::Invert, operand, at),
            "<-" => Expr::new(ExprKind::Await(Box::new(operand)), at),
            _ => operand,
        }
    }

    fn binary(&mut self, node: Node<'_>) -> Expr {
        let mut links = Vec::new();
        let mut at = node;
        while at.kind() == "binary_expression"
            && let (Some(left), Some(right)) = (field(at, "left"), field(at, "right"))
        {
            let sign = field(at, "operator").map_or("", |sign| self.context.text(sign));
            let Some(operator) = Operator::of_sign(sign) else { break };
            links.push((operator, right));
            at = left;
        }
        if links.is_empty() {
            return unknown(span(node));
        }
        let first = self.expr(at);
        let rest = links.into_iter().rev().map(|(operator, term)| (operator, self.expr(term)));
        let rest = rest.collect();
        chain(first, rest)
    }

    fn call(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        let Some(callee) = field(node, "function") else { return unknown(at) };
        let given = field(node, "arguments").map(children).unwrap_or_default();
        if callee.kind() == "identifier" {
            let name = self.context.text(callee);
            let is_free = self.context.scopes.lookup(name).is_none();
            if let [first, ..] = given.as_slice()
                && is_free
            {
                if given.len() == 1
                    && (BASIC_TYPES.contains(&name) || self.conversions.contains(name))
                {
                    return self.expr(*first);
                }
                match (name, first.kind()) {
                    ("make", "map_type") => return Expr::new(ExprKind::Dict(Vec::new()), at),
                    ("make", "slice_type") => return list(Vec::new(), at),
                    ("new", _) => {
                        let callee = Box::new(self.type_of(*first));
                        let arguments = Vec::new();
                        return Expr::new(ExprKind::Call { callee, arguments, is_new: true }, at);
                    }
                    _ => {}
                }
            }
        }
        let callee = self.expr(callee);
        let mut arguments = Vec::with_capacity(given.len());
        for argument in given {
            let spread = match argument.kind() {
                "variadic_argument" => Spread::Sequence,
                _ => Spread::No,
            };
            let value = self.expr(argument);
            arguments.push(Argument { name: None, spread, value });
        }
        // `append(list, more...)`: in this grammar the dots stand behind the last argument.
        let has_dots =
            field(node, "arguments").is_some_and(|arguments| crate::tree::has(arguments, "..."));
        if has_dots && let Some(last) = arguments.last_mut() {
            last.spread = Spread::Sequence;
        }
        Expr::new(ExprKind::Call { callee: Box::new(callee), arguments, is_new: false }, at)
    }

    /// `T{…}`; members that leave their type out have that of the element of `T`.
    fn composite(&mut self, of: Node<'_>, body: Node<'_>, whole: Node<'_>) -> Expr {
        if !self.context.depth_allows(whole) {
            return unknown(span(whole));
        }
        let at = span(whole);
        let lowered = match of.kind() {
            "slice_type" | "array_type" | "implicit_length_array_type" => {
                let element = field(of, "element");
                let mut members = Vec::new();
                for member in children(body) {
                    let value = if member.kind() == "keyed_element" {
                        field(member, "value").unwrap_or(member)
                    } else {
                        member
                    };
                    members.push(self.member(value, element));
                }
                list(members, at)
            }
            "map_type" => self.mapping(body, field(of, "key"), field(of, "value"), whole),
            "pointer_type" => match first(of) {
                Some(inner) => self.composite(inner, body, whole),
                None => unknown(at),
            },
            "struct_type" | "interface_type" => self.members(body, None),
            _ => self.members(body, Some((of, whole))),
        };
        self.context.go_up();
        lowered
    }

    /// One member of a literal, itself a literal without a type or any expression.
    fn member(&mut self, node: Node<'_>, of: Option<Node<'_>>) -> Expr {
        let inner = match node.kind() {
            "literal_element" => first(node).unwrap_or(node),
            _ => node,
        };
        match of {
            Some(of) if inner.kind() == "literal_value" => self.composite(of, inner, inner),
            _ => self.expr(inner),
        }
    }

    fn mapping(
        &mut self,
        body: Node<'_>,
        key_type: Option<Node<'_>>,
        value_type: Option<Node<'_>>,
        whole: Node<'_>,
    ) -> Expr {
        let mut entries = Vec::new();
        for member in children(body) {
            if let (Some(key), Some(value)) = (field(member, "key"), field(member, "value")) {
                let key = self.member(key, key_type);
                entries.push(Entry::Pair(key, self.member(value, value_type)));
            }
        }
        Expr::new(ExprKind::Dict(entries), span(whole))
    }

    /// The members of a literal of a named type, or of one that is left out.
    fn members(&mut self, body: Node<'_>, of: Option<(Node<'_>, Node<'_>)>) -> Expr {
        let at = of.map_or_else(|| span(body), |(_, whole)| span(whole));
        let members = children(body);
        let key_of = |member: Node<'_>| {
            let key = field(member, "key")?;
            let key = if key.kind() == "literal_element" { first(key)? } else { key };
            Some((key.start_byte(), key.end_byte(), key.kind() == "identifier"))
        };
        let keys: Vec<_> = members.iter().map(|member| key_of(*member)).collect();
        if keys.iter().flatten().any(|(_, _, is_name)| !is_name) {
            return self.mapping(body, None, None, body);
        }
        let mut arguments = Vec::new();
        for (member, key) in members.into_iter().zip(keys) {
            let value = self.member(field(member, "value").unwrap_or(member), None);
            arguments.push(match key {
                Some((start, end, _)) => Argument::named(self.context.between(start, end), value),
                None => Argument::positional(value),
            });
        }
        let Some((of, _)) = of else {
            if arguments.iter().all(|argument| argument.name.is_none()) {
                return list(arguments.into_iter().map(|argument| argument.value).collect(), at);
            }
            let entries = arguments.into_iter().map(|argument| {
                Entry::Pair(Expr::text(argument.name.unwrap_or_default(), at), argument.value)
            });
            return Expr::new(ExprKind::Dict(entries.collect()), at);
        };
        let callee = Box::new(self.type_of(of));
        Expr::new(ExprKind::Call { callee, arguments, is_new: true }, at)
    }
}
