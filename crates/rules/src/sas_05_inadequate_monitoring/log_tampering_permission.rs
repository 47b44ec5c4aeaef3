//! SAS-5.17 `log-tampering-permission`: a function may remove the traces of what it does.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use iam_policy::Term;

use crate::{
    Check, Rule,
    grants::{Grant, grants, is_pinned, list_of, named},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 17 },
        name: "log-tampering-permission",
        summary: "A role may delete logs, trails or alarms of the account",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[250, 778],
        since: "0.1.0",
        docs: include_str!("log_tampering_permission.md"),
    },
    check: Check::Application(check),
};

/// Actions that remove records, or switch off what makes or watches them.
const TAMPERING: &[&str] = &[
    "logs:DeleteLogGroup",
    "logs:DeleteLogStream",
    "cloudtrail:StopLogging",
    "cloudtrail:DeleteTrail",
    "cloudtrail:UpdateTrail",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:DeleteEventDataStore",
    "cloudwatch:DeleteAlarms",
    "cloudwatch:DisableAlarmActions",
    "config:StopConfigurationRecorder",
    "config:DeleteConfigurationRecorder",
    "guardduty:DeleteDetector",
    "guardduty:UpdateDetector",
    "securityhub:DisableSecurityHub",
    "bedrock:DeleteModelInvocationLoggingConfiguration",
    "bedrock:PutModelInvocationLoggingConfiguration",
];

fn check(app: &Application) -> Vec<Finding> {
    grants(app)
        .iter()
        .filter_map(|grant| {
            let terms: Vec<&Term> =
                grant.statement.actions.iter().filter(|term| reports(grant, term)).collect();
            let action = named(terms.first()?, TAMPERING)?;
            let place = grant.everything_of(service(action))?;
            let names: Vec<String> = terms.iter().map(|term| term.text.to_string()).collect();
            let message = format!(
                "with {} {} may remove the traces of an attack in the whole account",
                list_of(&names),
                grant.subject(app)
            );
            let found = grant.finding(app, &RULE.info, place, Severity::High, message)?;
            let can_be_limited = terms.iter().all(|term| term.supports_resource() == Some(true));
            Some(found.fix(if can_be_limited {
                "Remove the action, or name under `Resource` the one log group it is for"
            } else {
                "Remove what holds for the whole account, and name under `Resource` the one log \
                 group that the rest is for"
            }))
        })
        .collect()
}

fn service(action: &str) -> &str {
    action.split(':').next().unwrap_or_default()
}

/// Whether the rule reports this action of a statement.
pub(crate) fn reports(grant: &Grant<'_>, term: &Term) -> bool {
    named(term, TAMPERING).is_some_and(|action| grant.everything_of(service(action)).is_some())
        && !is_pinned(grant.statement)
}
