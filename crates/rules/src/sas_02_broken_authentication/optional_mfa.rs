//! SAS-2.11 `optional-mfa`: users of a pool sign in with a password alone.

use app_model::{Application, Resource, UserPool, When};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use super::user_pools;
use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 11 },
        name: "optional-mfa",
        summary: "A user pool knows no second factor",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[308],
        since: "0.1.0",
        docs: include_str!("optional_mfa.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    user_pools(app).filter_map(|(resource, pool)| of_pool(resource, pool)).collect()
}

fn of_pool(resource: &Resource, pool: &UserPool) -> Option<Finding> {
    let (place, when) = match &pool.mfa {
        None => (resource.place, When::ALWAYS),
        Some(setting) => {
            let when = setting.absent.clone().or_else(|| {
                let (when, _) = setting.value.find(|word| word.eq_ignore_ascii_case("OFF"))?;
                Some(when.clone())
            })?;
            (setting.place, when)
        }
    };
    let message = format!(
        "users of `{}` cannot add a second factor: a stolen or guessed password is enough",
        resource.name
    );
    Some(
        RULE.info
            .finding(place, message)
            .resource(&resource.name)
            .property("MfaConfiguration")
            .under(&resource.when.and(&when)?)
            .fix("Set `MfaConfiguration: 'ON'`, or `OPTIONAL` where users may choose, and `EnabledMfas`"),
    )
}
