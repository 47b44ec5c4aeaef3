//! SAS-4.4 `full-access-managed-policy`: a role has a policy of AWS that hands out whole services.

use app_model::{Application, Identity, ManagedPolicy, When};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use iam_policy::managed;

use super::administrator_access::administrator;
use crate::{
    Check, Rule,
    grants::{is_administrator, list_of, subject, texts},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 4 },
        name: "full-access-managed-policy",
        summary: "A role has a managed policy that allows every action of a service",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[250, 732],
        since: "0.1.0",
        docs: include_str!("full_access_managed_policy.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for identity in app.identities.iter().filter(|identity| !is_administrator(identity)) {
        for managed in &identity.managed {
            for (when, text) in texts(&managed.arn) {
                findings.extend(of_text(app, identity, managed, &when, text));
            }
        }
    }
    findings
}

fn of_text(
    app: &Application,
    identity: &Identity,
    attached: &ManagedPolicy,
    when: &When,
    text: &str,
) -> Option<Finding> {
    let name = name_of(text).filter(|_| administrator(text).is_none())?;
    let known = managed::find(text);
    let is_full = known.is_some_and(|policy| policy.is_full_access());
    if !is_full && !name.ends_with("FullAccess") && !name.ends_with("Administrator") {
        return None;
    }
    let services: Vec<String> =
        known.map(|policy| policy.whole_services().collect()).unwrap_or_default();
    let narrower: Vec<String> = known.map(|policy| narrower_services(&policy)).unwrap_or_default();
    let all = match (services.as_slice(), narrower.as_slice()) {
        ([], []) => "far more than one function needs".to_owned(),
        (_, []) => format!("every action of {} on every resource", list_of(&services)),
        ([], _) => format!("every action of {} on many resources", list_of(&narrower)),
        _ => format!(
            "every action of {} on every resource and of {} on many",
            list_of(&services),
            list_of(&narrower)
        ),
    };
    let message =
        format!("{} has the managed policy `{name}`, which allows {all}", subject(app, identity));
    let fix = match managed::replacement(name) {
        Some(new) => format!(
            "Replace the managed policy `{name}`, which AWS has withdrawn in favour of `{new}`, by \
             statements with the actions that the code calls"
        ),
        None => format!(
            "Replace the managed policy `{name}` by statements with the actions and ARNs that the \
             code needs"
        ),
    };
    let severity = if is_harmless(name, services.iter().chain(&narrower)) {
        Severity::Medium
    } else {
        Severity::High
    };
    let found = finding_at(app, &RULE.info, identity, attached, when, severity, message)?;
    Some(found.property(name).fix(fix))
}

/// The services of which a policy allows every action, but not everywhere or not always.
fn narrower_services(policy: &managed::ManagedPolicy) -> Vec<String> {
    let whole: Vec<String> = policy.whole_services().collect();
    policy
        .allows()
        .filter_map(|(action, _)| Some(action.strip_suffix(":*")?.to_owned()))
        .filter(|service| !whole.contains(service))
        .collect()
}

/// Parts of the names of policies that leave the data of others alone: what was observed, what only
/// analyses what it is sent, calls of an API, which asks for itself.
const HARMLESS: [&str; 8] = [
    "CloudWatch",
    "XRay",
    "Xray",
    "Textract",
    "Comprehend",
    "Translate",
    "Polly",
    "APIGatewayInvoke",
];

/// Services that such policies may hand out whole: `CloudWatchFullAccess` also gives `sns:*`.
const HARMLESS_SERVICES: [&str; 10] = [
    "application-signals",
    "cloudwatch",
    "comprehend",
    "logs",
    "polly",
    "rum",
    "synthetics",
    "textract",
    "translate",
    "xray",
];

/// Whether a policy with these `services` leaves the data of others alone.
fn is_harmless<'a>(name: &str, mut services: impl Iterator<Item = &'a String>) -> bool {
    HARMLESS.iter().any(|part| name.contains(part))
        && services.all(|service| HARMLESS_SERVICES.contains(&service.as_str()))
}

/// A finding of `rule` at a managed policy of a principal.
pub(super) fn finding_at(
    app: &Application,
    rule: &RuleInfo,
    identity: &Identity,
    attached: &ManagedPolicy,
    when: &When,
    severity: Severity,
    message: String,
) -> Option<Finding> {
    let when = identity.when.and(&attached.when)?.and(when)?;
    Some(
        rule.finding(attached.place, message)
            .severity(severity)
            .about_identity(app, identity, None)
            .under(&when),
    )
}

/// The name of a policy that AWS keeps; `None` for policies of the user's own.
pub(super) fn name_of(text: &str) -> Option<&str> {
    if text.starts_with("arn:") && !managed::is_managed_arn(text) {
        return None;
    }
    text.rsplit('/').next().filter(|name| !name.contains(['$', '{', ':']) && !name.is_empty())
}

#[cfg(test)]
mod tests {
    use iam_policy::managed;

    use super::is_harmless;

    #[test]
    fn a_policy_that_also_hands_out_messages_or_events_is_not_harmless() {
        for (name, expected) in [
            ("CloudWatchLogsFullAccess", true),
            ("CloudWatchFullAccess", false),
            ("CloudWatchFullAccessV2", true),
            ("CloudWatchEventsFullAccess", false),
            ("AWSXrayFullAccess", true),
            ("ComprehendFullAccess", true),
            ("AmazonSQSFullAccess", false),
        ] {
            let services: Vec<_> = managed::find(name).unwrap().whole_services().collect();
            assert_eq!(is_harmless(name, services.iter()), expected, "{name} {services:?}");
        }
    }
}
