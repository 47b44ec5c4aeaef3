//! SAS-2.27 `missing-ownership-check`: any user reads or changes the records of others by their ids.

use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use taint::{Access, Deed, Trust};

use crate::{
    Check, Code, Rule,
    accesses::{
        first_at_each_place, has_users, hostile_keys, is_identity, knows_caller, last_field, route,
    },
    code::words,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 27 },
        name: "missing-ownership-check",
        summary: "Any user reads or changes the records of others by their ids",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[639, 862],
        since: "0.1.0",
        docs: include_str!("missing_ownership_check.md"),
    },
    check: Check::Code(check),
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    first_at_each_place(code, of_access)
}

/// Routes without users have nobody whose record it could be; SAS-2.2 speaks of them.
fn of_access(code: &Code<'_>, access: &Access) -> Option<Finding> {
    let entry = access.entry?;
    let is_meant = matches!(access.deed, Deed::Read | Deed::Change | Deed::Delete);
    if !is_meant || access.is_owned || access.is_conditional || knows_caller(code, entry) {
        return None;
    }
    if !has_users(route(code, entry)?) {
        return None;
    }
    // A part of the key that nobody outside decides may be the owner.
    let is_open = |key: &taint::Given| key.trust == Trust::Attacker || key.constant.is_some();
    if !access.keys.iter().all(is_open) {
        return None;
    }
    let is_id = |path: &str| last_field(path).ends_with("id") && !is_identity(path);
    let (key, _) = hostile_keys(access).find(|(_, path)| is_id(path))?;
    let message = format!(
        "{} alone picks the record of `{}`: any user who knows or guesses an id gets at those of \
         others",
        words(&key.source),
        access.call
    );
    let finding = RULE
        .info
        .finding(access.place, message)
        .confidence(Confidence::Low)
        .property(format!("{}:{}", access.within, access.call))
        .fix(
            "Make the caller's identity a part of the key or of the condition, or compare it with \
             the owner of the record",
        );
    let finding = key.hops.iter().fold(finding, |finding, (place, note)| finding.hop(*place, note));
    Some(code.about(finding, access.entry).severity(RULE.info.severity))
}
