//! SAS-3.11 `disabled-encryption`: data rests unencrypted.

use app_model::{Application, Setting};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{PropertyTexts, WrittenProperties, databases, queues, streams},
    rank::AboutFunction,
    settings::{Spot, missing, off_or_missing, written},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 11 },
        name: "disabled-encryption",
        summary: "A database, file system, stream, queue or cache keeps data unencrypted",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[311],
        since: "0.1.0",
        docs: include_str!("disabled_encryption.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = of_databases(app);
    findings.extend(of_queues(app));
    findings.extend(of_streams(app));
    findings.extend(of_caches(app));
    findings
}

fn finding(spot: &Spot, severity: Severity, name: &str, message: String, fix: &str) -> Finding {
    RULE.info
        .finding(spot.place, message)
        .severity(severity)
        .resource(name)
        .under(&spot.when)
        .fix(fix)
}

fn of_databases(app: &Application) -> Vec<Finding> {
    let (properties, texts) = (WrittenProperties::of(app), PropertyTexts::of(app));
    databases(app)
        // A member takes the setting of its cluster, a restored one that of its snapshot, and
        // clusters of Redshift are encrypted unless told otherwise.
        .filter(|(resource, database)| {
            !database.in_cluster
                && ["SnapshotIdentifier", "DBSnapshotIdentifier", "SourceDBInstanceIdentifier"]
                    .iter()
                    .all(|property| !properties.has(&resource.name, property))
        })
        .filter_map(|(resource, database)| {
            let encrypted = database.encrypted.as_ref();
            let is_redis = texts
                .at(&resource.name, "Engine")
                .any(|engine| engine.value.all(|word| word.eq_ignore_ascii_case("redis")));
            let spot = if is_encrypted_by_default(&resource.type_name) && !is_redis {
                written(encrypted, &resource.when, |on| !on)
            } else {
                off_or_missing(encrypted, &resource.when, resource.place)
            }?;
            let (subject, fix) = words(&resource.type_name);
            let message = format!("{subject} `{}` are not encrypted", resource.name);
            Some(finding(&spot, Severity::Medium, &resource.name, message, fix))
        })
        .collect()
}

/// Services that encrypt when nothing is written; caches do so where their engine is Valkey, which
/// they need not say.
fn is_encrypted_by_default(type_name: &str) -> bool {
    type_name.starts_with("AWS::Redshift::") || type_name.starts_with("AWS::ElastiCache::")
}

/// What is not encrypted, and how to mend it.
fn words(type_name: &str) -> (&'static str, &'static str) {
    match type_name {
        "AWS::EFS::FileSystem" => (
            "the files and backups of the file system",
            "Set `Encrypted` to `true`; the files of an existing system must be copied to a new one",
        ),
        "AWS::ElastiCache::ReplicationGroup" => {
            ("the contents and backups of the cache", "Set `AtRestEncryptionEnabled` to `true`")
        }
        "AWS::Elasticsearch::Domain" | "AWS::OpenSearchService::Domain" => (
            "the indices and backups of the search domain",
            "Set `EncryptionAtRestOptions` with `Enabled: true`",
        ),
        "AWS::Redshift::Cluster" => {
            ("the storage and snapshots of the database", "Set `Encrypted` to `true`")
        }
        _ => (
            "the storage, snapshots and replicas of the database",
            "Set `StorageEncrypted` to `true`; an existing database must be restored from an \
             encrypted copy of its snapshot",
        ),
    }
}

fn of_queues(app: &Application) -> Vec<Finding> {
    queues(app)
        .filter(|(_, queue)| queue.kms_key.is_none())
        .filter_map(|(resource, queue)| {
            let managed = queue.managed_encryption.as_ref();
            let spot = written(managed, &resource.when, |on| !on)?;
            let message = format!("messages of the queue `{}` rest unencrypted", resource.name);
            let fix = "Remove `SqsManagedSseEnabled: false`: queues are encrypted by default";
            Some(finding(&spot, Severity::Low, &resource.name, message, fix))
        })
        .collect()
}

fn of_streams(app: &Application) -> Vec<Finding> {
    let properties = WrittenProperties::of(app);
    streams(app)
        .filter_map(|(resource, stream)| {
            let encryption = stream.encryption.as_ref();
            let written_off =
                written(encryption, &resource.when, |word| word.eq_ignore_ascii_case("NONE"));
            let spot = match written_off {
                Some(spot) => Some(spot),
                // The whole mapping may come from a parameter.
                None if properties.has(&resource.name, "StreamEncryption") => None,
                None => missing(encryption, &resource.when, resource.place),
            }?;
            let message = format!("records of the stream `{}` rest unencrypted", resource.name);
            let fix = "Set `StreamEncryption` with `EncryptionType: KMS` and `KeyId: \
                       alias/aws/kinesis`";
            Some(finding(&spot, Severity::Low, &resource.name, message, fix))
        })
        .collect()
}

fn of_caches(app: &Application) -> Vec<Finding> {
    let is_on =
        |setting: Option<&Setting<bool>>| setting.is_some_and(|set| set.value.any(|on| *on));
    let mut findings = Vec::new();
    for api in &app.apis {
        for stage in api.stages.iter().filter(|stage| is_on(stage.cache.as_ref())) {
            let encrypted = stage.cache_encrypted.as_ref();
            let Some(spot) = off_or_missing(encrypted, &stage.when, stage.place) else { continue };
            let message =
                format!("answers of `{}` rest unencrypted in the cache of its stage", api.name);
            let fix = "Set `CacheDataEncrypted: true` under `MethodSettings` of the stage";
            let found = finding(&spot, Severity::Low, &api.name, message, fix);
            findings.push(found.property(stage.name.as_str()));
        }
    }
    findings
}
