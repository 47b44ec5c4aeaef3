//! The law of small rooms: how long files and crates may be, and what they may not be called.

use std::{collections::BTreeMap, fs};

use serde::Deserialize;

use crate::{
    Failure,
    workspace::{Room, Workspace, rooms},
};

/// More lines need a reason in `rooms.toml`.
const LARGE_FILE: usize = 600;
/// More lines are refused, whatever the reason.
const LARGEST_FILE: usize = 1_000;
/// Lines of source that can be read in one sitting.
const LARGE_CRATE: usize = 6_000;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "helpers", "helper", "common", "misc"];

/// What `rooms.toml` lets pass, with the reasons.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exceptions {
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(default)]
    crates: BTreeMap<String, String>,
}

/// Every breach of the law in the workspace.
pub(crate) fn problems(workspace: &Workspace) -> Result<Vec<String>, Failure> {
    let settings = workspace.root.join("xtask/rooms.toml");
    let exceptions: Exceptions = toml::from_str(&fs::read_to_string(settings)?)?;
    let all = rooms(&workspace.root, &workspace.root)?;
    let mut problems = judge_files(&all, &exceptions);
    for package in &workspace.packages {
        let source = rooms(&workspace.root, &package.folder.join("src"))?;
        let lines = source.iter().map(|room| room.lines).sum();
        problems.extend(judge_crate(&package.name, lines, &exceptions));
    }
    Ok(problems)
}

fn judge_files(rooms: &[Room], exceptions: &Exceptions) -> Vec<String> {
    let mut problems = Vec::new();
    for Room { path, lines } in rooms {
        if let Some(name) = empty_name(path) {
            problems.push(format!("{path}: `{name}` does not say what is inside; name it by that"));
        }
        if *lines > LARGEST_FILE {
            problems.push(format!("{path}: {lines} lines; split it, {LARGEST_FILE} is the most"));
        } else if *lines > LARGE_FILE && !exceptions.files.contains_key(path) {
            problems.push(format!(
                "{path}: {lines} lines; split it by meaning, or give xtask/rooms.toml the reason"
            ));
        }
    }
    for path in exceptions.files.keys() {
        if !rooms.iter().any(|room| room.path == *path && room.lines > LARGE_FILE) {
            problems.push(format!("xtask/rooms.toml: `{path}` no longer needs an exception"));
        }
    }
    problems
}

fn judge_crate(name: &str, lines: usize, exceptions: &Exceptions) -> Option<String> {
    let is_large = lines > LARGE_CRATE && !exceptions.crates.contains_key(name);
    is_large.then(|| format!("{name}: {lines} lines of source; {LARGE_CRATE} is one sitting"))
}

/// The part of a path that says nothing, if any.
fn empty_name(path: &str) -> Option<&str> {
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    stem.split('/').find(|part| EMPTY_NAMES.contains(part))
}

#[cfg(test)]
mod tests {
    use super::{Exceptions, empty_name, judge_crate, judge_files};
    use crate::workspace::Room;

    fn room(path: &str, lines: usize) -> Room {
        Room { path: path.to_owned(), lines }
    }

    fn exceptions() -> Exceptions {
        toml::from_str("[files]\n\"a.rs\" = \"a table\"\n[crates]\nrules = \"many files\"\n")
            .unwrap()
    }

    #[test]
    fn a_long_file_needs_a_reason_and_a_very_long_one_has_none() {
        assert_eq!(judge_files(&[room("a.rs", 601), room("b.rs", 600)], &exceptions()), [""; 0]);
        assert_eq!(
            judge_files(&[room("a.rs", 1_001)], &exceptions()),
            ["a.rs: 1001 lines; split it, 1000 is the most"]
        );
        let without_reason = judge_files(&[room("a.rs", 700), room("b.rs", 601)], &exceptions());
        assert_eq!(
            without_reason,
            ["b.rs: 601 lines; split it by meaning, or give xtask/rooms.toml the reason"]
        );
    }

    #[test]
    fn an_exception_that_is_no_longer_needed_is_reported() {
        assert_eq!(
            judge_files(&[room("a.rs", 12)], &exceptions()),
            ["xtask/rooms.toml: `a.rs` no longer needs an exception"]
        );
    }

    #[test]
    fn a_large_crate_is_reported_unless_it_has_a_reason() {
        assert!(judge_crate("scan", 6_001, &exceptions()).is_some());
        assert!(judge_crate("scan", 6_000, &exceptions()).is_none());
        assert!(judge_crate("rules", 60_000, &exceptions()).is_none());
    }

    #[test]
    fn a_name_is_empty_only_as_a_whole_word() {
        assert_eq!(empty_name("crates/scan/src/utils.rs"), Some("utils"));
        assert_eq!(empty_name("crates/scan/src/common/mod.rs"), Some("common"));
        assert_eq!(empty_name("crates/scan/src/common_names.rs"), None);
    }
}
