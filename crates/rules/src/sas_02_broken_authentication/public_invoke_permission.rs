//! SAS-2.4 `public-invoke-permission`: the resource policy of a function lets everybody invoke it.

use app_model::{Application, Permission, absence};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 4 },
        name: "public-invoke-permission",
        summary: "Every AWS account may invoke a function",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[284, 732],
        since: "0.1.0",
        docs: include_str!("public_invoke_permission.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.permissions.iter().filter_map(|permission| of_permission(app, permission)).collect()
}

fn of_permission(app: &Application, permission: &Permission) -> Option<Finding> {
    // Permissions of function URLs are SAS-2.1 and SAS-2.20.
    let of_url = permission.url_auth.is_some()
        || permission.via_url.as_ref().is_some_and(|via| via.value.any(|on| *on))
        || permission.action.as_ref().is_some_and(|a| a.value.may_be("lambda:InvokeFunctionUrl"));
    if of_url {
        return None;
    }
    let principal = permission.principal.as_ref()?;
    let (when, _) = principal.value.find(|name| name == "*")?;
    let when = unpinned(permission)?.and(when)?.and(&permission.when)?;
    let name = permission.function.as_deref().unwrap_or("a function elsewhere");
    let message = format!(
        "every AWS account may invoke `{name}`: the principal of `{}` is `*`",
        permission.name
    );
    let finding = RULE.info.finding(principal.place, message);
    let finding = match permission.function.as_ref().and_then(|name| app.function(name)) {
        Some(function) => finding.about(app, function, None),
        None => finding,
    };
    Some(
        finding
            .resource(&permission.name)
            .property("Principal")
            .under(&when)
            .fix("Name the account, role or service under `Principal`, or add `PrincipalOrgID`"),
    )
}

/// When nothing narrows a permission; `None` when something always does.
fn unpinned(permission: &Permission) -> Option<app_model::When> {
    absence(permission.source_arn.as_ref())?
        .and(&absence(permission.source_account.as_ref())?)?
        .and(&absence(permission.organisation.as_ref())?)?
        .and(&absence(permission.event_source_token.as_ref())?)
}
