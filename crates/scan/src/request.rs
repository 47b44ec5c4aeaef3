//! What a scan is asked to do.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use indexmap::IndexMap;
use source_text::{SmolStr, Sources};
use user_rules::OwnRules;

use crate::{Baseline, Config};

/// Which rules speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// What is worth everybody's minute.
    #[default]
    Default,
    /// Hygiene that most teams waive, too.
    Strict,
    /// No rule: the applications and their code are wanted, not findings.
    Silent,
}

/// What a scan is asked to do.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a wish of its own, not a state")]
pub struct Request {
    /// Files and folders, as the user named them; nothing outside these folders (and those of the
    /// files) is read. Paths are shown relative to the folder that all of them lie in. `-` is
    /// [`Self::standard_input`].
    pub paths: Vec<PathBuf>,
    /// What the program was given on standard input.
    pub standard_input: Option<Vec<u8>>,
    /// Which rules speak.
    pub profile: Profile,
    /// Settings of `faasguard.toml`.
    pub config: Config,
    /// Findings accepted earlier.
    pub baseline: Option<Baseline>,
    /// Whether suppressions are ignored, for an audit.
    pub ignore_suppressions: bool,
    /// Rules that alone run, by id or name; empty: all of the profile.
    pub only: Vec<String>,
    /// Values of template parameters.
    pub parameters: IndexMap<SmolStr, SmolStr>,
    /// Environment variables that files of the Serverless Framework may read, by name; no others are.
    pub environment: IndexMap<SmolStr, SmolStr>,
    /// Region of the deployment.
    pub region: Option<SmolStr>,
    /// Account of the deployment.
    pub account: Option<SmolStr>,
    /// Partition of the deployment.
    pub partition: Option<SmolStr>,
    /// Whether the applications are kept in the outcome, for graphs and checklists.
    pub keep_applications: bool,
    /// Whether code is read and followed even when no chosen rule asks for it.
    pub reads_code: bool,
    /// Models of the user, which add to the built-in ones.
    pub models: Vec<taint::ModelFile>,
    /// The index of advisories that components are looked up in.
    pub vulndb: Option<Vulndb>,
    /// What others say of known flaws.
    pub vex: Vec<VexFile>,
    /// Rules of the user for applications.
    pub own_rules: Arc<OwnRules>,
    /// Whether applications keep all their resources with their properties, as those rules ask.
    pub keep_declared: bool,
    /// Texts that are known before the scan: those rules. What is scanned is added.
    pub sources: Arc<Sources>,
    /// Rules of the user for secrets in files.
    pub secret_rules: Vec<secret_scan::OwnRule>,
    /// Whether findings get the edits that mend them.
    pub edits: bool,
    /// Texts that stand for those of files, by canonical path.
    pub edited: Arc<HashMap<PathBuf, String>>,
    /// Today, `YYYY-MM-DD`: suppressions end.
    pub today: String,
    /// The time that documents for others bear, RFC 3339 in UTC.
    pub time: String,
}

impl Request {
    /// Whether somebody asks for resources with their properties.
    pub(crate) fn keeps_declared(&self) -> bool {
        self.keep_declared || !self.own_rules.is_empty()
    }
}

/// A document that says something of known flaws.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VexFile {
    /// The file, as named.
    pub path: String,
    /// What it says.
    pub document: vex::Document,
}

/// An index of advisories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vulndb {
    /// The file.
    pub path: PathBuf,
    /// How many days old it may be; `None` is any age.
    pub max_age_days: Option<u32>,
    /// Now, in seconds since 1970.
    pub now: i64,
}

/// Why a scan could not start.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// A path that was named does not exist.
    #[error("there is no file or folder `{}`", path.display())]
    NoSuchPath {
        /// As named.
        path: PathBuf,
    },
    /// A path that was named cannot be opened.
    #[error("`{}` cannot be opened: {source}", path.display())]
    Unreadable {
        /// As named.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The index of advisories cannot answer: nothing may be called free of known flaws.
    #[error("`{}`: {why}", path.display())]
    Vulndb {
        /// As named.
        path: PathBuf,
        /// Why.
        why: vulnerability::Unusable,
    },
    /// A rule that was named does not exist.
    #[error("there is no rule `{name}`; {}", near_words(near.as_deref()))]
    NoSuchRule {
        /// As named.
        name: String,
        /// What was meant, when a name is near.
        near: Option<String>,
    },
}

impl ScanError {
    /// That there is no such rule, with the one that was meant.
    #[must_use]
    pub fn no_such_rule(name: &str) -> Self {
        let near = rules::nearest(name).map(str::to_owned);
        Self::NoSuchRule { name: name.to_owned(), near }
    }
}

/// What to do when a rule does not exist.
pub(crate) fn near_words(near: Option<&str>) -> String {
    match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`faasguard rules` lists them".to_owned(),
    }
}
