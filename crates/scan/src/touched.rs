//! The lines that a change touched: a finding whose place, way or function changed counts again.

use std::{collections::HashMap, path::PathBuf};

use finding::Finding;
use jail::parent_of;
use report::Report;
use source_text::{Place, Sources};

use crate::{ChangesError, Request, changes::git, inputs::common_folder};

/// The lines that a change touched, by file as it is shown.
#[derive(Debug, Default)]
pub struct Touched {
    files: HashMap<String, Lines>,
}

#[derive(Debug, Default)]
struct Lines {
    /// Whether the whole file is new.
    is_new: bool,
    /// First and last of lines that are new or other than before.
    written: Vec<(u32, u32)>,
    /// Lines behind which some were taken away.
    cut: Vec<u32>,
}

/// The lines that differ from those at `revision`, in the files of the same paths.
///
/// # Errors
/// [`ChangesError`] when git is missing, the folder is no checkout, or the revision unknown.
pub fn touched_since(revision: &str, request: &Request) -> Result<Touched, ChangesError> {
    let io = |source| ChangesError::Io { revision: revision.to_owned(), source };
    let named = request.paths.iter().filter(|path| path.as_os_str() != "-");
    let folders: Vec<PathBuf> = named
        .map(|path| if path.is_dir() { path.as_path() } else { parent_of(path) }.canonicalize())
        .collect::<Result<_, _>>()
        .map_err(io)?;
    let base = common_folder(&folders);
    let mut touched = Touched::default();
    for folder in &folders {
        let spec = format!("{revision}^{{commit}}");
        let commit = git(folder, revision, &["rev-parse", "--verify", "--end-of-options", &spec])?;
        let commit = String::from_utf8_lossy(&commit).trim().to_owned();
        let inner = folder.strip_prefix(&base).unwrap_or(folder);
        let shown = |path: &str| inner.join(path).to_string_lossy().replace('\\', "/");
        let diff = [
            "-c",
            "core.quotePath=false",
            "diff",
            "--relative",
            "--unified=0",
            "--no-color",
            "--no-ext-diff",
            "--no-renames",
            "--src-prefix=a/",
            "--dst-prefix=b/",
            &commit,
            "--",
            ".",
        ];
        let diff = git(folder, revision, &diff)?;
        touched.add_diff(&String::from_utf8_lossy(&diff), &shown);
        let others = ["ls-files", "--others", "--exclude-standard", "-z"];
        let others = git(folder, revision, &others)?;
        for path in others.split(|byte| *byte == 0).filter(|path| !path.is_empty()) {
            let path = shown(&String::from_utf8_lossy(path));
            touched.files.entry(path).or_default().is_new = true;
        }
    }
    Ok(touched)
}

impl Touched {
    /// Reads a diff without context: `@@ -3,0 +4,2 @@` says what follows, so that no line of a file
    /// is taken for one of the diff.
    fn add_diff(&mut self, diff: &str, shown: &dyn Fn(&str) -> String) {
        let mut lines = diff.lines();
        let mut file = None;
        while let Some(line) = lines.next() {
            if let Some(path) = line.strip_prefix("+++ ") {
                file = path.strip_prefix("b/").map(|path| shown(path.trim_end_matches('\t')));
            } else if let Some((taken, given)) = hunk(line) {
                let content = taken.1 + given.1;
                if content > 0 {
                    lines.nth(content as usize - 1);
                }
                let Some(file) = &file else { continue };
                let known = self.files.entry(file.clone()).or_default();
                match given {
                    (first, 0) => known.cut.push(first),
                    (first, count) => known.written.push((first, first + count - 1)),
                }
            }
        }
    }

    /// Whether the place of a finding, a step to it, or the declaration of its function changed.
    #[must_use]
    pub fn holds(&self, finding: &Finding, report: &Report, sources: &Sources) -> bool {
        let trace = finding.trace.iter().map(|hop| hop.place);
        let function = finding.function.as_ref();
        let rows = report.functions.iter().filter(|row| {
            // Two templates may name a function alike: that of the finding is meant, if it is one.
            Some(&row.name) == function
        });
        let mut own = rows.clone().filter(|row| row.place.file == finding.place.file).peekable();
        let is_own = own.peek().is_some();
        let declared = if is_own { own.collect::<Vec<_>>() } else { rows.collect() };
        trace.chain([finding.place]).any(|place| self.wrote(place, sources))
            || declared.iter().any(|row| self.changed_block(row.place, sources))
    }

    fn wrote(&self, place: Place, sources: &Sources) -> bool {
        let Some(lines) = self.files.get(&sources.path(place.file)) else { return false };
        let last = place.end_line.max(place.line);
        lines.is_new
            || lines.written.iter().any(|(start, end)| place.line <= *end && *start <= last)
    }

    /// Whether anything of what stands below a key changed.
    fn changed_block(&self, place: Place, sources: &Sources) -> bool {
        let Some(lines) = self.files.get(&sources.path(place.file)) else { return false };
        let last = end_of_block(&sources.get(place.file).text, place.line);
        lines.is_new
            || lines.written.iter().any(|(start, end)| place.line <= *end && *start <= last)
            || lines.cut.iter().any(|line| (place.line..=last).contains(line))
    }
}

/// Start and number of the old and of the new lines of a hunk.
fn hunk(line: &str) -> Option<((u32, u32), (u32, u32))> {
    let (ranges, _) = line.strip_prefix("@@ -")?.split_once(" @@")?;
    let (taken, given) = ranges.split_once(" +")?;
    let range = |text: &str| {
        let (first, count) = text.split_once(',').unwrap_or((text, "1"));
        Some((first.parse().ok()?, count.parse().ok()?))
    };
    Some((range(taken)?, range(given)?))
}

/// The last line of what is indented deeper than the key at `line`.
fn end_of_block(text: &str, line: u32) -> u32 {
    let indent = |text: &str| text.len() - text.trim_start().len();
    let mut lines = text.lines().zip(1..).skip_while(|(_, at)| *at < line);
    let Some((key, _)) = lines.next() else { return line };
    let own = indent(key);
    let mut last = line;
    for (text, at) in lines {
        if text.trim().is_empty() {
            continue;
        }
        if indent(text) <= own {
            break;
        }
        last = at;
    }
    last
}

#[cfg(test)]
mod tests {
    use super::{Touched, end_of_block};

    #[test]
    fn a_diff_is_read_by_its_counts() {
        let diff = "diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -3,2 +2,0 @@ def f\n-a\n-b\n\
                    @@ -9 +7,2 @@\n-c\n+++ b/evil.py\n+d\ndiff --git a/y b/y\n--- a/y\n+++ /dev/null\n\
                    @@ -1 +0,0 @@\n-z\n";
        let mut touched = Touched::default();
        touched.add_diff(diff, &|path| format!("in/{path}"));
        assert_eq!(touched.files.len(), 1);
        let lines = &touched.files["in/x.py"];
        assert_eq!((lines.written.as_slice(), lines.cut.as_slice()), (&[(7, 8)][..], &[2][..]));
    }

    #[test]
    fn a_block_ends_where_the_indent_does() {
        let text = "A:\n  F:\n    x: 1\n\n    y: 2\n\n  G:\n    z: 3\n";
        assert_eq!((end_of_block(text, 2), end_of_block(text, 7)), (5, 8));
    }
}
