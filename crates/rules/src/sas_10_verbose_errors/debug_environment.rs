//! SAS-10.3 `debug-environment`: an environment variable switches on a debug or development mode.

use app_model::{Application, Function, Variable};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 10, rule: 3 },
        name: "debug-environment",
        summary: "A function runs in a debug or development mode",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[489, 209],
        since: "0.1.0",
        docs: include_str!("debug_environment.md"),
    },
    check: Check::Application(check),
};

/// Variables by which frameworks and loggers tell more than is good, with their values in lower
/// case, and whether callers get to see it.
const MODES: [(&str, &[&str], bool); 24] = [
    ("NODE_ENV", &["development", "dev", "debug"], true),
    ("FLASK_DEBUG", &["1", "true", "yes", "on"], true),
    ("FLASK_ENV", &["development"], true),
    ("DJANGO_DEBUG", &["1", "true", "yes", "on"], true),
    ("APP_DEBUG", &["1", "true", "yes", "on"], true),
    ("APP_ENV", &["local", "dev", "development"], true),
    ("RAILS_ENV", &["development"], true),
    ("RACK_ENV", &["development"], true),
    ("ASPNETCORE_ENVIRONMENT", &["development"], true),
    ("DOTNET_ENVIRONMENT", &["development"], true),
    ("ASPNETCORE_DETAILEDERRORS", &["1", "true"], true),
    ("CHALICE_DEBUG", &["1", "true"], true),
    ("PYTHONDEVMODE", &["1"], false),
    ("NODE_DEBUG", &["*", "http", "tls", "net", "http,net", "http,tls"], false),
    ("DEBUG", &["*", "1", "true", "yes", "on", "express:*"], false),
    ("LOG_LEVEL", &["debug", "trace", "all", "silly"], false),
    ("LOGLEVEL", &["debug", "trace", "all", "silly"], false),
    ("LOGGING_LEVEL", &["debug", "trace", "all"], false),
    ("LOGGER_LEVEL", &["debug", "trace", "all"], false),
    ("POWERTOOLS_LOG_LEVEL", &["debug", "trace"], false),
    ("AWS_LAMBDA_LOG_LEVEL", &["debug", "trace"], false),
    ("RUST_LOG", &["debug", "trace"], false),
    ("RUST_BACKTRACE", &["full"], false),
    ("SQLALCHEMY_ECHO", &["1", "true"], false),
];

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for function in &app.functions {
        let found = function.environment.iter();
        findings.extend(found.filter_map(|variable| of_variable(app, function, variable)));
    }
    findings
}

fn of_variable(app: &Application, function: &Function, variable: &Variable) -> Option<Finding> {
    let (name, values, is_shown) = MODES.iter().find(|(name, ..)| *name == variable.name)?;
    let (when, value) =
        variable.value.find(|text| values.iter().any(|value| text.eq_ignore_ascii_case(value)))?;
    let follows = if *is_shown {
        "errors can show callers how it works inside"
    } else {
        "its log holds more than it should"
    };
    let message = format!("`{}` runs with `{name}` set to `{value}`: {follows}", function.name);
    let finding = RULE.info.finding(variable.place, message);
    let finding = if *is_shown {
        finding.about(app, function, None)
    } else {
        finding.function(&function.name)
    };
    Some(
        finding
            .property(*name)
            .under(&function.when.and(when)?)
            .fix(format!("Remove `{name}` or set it to the value for production")),
    )
}
