//! SAS-5.11 `missing-alarm`: nobody is told when a function on the internet fails.

use app_model::{Alarm, Application, Function};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{alarms, of_lambda},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 11 },
        name: "missing-alarm",
        summary: "Nobody is told when a function on the internet fails",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("missing_alarm.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let reachable: Vec<&Function> =
        of_lambda(app).filter(|function| app.is_internet_reachable(&function.name)).collect();
    if alarms(app).next().is_none() {
        return for_all(&reachable).into_iter().collect();
    }
    reachable
        .into_iter()
        .filter(|function| !alarms(app).any(|(_, alarm)| watches(app, alarm, function)))
        .map(|function| {
            let message =
                format!("no alarm tells anybody when `{}` fails or is throttled", function.name);
            let found = RULE.info.finding(function.place, message).function(&function.name);
            let fix = "Add an `AWS::CloudWatch::Alarm` on `Errors` and `Throttles` of the function";
            found.under(&function.when).fix(fix)
        })
        .collect()
}

/// Where the template has no alarm at all, one finding says so.
fn for_all(reachable: &[&Function]) -> Option<Finding> {
    let first = reachable.first()?;
    let message = match reachable.len() {
        1 => format!("no alarm tells anybody when `{}` fails or is attacked", first.name),
        2 => format!(
            "no alarm tells anybody when `{}` or 1 more function on the internet fails",
            first.name
        ),
        all => format!(
            "no alarm tells anybody when `{}` or {} more functions on the internet fail",
            first.name,
            all - 1
        ),
    };
    let found = RULE.info.finding(first.place, message).function(&first.name);
    let fix = "Add alarms on `Errors` and `Throttles` of the functions, with an action";
    Some(found.property("alarms").fix(fix))
}

/// Whether an alarm tells of failures of a function, or of the interface before it.
fn watches(app: &Application, alarm: &Alarm, function: &Function) -> bool {
    let of_every_function = alarm.dimensions.is_empty()
        && alarm.references.is_empty()
        && alarm.namespace.as_ref().is_some_and(|space| space.value.may_be("AWS/Lambda"));
    let by_name = function.physical_name.as_ref().and_then(|name| name.value.known());
    let named = alarm.references.iter().any(|reference| reference.name == function.name)
        || alarm.dimensions.iter().any(|(_, value)| by_name.is_some_and(|name| value.may_be(name)));
    let of_interface = app.triggers_of(&function.name).any(|trigger| {
        trigger.api.as_ref().is_some_and(|api| alarm.references.iter().any(|r| r.name == *api))
    });
    of_every_function || named || of_interface
}
