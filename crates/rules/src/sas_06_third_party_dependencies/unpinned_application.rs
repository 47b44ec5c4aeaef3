//! SAS-6.4 `unpinned-application`: an application of others becomes part of the stack.

use app_model::{Application, Part, PartKind};
use cloud_names::Arn;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, grants::texts, publishers::publisher, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 4 },
        name: "unpinned-application",
        summary: "A published application has no fixed version, or an author nobody vouches for",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[829, 494],
        since: "0.1.0",
        docs: include_str!("unpinned_application.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.parts.iter().filter(|part| part.kind == PartKind::Application).filter_map(finding).collect()
}

fn finding(part: &Part) -> Option<Finding> {
    let (message, severity, fix) = if part.version.is_none() {
        let message = format!(
            "`{}` takes whatever version of `{}` is the newest when it is deployed",
            part.name,
            part.location.display()
        );
        (message, Severity::Medium, "Set `SemanticVersion` beside `ApplicationId`")
    } else {
        let account = texts(&part.location).into_iter().find_map(|(_, text)| {
            let arn = Arn::parse(text).ok()?;
            let is_foreign =
                cloud_names::is_account_id(&arn.account) && publisher(&arn.account).is_none();
            is_foreign.then(|| arn.account.to_string())
        })?;
        let message = format!(
            "`{}` brings resources and roles of the account `{account}` into the stack",
            part.name
        );
        let fix = "Review the application's template, or nest a reviewed copy of it";
        (message, Severity::Low, fix)
    };
    Some(
        RULE.info
            .finding(part.place, message)
            .severity(severity)
            .resource(&part.name)
            .property("Location")
            .under(&part.when)
            .fix(fix),
    )
}
