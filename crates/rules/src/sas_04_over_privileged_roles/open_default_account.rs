//! SAS-4.85 `open-default-account`: strangers call a function that may change the whole project.

use app_model::{Application, Exposure, Function, Platform};
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    bindings::is_default_account,
    rank::AboutFunction,
    settings::{Spot, wrong_or_missing},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 85 },
        name: "open-default-account",
        summary: "Strangers call a function that may change the whole project",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[250, 306],
        since: "0.1.0",
        docs: include_str!("open_default_account.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.functions
        .iter()
        .filter(|function| function.platform == Platform::Google)
        .filter_map(|function| {
            let spot = by_default(function)?;
            let reach = app.reach(&function.name)?;
            if reach.exposure != Exposure::Internet || !reach.unauthenticated {
                return None;
            }
            let message = format!(
                "anybody on the internet can call `{}`, which runs as the default account of the \
                 project: that one holds `roles/editor` unless somebody took it away",
                function.name
            );
            let found = RULE.info.finding(spot.place, message).about(app, function, None);
            let found = found.severity(RULE.info.severity).confidence(Confidence::Medium);
            let fix = "Make an account for the function, name it under `serviceAccountEmail`, and \
                       give it the roles that it needs";
            Some(found.under(&spot.when).confidence(Confidence::Medium).fix(fix))
        })
        .collect()
}

/// When a function names no account, or the default one.
pub(super) fn by_default(function: &Function) -> Option<Spot> {
    let account = function.role_arn.as_ref();
    let is_default = |text: &str| is_default_account(text);
    if function.role.is_some() {
        return None;
    }
    let unresolved = account
        .is_some_and(|it| it.value.is_unresolved() && is_default_account(it.value.display()));
    if unresolved {
        return Some(Spot { place: function.place, when: function.when.clone() });
    }
    wrong_or_missing(account, &function.when, function.place, |text| is_default(text))
}
