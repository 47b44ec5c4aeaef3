//! SAS-7.6 `secret-in-stage-variable`: a stage variable of an interface holds a secret.

use app_model::{Api, Application, Stage, Variable};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    rank::AboutFunction,
    secrets::{Parameters, leak, texts},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 6 },
        name: "secret-in-stage-variable",
        summary: "A stage variable of an interface holds a secret",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[312, 522],
        since: "0.1.0",
        docs: include_str!("secret_in_stage_variable.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let parameters = Parameters::of(app);
    let mut findings = Vec::new();
    for api in &app.apis {
        for stage in &api.stages {
            let found =
                stage.variables.iter().filter_map(|it| finding(&parameters, api, stage, it));
            findings.extend(found);
        }
    }
    findings
}

fn finding(
    parameters: &Parameters<'_>,
    api: &Api,
    stage: &Stage,
    variable: &Variable,
) -> Option<Finding> {
    let of = |what: &str| {
        let message = format!(
            "the stage variable `{}` of `{}` holds {what}: everybody who may read the stage has \
             it, and it is written to access logs that name it",
            variable.name, api.name
        );
        RULE.info
            .finding(variable.place, message)
            .resource(&stage.name)
            .property(variable.name.as_str())
            .under(&stage.when)
            .fix("Let the integration read the secret from AWS Secrets Manager, not from the stage")
    };
    if let Some(parameter) = parameters.hidden_behind(&variable.value) {
        return Some(of(&format!("the parameter `{}`", parameter.name)));
    }
    if let Some(leak) = leak(&[&variable.name], &variable.value) {
        return Some(leak.attach(of(leak.title())));
    }
    texts(&variable.value)
        .any(|(_, text)| text.contains("{{resolve:secretsmanager:"))
        .then(|| of("a secret that deployment reads from its store"))
}
