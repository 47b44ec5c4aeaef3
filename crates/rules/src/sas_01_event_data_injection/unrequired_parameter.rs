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

fn check(code: &Code<'_>) -> Vec<Finding> {
    (0..code.entries.len()).filter_map(|entry| of_entry(code, entry)).collect()
}

/// Only for functions with one route: of several, nobody knows which one a read belongs to.
fn of_entry(code: &Code<'_>, entry: usize) -> Option<Finding> {
    let function = code.function(Some(entry))?;
    let mut triggers = code.app.triggers_of(&function.name);
    let route = triggers.next().filter(|only| only.kind == TriggerKind::RestApi)?;
    if triggers.next().is_some() || route.validated {
        return None;
    }
    let names: BTreeSet<&str> = code
        .reads(entry)
        .filter_map(|path| match fields(path).as_slice() {
            ["queryStringParameters", name, ..] => Some(*name),
            _ => None,
        })
        .collect();
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
        .property("RequestParameters")
        .under(&route.when);
    Some(finding.fix(
        "Require the parameter on the route (`RequestParameters: [method.request.querystring.id: \
         {Required: true}]` with a request validator)",
    ))
}
