//! Operators, and numbers with the signs before them.

use code_ir::{
    BinaryOperator, CompareOperator, Constant, Expr, ExprKind, LogicOperator, Target, UnaryOperator,
};
use ruff_python_ast as ast;

use crate::lowering::{Lowering, span_between, span_of, unknown};

/// Operands of one operator in a row that become a tree leaning left, as Python has it. More than
/// these become a balanced tree: its value is the same, and nobody recurses through thousands of levels.
const MAX_LEANING: usize = 32;

/// Levels of the balanced tree of any row that a file has room for.
const BALANCED_LEVELS: u32 = 24;

impl Lowering<'_> {
    pub(crate) fn binary(&mut self, binary: &ast::ExprBinOp) -> ExprKind {
        let operator = operator_of(binary.op);
        let mut rights = vec![binary.right.as_ref()];
        let mut left = binary.left.as_ref();
        while let ast::Expr::BinOp(inner) = left
            && inner.op == binary.op
            && is_associative(operator)
        {
            rights.push(&inner.right);
            left = &inner.left;
        }
        let operands = std::iter::once(left).chain(rights.iter().rev().copied());
        let operands = self.row(operands, rights.len() + 1, span_of(binary.range));
        join(operands, &|left, right| ExprKind::Binary { operator, left, right }).kind
    }

    pub(crate) fn logic(&mut self, logic: &ast::ExprBoolOp) -> ExprKind {
        let operator = match logic.op {
            ast::BoolOp::And => LogicOperator::And,
            ast::BoolOp::Or => LogicOperator::Or,
        };
        let operands = self.row(logic.values.iter(), logic.values.len(), span_of(logic.range));
        join(operands, &|left, right| ExprKind::Logic { operator, left, right }).kind
    }

    /// Operands of a row of one operator, lowered at the depth at which they will stand.
    fn row<'e>(
        &mut self,
        operands: impl Iterator<Item = &'e ast::Expr>,
        count: usize,
        span: code_ir::Span,
    ) -> Vec<Expr> {
        let levels = levels_of(count);
        self.deeper(levels, span, |lowering| {
            operands.map(|operand| lowering.expr(operand)).collect()
        })
        .unwrap_or_default()
    }

    /// `a < b < c` is `a < b and b < c`; what stands between two operators is evaluated once.
    pub(crate) fn compare(&mut self, compare: &ast::ExprCompare) -> ExprKind {
        let span = span_of(compare.range);
        let levels = levels_of(compare.ops.len()).saturating_sub(1);
        let lowered = self.deeper(levels, span, |lowering| lowering.comparisons(compare));
        let and = LogicOperator::And;
        join(lowered.unwrap_or_default(), &|left, right| ExprKind::Logic {
            operator: and,
            left,
            right,
        })
        .kind
    }

    fn comparisons(&mut self, compare: &ast::ExprCompare) -> Vec<Expr> {
        let mut comparisons = Vec::with_capacity(compare.ops.len());
        let mut left = self.expr(&compare.left);
        let mut pairs = compare.ops.iter().zip(&compare.comparators).peekable();
        while let Some((operator, operand)) = pairs.next() {
            let mut right = self.expr(operand);
            let mut again = None;
            if pairs.peek().is_some() {
                if is_cheap(operand) {
                    again = Some(right.clone());
                } else {
                    let (name, span) = (self.fresh_name(), right.span);
                    again = Some(Expr::name(name.clone(), span));
                    let target = Box::new(Target::name(name, span));
                    let value = Box::new(right);
                    right = Expr::new(ExprKind::Assign { target, value }, span);
                }
            }
            let span = span_between(&left, &right);
            let (left_side, right_side) = (Box::new(left), Box::new(right));
            let kind = ExprKind::Compare {
                operator: comparison_of(*operator),
                left: left_side,
                right: right_side,
            };
            comparisons.push(Expr::new(kind, span));
            left = again.unwrap_or_else(|| unknown(span));
        }
        comparisons
    }

    pub(crate) fn unary(&mut self, unary: &ast::ExprUnaryOp) -> ExprKind {
        let operand = self.expr(&unary.operand);
        match (unary.op, &operand.kind) {
            (ast::UnaryOp::USub, ExprKind::Constant(Constant::Int(number))) => {
                if let Some(negative) = number.checked_neg() {
                    return ExprKind::Constant(Constant::Int(negative));
                }
            }
            (ast::UnaryOp::USub, ExprKind::Constant(Constant::Float(number))) => {
                return ExprKind::Constant(Constant::Float(-number));
            }
            (ast::UnaryOp::UAdd, ExprKind::Constant(Constant::Int(_) | Constant::Float(_))) => {
                return operand.kind;
            }
            _ => {}
        }
        let operator = match unary.op {
            ast::UnaryOp::Not => UnaryOperator::Not,
            ast::UnaryOp::USub => UnaryOperator::Minus,
            ast::UnaryOp::UAdd => UnaryOperator::Plus,
            ast::UnaryOp::Invert => UnaryOperator::Invert,
        };
        ExprKind::Unary { operator, operand: Box::new(operand) }
    }
}

