//! SAS-9.10 `client-decided-value`: the sender of a request decides a price or a role.

use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use source_text::Place;
use taint::{Access, Deed, Given, Sent, Trust};

use crate::{Check, Code, Rule, accesses::plain};

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
    let stored = code.analysis.sent.iter().flat_map(|sent| of_sent(code, sent));
    let written = code.analysis.accesses.iter().flat_map(|access| of_access(code, access));
    let mut findings: Vec<Finding> = Vec::new();
    for found in stored.chain(written) {
        let is_known =
            |known: &Finding| known.place == found.place && known.property == found.property;
        if !findings.iter().any(is_known) {
            findings.push(found);
        }
    }
    findings
}

/// What is stored in a table, with the names of the item's fields.
fn of_sent(code: &Code<'_>, sent: &Sent) -> Vec<Finding> {
    // Claims of a token are the application's own word.
    if sent.service != "dynamodb" || sent.trust != Trust::Attacker {
        return Vec::new();
    }
    let Some((place, _)) = sent.hops.last() else { return Vec::new() };
    let found = |field: &_| finding(code, (sent.entry, *place), field, "stored", &sent.hops);
    sent.fields.iter().filter_map(|field| found(field.as_str())).collect()
}

/// What is written into columns, given to an account, or paid.
fn of_access(code: &Code<'_>, access: &Access) -> Vec<Finding> {
    let at = (access.entry, access.place);
    let hostile = access.values.iter().filter(|value| value.trust == Trust::Attacker);
    let found = |value: &Given| {
        let name = value.name.trim_start_matches("custom:");
        match access.deed {
            Deed::Put | Deed::Change => finding(code, at, name, "stored", &value.hops),
            Deed::Grant if name.is_empty() => finding(code, at, "roles", "given", &value.hops),
            Deed::Grant => finding(code, at, name, "given", &value.hops),
            Deed::Pay if matches!(name, "" | "amount") => {
                finding(code, at, "price", "charged", &value.hops)
            }
            Deed::Read | Deed::Delete | Deed::Pay => None,
        }
    };
    hostile.filter_map(found).collect()
}

fn finding(
    code: &Code<'_>,
    (entry, place): (Option<usize>, Place),
    field: &str,
    done: &str,
    hops: &[(Place, String)],
) -> Option<Finding> {
    let plain = plain(field);
    let severity = if RIGHTS.contains(&plain.as_str()) {
        Severity::Medium
    } else if PRICES.contains(&plain.as_str()) {
        Severity::Low
    } else {
        return None;
    };
    let message = format!(
        "`{field}` is {done} as the request says: whoever sends it decides what only the application \
         should know"
    );
    let finding = RULE
        .info
        .finding(place, message)
        .confidence(Confidence::Low)
        .property(field)
        .fix("Look the value up or compute it from what the application knows");
    let finding = hops.iter().fold(finding, |finding, (place, note)| finding.hop(*place, note));
    Some(code.about(finding, entry).severity(severity))
}
