//! Whether the conditions of a statement close a way to somebody who makes the requests themselves.
//!
//! Some keys are decided by the way up (`iam:PassedToService`), some are in the hands of whoever
//! makes the request (`aws:RequestedRegion`, tags). All others say who asks, from where and when:
//! they neither close the way nor leave it open, so that the way is open *only when* they hold.

use cloud_names::Pattern;

use super::Ask;
use crate::{Comparison, Condition, Effect, Operator, Term, managed};

/// What a condition does to a way up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It holds, or whoever asks can make it hold where they want it to.
    Holds,
    /// It does not hold, or whoever asks can avoid it where they want to.
    Fails,
    /// It hangs on something else; the condition in words.
    Unknown(String),
}

/// Judges a condition of a statement with `effect`, in the interest of whoever asks: they want an
/// `Allow` to hold and a `Deny` to fail.
pub(super) fn judge(condition: &Condition, effect: Effect, ask: &Ask<'_>) -> Verdict {
    let verdict = judge_always(condition, effect, ask);
    // Whether the condition stands there at all hangs on the deployment.
    if condition.when.is_always() || verdict == Verdict::Holds {
        return verdict;
    }
    Verdict::Unknown(words(condition))
}

fn judge_always(condition: &Condition, effect: Effect, ask: &Ask<'_>) -> Verdict {
    let unknown = || Verdict::Unknown(words(condition));
    let Some(operator) = condition.parsed_operator() else { return unknown() };
    let chosen = if effect == Effect::Allow { Verdict::Holds } else { Verdict::Fails };
    let key = condition.key.to_ascii_lowercase();
    match key.as_str() {
        "iam:passedtoservice" if !ask.passed_to.is_empty() => {
            passed_to(condition, operator, effect, ask)
        }
        "iam:policyarn" => policy_arn(condition, operator, effect),
        "aws:requestedregion"
        | "aws:useragent"
        | "aws:referer"
        | "aws:tagkeys"
        | "sts:rolesessionname" => chosen,
        _ if key.starts_with("aws:requesttag/") => chosen,
        "aws:securetransport" => flag(condition, operator, true),
        "aws:principalisawsservice" => flag(condition, operator, false),
        "aws:resourceaccount" | "aws:principalaccount" if is_own_account(condition, operator) => {
            Verdict::Holds
        }
        _ => unknown(),
    }
}

/// Whether whoever makes a request chooses the value of a key, given in lower case.
fn is_chosen(key: &str) -> bool {
    matches!(
        key,
        "aws:requestedregion"
            | "aws:useragent"
            | "aws:referer"
            | "aws:tagkeys"
            | "sts:rolesessionname"
    ) || key.starts_with("aws:requesttag/")
}

/// Whether what is chosen so that an `Allow` holds may be what a `Deny` is about: `true` unless a
/// value that the `Allow` names is certainly none that the `Deny` names.
pub(super) fn compete(allow: &Condition, deny: &Condition) -> bool {
    let key = allow.key.to_ascii_lowercase();
    if !deny.is_on(&key) || !(is_chosen(&key) || key == "iam:policyarn") {
        return false;
    }
    let (Some(own), Some(other)) = (allow.parsed_operator(), deny.parsed_operator()) else {
        return true;
    };
    let leaves = |term: &Term| {
        term.resolved
            && !term.text.contains(['*', '?'])
            && fits(allow, own, &term.text) == Some(true)
            && fits(deny, other, &term.text) == Some(false)
    };
    !allow.values.iter().any(leaves)
}

/// A key that is the same in every request of a principal that is no service.
fn flag(condition: &Condition, operator: Operator, value: bool) -> Verdict {
    let written = condition.values.iter().map(|term| term.text.to_ascii_lowercase());
    let values: Vec<_> = written.collect();
    let is_plain = matches!(operator.comparison, Comparison::Bool | Comparison::StringEquals)
        && values.iter().all(|text| text == "true" || text == "false");
    if !is_plain || values.is_empty() {
        return Verdict::Unknown(words(condition));
    }
    let holds = values.iter().any(|text| (text == "true") == value) != operator.negated;
    if holds { Verdict::Holds } else { Verdict::Fails }
}

fn passed_to(condition: &Condition, operator: Operator, effect: Effect, ask: &Ask<'_>) -> Verdict {
    if operator.comparison == Comparison::Null {
        return flag(condition, Operator { comparison: Comparison::Bool, ..operator }, false);
    }
    let answers = ask.passed_to.iter().map(|service| fits(condition, operator, service));
    best_for(effect, answers).unwrap_or_else(|| Verdict::Unknown(words(condition)))
}

