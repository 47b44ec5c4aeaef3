//! SAS-9.10 `client-decided-value`: the sender of a request decides a price or a role.

use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use taint::{Sent, Trust};

use crate::{Check, Code, Rule};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 9, rule: 10 },
        name: "client-decided-value",
        summary: "The sender of a request decides a price or a role",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[472, 602],
        since: "0.1.0",
        docs: include_str!("client_decided_value.md"),
    },
    check: Check::Code(check),
};

/// Fields, in small letters without `_` and `-`, whose value the application should know itself.
const RIGHTS: [&str; 8] =
    ["role", "roles", "isadmin", "admin", "permissions", "isverified", "emailverified", "scope"];
const PRICES: [&str; 8] =
    ["price", "unitprice", "total", "totalprice", "totalamount", "discount", "balance", "credits"];

fn check(code: &Code<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for sent in &code.analysis.sent {
        // Claims of a token are the application's own word.
        if sent.service != "dynamodb" || sent.trust != Trust::Attacker {
            continue;
        }
        for field in &sent.fields {
            let Some(found) = of_field(code, sent, field) else { continue };
            let is_known =
                |known: &Finding| known.place == found.place && known.property == found.property;
            if !findings.iter().any(is_known) {
                findings.push(found);
            }
        }
    }
    findings
}

fn of_field(code: &Code<'_>, sent: &Sent, field: &str) -> Option<Finding> {
    let plain: String = field.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    let severity = if RIGHTS.contains(&plain.as_str()) {
        Severity::Medium
    } else if PRICES.contains(&plain.as_str()) {
        Severity::Low
    } else {
        return None;
    };
    let (place, _) = sent.hops.last()?;
    let message = format!(
        "`{field}` is stored as the request says: whoever sends it decides what only the application \
         should know"
    );
    let finding = RULE
        .info
        .finding(*place, message)
        .confidence(Confidence::Low)
        .property(field)
        .fix("Look the value up or compute it from what the application knows");
    let finding =
        sent.hops.iter().fold(finding, |finding, (place, note)| finding.hop(*place, note));
    Some(code.about(finding, sent.entry).severity(severity))
}
