//! Values that an operator compares with nothing.

use std::net::IpAddr;

use cloud_names::has_placeholder;

use super::NeverHolds;
use iam_policy::{
    Comparison, Condition, Operator, Term,
    grammar::{is_date, is_date_comparison},
};

/// What no request equals: all values make the condition fail, some are only idle.
pub(super) fn never_holds(condition: &Condition) -> Vec<NeverHolds> {
    let Some(operator) = condition.parsed_operator() else { return Vec::new() };
    let Condition { key, place, .. } = condition;
    if condition.values.is_empty() {
        let reason = format!("`{key}` is compared with no value");
        let is_fatal = operator.requires_key() && condition.when.is_always();
        return vec![NeverHolds { code: "empty-condition", place: *place, reason, is_fatal }];
    }
    let wrong: Vec<_> = condition
        .values
        .iter()
        .filter_map(|value| Some((value, wanted(operator, value)?)))
        .collect();
    let is_fatal = wrong.len() == condition.values.len()
        && !operator.negated
        && operator.comparison != Comparison::Null
        && condition.when.is_always()
        && condition.values.iter().all(|value| value.when.is_always());
    wrong
        .into_iter()
        .map(|(value, wanted)| NeverHolds {
            code: "condition-value",
            place: value.place,
            reason: format!("`{}` is not {wanted}, as `{}` wants", value.text, condition.operator),
            is_fatal,
        })
        .collect()
}

/// What a value should be and certainly is not.
fn wanted(operator: Operator, value: &Term) -> Option<&'static str> {
    let text = value.text.trim();
    if !value.resolved || has_placeholder(text) {
        return None;
    }
    match operator.comparison {
        Comparison::Bool | Comparison::Null => {
            let is_bool = text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
            (!is_bool).then_some("`true` or `false`")
        }
        Comparison::NumericEquals
        | Comparison::NumericLessThan
        | Comparison::NumericLessThanEquals
        | Comparison::NumericGreaterThan
        | Comparison::NumericGreaterThanEquals => {
            text.parse::<f64>().is_err().then_some("a number")
        }
        Comparison::IpAddress => (!is_network(text)).then_some("an IP address or a range of them"),
        Comparison::ArnLike => {
            (!text.starts_with("arn:") && !text.starts_with(['*', '?'])).then_some("an ARN")
        }
        comparison if is_date_comparison(comparison) => (!is_date(text)).then_some("a date"),
        _ => None,
    }
}

/// `203.0.113.0/24`, `2001:db8::/32`, or one address.
fn is_network(text: &str) -> bool {
    let (address, prefix) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let most = if address.is_ipv4() { 32 } else { 128 };
    prefix.is_none_or(|prefix| prefix.parse::<u8>().is_ok_and(|bits| bits <= most))
}
