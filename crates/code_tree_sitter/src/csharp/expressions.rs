//! Expressions.

use code_ir::{
    CompareOperator, Constant, Expr, ExprKind, Function, LogicOperator, Target, UnaryOperator,
};
use tree_sitter::Node;

use super::CSharp;
use super::statements::{is_step, step_of};
use crate::context::{constant, list, span, unknown, value_of};
use crate::escapes::{number_constant, unescape};
use crate::operators::{Operator, augmented, chain, unary};
use crate::tree::{child_of, children, field, first, has};

impl CSharp<'_> {
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
            "identifier" => self.context.read(&self.simple_name(Some(node)), at),
            "this" => Expr::new(ExprKind::This, at),
            "base" => Expr::name("super", at),
            "parenthesized_expression"
            | "checked_expression"
            | "ref_expression"
            | "argument"
            | "arrow_expression_clause" => self.first_of(node),
            "cast_expression" => self.in_field(node, "value"),
            "as_expression" => self.in_field(node, "left"),
            "await_expression" => {
                let value = Box::new(self.first_of(node));
                Expr::new(ExprKind::Await(value), at)
            }
            "member_access_expression" => {
                let base = self.in_field(node, "expression");
                Expr::attribute(base, self.simple_name(field(node, "name")), at)
            }
            "conditional_access_expression" => self.conditional_access(node),
            "element_access_expression" => {
                let base = self.in_field(node, "expression");
                self.element(base, field(node, "subscript"), node)
            }
            "invocation_expression" => self.call(node),
            "object_creation_expression" => {
                let of = self.type_in(node, "type").unwrap_or_else(|| unknown(at));
                self.creation(node, of)
            }
            "implicit_object_creation_expression" => self.creation(node, unknown(at)),
            "anonymous_object_creation_expression" => self.anonymous_object(node),
            "array_creation_expression"
            | "implicit_array_creation_expression"
            | "stackalloc_expression"
            | "implicit_stackalloc_expression" => self.array(node),
            "initializer_expression" => self.collection(node, Vec::new()),
            "collection_expression" => self.collection_expression(node),
            "tuple_expression" => {
                let members = children(node).into_iter();
                let members = members.filter_map(|part| children(part).pop());
                list(members.map(|member| self.expr(member)).collect(), at)
            }
            "lambda_expression" | "anonymous_method_expression" => self.lambda(node),
            "binary_expression" => self.binary(node),
            "conditional_expression" => {
                let test = Box::new(self.in_field(node, "condition"));
                let then = Box::new(self.in_field(node, "consequence"));
                let otherwise = Box::new(self.in_field(node, "alternative"));
                Expr::new(ExprKind::Conditional { test, then, otherwise }, at)
            }
            "is_expression" => {
                let value = self.in_field(node, "left");
                let class = self.type_in(node, "right").unwrap_or_else(|| unknown(at));
                Operator::Compare(CompareOperator::InstanceOf).join(value, class)
            }
            "is_pattern_expression" => self.is_pattern(node),
            "switch_expression" => self.switch_value(node),
            "query_expression" => self.query(node),
            "assignment_expression" => self.assignment(node),
            "prefix_unary_expression" | "postfix_unary_expression" => self.unary(node),
            "with_expression" => self.with(node),
            "throw_expression" => {
                let value = self.first_of(node);
                Expr::new(ExprKind::Sequence(vec![value, unknown(at)]), at)
            }
            "ERROR" => {
                let mut inner: Vec<Expr> =
                    children(node).into_iter().map(|inner| self.expr(inner)).collect();
                inner.retain(|inner| !matches!(inner.kind, ExprKind::Unknown));
                if inner.is_empty() {
                    return unknown(at);
                }
                Expr::new(ExprKind::Sequence(inner), at)
            }
            _ => self.literal(node),
        }
    }

    fn literal(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        match node.kind() {
            "boolean_literal" => constant(Constant::Bool(self.context.text(node) == "true"), at),
            "null_literal" | "default_expression" => constant(Constant::None, at),
            "string_literal" | "verbatim_string_literal" | "raw_string_literal" => {
                self.string(node)
            }
            "interpolated_string_expression" => self.interpolated(node),
            "character_literal" => {
                let text = self.context.text(node);
                let inside = text.strip_prefix('\'').unwrap_or(text);
                Expr::text(unescape(inside.strip_suffix('\'').unwrap_or(inside)), at)
            }
            "integer_literal" | "real_literal" => {
                constant(number_constant(self.context.text(node)), at)
            }
            "typeof_expression" => {
                let of = self.type_in(node, "type").unwrap_or_else(|| unknown(at));
                Expr::call(Expr::name("typeof", at), vec![of], at)
            }
            "generic_name" => self.context.read(&self.simple_name(Some(node)), at),
            "predefined_type" | "qualified_name" | "alias_qualified_name" => {
                self.type_of(node).unwrap_or_else(|| unknown(at))
            }
            _ => unknown(at),
        }
    }

    /// `a?.b`, `a?[b]`.
    fn conditional_access(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        let base = self.in_field(node, "condition");
        if let Some(binding) = child_of(node, "member_binding_expression") {
            return Expr::attribute(base, self.simple_name(field(binding, "name")), at);
        }
        self.element(base, child_of(node, "element_binding_expression"), node)
    }

    /// `a[b]`, `a[b..c]`.
    fn element(&mut self, base: Expr, subscript: Option<Node<'_>>, node: Node<'_>) -> Expr {
        let at = span(node);
        let key = subscript.and_then(first).and_then(first);
        let Some(key) = key else { return base };
        let base = Box::new(base);
        if key.kind() == "range_expression" {
            // Which bound is written shows by its place before or behind the dots.
            let dots = child_of(key, "..").map_or(0, |dots| dots.start_byte());
            let (mut lower, mut upper) = (None, None);
            for bound in children(key) {
                let place = if bound.start_byte() < dots { &mut lower } else { &mut upper };
                *place = Some(Box::new(self.expr(bound)));
            }
            return Expr::new(ExprKind::Slice { base, lower, upper }, at);
        }
        let index = Box::new(self.expr(key));
        Expr::new(ExprKind::Index { base, index }, at)
    }

    fn lambda(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        let place = self.enter(false);
        let params = match field(node, "parameters") {
            Some(only) if only.kind() == "implicit_parameter" => {
                let name = self.simple_name(Some(only));
                self.context.scopes.declare_parameter(&name);
                vec![code_ir::Param::plain(Target::name(name, span(only)))]
            }
            Some(several) => self.params(several),
            None => Vec::new(),
        };
        let mut body = Vec::new();
        if let Some(inner) = field(node, "body").or_else(|| child_of(node, "block")) {
            self.function_body(inner, &mut body);
        }
        let function = Function {
            params,
            body,
            is_arrow: true,
            is_async: self.has_modifier(node, "async"),
            span: at,
            ..Function::default()
        };
        let id = self.leave(place, function);
        Expr::new(ExprKind::Function(id), at)
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

    /// An assignment as a value; `x += y` is `x := x + y`.
    fn assignment(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        let sign = field(node, "operator").map_or("=", |sign| self.context.text(sign));
        let right = self.in_field(node, "right");
        let target = field(node, "left").map_or(Target::Ignore, |left| self.target(left));
        let operator = match sign {
            "??=" => Some(Operator::Logic(LogicOperator::Coalesce)),
            _ => augmented(sign).map(Operator::Binary),
        };
        let value = match operator {
            Some(operator) => {
                let before = value_of(&target, at).unwrap_or_else(|| unknown(at));
                operator.join(before, right)
            }
            None => right,
        };
        Expr::new(ExprKind::Assign { target: Box::new(target), value: Box::new(value) }, at)
    }

    fn unary(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        if is_step(node) {
            let target = first(node).map_or(Target::Ignore, |inner| self.target(inner));
            let before = value_of(&target, at).unwrap_or_else(|| unknown(at));
            let one = constant(Constant::Int(1), at);
            let value = Box::new(Operator::Binary(step_of(node)).join(before, one));
            return Expr::new(ExprKind::Assign { target: Box::new(target), value }, at);
        }
        let operand = self.first_of(node);
        let is_prefix = node.kind() == "prefix_unary_expression";
        let operators = [
            ("!", UnaryOperator::Not),
            ("-", UnaryOperator::Minus),
            ("+", UnaryOperator::Plus),
            ("~", UnaryOperator::Invert),
        ];
        let operator = operators.into_iter().find(|(sign, _)| is_prefix && has(node, sign));
        match operator {
            Some((_, operator)) => unary(operator, operand, at),
            // `^1` counts from the end; `a!`, `&a` and `*a` are `a`.
            None => operand,
        }
    }

    fn with(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        let callee = Box::new(Expr::attribute(self.first_of(node), "with", at));
        let mut arguments = Vec::new();
        for part in children(node).into_iter().filter(|part| part.kind() == "with_initializer") {
            let parts = children(part);
            if let (Some(name), Some(value)) = (parts.first(), parts.get(1)) {
                let name = self.simple_name(Some(*name));
                arguments.push(code_ir::Argument::named(name, self.expr(*value)));
            }
        }
        Expr::new(ExprKind::Call { callee, arguments, is_new: false }, at)
    }
}
