//! Named questions asked of a lake, by the companion program.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use dashboard_view::Table;
use serde_json::{Map, Value};

use crate::commands::lake::find;

/// Questions whose answers are short and about security.
const QUESTIONS: [&str; 4] =
    ["credentials-outside", "denied-calls", "secrets-in-bulk", "deployments"];
/// Rows of an answer that are kept.
const MOST_ROWS: usize = 1_000;
/// Seconds that a question may take.
const TIMEOUT_S: &str = "120";

/// Asks every question; one that is not answered says why.
pub(super) fn ask(folder: &Path) -> Vec<Table> {
    QUESTIONS.into_iter().map(|name| question(folder, name)).collect()
}

fn question(folder: &Path, name: &str) -> Table {
    let fault = |why: String| {
        eprintln!("{}", report::visible(&format!("lake: `{name}`: {why}")));
        Table { name: name.to_owned(), fault: Some(why), ..Table::default() }
    };
    let Some(program) = find() else {
        return fault(
            "`faasguard-lake` stands neither beside this program nor on the PATH".to_owned(),
        );
    };
    let answer = Command::new(program)
        .arg("query")
        .arg("--lake")
        .arg(folder)
        .args(["--name", name, "--format", "jsonl", "--timeout", TIMEOUT_S])
        .stdin(Stdio::null())
        .output();
    match answer {
        Err(error) => fault(error.to_string()),
        Ok(answer) if !answer.status.success() => {
            let said = String::from_utf8_lossy(&answer.stderr);
            fault(said.lines().last().unwrap_or("it ended without a word").to_owned())
        }
        Ok(answer) => table(name, &answer.stdout),
    }
}

fn table(name: &str, lines: &[u8]) -> Table {
    let mut table = Table { name: name.to_owned(), ..Table::default() };
    for line in lines.split(|byte| *byte == b'\n').take(MOST_ROWS) {
        let Ok(row) = serde_json::from_slice::<Map<String, Value>>(line) else { continue };
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
