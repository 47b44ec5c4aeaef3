//! SAS-8.3 `open-wallet`: anybody can run a function as often as they like, at the owner's expense.

use app_model::{Application, Function, Platform, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    demand::{Way, Ways},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 3 },
        name: "open-wallet",
        summary: "Anybody can run a function as often as they like, at the owner's expense",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[770, 400, 306],
        since: "0.1.0",
        docs: include_str!("open_wallet.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let ways = Ways::of(app);
    // How many instances of an app of Azure run is a rule of its own: `unbounded-scale-out`.
    let functions = app.functions.iter().filter(|it| it.platform != Platform::Azure);
    functions.filter_map(|function| finding(app, function, &ways.open(&function.name))).collect()
}

fn finding(app: &Application, function: &Function, ways: &[Way<'_>]) -> Option<Finding> {
    // The way that is open in most deployments says most.
    let way = ways.iter().min_by_key(|way| {
        (way.when.conditions.len(), way.when.parameters.len(), way.when.defaults.len())
    })?;
    let label = way.trigger.label().unwrap_or_else(|| way.trigger.kind.as_str().to_owned());
    let words = match way.trigger.kind {
        TriggerKind::FunctionUrl => "its function URL".to_owned(),
        _ => format!("`{label}`"),
    };
    let others = match ways.len() - 1 {
        0 => String::new(),
        1 => " and 1 other way".to_owned(),
        more => format!(" and {more} other ways"),
    };
    let limit = match way.trigger.kind {
        TriggerKind::FunctionUrl => "a function URL",
        TriggerKind::LoadBalancer => "the load balancer",
        TriggerKind::Http => "its address",
        _ => "the stage",
    };
    let message = format!(
        "anybody runs `{}` through {words}{others} as often as they like: neither {limit} nor \
         the function has a limit, so that one sender decides the bill and starves the other \
         functions of the account",
        function.name
    );
    let fix = match way.trigger.kind {
        TriggerKind::FunctionUrl => "Set `ReservedConcurrentExecutions`, or `AuthType: AWS_IAM`",
        TriggerKind::LoadBalancer => {
            "Set `ReservedConcurrentExecutions`, or a rate-based rule in a web firewall"
        }
        TriggerKind::Http if function.platform == Platform::Google => {
            "Set `maxInstances` to what the function needs at its busiest, or ask callers who they are"
        }
        _ => {
            "Set `ThrottlingRateLimit` and `ThrottlingBurstLimit` on the stage, and \
             `ReservedConcurrentExecutions` on the function"
        }
    };
    let path = vec!["internet".to_owned(), label, function.name.to_string()];
    let found = RULE
        .info
        .finding(way.trigger.place, message)
        .about(app, function, None)
        .path(path)
        .property("ReservedConcurrentExecutions")
        .under(&way.when)
        .fix(fix);
    Some(match &way.trigger.api {
        Some(api) => found.resource(api),
        None => found,
    })
}
