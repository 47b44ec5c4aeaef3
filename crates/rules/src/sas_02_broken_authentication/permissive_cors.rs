//! SAS-2.7 `permissive-cors`: any web site may call an interface that asks for a proof from its visitors' browsers.

use app_model::{Application, Auth, Cors, TriggerKind, When};
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
        // Who may call it anyway gains nothing from another site's page.
        let asks_proof = api.routes.iter().any(|route| {
            matches!(route.auth, Auth::Iam | Auth::Custom(_) | Auth::Jwt(_) | Auth::Cognito(_))
        });
        let Some(when) = any_origin(cors).filter(|_| asks_proof) else { continue };
        let message = format!(
            "pages of any origin may call `{}` from a browser, though it asks callers for a proof",
            api.name
        );
        let finding = RULE.info.finding(cors.place, message).resource(&api.name);
        findings.extend(api.when.and(&when).map(|when| finding.under(&when)));
    }
    for trigger in app.triggers.iter().filter(|trigger| trigger.kind == TriggerKind::FunctionUrl) {
        let Some(cors) = &trigger.cors else { continue };
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

/// When any origin is allowed without credentials; with them it is SAS-2.8.
fn any_origin(cors: &Cors) -> Option<When> {
    if super::cors_credentials_any_origin::flaw(cors).is_some() {
        return None;
    }
    super::cors_credentials_any_origin::any_origin(cors)
}
