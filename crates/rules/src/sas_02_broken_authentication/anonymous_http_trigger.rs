//! SAS-2.60 `anonymous-http-trigger`: anybody may call an HTTP function.

use app_model::{Application, Exposure, Platform, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 60 },
        name: "anonymous-http-trigger",
        summary: "Anybody may call an HTTP function",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[306],
        since: "0.1.0",
        docs: include_str!("anonymous_http_trigger.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let of_http = app.triggers.iter().filter(|trigger| trigger.kind == TriggerKind::Http);
    of_http
        .filter(|trigger| trigger.exposure == Exposure::Internet)
        .filter_map(|trigger| {
            let function = app.function(&trigger.function)?;
            if function.platform != Platform::Azure {
                return None;
            }
            let when = trigger.when.and(trigger.auth.open()?)?;
            let route = trigger.route.as_deref().unwrap_or_default();
            let message = format!(
                "anybody on the internet can call `{route}` of `{}`, whose `authLevel` is `anonymous`",
                function.name
            );
            let found = RULE.info.finding(trigger.place, message).held_by(app, function);
            Some(found.property(format!("authLevel/{route}")).under(&when).fix(FIX))
        })
        .collect()
}

const FIX: &str = "Set `authLevel` to `function`, or switch on the authentication of the app";
