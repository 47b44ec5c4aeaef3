//! SAS-2.28 `authorization-from-request`: a request says itself what its sender may do.

use std::collections::BTreeSet;

use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use taint::{Decision, Trust};

use crate::{
    Check, Code, Rule,
    accesses::{last_field, plain},
    code::words,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 28 },
        name: "authorization-from-request",
        summary: "A request says itself what its sender may do",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[602, 285],
        since: "0.1.0",
        docs: include_str!("authorization_from_request.md"),
    },
    check: Check::Code(check),
};

/// Fields that say yes or no.
const FLAGS: [&str; 7] =
    ["isadmin", "admin", "issuperuser", "isowner", "isstaff", "ismoderator", "isauthorized"];
/// Fields that say which of several.
const ROLES: [&str; 12] = [
    "role",
    "roles",
    "userrole",
    "xrole",
    "xuserrole",
    "usertype",
    "group",
    "groups",
    "permission",
    "permissions",
    "scope",
    "privilege",
];
/// What those say who may do more than others.
const PRIVILEGED: [&str; 10] = [
    "admin",
    "admins",
    "administrator",
    "superadmin",
    "superuser",
    "root",
    "owner",
    "manager",
    "staff",
    "moderator",
];

fn check(code: &Code<'_>) -> Vec<Finding> {
    let mut told = BTreeSet::new();
    let decisions = code.analysis.decisions.iter().filter(|decision| decides(decision));
    let first = decisions.filter(|decision| told.insert(decision.place));
    first.map(|decision| of_decision(code, decision)).collect()
}

fn decides(decision: &Decision) -> bool {
    let field = last_field(&decision.path);
    let is_privileged = PRIVILEGED.contains(&plain(&decision.constant).as_str());
    let is_right =
        FLAGS.contains(&field.as_str()) || (ROLES.contains(&field.as_str()) && is_privileged);
    decision.trust == Trust::Attacker && is_right
}

fn of_decision(code: &Code<'_>, decision: &Decision) -> Finding {
    let message = format!(
        "{} decides what the caller may do: whoever sends the request writes it themselves",
        words(&decision.source)
    );
    let finding = RULE
        .info
        .finding(decision.place, message)
        .confidence(Confidence::Medium)
        .property(format!("{}:{}", decision.within, decision.path))
        .fix("Decide by claims that the authorizer vouches for, or by what is stored of the user");
    let hops = decision.hops.iter();
    let finding = hops.fold(finding, |finding, (place, note)| finding.hop(*place, note));
    code.about(finding, decision.entry).severity(RULE.info.severity)
}
