//! SAS-6.7 `malicious-dependency`: a package that was made, or taken over, to do harm.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use super::vulnerable_dependency::known_flaws;
use crate::{
    Check, Packages, Rule,
    packages::{named, runs_only_in_development},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 7 },
        name: "malicious-dependency",
        summary: "A package that is known to be malicious",
        severity: Severity::Critical,
        audience: Audience::Everyone,
        cwe: &[506, 829],
        since: "0.1.0",
        docs: include_str!("malicious_dependency.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    known_flaws(
        packages,
        |found| found.malware,
        |package, component, found| {
            let id = found.ids.first().copied().unwrap_or_default();
            let message = format!("{} is malicious (`{id}`)", named(component));
            let fix = format!(
                "Remove `{}`, and change every secret that a machine held which installed it",
                component.name
            );
            let finding = RULE.info.finding(package.place(component)?, message).fix(fix);
            // It does harm where it is installed, whether anything imports it or not.
            let is_at_work = !runs_only_in_development(component);
            Some(if is_at_work { packages.about(finding, package) } else { finding })
        },
    )
}
