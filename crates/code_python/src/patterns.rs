//! Patterns of `match`.

use code_ir::{Case, Constant, Expr, ExprKind, Pattern, SmolStr};
use ruff_python_ast as ast;
use ruff_text_size::Ranged;

use crate::lowering::{Lowering, span_of, target_of, text_of};

impl Lowering<'_> {
    pub(crate) fn case(&mut self, case: &ast::MatchCase) -> Case {
        Case {
            pattern: self.pattern(&case.pattern),
            guard: self.option(case.guard.as_deref()),
            body: self.block(&case.body),
        }
    }

    fn pattern(&mut self, pattern: &ast::Pattern) -> Pattern {
        let span = span_of(pattern.range());
        self.deeper(1, span, |lowering| lowering.pattern_inside(pattern)).unwrap_or(Pattern::Any)
    }

    fn pattern_inside(&mut self, pattern: &ast::Pattern) -> Pattern {
        match pattern {
            ast::Pattern::MatchValue(value) => Pattern::Value(self.expr(&value.value)),
            ast::Pattern::MatchSingleton(singleton) => {
                let constant = match singleton.value {
                    ast::Singleton::None => Constant::None,
                    ast::Singleton::True => Constant::Bool(true),
                    ast::Singleton::False => Constant::Bool(false),
                };
                let span = span_of(singleton.range);
                Pattern::Value(Expr::new(ExprKind::Constant(constant), span))
            }
            ast::Pattern::MatchSequence(sequence) => {
                Pattern::Sequence(self.patterns(&sequence.patterns))
            }
            ast::Pattern::MatchMapping(mapping) => Pattern::Mapping {
                entries: mapping
                    .keys
                    .iter()
                    .zip(&mapping.patterns)
                    .map(|(key, pattern)| (self.expr(key), self.pattern(pattern)))
                    .collect(),
                rest: mapping.rest.as_ref().map(target_of),
            },
            ast::Pattern::MatchClass(class) => self.class_pattern(class),
            ast::Pattern::MatchStar(star) => Pattern::Star(star.name.as_ref().map(target_of)),
            ast::Pattern::MatchAs(capture) => match (&capture.pattern, &capture.name) {
                (Some(inner), Some(name)) => {
                    Pattern::As(Box::new(self.pattern(inner)), target_of(name))
                }
                (Some(inner), None) => self.pattern(inner),
                (None, Some(name)) => Pattern::Capture(target_of(name)),
                (None, None) => Pattern::Any,
            },
            ast::Pattern::MatchOr(or) => Pattern::Or(self.patterns(&or.patterns)),
        }
    }

    fn patterns(&mut self, patterns: &[ast::Pattern]) -> Vec<Pattern> {
        patterns.iter().map(|pattern| self.pattern(pattern)).collect()
    }

    fn class_pattern(&mut self, pattern: &ast::PatternMatchClass) -> Pattern {
        let class = self.expr(&pattern.cls);
        let mut fields: Vec<(Option<SmolStr>, Pattern)> = Vec::new();
        for positional in &pattern.arguments.patterns {
            fields.push((None, self.pattern(positional)));
        }
        for keyword in &pattern.arguments.keywords {
            fields.push((Some(text_of(&keyword.attr)), self.pattern(&keyword.pattern)));
        }
        Pattern::Class { class, fields }
    }
}
