//! Operators, and long chains of them.

use code_ir::{BinaryOperator, CompareOperator, Expr, ExprKind, LogicOperator, UnaryOperator};

use crate::context::across;

/// An operator between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    /// Makes a new value.
    Binary(BinaryOperator),
    /// Makes a truth value.
    Compare(CompareOperator),
    /// Picks one of the two.
    Logic(LogicOperator),
}

impl Operator {
    /// The operator behind a sign, where the four languages agree.
    pub(crate) fn of_sign(sign: &str) -> Option<Self> {
        use BinaryOperator as B;
        use CompareOperator as C;
        Some(match sign {
            "+" => Self::Binary(B::Add),
            "-" => Self::Binary(B::Subtract),
            "*" => Self::Binary(B::Multiply),
            "/" => Self::Binary(B::Divide),
            "%" => Self::Binary(B::Remainder),
            "**" => Self::Binary(B::Power),
            "&" | "&^" => Self::Binary(B::BitAnd),
            "|" => Self::Binary(B::BitOr),
            "^" => Self::Binary(B::BitXor),
            "<<" => Self::Binary(B::ShiftLeft),
            ">>" | ">>>" => Self::Binary(B::ShiftRight),
            "==" | "===" => Self::Compare(C::Equal),
            "!=" => Self::Compare(C::NotEqual),
            "<" => Self::Compare(C::Less),
            "<=" => Self::Compare(C::LessOrEqual),
            ">" => Self::Compare(C::Greater),
            ">=" => Self::Compare(C::GreaterOrEqual),
            "&&" | "and" => Self::Logic(LogicOperator::And),
            "||" | "or" => Self::Logic(LogicOperator::Or),
            "??" => Self::Logic(LogicOperator::Coalesce),
            _ => return None,
        })
    }

    /// `left op right`.
    pub(crate) fn join(self, left: Expr, right: Expr) -> Expr {
        let at = across(left.span, right.span);
        let (left, right) = (Box::new(left), Box::new(right));
        let kind = match self {
            Self::Binary(operator) => ExprKind::Binary { operator, left, right },
            Self::Compare(operator) => ExprKind::Compare { operator, left, right },
            Self::Logic(operator) => ExprKind::Logic { operator, left, right },
        };
        Expr::new(kind, at)
    }
}

/// The operator of `op=`, when it makes a new value.
pub(crate) fn augmented(sign: &str) -> Option<BinaryOperator> {
    match Operator::of_sign(sign.strip_suffix('=')?)? {
        Operator::Binary(operator) => Some(operator),
        _ => None,
    }
}

/// `op operand`.
pub(crate) fn unary(operator: UnaryOperator, operand: Expr, at: code_ir::Span) -> Expr {
    Expr::new(ExprKind::Unary { operator, operand: Box::new(operand) }, at)
}

/// Terms of a chain beyond which it is split in halves instead of leaning to the left.
const LONG: usize = 64;

/// `first op term op term …`, grouped from the left; a long chain is halved instead, so that the tree
/// stays flat. Both have the same terms in the same order, which is what data flow asks.
pub(crate) fn chain(first: Expr, rest: Vec<(Operator, Expr)>) -> Expr {
    if rest.len() <= LONG {
        return rest.into_iter().fold(first, |left, (operator, term)| operator.join(left, term));
    }
    let mut terms: Vec<(Option<Operator>, Expr)> = Vec::with_capacity(rest.len() + 1);
    terms.push((None, first));
    terms.extend(rest.into_iter().map(|(operator, term)| (Some(operator), term)));
    // Neighbours are joined pairwise until one is left: log2(n) rounds.
    while terms.len() > 1 {
        let mut joined = Vec::with_capacity(terms.len().div_ceil(2));
        let mut walk = terms.into_iter();
        while let Some((before, left)) = walk.next() {
            match walk.next() {
                Some((Some(operator), right)) => {
                    joined.push((before, operator.join(left, right)));
                }
                _ => joined.push((before, left)),
            }
        }
        terms = joined;
    }
    let at = code_ir::Span::default();
    terms.pop().map_or_else(|| crate::context::unknown(at), |(_, whole)| whole)
}
