//! What came of the mending, for programs.

use serde::Serialize;

use crate::{Outcome, Told, diff};

const SCHEMA: &str = "faasguard-fix/1";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    written: bool,
    summary: Summary,
    files: Vec<File<'a>>,
    mended: Vec<Entry<'a>>,
    left: Vec<Entry<'a>>,
    not_looked_at: &'a [String],
}

#[derive(Serialize)]
struct Summary {
    mended: usize,
    left: usize,
    unsafe_left: usize,
    files: usize,
}

#[derive(Serialize)]
struct File<'a> {
    path: &'a str,
    diff: String,
}

#[derive(Serialize)]
struct Entry<'a> {
    rule: String,
    name: &'static str,
    severity: String,
    path: &'a str,
    line: u32,
    message: &'a str,
    function: Option<&'a str>,
    resource: Option<&'a str>,
    fingerprint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    safe: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

impl<'a> Entry<'a> {
    fn of(told: &'a Told) -> Self {
        Self {
            rule: told.rule.to_string(),
            name: told.name,
            severity: told.severity.to_string(),
            path: &told.path,
            line: told.line,
            message: &told.message,
            function: told.function.as_deref(),
            resource: told.resource.as_deref(),
            fingerprint: &told.fingerprint,
            safe: None,
            reason: None,
            why: None,
        }
    }
}

/// The outcome as JSON; `written` says whether the files were written.
#[must_use]
pub fn to_json(outcome: &Outcome, written: bool) -> String {
    let mended = outcome.mended.iter();
    let left = outcome.left.iter();
    let document = Document {
        schema: SCHEMA,
        written,
        summary: Summary {
            mended: outcome.mended.len(),
            left: outcome.left.len(),
            unsafe_left: left.clone().filter(|it| it.reason.word() == "unsafe").count(),
            files: outcome.files.len(),
        },
        files: outcome
            .files
            .iter()
            .map(|file| File { path: &file.shown, diff: diff(file) })
            .collect(),
        mended: mended.map(|it| Entry { safe: Some(it.is_safe), ..Entry::of(&it.told) }).collect(),
        left: left
            .map(|it| Entry {
                reason: Some(it.reason.word()),
                why: Some(it.reason.to_string()),
                ..Entry::of(&it.told)
            })
            .collect(),
        not_looked_at: &outcome.not_looked_at,
    };
    serde_json::to_string_pretty(&document).unwrap_or_default()
}
