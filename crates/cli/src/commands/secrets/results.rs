//! What was found, as a report like that of a scan.

use std::{collections::HashMap, sync::Arc, time::Duration};

use finding::{FingerprintParts, SecretCommit, SecretCommits, fingerprint};
use report::{Report, Summary};
use rules::{FileSecret, secret_in_file};
use secret_scan::Found;
use secret_sources::{Commit, Coverage, History, Looked, Missed, PastSecret, Reason};
use source_text::{Diagnostic, FileId, Level, Place, Sources};

use super::{SecretsOptions, shown};

/// What was looked at.
pub(super) enum Results {
    /// Files.
    Files(Looked),
    /// Commits.
    History(History),
}

/// A report with the files that it speaks of.
pub(super) struct Outcome {
    pub(super) report: Report,
    pub(super) sources: Arc<Sources>,
}

/// A report that grows.
struct Writer {
    report: Report,
    sources: Arc<Sources>,
    files: HashMap<String, FileId>,
    /// How many findings there are with the same rule, file and secret.
    ordinals: HashMap<(FileId, String), usize>,
    ignores_words: bool,
    today: String,
}

impl Results {
    /// Writes the report.
    pub(super) fn finish(self, options: &SecretsOptions, elapsed: Duration) -> Outcome {
        let report = Report {
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            root: shown(&options.path),
            ..Report::default()
        };
        let mut writer = Writer {
            report,
            sources: Arc::default(),
            files: HashMap::new(),
            ordinals: HashMap::new(),
            ignores_words: options.no_suppress,
            today: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
        };
        let coverage = match self {
            Self::Files(looked) => writer.files(looked),
            Self::History(history) => writer.history(history),
        };
        writer.coverage(&coverage);
        let summary = writer.report.summary.count(&writer.report.findings);
        let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        writer.report.summary = Summary { elapsed_ms, ..summary };
        Outcome { report: writer.report, sources: writer.sources }
    }
}

impl Writer {
    fn files(&mut self, looked: Looked) -> Coverage {
        for secret in looked.secrets {
            let file = self.file(&secret.path);
            let told = FileSecret {
                is_ignored: secret.is_ignored,
                ..FileSecret::new(file, &secret.path, secret.found)
            };
            self.add(&told, &secret.path);
        }
        if looked.is_cut {
            self.remark("", Level::Warning, "there are more secrets than are told");
        }
        looked.coverage
    }

    fn history(&mut self, history: History) -> Coverage {
        let commits = history.commits;
        for PastSecret { found, first, last, times, is_in_head } in history.secrets {
            let (path, line) = (last.path.clone(), last.line);
            let file = self.file(&path);
            let commit = |Commit { id, date, path, line }| SecretCommit { id, date, path, line };
            let (first, last) = (commit(first), commit(last));
            let found = Found { line, ..found };
            let told = FileSecret {
                commits: Some(SecretCommits { first, last, times, is_in_head }),
                ..FileSecret::new(file, &path, found)
            };
            self.add(&told, &path);
        }
        self.remark("", Level::Note, &format!("{commits} commits were looked at"));
        if history.is_shallow {
            let words = "this is a shallow clone: older commits are not here; `git fetch --unshallow` brings them";
            self.remark("", Level::Warning, words);
        }
        if history.is_cut {
            let words = "there are more commits or secrets than are looked at; name a later revision with --since";
            self.remark("", Level::Error, words);
            self.report.summary.files_not_scanned += 1;
        }
        history.coverage
    }

    fn file(&mut self, path: &str) -> FileId {
        // No text is kept of a file that holds secrets: nothing of it can be drawn.
        let sources = &self.sources;
        *self.files.entry(path.to_owned()).or_insert_with(|| sources.add(path, ""))
    }

    fn add(&mut self, secret: &FileSecret, path: &str) {
        let mut finding = secret_in_file(secret);
        let property = finding.property.clone().unwrap_or_default();
        let ordinal = self.ordinals.entry((secret.place.file, property.clone())).or_insert(0);
        finding.fingerprint = fingerprint(&FingerprintParts {
            rule: finding.rule,
            path,
            function: "",
            resource: "",
            property: &property,
            component: "",
            advisory: "",
            ordinal: *ordinal,
        });
        *ordinal += 1;
        let accepts = !self.ignores_words;
        finding.suppressed = secret.accepted(&self.today).filter(|_| accepts);
        self.report.findings.push(finding);
    }

    fn coverage(&mut self, coverage: &Coverage) {
        let summary = &mut self.report.summary;
        summary.files_scanned = coverage.files;
        let is_in_part =
            |it: &&Missed| matches!(it.reason, Reason::Cut { .. } | Reason::More { .. });
        summary.files_in_part = coverage.missed.iter().filter(is_in_part).count();
        summary.files_not_scanned += coverage.missed() - summary.files_in_part;
        for Missed { path, reason } in &coverage.missed {
            let level = match reason {
                Reason::Outside | Reason::Submodule => Level::Warning,
                _ => Level::Error,
            };
            self.remark(path, level, &reason.to_string());
        }
        if coverage.more_missed > 0 {
            let more = coverage.more_missed;
            self.remark("", Level::Error, &format!("{more} more were not looked at"));
        }
        if coverage.dependencies > 0 {
            let count = coverage.dependencies;
            let folders = if count == 1 { "folder" } else { "folders" };
            let words = format!(
                "{count} {folders} of packages or builds were left out; --all looks into them"
            );
            self.remark("", Level::Warning, &words);
        }
        let Coverage { bytes, binaries, archives, .. } = coverage;
        let words = format!(
            "{bytes} bytes of text were searched, {archives} archives looked into, {binaries} files are no text"
        );
        self.remark("", Level::Note, &words);
    }

    fn remark(&mut self, path: &str, level: Level, message: &str) {
        let place = Place::whole(self.file(path));
        self.report.diagnostics.push(Diagnostic { place, level, message: message.to_owned() });
    }
}
