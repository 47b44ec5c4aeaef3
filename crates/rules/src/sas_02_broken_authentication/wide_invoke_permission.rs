//! SAS-2.16 `wide-invoke-permission`: whoever was meant to invoke a function may also change it.

use app_model::{Application, Permission, SmolStr};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 16 },
        name: "wide-invoke-permission",
        summary: "A permission on a function allows more than to invoke it",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[732],
        since: "0.1.0",
        docs: include_str!("wide_invoke_permission.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.permissions.iter().filter_map(|permission| of_permission(app, permission)).collect()
}

fn of_permission(app: &Application, permission: &Permission) -> Option<Finding> {
    let setting = permission.action.as_ref()?;
    let (when, action) = setting.value.find(is_wide)?;
    let principal = permission.principal.as_ref();
    let who = principal.map_or("somebody", |principal| principal.value.display());
    let function = permission.function.as_deref().unwrap_or("a function elsewhere");
    let message =
        format!("`{who}` may do `{action}` on `{function}`, which goes beyond invoking it");
    // A service has no call that would change a function of its customer.
    let severity = if who.ends_with(".amazonaws.com") || who.ends_with(".amazon.com") {
        Severity::Low
    } else {
        RULE.info.severity
    };
    let mut finding = RULE.info.finding(setting.place, message).severity(severity);
    if let Some(function) = app.function(function) {
        finding = finding.function(&function.name);
    }
    Some(
        finding
            .resource(&permission.name)
            .property("Action")
            .under(&permission.when.and(when)?)
            .fix("Set `Action: lambda:InvokeFunction`"),
    )
}

/// Whether an action of a permission allows to change code, settings or permissions.
fn is_wide(action: &SmolStr) -> bool {
    let action = action.to_ascii_lowercase();
    action == "*"
        || action == "lambda:*"
        || ["lambda:update", "lambda:add", "lambda:put", "lambda:delete", "lambda:remove"]
            .iter()
            .any(|verb| action.starts_with(verb))
}
