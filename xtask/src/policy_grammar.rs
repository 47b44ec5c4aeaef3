//! `policy-grammar FILE.py`: the strict grammar against the documents of moto's tests, which stay
//! outside. The file defines `invalid_policy_document_test_cases` and `valid_policy_documents`.

use std::process::{Command, Stdio};

use iam_policy::grammar::{DocumentKind, check_text};
use serde_json::Value;
use source_text::FileId;

use crate::{Failure, Outcome, arguments::Arguments};

/// Reads the literals of a Python file without running it, and prints them as JSON.
const READ_LITERALS: &str = r"
import ast, json, sys
found = {}
for node in ast.parse(open(sys.argv[1]).read()).body:
    if isinstance(node, ast.Assign):
        try:
            found[node.targets[0].id] = ast.literal_eval(node.value)
        except ValueError:
            pass
json.dump(found, sys.stdout)
";

pub(crate) fn run(words: &[String]) -> Outcome {
    let mut arguments = Arguments::new(words);
    let Some(file) = arguments.free() else { return Err("name moto's test file".into()) };
    arguments.finish()?;
    let done = Command::new("python3")
        .args(["-c", READ_LITERALS, &file])
        .stderr(Stdio::inherit())
        .output()?;
    if !done.status.success() {
        return Err(format!("python3 cannot read `{file}`").into());
    }
    let found: Value = serde_json::from_slice(&done.stdout)?;
    let invalid = list(&found, "invalid_policy_document_test_cases")?;
    let valid = list(&found, "valid_policy_documents")?;
    let mut wrong = 0;
    for case in invalid {
        let text = case.get("document").unwrap_or(&Value::Null).to_string();
        if check_text(FileId::default(), &text, Some(DocumentKind::Managed)).is_accepted() {
            wrong += 1;
            println!("accepted: {text}\n  moto: {}", case.get("error_message").unwrap_or(case));
        }
    }
    for case in valid {
        let text = case.to_string();
        let checked = check_text(FileId::default(), &text, Some(DocumentKind::Managed));
        if !checked.is_accepted() {
            wrong += 1;
            println!("refused: {text}");
            for fault in checked.faults {
                println!("  {:?} {}: {}", fault.level, fault.code, fault.message);
            }
        }
    }
    println!("{} invalid and {} valid documents, {wrong} differ", invalid.len(), valid.len());
    if wrong == 0 { Ok(()) } else { Err("the grammar differs from moto's cases".into()) }
}

fn list<'a>(found: &'a Value, name: &str) -> Result<&'a [Value], Failure> {
    let cases = found.get(name).and_then(Value::as_array);
    cases.map(Vec::as_slice).ok_or_else(|| format!("the file defines no list `{name}`").into())
}
