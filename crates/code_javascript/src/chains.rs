//! Chains of binary operators, which may be as long as the file.

use code_ir::{Expr, ExprKind, Span};
use oxc_ast::ast::Expression;

use crate::lower::{Lowering, span, span_of};
use crate::operators::Joint;

/// A chain of one operator that is at least this long becomes a balanced tree.
const LONG_CHAIN: usize = 32;

impl<'a> Lowering<'a> {
    /// `a op b op c …`: the left spine is walked in a loop, as parsers build it without a limit.
    pub(crate) fn chain(&mut self, expr: &Expression<'a>) -> Expr {
        let mut rights = Vec::new();
        let mut at = expr;
        loop {
            match at {
                Expression::BinaryExpression(binary) => {
                    rights.push((Joint::from(binary.operator), &binary.right));
                    at = &binary.left;
                }
                Expression::LogicalExpression(logic) => {
                    rights.push((Joint::from(logic.operator), &logic.right));
                    at = &logic.left;
                }
                _ => break,
            }
        }
        rights.reverse();
        // Half of what is left is for the operands.
        let room = self.room() / 2;
        let mut depth = 0;
        let mut left = self.expr(at);
        let mut rest = rights.as_slice();
        while let Some((operator, _)) = rest.first() {
            let same = rest.iter().take_while(|(other, _)| other == operator).count();
            let (run, others) = rest.split_at(same);
            rest = others;
            let is_balanced = same >= LONG_CHAIN && operator.is_associative();
            depth += if is_balanced { same.ilog2() as usize + 1 } else { same };
            if depth > room {
                // What is left out may be tainted, so nothing may be said of the whole.
                let whole = Span { start: left.span.start, end: span_of(expr).end };
                self.cut(whole);
                return Expr::new(ExprKind::Unknown, whole);
            }
            if is_balanced {
                let mut operands = Vec::with_capacity(same + 1);
                operands.push(left);
                operands.extend(run.iter().map(|(_, right)| self.expr(right)));
                left = balanced(*operator, operands);
                continue;
            }
            for (_, right) in run {
                let right = self.expr(right);
                left = joined(*operator, left, right);
            }
        }
        left
    }

    /// `#name in object`.
    pub(crate) fn private_in(&mut self, at: &oxc_ast::ast::PrivateInExpression<'a>) -> Expr {
        let name = crate::patterns::private(at.left.name.as_str());
        let left = Expr::text(name, span(at.left.span));
        let right = self.expr(&at.right);
        joined(Joint::Compare(code_ir::CompareOperator::In), left, right)
    }
}

/// `left op right`.
pub(crate) fn joined(operator: Joint, left: Expr, right: Expr) -> Expr {
    let at = Span { start: left.span.start, end: right.span.end.max(left.span.end) };
    let (left, right) = (Box::new(left), Box::new(right));
    let kind = match operator {
        Joint::Binary(operator) => ExprKind::Binary { operator, left, right },
        Joint::Compare(operator) => ExprKind::Compare { operator, left, right },
        Joint::Logic(operator) => ExprKind::Logic { operator, left, right },
    };
    Expr::new(kind, at)
}

/// Joins neighbours until one expression is left.
fn balanced(operator: Joint, mut operands: Vec<Expr>) -> Expr {
    while operands.len() > 1 {
        let mut joined_up = Vec::with_capacity(operands.len().div_ceil(2));
        let mut from = operands.into_iter();
        while let Some(left) = from.next() {
            joined_up.push(match from.next() {
                Some(right) => joined(operator, left, right),
                None => left,
            });
        }
        operands = joined_up;
    }
    operands.pop().unwrap_or(Expr::new(ExprKind::Unknown, Span::default()))
}
