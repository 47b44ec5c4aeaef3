//! Whether a condition holds for a request.

use std::cmp::Ordering;

use iam_policy::{Comparison, Condition, Operator, Quantifier, Term};
use smol_str::SmolStr;

use crate::{
    Found, Truth,
    compare::{Decimal, Network, arn_parts, moment},
    expand::{Asked, Expanded, Language, Letters, Text},
};

impl Asked<'_> {
    /// Whether `condition` holds.
    pub(crate) fn holds(&self, condition: &Condition, language: Language) -> Truth {
        let truth = match condition.parsed_operator() {
            // IAM refuses such a policy: what it would do is not known.
            None => Truth::Unknown,
            Some(operator) => self.compare(operator, condition, language),
        };
        // A condition that may not stand there cannot make the statement fail for certain.
        if condition.when.is_always() { truth } else { truth.or(Truth::Unknown) }
    }

    fn compare(&self, operator: Operator, condition: &Condition, language: Language) -> Truth {
        let found = self.request.find_key(&condition.key);
        if operator.comparison == Comparison::Null {
            return self.is_null(&found, condition, language);
        }
        let values = match &found {
            Found::Unknown => return Truth::Unknown,
            Found::Absent => {
                let holds = operator.if_exists
                    || match operator.quantifier {
                        Some(Quantifier::AllValues) => true,
                        Some(Quantifier::AnyValue) => false,
                        None => operator.negated,
                    };
                return holds.into();
            }
            Found::Values(values) => &**values,
        };
        let one = |value: &SmolStr| {
            if self.budget.is_spent() {
                return Truth::Unknown;
            }
            let fits = Truth::any(
                condition.values.iter().map(|term| self.fits_one(operator, term, language, value)),
            );
            if operator.negated { !fits } else { fits }
        };
        match (operator.quantifier, operator.negated) {
            (Some(Quantifier::AllValues), _) => {
                // A key whose only value is empty counts as a key without values.
                let is_empty = values.iter().all(SmolStr::is_empty);
                if is_empty { Truth::Yes } else { Truth::all(values.iter().map(one)) }
            }
            // Without a quantifier, of several values none may fit a negated comparison.
            (None, true) => Truth::all(values.iter().map(one)),
            (Some(Quantifier::AnyValue), _) | (None, false) => Truth::any(values.iter().map(one)),
        }
    }

    /// `Null`: `true` wants the key to be absent, `false` wants it to be there.
    fn is_null(&self, found: &Found<'_>, condition: &Condition, language: Language) -> Truth {
        let is_absent = match found {
            Found::Unknown => return Truth::Unknown,
            Found::Absent => true,
            Found::Values(_) => false,
        };
        Truth::any(condition.values.iter().map(|term| match self.text(term, language) {
            Text::Open => Truth::Unknown,
            Text::NoValue => Truth::No,
            Text::Known(text) => {
                let wanted = if is_absent { "true" } else { "false" };
                Truth::from(text.eq_ignore_ascii_case(wanted)).if_certain(term.when.is_always())
            }
        }))
    }

    /// Whether one value of the request fits one value of the condition, before any negation.
    fn fits_one(&self, operator: Operator, term: &Term, language: Language, value: &str) -> Truth {
        // Many values of the request may meet many of the policy.
        if !self.budget.spend(32 + value.len()) {
            return Truth::Unknown;
        }
        match operator.comparison {
            Comparison::StringEquals => self.fits(term, language, Letters::Exact, value),
            Comparison::StringLike => self.fits(term, language, Letters::Glob, value),
            Comparison::ArnLike => self.arn_fits(term, language, value),
            _ => match self.text(term, language) {
                Text::Open => Truth::Unknown,
                Text::NoValue => Truth::No,
                Text::Known(wanted) => {
                    Truth::from(scalar_fits(operator.comparison, &wanted, value))
                        .if_certain(term.when.is_always())
                }
            },
        }
    }

    /// Each part of the ARN is compared on its own: a `*` does not reach over a colon, but for those
    /// of the last part.
    fn arn_fits(&self, term: &Term, language: Language, value: &str) -> Truth {
        let wanted = split_outside(&term.text);
        if !term.resolved && wanted.len() < 6 {
            // A hole may hold a whole ARN.
            return self.fits(term, language, Letters::Glob, value);
        }
        // A variable may hold a whole ARN, too.
        if let [alone] = wanted.as_slice()
            && alone.starts_with("${")
        {
            return self.fits(term, language, Letters::Glob, value);
        }
        if term.text == "*" {
            return Truth::from(arn_parts(value).is_some()).if_certain(term.when.is_always());
        }
        let (Ok::<[&str; 6], _>(wanted), Some(found)) = (wanted.try_into(), arn_parts(value))
        else {
            return Truth::No;
        };
        let parts = wanted.iter().zip(found).map(|(wanted, found)| {
            match self.expand(
                wanted,
                term.resolved || !wanted.contains("${"),
                language,
                Letters::Glob,
            ) {
                Expanded::NoValue(_) => Truth::No,
                Expanded::Glob { glob, is_known } => glob
                    .matches(found, &self.budget)
                    .map_or(Truth::Unknown, Truth::from)
                    .if_certain(is_known),
            }
        });
        Truth::all(parts).if_certain(term.when.is_always())
    }
}

