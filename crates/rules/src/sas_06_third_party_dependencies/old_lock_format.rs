//! SAS-6.26 `old-lock-format`: a lock file has a format of earlier days.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use lock_integrity::FactKind;

use crate::{
    Check, Packages, Rule,
    lock_facts::{self, Seen, Told},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 26 },
        name: "old-lock-format",
        summary: "A lock file has a format of earlier days, which says less",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[1104],
        since: "0.1.0",
        docs: include_str!("old_lock_format.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    lock_facts::findings(packages, &RULE.info, tell)
}

fn tell(seen: &Seen<'_>) -> Option<Told> {
    let FactKind::OldLockFormat { version } = &seen.fact.kind else { return None };
    let file = seen.fact.path.rsplit('/').next().unwrap_or_default();
    let message = format!(
        "`{file}` has the format {version}, which today's package managers rewrite at the next build"
    );
    let fix = "Lock anew with a current package manager and commit the result";
    Some(Told::new(message, "format", fix))
}
