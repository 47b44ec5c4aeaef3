//! SAS-9.7 `untrusted-event-source`: a rule takes events from anybody who may put them on its bus.

use app_model::{Application, Details, EventRule, Resource, ResourcePolicy};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use iam_policy::Statement;
use source_text::{FileId, Limits, parse_yaml};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 9, rule: 7 },
        name: "untrusted-event-source",
        summary: "A rule takes events from other accounts as if they were its own",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[345, 346],
        since: "0.1.0",
        docs: include_str!("untrusted_event_source.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in &app.resources {
        if let Details::EventRule(rule) = &resource.details {
            findings.extend(finding(app, resource, rule));
        }
    }
    findings
}

fn finding(app: &Application, resource: &Resource, rule: &EventRule) -> Option<Finding> {
    let pattern = rule.pattern.as_ref()?;
    let bus = bus_of(app, rule)?;
    let (sender, is_anybody) = app
        .resource_policies
        .iter()
        .filter(|policy| policy.service == "events" && policy.resources.contains(&bus.name))
        .find_map(sender)?;
    let text = pattern.value.known()?;
    if names_account(text) {
        return None;
    }
    let message = format!(
        "{sender} may put events on the bus `{}`, and the rule `{}` takes them without looking at \
         `account`",
        bus.name, resource.name
    );
    let severity = if is_anybody { Severity::High } else { RULE.info.severity };
    let function = app
        .triggers
        .iter()
        .find(|trigger| trigger.place == resource.place)
        .and_then(|trigger| app.function(&trigger.function));
    let found = RULE.info.finding(pattern.place, message).under(&resource.when);
    let found = match function {
        Some(function) => found.about(app, function, None),
        None => found,
    };
    Some(
        found
            .severity(severity)
            .resource(&resource.name)
            .property("EventPattern")
            .fix("Add `account: [!Ref AWS::AccountId]`, or the senders' accounts, to the pattern"),
    )
}

/// The bus of the template that a rule is on.
fn bus_of<'a>(app: &'a Application, rule: &EventRule) -> Option<&'a Resource> {
    let bus = rule.bus.as_ref()?;
    let referred = bus
        .unresolved()
        .and_then(|expression| expression.references.first())
        .map(|reference| reference.name.as_str());
    app.resources.iter().find(|resource| match &resource.details {
        Details::EventBus(known) => {
            referred == Some(resource.name.as_str())
                || known
                    .physical_name
                    .as_ref()
                    .is_some_and(|name| name.value.any(|name| bus.any(|written| written == name)))
        }
        _ => false,
    })
}

/// Who, outside the own account, may put events on a bus, and whether that is anybody.
fn sender(policy: &ResourcePolicy) -> Option<(String, bool)> {
    policy
        .document
        .allows()
        .filter(|statement| statement.matches_action("events:PutEvents"))
        .find_map(|statement: &Statement| {
            if statement.is_public() {
                return Some(("anybody on the internet".to_owned(), true));
            }
            let account = statement.principals.iter().find_map(iam_policy::Principal::account);
            if let Some(account) = account {
                return Some((format!("the account `{account}`"), false));
            }
            let of_organisation =
                statement.principals.iter().any(iam_policy::Principal::is_anybody);
            of_organisation
                .then(|| ("every account that the condition lets through".to_owned(), false))
        })
}

/// Whether a pattern asks who sent the event.
fn names_account(pattern: &str) -> bool {
    parse_yaml(FileId::default(), pattern, &Limits::default()).is_ok_and(|parsed| {
        parsed.documents.first().is_none_or(|pattern| pattern.get("account").is_some())
    })
}
