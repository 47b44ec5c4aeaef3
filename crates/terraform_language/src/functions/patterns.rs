//! Functions over text that search by a regular expression. Terraform's are those of Go (RE2), whose
//! syntax is that of the library used here; neither ever backtracks.

use regex::{Captures, Regex, RegexBuilder};
use source_text::{Place, SmolStr};

use crate::value::{TEXT, Value};

/// Largest compiled expression, in bytes.
const COMPILED: usize = 1 << 20;
/// Most matches that are given back.
const MATCHES: usize = 10_000;

pub(super) fn apply(name: &str, values: &[Value], place: Place) -> Option<Value> {
    let text = |position: usize| values.get(position)?.as_text();
    match name {
        "regex" => {
            let regex = compiled(&text(0)?)?;
            Some(match regex.captures(&text(1)?) {
                Some(found) => captured(&regex, &found, place),
                None => Value::failed(place, "nothing fits the pattern"),
            })
        }
        "regexall" => {
            let regex = compiled(&text(0)?)?;
            let text = text(1)?;
            let found = regex.captures_iter(&text).take(MATCHES);
            Some(Value::list(place, found.map(|it| captured(&regex, &it, place)).collect()))
        }
        _ => None,
    }
}

/// `text` with what `pattern` finds replaced by `to`, in which `$1` and `${name}` stand for groups.
/// `None` when the pattern is none, or the text would be too long.
pub(super) fn replaced(text: &str, pattern: &str, to: &str) -> Option<String> {
    let regex = compiled(pattern)?;
    let (mut out, mut end) = (String::new(), 0);
    for found in regex.captures_iter(text) {
        let whole = found.get(0)?;
        out.push_str(text.get(end..whole.start())?);
        found.expand(to, &mut out);
        end = whole.end();
        if out.len() > TEXT {
            return None;
        }
    }
    out.push_str(text.get(end..)?);
    Some(out)
}

fn compiled(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).size_limit(COMPILED).build().ok()
}

/// What Terraform gives for a match: its text; with groups a list of theirs, or an object when they
/// have names.
fn captured(regex: &Regex, found: &Captures<'_>, place: Place) -> Value {
    let group = |at: usize| match found.get(at) {
        Some(group) => Value::text(place, group.as_str()),
        None => Value::null(place),
    };
    let names: Vec<Option<&str>> = regex.capture_names().skip(1).collect();
    if names.is_empty() {
        return group(0);
    }
    if names.iter().all(Option::is_none) {
        return Value::list(place, (1..=names.len()).map(group).collect());
    }
    let groups = (1..).zip(names).filter_map(|(at, name)| Some((SmolStr::new(name?), group(at))));
    Value::map(place, groups.collect())
}
