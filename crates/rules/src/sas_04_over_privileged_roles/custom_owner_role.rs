//! SAS-4.61 `custom-owner-role`: a custom role may do everything in a subscription.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{PropertyTexts, of_type},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 61 },
        name: "custom-owner-role",
        summary: "A custom role may do everything in a subscription",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[250],
        since: "0.1.0",
        docs: include_str!("custom_owner_role.md"),
    },
    check: Check::Application(check),
};

const SCOPES: &str = "properties.assignableScopes";

fn check(app: &Application) -> Vec<Finding> {
    let mut roles = of_type(app, "Microsoft.Authorization/roleDefinitions").peekable();
    if roles.peek().is_none() {
        return Vec::new();
    }
    let texts = PropertyTexts::of(app);
    let mut findings = Vec::new();
    for role in roles {
        let path = "properties.permissions.actions";
        let Some(spot) = texts.wrong(role, path, |action| action == "*") else { continue };
        let mut scopes = texts.at(&role.name, SCOPES);
        if !scopes.any(|scope| is_wide(scope.value.display())) {
            continue;
        }
        let message = format!(
            "the custom role `{}` may do everything in a subscription, and nobody looks for it \
             among the owners",
            role.name
        );
        let found = RULE.info.finding(spot.place, message).resource(&role.name).property(path);
        let fix = "List the actions that the role is for";
        findings.push(found.under(&spot.when).fix(fix));
    }
    findings
}

/// Whether a scope is a subscription, or all of them.
fn is_wide(scope: &str) -> bool {
    let lower = scope.trim_end_matches('/').to_ascii_lowercase();
    lower.is_empty()
        || lower == "${subscription().id}"
        || (lower.starts_with("/subscriptions/") && !lower.contains("/resourcegroups"))
}

#[cfg(test)]
mod tests {
    use super::is_wide;

    #[test]
    fn a_resource_group_is_not_a_subscription() {
        assert!(is_wide("/subscriptions/${subscription().subscriptionId}"));
        assert!(is_wide("/"));
        assert!(!is_wide("/subscriptions/1/resourceGroups/shop"));
        assert!(!is_wide("${resourceGroup().id}"));
    }
}
