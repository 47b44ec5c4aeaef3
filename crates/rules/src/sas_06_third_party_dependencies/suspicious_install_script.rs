//! SAS-6.21 `suspicious-install-script`: an installed package runs a command that no honest one needs.

use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use lock_integrity::FactKind;

use crate::{
    Check, Packages, Rule,
    lock_facts::{self, Seen, Told},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 21 },
        name: "suspicious-install-script",
        summary: "A package runs a command when it is installed that no honest one needs",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[506],
        since: "0.1.0",
        docs: include_str!("suspicious_install_script.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    lock_facts::findings(packages, &RULE.info, tell)
}

fn tell(seen: &Seen<'_>) -> Option<Told> {
    let FactKind::SuspiciousScript { script, sign } = &seen.fact.kind else { return None };
    let name = &seen.first()?.name;
    let message = format!("the script `{script}` of `{name}` {sign} when it is installed");
    let fix = format!(
        "Look at the command before the next build; remove `{name}` and change the secrets of \
         machines that installed it if it is hostile"
    );
    let told = Told::new(message, format!("script/{name}/{script}"), fix);
    Some(told.confidence(Confidence::Medium))
}
