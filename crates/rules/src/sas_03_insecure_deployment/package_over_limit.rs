//! SAS-3.41 `package-over-limit`: code and layers unpack to more than Lambda takes.

use code_package::Limits;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Package, Packages, Rule};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 41 },
        name: "package-over-limit",
        summary: "Code and layers unpack to more than Lambda takes",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[770],
        since: "0.1.0",
        docs: include_str!("package_over_limit.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    let of = |package| finding(package).map(|it| packages.about(it, package));
    packages.packages.iter().filter_map(of).collect()
}

fn finding(package: &Package<'_>) -> Option<Finding> {
    let most = Limits::default().unpacked;
    let sizes = package.archives.iter().map(|it| it.audit.unpacked);
    let unpacked = sizes.fold(0_u64, u64::saturating_add);
    if unpacked <= most {
        return None;
    }
    let largest = package.archives.iter().max_by_key(|it| it.audit.unpacked)?;
    let parts = match package.archives.as_slice() {
        [_] => "the archive unpacks".to_owned(),
        parts => format!("the {} archives of code and layers unpack", parts.len()),
    };
    let message =
        format!("{parts} to {unpacked} bytes, but Lambda takes {most} with all layers together");
    let fix = "Leave out what the function does not need, or use a container image";
    Some(RULE.info.finding(largest.place, message).fix(fix))
}
