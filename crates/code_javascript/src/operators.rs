//! Operators of the language as operators of the tree.

use code_ir::{BinaryOperator, CompareOperator, LogicOperator};
use oxc_syntax::operator as js;

/// What joins two operands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joint {
    Binary(BinaryOperator),
    Compare(CompareOperator),
    Logic(LogicOperator),
}

impl Joint {
    /// Whether `(a op b) op c` is `a op (b op c)` for what the tree is used for.
    pub(crate) fn is_associative(self) -> bool {
        matches!(self, Self::Binary(BinaryOperator::Add) | Self::Logic(_))
    }
}

impl From<js::BinaryOperator> for Joint {
    fn from(operator: js::BinaryOperator) -> Self {
        use js::BinaryOperator as From;
        match operator {
            From::Equality => Self::Compare(CompareOperator::Equal),
            From::Inequality => Self::Compare(CompareOperator::NotEqual),
            From::StrictEquality => Self::Compare(CompareOperator::Is),
            From::StrictInequality => Self::Compare(CompareOperator::IsNot),
            From::LessThan => Self::Compare(CompareOperator::Less),
            From::LessEqualThan => Self::Compare(CompareOperator::LessOrEqual),
            From::GreaterThan => Self::Compare(CompareOperator::Greater),
            From::GreaterEqualThan => Self::Compare(CompareOperator::GreaterOrEqual),
            From::In => Self::Compare(CompareOperator::In),
            From::Instanceof => Self::Compare(CompareOperator::InstanceOf),
            From::Addition => Self::Binary(BinaryOperator::Add),
            From::Subtraction => Self::Binary(BinaryOperator::Subtract),
            From::Multiplication => Self::Binary(BinaryOperator::Multiply),
            From::Division => Self::Binary(BinaryOperator::Divide),
            From::Remainder => Self::Binary(BinaryOperator::Remainder),
            From::Exponential => Self::Binary(BinaryOperator::Power),
            From::ShiftLeft => Self::Binary(BinaryOperator::ShiftLeft),
            From::ShiftRight | From::ShiftRightZeroFill => Self::Binary(BinaryOperator::ShiftRight),
            From::BitwiseOR => Self::Binary(BinaryOperator::BitOr),
            From::BitwiseXOR => Self::Binary(BinaryOperator::BitXor),
            From::BitwiseAnd => Self::Binary(BinaryOperator::BitAnd),
        }
    }
}

impl From<js::LogicalOperator> for Joint {
    fn from(operator: js::LogicalOperator) -> Self {
        Self::Logic(match operator {
            js::LogicalOperator::And => LogicOperator::And,
            js::LogicalOperator::Or => LogicOperator::Or,
            js::LogicalOperator::Coalesce => LogicOperator::Coalesce,
        })
    }
}

/// The operator in `+=` or `||=`; none in `=`.
pub(crate) fn of_assignment(operator: js::AssignmentOperator) -> Option<Joint> {
    if let Some(binary) = operator.to_binary_operator() {
        return Some(binary.into());
    }
    operator.to_logical_operator().map(Joint::from)
}
