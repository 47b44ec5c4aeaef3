//! Atoms: one operator on one key, in a form in which equal conditions are equal.

use iam_policy::{Comparison, Condition, Operator, Quantifier};
use smol_str::SmolStr;

use crate::{
    explore::Signature,
    glob::{Case, Glob, Holes, Reading, Token},
    program::{Holds, read_term},
};

/// What is asked about a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Atom {
    pub(crate) key: Key,
    pub(crate) test: Test,
}

/// What may differ from request to request, or from deployment to deployment.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Key {
    /// A condition key, in lower case.
    Context(SmolStr),
    /// A condition of the template.
    Condition(SmolStr),
    /// A parameter of the template.
    Parameter(SmolStr),
    /// Whether a parameter keeps its default.
    Default(SmolStr),
}

/// A question whose answer is yes or no.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Test {
    /// The deployment has this value.
    Deployment(SmolStr),
    /// The request's value is compared.
    Compare(Compare),
    /// Nothing is known but that it is the same question as its equals.
    Opaque(SmolStr),
}

/// A comparison.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Compare {
    /// Whether every value of the request is asked, or one.
    pub(crate) quantifier: Option<Every>,
    /// Whether the match of a value is turned round.
    pub(crate) negated: bool,
    /// What the answer is for a request without the key.
    pub(crate) absent: bool,
    /// What is compared.
    pub(crate) with: With,
}

/// [`Quantifier`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Every {
    Any,
    All,
}

/// What the value of a request is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum With {
    /// Texts: one of these globs; sorted.
    Globs(Vec<Glob>),
    /// Numbers, moments or addresses, one of these; sorted. The letter case is as written.
    Scalars(Scalar, Vec<SmolStr>),
    /// `Null`: whether the key is there does not matter to the list, only to `absent`.
    Presence {
        /// The answer for a request that has the key.
        present: bool,
    },
}

/// Comparisons that are not of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Scalar {
    Number(Order),
    Moment(Order),
    Address,
}

/// How a scalar is compared: value `<order>` the policy's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Order {
    Equal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Atom {
    /// Reads a condition.
    pub(crate) fn read(condition: &Condition, variables: bool, holes: &mut Holes) -> Self {
        let key = Key::Context(condition.key.to_ascii_lowercase().into());
        let test = read_test(condition, variables, holes)
            .map_or_else(|| Test::Opaque(opaque(condition, variables).into()), Test::Compare);
        Self { key, test }
    }
}

/// A text that is the same for conditions that certainly ask the same.
fn opaque(condition: &Condition, variables: bool) -> String {
    let mut values: Vec<_> = condition
        .values
        .iter()
        .map(|term| format!("{}\u{1}{}\u{1}{}", term.text, term.resolved, term.when))
        .collect();
    values.sort_unstable();
    let operator = condition.operator.to_ascii_lowercase();
    format!("{operator}\u{2}{}\u{2}{variables}\u{2}{}", values.join("\u{3}"), condition.when)
}

