//! SAS-6.11 `foreign-package-host`: a lock file takes a package from a host that is no registry.

use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use lock_integrity::FactKind;

use crate::{
    Check, Packages, Rule,
    lock_facts::{self, Seen, Told},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 11 },
        name: "foreign-package-host",
        summary: "A lock file takes a package from a host that is no registry",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[494, 829],
        since: "0.1.0",
        docs: include_str!("foreign_package_host.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    lock_facts::findings(packages, &RULE.info, tell)
}

fn tell(seen: &Seen<'_>) -> Option<Told> {
    let FactKind::ForeignHost { host, is_public } = &seen.fact.kind else { return None };
    let message = format!(
        "{} {} from `{host}`, which is no registry{}",
        seen.share(),
        seen.verb("comes", "come"),
        if *is_public { ", though the public one has that name" } else { "" },
    );
    let told = Told::new(
        message,
        format!("host/{host}"),
        "Remove the entry and lock anew; name an own registry in `.npmrc` or `pip.conf`",
    );
    let severity = if *is_public { Severity::High } else { Severity::Medium };
    Some(told.severity(severity).confidence(Confidence::Medium))
}
