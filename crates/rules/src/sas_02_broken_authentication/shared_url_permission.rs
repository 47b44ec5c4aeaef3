//! SAS-2.20 `shared-url-permission`: every AWS account may call a function URL that asks for a signature.

use app_model::{Application, Permission, TriggerKind, absence};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 20 },
        name: "shared-url-permission",
        summary: "Every AWS account may call a function URL",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[284, 732],
        since: "0.1.0",
        docs: include_str!("shared_url_permission.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.permissions.iter().filter_map(|permission| of_permission(app, permission)).collect()
}

fn of_permission(app: &Application, permission: &Permission) -> Option<Finding> {
    let action = permission.action.as_ref()?;
    if !action.value.may_be("lambda:InvokeFunctionUrl") || asks_nobody(app, permission) {
        return None;
    }
    let principal = permission.principal.as_ref()?;
    let (when, _) = principal.value.find(|name| name == "*")?;
    let when = permission
        .when
        .and(when)?
        .and(&absence(permission.organisation.as_ref())?)?
        .and(&absence(permission.source_account.as_ref())?)?
        .and(&absence(permission.source_arn.as_ref())?)?;
    let name = permission.function.as_deref().unwrap_or("a function elsewhere");
    let message = format!(
        "every AWS account may call the URL of `{name}`: its callers must sign, but the principal \
         of `{}` is `*`",
        permission.name
    );
    let mut finding = RULE.info.finding(principal.place, message);
    if let Some(function) = app.function(name) {
        finding = finding.about(app, function, None).severity(RULE.info.severity);
    }
    Some(
        finding
            .resource(&permission.name)
            .property("Principal")
            .under(&when)
            .fix("Name the accounts or roles under `Principal`, or add `PrincipalOrgID`"),
    )
}

/// Whether the URL is public anyway (SAS-2.1): by the permission's own word or by the URL's.
fn asks_nobody(app: &Application, permission: &Permission) -> bool {
    if let Some(setting) = &permission.url_auth {
        return !setting.value.may_be("AWS_IAM");
    }
    let Some(function) = &permission.function else { return true };
    app.triggers_of(function)
        .any(|trigger| trigger.kind == TriggerKind::FunctionUrl && trigger.auth.open().is_some())
}
