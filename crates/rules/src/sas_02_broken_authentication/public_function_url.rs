//! SAS-2.1 `public-function-url`: anybody on the internet can call a function through its URL.

use app_model::{Application, Resource, Trigger, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    bindings::{self, Opened, Public, opened},
    kinds::{PropertyTexts, of_type},
    rank::AboutFunction,
    settings::Spot,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 1 },
        name: "public-function-url",
        summary: "The address of a function asks nobody who they are",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[306],
        since: "0.1.0",
        docs: include_str!("public_function_url.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let urls = || app.triggers.iter().filter(|it| it.kind == TriggerKind::FunctionUrl);
    let mut findings: Vec<_> = urls().filter_map(|trigger| of_url(app, trigger)).collect();
    let bound = opened(app).filter(|it| it.who == Public::Anybody);
    findings.extend(bound.map(|it| of_binding(app, &it)));
    let texts = PropertyTexts::of(app);
    for url in of_type(app, "AWS::Lambda::Url") {
        let Some(spot) = texts.wrong(url, "AuthType", |word| word == "NONE") else { continue };
        if urls().all(|trigger| trigger.place != spot.place) {
            findings.push(of_url_elsewhere(url, &spot));
        }
    }
    findings
}

/// The URL of a function that the template does not hold.
fn of_url_elsewhere(url: &Resource, spot: &Spot) -> Finding {
    let message = format!(
        "anybody on the internet can call a function of another template through the function URL \
         `{}`, whose `AuthType` is `NONE`",
        url.name
    );
    let found = RULE.info.finding(spot.place, message).resource(&url.name).property("AuthType");
    found.under(&spot.when).fix(FIX)
}

const FIX: &str =
    "Set `AuthType: AWS_IAM`, and put CloudFront or an API with an authorizer before it";

/// A role for everybody on a function or service of Google Cloud.
fn of_binding(app: &Application, opened: &Opened<'_>) -> Finding {
    let Opened { binding, name, .. } = opened;
    let (message, severity) = if opened.calls {
        let message = format!(
            "anybody on the internet can call {name}: the role to call it is given to `allUsers`"
        );
        (message, RULE.info.severity)
    } else {
        let message = format!(
            "anybody on the internet holds `{}` on {name}, and may see its settings",
            binding.role.display()
        );
        (message, Severity::Medium)
    };
    let found = bindings::finding(&RULE.info, binding, message);
    let found = match opened.function {
        Some(function) => found.about(app, function, None),
        None => found,
    };
    let fix = "Give the role to the accounts that call it, and put an API gateway or a load balancer \
               with Identity-Aware Proxy before it for people";
    found.severity(severity).fix(fix)
}

fn of_url(app: &Application, trigger: &Trigger) -> Option<Finding> {
    let when = trigger.when.and(trigger.auth.open()?)?;
    let function = app.function(&trigger.function)?;
    let message = format!(
        "anybody on the internet can call `{}` through its function URL, whose `AuthType` is `NONE`",
        function.name
    );
    // The rank already counts that strangers reach it: that is the flaw itself.
    Some(
        RULE.info
            .finding(trigger.place, message)
            .about(app, function, None)
            .severity(RULE.info.severity)
            .property("AuthType")
            .under(&when)
            .fix(FIX),
    )
}
