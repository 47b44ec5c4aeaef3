//! SAS-6.25 `install-script`: packages run scripts when they are installed.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use lock_integrity::FactKind;

use crate::{
    Check, Packages, Rule,
    lock_facts::{self, Seen, Told},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 25 },
        name: "install-script",
        summary: "Packages run scripts when they are installed",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[829],
        since: "0.1.0",
        docs: include_str!("install_script.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    lock_facts::findings(packages, &RULE.info, tell)
}

fn tell(seen: &Seen<'_>) -> Option<Told> {
    if seen.fact.kind != FactKind::InstallScript {
        return None;
    }
    let message = format!(
        "{} {} code on the machine that installs {}",
        seen.share(),
        seen.verb("runs", "run"),
        seen.verb("it", "them"),
    );
    let fix = "Set `ignore-scripts=true` in `.npmrc` and allow scripts for those that need them; ask \
               for wheels (`--only-binary :all:`)";
    Some(Told::new(message, "scripts", fix))
}
