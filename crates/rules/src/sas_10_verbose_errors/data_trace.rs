//! SAS-10.1 `data-trace`: a stage of an API writes whole requests and answers into its log.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction, settings::written};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 10, rule: 1 },
        name: "data-trace",
        summary: "A stage logs whole requests and answers",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[532],
        since: "0.1.0",
        docs: include_str!("data_trace.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for api in &app.apis {
        for stage in &api.stages {
            let Some(spot) = written(stage.data_trace.as_ref(), &stage.when, |on| *on) else {
                continue;
            };
            let message = format!(
                "`{}` writes whole requests and answers into its log, tokens and personal data \
                 included",
                api.name
            );
            findings.push(
                RULE.info
                    .finding(spot.place, message)
                    .resource(&api.name)
                    .property(format!("{} DataTraceEnabled", stage.name))
                    .under(&spot.when)
                    .fix("Set `DataTraceEnabled: false`"),
            );
        }
    }
    findings
}
