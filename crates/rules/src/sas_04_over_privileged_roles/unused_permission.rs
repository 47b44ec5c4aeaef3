//! SAS-4.30 `unused-permission`: a role allows what its function never does.

use std::collections::BTreeMap;

use app_model::{Function, Place, SmolStr};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use least_privilege::{Privileges, Unused};

use crate::{
    Check, Rights, Rule,
    grants::list_of,
    rank::AboutFunction,
    rights::{exact, harm},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 30 },
        name: "unused-permission",
        summary: "A role allows what its function never does",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[250, 272],
        since: "0.1.0",
        docs: include_str!("unused_permission.md"),
    },
    check: Check::Rights(check),
};

fn check(rights: &Rights<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (function, privileges) in rights.known() {
        let mut by_statement: BTreeMap<Place, Vec<&Unused>> = BTreeMap::new();
        for unused in privileges.comparison.unused.iter().filter(|it| is_told(it)) {
            by_statement.entry(unused.statement).or_default().push(unused);
        }
        for unused in by_statement.into_values() {
            findings.extend(finding(rights, function, privileges, &unused));
        }
    }
    findings
}

/// A part of a pattern is a matter of the pattern, and a policy template or a policy of AWS cannot be
/// narrowed: those are told only when nothing of them is needed.
fn is_told(unused: &Unused) -> bool {
    let is_fixed = unused.is_of_template || unused.policy.is_some();
    !unused.is_part && unused.but.is_empty() && (unused.is_whole || !is_fixed)
}

fn finding(
    rights: &Rights<'_>,
    function: &Function,
    privileges: &Privileges,
    unused: &[&Unused],
) -> Option<Finding> {
    let first = unused.first()?;
    let mut actions: Vec<&SmolStr> = unused.iter().map(|it| &it.action).collect();
    actions.dedup();
    let names: Vec<String> = actions.iter().map(ToString::to_string).collect();
    let name = &function.name;
    let message = match first.policy {
        Some(policy) => format!("`{name}` does nothing of what the policy `{policy}` allows"),
        None if first.is_whole => {
            format!("`{name}` does nothing of what is allowed here: {}", list_of(&names))
        }
        None => format!("`{name}` is allowed {}, and never does that", list_of(&names)),
    };
    // Of a statement that a module makes of what its caller hands over, the caller's words.
    let is_one_file = first.statement.file == first.place.file;
    let place = if first.is_whole && is_one_file { first.statement } else { first.place };
    let fix = if first.is_whole {
        format!("Remove it; the function needs {}", exact(privileges))
    } else {
        format!("Leave only what the function needs: {}", exact(privileges))
    };
    let found = RULE.info.finding(place, message).severity(harm(actions));
    Some(found.about(rights.app, function, None).property(names.join(",")).fix(fix))
}
