//! SAS-2.22 `public-load-balancer-target`: a load balancer on the internet leads straight to a function.

use app_model::{Application, Exposure, Trigger, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 22 },
        name: "public-load-balancer-target",
        summary: "A load balancer on the internet leads to a function without a sign-in",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[306],
        since: "0.1.0",
        docs: include_str!("public_load_balancer_target.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.triggers
        .iter()
        .filter(|trigger| {
            trigger.kind == TriggerKind::LoadBalancer && trigger.exposure == Exposure::Internet
        })
        .filter_map(|trigger| of_target(app, trigger))
        .collect()
}

fn of_target(app: &Application, trigger: &Trigger) -> Option<Finding> {
    let when = trigger.when.and(trigger.auth.open()?)?;
    let function = app.function(&trigger.function)?;
    let message = format!(
        "anybody on the internet can call `{}` through a load balancer that asks for no sign-in",
        function.name
    );
    Some(
        RULE.info
            .finding(trigger.place, message)
            .about(app, function, None)
            .property("LoadBalancer")
            .under(&when)
            .fix("Add an `authenticate-oidc` or `authenticate-cognito` action, or `Scheme: internal`"),
    )
}
