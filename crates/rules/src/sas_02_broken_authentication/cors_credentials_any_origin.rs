//! SAS-2.8 `cors-credentials-any-origin`: any web site may call an interface with the credentials of its visitors.

use app_model::{Application, Cors, TriggerKind, When};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 8 },
        name: "cors-credentials-any-origin",
        summary: "Pages of any origin may call an interface with the cookies of their visitors",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[942, 352],
        since: "0.1.0",
        docs: include_str!("cors_credentials_any_origin.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for api in &app.apis {
        let Some((cors, when)) = api.cors.as_ref().and_then(|cors| Some((cors, flaw(cors)?)))
        else {
            continue;
        };
        let finding =
            RULE.info.finding(cors.place, message(&format!("`{}`", api.name))).resource(&api.name);
        findings.extend(api.when.and(&when).map(|when| finding.under(&when)));
    }
    for trigger in app.triggers.iter().filter(|trigger| trigger.kind == TriggerKind::FunctionUrl) {
        let Some((cors, when)) = trigger.cors.as_ref().and_then(|cors| Some((cors, flaw(cors)?)))
        else {
            continue;
        };
        let finding = RULE
            .info
            .finding(cors.place, message(&format!("the function URL of `{}`", trigger.function)))
            .function(&trigger.function);
        findings.extend(trigger.when.and(&when).map(|when| finding.under(&when)));
    }
    let fix = "List the origins of your own pages under `AllowOrigins`, or drop `AllowCredentials`";
    findings.into_iter().map(|finding| finding.property("AllowCredentials").fix(fix)).collect()
}

fn message(what: &str) -> String {
    format!(
        "pages of any origin may call {what} with the cookies and credentials of whoever visits \
         them, and read the answer"
    )
}

/// When credentials are allowed together with any origin.
pub(super) fn flaw(cors: &Cors) -> Option<When> {
    let (credentials, _) = cors.credentials.as_ref()?.value.find(|on| *on)?;
    any_origin(cors)?.and(credentials)
}

/// When every origin is allowed: `*`, or every host of a scheme.
pub(super) fn any_origin(cors: &Cors) -> Option<When> {
    cors.origins.iter().find_map(|origin| {
        let (when, _) = origin
            .find(|text| matches!(text.trim_matches('\''), "*" | "https://*" | "http://*"))?;
        Some(when.clone())
    })
}
