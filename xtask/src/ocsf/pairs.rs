//! Our events beside the examples of ocsf/examples, field by field.
//!
//! The folder is a checkout, or a part of one; a pair is `NAME.raw` and `NAME.ocsf` in one folder.

use std::{collections::BTreeMap, fs, path::Path};

use audit_event::{Limits, read};
use ocsf::write_event;
use serde_json::Value;

use super::trail::scalars;
use crate::{Failure, Outcome, workspace};

/// What a pair has at one path.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Difference {
    /// Only the example has it.
    Theirs,
    /// Only our event has it.
    Ours,
    /// Both have it, with other values.
    Other,
}

pub(crate) fn run(folder: &Path, list: bool) -> Outcome {
    let (mut pairs, mut same, mut all) = (0, 0, BTreeMap::new());
    for raw in workspace::files(folder)? {
        let theirs = raw.with_extension("ocsf");
        if raw.extension().is_none_or(|it| it != "raw") || !theirs.is_file() {
            continue;
        }
        let theirs = fields(&lenient(&fs::read_to_string(&theirs)?)?);
        let mut line = Vec::new();
        read(&fs::read(&raw)?, &Limits::default(), &mut |event| {
            line.clear();
            write_event(event, &mut line);
        });
        let ours = fields(&serde_json::from_slice(&line).map_err(|it| format!("no event: {it}"))?);
        pairs += 1;
        same += compare(&theirs, &ours, &mut all);
        if list {
            println!("{}\n{}\n", raw.display(), String::from_utf8_lossy(&line));
        }
    }
    for ((difference, path), (count, example)) in &all {
        println!("{difference:?} {path} ({count}): {example}");
    }
    println!("{pairs} pairs: {same} values are the same, {} paths differ", all.len());
    if pairs == 0 { Err("there is no pair".into()) } else { Ok(()) }
}

type Differences = BTreeMap<(Difference, String), (usize, String)>;

/// How many values are the same; the others are added to `all`.
fn compare(
    theirs: &BTreeMap<String, String>,
    ours: &BTreeMap<String, String>,
    all: &mut Differences,
) -> usize {
    let mut same = 0;
    let mut tell = |difference, path: &str, example: String| {
        all.entry((difference, path.to_owned())).or_insert((0, example)).0 += 1;
    };
    for (path, value) in theirs {
        match ours.get(path) {
            Some(own) if own == value => same += 1,
            Some(own) => tell(Difference::Other, path, format!("`{value}`, ours `{own}`")),
            None => tell(Difference::Theirs, path, format!("`{value}`")),
        }
    }
    for (path, value) in ours.iter().filter(|(path, _)| !theirs.contains_key(*path)) {
        tell(Difference::Ours, path, format!("`{value}`"));
    }
    same
}

/// Values by path. JSON that stands in a text is taken apart.
fn fields(event: &Value) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    scalars("", event, &mut |path, text| {
        let inner = serde_json::from_str(&text).ok().filter(Value::is_object);
        match inner {
            Some(inner) => scalars(path, &inner, &mut |path, text| {
                all.insert(path.to_owned(), text);
            }),
            None => {
                all.insert(path.to_owned(), text);
            }
        }
    });
    all.retain(|_, text| !text.is_empty());
    all
}

/// Examples have commas before closing brackets.
fn lenient(text: &str) -> Result<Value, Failure> {
    let mut plain = String::with_capacity(text.len());
    let mut is_string = false;
    let mut is_escaped = false;
    for (at, it) in text.char_indices() {
        if is_string {
            is_string = it != '"' || is_escaped;
            is_escaped = it == '\\' && !is_escaped;
        } else if it == '"' {
            is_string = true;
        } else if it == ',' {
            let rest = text.get(at + 1..).unwrap_or_default().trim_start();
            if rest.starts_with(['}', ']']) {
                continue;
            }
        }
        plain.push(it);
    }
    Ok(serde_json::from_str(&plain)?)
}
