//! SAS-2.10 `weak-password-policy`: the password policy of a user pool allows passwords that can be guessed.

use app_model::{Application, Place, Resource, UserPool, When};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use super::user_pools;
use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 10 },
        name: "weak-password-policy",
        summary: "A user pool lets users choose weak passwords",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[521],
        since: "0.1.0",
        docs: include_str!("weak_password_policy.md"),
    },
    check: Check::Application(check),
};

/// What Cognito asks for when nothing is set, and the least that is accepted here.
const LEAST_LENGTH: i64 = 8;

/// From this length on, the kinds of characters no longer matter.
const LONG: i64 = 12;

fn check(app: &Application) -> Vec<Finding> {
    user_pools(app).filter_map(|(resource, pool)| of_pool(resource, pool)).collect()
}

fn of_pool(resource: &Resource, pool: &UserPool) -> Option<Finding> {
    let (place, when, what) = too_short(pool).or_else(|| too_simple(pool))?;
    let message = format!("`{}` accepts passwords {what}: they can be guessed", resource.name);
    Some(
        RULE.info
            .finding(place, message)
            .resource(&resource.name)
            .property("PasswordPolicy")
            .under(&resource.when.and(&when)?)
            .fix("Set `MinimumLength` of `PasswordPolicy` to 12 or more"),
    )
}

fn too_short(pool: &UserPool) -> Option<(Place, When, String)> {
    let setting = pool.password_length.as_ref()?;
    let (when, length) = setting.value.find(|length| *length < LEAST_LENGTH)?;
    Some((setting.place, when.clone(), format!("of {length} characters")))
}

/// In a policy that is written out, what is not asked for is not asked for. Cognito refuses one
/// without a length.
fn too_simple(pool: &UserPool) -> Option<(Place, When, String)> {
    let length = pool.password_length.as_ref()?;
    let (when, _) = length.value.find(|length| *length < LONG)?;
    let asked = pool.password_classes.iter().flatten();
    let asked = asked.filter(|class| !class.value.all(|on| !*on)).count();
    let what = "of one kind of characters, such as digits".to_owned();
    (asked == 0).then(|| (length.place, when.clone(), what))
}
