//! SAS-9.2 `wide-invoke`: a function may start every function of the account.

use app_model::{Application, Exposure};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    grants::{Grant, grants, is_pinned},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 9, rule: 2 },
        name: "wide-invoke",
        summary: "A function may start every function of the account, in any order",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[841, 250],
        since: "0.1.0",
        docs: include_str!("wide_invoke.md"),
    },
    check: Check::Application(check),
};

const INVOKE: &[&str] = &["lambda:InvokeFunction", "lambda:InvokeAsync"];

fn check(app: &Application) -> Vec<Finding> {
    grants(app).iter().filter_map(|grant| finding(app, grant)).collect()
}

fn finding(app: &Application, grant: &Grant<'_>) -> Option<Finding> {
    app.functions_of(grant.identity).next()?;
    let (term, _) = grant.names(INVOKE)?;
    let resource = grant.everything_of("lambda").filter(|_| !is_pinned(grant.statement))?;
    // SAS-4.2 `wildcard-resource` tells of a lone `*`.
    if grant.statement.is_on_every_resource() {
        return None;
    }
    let inner = inner_function(app, grant);
    let such_as =
        inner.map_or_else(String::new, |name| format!(", `{name}` with an event of its own too"));
    let message = format!(
        "with `{}` {} may start every function of the account{such_as}",
        term.text,
        grant.subject(app)
    );
    let found = grant.finding(app, &RULE.info, resource, RULE.info.severity, message)?;
    Some(found.fix("Name under `Resource` the ARNs of the functions that the code calls"))
}

/// A function of the application that the internet does not start, and the role is not for.
fn inner_function<'a>(app: &'a Application, grant: &Grant<'_>) -> Option<&'a str> {
    app.functions
        .iter()
        .filter(|function| function.role.as_ref() != Some(&grant.identity.name))
        .find(|function| {
            app.triggers_of(&function.name).all(|trigger| trigger.exposure < Exposure::Organisation)
        })
        .map(|function| function.name.as_str())
}
