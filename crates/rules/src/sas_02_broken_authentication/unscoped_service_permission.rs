//! SAS-2.5 `unscoped-service-permission`: a service may invoke a function for any of its customers (confused deputy).

use app_model::{Application, Permission, When, absence};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 5 },
        name: "unscoped-service-permission",
        summary: "A service may invoke a function on behalf of any account",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[441],
        since: "0.1.0",
        docs: include_str!("unscoped_service_permission.md"),
    },
    check: Check::Application(check),
};

/// Services that call functions for their customers, and what of a customer makes them call.
const SENDERS: [(&str, &str); 16] = [
    ("apigateway", "an API"),
    ("cognito-idp", "a user pool"),
    ("config", "a Config rule"),
    ("codecommit", "a repository"),
    ("events", "an EventBridge rule"),
    ("iot", "an IoT rule"),
    ("lex", "a bot"),
    ("lexv2", "a bot"),
    ("logs", "a log group"),
    ("s3", "a bucket"),
    ("scheduler", "a schedule"),
    ("secretsmanager", "a secret"),
    ("ses", "a receipt rule"),
    ("sns", "a topic"),
    ("bedrock", "an agent"),
    ("vpc-lattice", "a service network"),
];

fn check(app: &Application) -> Vec<Finding> {
    app.permissions
        .iter()
        .filter_map(|permission| {
            let (message, fix, when, severity) =
                unscoped(permission).or_else(|| any_skill(permission))?;
            let place = permission.principal.as_ref()?.place;
            // A generated permission is written nowhere: its event is what can be changed.
            let place = if permission.is_generated { permission.place } else { place };
            let mut finding = RULE.info.finding(place, message).severity(severity);
            if let Some(name) = &permission.function {
                finding = finding.function(name);
            }
            let finding = finding.resource(&permission.name).property("SourceAccount");
            Some(finding.under(&when.and(&permission.when)?).fix(fix))
        })
        .collect()
}

type Flaw = (String, &'static str, When, Severity);

fn unscoped(permission: &Permission) -> Option<Flaw> {
    let principal = permission.principal.as_ref()?;
    let (when, name) = principal.value.find(|name| sender(name).is_some())?;
    let (service, sender) = sender(name)?;
    let function = permission.function.as_deref().unwrap_or("a function elsewhere");
    let account = absence(permission.source_account.as_ref())?
        .and(&absence(permission.organisation.as_ref())?)?
        .and(when)?;
    if let Some(arn) = absence(permission.source_arn.as_ref()) {
        let message = format!(
            "`{name}` may invoke `{function}` for any AWS account: {sender} of a stranger can send \
             it events"
        );
        let fix = "Set `SourceArn` to the resource that sends the events, and `SourceAccount`";
        return Some((message, fix, account.and(&arn)?, RULE.info.severity));
    }
    // The ARN of a bucket has no account: who deletes the bucket frees its name for strangers.
    let foreign_bucket = service == "s3" && permission.source_references.is_empty();
    foreign_bucket.then(|| {
        let message = format!(
            "`{name}` may invoke `{function}` for a bucket name without its account: whoever owns \
             that name one day can send it events"
        );
        (message, "Set `SourceAccount` beside `SourceArn`", account, Severity::Low)
    })
}

/// `s3` and `a bucket` for `s3.amazonaws.com`.
fn sender(principal: &str) -> Option<(&'static str, &'static str)> {
    let principal = principal.strip_suffix(".cn").unwrap_or(principal);
    let service = principal.strip_suffix(".amazonaws.com")?;
    let service = service.split('.').next()?;
    SENDERS.iter().find(|(name, _)| *name == service).copied()
}

/// An Alexa permission without the skill's id.
fn any_skill(permission: &Permission) -> Option<Flaw> {
    let principal = permission.principal.as_ref()?;
    let is_alexa = |name: &app_model::SmolStr| {
        matches!(name.as_str(), "alexa-appkit.amazon.com" | "alexa-connectedhome.amazon.com")
    };
    let (when, _) = principal.value.find(is_alexa)?;
    let when = absence(permission.event_source_token.as_ref())?.and(when)?;
    let function = permission.function.as_deref().unwrap_or("a function elsewhere");
    let message = format!("every Alexa skill may invoke `{function}`: no skill is named");
    Some((
        message,
        "Set `SkillId` on the Alexa event, or `EventSourceToken` on the permission",
        when,
        RULE.info.severity,
    ))
}
