//! SAS-6.19 `lock-out-of-step`: a manifest asks for what its lock file does not have.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use lock_integrity::FactKind;

use crate::{
    Check, Packages, Rule,
    lock_facts::{self, Seen, Told},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 19 },
        name: "lock-out-of-step",
        summary: "A manifest asks for what its lock file does not have",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[1357],
        since: "0.1.0",
        docs: include_str!("lock_out_of_step.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    lock_facts::findings(packages, &RULE.info, tell)
}

fn tell(seen: &Seen<'_>) -> Option<Told> {
    let FactKind::OutOfStep { lock } = &seen.fact.kind else { return None };
    let lock = lock.rsplit('/').next().unwrap_or(lock);
    let message = format!(
        "`{lock}` has no version of {} that {} asked for here: what is installed is decided anew",
        seen.names(),
        seen.verb("is", "are"),
    );
    let fix = "Lock anew, review what changes, and install only what is locked (`npm ci`, `uv sync \
               --locked`)";
    Some(Told::new(message, format!("lock/{lock}"), fix))
}
