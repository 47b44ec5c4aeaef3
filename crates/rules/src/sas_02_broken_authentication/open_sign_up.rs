//! SAS-2.12 `open-sign-up`: whoever likes can make themselves a user who passes the authorizer.

use app_model::{Application, Resource, UserPool, When};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use super::user_pools;
use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 12 },
        name: "open-sign-up",
        summary: "Anybody can make an account in the user pool that guards an interface",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[287],
        since: "0.1.0",
        docs: include_str!("open_sign_up.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    user_pools(app).filter_map(|(resource, pool)| of_pool(app, resource, pool)).collect()
}

fn of_pool(app: &Application, resource: &Resource, pool: &UserPool) -> Option<Finding> {
    let guarded = app.apis.iter().find(|api| {
        api.authorizers
            .iter()
            .any(|authorizer| authorizer.references.iter().any(|r| r.name == resource.name))
    })?;
    let (place, when) = match &pool.admin_creates_users {
        None => (resource.place, When::ALWAYS),
        Some(setting) => {
            let when = setting
                .absent
                .clone()
                .or_else(|| setting.value.find(|only| !*only).map(|(when, _)| when.clone()))?;
            (setting.place, when)
        }
    };
    let message = format!(
        "anybody can sign themselves up in `{}` and then passes the authorizer of `{}`",
        resource.name, guarded.name
    );
    Some(
        RULE.info
            .finding(place, message)
            .resource(&resource.name)
            .property("AllowAdminCreateUserOnly")
            .under(&resource.when.and(&when)?)
            .fix("Set `AdminCreateUserConfig.AllowAdminCreateUserOnly: true`, or check groups or scopes"),
    )
}
