//! SAS-6.16 `unchecked-package-address`: a package is a file at an address, and nothing says which bytes are right.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use lock_integrity::FactKind;

use crate::{
    Check, Packages, Rule,
    lock_facts::{self, Seen, Told},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 16 },
        name: "unchecked-package-address",
        summary: "A package is a file at an address, and nothing says which bytes are right",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[494, 353],
        since: "0.1.0",
        docs: include_str!("unchecked_package_address.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    lock_facts::findings(packages, &RULE.info, tell)
}

fn tell(seen: &Seen<'_>) -> Option<Told> {
    if seen.fact.kind != FactKind::UncheckedAddress {
        return None;
    }
    let host = seen.first()?.origin.host.clone().unwrap_or_default();
    let message = format!(
        "{} {} from an address at `{host}` without a digest: whoever writes there decides",
        seen.share(),
        seen.verb("comes", "come"),
    );
    let fix = "Add the digest (`#sha256=…` or `--hash=sha256:…`), or take it from a registry";
    Some(Told::new(message, "address", fix))
}
