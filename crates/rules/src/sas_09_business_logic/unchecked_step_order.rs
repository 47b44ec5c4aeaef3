//! SAS-9.11 `unchecked-step-order`: a request moves a record to a late step whatever its step is.

use std::collections::BTreeSet;

use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use taint::{Access, Deed, Given};

use crate::{
    Check, Code, Rule,
    accesses::{hostile_keys, plain, route},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 9, rule: 11 },
        name: "unchecked-step-order",
        summary: "A request moves a record to a late step whatever its step is",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[841],
        since: "0.1.0",
        docs: include_str!("unchecked_step_order.md"),
    },
    check: Check::Code(check),
};

/// Fields that hold the step of a record.
const STEPS: [&str; 8] = [
    "status",
    "state",
    "stage",
    "step",
    "orderstatus",
    "paymentstatus",
    "orderstate",
    "approvalstatus",
];
/// Steps that others must come before.
const LATE: [&str; 10] = [
    "paid",
    "shipped",
    "approved",
    "completed",
    "complete",
    "confirmed",
    "delivered",
    "fulfilled",
    "refunded",
    "verified",
];

fn check(code: &Code<'_>) -> Vec<Finding> {
    let mut told = BTreeSet::new();
    let accesses = code.analysis.accesses.iter();
    let found = accesses.filter_map(|access| Some((access.place, of_access(code, access)?)));
    found.filter(|(place, _)| told.insert(*place)).map(|(_, finding)| finding).collect()
}

fn is_step(field: &Given) -> bool {
    STEPS.contains(&plain(&field.name).as_str())
}

fn of_access(code: &Code<'_>, access: &Access) -> Option<Finding> {
    route(code, access.entry?)?;
    if access.deed != Deed::Change || access.is_conditional || access.keys.iter().any(is_step) {
        return None;
    }
    // What the function reads before may tell it the step that the record is at.
    let reads = |other: &&Access| other.entry == access.entry && other.deed == Deed::Read;
    if code.analysis.accesses.iter().any(|other| reads(&other)) {
        return None;
    }
    let is_late = |field: &&Given| {
        is_step(field)
            && field.constant.as_deref().is_some_and(|text| LATE.contains(&plain(text).as_str()))
    };
    let step = access.values.iter().find(is_late)?;
    let (key, _) = hostile_keys(access).next()?;
    let message = format!(
        "`{}` becomes `{}` whatever it was before: a request can leave out the steps in between",
        step.name,
        step.constant.as_deref().unwrap_or_default()
    );
    let finding = RULE
        .info
        .finding(access.place, message)
        .confidence(Confidence::Low)
        .property(format!("{}:{}", access.within, step.name))
        .fix("Let the write hold only for the step before (`ConditionExpression`, `WHERE status = …`)");
    let finding = key.hops.iter().fold(finding, |finding, (place, note)| finding.hop(*place, note));
    Some(code.about(finding, access.entry).severity(RULE.info.severity))
}
