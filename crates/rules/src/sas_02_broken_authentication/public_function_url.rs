//! SAS-2.1 `public-function-url`: anybody on the internet can call a function through its URL.

use app_model::{Application, Trigger, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 1 },
        name: "public-function-url",
        summary: "A function URL asks nobody who they are",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[306],
        since: "0.1.0",
        docs: include_str!("public_function_url.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.triggers
        .iter()
        .filter(|trigger| trigger.kind == TriggerKind::FunctionUrl)
        .filter_map(|trigger| of_url(app, trigger))
        .collect()
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
            .fix("Set `AuthType: AWS_IAM`, and put CloudFront or an API with an authorizer before it"),
    )
}
