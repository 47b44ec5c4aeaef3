//! Numbers, moments and addresses: values between which every comparison stays the same.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use iam_evaluation::{Request, Truth, statement_matches};
use iam_policy::{Condition, Effect, Policy, Statement, Term};
use smol_str::SmolStr;
use source_text::Place;
use value::When;

use crate::atom::{Order, Scalar};

/// Digits after the point that the nanoseconds of a moment have.
const NANOSECOND: &str = ".000000001";

/// Values of a request, one at least from each range in which all comparisons with `thresholds`
/// answer alike; and whether that is certain.
pub(crate) fn representatives(kind: Scalar, thresholds: &[SmolStr]) -> (Vec<String>, bool) {
    match kind {
        Scalar::Number(_) => numbers(thresholds),
        Scalar::Moment(_) => moments(thresholds),
        Scalar::Address => addresses(thresholds),
    }
}

/// Each number, and one that is a little farther from zero than it, by a digit that no other has.
fn numbers(thresholds: &[SmolStr]) -> (Vec<String>, bool) {
    let mut plain = Vec::new();
    for text in thresholds {
        let text = text.trim();
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
            && digits.bytes().filter(|byte| *byte == b'.').count() <= 1
            && digits.bytes().any(|byte| byte.is_ascii_digit());
        if is_number {
            plain.push(text);
        }
    }
    let fraction = |text: &str| text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let longest = plain.iter().map(|text| fraction(text)).max().unwrap_or(0);
    let beyond = |text: &str| {
        let zeros = "0".repeat(longest - fraction(text));
        let point = if text.contains('.') { "" } else { "." };
        format!("{text}{point}{zeros}1")
    };
    let mut values: Vec<_> = ["0", "-0"].map(beyond).into();
    values.push("0".to_owned());
    for text in plain {
        values.push(text.to_owned());
        values.push(beyond(text));
    }
    (values, true)
}

/// Each moment, the nanosecond after it, and one before all.
fn moments(thresholds: &[SmolStr]) -> (Vec<String>, bool) {
    let mut values = vec!["0001-01-01T00:00:00Z".to_owned()];
    let mut is_complete = true;
    for text in thresholds {
        let text = text.trim();
        values.push(text.to_owned());
        match after(text) {
            Some(next) => values.push(next),
            None => is_complete = false,
        }
    }
    (values, is_complete)
}

fn after(text: &str) -> Option<String> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() != 4 {
        return Some(format!("{text}{NANOSECOND}"));
    }
    let Some((date, time)) = text.split_once('T') else {
        return (text.len() == 10).then(|| format!("{text}T00:00:00{NANOSECOND}Z"));
    };
    let (clock, zone) = time.split_at_checked(8)?;
    (!zone.starts_with('.')).then(|| format!("{date}T{clock}{NANOSECOND}{zone}"))
}

/// The first address of each network, and the first behind it.
fn addresses(thresholds: &[SmolStr]) -> (Vec<String>, bool) {
    let mut values = vec![Ipv4Addr::UNSPECIFIED.to_string(), Ipv6Addr::UNSPECIFIED.to_string()];
    for text in thresholds {
        let (address, prefix) = match text.trim().split_once('/') {
            Some((address, prefix)) => (address, prefix.parse::<u32>().ok()),
            None => (text.trim(), Some(128)),
        };
        let (Ok(address), Some(prefix)) = (address.parse::<IpAddr>(), prefix) else { continue };
        match address {
            IpAddr::V4(address) => {
                let mask = u32::MAX.checked_shr(prefix.min(32)).unwrap_or(0);
                values.push(Ipv4Addr::from_bits(address.to_bits() & !mask).to_string());
                let behind = (address.to_bits() | mask).checked_add(1);
                values.extend(behind.map(|bits| Ipv4Addr::from_bits(bits).to_string()));
            }
            IpAddr::V6(address) => {
                let mask = u128::MAX.checked_shr(prefix.min(128)).unwrap_or(0);
                values.push(Ipv6Addr::from_bits(address.to_bits() & !mask).to_string());
                let behind = (address.to_bits() | mask).checked_add(1);
                values.extend(behind.map(|bits| Ipv6Addr::from_bits(bits).to_string()));
            }
        }
    }
    (values, true)
}

/// Whether `value` compares so with one of `wanted`, as the evaluation says.
pub(crate) fn fits(kind: Scalar, wanted: &[SmolStr], value: &str) -> Option<bool> {
    let known = |text: &SmolStr| Term::known(Place::default(), text.clone());
    let condition = Condition {
        operator: SmolStr::new_static(operator(kind)),
        key: SmolStr::new_static("faasguard:value"),
        values: wanted.iter().map(known).collect(),
        when: When::ALWAYS,
        place: Place::default(),
    };
    let everything = vec![Term::known(Place::default(), "*")];
    let statement = Statement {
        sid: None,
        effect: Effect::Allow,
        actions: everything.clone(),
        not_actions: Vec::new(),
        resources: everything,
        not_resources: Vec::new(),
        principals: Vec::new(),
        not_principals: Vec::new(),
        conditions: vec![condition],
        when: When::ALWAYS,
        place: Place::default(),
    };
    let mut request = Request::new(iam_evaluation::PrincipalId::anonymous(), "a:b", "*");
    request.context.set("faasguard:value", [value]);
    match statement_matches(&Policy::default(), &statement, &request) {
        Truth::Yes => Some(true),
        Truth::No => Some(false),
        Truth::Unknown => None,
    }
}

fn operator(kind: Scalar) -> &'static str {
    match kind {
        Scalar::Number(Order::Equal) => "NumericEquals",
        Scalar::Number(Order::Less) => "NumericLessThan",
        Scalar::Number(Order::LessEqual) => "NumericLessThanEquals",
        Scalar::Number(Order::Greater) => "NumericGreaterThan",
        Scalar::Number(Order::GreaterEqual) => "NumericGreaterThanEquals",
        Scalar::Moment(Order::Equal) => "DateEquals",
        Scalar::Moment(Order::Less) => "DateLessThan",
        Scalar::Moment(Order::LessEqual) => "DateLessThanEquals",
        Scalar::Moment(Order::Greater) => "DateGreaterThan",
        Scalar::Moment(Order::GreaterEqual) => "DateGreaterThanEquals",
        Scalar::Address => "IpAddress",
    }
}
