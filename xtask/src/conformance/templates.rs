//! Real templates, scanned by the release program: none may end the run or make it panic.

use std::{path::Path, process::Command};

use serde_json::Value;

use super::TemplateDemands;
use crate::{Failure, workspace};

/// Scans the folder, names what was not read, and returns the demands that are not met.
pub(super) fn run(folder: &Path, demands: &TemplateDemands) -> Result<Vec<String>, Failure> {
    let name = folder.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    if !workspace::root().join("crates/cli").is_dir() {
        println!("{name}: skipped, there is no program yet");
        return Ok(Vec::new());
    }
    // As `cargo run --release` builds it: a package alone has other features, and would be built once more.
    let built = workspace::cargo()
        .args(["build", "--release", "--quiet", "--bin", "faasguard"])
        .status()?;
    let binary = workspace::release_binary().filter(|_| built.success());
    let binary = binary.ok_or("the program does not build")?;
    let output = Command::new(binary).args(["scan", "--format", "json"]).arg(folder).output()?;
    let mut unmet = Vec::new();
    if !matches!(output.status.code(), Some(0 | 1)) {
        unmet.push(format!("{name}: the scan ended with {}", output.status));
    }
    let complaints = String::from_utf8_lossy(&output.stderr);
    for line in complaints.lines().filter(|line| line.contains("panicked at")) {
        unmet.push(format!("{name}: {line}"));
    }
    let result: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("{name}: the result is not JSON: {error}"))?;
    let diagnostics = result.pointer("/diagnostics").and_then(Value::as_array);
    for diagnostic in diagnostics.into_iter().flatten() {
        if diagnostic.pointer("/level").and_then(Value::as_str) == Some("error") {
            let text = |key: &str| diagnostic.get(key).and_then(Value::as_str).unwrap_or_default();
            let line = diagnostic.get("line").and_then(Value::as_u64).unwrap_or(0);
            println!("{name}: {}:{line}: {}", text("file"), text("message"));
        }
    }
    let number =
        |key: &str| result.pointer(&format!("/summary/{key}")).and_then(Value::as_u64).unwrap_or(0);
    let (read, unread) = (number("files_scanned"), number("files_not_scanned"));
    println!("{name}: {read} files scanned, {unread} not, in {} ms", number("elapsed_ms"));
    println!("{name}: {} functions", number("functions"));
    if read == 0 {
        unmet.push(format!("{name}: nothing was scanned"));
    }
    if unread > demands.unread_at_most {
        unmet.push(format!("{name}: {unread} unread files, {} allowed", demands.unread_at_most));
    }
    Ok(unmet)
}
