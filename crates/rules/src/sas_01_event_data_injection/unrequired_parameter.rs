//! SAS-1.29 `unrequired-parameter`: a REST route does not require a parameter that the code reads.

use std::collections::BTreeSet;

use app_model::TriggerKind;
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Code, Rule, code::fields, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 29 },
        name: "unrequired-parameter",
        summary: "A REST route lets requests through without a parameter that the code reads",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[20],
        since: "0.1.0",
        docs: include_str!("unrequired_parameter.md"),
    },
    check: Check::Code(check),
};

const REQUIRE: &str = "Require the parameter on the route (`RequestParameters: [method.request.querystring.id: \
     {Required: true}]` with a request validator)";
const DESCRIBE: &str = "Describe the field in the model of the body, and require it there";

fn check(code: &Code<'_>) -> Vec<Finding> {
    (0..code.entries.len()).filter_map(|entry| of_entry(code, entry)).collect()
}

/// Only for functions with one route: of several, nobody knows which one a read belongs to.
fn of_entry(code: &Code<'_>, entry: usize) -> Option<Finding> {
    let function = code.function(Some(entry))?;
    let mut triggers = code.app.triggers_of(&function.name);
    let route = triggers.next().filter(|only| only.kind == TriggerKind::RestApi)?;
    if triggers.next().is_some() {
        return None;
    }
    let (names, property, fix) = match &route.body_fields {
        Some(described) if route.validated => {
            (body_fields(code, entry, described), "RequestModel", DESCRIBE)
        }
        _ if route.validated => return None,
        _ => (query_parameters(code, entry), "RequestParameters", REQUIRE),
    };
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        return None;
    }
    let message = format!(
        "`{}` lets requests through without {}, which `{}` reads: the function fails or works on \
         nothing",
        route.route.as_deref().unwrap_or_default(),
        names.join(", "),
        function.name
    );
    let finding = RULE
        .info
        .finding(route.place, message)
        .about(code.app, function, None)
        .severity(RULE.info.severity)
        .confidence(Confidence::Low)
        .property(property)
        .under(&route.when);
    Some(finding.fix(fix))
}

fn query_parameters<'a>(code: &Code<'a>, entry: usize) -> BTreeSet<&'a str> {
    let reads = code.reads(entry);
    reads
        .filter_map(|path| match fields(path).as_slice() {
            ["queryStringParameters", name, ..] => Some(*name),
            _ => None,
        })
        .collect()
}

/// Fields of the body that the code reads and the schema does not know. One that it describes
/// without requiring it is optional by intent.
fn body_fields<'a>(
    code: &Code<'a>,
    entry: usize,
    described: &[app_model::SmolStr],
) -> BTreeSet<&'a str> {
    let reads = code.reads(entry);
    reads
        .filter_map(|path| match fields(path).as_slice() {
            ["body" | "json_body", name, ..] => Some(*name),
            _ => None,
        })
        .filter(|name| !described.iter().any(|known| known == name))
        .collect()
}
