//! SAS-10.4 `execution-data-in-logs`: a state machine writes inputs and outputs of every step into its log.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::state_machines, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 10, rule: 4 },
        name: "execution-data-in-logs",
        summary: "A state machine logs the data of every step",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[532],
        since: "0.1.0",
        docs: include_str!("execution_data_in_logs.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (resource, machine) in state_machines(app) {
        let (Some(data), Some(level)) = (&machine.includes_execution_data, &machine.log_level)
        else {
            continue;
        };
        let (Some((with_data, _)), Some((at_all, _))) =
            (data.value.find(|on| *on), level.value.find(|level| level == "ALL"))
        else {
            continue;
        };
        let Some(when) = resource.when.and(with_data).and_then(|when| when.and(at_all)) else {
            continue;
        };
        let message = format!(
            "`{}` writes inputs and outputs of every step into its log, personal data included",
            resource.name
        );
        findings.push(
            RULE.info
                .finding(data.place, message)
                .resource(&resource.name)
                .property("IncludeExecutionData")
                .under(&when)
                .fix("Set `IncludeExecutionData: false`, or `Level: ERROR`"),
        );
    }
    findings
}
