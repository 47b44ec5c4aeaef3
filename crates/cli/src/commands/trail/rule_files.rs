//! Files of Sigma rules: found, read, compiled, and what is wrong with them told.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use correlation::RuleSet;
use source_text::{Diagnostic, FileId};

/// Largest file of rules, in bytes, and most files of a folder.
const MAX_BYTES: u64 = 4 << 20;
const MAX_FILES: usize = 20_000;

/// Ends of names of files with events that stand beside rules.
const EVENTS: [&str; 3] = [".events.yml", ".events.yaml", ".events.jsonl"];

/// A file of rules.
#[derive(Clone, Debug)]
pub(crate) struct RuleFile {
    /// As shown to people.
    pub(crate) path: PathBuf,
    /// Its text.
    pub(crate) text: String,
}

/// The files of these paths: those that are named, and those below named folders that end in `.yml`
/// or `.yaml` and are no events; links are not followed. Sorted by path.
pub(crate) fn read(paths: &[PathBuf]) -> anyhow::Result<Vec<RuleFile>> {
    let mut found = Vec::new();
    for path in paths {
        find(path, true, &mut found)?;
    }
    found.sort();
    found.dedup();
    found
        .into_iter()
        .map(|path| {
            let text = read_text(&path)?;
            Ok(RuleFile { path, text })
        })
        .collect()
}

/// The text of a file of bounded size; bytes that are no UTF-8 become U+FFFD.
pub(crate) fn read_text(path: &Path) -> anyhow::Result<String> {
    let shown = path.display();
    let size = fs::metadata(path).with_context(|| format!("`{shown}` cannot be read"))?.len();
    if size > MAX_BYTES {
        bail!("`{shown}` is larger than {} MiB; split it", MAX_BYTES >> 20);
    }
    let bytes = fs::read(path).with_context(|| format!("`{shown}` cannot be read"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Compiles the rules, and tells what of them is not used.
pub(crate) fn compile(files: &[RuleFile]) -> (RuleSet, Vec<String>) {
    let texts: Vec<_> =
        (0..).map(FileId).zip(files.iter().map(|file| file.text.as_str())).collect();
    let (rules, told) = RuleSet::load(&texts);
    let told = told.iter().map(|it| shown(it, files)).collect();
    (rules, told)
}

/// `rules/a.yml:7: …`
pub(crate) fn shown(diagnostic: &Diagnostic, files: &[RuleFile]) -> String {
    let place = diagnostic.place;
    let file = files.get(place.file.0 as usize);
    let path = file.map(|file| file.path.display().to_string()).unwrap_or_default();
    let text = if place.is_whole() {
        format!("{path}: {}", diagnostic.message)
    } else {
        format!("{path}:{}: {}", place.line, diagnostic.message)
    };
    report::visible(&text).to_string()
}

/// The files with events that stand beside a file of rules.
pub(crate) fn events_beside(path: &Path) -> Vec<PathBuf> {
    let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()) else { return Vec::new() };
    let beside = EVENTS.iter().map(|end| path.with_file_name(format!("{stem}{end}")));
    beside.filter(|path| path.is_file()).collect()
}

/// Whether the name is one of a file with events.
pub(crate) fn is_events(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase());
    name.is_some_and(|name| EVENTS.iter().any(|end| name.ends_with(end)))
}

/// Whether a text is documents of Sigma: one of the keys that make one stands at the start of a line.
pub(crate) fn is_sigma(text: &str) -> bool {
    let keys = ["detection:", "correlation:", "filter:"];
    text.lines().any(|line| keys.iter().any(|key| line.starts_with(key)))
}

fn find(path: &Path, is_named: bool, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let shown = path.display();
    let kind = if is_named { fs::metadata(path) } else { fs::symlink_metadata(path) }
        .with_context(|| format!("`{shown}` cannot be read"))?;
    let is_rules = path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
    if kind.is_file() && (is_named || (is_rules && !is_events(path))) {
        found.push(path.to_path_buf());
    } else if kind.is_dir() {
        let entries = fs::read_dir(path).with_context(|| format!("`{shown}` cannot be read"))?;
        let mut inner: Vec<PathBuf> =
            entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
        inner.sort();
        for path in inner {
            if found.len() >= MAX_FILES {
                bail!("`{shown}` holds more than {MAX_FILES} files of rules");
            }
            find(&path, false, found)?;
        }
    }
    Ok(())
}
