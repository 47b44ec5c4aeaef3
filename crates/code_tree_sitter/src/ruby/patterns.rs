//! `case`, `when`, `in`.

use code_ir::{Case, Constant, Expr, LogicOperator, Pattern, Stmt, StmtKind, Target};
use tree_sitter::Node;

use super::Ruby;
use crate::context::{constant, span, unknown};
use crate::operators::{Operator, chain};
use crate::tree::{children, field, fields, first};

impl<'n> Ruby<'_, 'n> {
    /// `case x when …`; without `x` the conditions are guards.
    pub(super) fn case(&mut self, node: Node<'n>, out: &mut Vec<Stmt>) {
        let at = span(node);
        let value = field(node, "value");
        let subject = match value {
            Some(value) => self.expr(value),
            None => constant(Constant::Bool(true), at),
        };
        let mut cases = Vec::new();
        for part in children(node) {
            match part.kind() {
                "when" => {
                    let tests: Vec<Node<'n>> =
                        fields(part, "pattern").into_iter().filter_map(first).collect();
                    let (pattern, guard) = if value.is_some() {
                        (
                            one_of(
                                tests.into_iter().map(|test| self.value_pattern(test)).collect(),
                            ),
                            None,
                        )
                    } else {
                        let or = Operator::Logic(LogicOperator::Or);
                        let mut tests = tests.into_iter().map(|test| self.expr(test));
                        let guard =
                            tests.next().map(|one| chain(one, tests.map(|t| (or, t)).collect()));
                        (Pattern::Any, guard)
                    };
                    let mut body = Vec::new();
                    if let Some(inner) = field(part, "body") {
                        self.statements(inner, &mut body);
                    }
                    cases.push(Case { pattern, guard, body });
                }
                "else" => cases.push(self.otherwise(part)),
                _ => {}
            }
        }
        out.push(Stmt::new(StmtKind::Match { subject, cases, falls_through: false }, at));
    }

    fn otherwise(&mut self, node: Node<'n>) -> Case {
        let mut body = Vec::new();
        self.statements(node, &mut body);
        Case { pattern: Pattern::Any, guard: None, body }
    }

    /// A class asks for an instance, anything else for an equal value.
    fn value_pattern(&mut self, node: Node<'n>) -> Pattern {
        let value = self.expr(node);
        match node.kind() {
            "constant" | "scope_resolution" => Pattern::Class { class: value, fields: Vec::new() },
            _ => Pattern::Value(value),
        }
    }

    /// `case x in …`.
    pub(super) fn case_match(&mut self, node: Node<'n>, out: &mut Vec<Stmt>) {
        let subject = self.in_field(node, "value");
        let mut cases = Vec::new();
        for clause in fields(node, "clauses") {
            let pattern = field(clause, "pattern").map(|pattern| self.pattern(pattern));
            let guard = field(clause, "guard").map(|guard| {
                let test = self.in_field(guard, "condition");
                match guard.kind() {
                    "unless_guard" => {
                        let at = test.span;
                        crate::operators::unary(code_ir::UnaryOperator::Not, test, at)
                    }
                    _ => test,
                }
            });
            let mut body = Vec::new();
            if let Some(inner) = field(clause, "body") {
                self.statements(inner, &mut body);
            }
            cases.push(Case { pattern: pattern.unwrap_or(Pattern::Any), guard, body });
        }
        if let Some(last) = field(node, "else") {
            cases.push(self.otherwise(last));
        }
        let kind = StmtKind::Match { subject, cases, falls_through: false };
        out.push(Stmt::new(kind, span(node)));
    }

    /// `x => pattern`, `x in pattern`.
    pub(super) fn single_match(&mut self, node: Node<'n>, out: &mut Vec<Stmt>) {
        let at = span(node);
        let subject = self.in_field(node, "value");
        let pattern = field(node, "pattern").map(|pattern| self.pattern(pattern));
        let yes = Stmt::new(StmtKind::Expr(constant(Constant::Bool(true), at)), at);
        let cases =
            vec![Case { pattern: pattern.unwrap_or(Pattern::Any), guard: None, body: vec![yes] }];
        out.push(Stmt::new(StmtKind::Match { subject, cases, falls_through: false }, at));
    }

    fn variable(&mut self, node: Node<'n>) -> Target {
        let name = self.context.text(node);
        if name == "_" {
            return Target::Ignore;
        }
        self.assigned_variable(name, span(node))
    }

    fn star(&mut self, node: Node<'n>) -> Option<Target> {
        field(node, "name").map(|name| self.variable(name))
    }

    fn pattern(&mut self, node: Node<'n>) -> Pattern {
        if !self.context.depth_allows(node) {
            return Pattern::Any;
        }
        let pattern = match node.kind() {
            "identifier" => match self.variable(node) {
                Target::Ignore => Pattern::Any,
                target => Pattern::Capture(target),
            },
            "alternative_pattern" => one_of(
                fields(node, "alternatives").into_iter().map(|one| self.pattern(one)).collect(),
            ),
            "as_pattern" => {
                let inner = field(node, "value").map(|value| self.pattern(value));
                let target = self.star(node).unwrap_or(Target::Ignore);
                Pattern::As(Box::new(inner.unwrap_or(Pattern::Any)), target)
            }
            "parenthesized_pattern" => first(node).map_or(Pattern::Any, |one| self.pattern(one)),
            "array_pattern" | "find_pattern" => {
                let class = field(node, "class");
                let members: Vec<Pattern> = children(node)
                    .into_iter()
                    .filter(|part| Some(*part) != class)
                    .map(|part| self.pattern(part))
                    .collect();
                match class.map(|class| self.expr(class)) {
                    Some(class) => Pattern::Class {
                        class,
                        fields: members.into_iter().map(|member| (None, member)).collect(),
                    },
                    None => Pattern::Sequence(members),
                }
            }
            "splat_parameter" => Pattern::Star(self.star(node)),
            "hash_pattern" => self.hash_pattern(node),
            "expression_reference_pattern" => Pattern::Value(self.in_field(node, "value")),
            "variable_reference_pattern" => Pattern::Value(self.in_field(node, "name")),
            _ => self.value_pattern(node),
        };
        self.context.go_up();
        pattern
    }

    fn hash_pattern(&mut self, node: Node<'n>) -> Pattern {
        let mut entries: Vec<(Expr, Pattern)> = Vec::new();
        let mut rest = None;
        for part in children(node) {
            match part.kind() {
                "keyword_pattern" => {
                    let Some(key) = field(part, "key") else { continue };
                    let name = self.symbol(key);
                    let pattern = if let Some(value) = field(part, "value") {
                        self.pattern(value)
                    } else {
                        let text = self.context.text(key);
                        Pattern::Capture(self.assigned_variable(text, span(key)))
                    };
                    entries.push((name, pattern));
                }
                "hash_splat_parameter" => rest = self.star(part),
                _ => {}
            }
        }
        match field(node, "class") {
            Some(class) => {
                let class = self.expr(class);
                let fields =
                    entries.into_iter().map(|(key, pattern)| (key.as_text().cloned(), pattern));
                Pattern::Class { class, fields: fields.collect() }
            }
            None => Pattern::Mapping { entries, rest },
        }
    }
}

fn one_of(mut patterns: Vec<Pattern>) -> Pattern {
    match patterns.pop() {
        Some(only) if patterns.is_empty() => only,
        Some(last) => {
            patterns.push(last);
            Pattern::Or(patterns)
        }
        None => Pattern::Value(unknown(code_ir::Span::default())),
    }
}
