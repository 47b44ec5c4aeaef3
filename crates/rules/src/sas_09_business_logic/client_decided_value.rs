//! SAS-9.10 `client-decided-value`: the sender of a request decides a price or a role.

use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use source_text::Place;
use taint::{Access, Deed, Given, Sent, Trust};

use crate::{
    Check, Code, Rule,
    accesses::{last_field, plain},
};

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

/// Fields that are a price when they are made of one.
const SUMS: [&str; 9] =
    ["amount", "cost", "fee", "sum", "subtotal", "charge", "payment", "ordertotal", "grandtotal"];

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
            Deed::Put if value.is_whole => Some(whole(code, at, value)),
            Deed::Put | Deed::Change if SUMS.contains(&plain(name).as_str()) => {
                let is_of_price = is_made_of(value, &PRICES);
                is_of_price.then(|| of_field(code, at, name, "stored", &value.hops))
            }
            Deed::Put | Deed::Change => finding(code, at, name, "stored", &value.hops),
            Deed::Grant if name.is_empty() => finding(code, at, "roles", "given", &value.hops),
            Deed::Grant => finding(code, at, name, "given", &value.hops),
            Deed::Pay if matches!(name, "" | "amount") => {
                let is_price = is_made_of(value, &PRICES) || is_made_of(value, &SUMS);
                is_price.then(|| of_field(code, at, "price", "charged", &value.hops))
            }
            Deed::Read | Deed::Delete | Deed::Pay => None,
        }
    };
    hostile.filter_map(found).collect()
}

/// Whether a value is made of a field of the request with one of some names: a price times a number
/// of pieces is still that price.
fn is_made_of(value: &Given, names: &[&str]) -> bool {
    // A member of a list has no path of its own: the code names its field.
    let read = value.path.as_deref().unwrap_or(&value.source);
    names.contains(&last_field(read).as_str())
}

/// A record that has whatever fields the request has.
fn whole(code: &Code<'_>, (entry, place): (Option<usize>, Place), value: &Given) -> Finding {
    let message = format!(
        "`{}` is stored with whatever fields the request has: whoever sends it adds a role or a price",
        value.source
    );
    let fix = "Name the fields that are stored, or check the request against a schema";
    told(code, (entry, place), &value.source, (message, fix), &value.hops)
}

/// A field whose name says that only the application should decide it.
fn finding(
    code: &Code<'_>,
    at: (Option<usize>, Place),
    field: &str,
    done: &str,
    hops: &[(Place, String)],
) -> Option<Finding> {
    let plain = plain(field);
    if RIGHTS.contains(&plain.as_str()) {
        let found = of_field(code, at, field, done, hops);
        return Some(found.severity(Severity::Medium));
    }
    PRICES.contains(&plain.as_str()).then(|| of_field(code, at, field, done, hops))
}

fn of_field(
    code: &Code<'_>,
    at: (Option<usize>, Place),
    field: &str,
    done: &str,
    hops: &[(Place, String)],
) -> Finding {
    let message = format!(
        "`{field}` is {done} as the request says: whoever sends it decides what only the application \
         should know"
    );
    let fix = "Look the value up or compute it from what the application knows";
    told(code, at, field, (message, fix), hops)
}

/// Low, as a price is; who writes a right for themselves gets more.
fn told(
    code: &Code<'_>,
    (entry, place): (Option<usize>, Place),
    property: &str,
    (message, fix): (String, &str),
    hops: &[(Place, String)],
) -> Finding {
    let finding =
        RULE.info.finding(place, message).confidence(Confidence::Low).property(property).fix(fix);
    let finding = hops.iter().fold(finding, |finding, (place, note)| finding.hop(*place, note));
    code.about(finding, entry).severity(Severity::Low)
}
