//! SAS-3.49 `plaintext-data-store`: a search domain, cache or cluster takes connections without TLS.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{self, Row, Wrong},
    kinds::{PropertyTexts, of_type},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 49 },
        name: "plaintext-data-store",
        summary: "A search domain, cache or cluster takes connections without TLS",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[319],
        since: "0.1.0",
        docs: include_str!("plaintext_data_store.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let texts = PropertyTexts::of(app);
    let mut findings = azure::findings(app, &RULE.info, AZURE, |subject| {
        format!("{subject} takes connections without TLS, which others in its network can read")
    });
    findings.extend(of_cloud_sql(app, &texts));
    for store in STORES {
        for resource in of_type(app, store.type_name) {
            let is_open = |text: &str| !text.eq_ignore_ascii_case(store.closed);
            let spot = if store.closed_by_default {
                texts.wrong(resource, store.path, is_open)
            } else {
                texts.wrong_or_missing(resource, store.path, is_open)
            };
            let Some(spot) = spot else { continue };
            let message = format!(
                "the {} `{}` takes connections without TLS, which others in its network can read",
                store.noun, resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            let found = found.property(store.path).under(&spot.when);
            findings.push(found.fix(format!("Set `{}` to `{}`", store.path, store.closed)));
        }
    }
    findings
}

/// A kind of store, and the setting that asks for TLS.
struct Store {
    type_name: &'static str,
    noun: &'static str,
    path: &'static str,
    /// The value that asks for TLS.
    closed: &'static str,
    /// Whether TLS is asked for when nothing is written.
    closed_by_default: bool,
}

const STORES: [Store; 6] = [
    Store {
        type_name: "AWS::OpenSearchService::Domain",
        noun: "search domain",
        path: "DomainEndpointOptions.EnforceHTTPS",
        closed: "true",
        closed_by_default: false,
    },
    Store {
        type_name: "AWS::Elasticsearch::Domain",
        noun: "search domain",
        path: "DomainEndpointOptions.EnforceHTTPS",
        closed: "true",
        closed_by_default: false,
    },
    Store {
        type_name: "AWS::ElastiCache::ReplicationGroup",
        noun: "cache",
        path: "TransitEncryptionEnabled",
        closed: "true",
        closed_by_default: false,
    },
    Store {
        type_name: "AWS::DAX::Cluster",
        noun: "cache",
        path: "ClusterEndpointEncryptionType",
        closed: "TLS",
        closed_by_default: false,
    },
    Store {
        type_name: "AWS::MSK::Cluster",
        noun: "cluster",
        path: "EncryptionInfo.EncryptionInTransit.ClientBroker",
        closed: "TLS",
        closed_by_default: true,
    },
    Store {
        type_name: "redis.googleapis.com/Instance",
        noun: "cache",
        path: "transitEncryptionMode",
        closed: "SERVER_AUTHENTICATION",
        closed_by_default: false,
    },
];

/// The same of services of Azure.
const AZURE: &[Row] = &[
    Row {
        types: &[
            "Microsoft.DBforMySQL/servers",
            "Microsoft.DBforPostgreSQL/servers",
            "Microsoft.DBforMariaDB/servers",
        ],
        path: "properties.sslEnforcement",
        wrong: Wrong::IsNotOrMissing(&["Enabled"]),
        unless: &[],
        fix: "Set `sslEnforcement` to `Enabled`",
    },
    Row {
        types: &["Microsoft.Cache/Redis"],
        path: "properties.enableNonSslPort",
        wrong: Wrong::Is(&["true"]),
        unless: &[],
        fix: "Set `enableNonSslPort` to `false`",
    },
];

/// Databases of Cloud SQL: `sslMode` decides, and where it is left out the older `requireSsl`.
fn of_cloud_sql(app: &Application, texts: &PropertyTexts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in of_type(app, "sqladmin.googleapis.com/Instance") {
        let at = |key: &str| format!("settings.ipConfiguration.{key}");
        let mode = at("sslMode");
        let spot = if texts.lacks(&resource.name, &mode) {
            texts.wrong_or_missing(resource, &at("requireSsl"), |on| on != "true")
        } else {
            texts.wrong(resource, &mode, |mode| {
                !matches!(mode, "ENCRYPTED_ONLY" | "TRUSTED_CLIENT_CERTIFICATE_REQUIRED")
            })
        };
        let Some(spot) = spot else { continue };
        let message = format!(
            "the database `{}` takes connections without TLS, which others in its network can read",
            resource.name
        );
        let found = RULE.info.finding(spot.place, message).resource(&resource.name);
        let found = found.property(mode).under(&spot.when);
        findings.push(found.fix("Set `settings.ipConfiguration.sslMode: ENCRYPTED_ONLY`"));
    }
    findings
}
