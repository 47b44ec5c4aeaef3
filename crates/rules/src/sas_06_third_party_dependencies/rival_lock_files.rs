//! SAS-6.20 `rival-lock-files`: two package managers have a lock file for one manifest.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use lock_integrity::FactKind;

use crate::{
    Check, Packages, Rule,
    lock_facts::{self, Seen, Told},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 20 },
        name: "rival-lock-files",
        summary: "Two package managers have a lock file for one manifest",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[1357],
        since: "0.1.0",
        docs: include_str!("rival_lock_files.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    lock_facts::findings(packages, &RULE.info, tell)
}

fn tell(seen: &Seen<'_>) -> Option<Told> {
    let FactKind::RivalLocks { others } = &seen.fact.kind else { return None };
    let own = seen.fact.path.rsplit('/').next().unwrap_or_default();
    let message = format!(
        "`{own}` and `{}` pin the same manifest: which versions run depends on who builds",
        others.join("`, `")
    );
    let fix = "Keep the lock file of the package manager that builds, and delete the other";
    Some(Told::new(message, "rivals", fix))
}