fn read_test(condition: &Condition, variables: bool, holes: &mut Holes) -> Option<Compare> {
    let operator = condition.parsed_operator()?;
    let is_open = |term: &iam_policy::Term| {
        !term.resolved || (variables && cloud_names::has_placeholder(&term.text))
    };
    if !condition.when.is_always() || condition.values.iter().any(|term| !term.when.is_always()) {
        return None;
    }
    let globs = |reading: Reading, holes: &mut Holes| {
        let mut globs: Vec<_> = condition
            .values
            .iter()
            .map(|term| read_term(term, reading, variables, holes))
            .collect();
        globs.sort_unstable();
        globs.dedup();
        With::Globs(globs)
    };
    let exact = Reading { wildcards: false, ..Reading::RESOURCE };
    let ignoring = Reading { case: Case::Ignored, ..exact };
    let with = match operator.comparison {
        Comparison::Null => {
            if condition.values.iter().any(is_open) {
                return None;
            }
            let wants =
                |word: &str| condition.values.iter().any(|v| v.text.eq_ignore_ascii_case(word));
            return Some(Compare {
                quantifier: None,
                negated: false,
                absent: wants("true"),
                with: With::Presence { present: wants("false") },
            });
        }
        Comparison::StringEquals => globs(exact, holes),
        Comparison::StringLike => globs(Reading::RESOURCE, holes),
        Comparison::ArnLike => arn_globs(condition, variables, holes),
        // Beyond ASCII one letter may have several others as its other case.
        Comparison::StringEqualsIgnoreCase | Comparison::Bool
            if condition.values.iter().all(|term| term.text.is_ascii() && !is_open(term)) =>
        {
            globs(ignoring, holes)
        }
        Comparison::BinaryEquals if !condition.values.iter().any(is_open) => {
            let mut texts: Vec<_> = condition
                .values
                .iter()
                .map(|term| Glob::literal(term.text.trim_end_matches('=')))
                .collect();
            texts.sort_unstable();
            texts.dedup();
            With::Globs(texts)
        }
        other => {
            if condition.values.iter().any(is_open) {
                return None;
            }
            let mut values: Vec<_> = condition.values.iter().map(|v| v.text.clone()).collect();
            values.sort_unstable();
            values.dedup();
            With::Scalars(scalar(other)?, values)
        }
    };
    Some(Compare {
        quantifier: operator.quantifier.map(|quantifier| match quantifier {
            Quantifier::AnyValue => Every::Any,
            Quantifier::AllValues => Every::All,
        }),
        negated: operator.negated,
        absent: absent(operator),
        with,
    })
}

/// What an operator says of a request without the key.
fn absent(operator: Operator) -> bool {
    operator.if_exists
        || match operator.quantifier {
            Some(Quantifier::AllValues) => true,
            Some(Quantifier::AnyValue) => false,
            None => operator.negated,
        }
}

fn scalar(comparison: Comparison) -> Option<Scalar> {
    Some(match comparison {
        Comparison::NumericEquals => Scalar::Number(Order::Equal),
        Comparison::NumericLessThan => Scalar::Number(Order::Less),
        Comparison::NumericLessThanEquals => Scalar::Number(Order::LessEqual),
        Comparison::NumericGreaterThan => Scalar::Number(Order::Greater),
        Comparison::NumericGreaterThanEquals => Scalar::Number(Order::GreaterEqual),
        Comparison::DateEquals => Scalar::Moment(Order::Equal),
        Comparison::DateLessThan => Scalar::Moment(Order::Less),
        Comparison::DateLessThanEquals => Scalar::Moment(Order::LessEqual),
        Comparison::DateGreaterThan => Scalar::Moment(Order::Greater),
        Comparison::DateGreaterThanEquals => Scalar::Moment(Order::GreaterEqual),
        Comparison::IpAddress => Scalar::Address,
        _ => return None,
    })
}

/// Globs of ARNs, whose six parts are compared one by one.
fn arn_globs(condition: &Condition, variables: bool, holes: &mut Holes) -> With {
    let segments = Reading { segments: true, ..Reading::RESOURCE };
    let mut globs = Vec::new();
    for term in &condition.values {
        if term.resolved && term.text == "*" {
            // It matches ARNs, and nothing else.
            globs.push(Glob::parse("arn:*:*:*:*:*", segments, holes));
            continue;
        }
        let glob = read_term(term, segments, variables, holes);
        let colons = glob.0.iter().filter(|token| **token == Token::Char(':')).count();
        // A hole may hold a whole ARN; a text of fewer parts is none and matches nothing.
        if colons >= 5 || glob.has_hole() {
            globs.push(glob);
        }
    }
    globs.sort_unstable();
    globs.dedup();
    With::Globs(globs)
}

impl Compare {
    /// Whether one value of the request fits, negation included. `signature` tells which of the
    /// atom's globs match, which are numbered from `first` on.
    pub(crate) fn fits(&self, globs: &[u32], signature: &Signature) -> Holds {
        let mut any = Holds::NO;
        for glob in globs {
            any = any.or(Holds { must: signature.must(*glob), may: signature.may(*glob) });
        }
        if self.negated { any.not() } else { any }
    }

    /// Whether several values are joined by "all", else by "any".
    pub(crate) fn joins_by_all(&self) -> bool {
        match self.quantifier {
            Some(Every::All) => true,
            Some(Every::Any) => false,
            None => self.negated,
        }
    }
}
