//! SAS-1.4 `unfiltered-event-source`: a function starts for any message, and outsiders may send messages.

use app_model::{Application, Exposure, Trigger, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 4 },
        name: "unfiltered-event-source",
        summary: "Any message that outsiders send starts a function",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[20, 346],
        since: "0.1.0",
        docs: include_str!("unfiltered_event_source.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.triggers
        .iter()
        .filter(|trigger| matches!(trigger.kind, TriggerKind::Sqs | TriggerKind::Sns))
        .filter(|trigger| trigger.exposure >= Exposure::Organisation && trigger.filter.is_none())
        .filter_map(|trigger| of_trigger(app, trigger))
        .collect()
}

fn of_trigger(app: &Application, trigger: &Trigger) -> Option<Finding> {
    let function = app.function(&trigger.function)?;
    let source = &trigger.source_references.first()?.name;
    let (who, severity) = if trigger.exposure == Exposure::Internet {
        ("everybody", RULE.info.severity)
    } else {
        ("another account", Severity::Low)
    };
    let message = format!(
        "every message in `{source}` starts `{}` unfiltered, and {who} may send messages there",
        function.name
    );
    let fix = if trigger.kind == TriggerKind::Sqs {
        "Set `FilterCriteria` on the event to the messages that the function expects"
    } else {
        "Set `FilterPolicy` on the subscription to the messages that the function expects"
    };
    Some(
        RULE.info
            .finding(trigger.place, message)
            .about(app, function, None)
            .severity(severity)
            .resource(source)
            .property(function.name.as_str())
            .under(&trigger.when)
            .fix(fix),
    )
}
