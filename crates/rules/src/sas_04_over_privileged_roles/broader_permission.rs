//! SAS-4.31 `broader-permission`: a role allows on more resources what its function does on some.

use cloud_names::{Arn, Breadth, breadth};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use least_privilege::Broader;

use crate::{
    Check, Rights, Rule,
    grants::list_of,
    rank::AboutFunction,
    rights::{exact, harm},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 31 },
        name: "broader-permission",
        summary: "A role allows on many resources what its function does on few",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[250, 732],
        since: "0.1.0",
        docs: include_str!("broader_permission.md"),
    },
    check: Check::Rights(check),
};

fn check(rights: &Rights<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for (function, privileges) in rights.known() {
        for broader in &privileges.comparison.broader {
            // `*` has rules of its own, which name the exact policy.
            if breadth(&broader.resource) == Breadth::Everything || is_usual(broader) {
                continue;
            }
            if findings.iter().any(|it| it.place == broader.place) {
                continue;
            }
            let needed: Vec<String> = broader.needed.iter().map(ToString::to_string).collect();
            let message = format!(
                "`{}` is allowed `{}` on `{}`, and does that on {} only",
                function.name,
                broader.action,
                broader.resource,
                list_of(&needed)
            );
            let found = RULE.info.finding(broader.place, message).severity(harm([&broader.action]));
            findings.push(
                found
                    .about(rights.app, function, None)
                    .property(format!("{}/{}", broader.action, broader.resource))
                    .fix(format!(
                        "Name the resources that the function needs: {}",
                        exact(privileges)
                    )),
            );
        }
    }
    findings
}

/// All objects of the bucket that is used, or the same resource in every region: few would write more.
fn is_usual(broader: &Broader) -> bool {
    let resource = |text: &str| Arn::parse_pattern(text).map(|arn| arn.resource).ok();
    matches!(breadth(&broader.resource), Breadth::Bucket { .. })
        || broader.needed.iter().all(|needed| resource(needed) == resource(&broader.resource))
}
