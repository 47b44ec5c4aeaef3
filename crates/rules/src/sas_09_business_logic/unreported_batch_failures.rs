//! SAS-9.6 `unreported-batch-failures`: one bad record makes Lambda repeat the whole batch.

use app_model::{Application, EventSource, Trigger, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 9, rule: 6 },
        name: "unreported-batch-failures",
        summary: "A failed record makes Lambda repeat the whole batch",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[837, 755],
        since: "0.1.0",
        docs: include_str!("unreported_batch_failures.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.triggers.iter().filter_map(|trigger| finding(app, trigger)).collect()
}

fn finding(app: &Application, trigger: &Trigger) -> Option<Finding> {
    let polling = trigger.polling.as_ref()?;
    let function = app.function(&trigger.function)?;
    let default = match trigger.kind {
        TriggerKind::Sqs => 10,
        TriggerKind::Kinesis | TriggerKind::DynamoDb => 100,
        _ => return None,
    };
    let size = batch_size(polling, default).filter(|size| *size > 1)?;
    if polling.reports_item_failures || is_off(polling) {
        return None;
    }
    let message = format!(
        "when one of the {size} records of a batch fails, `{}` does the work of the others again",
        function.name
    );
    Some(
        RULE.info
            .finding(trigger.place, message)
            .about(app, function, None)
            .severity(Severity::Low)
            .resource(&polling.name)
            .property("FunctionResponseTypes")
            .under(&trigger.when)
            .fix(
                "Set `FunctionResponseTypes: [ReportBatchItemFailures]` and return the failed \
                 records",
            ),
    )
}

/// The largest batch that is possible; `None` when only deployment knows it.
fn batch_size(polling: &EventSource, default: i64) -> Option<i64> {
    match &polling.batch_size {
        None => Some(default),
        Some(setting) => setting.value.possible().map(|(_, size)| *size).max(),
    }
}

fn is_off(polling: &EventSource) -> bool {
    polling.enabled.as_ref().is_some_and(|enabled| enabled.value.all(|enabled| !enabled))
}
