//! SAS-5.62 `app-without-insights`: a function app sends nothing to Application Insights.

use app_model::{Application, Platform};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 62 },
        name: "app-without-insights",
        summary: "A function app sends nothing to Application Insights",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("app_without_insights.md"),
    },
    check: Check::Application(check),
};

/// Settings by which the host finds where to send.
const SETTINGS: [&str; 3] = [
    "APPLICATIONINSIGHTS_CONNECTION_STRING",
    "APPINSIGHTS_INSTRUMENTATIONKEY",
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
];

fn check(app: &Application) -> Vec<Finding> {
    let of_azure = app.functions.iter().filter(|it| it.platform == Platform::Azure);
    of_azure
        .filter(|function| {
            let names = function.environment.iter().map(|variable| variable.name.as_str());
            let mut known = names.clone().filter(|name| SETTINGS.contains(name));
            // Settings that stand elsewhere may name it.
            !function.environment.is_empty() && known.next().is_none()
        })
        .map(|function| {
            let message = format!(
                "the function app `{}` sends nothing to Application Insights: failures and attacks \
                 leave no trace",
                function.name
            );
            let found = RULE.info.finding(function.place, message).held_by(app, function);
            let fix = "Set `APPLICATIONINSIGHTS_CONNECTION_STRING`";
            found.property("appSettings").under(&function.when).fix(fix)
        })
        .collect()
}
