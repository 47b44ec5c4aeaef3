//! Conditions of statements: operators, keys and values.

use smol_str::SmolStr;
use source_text::Place;
use value::When;

use crate::Term;

/// One key under one operator; it holds when one of the values fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// As written: `StringEquals`, `ForAnyValue:StringLike`, `ArnLikeIfExists`.
    pub operator: SmolStr,
    /// As written; IAM ignores its case.
    pub key: SmolStr,
    /// The values.
    pub values: Vec<Term>,
    /// When the condition stands in the statement.
    pub when: When,
    /// Where the key is written.
    pub place: Place,
}

/// An operator taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    /// How the values of a key that has several are taken.
    pub quantifier: Option<Quantifier>,
    /// What is compared.
    pub comparison: Comparison,
    /// Whether it holds when the comparison does not (`StringNotEquals`).
    pub negated: bool,
    /// Whether it holds when the request lacks the key (`…IfExists`).
    pub if_exists: bool,
}

/// How a key with several values is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// One value of the request must fit.
    AnyValue,
    /// Every value of the request must fit; a request without the key passes.
    AllValues,
}

/// Comparisons of condition operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `StringEquals`.
    StringEquals,
    /// `StringEqualsIgnoreCase`.
    StringEqualsIgnoreCase,
    /// `StringLike`.
    StringLike,
    /// `NumericEquals`.
    NumericEquals,
    /// `NumericLessThan`.
    NumericLessThan,
    /// `NumericLessThanEquals`.
    NumericLessThanEquals,
    /// `NumericGreaterThan`.
    NumericGreaterThan,
    /// `NumericGreaterThanEquals`.
    NumericGreaterThanEquals,
    /// `DateEquals`.
    DateEquals,
    /// `DateLessThan`.
    DateLessThan,
    /// `DateLessThanEquals`.
    DateLessThanEquals,
    /// `DateGreaterThan`.
    DateGreaterThan,
    /// `DateGreaterThanEquals`.
    DateGreaterThanEquals,
    /// `Bool`.
    Bool,
    /// `BinaryEquals`.
    BinaryEquals,
    /// `IpAddress`.
    IpAddress,
    /// `ArnEquals` and `ArnLike`, which are the same.
    ArnLike,
    /// `Null`: whether the request lacks the key.
    Null,
}

impl Operator {
    /// Takes an operator apart, whatever its case; `None` when IAM knows no such operator.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.trim().to_ascii_lowercase();
        let (quantifier, rest) = if let Some(rest) = lower.strip_prefix("foranyvalue:") {
            (Some(Quantifier::AnyValue), rest)
        } else if let Some(rest) = lower.strip_prefix("forallvalues:") {
            (Some(Quantifier::AllValues), rest)
        } else {
            (None, lower.as_str())
        };
        let (name, if_exists) = match rest.strip_suffix("ifexists") {
            Some(name) => (name, true),
            None => (rest, false),
        };
        let (comparison, negated) = comparison(name)?;
        if comparison == Comparison::Null && if_exists {
            return None;
        }
        Some(Self { quantifier, comparison, negated, if_exists })
    }

    /// Whether a request that lacks the key fails it, as a condition that protects must.
    #[must_use]
    pub fn requires_key(&self) -> bool {
        !self.if_exists
            && !self.negated
            && self.quantifier != Some(Quantifier::AllValues)
            && self.comparison != Comparison::Null
    }
}

fn comparison(name: &str) -> Option<(Comparison, bool)> {
    Some(match name {
        "stringequals" => (Comparison::StringEquals, false),
        "stringnotequals" => (Comparison::StringEquals, true),
        "stringequalsignorecase" => (Comparison::StringEqualsIgnoreCase, false),
        "stringnotequalsignorecase" => (Comparison::StringEqualsIgnoreCase, true),
        "stringlike" => (Comparison::StringLike, false),
        "stringnotlike" => (Comparison::StringLike, true),
        "numericequals" => (Comparison::NumericEquals, false),
        "numericnotequals" => (Comparison::NumericEquals, true),
        "numericlessthan" => (Comparison::NumericLessThan, false),
        "numericlessthanequals" => (Comparison::NumericLessThanEquals, false),
        "numericgreaterthan" => (Comparison::NumericGreaterThan, false),
        "numericgreaterthanequals" => (Comparison::NumericGreaterThanEquals, false),
        "dateequals" => (Comparison::DateEquals, false),
        "datenotequals" => (Comparison::DateEquals, true),
        "datelessthan" => (Comparison::DateLessThan, false),
        "datelessthanequals" => (Comparison::DateLessThanEquals, false),
        "dategreaterthan" => (Comparison::DateGreaterThan, false),
        "dategreaterthanequals" => (Comparison::DateGreaterThanEquals, false),
        "bool" => (Comparison::Bool, false),
        "binaryequals" => (Comparison::BinaryEquals, false),
        "ipaddress" => (Comparison::IpAddress, false),
        "notipaddress" => (Comparison::IpAddress, true),
        "arnequals" | "arnlike" => (Comparison::ArnLike, false),
        "arnnotequals" | "arnnotlike" => (Comparison::ArnLike, true),
        "null" => (Comparison::Null, false),
        _ => return None,
    })
}

impl Condition {
    /// The operator taken apart; `None` when IAM knows no such operator.
    #[must_use]
    pub fn parsed_operator(&self) -> Option<Operator> {
        Operator::parse(&self.operator)
    }

    /// Whether the key is `key`, case ignored.
    #[must_use]
    pub fn is_on(&self, key: &str) -> bool {
        self.key.eq_ignore_ascii_case(key)
    }
}

#[cfg(test)]
mod tests {
    use super::{Comparison, Operator, Quantifier};

    #[test]
    fn operators_are_taken_apart() {
        let operator = Operator::parse("ForAllValues:StringNotLikeIfExists").unwrap();
        assert_eq!(operator.quantifier, Some(Quantifier::AllValues));
        assert_eq!(operator.comparison, Comparison::StringLike);
        assert!(operator.negated && operator.if_exists);
        assert!(Operator::parse("ArnEquals").unwrap().requires_key());
        assert!(!Operator::parse("ArnEqualsIfExists").unwrap().requires_key());
        assert!(!Operator::parse("Null").unwrap().requires_key());
        assert_eq!(Operator::parse("StringMatches"), None);
    }
}
