//! SAS-2.14 `jwt-without-audience`: an authorizer accepts tokens that were issued for other applications.

use app_model::{Api, Application, Authorizer, AuthorizerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 14 },
        name: "jwt-without-audience",
        summary: "A token for any application of the issuer is accepted",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[287, 345],
        since: "0.1.0",
        docs: include_str!("jwt_without_audience.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for api in &app.apis {
        let found = api.authorizers.iter().filter_map(|authorizer| of_authorizer(api, authorizer));
        findings.extend(found);
    }
    findings
}

fn of_authorizer(api: &Api, authorizer: &Authorizer) -> Option<Finding> {
    let accepts_any = authorizer.audiences.is_empty()
        || authorizer.audiences.iter().any(|audience| audience.any(|text| text.trim().is_empty()));
    if authorizer.kind != AuthorizerKind::Jwt || !accepts_any {
        return None;
    }
    let message = format!(
        "the authorizer `{}` of `{}` names no audience: a token that the issuer made for another \
         application opens it",
        authorizer.name, api.name
    );
    Some(
        RULE.info
            .finding(authorizer.place, message)
            .resource(&api.name)
            .property(authorizer.name.as_str())
            .under(&api.when.and(&authorizer.when)?)
            .fix("List the client ids under `audience` (`ClientId` in AppSync)"),
    )
}
