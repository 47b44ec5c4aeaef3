//! SAS-2.26 `identity-from-request`: a request says itself whose data it reads or changes.

use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use taint::{Access, Deed};

use crate::{
    Check, Code, Rule,
    accesses::{first_at_each_place, has_users, hostile_keys, is_identity, knows_caller, route},
    code::words,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 26 },
        name: "identity-from-request",
        summary: "A request says itself whose data it reads or changes",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[639, 290],
        since: "0.1.0",
        docs: include_str!("identity_from_request.md"),
    },
    check: Check::Code(check),
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    first_at_each_place(code, of_access)
}

/// A function that never asks who its caller is cannot know whether the name in the request is
/// the caller's.
fn of_access(code: &Code<'_>, access: &Access) -> Option<Finding> {
    let entry = access.entry?;
    let route = route(code, entry)?;
    if access.deed == Deed::Put || access.is_owned || knows_caller(code, entry) {
        return None;
    }
    let (key, _) = hostile_keys(access).find(|(_, path)| is_identity(path))?;
    // Who asks nobody for a proof is told so by SAS-2.2; what the data is worth, nobody knows.
    let (severity, confidence) = if has_users(route) {
        (RULE.info.severity, Confidence::Medium)
    } else {
        (Severity::Low, Confidence::Low)
    };
    let message = format!(
        "{} picks whose data `{}` works on, and nothing shows that it is the caller's own",
        words(&key.source),
        access.call
    );
    let finding = RULE
        .info
        .finding(access.place, message)
        .confidence(confidence)
        .property(format!("{}:{}", access.within, access.call))
        .fix("Take the identity from the claims that the authorizer vouches for");
    let finding = key.hops.iter().fold(finding, |finding, (place, note)| finding.hop(*place, note));
    Some(code.about(finding, access.entry).severity(severity))
}
