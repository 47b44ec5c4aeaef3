//! SAS-10.1 `data-trace`: a stage of an API writes whole requests and answers into its log.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{PropertyTexts, of_type},
    rank::AboutFunction,
    settings::{Spot, written},
};

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
            findings.push(finding(&spot, &api.name, format!("{} DataTraceEnabled", stage.name)));
        }
    }
    // A stage of an API that another template makes.
    let texts = PropertyTexts::of(app);
    let is_known = |name: &str| app.apis.iter().any(|it| it.stages.iter().any(|s| s.name == name));
    for stage in of_type(app, "AWS::ApiGateway::Stage").filter(|stage| !is_known(&stage.name)) {
        let is_on = |text: &str| text.eq_ignore_ascii_case("true");
        let Some(spot) = texts.wrong(stage, "MethodSettings.DataTraceEnabled", is_on) else {
            continue;
        };
        findings.push(finding(&spot, &stage.name, "DataTraceEnabled".to_owned()));
    }
    findings
}

fn finding(spot: &Spot, name: &str, property: String) -> Finding {
    let message = format!(
        "`{name}` writes whole requests and answers into its log, tokens and personal data included"
    );
    let found = RULE.info.finding(spot.place, message).resource(name).property(property);
    found.under(&spot.when).fix("Set `DataTraceEnabled: false`")
}
