//! SAS-3.10 `public-resource-policy`: anybody may use a key, secret, table, repository or another resource.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    bindings::{self, open, target_name},
    kinds::WrittenProperties,
    open_policies::{OpenStatement, enumerate, open_statements},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 10 },
        name: "public-resource-policy",
        summary: "Anybody on the internet may use a key, secret, table or repository",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[284, 732],
        since: "0.1.0",
        docs: include_str!("public_resource_policy.md"),
    },
    check: Check::Application(check),
};

/// A service, what its resource is called, and what actions on it mean.
type Service = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

static SERVICES: [Service; 9] = [
    (
        "kms",
        "key",
        &[
            ("kms:Decrypt", "decrypt with it"),
            ("kms:Encrypt", "encrypt with it"),
            ("kms:PutKeyPolicy", "change its policy"),
            ("kms:ScheduleKeyDeletion", "delete it"),
        ],
    ),
    (
        "secretsmanager",
        "secret",
        &[
            ("secretsmanager:GetSecretValue", "read its value"),
            ("secretsmanager:PutSecretValue", "replace its value"),
            ("secretsmanager:DeleteSecret", "delete it"),
        ],
    ),
    (
        "dynamodb",
        "table",
        &[
            ("dynamodb:GetItem", "read items"),
            ("dynamodb:Scan", "read items"),
            ("dynamodb:PutItem", "write items"),
            ("dynamodb:DeleteItem", "delete items"),
        ],
    ),
    ("ecr", "repository", &[("ecr:BatchGetImage", "pull images"), ("ecr:PutImage", "push images")]),
    (
        "es",
        "search domain",
        &[
            ("es:ESHttpGet", "read documents"),
            ("es:ESHttpPut", "write documents"),
            ("es:ESHttpPost", "write documents"),
            ("es:ESHttpDelete", "delete documents"),
        ],
    ),
    (
        "kinesis",
        "stream",
        &[("kinesis:GetRecords", "read records"), ("kinesis:PutRecord", "write records")],
    ),
    ("logs", "log policy", &[("logs:PutLogEvents", "write log lines")]),
    ("backup", "backup vault", &[("backup:CopyIntoBackupVault", "copy backups into it")]),
    (
        "elasticfilesystem",
        "file system",
        &[
            ("elasticfilesystem:ClientMount", "mount it"),
            ("elasticfilesystem:ClientWrite", "write files"),
        ],
    ),
];

fn check(app: &Application) -> Vec<Finding> {
    let written = WrittenProperties::of(app);
    let by_roles = open(app, &KINDS).map(|(binding, who, known, noun)| {
        let message = format!(
            "{} holds `{}` on the {noun} {}",
            who.words(),
            binding.role.display(),
            target_name(known, binding)
        );
        let is_for_reading = binding.role.display().ends_with("artifactregistry.reader");
        let severity = if is_for_reading { Severity::Medium } else { Severity::High };
        let found = bindings::finding(&RULE.info, binding, message).severity(severity);
        found.fix("Give the role to the accounts that need it")
    });
    by_roles.chain(by_policies(app, &written)).collect()
}

fn by_policies<'a>(
    app: &'a Application,
    written: &'a WrittenProperties<'a>,
) -> impl Iterator<Item = Finding> + 'a {
    SERVICES.iter().flat_map(move |service| {
        open_statements(app, service.0)
            .filter_map(move |open| of_statement(app, written, &open, service))
    })
}

/// Resources of Google Cloud, and what they are called.
const KINDS: [(&str, &str); 14] = [
    ("cloudkms.googleapis.com/CryptoKey", "key"),
    ("cloudkms.googleapis.com/KeyRing", "key ring"),
    ("secretmanager.googleapis.com/Secret", "secret"),
    ("bigquery.googleapis.com/Dataset", "dataset"),
    ("bigquery.googleapis.com/DatasetAccess", "dataset"),
    ("bigquery.googleapis.com/Table", "table"),
    ("artifactregistry.googleapis.com/Repository", "repository"),
    ("containerregistry.googleapis.com/Registry", "registry"),
    ("dataproc.googleapis.com/Cluster", "cluster"),
    ("spanner.googleapis.com/Database", "database"),
    ("bigtableadmin.googleapis.com/Instance", "database"),
    ("cloudtasks.googleapis.com/Queue", "queue"),
    ("iam.googleapis.com/ServiceAccount", "service account"),
    ("sourcerepo.googleapis.com/Repo", "repository"),
];

fn of_statement(
    app: &Application,
    properties: &WrittenProperties<'_>,
    open: &OpenStatement<'_>,
    (service, noun, deeds): &Service,
) -> Option<Finding> {
    if is_in_own_network(properties, open, service) {
        return None;
    }
    let deeds = open.deeds(deeds);
    // Images to pull are often meant for all; pushing is not.
    let severity = if deeds == ["pull images"] { Severity::Medium } else { Severity::High };
    let what = if deeds.is_empty() { "use it".to_owned() } else { enumerate(&deeds) };
    let message = format!("the policy of the {noun} `{}` lets anybody {what}", open.resource());
    let fix = "Name accounts or roles under `Principal`, or pin the caller under `Condition`";
    Some(open.finding(app, &RULE.info, severity, message)?.fix(fix))
}

/// A search domain in a network, and a file system that asks for its mount target, are not reached
/// from the internet.
fn is_in_own_network(
    properties: &WrittenProperties<'_>,
    open: &OpenStatement<'_>,
    service: &str,
) -> bool {
    match service {
        "es" => properties.has(open.resource(), "VPCOptions"),
        "elasticfilesystem" => {
            let key = "elasticfilesystem:AccessedViaMountTarget";
            open.statement.conditions_on(key).next().is_some()
        }
        _ => false,
    }
}