/// Levels that a row of one operator adds to the depth of its operands.
fn levels_of(count: usize) -> u32 {
    if count > MAX_LEANING {
        return BALANCED_LEVELS;
    }
    // The level of the expression itself is counted already.
    u32::try_from(count).unwrap_or(BALANCED_LEVELS).saturating_sub(2)
}

/// One expression of a row of operands.
fn join(mut operands: Vec<Expr>, make: &impl Fn(Box<Expr>, Box<Expr>) -> ExprKind) -> Expr {
    let pair = |left: Expr, right: Expr| {
        let span = span_between(&left, &right);
        Expr::new(make(Box::new(left), Box::new(right)), span)
    };
    let is_long = operands.len() > MAX_LEANING;
    while is_long && operands.len() > 1 {
        let mut halved = Vec::with_capacity(operands.len().div_ceil(2));
        let mut rest = operands.into_iter();
        while let Some(left) = rest.next() {
            halved.push(match rest.next() {
                Some(right) => pair(left, right),
                None => left,
            });
        }
        operands = halved;
    }
    operands.into_iter().reduce(pair).unwrap_or_else(|| unknown(code_ir::Span::default()))
}

/// Whether evaluating it twice is the same as once.
fn is_cheap(expr: &ast::Expr) -> bool {
    let mut at = expr;
    while let ast::Expr::Attribute(attribute) = at {
        at = &attribute.value;
    }
    at.is_name_expr() || at.is_literal_expr()
}

/// A number: an integer that fits, or as near as a float comes.
pub(crate) fn number(number: &ast::Number) -> ExprKind {
    match number {
        ast::Number::Int(int) => match int.as_i64() {
            Some(small) => ExprKind::Constant(Constant::Int(small)),
            None => large_number(int),
        },
        ast::Number::Float(float) => ExprKind::Constant(Constant::Float(*float)),
        ast::Number::Complex { .. } => ExprKind::Unknown,
    }
}

fn large_number(int: &ast::Int) -> ExprKind {
    // Digits beyond this make an infinity anyway.
    const MAX_DIGITS: usize = 320;
    let digits = int.to_string();
    if digits.len() > MAX_DIGITS {
        return ExprKind::Unknown;
    }
    // Hexadecimal and other radices stay as written and are no decimal number.
    digits.parse().map_or(ExprKind::Unknown, |float| ExprKind::Constant(Constant::Float(float)))
}

pub(crate) fn operator_of(operator: ast::Operator) -> BinaryOperator {
    match operator {
        ast::Operator::Add => BinaryOperator::Add,
        ast::Operator::Sub => BinaryOperator::Subtract,
        // Matrices carry no text: their product is as good as any.
        ast::Operator::Mult | ast::Operator::MatMult => BinaryOperator::Multiply,
        ast::Operator::Div => BinaryOperator::Divide,
        ast::Operator::Mod => BinaryOperator::Remainder,
        ast::Operator::Pow => BinaryOperator::Power,
        ast::Operator::LShift => BinaryOperator::ShiftLeft,
        ast::Operator::RShift => BinaryOperator::ShiftRight,
        ast::Operator::BitOr => BinaryOperator::BitOr,
        ast::Operator::BitXor => BinaryOperator::BitXor,
        ast::Operator::BitAnd => BinaryOperator::BitAnd,
        ast::Operator::FloorDiv => BinaryOperator::FloorDivide,
    }
}

fn is_associative(operator: BinaryOperator) -> bool {
    matches!(
        operator,
        BinaryOperator::Add
            | BinaryOperator::Multiply
            | BinaryOperator::BitOr
            | BinaryOperator::BitXor
            | BinaryOperator::BitAnd
    )
}

fn comparison_of(operator: ast::CmpOp) -> CompareOperator {
    match operator {
        ast::CmpOp::Eq => CompareOperator::Equal,
        ast::CmpOp::NotEq => CompareOperator::NotEqual,
        ast::CmpOp::Lt => CompareOperator::Less,
        ast::CmpOp::LtE => CompareOperator::LessOrEqual,
        ast::CmpOp::Gt => CompareOperator::Greater,
        ast::CmpOp::GtE => CompareOperator::GreaterOrEqual,
        ast::CmpOp::Is => CompareOperator::Is,
        ast::CmpOp::IsNot => CompareOperator::IsNot,
        ast::CmpOp::In => CompareOperator::In,
        ast::CmpOp::NotIn => CompareOperator::NotIn,
    }
}
