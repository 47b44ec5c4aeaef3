//! SAS-6.14 `unscoped-internal-package`: a name of the own registry can be taken by anyone in the public one.

use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use lock_integrity::FactKind;

use crate::{
    Check, Packages, Rule,
    lock_facts::{self, Seen, Told},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 14 },
        name: "unscoped-internal-package",
        summary: "A package of a private registry may as well be taken from the public one",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[427, 1357],
        since: "0.1.0",
        docs: include_str!("unscoped_internal_package.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    lock_facts::findings(packages, &RULE.info, tell)
}

fn tell(seen: &Seen<'_>) -> Option<Told> {
    match &seen.fact.kind {
        FactKind::UnscopedInternalName { host } => {
            let message = format!(
                "{} {} from the private registry `{host}` without a scope: who installs without \
                 this lock file asks the public one",
                seen.share(),
                seen.verb("comes", "come"),
            );
            let fix = "Publish them under a scope and bind that to the registry: \
                       `@scope:registry=` in `.npmrc`";
            let told = Told::new(message, format!("unscoped/{host}"), fix);
            Some(told.confidence(Confidence::Medium))
        }
        FactKind::ScopeFromPublic { scope, host } => {
            let message = format!(
                "{} {} from the public registry, though `{scope}` belongs to `{host}`",
                seen.share(),
                seen.verb("comes", "come"),
            );
            let fix = "Remove the entries, check what was installed, and lock anew";
            let told = Told::new(message, format!("scope/{scope}"), fix);
            Some(told.confidence(Confidence::Medium))
        }
        _ => None,
    }
}
