//! Answers of containment for people and for programs.

use std::process::ExitCode;

use iam_containment::{Change, Containment, Difference, StatementAt, Witness};
use iam_policy::Policy;
use serde_json::{Map, Value, json};
use source_text::SmolStr;

/// The answer for all: one "no" decides, then one "unknown".
pub(crate) fn overall<'a>(names: impl Iterator<Item = &'a str>) -> &'static str {
    let mut verdict = "yes";
    for name in names {
        match name {
            "no" => return "no",
            "unknown" => verdict = "unknown",
            _ => {}
        }
    }
    verdict
}

/// 0 for yes, 1 for no, 3 when it is not known.
pub(crate) fn exit_code(verdict: &str) -> ExitCode {
    ExitCode::from(match verdict {
        "yes" => 0,
        "no" => 1,
        _ => 3,
    })
}

/// One line that cannot harm a terminal.
pub(crate) fn line(text: &str) -> String {
    format!("{}\n", report::visible(text))
}

/// The witness for programs, or null.
pub(crate) fn witness_json(answer: &Containment) -> Value {
    let Containment::No(witness) = answer else { return Value::Null };
    let mut context = Map::new();
    for (key, values) in witness.context.iter().filter(|(_, values)| !values.is_empty()) {
        context.insert(key.to_string(), json!(texts(values)));
    }
    json!({
        "action": witness.action.as_str(),
        "resource": witness.resource.as_str(),
        "principal": witness.principal.as_deref(),
        "context": context,
        "deployment": witness.deployment,
        "allowed_by": statement_json(witness.allowed_by),
        "denied_by": witness.denied_by.map(statement_json),
    })
}

fn texts(texts: &[SmolStr]) -> Vec<&str> {
    texts.iter().map(SmolStr::as_str).collect()
}

fn statement_json(at: StatementAt) -> Value {
    json!({"policy": at.policy, "statement": at.statement})
}

/// The changes for programs.
pub(crate) fn changes_json(difference: &Difference) -> Vec<Value> {
    difference.changes.iter().map(change_json).collect()
}

fn change_json(change: &Change) -> Value {
    let mut conditions = Map::new();
    for (operator, key, values) in &change.conditions {
        let keys = conditions.entry(operator.to_string()).or_insert_with(|| json!({}));
        if let Some(keys) = keys.as_object_mut() {
            keys.insert(key.to_string(), json!(texts(values)));
        }
    }
    let mut value = json!({
        "action": change.action.as_str(),
        "resource": change.resource.as_str(),
        "condition": if conditions.is_empty() { Value::Null } else { Value::Object(conditions) },
        "certain": matches!(change.answer, Containment::No(_)),
        "example": witness_json(&change.answer),
        "statement": statement_json(change.statement),
    });
    if let Some(map) = value.as_object_mut() {
        for (name, list) in [
            ("not_actions", &change.not_actions),
            ("not_resources", &change.not_resources),
            ("principals", &change.principals),
        ] {
            if !list.is_empty() {
                map.insert(name.to_owned(), json!(texts(list)));
            }
        }
    }
    value
}

/// The changes in words, a line each.
pub(crate) fn change_lines(difference: &Difference) -> Vec<String> {
    let mut lines: Vec<_> = difference.changes.iter().map(change_words).collect();
    if !difference.is_complete {
        lines.push("and more: not every statement was looked at".to_owned());
    }
    lines
}

fn change_words(change: &Change) -> String {
    let but = |texts: &[SmolStr]| {
        if texts.is_empty() { String::new() } else { format!(" but {}", listed(texts)) }
    };
    let mut words = format!(
        "`{}`{} on `{}`{}",
        change.action,
        but(&change.not_actions),
        change.resource,
        but(&change.not_resources)
    );
    if !change.principals.is_empty() {
        words.extend([format!(" for {}", listed(&change.principals))]);
    }
    for (at, (operator, key, values)) in change.conditions.iter().enumerate() {
        let joint = if at == 0 { "when" } else { "and" };
        words.extend([format!(" {joint} `{operator}` `{key}` {}", listed(values))]);
    }
    match &change.answer {
        Containment::No(witness) if *witness.action != *change.action => {
            words.extend([format!(" (for example {})", request_words(witness))]);
        }
        Containment::Unknown(reason) => words.extend([format!(" (not certain: {reason})")]),
        _ => {}
    }
    words
}

fn listed(texts: &[SmolStr]) -> String {
    const MOST: usize = 8;
    let mut words: Vec<_> = texts.iter().take(MOST).map(|text| format!("`{text}`")).collect();
    if texts.len() > MOST {
        words.push(format!("{} more", texts.len() - MOST));
    }
    words.join(", ")
}

/// A request in words.
pub(crate) fn request_words(witness: &Witness) -> String {
    let mut words = format!("`{}` on `{}`", witness.action, witness.resource);
    if let Some(principal) = &witness.principal {
        let who = if principal == "*" {
            "anybody, not signed in".to_owned()
        } else {
            format!("`{principal}`")
        };
        words.extend([format!(" by {who}")]);
    }
    for (at, (key, values)) in witness.context.iter().enumerate() {
        let joint = if at == 0 { "with" } else { "and" };
        if values.is_empty() {
            words.extend([format!(" {joint} no `{key}`")]);
        } else {
            words.extend([format!(" {joint} `{key}` {}", listed(values))]);
        }
    }
    if !witness.deployment.is_empty() {
        words.extend([format!(" where {}", witness.deployment.join(" and "))]);
    }
    words
}

/// What an answer says, a line each: the request, and the statement that lets it through.
pub(crate) fn answer_lines(answer: &Containment, new: &[Policy], path: &str) -> Vec<String> {
    match answer {
        Containment::Yes => Vec::new(),
        Containment::No(witness) => {
            vec![
                format!("it allows {}", request_words(witness)),
                format!("by {}", statement_words(witness.allowed_by, new, path)),
            ]
        }
        Containment::Unknown(reason) => vec![reason.to_string()],
    }
}

fn statement_words(at: StatementAt, policies: &[Policy], path: &str) -> String {
    let statement = policies.get(at.policy).and_then(|policy| policy.statements.get(at.statement));
    let Some(statement) = statement else { return "a statement".to_owned() };
    let name = match &statement.sid {
        Some(sid) => format!("the statement `{sid}`"),
        None => format!("statement {}", at.statement + 1),
    };
    if statement.place.line == 0 {
        return name;
    }
    format!("{name} ({path}:{})", statement.place.line)
}
