//! SAS-10.6 `verbose-field-logs`: a GraphQL API writes headers, arguments and answers of every field into its log.

use app_model::{ApiKind, Application, When};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction, settings::written};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 10, rule: 6 },
        name: "verbose-field-logs",
        summary: "A GraphQL API logs whole requests and answers",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[532],
        since: "0.1.0",
        docs: include_str!("verbose_field_logs.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for api in app.apis.iter().filter(|api| api.kind == ApiKind::GraphQl) {
        let is_verbose = |level: &app_model::SmolStr| matches!(level.as_str(), "ALL" | "DEBUG");
        let Some(spot) = written(api.field_log_level.as_ref(), &api.when, is_verbose) else {
            continue;
        };
        let included = match &api.excludes_verbose_content {
            None => Some(When::ALWAYS),
            Some(setting) => setting
                .absent
                .clone()
                .or_else(|| setting.value.find(|on| !*on).map(|(when, _)| when.clone())),
        };
        let Some(when) = included.and_then(|when| spot.when.and(&when)) else { continue };
        let message = format!(
            "`{}` writes headers, arguments and answers of every field into its log, personal data \
             included",
            api.name
        );
        findings.push(
            RULE.info
                .finding(spot.place, message)
                .resource(&api.name)
                .property("FieldLogLevel")
                .under(&when)
                .fix("Set `ExcludeVerboseContent: true`, or `FieldLogLevel: ERROR`"),
        );
    }
    findings
}
