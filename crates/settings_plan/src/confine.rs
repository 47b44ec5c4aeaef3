//! Hosts and programs that the code needs, as far as code and template tell.

use std::collections::BTreeSet;

use app_model::{Function, SmolStr};
use guard_settings::{Egress, Processes};
use source_text::Place;

use crate::plan::{Asked, CodeFacts, Plan};

/// Writes `egress` and `processes`. What libraries of others do by themselves is not seen, so the
/// reasons advise a time in monitor mode.
pub(crate) fn fill(plan: &mut Plan, function: &Function, code: &CodeFacts<'_>, asked: &Asked) {
    if !code.is_whole {
        let words = "left open: a part of the code was not read or not followed";
        plan.note("egress", words, Some(function.place));
        plan.note("processes", words, Some(function.place));
        return;
    }
    egress(plan, function, code, asked);
    if code.starts_programs {
        let words = "left open: the code starts programs; `process-spawned` lines of monitor mode \
                     name them";
        plan.note("processes", words, Some(function.place));
    } else {
        plan.settings.processes = Some(Processes::default());
        plan.note("processes", "nothing in the code starts a program", Some(function.place));
    }
}

fn egress(plan: &mut Plan, function: &Function, code: &CodeFacts<'_>, asked: &Asked) {
    let mut hosts: BTreeSet<String> = BTreeSet::new();
    if let Some(call) = code.calls.first() {
        let host = match &asked.region {
            Some(region) => format!("*.{region}.amazonaws.com:443"),
            None => "*.amazonaws.com:443".to_owned(),
        };
        let words = format!("`{host}`: the code calls services of AWS");
        plan.note("egress", words, Some(call.place));
        hosts.insert(host);
    }
    let mut add = |plan: &mut Plan, text: &str, what: &str, place: Place| {
        if let Some(host) = host_of(text).filter(|host| !is_loopback(host))
            && hosts.insert(host.clone())
        {
            plan.note("egress", format!("`{host}`: {what}"), Some(place));
        }
    };
    for literal in code.literals {
        add(plan, &literal.text, "an address in the code", literal.place);
    }
    for variable in &function.environment {
        let what = format!("the variable `{}`", variable.name);
        for (_, text) in variable.value.possible() {
            add(plan, text, &what, variable.place);
        }
        if variable.value.is_unresolved() && names_address(&variable.name) {
            let words = format!(
                "the variable `{}` seems to name a host that only deployment knows: add it",
                variable.name
            );
            plan.note("egress", words, Some(variable.place));
        }
    }
    if code.has_unknown_calls {
        let words = "some calls of cloud services could not be told; run in monitor mode first";
        plan.note("egress", words, Some(function.place));
    }
    plan.settings.egress = Some(Egress { allow: hosts.into_iter().collect() });
}

/// `host:port` of an address of the web that is written in full up to its host.
fn host_of(text: &str) -> Option<String> {
    let (default, rest) = match text.split_once("://")? {
        ("https" | "wss", rest) => (443, rest),
        ("http" | "ws", rest) => (80, rest),
        ("redis" | "rediss", rest) => (6379, rest),
        ("postgres" | "postgresql", rest) => (5432, rest),
        ("mysql", rest) => (3306, rest),
        ("mongodb", rest) => (27017, rest),
        ("amqps", rest) => (5671, rest),
        _ => return None,
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) => (name, port.parse::<u16>().ok()?),
        None => (host, default),
    };
    let is_name = name.contains('.')
        && name.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|it| it.is_ascii_alphanumeric() || it == '-')
        });
    is_name.then(|| format!("{}:{port}", name.to_ascii_lowercase()))
}

fn is_loopback(host: &str) -> bool {
    host.starts_with("127.") || host.starts_with("localhost")
}

fn names_address(name: &SmolStr) -> bool {
    let upper = name.to_ascii_uppercase();
    ["URL", "HOST", "ENDPOINT", "ADDRESS", "URI"].iter().any(|word| upper.contains(word))
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn a_host_is_taken_only_when_it_stands_in_full() {
        assert_eq!(
            host_of("https://api.example.com/v1?x=1").as_deref(),
            Some("api.example.com:443")
        );
        assert_eq!(
            host_of("postgres://u:p@db.example.com:6432/x").as_deref(),
            Some("db.example.com:6432")
        );
        assert_eq!(host_of("https://{tenant}.example.com/"), None);
        assert_eq!(host_of("https://"), None);
        assert_eq!(host_of("see https://example.com"), None);
    }
}
