//! What guards told in their logs about the shape of events and what they saw while they only watched, read
//! from files of any form.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use flate2::read::MultiGzDecoder;
use guard_learn::{Subject, Summary};
use least_privilege::Names;
use run_evidence::{Matcher, Observed, Target, Unmatched};
use settings_plan::Watched;
use sha2::{Digest, Sha256};

use crate::commands::evidence::observed;

/// Bytes of one file after it was unpacked, and of one line.
const LARGEST_FILE: u64 = 16 << 30;
const LONGEST_LINE: u64 = 512 << 20;
/// Files and folders.
const MOST_FILES: usize = 100_000;

/// What was learned, by the names of functions in the account.
#[derive(Debug, Default)]
pub(super) struct AllLearned {
    by_function: BTreeMap<String, BTreeMap<Subject, Summary>>,
    observed: Observed,
    /// The same line may stand in two exports.
    seen: BTreeSet<[u8; 32]>,
}

impl AllLearned {
    /// Reads files, and all that are in folders.
    pub(super) fn read(paths: &[PathBuf]) -> anyhow::Result<Self> {
        let mut all = Self::default();
        let mut waiting: Vec<PathBuf> = paths.to_vec();
        let mut count: usize = 0;
        while let Some(path) = waiting.pop() {
            count += 1;
            if count > MOST_FILES {
                bail!("more than {MOST_FILES} files of logs; give fewer at a time");
            }
            let text = || format!("cannot read `{}`", path.display());
            if path.is_dir() {
                for entry in std::fs::read_dir(&path).with_context(text)? {
                    let entry = entry.with_context(text)?;
                    // Links could lead in a circle.
                    if !entry.file_type().with_context(text)?.is_symlink() {
                        waiting.push(entry.path());
                    }
                }
            } else {
                all.read_file(&path).with_context(text)?;
            }
        }
        all.observed = observed(paths)?.unwrap_or_default();
        Ok(all)
    }

    /// By the functions of the scanned applications. A name that means several functions is told, and taught
    /// to none.
    pub(super) fn join(self, outcome: &::scan::Outcome, request: &::scan::Request) -> Learned {
        let deployment = least_privilege::Deployment {
            partition: request.partition.clone(),
            region: request.region.clone(),
            account: request.account.clone(),
        };
        let names: Vec<Names<'_>> =
            outcome.applications.iter().map(|app| Names::new(app, &deployment)).collect();
        let matcher = Matcher::new(&names);
        let key = |(application, function): Target| {
            let app = outcome.applications.get(application)?;
            let function = app.functions.get(function)?;
            Some((outcome.sources.path(app.place.file), function.name.to_string()))
        };
        let find = |name: &str| match matcher.find(name) {
            Ok(targets) => targets.into_iter().filter_map(key).collect(),
            Err(Unmatched { candidates: 0, .. }) => Vec::new(),
            Err(unmatched) => {
                let line = format!(
                    "`{name}` may mean {} functions: it teaches none",
                    unmatched.candidates
                );
                eprintln!("{}", report::visible(&line));
                Vec::new()
            }
        };
        let mut learned = Learned::default();
        for (name, subjects) in self.by_function {
            for key in find(&name) {
                let known = learned.shapes.entry(key).or_default();
                for (subject, summary) in &subjects {
                    known.entry(subject.clone()).or_default().merge(summary.clone());
                }
            }
        }
        for (name, function) in self.observed.functions() {
            let each = |kind| function.watched(kind).map(|(it, count)| (it.to_owned(), count));
            for key in find(name) {
                let watched = learned.watched.entry(key).or_default();
                watched.hosts.extend(each("egress-denied"));
                watched.programs.extend(each("process-spawned"));
                watched.flagged.extend(function.flagged());
            }
        }
        learned
    }

    fn read_file(&mut self, path: &Path) -> anyhow::Result<()> {
        let mut file = BufReader::new(File::open(path)?);
        let is_packed = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        let bytes: Box<dyn Read> =
            if is_packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
        let mut lines = BufReader::new(bytes.take(LARGEST_FILE));
        let mut line = Vec::new();
        loop {
            line.clear();
            if lines.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
                return Ok(());
            }
            guard_learn::read(&String::from_utf8_lossy(&line), &mut |text, learned| {
                if self.seen.insert(Sha256::digest(text).into()) {
                    let function = self.by_function.entry(learned.function).or_default();
                    function.entry(learned.subject).or_default().merge(learned.summary);
                }
            });
        }
    }
}

/// A template and a function of it.
type Key = (String, String);

/// What was learned, by template and function.
#[derive(Debug, Default)]
pub(super) struct Learned {
    shapes: BTreeMap<Key, BTreeMap<Subject, Summary>>,
    watched: BTreeMap<Key, Watched>,
}

/// What was learned of one function.
#[derive(Debug)]
pub(super) struct OfFunction {
    pub(super) shapes: Option<BTreeMap<Subject, Summary>>,
    pub(super) watched: Option<Watched>,
    /// Whether any guard told anything of it.
    pub(super) is_known: bool,
}

impl Learned {
    /// What was learned of a function of a template.
    pub(super) fn of(&self, template: &str, function: &str) -> OfFunction {
        let key = (template.to_owned(), function.to_owned());
        let (shapes, watched) = (self.shapes.get(&key), self.watched.get(&key));
        let is_known = shapes.is_some() || watched.is_some();
        OfFunction { shapes: shapes.cloned(), watched: watched.cloned(), is_known }
    }
}
