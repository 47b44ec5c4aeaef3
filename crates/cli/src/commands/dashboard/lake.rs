//! Named questions asked of a lake, by the companion program.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use dashboard_view::Table;
use serde_json::{Map, Value};

use crate::commands::lake::find;

/// Questions whose answers are short and about security.
const QUESTIONS: [(&str, &str); 4] = [
    (
        "credentials-outside",
        "Whose credentials, handed to a function by Lambda, are used by another client than its runtime?",
    ),
    ("denied-calls", "Who was denied what, how often?"),
    ("secrets-in-bulk", "Who read secrets and parameters often in one day?"),
    ("deployments", "Who changed the code or the settings of functions, and when?"),
];
/// Rows of an answer that are kept.
const MOST_ROWS: usize = 1_000;
/// Seconds that a question may take.
const TIMEOUT_S: &str = "120";

/// What the lake answered.
#[derive(Debug)]
pub(super) struct Answers {
    /// When it was asked: `2026-01-31 10:00:00 UTC`.
    pub(super) asked: String,
    /// An answer a question.
    pub(super) tables: Vec<Table>,
}

/// Asks every question; one that is not answered says why.
pub(super) fn ask(folder: &Path) -> Answers {
    let asked = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    let tables = QUESTIONS.into_iter().map(|(name, words)| {
        let answer = question(folder, name).unwrap_or_else(|why| {
            eprintln!("{}", report::visible(&format!("lake: `{name}`: {why}")));
            Table { fault: Some(why), ..Table::default() }
        });
        Table { name: name.to_owned(), question: words.to_owned(), ..answer }
    });
    Answers { asked, tables: tables.collect() }
}

/// The answer to a question, without its name; else why there is none.
fn question(folder: &Path, name: &str) -> Result<Table, String> {
    let program =
        find().ok_or("`faasguard-lake` stands neither beside this program nor on the PATH")?;
    let answer = Command::new(program)
        .arg("query")
        .arg("--lake")
        .arg(folder)
        .args(["--name", name, "--format", "jsonl", "--timeout", TIMEOUT_S])
        .stdin(Stdio::null())
        .output()
        .map_err(|it| it.to_string())?;
    if !answer.status.success() {
        let said = String::from_utf8_lossy(&answer.stderr);
        return Err(said.lines().last().unwrap_or("it ended without a word").to_owned());
    }
    Ok(table(&answer.stdout))
}

fn table(lines: &[u8]) -> Table {
    let mut table = Table::default();
    let rows = lines.split(|byte| *byte == b'\n').filter_map(|it| serde_json::from_slice(it).ok());
    for row in rows {
        let row: Map<String, Value> = row;
        if table.rows.len() == MOST_ROWS {
            table.beyond += 1;
            continue;
        }
        if table.columns.is_empty() {
            table.columns = row.keys().cloned().collect();
        }
        let cell = |name: &String| match row.get(name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        table.rows.push(table.columns.iter().map(cell).collect());
    }
    table
}
