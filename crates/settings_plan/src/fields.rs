//! Flows of the code become fields with their sinks.

use guard_settings::{FieldPath, Step};
use payload::{Class, Classes};
use taint::Kind;

use crate::plan::{CodeFacts, Plan};

/// Ambiguous steps of one path at most; each doubles the paths that are written.
const MOST_AMBIGUOUS: usize = 3;

/// Writes `inspect.fields`.
pub(crate) fn fill(plan: &mut Plan, code: &CodeFacts<'_>) {
    for sink in code.sinks {
        let classes = classes_of(sink.kind);
        if classes.is_empty() {
            continue;
        }
        let Ok(path) = sink.path.parse::<FieldPath>() else {
            let words =
                format!("`{}` cannot be written as a field; it is inspected like any", sink.path);
            plan.note("inspect.fields", words, Some(sink.place));
            continue;
        };
        if path.steps.is_empty() {
            // The whole event: every field is inspected anyway.
            continue;
        }
        for path in spellings(&as_json(path)) {
            // What is no call is said in words: `an HTML response`.
            let sink_words = if sink.call.contains(' ') {
                sink.call.clone()
            } else {
                format!("`{}`", sink.call)
            };
            let words = format!("`{path}` reaches {sink_words}");
            let known = plan.settings.inspect.fields.entry(path).or_insert(Classes::NONE);
            let together: Classes = known.iter().chain(classes.iter()).collect();
            let is_new = *known != together;
            *known = together;
            if is_new {
                plan.note("inspect.fields", words, Some(sink.place));
            }
        }
    }
}

/// The attacks that a value must not carry to a sink of this kind.
fn classes_of(kind: Kind) -> Classes {
    let classes: &[Class] = match kind {
        Kind::Sql => &[Class::Sql],
        Kind::Nosql => &[Class::Nosql],
        Kind::Command => &[Class::Command],
        Kind::Code => &[Class::Code, Class::Command],
        Kind::Path => &[Class::Path, Class::FileInclusion],
        Kind::Url => &[Class::Ssrf, Class::FileInclusion],
        Kind::Html => &[Class::Xss],
        Kind::Template => &[Class::Template, Class::Code],
        Kind::Xpath => &[Class::Xpath],
        Kind::Ldap => &[Class::Ldap],
        Kind::Xml => &[Class::Xxe],
        Kind::Deserialization => &[Class::Deserialization],
        Kind::Header => &[Class::Crlf],
        Kind::Attribute => &[Class::PrototypePollution],
        // Line ends belong into many fields that are logged, and look-ups of loggers are looked for
        // everywhere. No form of the value shows the rest: they are about who sends it, how much of
        // it, or what is told.
        _ => &[],
    };
    classes.iter().copied().collect()
}

/// The members as the event has them: code of Java asks `getBody()` for `body`. Letter case does not
/// matter to the guard.
fn as_json(mut path: FieldPath) -> FieldPath {
    for step in &mut path.steps {
        let Step::Member(name) = step else { continue };
        if let Some(bare) = name.strip_prefix("get")
            && bare.starts_with(|first: char| first.is_ascii_uppercase())
        {
            let mut letters = bare.chars();
            *name = letters
                .next()
                .map(|first| first.to_ascii_lowercase())
                .into_iter()
                .chain(letters)
                .collect();
        }
    }
    path
}

/// The paths that a path of the analysis means. It writes `[*]` for a key or index that it does not
/// know, of lists and objects alike; and code that reads the first record is protected at each.
fn spellings(path: &FieldPath) -> Vec<FieldPath> {
    let mut all = vec![Vec::new()];
    let mut ambiguous = 0;
    for (index, step) in path.steps.iter().enumerate() {
        let is_of_records = index
            .checked_sub(1)
            .and_then(|before| path.steps.get(before))
            .is_some_and(|before| matches!(before, Step::Member(name) if name.eq_ignore_ascii_case("Records")));
        let mut then = vec![match step {
            // Another record carries the attack as well.
            Step::Element(_) => Step::AnyElement,
            step => step.clone(),
        }];
        if *step == Step::AnyElement && !is_of_records && ambiguous < MOST_AMBIGUOUS {
            ambiguous += 1;
            then.push(Step::AnyMember);
        }
        all = then
            .iter()
            .flat_map(|step| {
                all.iter().map(move |steps: &Vec<Step>| {
                    steps.iter().chain([step]).cloned().collect::<Vec<_>>()
                })
            })
            .collect();
    }
    all.into_iter().map(|steps| FieldPath { steps }).collect()
}

#[cfg(test)]
mod tests {
    use super::{as_json, spellings};

    #[test]
    fn a_getter_is_written_as_its_member() {
        let path = as_json(r#"["getRecords"][*]["getBody"]["getaway"]"#.parse().unwrap());
        assert_eq!(path.to_string(), "records[*].body.getaway");
    }

    #[test]
    fn an_unknown_key_is_written_for_lists_and_objects() {
        let written = |path: &str| {
            let paths = spellings(&path.parse().unwrap());
            paths.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(written(r#"["Records"][0]["body"]"#), ["Records[*].body"]);
        assert_eq!(written(r#"["body"]["items"][*]"#), ["body.items[*]", "body.items.*"]);
    }
}