/// Comparisons of whole values.
fn scalar_fits(comparison: Comparison, wanted: &str, value: &str) -> bool {
    let number = || Some(Decimal::parse(value)?.cmp(&Decimal::parse(wanted)?));
    let date = || Some(moment(value)?.cmp(&moment(wanted)?));
    match comparison {
        Comparison::StringEqualsIgnoreCase => wanted
            .chars()
            .flat_map(char::to_lowercase)
            .eq(value.chars().flat_map(char::to_lowercase)),
        Comparison::Bool => wanted.eq_ignore_ascii_case(value),
        Comparison::BinaryEquals => wanted.trim_end_matches('=') == value.trim_end_matches('='),
        Comparison::IpAddress => match (Network::parse(wanted), Network::parse(value)) {
            (Some(network), Some(address)) => network.contains(&address),
            _ => false,
        },
        Comparison::NumericEquals => number() == Some(Ordering::Equal),
        Comparison::NumericLessThan => number() == Some(Ordering::Less),
        Comparison::NumericLessThanEquals => number().is_some_and(Ordering::is_le),
        Comparison::NumericGreaterThan => number() == Some(Ordering::Greater),
        Comparison::NumericGreaterThanEquals => number().is_some_and(Ordering::is_ge),
        Comparison::DateEquals => date() == Some(Ordering::Equal),
        Comparison::DateLessThan => date() == Some(Ordering::Less),
        Comparison::DateLessThanEquals => date().is_some_and(Ordering::is_le),
        Comparison::DateGreaterThan => date() == Some(Ordering::Greater),
        Comparison::DateGreaterThanEquals => date().is_some_and(Ordering::is_ge),
        Comparison::StringEquals
        | Comparison::StringLike
        | Comparison::ArnLike
        | Comparison::Null => false,
    }
}

/// Cuts at the first five colons that stand outside `${…}`.
fn split_outside(text: &str) -> Vec<&str> {
    let mut parts = Vec::with_capacity(6);
    let (mut start, mut at) = (0, 0);
    let mut is_closed = true;
    while parts.len() < 5 {
        let rest = text.get(at..).unwrap_or_default();
        let Some(next) = rest.find([':', '$']) else { break };
        at += next;
        if rest.get(next..).is_some_and(|rest| rest.starts_with("${")) && is_closed {
            let end = rest.get(next..).and_then(|rest| rest.find('}'));
            is_closed = end.is_some();
            at += end.unwrap_or_default() + 1;
        } else if rest.get(next..).is_some_and(|rest| rest.starts_with(':')) {
            parts.push(text.get(start..at).unwrap_or_default());
            at += 1;
            start = at;
        } else {
            at += 1;
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}
