//! SAS-2.15 `cached-authorizer-decision`: what an authorizer decided for one route is reused for another.

use app_model::{Api, ApiKind, Application, Auth, Authorizer, AuthorizerKind, When};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 15 },
        name: "cached-authorizer-decision",
        summary: "A decision of an authorizer is reused for other routes",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[863],
        since: "0.1.0",
        docs: include_str!("cached_authorizer_decision.md"),
    },
    check: Check::Application(check),
};

/// Seconds for which a REST API keeps a decision when nothing is set.
const REST_DEFAULT_S: i64 = 300;

/// Parts of identity sources that tell one route from another.
const TELLS_ROUTE: [&str; 8] = [
    "routekey",
    "resourcepath",
    "resourceid",
    "httpmethod",
    "context.path",
    "http.path",
    "http.method",
    "request.path",
];

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for api in app.apis.iter().filter(|api| matches!(api.kind, ApiKind::Rest | ApiKind::Http)) {
        for authorizer in api.authorizers.iter().filter(|a| a.kind == AuthorizerKind::Request) {
            findings.extend(of_authorizer(app, api, authorizer));
        }
    }
    findings
}

fn of_authorizer(app: &Application, api: &Api, authorizer: &Authorizer) -> Option<Finding> {
    let guarded = api
        .routes
        .iter()
        .filter(|route| route.auth == Auth::Custom(authorizer.name.clone()))
        .count();
    let tells_route = authorizer.identity_sources.iter().any(|source| {
        let text = source.display().to_ascii_lowercase();
        source.is_unresolved() || TELLS_ROUTE.iter().any(|part| text.contains(part))
    });
    if guarded < 2 || tells_route || authorizer.identity_sources.is_empty() {
        return None;
    }
    let (place, when, seconds) = match &authorizer.cache_ttl_s {
        Some(setting) => {
            let (when, seconds) = setting.value.find(|seconds| *seconds > 0)?;
            (setting.place, when.clone(), *seconds)
        }
        None if api.kind == ApiKind::Rest => (authorizer.place, When::ALWAYS, REST_DEFAULT_S),
        None => return None,
    };
    let message = format!(
        "`{}` keeps a decision of the authorizer `{}` for {seconds} s under the token alone: what \
         it allowed on one of {guarded} routes can open the others",
        api.name, authorizer.name
    );
    let mut finding = RULE.info.finding(place, message);
    if let Some(function) = authorizer.function.as_ref().and_then(|name| app.function(name)) {
        finding = finding.function(&function.name);
    }
    // A policy that names single methods, as an authorizer of a REST API may return, is not reused
    // for others: only its code tells.
    let severity = if api.kind == ApiKind::Rest { Severity::Low } else { RULE.info.severity };
    let fix = match api.kind {
        ApiKind::Http => "Add `$context.routeKey` to the identity sources, or set the TTL to 0",
        _ => {
            "Add `context.path` and `context.httpMethod` to the identity sources, or set the TTL to 0"
        }
    };
    Some(
        finding
            .severity(severity)
            .resource(&api.name)
            .property(authorizer.name.as_str())
            .under(&api.when.and(&authorizer.when)?.and(&when)?)
            .fix(fix),
    )
}
