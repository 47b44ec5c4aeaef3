//! Expressions.

use code_ir::{CompareOperator, Constant, Expr, ExprKind, Function, Target, UnaryOperator};
use tree_sitter::Node;

use super::Java;
use crate::context::{constant, list, span, unknown, value_of};
use crate::escapes::{number_constant, unescape};
use crate::operators::{Operator, augmented, chain, unary};
use crate::tree::{child_of, children, field, first};

impl Java<'_> {
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
            "this" => Expr::new(ExprKind::This, at),
            "super" => Expr::name("super", at),
            "true" => constant(Constant::Bool(true), at),
            "false" => constant(Constant::Bool(false), at),
            "null_literal" => constant(Constant::None, at),
            "string_literal" => self.string(node),
            "character_literal" => {
                let text = self.context.text(node);
                let inside = text.strip_prefix('\'').unwrap_or(text);
                Expr::text(unescape(inside.strip_suffix('\'').unwrap_or(inside)), at)
            }
            kind if kind.ends_with("_literal") && kind != "class_literal" => {
                constant(number_constant(self.context.text(node)), at)
            }
            "class_literal" => {
                let of = first(node).and_then(|of| self.type_of(of));
                Expr::attribute(of.unwrap_or_else(|| unknown(at)), "class", at)
            }
            "parenthesized_expression" => self.first_of(node),
            "cast_expression" => self.in_field(node, "value"),
            "template_expression" => self.in_field(node, "template_argument"),
            "field_access" => self.field_access(node),
            "array_access" => {
                let base = Box::new(self.in_field(node, "array"));
                let index = Box::new(self.in_field(node, "index"));
                Expr::new(ExprKind::Index { base, index }, at)
            }
            "method_invocation" => self.invocation(node),
            "object_creation_expression" => self.creation(node),
            "array_creation_expression" => match field(node, "value") {
                Some(members) => self.expr(members),
                None => list(Vec::new(), at),
            },
            "array_initializer" | "element_value_array_initializer" => {
                let members = children(node).into_iter().map(|member| self.expr(member)).collect();
                list(members, at)
            }
            "marker_annotation" | "annotation" => self.annotation(node),
            "lambda_expression" => self.lambda(node),
            "method_reference" => self.reference(node),
            "switch_expression" => self.switch_value(node),
            "binary_expression" => self.binary(node),
            "instanceof_expression" => self.instance_of(node),
            "ternary_expression" => {
                let test = Box::new(self.in_field(node, "condition"));
                let then = Box::new(self.in_field(node, "consequence"));
                let otherwise = Box::new(self.in_field(node, "alternative"));
                Expr::new(ExprKind::Conditional { test, then, otherwise }, at)
            }
            "unary_expression" => {
                let operand = self.in_field(node, "operand");
                match field(node, "operator").map_or("", |sign| self.context.text(sign)) {
                    "!" => unary(UnaryOperator::Not, operand, at),
                    "-" => unary(UnaryOperator::Minus, operand, at),
                    "+" => unary(UnaryOperator::Plus, operand, at),
                    _ => unary(UnaryOperator::Invert, operand, at),
                }
            }
            "assignment_expression" | "update_expression" => self.assignment(node),
            "ERROR" => {
                let mut inner: Vec<Expr> =
                    children(node).into_iter().map(|inner| self.expr(inner)).collect();
                inner.retain(|inner| !matches!(inner.kind, ExprKind::Unknown));
                if inner.is_empty() {
                    return unknown(at);
                }
                Expr::new(ExprKind::Sequence(inner), at)
            }
            _ if node.kind().ends_with("type") || node.kind().contains("identifier") => {
                self.type_of(node).unwrap_or_else(|| unknown(at))
            }
            _ => unknown(at),
        }
    }

    fn first_of(&mut self, node: Node<'_>) -> Expr {
        match first(node) {
            Some(inner) => self.expr(inner),
            None => unknown(span(node)),
        }
    }

    fn field_access(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        match field(node, "field") {
            // `Outer.this` is the instance around; which one, data flow does not ask.
            Some(this) if this.kind() == "this" => Expr::new(ExprKind::This, at),
            Some(name) => {
                let base = self.in_field(node, "object");
                Expr::attribute(base, self.context.text(name), at)
            }
            None => unknown(at),
        }
    }

    fn invocation(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        let (name, name_span) = self.name_of(node);
        let callee = match field(node, "object") {
            Some(object) => {
                let base = self.expr(object);
                let whole = code_ir::Span { start: at.start, end: name_span.end };
                Expr::attribute(base, name, whole)
            }
            None => Expr::name(name, name_span),
        };
        let arguments = self.arguments(node);
        Expr::new(ExprKind::Call { callee: Box::new(callee), arguments, is_new: false }, at)
    }

    fn creation(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        let of = self.type_in(node, "type").unwrap_or_else(|| unknown(at));
        let arguments = self.arguments(node);
        let callee = match child_of(node, "class_body") {
            Some(body) => {
                let id = self.anonymous(body, Some(of));
                Expr::new(ExprKind::Class(id), span(body))
            }
            None => of,
        };
        Expr::new(ExprKind::Call { callee: Box::new(callee), arguments, is_new: true }, at)
    }

    fn lambda(&mut self, node: Node<'_>) -> Expr {
        let place = self.context.enter_function(false);
        let params = match field(node, "parameters") {
            Some(only) if only.kind() == "identifier" => {
                let name = self.context.text(only);
                self.context.scopes.declare_parameter(name);
                vec![code_ir::Param::plain(Target::name(name, span(only)))]
            }
            Some(several) => self.params(several),
            None => Vec::new(),
        };
        let body = self.lambda_body(node);
        let at = span(node);
        let function = Function { params, body, is_arrow: true, span: at, ..Function::default() };
        let id = self.context.leave_function(place, function);
        Expr::new(ExprKind::Function(id), at)
    }

    /// `base::name`, `Type::new`.
    fn reference(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        let parts = children(node);
        let base = match parts.first() {
            Some(base) => self.expr(*base),
            None => unknown(at),
        };
        let name = match parts.last() {
            Some(name) if parts.len() > 1 && name.kind() == "identifier" => {
                self.context.text(*name)
            }
            _ => "new",
        };
        Expr::attribute(base, name, at)
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

    fn instance_of(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        let value = self.in_field(node, "left");
        let (target, class) = if let Some(record) = field(node, "pattern") {
            let class = first(record).and_then(|of| self.type_of(of));
            (Some(self.record_target(record)), class)
        } else {
            let class = self.type_in(node, "right");
            let name = field(node, "name");
            (name.map(|name| self.new_variable(Some(name))), class)
        };
        let left = match target {
            Some(target) => {
                let kind = ExprKind::Assign { target: Box::new(target), value: Box::new(value) };
                Expr::new(kind, at)
            }
            None => value,
        };
        let right = Box::new(class.unwrap_or_else(|| unknown(at)));
        let operator = CompareOperator::InstanceOf;
        Expr::new(ExprKind::Compare { operator, left: Box::new(left), right }, at)
    }

    /// An assignment as a value; `x += y` is `x := x + y`.
    fn assignment(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        let (target, value) = if node.kind() == "update_expression" {
            let (target, operator, by) = self.update(node);
            let before = value_of(&target, at).unwrap_or_else(|| unknown(at));
            (target, Operator::Binary(operator).join(before, by))
        } else {
            let sign = field(node, "operator").map_or("=", |sign| self.context.text(sign));
            let right = self.in_field(node, "right");
            let target = field(node, "left").map_or(Target::Ignore, |left| self.target(left));
            let value = match augmented(sign) {
                Some(operator) => {
                    let before = value_of(&target, at).unwrap_or_else(|| unknown(at));
                    Operator::Binary(operator).join(before, right)
                }
                None => right,
            };
            (target, value)
        };
        Expr::new(ExprKind::Assign { target: Box::new(target), value: Box::new(value) }, at)
    }
}
