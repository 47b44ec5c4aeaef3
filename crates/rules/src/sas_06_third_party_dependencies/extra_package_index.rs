//! SAS-6.13 `extra-package-index`: an index besides the usual one may answer for any name.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use lock_integrity::FactKind;

use crate::{
    Check, Packages, Rule,
    lock_facts::{self, Seen, Told},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 13 },
        name: "extra-package-index",
        summary: "An extra package index competes with the usual one for every name",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[427, 1357],
        since: "0.1.0",
        docs: include_str!("extra_package_index.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    lock_facts::findings(packages, &RULE.info, tell)
}

fn tell(seen: &Seen<'_>) -> Option<Told> {
    let FactKind::ExtraIndex { host, is_public } = &seen.fact.kind else { return None };
    let message = format!(
        "`{host}` is asked besides the usual index: whoever of them has the higher version of a \
         name wins"
    );
    let fix = "Ask one index that serves both, bind names to indexes (`explicit` in uv and Poetry), or \
               pin digests with `--require-hashes`";
    let told = Told::new(message, format!("index/{host}"), fix);
    // Who owns names there is known to all; what is at stake is a mix-up, not an own secret name.
    Some(if *is_public { told.severity(Severity::Low) } else { told })
}
