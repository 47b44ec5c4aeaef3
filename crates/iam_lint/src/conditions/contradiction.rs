//! Conditions of one statement that exclude each other.

use cloud_names::{Pattern, has_placeholder};

use super::NeverHolds;
use iam_policy::{Comparison, Condition, Operator, Term, catalogue};

/// Most conditions of a statement that are compared with one another.
const MAX_CONDITIONS: usize = 200;

/// Most pairs of values that are compared.
const MAX_PAIRS: usize = 10_000;

/// One condition on a key that has one value.
struct Single<'a> {
    condition: &'a Condition,
    operator: Operator,
}

/// Pairs of conditions on one key that no value fulfils together.
pub(super) fn contradictions(conditions: &[Condition]) -> Vec<NeverHolds> {
    if conditions.len() < 2 {
        return Vec::new();
    }
    let singles: Vec<Single<'_>> = conditions
        .iter()
        .take(MAX_CONDITIONS)
        .filter_map(|condition| {
            let operator = condition.parsed_operator()?;
            let is_sure = operator.quantifier.is_none()
                && condition.when.is_always()
                && condition.values.iter().all(|value| value.resolved && value.when.is_always());
            is_sure.then_some(Single { condition, operator })
        })
        .collect();
    let mut found = Vec::new();
    for (at, second) in singles.iter().enumerate() {
        let of_key = |first: &&Single<'_>| first.condition.is_on(&second.condition.key);
        for first in singles.iter().take(at).filter(of_key) {
            if exclude(first, second) || exclude(second, first) {
                let reason = format!(
                    "`{}` and `{}` on `{}` exclude each other",
                    first.condition.operator, second.condition.operator, second.condition.key
                );
                found.push(NeverHolds {
                    code: "condition-contradiction",
                    place: second.condition.place,
                    reason,
                    is_fatal: true,
                });
            }
        }
    }
    found
}

/// Whether no request fulfils both; asked in both orders.
fn exclude(first: &Single<'_>, second: &Single<'_>) -> bool {
    // Unless one of them demands the key, a request without it may pass both.
    let demands = first.operator.requires_key() || second.operator.requires_key();
    if first.operator.comparison == Comparison::Null {
        let (wants_absent, wants_present) = (all(first, "true"), all(first, "false"));
        return match second.operator.comparison {
            Comparison::Null => {
                (wants_absent && all(second, "false")) || (wants_present && all(second, "true"))
            }
            _ => wants_absent && second.operator.requires_key(),
        };
    }
    let one_value =
        catalogue::key_type(&second.condition.key).is_some_and(|known| !known.is_multivalued);
    if !demands || !one_value || pairs(first, second) > MAX_PAIRS {
        return false;
    }
    if is_text(first) && is_text(second) {
        return match (first.operator.negated, second.operator.negated) {
            (false, false) => disjoint(first, second),
            (false, true) => covered(first, second),
            _ => false,
        };
    }
    if first.operator.negated || second.operator.negated {
        return false;
    }
    match (bound(first), bound(second)) {
        (Some(Bound::Least(least, excluded_low)), Some(Bound::Most(most, excluded_high))) => {
            least > most || (least >= most && (excluded_low || excluded_high))
        }
        _ => false,
    }
}

fn pairs(first: &Single<'_>, second: &Single<'_>) -> usize {
    first.condition.values.len().saturating_mul(second.condition.values.len())
}

fn all(single: &Single<'_>, word: &str) -> bool {
    !single.condition.values.is_empty()
        && single.condition.values.iter().all(|value| value.text.eq_ignore_ascii_case(word))
}

fn is_text(single: &Single<'_>) -> bool {
    matches!(
        single.operator.comparison,
        Comparison::StringEquals | Comparison::StringEqualsIgnoreCase | Comparison::StringLike
    )
}

fn glob(single: &Single<'_>, value: &Term) -> Pattern {
    match single.operator.comparison {
        Comparison::StringLike => Pattern::new(&value.text),
        // Patterns that ignore case are globs as well: a `*` in the value widens, which is the safe
        // side where overlap is asked.
        Comparison::StringEqualsIgnoreCase => Pattern::ignoring_case(&value.text),
        _ => Pattern::literal(&value.text),
    }
}

/// Whether no text fulfils both lists of values.
fn disjoint(first: &Single<'_>, second: &Single<'_>) -> bool {
    let globs: Vec<_> = second.condition.values.iter().map(|value| glob(second, value)).collect();
    first.condition.values.iter().all(|value| {
        let own = glob(first, value);
        globs.iter().all(|other| !own.overlaps(other))
    })
}

/// Whether each value that one demands is one that the other excludes.
fn covered(demanded: &Single<'_>, excluded: &Single<'_>) -> bool {
    if excluded.operator.comparison == Comparison::StringEqualsIgnoreCase {
        return false;
    }
    let globs: Vec<_> =
        excluded.condition.values.iter().map(|value| glob(excluded, value)).collect();
    !demanded.condition.values.is_empty()
        && demanded.condition.values.iter().all(|value| {
            let own = glob(demanded, value);
            globs.iter().any(|other| other.covers(&own))
        })
}

/// The number on one side of the values that a condition takes, and whether it is excluded itself.
enum Bound {
    Least(f64, bool),
    Most(f64, bool),
}

/// What the weakest of the values demands: a condition holds when one of them does.
fn bound(single: &Single<'_>) -> Option<Bound> {
    use Comparison as C;
    let mut numbers = Vec::new();
    for value in &single.condition.values {
        if has_placeholder(&value.text) {
            return None;
        }
        numbers.push(number(&value.text)?);
    }
    let least = numbers.iter().copied().reduce(f64::min)?;
    let most = numbers.iter().copied().reduce(f64::max)?;
    Some(match single.operator.comparison {
        C::NumericGreaterThan | C::DateGreaterThan => Bound::Least(least, true),
        C::NumericGreaterThanEquals | C::DateGreaterThanEquals => Bound::Least(least, false),
        C::NumericLessThan | C::DateLessThan => Bound::Most(most, true),
        C::NumericLessThanEquals | C::DateLessThanEquals => Bound::Most(most, false),
        _ => return None,
    })
}

/// A number, or the digits of a whole date in UTC, which sort as the dates do.
fn number(text: &str) -> Option<f64> {
    let is_date = text.len() == 20
        && text.bytes().zip("0000-00-00T00:00:00Z".bytes()).all(|(byte, shape)| match shape {
            b'0' => byte.is_ascii_digit(),
            _ => byte == shape,
        });
    if !is_date {
        return text.trim().parse().ok();
    }
    text.chars().filter(char::is_ascii_digit).collect::<String>().parse().ok()
}
