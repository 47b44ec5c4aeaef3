//! SAS-2.7 `permissive-cors`: any web site may call an interface that asks for a proof from its visitors' browsers.

use app_model::{Api, Application, Auth, Cors, TriggerKind, When};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 7 },
        name: "permissive-cors",
        summary: "Pages of any origin may call an interface from a browser",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[942],
        since: "0.1.0",
        docs: include_str!("permissive_cors.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for api in &app.apis {
        let Some(cors) = &api.cors else { continue };
        // Who may call it anyway gains nothing from another site's page, nor does a page from an
        // interface that it cannot send the proof to.
        let takes_proof = api.routes.iter().any(|route| lets_through(cors, api, &route.auth));
        let Some(when) = any_origin(cors).filter(|_| takes_proof) else { continue };
        let message = format!(
            "pages of any origin may call `{}` from a browser, though it asks callers for a proof",
            api.name
        );
        let finding = RULE.info.finding(cors.place, message).resource(&api.name);
        findings.extend(api.when.and(&when).map(|when| finding.under(&when)));
    }
    for trigger in app.triggers.iter().filter(|trigger| trigger.kind == TriggerKind::FunctionUrl) {
        let Some(cors) = &trigger.cors else { continue };
        if trigger.auth == Auth::Iam && !allows(cors, "authorization") {
            continue;
        }
        let Some(when) = any_origin(cors).and_then(|when| trigger.when.and(&when)) else {
            continue;
        };
        let message = format!(
            "pages of any origin may call the function URL of `{}` from a browser",
            trigger.function
        );
        let finding = RULE.info.finding(cors.place, message).function(&trigger.function);
        findings.push(finding.under(&when));
    }
    let fix = "List the origins of your own pages instead of `*`";
    findings.into_iter().map(|finding| finding.property("AllowOrigins").fix(fix)).collect()
}

/// Whether a page of another origin can send the proof that a route asks for.
fn lets_through(cors: &Cors, api: &Api, auth: &Auth) -> bool {
    let name = match auth {
        Auth::Iam => return allows(cors, "authorization"),
        Auth::Custom(name) | Auth::Jwt(name) | Auth::Cognito(name) => name,
        _ => return false,
    };
    let authorizer = api.authorizers.iter().find(|authorizer| authorizer.name == *name);
    let sources: Vec<&str> = authorizer
        .into_iter()
        .flat_map(|authorizer| &authorizer.identity_sources)
        .flat_map(|source| source.display().split(','))
        .map(str::trim)
        .collect();
    let mut headers = sources.iter().filter_map(|source| Some(source.split_once("header.")?.1));
    match auth {
        // All that is known is that a function decides: by any header that a page may send.
        Auth::Custom(_) if sources.is_empty() => allows_some_proof(cors),
        _ if sources.is_empty() => allows(cors, "authorization"),
        // Every source must be there. What is no header, a page can write into the address.
        _ => headers.all(|header| allows(cors, header)),
    }
}

/// Headers that pages of another origin may send; `None` for those that only deployment tells.
fn allowed(cors: &Cors) -> impl Iterator<Item = Option<&str>> {
    cors.headers.iter().flat_map(|header| match header.first() {
        Some((_, text)) => text.split(',').map(|one| Some(one.trim())).collect(),
        None => vec![None],
    })
}

/// Whether a page of another origin may send a header. A browser sends no cookie of its own accord
/// without credentials, and with them it is SAS-2.8.
fn allows(cors: &Cors, name: &str) -> bool {
    !name.eq_ignore_ascii_case("cookie")
        && allowed(cors).any(|header| {
            header.is_none_or(|header| header == "*" || header.eq_ignore_ascii_case(name))
        })
}

/// Whether a page of another origin may send a header that can hold a proof.
fn allows_some_proof(cors: &Cors) -> bool {
    let is_plain = |header: &str| {
        ["accept", "accept-language", "content-type"]
            .iter()
            .any(|plain| header.eq_ignore_ascii_case(plain))
    };
    allowed(cors).any(|header| header.is_none_or(|header| !is_plain(header)))
}

/// When any origin is allowed without credentials; with them it is SAS-2.8.
fn any_origin(cors: &Cors) -> Option<When> {
    if super::cors_credentials_any_origin::flaw(cors).is_some() {
        return None;
    }
    super::cors_credentials_any_origin::any_origin(cors)
}
