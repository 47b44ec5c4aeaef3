//! Rules that the user wrote in CEL: found in folders, read, compiled; who knows what they say of themselves.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result, bail};
use finding::{RuleFacts, RuleKey};
use report::RuleBook;
use source_text::{Diagnostic, FileId, Sources};
use user_rules::{OwnRules, is_own_rule};

/// Largest file of a rule, in bytes, most rules, and most files that are looked at for them.
const MAX_BYTES: u64 = 1 << 20;
const MAX_RULES: usize = 2_000;
const MAX_FILES: usize = 20_000;

/// Rules and the texts that they stand in.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) rules: Arc<OwnRules>,
    pub(crate) sources: Arc<Sources>,
    /// Files of rules, by the handles that the rules tell.
    pub(crate) files: Vec<(FileId, PathBuf)>,
    /// What is wrong with them.
    pub(crate) faults: Vec<Diagnostic>,
}

impl Read {
    /// What is wrong, a line each, with the place.
    pub(crate) fn told(&self) -> String {
        let mut text = String::new();
        for fault in &self.faults {
            let place = fault.place;
            let _ = write!(text, "{}", self.sources.path(place.file));
            if !place.is_whole() {
                let _ = write!(text, ":{}:{}", place.line, place.column);
            }
            let _ = writeln!(text, ": {}", fault.message);
        }
        text
    }
}

/// Reads the rules of folders and files; other files of a folder are left alone.
pub(crate) fn read(paths: &[PathBuf]) -> Result<Read> {
    let mut found = Vec::new();
    for path in paths {
        let before = found.len();
        find(path, true, &mut found, &mut 0)?;
        if found.len() == before {
            let shown = path.display();
            bail!(
                "there is no rule in `{shown}`: a file (.yaml, .yml) with the keys `for` and `when`"
            );
        }
    }
    Ok(compile(found))
}

/// Compiles the texts of files of rules.
pub(crate) fn compile(texts: Vec<(PathBuf, String)>) -> Read {
    let sources = Arc::new(Sources::default());
    let (mut files, mut of_rules) = (Vec::new(), Vec::new());
    for (path, text) in texts {
        let shown = path.to_string_lossy().replace('\\', "/");
        let file = sources.add(shown, text.clone());
        of_rules.push((file, text));
        files.push((file, path));
    }
    let (rules, faults) = OwnRules::compile(&of_rules);
    Read { rules: Arc::new(rules), sources, files, faults }
}

/// Reads rules that must all be right.
pub(crate) fn read_right(paths: &[PathBuf]) -> Result<Read> {
    if paths.is_empty() {
        return Ok(Read::default());
    }
    let read = read(paths)?;
    if !read.faults.is_empty() {
        for line in read.told().lines() {
            eprintln!("{}", report::visible(line));
        }
        bail!("{} in rules", crate::output::counted(read.faults.len() as u64, "fault"));
    }
    Ok(read)
}

fn find(
    path: &Path,
    is_named: bool,
    found: &mut Vec<(PathBuf, String)>,
    looked: &mut usize,
) -> Result<()> {
    let shown = path.display();
    let kind = if is_named { fs::metadata(path) } else { fs::symlink_metadata(path) }
        .with_context(|| format!("`{shown}` cannot be read"))?;
    *looked += 1;
    if *looked > MAX_FILES || found.len() >= MAX_RULES {
        bail!("`{shown}`: more than {MAX_RULES} rules or {MAX_FILES} files; name a smaller folder");
    }
    let is_yaml = path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
    if kind.is_file() && (is_named || is_yaml) {
        if kind.len() > MAX_BYTES {
            return Ok(());
        }
        let text = fs::read_to_string(path).with_context(|| format!("`{shown}` cannot be read"))?;
        if is_own_rule(&text) {
            found.push((path.to_path_buf(), text));
        }
    } else if kind.is_dir() {
        let mut inner: Vec<PathBuf> = fs::read_dir(path)
            .with_context(|| format!("`{shown}` cannot be read"))?
            .map(|entry| Ok(entry?.path()))
            .collect::<std::io::Result<_>>()?;
        inner.sort();
        for path in inner {
            find(&path, false, found, looked)?;
        }
    }
    Ok(())
}

/// Our rules and those of the user.
pub(crate) struct Book<'a>(pub(crate) &'a OwnRules);

impl RuleBook for Book<'_> {
    fn facts(&self, key: RuleKey) -> Option<RuleFacts<'_>> {
        match key {
            RuleKey::Sas(_) => super::rule_facts(key),
            RuleKey::Own(id) => self.0.info(id.as_str()).map(finding::OwnRuleInfo::facts),
        }
    }
}
