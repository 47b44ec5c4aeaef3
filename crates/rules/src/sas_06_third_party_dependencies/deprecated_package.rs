//! SAS-6.22 `deprecated-package`: a package is used whose authors want nobody to use it any more.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use lock_integrity::FactKind;

use crate::{
    Check, Packages, Rule,
    lock_facts::{self, Seen, Told},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 22 },
        name: "deprecated-package",
        summary: "The function asks for a package that its authors have given up",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[1104],
        since: "0.1.0",
        docs: include_str!("deprecated_package.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    lock_facts::findings(packages, &RULE.info, tell)
}

fn tell(seen: &Seen<'_>) -> Option<Told> {
    if seen.fact.kind != FactKind::Deprecated {
        return None;
    }
    let (is, flaws) = (seen.verb("is", "are"), "nobody mends what is found in");
    let message = format!(
        "{} {is} deprecated by {} authors: {flaws} {}",
        seen.names(),
        seen.verb("its", "their"),
        seen.verb("it", "them"),
    );
    let fix = "Use what the notice of the authors names (`npm view NAME deprecated`)";
    Some(Told::new(message, "deprecated", fix))
}
