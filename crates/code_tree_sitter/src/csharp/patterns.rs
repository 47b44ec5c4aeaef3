//! `switch`, `is`, and patterns.

use code_ir::{
    Case, CompareOperator, Expr, ExprKind, Function, LogicOperator, Pattern, Stmt, StmtKind,
    Target, UnaryOperator,
};
use tree_sitter::Node;

use super::CSharp;
use crate::context::{is_small, span, unknown};
use crate::operators::{Operator, unary};
use crate::tree::{child_of, children, field, first, has};

impl CSharp<'_> {
    /// A `switch` of statements. Sections end with a jump unless they are empty, so they fall through.
    pub(super) fn switch(&mut self, node: Node<'_>) -> Stmt {
        let subject = self.in_field(node, "value");
        self.context.scopes.open();
        let mut cases = Vec::new();
        for section in field(node, "body").map(children).unwrap_or_default() {
            self.context.scopes.open();
            let mut pattern = Pattern::Any;
            let mut guard = None;
            let (mut body, mut hoisted) = (Vec::new(), Vec::new());
            let mut is_labelled = has(section, "default");
            for part in children(section) {
                if part.kind() == "when_clause" {
                    guard = Some(self.first_of(part));
                } else if is_labelled {
                    self.statement(part, &mut body, &mut hoisted);
                } else {
                    pattern = self.pattern(part);
                    is_labelled = true;
                }
            }
            body.splice(0..0, hoisted);
            self.context.scopes.close();
            cases.push(Case { pattern, guard, body });
        }
        self.context.scopes.close();
        Stmt::new(StmtKind::Match { subject, cases, falls_through: true }, span(node))
    }

    /// A `switch` as a value.
    pub(super) fn switch_value(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        let place = self.enter(false);
        let subject = self.first_of(node);
        let mut cases = Vec::new();
        for arm in children(node).into_iter().filter(|arm| arm.kind() == "switch_expression_arm") {
            self.context.scopes.open();
            let parts = children(arm);
            let pattern = parts.first().map_or(Pattern::Any, |pattern| self.pattern(*pattern));
            let guard = child_of(arm, "when_clause").map(|guard| self.first_of(guard));
            let mut body = Vec::new();
            if let Some(value) = parts.last() {
                self.function_body(*value, &mut body);
            }
            self.context.scopes.close();
            cases.push(Case { pattern, guard, body });
        }
        let body = vec![Stmt::new(StmtKind::Match { subject, cases, falls_through: false }, at)];
        let function = Function { body, is_arrow: true, span: at, ..Function::default() };
        let id = self.leave(place, function);
        Expr::call(Expr::new(ExprKind::Function(id), at), Vec::new(), at)
    }

    fn pattern(&mut self, node: Node<'_>) -> Pattern {
        if !self.context.depth_allows(node) {
            return Pattern::Any;
        }
        let at = span(node);
        let parts = children(node);
        let pattern = match node.kind() {
            "discard" => Pattern::Any,
            "constant_pattern" => Pattern::Value(self.first_of(node)),
            "parenthesized_pattern" => {
                first(node).map_or(Pattern::Any, |inner| self.pattern(inner))
            }
            "or_pattern" => {
                let sides = ["left", "right"].into_iter().filter_map(|side| field(node, side));
                Pattern::Or(sides.map(|side| self.pattern(side)).collect())
            }
            // Both must hold: the side that names something says more.
            "and_pattern" => field(node, "left").map_or(Pattern::Any, |left| self.pattern(left)),
            "var_pattern" => Pattern::Capture(self.designated(node)),
            "type_pattern" => {
                let class = self.type_in(node, "type").unwrap_or_else(|| unknown(at));
                Pattern::Class { class, fields: Vec::new() }
            }
            "declaration_pattern" => {
                let class = self.type_in(node, "type").unwrap_or_else(|| unknown(at));
                let pattern = Pattern::Class { class, fields: Vec::new() };
                Pattern::As(Box::new(pattern), self.designated(node))
            }
            "recursive_pattern" => self.recursive(node),
            "list_pattern" => {
                let name = field(node, "name");
                let members = parts.into_iter().filter(|part| Some(*part) != name);
                Pattern::Sequence(members.map(|part| self.pattern(part)).collect())
            }
            "relational_pattern" | "negated_pattern" => Pattern::Value(unknown(at)),
            _ => Pattern::Value(self.expr(node)),
        };
        self.context.go_up();
        pattern
    }

    /// The name that a pattern gives.
    fn designated(&mut self, node: Node<'_>) -> Target {
        let name =
            field(node, "name").or_else(|| child_of(node, "parenthesized_variable_designation"));
        self.new_variable(name)
    }

    fn recursive(&mut self, node: Node<'_>) -> Pattern {
        let at = span(node);
        let class = self.type_in(node, "type");
        let mut fields = Vec::new();
        for clause in children(node) {
            if !matches!(clause.kind(), "property_pattern_clause" | "positional_pattern_clause") {
                continue;
            }
            for part in children(clause) {
                let inner = children(part);
                let name = (inner.len() > 1).then(|| inner.first().copied()).flatten();
                let name = name.map(|name| self.context.text(name).into());
                let pattern = inner.last().map_or(Pattern::Any, |inner| self.pattern(*inner));
                fields.push((name, pattern));
            }
        }
        let pattern = match class {
            Some(class) => Pattern::Class { class, fields },
            None if fields.iter().all(|(name, _)| name.is_some()) => Pattern::Mapping {
                entries: fields
                    .into_iter()
                    .map(|(name, pattern)| (Expr::text(name.unwrap_or_default(), at), pattern))
                    .collect(),
                rest: None,
            },
            None => Pattern::Sequence(fields.into_iter().map(|(_, pattern)| pattern).collect()),
        };
        match field(node, "name") {
            Some(name) => Pattern::As(Box::new(pattern), self.new_variable(Some(name))),
            None => pattern,
        }
    }

    /// `x is pattern`.
    pub(super) fn is_pattern(&mut self, node: Node<'_>) -> Expr {
        let at = span(node);
        let value = self.in_field(node, "expression");
        let Some(pattern) = field(node, "pattern") else { return unknown(at) };
        let once = matches!(pattern.kind(), "declaration_pattern" | "constant_pattern");
        if once || is_small(&value) {
            return self.test(value, pattern);
        }
        let target = Box::new(Target::name("is#", at));
        let first = Expr::new(ExprKind::Assign { target, value: Box::new(value) }, at);
        let rest = self.test(Expr::name("is#", at), pattern);
        Expr::new(ExprKind::Sequence(vec![first, rest]), at)
    }

    /// Whether a value, small enough to be repeated, is what a pattern asks.
    fn test(&mut self, value: Expr, node: Node<'_>) -> Expr {
        let at = span(node);
        if !self.context.depth_allows(node) {
            return unknown(at);
        }
        let compare = |operator, left, right| Operator::Compare(operator).join(left, right);
        let test = match node.kind() {
            "constant_pattern" => {
                // `x is T` reads like a constant; constants of that form are rare.
                let is_type = first(node).is_some_and(|inner| inner.kind() == "identifier");
                let operator =
                    if is_type { CompareOperator::InstanceOf } else { CompareOperator::Equal };
                compare(operator, value, self.first_of(node))
            }
            "parenthesized_pattern" => match first(node) {
                Some(inner) => self.test(value, inner),
                None => unknown(at),
            },
            "negated_pattern" => match first(node) {
                Some(inner) => unary(UnaryOperator::Not, self.test(value, inner), at),
                None => unknown(at),
            },
            "or_pattern" | "and_pattern" => match (field(node, "left"), field(node, "right")) {
                (Some(left), Some(right)) => {
                    let logic = match node.kind() {
                        "or_pattern" => LogicOperator::Or,
                        _ => LogicOperator::And,
                    };
                    let left = self.test(value.clone(), left);
                    Operator::Logic(logic).join(left, self.test(value, right))
                }
                _ => unknown(at),
            },
            "type_pattern" => {
                let class = self.type_in(node, "type").unwrap_or_else(|| unknown(at));
                compare(CompareOperator::InstanceOf, value, class)
            }
            "declaration_pattern" | "var_pattern" => {
                let class = self.type_in(node, "type");
                let target = Box::new(self.designated(node));
                let value = Box::new(value);
                let named = Expr::new(ExprKind::Assign { target, value }, at);
                match class {
                    Some(class) => compare(CompareOperator::InstanceOf, named, class),
                    None => named,
                }
            }
            "relational_pattern" => {
                let sign = ["<=", ">=", "<", ">"].into_iter().find(|sign| has(node, sign));
                match sign.and_then(Operator::of_sign) {
                    Some(operator) => operator.join(value, self.first_of(node)),
                    None => unknown(at),
                }
            }
            "recursive_pattern" => self.recursive_test(&value, node),
            "discard" => unknown(at),
            _ => compare(CompareOperator::Equal, value, self.expr(node)),
        };
        self.context.go_up();
        test
    }

    fn recursive_test(&mut self, value: &Expr, node: Node<'_>) -> Expr {
        let at = span(node);
        let named = match field(node, "name") {
            Some(name) => {
                let target = Box::new(self.new_variable(Some(name)));
                Expr::new(ExprKind::Assign { target, value: Box::new(value.clone()) }, at)
            }
            None => value.clone(),
        };
        let mut test = match self.type_in(node, "type") {
            Some(class) => Operator::Compare(CompareOperator::InstanceOf).join(named, class),
            None => named,
        };
        let properties = child_of(node, "property_pattern_clause").map(children);
        for part in properties.unwrap_or_default() {
            let inner = children(part);
            let (Some(name), Some(pattern)) = (inner.first(), inner.get(1)) else { continue };
            let member = Expr::attribute(value.clone(), self.context.text(*name), span(part));
            let member = if is_small(&member) { member } else { unknown(span(part)) };
            let inner = self.test(member, *pattern);
            test = Operator::Logic(LogicOperator::And).join(test, inner);
        }
        test
    }
}
