//! SAS-7.9 `secret-parameter-in-environment`: a hidden parameter is shown again in the
//! environment.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    secrets::{Parameters, variables},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 9 },
        name: "secret-parameter-in-environment",
        summary: "A hidden parameter is shown again in the environment of a function",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[526, 522],
        since: "0.1.0",
        docs: include_str!("secret_parameter_in_environment.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let parameters = Parameters::of(app);
    variables(app)
        .iter()
        .filter_map(|shared| {
            let parameter = parameters.hidden_behind(&shared.variable.value)?;
            let message = format!(
                "{} shows the hidden parameter `{}` to everybody who may read the configuration \
                 of the function",
                shared.subject(),
                parameter.name
            );
            let found = shared.finding(app, &RULE.info, RULE.info.severity, true, message);
            Some(found.fix(format!(
                "Keep `{}` in an `AWS::SecretsManager::Secret`, pass its ARN and read it in the \
                 code",
                parameter.name
            )))
        })
        .collect()
}
