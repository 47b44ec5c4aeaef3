//! SAS-6.12 `cleartext-package-source`: packages come over a connection that anyone on the way can change.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use lock_integrity::FactKind;

use crate::{
    Check, Packages, Rule,
    lock_facts::{self, Seen, Told},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 12 },
        name: "cleartext-package-source",
        summary: "Packages come over a connection that anyone on the way can change",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[494, 319, 295],
        since: "0.1.0",
        docs: include_str!("cleartext_package_source.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    lock_facts::findings(packages, &RULE.info, tell)
}

fn tell(seen: &Seen<'_>) -> Option<Told> {
    match &seen.fact.kind {
        FactKind::Cleartext { host } => {
            let message = format!(
                "{} {} from `{host}` without TLS, and nothing says which bytes are right",
                seen.share(),
                seen.verb("comes", "come"),
            );
            let fix = "Use the `https:` address, or pin a digest or commit";
            Some(Told::new(message, format!("host/{host}"), fix))
        }
        FactKind::CleartextIndex { host } => {
            let message = format!("packages are looked up at `{host}` without TLS");
            let fix = "Use the `https:` address of the index";
            Some(Told::new(message, format!("index/{host}"), fix))
        }
        FactKind::UncheckedCertificate { host } => {
            let whose = match host {
                Some(host) => format!("the certificate of `{host}` is"),
                None => "certificates of registries are".to_owned(),
            };
            let message = format!("{whose} not checked when packages are installed");
            let fix =
                "Let the package manager trust the right authority (`cafile`, `cert`) instead";
            Some(Told::new(message, "certificate", fix))
        }
        _ => None,
    }
}
