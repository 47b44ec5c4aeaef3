//! Which findings an event of the guard is about.

use finding::{Evidence, EvidenceKind};

use crate::{
    observed::{EventKey, ObservedFunction, Tally},
    words::{counted, some, times, when},
};

/// Rules whose flaw an attack of a class tries.
const CLASSES: [(&str, &[&str]); 16] = [
    ("sql", &["sql-injection"]),
    ("nosql", &["nosql-injection"]),
    ("command", &["command-injection"]),
    ("code", &["code-injection"]),
    ("path", &["path-traversal"]),
    ("file-inclusion", &["path-traversal", "request-forgery"]),
    ("ssrf", &["request-forgery", "open-redirect"]),
    ("xxe", &["external-entities"]),
    ("template", &["template-injection"]),
    ("ldap", &["ldap-injection"]),
    ("xpath", &["xpath-injection"]),
    ("xss", &["cross-site-scripting"]),
    ("crlf", &["header-injection", "log-injection"]),
    ("deserialization", &["unsafe-deserialization"]),
    ("prototype-pollution", &["attribute-injection"]),
    ("log4shell", &["vulnerable-dependency"]),
];

/// Rules whose lack the refusals of a kind make good for; the word stands for the class.
const REFUSALS: [(&str, &[&str]); 2] = [
    (
        "more requests than the limit",
        &["unthrottled-api", "open-wallet", "unlimited-concurrency", "unlimited-api-key"],
    ),
    ("not as its schema says", &["unvalidated-event", "unvalidated-request"]),
];

/// Rules whose flaw shows in what a function does.
const DEEDS: [(&str, &[&str], &str); 7] = [
    (
        "log-redacted",
        &["secret-in-log", "event-logged", "event-logging", "credentials-in-access-log"],
        "masked secrets or personal data in its log",
    ),
    ("process-spawned", &["command-injection", "code-injection"], "saw it start"),
    ("egress-denied", &["request-forgery"], "saw it reach for"),
    ("metadata-contacted", &["request-forgery"], "saw it contact the metadata service"),
    ("sensitive-read", &["path-traversal", "external-entities"], "saw it open"),
    ("code-written", &["path-traversal", "code-injection"], "saw it write"),
    (
        "tmp-left",
        &["request-data-in-temporary-file", "predictable-temporary-file", "request-data-kept"],
        "found files that it left behind",
    ),
];

/// Every rule that evidence is gathered for by its name.
pub fn rules_of_evidence() -> impl Iterator<Item = &'static str> {
    let classes = CLASSES.iter().chain(&REFUSALS).flat_map(|(_, rules)| rules.iter());
    classes.chain(DEEDS.iter().flat_map(|(_, rules, _)| rules.iter())).copied()
}

/// Whether an event is an attack.
pub(crate) fn is_attack(key: &EventKey) -> bool {
    let is_judged = matches!(key.kind.as_str(), "event-blocked" | "event-flagged");
    is_judged && CLASSES.iter().any(|(class, _)| key.class.as_deref() == Some(class))
}

/// What the guard of a function tells of a finding.
///
/// `rule` is the name of its rule; `is_exposure` says that it is about who reaches the function, so that every
/// attack counts.
pub(crate) fn evidence(
    function: &ObservedFunction,
    rule: &str,
    is_exposure: bool,
    now: Option<i64>,
) -> Vec<Evidence> {
    let mut all = Vec::new();
    for is_refused in [false, true] {
        let is_wanted = |key: &EventKey| {
            let of_rule = |table: &[(&str, &[&str])]| {
                table.iter().any(|(class, rules)| {
                    key.class.as_deref() == Some(class) && rules.contains(&rule)
                })
            };
            let is_judged = matches!(key.kind.as_str(), "event-blocked" | "event-flagged");
            let is_meant = of_rule(&CLASSES) || (is_exposure && is_attack(key));
            is_judged && key.is_refused == is_refused && (is_meant || of_rule(&REFUSALS))
        };
        let found: Vec<(&EventKey, &Tally)> =
            function.events.iter().filter(|(key, _)| is_wanted(key)).collect();
        if found.is_empty() {
            continue;
        }
        let sum = sum(&found);
        let is_refusal = found.iter().any(|(key, _)| !is_attack(key));
        let what = counted(sum.count, if is_refusal { "event" } else { "attack" });
        let (subjects, when) = (some(&subjects(&found)), when(&sum, now));
        let text = if is_refused {
            format!("the guard blocked {what} ({subjects}){when}")
        } else {
            format!("{what} ({subjects}) reached the handler{when}, since the guard only watched")
        };
        let kind = if is_refused { EventKind::Blocked } else { EventKind::Passed };
        all.push(kind.evidence(text, &sum));
    }
    all.extend(DEEDS.iter().filter(|(_, rules, _)| rules.contains(&rule)).filter_map(
        |(kind, _, verb)| {
            let found: Vec<_> =
                function.events.iter().filter(|(key, _)| key.kind == *kind).collect();
            let sum = sum(&found);
            let subjects = subjects(&found);
            if found.is_empty() {
                return None;
            }
            let object =
                if subjects.is_empty() { String::new() } else { format!(" {}", some(&subjects)) };
            let is_refused = found.iter().all(|(key, _)| key.is_refused);
            let end = if is_refused { ", and refused it" } else { "" };
            let count = times(sum.count);
            let text = format!("the guard {verb}{object} {count}{}{end}", when(&sum, now));
            Some(EventKind::Seen.evidence(text, &sum))
        },
    ));
    all
}

/// Kinds of evidence that the guard gives.
enum EventKind {
    Blocked,
    Passed,
    Seen,
}

impl EventKind {
    fn evidence(&self, text: String, tally: &Tally) -> Evidence {
        Evidence {
            kind: match self {
                Self::Blocked => EvidenceKind::Blocked,
                Self::Passed => EvidenceKind::Passed,
                Self::Seen => EvidenceKind::Seen,
            },
            text,
            count: Some(tally.count),
            first: tally.first.map(lambda_log::write_millis),
            last: tally.last.map(lambda_log::write_millis),
            source: "guard",
        }
    }
}

/// That the function ran; nothing when no log tells.
pub(crate) fn ran(function: &ObservedFunction, now: Option<i64>) -> Option<Evidence> {
    let tally = &function.invocations;
    if tally.count == 0 {
        return None;
    }
    let text = format!("the function ran {}{}", times(tally.count), when(tally, now));
    Some(Evidence { source: "logs", ..EventKind::Seen.evidence(text, tally) })
}

pub(crate) fn sum(found: &[(&EventKey, &Tally)]) -> Tally {
    let mut sum = Tally::default();
    for (_, tally) in found {
        sum.merge(tally);
    }
    sum
}

/// `` `sql` in `body.id` ``, the most frequent first, each once.
pub(crate) fn subjects(found: &[(&EventKey, &Tally)]) -> Vec<String> {
    let mut sorted: Vec<_> = found.to_vec();
    sorted.sort_by_key(|(key, tally)| (std::cmp::Reverse(tally.count), (*key).clone()));
    let mut all: Vec<String> = Vec::new();
    for (key, _) in sorted {
        let words = match (&key.class, key.subject.as_str()) {
            (Some(class), "") => format!("`{class}`"),
            (Some(class), subject) => format!("`{class}` in `{subject}`"),
            (None, "") => continue,
            (None, subject) => format!("`{subject}`"),
        };
        if !all.contains(&words) {
            all.push(words);
        }
    }
    all
}
