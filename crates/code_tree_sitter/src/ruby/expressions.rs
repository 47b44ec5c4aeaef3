//! Expressions.

use code_ir::{Argument, Constant, Expr, ExprKind, UnaryOperator};
use tree_sitter::Node;

use super::Ruby;
use super::tail::as_expr;
use crate::context::{constant, span, unknown};
use crate::escapes::{number_constant, unescape};
use crate::operators::{Operator, chain, unary};
use crate::tree::{children, field};

impl<'n> Ruby<'_, 'n> {
    pub(super) fn expr(&mut self, node: Node<'n>) -> Expr {
        if !self.context.depth_allows(node) {
            return unknown(span(node));
        }
        let lowered = self.expr_of(node);
        self.context.go_up();
        lowered
    }

    pub(super) fn in_field(&mut self, node: Node<'n>, name: &str) -> Expr {
        match field(node, name) {
            Some(inner) => self.expr(inner),
            None => unknown(span(node)),
        }
    }

    fn expr_of(&mut self, node: Node<'n>) -> Expr {
        let at = span(node);
        match node.kind() {
            "identifier" => self.variable_or_call(self.context.text(node), at),
            "constant" | "class_variable" | "global_variable" => {
                Expr::name(self.context.text(node), at)
            }
            "instance_variable" => {
                let name = self.context.text(node).trim_start_matches('@');
                Expr::attribute(Expr::new(ExprKind::This, at), name, at)
            }
            "self" => Expr::new(ExprKind::This, at),
            "super" => Expr::call(Expr::name("super", at), Vec::new(), at),
            "scope_resolution" => {
                let name = field(node, "name").map_or("", |name| self.context.text(name));
                match field(node, "scope") {
                    Some(scope) => Expr::attribute(self.expr(scope), name, at),
                    None => Expr::name(name, at),
                }
            }
            "array" => self.list_of(&children(node), at),
            "hash" => {
                let mut entries = Vec::new();
                for pair in children(node) {
                    self.entry(pair, &mut entries);
                }
                Expr::new(ExprKind::Dict(entries), at)
            }
            "right_assignment_list" | "splat_argument" => {
                let values =
                    if node.kind() == "splat_argument" { vec![node] } else { children(node) };
                self.list_of(&values, at)
            }
            "call" => self.call(node),
            "element_reference" => self.element(node),
            "yield" => self.yield_(node),
            "lambda" => match field(node, "body") {
                Some(body) => self.block(body, field(node, "parameters")),
                None => unknown(at),
            },
            "binary" => self.binary(node),
            "unary" => self.unary(node),
            "range" => {
                let bounds = ["begin", "end"].map(|name| match field(node, name) {
                    Some(bound) => Argument::positional(self.expr(bound)),
                    None => Argument::positional(constant(Constant::None, at)),
                });
                let callee = Box::new(Expr::name("Range", at));
                Expr::new(ExprKind::Call { callee, arguments: bounds.into(), is_new: true }, at)
            }
            "conditional" => {
                let test = Box::new(self.in_field(node, "condition"));
                let then = Box::new(self.in_field(node, "consequence"));
                let otherwise = Box::new(self.in_field(node, "alternative"));
                Expr::new(ExprKind::Conditional { test, then, otherwise }, at)
            }
            "assignment"
            | "operator_assignment"
            | "parenthesized_statements"
            | "begin"
            | "if"
            | "unless"
            | "if_modifier"
            | "unless_modifier"
            | "rescue_modifier"
            | "case"
            | "case_match"
            | "match_pattern"
            | "test_pattern"
            | "then"
            | "ERROR" => {
                let mut body = Vec::new();
                self.compound(node, &mut body);
                as_expr(body, at)
            }
            _ => self.literal(node),
        }
    }

    fn literal(&mut self, node: Node<'n>) -> Expr {
        let at = span(node);
        match node.kind() {
            "true" => constant(Constant::Bool(true), at),
            "false" => constant(Constant::Bool(false), at),
            "nil" => constant(Constant::None, at),
            "integer" | "float" | "rational" | "complex" => {
                let text = self.context.text(node).trim_end_matches(['r', 'i']);
                constant(number_constant(text), at)
            }
            "string" | "chained_string" | "bare_string" => self.string(node),
            "heredoc_beginning" => self.heredoc(node),
            "simple_symbol" | "delimited_symbol" | "hash_key_symbol" => self.symbol(node),
            "string_array" | "symbol_array" => self.words(node),
            "character" => {
                Expr::text(unescape(self.context.text(node).trim_start_matches('?')), at)
            }
            "regex" => self.regex(node),
            "subshell" => {
                let command = self.string(node);
                Expr::call(Expr::name("`", at), vec![command], at)
            }
            _ => unknown(at),
        }
    }

    fn unary(&mut self, node: Node<'n>) -> Expr {
        let at = span(node);
        let sign = field(node, "operator").map_or("", |sign| self.context.text(sign));
        if sign == "defined?" {
            return unknown(at);
        }
        let operand = self.in_field(node, "operand");
        match sign {
            "!" | "not" => unary(UnaryOperator::Not, operand, at),
            "-" => unary(UnaryOperator::Minus, operand, at),
            "+" => unary(UnaryOperator::Plus, operand, at),
            _ => unary(UnaryOperator::Invert, operand, at),
        }
    }

    fn binary(&mut self, node: Node<'n>) -> Expr {
        let mut links = Vec::new();
        let mut at = node;
        while at.kind() == "binary"
            && let (Some(left), Some(right)) = (field(at, "left"), field(at, "right"))
        {
            let sign = field(at, "operator").map_or("", |sign| self.context.text(sign));
            let Some(operator) = Operator::of_sign(sign) else { break };
            links.push((operator, right));
            at = left;
        }
        if links.is_empty() {
            return self.operator_method(node);
        }
        let first = self.expr(at);
        let rest = links.into_iter().rev().map(|(operator, term)| (operator, self.expr(term)));
        let rest = rest.collect();
        chain(first, rest)
    }

    /// Operators that other languages do not have: `=~`, `!~`, `<=>`.
    fn operator_method(&mut self, node: Node<'n>) -> Expr {
        let at = span(node);
        let sign = field(node, "operator").map_or("", |sign| self.context.text(sign));
        let left = self.in_field(node, "left");
        let right = self.in_field(node, "right");
        if sign == "!~" {
            let call = Expr::call(Expr::attribute(left, "=~", at), vec![right], at);
            return unary(UnaryOperator::Not, call, at);
        }
        Expr::call(Expr::attribute(left, sign, at), vec![right], at)
    }
}
