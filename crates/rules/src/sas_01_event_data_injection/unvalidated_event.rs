//! SAS-1.28 `unvalidated-event`: a function takes the body of a request without a schema.

use app_model::{Trigger, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Code, Rule, code::fields, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 28 },
        name: "unvalidated-event",
        summary: "A function takes the body of a request without a schema",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[20],
        since: "0.1.0",
        docs: include_str!("unvalidated_event.md"),
    },
    check: Check::Code(check),
};

/// Libraries that check data against a schema, by the beginning of what is imported.
const VALIDATORS: [&str; 30] = [
    "aws_lambda_powertools.utilities.parser",
    "aws_lambda_powertools.utilities.validation",
    "aws_lambda_powertools.event_handler",
    "pydantic",
    "marshmallow",
    "jsonschema",
    "fastjsonschema",
    "cerberus",
    "voluptuous",
    "schema",
    "attrs",
    "cattrs",
    "msgspec",
    "fastapi",
    "rest_framework",
    "wtforms",
    "@aws-lambda-powertools/parser",
    "@middy/validator",
    "@middy/parser",
    "@sinclair/typebox",
    "zod",
    "joi",
    "@hapi/joi",
    "ajv",
    "yup",
    "class-validator",
    "express-validator",
    "superstruct",
    "valibot",
    "io-ts",
];

fn check(code: &Code<'_>) -> Vec<Finding> {
    let uses_schema = code.analysis.libraries.iter().any(|library| is_validator(library));
    if uses_schema {
        return Vec::new();
    }
    (0..code.entries.len()).filter_map(|entry| of_entry(code, entry)).collect()
}

fn is_validator(library: &str) -> bool {
    VALIDATORS.iter().any(|known| {
        library
            .strip_prefix(known)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/']))
    })
}

fn of_entry(code: &Code<'_>, entry: usize) -> Option<Finding> {
    let reads_body = code.reads(entry).any(|path| fields(path).first() == Some(&"body"));
    let function = code.function(Some(entry))?;
    let mut routes = code.app.triggers_of(&function.name).filter(|trigger| is_route(trigger));
    let route = routes.next()?;
    if !reads_body || route.validated || routes.any(|other| other.validated) {
        return None;
    }
    let label = match route.route.as_deref() {
        Some(label) => format!("`{label}`"),
        None => "its function URL".to_owned(),
    };
    let message = format!(
        "`{}` works on the body of {label} and checks it against no schema: any shape of data gets \
         into the code",
        function.name
    );
    let finding = RULE
        .info
        .finding(route.place, message)
        .about(code.app, function, None)
        .severity(RULE.info.severity)
        .property("body")
        .under(&route.when);
    Some(finding.fix(
        "Check the body against a schema first (Powertools' parser, pydantic, `zod`), or with a model \
         of the API",
    ))
}

fn is_route(trigger: &Trigger) -> bool {
    matches!(
        trigger.kind,
        TriggerKind::RestApi
            | TriggerKind::HttpApi
            | TriggerKind::FunctionUrl
            | TriggerKind::LoadBalancer
    )
}
