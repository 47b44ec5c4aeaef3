//! SAS-9.3 `wide-start-execution`: a function may start every state machine of the account.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    grants::{Grant, grants, is_pinned},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 9, rule: 3 },
        name: "wide-start-execution",
        summary: "A function may start every state machine of the account",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[841, 250],
        since: "0.1.0",
        docs: include_str!("wide_start_execution.md"),
    },
    check: Check::Application(check),
};

const START: &[&str] = &["states:StartExecution", "states:StartSyncExecution"];

fn check(app: &Application) -> Vec<Finding> {
    grants(app).iter().filter_map(|grant| finding(app, grant)).collect()
}

fn finding(app: &Application, grant: &Grant<'_>) -> Option<Finding> {
    app.functions_of(grant.identity).next()?;
    let (term, _) = grant.names(START)?;
    let resource = grant.everything_of("states").filter(|_| !is_pinned(grant.statement))?;
    let message = format!(
        "with `{}` {} may start every state machine of the account with an input of its own",
        term.text,
        grant.subject(app)
    );
    let found = grant.finding(app, &RULE.info, resource, RULE.info.severity, message)?;
    Some(found.fix("Name under `Resource` the ARN of the state machine that the code starts"))
}
