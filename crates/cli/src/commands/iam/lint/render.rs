//! The results as words, JSON and SARIF.

use std::fmt::Write as _;

use iam_policy::grammar::Fault;
use source_text::{Kind, Level, Node, Place};

use super::{Linted, Results};

pub(super) fn to_words(results: &Results) -> String {
    let mut text = String::new();
    let mut counts = [0_usize; 3];
    for Linted { path, name, faults } in &results.policies {
        let name = name.as_ref().map_or_else(String::new, |name| format!(" ({name})"));
        for Fault { code, level, place, message } in faults {
            let count = match level {
                Level::Error => 0,
                Level::Warning => 1,
                Level::Note => 2,
            };
            if let Some(count) = counts.get_mut(count) {
                *count += 1;
            }
            let line = format!(
                "{path}:{}:{}{name}: {}: {message} [{code}]",
                place.line,
                place.column,
                word(*level)
            );
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{}", report::visible(&line));
        }
    }
    let [errors, warnings, notes] = counts;
    let _ = writeln!(
        text,
        "{} policies: {errors} errors, {warnings} warnings, {notes} notes",
        results.policies.len()
    );
    text
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

/// `{"schema": "faasguard-iam-lint/1", "policies": [{"path", "name", "faults": [{"code", "level",
/// "line", "column", "message"}]}], "unread": ["…"]}`.
pub(super) fn to_json(results: &Results) -> String {
    let policies = results.policies.iter().map(|policy| {
        let faults = policy.faults.iter().map(|fault| {
            map([
                ("code", text(fault.code)),
                ("level", text(word(fault.level))),
                ("line", number(fault.place.line)),
                ("column", number(fault.place.column)),
                ("message", text(&fault.message)),
            ])
        });
        map([
            ("path", text(&policy.path)),
            ("name", policy.name.as_ref().map_or(Node::null(Place::default()), |name| text(name))),
            ("faults", list(faults.collect())),
        ])
    });
    let unread = results.unread.iter().map(|words| text(words)).collect();
    source_text::to_json(&map([
        ("schema", text("faasguard-iam-lint/1")),
        ("policies", list(policies.collect())),
        ("unread", list(unread)),
    ]))
}

/// SARIF 2.1.0 with a rule for each code.
pub(super) fn to_sarif(results: &Results) -> String {
    let mut codes: Vec<&str> = results
        .policies
        .iter()
        .flat_map(|policy| policy.faults.iter().map(|fault| fault.code))
        .collect();
    codes.sort_unstable();
    codes.dedup();
    let rules = codes.iter().map(|code| map([("id", text(code))])).collect();
    let faults = results.policies.iter().flat_map(|policy| {
        policy.faults.iter().map(|fault| {
            let region = map([
                ("startLine", number(fault.place.line.max(1))),
                ("startColumn", number(fault.place.column.max(1))),
            ]);
            let artifact = map([("uri", text(&policy.path.replace('\\', "/")))]);
            let physical = map([("artifactLocation", artifact), ("region", region)]);
            map([
                ("ruleId", text(fault.code)),
                ("level", text(word(fault.level))),
                ("message", map([("text", text(&fault.message))])),
                ("locations", list(vec![map([("physicalLocation", physical)])])),
            ])
        })
    });
    let driver = map([
        ("name", text("faasguard iam lint")),
        ("version", text(env!("CARGO_PKG_VERSION"))),
        ("rules", list(rules)),
    ]);
    let run = map([("tool", map([("driver", driver)])), ("results", list(faults.collect()))]);
    source_text::to_json(&map([
        ("$schema", text("https://json.schemastore.org/sarif-2.1.0.json")),
        ("version", text("2.1.0")),
        ("runs", list(vec![run])),
    ]))
}

fn map<const N: usize>(pairs: [(&str, Node); N]) -> Node {
    Node::map(Place::default(), pairs)
}

fn list(items: Vec<Node>) -> Node {
    Node::list(Place::default(), items)
}

fn text(text: &str) -> Node {
    Node::text(Place::default(), text)
}

fn number(number: u32) -> Node {
    Node { place: Place::default(), kind: Kind::Number(number.to_string().into()) }
}
