//! SAS-3.3 `outdated-tls-policy`: a domain or distribution accepts connections of outdated TLS versions.

use app_model::{Application, Distribution, DomainName, Resource};
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{self, Row, SITES, Wrong},
    kinds::{distributions, domains},
    rank::AboutFunction,
    settings::{Spot, missing, written},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 3 },
        name: "outdated-tls-policy",
        summary: "A domain or distribution accepts outdated TLS",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[326, 327],
        since: "0.1.0",
        docs: include_str!("outdated_tls_policy.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let of_domains = domains(app).filter_map(|(resource, domain)| of_domain(resource, domain));
    let of_distributions = distributions(app).filter_map(|(resource, distribution)| {
        // With CloudFront's own certificate nobody can choose.
        if distribution.default_certificate { None } else { of_viewer(resource, distribution) }
    });
    let of_azure = azure::findings(app, &RULE.info, AZURE, |subject| {
        format!("{subject} lets clients in that speak TLS 1.0 or 1.1")
    });
    of_domains.chain(of_distributions).chain(of_azure).collect()
}

fn of_domain(resource: &Resource, domain: &DomainName) -> Option<Finding> {
    let policy = domain.security_policy.as_ref();
    if let Some(spot) = written(policy, &resource.when, |policy| policy == "TLS_1_0") {
        let message = format!(
            "the domain `{}` lets clients in that speak TLS 1.0 or 1.1",
            resource.written_name()
        );
        return Some(finding(resource, &spot, Severity::Medium, message, "TLS_1_2"));
    }
    if !domain.is_edge {
        return None;
    }
    let spot = missing(policy, &resource.when, resource.place)?;
    let message = format!(
        "the edge-optimised domain `{}` sets no security policy and so may let clients in that \
         speak TLS 1.0",
        resource.written_name()
    );
    let found = finding(resource, &spot, Severity::Medium, message, "TLS_1_2");
    let confidence = found.confidence.min(Confidence::Medium);
    Some(found.confidence(confidence))
}

fn of_viewer(resource: &Resource, distribution: &Distribution) -> Option<Finding> {
    let minimum = distribution.minimum_protocol.as_ref();
    for (policies, severity, flaw) in [
        (OUTDATED.as_slice(), Severity::Medium, "TLS 1.0 or 1.1"),
        (WEAK.as_slice(), Severity::Low, "TLS 1.2 with weak ciphers"),
    ] {
        let spot = written(minimum, &resource.when, |word| policies.contains(&word.as_str()));
        if let Some(spot) = spot {
            let message = format!(
                "the distribution `{}` lets viewers in that speak {flaw}",
                resource.written_name()
            );
            return Some(finding(resource, &spot, severity, message, "TLSv1.2_2021"));
        }
    }
    let spot = missing(minimum, &resource.when, resource.place)?;
    let message = format!(
        "the distribution `{}` sets no oldest protocol and so lets viewers in that speak TLS 1.0",
        resource.written_name()
    );
    Some(finding(resource, &spot, Severity::Medium, message, "TLSv1.2_2021"))
}

/// Policies of CloudFront that let TLS 1.0 or 1.1 in.
const OUTDATED: [&str; 4] = ["SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016"];

/// Policies of CloudFront with TLS 1.2 that still take ciphers in CBC mode.
const WEAK: [&str; 2] = ["TLSv1.2_2018", "TLSv1.2_2019"];

fn finding(
    resource: &Resource,
    spot: &Spot,
    severity: Severity,
    message: String,
    policy: &str,
) -> Finding {
    let property = if policy == "TLS_1_2" { "SecurityPolicy" } else { "MinimumProtocolVersion" };
    RULE.info
        .finding(spot.place, message)
        .severity(severity)
        .resource(resource.written_name())
        .property(property)
        .under(&spot.when)
        .fix(format!("Set `{property}` to `{policy}` or newer"))
}

/// The same of services of Azure.
const AZURE: &[Row] = &[
    Row {
        types: SITES,
        path: "properties.siteConfig.minTlsVersion",
        wrong: Wrong::Is(&["1.0", "1.1", "TLS1_0", "TLS1_1", "TLSEnforcementDisabled"]),
        unless: &[],
        fix: "Set `minTlsVersion` to `1.2`",
    },
    Row {
        types: &[
            "Microsoft.Storage/storageAccounts",
            "Microsoft.EventHub/namespaces",
            "Microsoft.ServiceBus/namespaces",
            "Microsoft.Cache/Redis",
        ],
        path: "properties.minimumTlsVersion",
        wrong: Wrong::Is(&["1.0", "1.1", "TLS1_0", "TLS1_1", "TLSEnforcementDisabled"]),
        unless: &[],
        fix: "Set `minimumTlsVersion` to TLS 1.2",
    },
    Row {
        types: &[
            "Microsoft.Sql/servers",
            "Microsoft.DBforMySQL/servers",
            "Microsoft.DBforPostgreSQL/servers",
            "Microsoft.DocumentDB/databaseAccounts",
        ],
        path: "properties.minimalTlsVersion",
        wrong: Wrong::Is(&["1.0", "1.1", "TLS1_0", "TLS1_1", "TLSEnforcementDisabled"]),
        unless: &[],
        fix: "Set `minimalTlsVersion` to TLS 1.2",
    },
    Row {
        types: &["Microsoft.ApiManagement/service"],
        path: "properties.customProperties.Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Tls10",
        wrong: Wrong::Is(&["true"]),
        unless: &[],
        fix: "Set this protocol to `false`",
    },
    Row {
        types: &["Microsoft.ApiManagement/service"],
        path: "properties.customProperties.Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Tls11",
        wrong: Wrong::Is(&["true"]),
        unless: &[(
            "properties.customProperties.Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Tls10",
            &["true"],
        )],
        fix: "Set this protocol to `false`",
    },
    Row {
        types: &["Microsoft.ApiManagement/service"],
        path: "properties.customProperties.Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Ssl30",
        wrong: Wrong::Is(&["true"]),
        unless: &[
            (
                "properties.customProperties.Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Tls10",
                &["true"],
            ),
            (
                "properties.customProperties.Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Tls11",
                &["true"],
            ),
        ],
        fix: "Set this protocol to `false`",
    },
    Row {
        types: &["Microsoft.ApiManagement/service"],
        path: "properties.customProperties.Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Backend.Protocols.Tls10",
        wrong: Wrong::Is(&["true"]),
        unless: &[],
        fix: "Set this protocol to `false`",
    },
    Row {
        types: &["Microsoft.ApiManagement/service"],
        path: "properties.customProperties.Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Backend.Protocols.Ssl30",
        wrong: Wrong::Is(&["true"]),
        unless: &[(
            "properties.customProperties.Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Backend.Protocols.Tls10",
            &["true"],
        )],
        fix: "Set this protocol to `false`",
    },
];
