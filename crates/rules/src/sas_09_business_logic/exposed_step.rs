//! SAS-9.1 `exposed-step`: a step of a state machine can also be started from outside.

use std::collections::BTreeSet;

use app_model::{Application, Exposure, Trigger, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 9, rule: 1 },
        name: "exposed-step",
        summary: "A step of a state machine can also be started from outside",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[841, 424],
        since: "0.1.0",
        docs: include_str!("exposed_step.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    app.triggers
        .iter()
        .filter(|trigger| trigger.kind == TriggerKind::StepFunctions)
        .filter(|step| seen.insert(&step.function))
        .filter_map(|step| finding(app, step))
        .collect()
}

fn finding(app: &Application, step: &Trigger) -> Option<Finding> {
    let function = app.function(&step.function)?;
    let outside = app
        .triggers_of(&step.function)
        .filter(|trigger| trigger.kind != TriggerKind::StepFunctions)
        .filter(|trigger| trigger.exposure >= Exposure::Organisation)
        .max_by_key(|trigger| trigger.auth.open().is_some())?;
    let machine = step.source_references.first().map(|reference| &reference.name)?;
    let way = outside.label().unwrap_or_else(|| outside.kind.as_str().to_owned());
    let message = format!(
        "`{}` is a step of the state machine `{machine}`, but `{way}` starts it directly, so that \
         the steps before it can be skipped",
        function.name
    );
    let when = function.when.and(&outside.when)?;
    Some(
        RULE.info
            .finding(outside.place, message)
            .about(app, function, None)
            .resource(machine)
            .property(way)
            .hop(step.place, "the state machine starts it here")
            .under(&when)
            .fix("Start the state machine from this route instead, or remove the route"),
    )
}
