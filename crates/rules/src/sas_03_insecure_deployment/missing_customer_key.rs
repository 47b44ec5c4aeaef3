//! SAS-3.12 `missing-customer-key`: data is encrypted with a key whose use nobody can limit or withdraw.

use app_model::{Application, Resource, Setting, SmolStr};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{log_groups, queues, secrets, tables, topics},
    rank::AboutFunction,
    settings::{Spot, missing, off_or_missing, written},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 12 },
        name: "missing-customer-key",
        summary: "A service encrypts with its own key instead of a customer key",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[311],
        since: "0.1.0",
        docs: include_str!("missing_customer_key.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (resource, topic) in topics(app) {
        findings.extend(of_key(resource, "topic", topic.kms_key.as_ref(), "KmsMasterKeyId"));
    }
    for (resource, queue) in queues(app) {
        findings.extend(of_key(resource, "queue", queue.kms_key.as_ref(), "KmsMasterKeyId"));
    }
    for (resource, group) in log_groups(app) {
        findings.extend(of_key(resource, "log group", group.kms_key.as_ref(), "KmsKeyId"));
    }
    for (resource, secret) in secrets(app) {
        findings.extend(of_key(resource, "secret", secret.kms_key.as_ref(), "KmsKeyId"));
    }
    for (resource, table) in tables(app) {
        let spot = off_or_missing(table.kms.as_ref(), &resource.when, resource.place);
        findings.extend(spot.map(|spot| finding(resource, "table", &spot, "SSESpecification")));
    }
    findings
}

/// A key of AWS (`alias/aws/sqs`) is no customer key.
fn of_key(
    resource: &Resource,
    noun: &str,
    key: Option<&Setting<SmolStr>>,
    property: &str,
) -> Option<Finding> {
    let spot = written(key, &resource.when, |key| key.contains("alias/aws/"))
        .or_else(|| missing(key, &resource.when, resource.place))?;
    Some(finding(resource, noun, &spot, property))
}

fn finding(resource: &Resource, noun: &str, spot: &Spot, property: &str) -> Finding {
    let message = format!(
        "the {noun} `{}` is encrypted with a key whose use cannot be limited or withdrawn",
        resource.name
    );
    RULE.info
        .finding(spot.place, message)
        .resource(&resource.name)
        .property(property)
        .under(&spot.when)
        .fix(format!("Set `{property}` to a key of the account"))
}
