//! SAS-1.2 `missing-web-firewall`: no web firewall stands before an interface that strangers may call.

use app_model::{Api, ApiKind, Application, Auth, Details};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 2 },
        name: "missing-web-firewall",
        summary: "An interface that asks nobody who they are has no web firewall",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[693],
        since: "0.1.0",
        docs: include_str!("missing_web_firewall.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings: Vec<Finding> = app.apis.iter().filter_map(|api| of_api(app, api)).collect();
    for resource in &app.resources {
        let lacks = match &resource.details {
            Details::Distribution(distribution) => distribution.firewall.is_none(),
            Details::UserPool(pool) => !pool.has_firewall,
            _ => false,
        };
        if lacks {
            let message = format!("no web firewall stands before `{}`", resource.name);
            let finding = RULE.info.finding(resource.place, message).resource(&resource.name);
            findings.push(finding.under(&resource.when));
        }
    }
    let fix = "Add an `AWS::WAFv2::WebACLAssociation` (`WebACLId` on a distribution)";
    findings.into_iter().map(|finding| finding.property("WebACL").fix(fix)).collect()
}

fn of_api(app: &Application, api: &Api) -> Option<Finding> {
    // A web ACL cannot be tied to HTTP and WebSocket APIs.
    let open = match api.kind {
        ApiKind::Rest => {
            api.routes.iter().any(|route| route.auth.open().is_some() && !route.is_preflight())
        }
        ApiKind::GraphQl => api.graphql_auth.iter().any(|kind| kind.value.may_be("API_KEY")),
        ApiKind::Http | ApiKind::WebSocket => false,
    };
    let behind_distribution = app.resources.iter().any(|resource| match &resource.details {
        Details::Distribution(distribution) => {
            distribution.firewall.is_some()
                && distribution.origins.iter().any(|origin| origin.name == api.name)
        }
        _ => false,
    });
    if !open || api.is_private || api.has_firewall || behind_distribution {
        return None;
    }
    let proof = if api.routes.iter().any(|route| route.auth == Auth::ApiKey) {
        "for more than an API key"
    } else {
        "for a proof"
    };
    let message = format!(
        "no web firewall stands before the {} `{}`, which does not ask {proof}",
        api.kind.words(),
        api.name
    );
    Some(RULE.info.finding(api.place, message).resource(&api.name).under(&api.when))
}