/// Policies of AWS that make an administrator of whoever they are attached to.
const ADMINISTRATORS: [&str; 2] =
    ["arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/IAMFullAccess"];

/// Whoever attaches a policy chooses which: one that makes an administrator, if the condition lets
/// them. What policies of the account itself allow is not known.
fn policy_arn(condition: &Condition, operator: Operator, effect: Effect) -> Verdict {
    let unknown = || Verdict::Unknown(words(condition));
    if operator.comparison == Comparison::Null {
        return unknown();
    }
    let answers = ADMINISTRATORS.iter().map(|arn| fits(condition, operator, arn));
    let Some(verdict) = best_for(effect, answers) else { return unknown() };
    let wanted = if effect == Effect::Allow { Verdict::Holds } else { Verdict::Fails };
    let names_own = |term: &Term| !managed::is_managed_arn(&term.text);
    if verdict != wanted
        && (effect == Effect::Deny) == operator.negated
        && condition.values.iter().any(names_own)
    {
        return unknown();
    }
    verdict
}

/// Of several choices the one that whoever asks would take; `None` when some cannot be told and
/// none is as they want it.
fn best_for(effect: Effect, answers: impl Iterator<Item = Option<bool>>) -> Option<Verdict> {
    let wanted = effect == Effect::Allow;
    let (mut is_open, mut found) = (false, false);
    for answer in answers {
        is_open |= answer.is_none();
        found |= answer == Some(wanted);
    }
    match (found, is_open, wanted) {
        (true, _, true) | (false, false, false) => Some(Verdict::Holds),
        (true, _, false) | (false, false, true) => Some(Verdict::Fails),
        (false, true, _) => None,
    }
}

/// Whether the condition holds for one value of its key; `None` when it cannot be told.
fn fits(condition: &Condition, operator: Operator, value: &str) -> Option<bool> {
    let mut is_open = false;
    for term in &condition.values {
        let pattern = match operator.comparison {
            Comparison::StringEquals => Pattern::literal(&term.text),
            Comparison::StringEqualsIgnoreCase => Pattern::literal(&term.text.to_ascii_lowercase()),
            Comparison::StringLike | Comparison::ArnLike => term.resource_glob(),
            _ => return None,
        };
        if pattern.matches(value) {
            return term.when.is_always().then_some(!operator.negated);
        }
        is_open |= pattern.may_match(value);
    }
    if is_open { None } else { Some(operator.negated) }
}

/// Whether the condition asks for the account in which everything stands anyway.
fn is_own_account(condition: &Condition, operator: Operator) -> bool {
    !operator.negated
        && condition.values.iter().any(|term| {
            let text = term.text.as_str();
            matches!(text, "${AWS::AccountId}" | "${aws:PrincipalAccount}")
                || text.eq_ignore_ascii_case("${aws:ResourceAccount}")
        })
}

/// The condition in words: `` `aws:SourceIp` is in `10.0.0.0/8` ``.
pub(super) fn words(condition: &Condition) -> String {
    let key = &condition.key;
    let shown: Vec<String> =
        condition.values.iter().take(3).map(|term| format!("`{}`", term.text)).collect();
    let more = condition.values.len().saturating_sub(shown.len());
    let mut values = shown.join(" or ");
    if more > 0 {
        values = format!("{values} or one of {more} more");
    }
    let Some(operator) = condition.parsed_operator() else {
        return format!("`{key}` fits {values}");
    };
    let verb = match (operator.comparison, operator.negated) {
        (Comparison::Null, _) => {
            let is_missing = condition.values.iter().any(|term| term.text == "true");
            return format!("`{key}` is {}", if is_missing { "missing" } else { "there" });
        }
        (Comparison::IpAddress, false) => "is in",
        (Comparison::IpAddress, true) => "is not in",
        (Comparison::StringLike | Comparison::ArnLike, false) => "is like",
        (Comparison::StringLike | Comparison::ArnLike, true) => "is not like",
        (Comparison::NumericLessThan | Comparison::DateLessThan, _) => "is less than",
        (Comparison::NumericLessThanEquals | Comparison::DateLessThanEquals, _) => "is at most",
        (Comparison::NumericGreaterThan | Comparison::DateGreaterThan, _) => "is more than",
        (Comparison::NumericGreaterThanEquals | Comparison::DateGreaterThanEquals, _) => {
            "is at least"
        }
        (_, false) => "is",
        (_, true) => "is not",
    };
    let or_missing = if operator.if_exists { " or missing" } else { "" };
    format!("`{key}` {verb} {values}{or_missing}")
}
