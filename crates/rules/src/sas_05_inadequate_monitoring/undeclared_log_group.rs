//! SAS-5.21 `undeclared-log-group`: the log of a function is made by itself, without retention or key.

use app_model::{Application, Function, LogGroup};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{log_groups, of_lambda},
    rank::AboutFunction,
    settings::missing,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 21 },
        name: "undeclared-log-group",
        summary: "The log group of a function is not declared",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[1230],
        since: "0.1.0",
        docs: include_str!("undeclared_log_group.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    of_lambda(app)
        .filter(|function| !log_groups(app).any(|(_, group)| is_of(group, function)))
        .filter_map(|function| {
            let spot = missing(function.log_group.as_ref(), &function.when, function.place)?;
            let message = format!(
                "Lambda makes the log group of `{}` itself, which keeps every line for ever",
                function.name
            );
            let found = RULE.info.finding(spot.place, message).function(&function.name);
            let fix = "Declare an `AWS::Logs::LogGroup` with `RetentionInDays`, and name it under \
                       `LoggingConfig.LogGroup`";
            Some(found.under(&spot.when).fix(fix))
        })
        .collect()
}

/// By reference, or by the names of both.
fn is_of(group: &LogGroup, function: &Function) -> bool {
    let by_name = || {
        let name = group.physical_name.as_ref()?.value.known()?;
        let function = function.physical_name.as_ref()?.value.known()?;
        Some(name.strip_prefix("/aws/lambda/")? == function.as_str())
    };
    group.references.iter().any(|reference| reference.name == function.name)
        || by_name().unwrap_or(false)
}
