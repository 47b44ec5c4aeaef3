//! Secrets in files: everything that lies in the scanned folders, and what functions are made of.
//!
//! Files that git keeps out count only where a function's code holds them: they are deployed, and
//! not kept.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use app_model::{Application, Code, Function};
use finding::Finding;
use package_scan::Unit;
use report::Report;
use rules::{Check, FileSecret, Rule, of_functions};
use secret_scan::Scanner;
use secret_sources::{Coverage, Limits, Looked, Missed, Placed, Reason, Search};
use source_text::{Diagnostic, FileId, Level, Place};

use crate::{
    code::Bench,
    inputs::{InputKind, Inputs},
};

/// What the files gave.
#[derive(Debug, Default)]
pub(crate) struct SecretsResult {
    /// Findings, not signed yet.
    pub(crate) findings: Vec<Finding>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Code of a function that lies here.
type Deployed<'a> = (PathBuf, &'a Application, &'a Function);

/// Looks through the files, unless no rule asks for it.
pub(crate) fn scan_secrets(
    inputs: &Inputs,
    units: &[Unit<'_>],
    bench: &Bench<'_>,
) -> SecretsResult {
    let asks = |rule: &&&'static Rule| matches!(rule.check, Check::Files(_));
    let Some(rule) = bench.rules.iter().find(asks) else { return SecretsResult::default() };
    let scanner = Scanner::new(bench.request.secret_rules.clone(), secret_scan::Limits::default());
    let search = Search { scanner: &scanner, limits: Limits::default(), everything: false };
    let deployed = deployed(units, bench);
    let mut pass = Pass { rule, bench, deployed: &deployed, files: HashMap::new() };
    let mut result = SecretsResult::default();
    for path in places(inputs, &deployed) {
        // What cannot be opened was told by whoever was asked for it.
        let Ok(looked) = search.path(&path, &|_| {}) else { continue };
        pass.tell(&path, looked, &mut result);
    }
    result
}

/// Where to look: walked folders, files that were named, and code of functions outside of them.
fn places(inputs: &Inputs, deployed: &[Deployed<'_>]) -> Vec<PathBuf> {
    let named = inputs.files.iter().chain(&inputs.code);
    let named = named.filter(|input| input.kind == InputKind::Named).map(|input| &input.path);
    let mut places: Vec<PathBuf> = Vec::new();
    let all = inputs.walked.iter().chain(named).chain(deployed.iter().map(|it| &it.0));
    for path in all {
        if !places.iter().any(|known| path.starts_with(known)) {
            places.push(path.clone());
        }
    }
    places
}

/// Folders and archives that functions are made of.
fn deployed<'a>(units: &[Unit<'a>], bench: &Bench<'_>) -> Vec<Deployed<'a>> {
    let mut deployed = Vec::new();
    for unit in units {
        for function in &unit.app.functions {
            let Code::Local(setting) = &function.code else { continue };
            let paths = setting.value.possible();
            let paths = paths.filter_map(|(_, text)| bench.jail.resolve(unit.template, text).ok());
            deployed.extend(paths.map(|path| (path, unit.app, function)));
        }
    }
    deployed
}

struct Pass<'a> {
    rule: &'static Rule,
    bench: &'a Bench<'a>,
    deployed: &'a [Deployed<'a>],
    files: HashMap<String, FileId>,
}

impl<'a> Pass<'a> {
    fn tell(&mut self, root: &Path, looked: Looked, result: &mut SecretsResult) {
        let is_file = root.is_file();
        for Placed { path, found, is_ignored } in looked.secrets {
            let (outer, inner) = path.split_once('!').unwrap_or((path.as_str(), ""));
            let full = if is_file { root.to_path_buf() } else { root.join(outer) };
            let holders = self.holders(&full);
            if is_ignored && holders.is_empty() {
                continue;
            }
            let shown = self.bench.jail.shown(&full);
            let shown = if inner.is_empty() { shown } else { format!("{shown}!{inner}") };
            let file = self.file(&shown);
            let secret = FileSecret { is_ignored, ..FileSecret::new(file, &shown, found) };
            let Some(finding) = self.rule.file_finding(&secret) else { continue };
            let mut finding = of_functions(finding, &holders);
            let accepts = !self.bench.request.ignore_suppressions;
            finding.suppressed = secret.accepted(&self.bench.request.today).filter(|_| accepts);
            result.findings.push(finding);
        }
        self.missed(root, looked.coverage, result);
    }

    /// The functions whose code holds a file.
    fn holders(&self, path: &Path) -> Vec<(&'a Application, &'a Function)> {
        let holds = self.deployed.iter().filter(|(code, ..)| path.starts_with(code));
        holds.map(|(_, app, function)| (*app, *function)).collect()
    }

    fn file(&mut self, shown: &str) -> FileId {
        let sources = self.bench.sources;
        // Without its text: nothing of a file that holds secrets is drawn.
        *self.files.entry(shown.to_owned()).or_insert_with(|| sources.add(shown, ""))
    }

    fn missed(&mut self, root: &Path, coverage: Coverage, result: &mut SecretsResult) {
        for Missed { path, reason } in coverage.missed {
            // Links and pipes are told by the walk for templates, where they matter.
            let level = match reason {
                Reason::NotAFile | Reason::Outside => Level::Note,
                _ => Level::Warning,
            };
            // A file that was named itself is its own root.
            let is_root = root.file_name().is_some_and(|name| Path::new(name) == Path::new(&path));
            let at = if is_root && !root.is_dir() { root.to_path_buf() } else { root.join(&path) };
            let shown = self.bench.jail.shown(&at);
            let place = Place::whole(self.file(&shown));
            let message = format!("secrets were not looked for: {reason}");
            result.diagnostics.push(Diagnostic { place, level, message });
        }
        let more = coverage.more_missed;
        if more > 0 {
            let message = format!("secrets were not looked for in {more} more");
            result.diagnostics.push(Diagnostic::warning(Place::whole(self.file("")), message));
        }
    }
}

/// Adds findings to those of other rules, unless one of those tells of the same secret: it says more.
/// Words that accept a secret are no longer unused.
pub(crate) fn join(found: Vec<Finding>, report: &mut Report, path_of: &dyn Fn(Place) -> String) {
    let told = Told::new(&report.findings, &found, path_of);
    let is_new = |finding: &Finding| !told.holds(finding, &path_of(finding.place));
    let found: Vec<Finding> = found.into_iter().filter(is_new).collect();
    report.unused_suppressions.retain(|unused| {
        let path = path_of(unused.place);
        !found.iter().any(|finding| {
            finding.suppressed.is_some()
                && (0..=1).contains(&finding.place.line.wrapping_sub(unused.place.line))
                && path_of(finding.place) == path
        })
    });
    report.findings.extend(found);
}

/// Secrets that other rules tell, by path.
#[derive(Default)]
struct Told {
    hashes: HashSet<(String, String)>,
    /// Spans of which nobody else knows which secret they hold: the whole of a text in which a rule
    /// for files finds a part.
    spans: HashMap<String, Vec<Place>>,
}

impl Told {
    fn new(by_others: &[Finding], found: &[Finding], path_of: &dyn Fn(Place) -> String) -> Self {
        let key = |finding: &Finding| {
            let hash = finding.secret.as_ref()?.hash.clone();
            Some((path_of(finding.place), hash))
        };
        let found: HashSet<(String, String)> = found.iter().filter_map(key).collect();
        let mut told = Self::default();
        for finding in by_others {
            let Some(key) = key(finding) else { continue };
            if !found.contains(&key) {
                told.spans.entry(key.0.clone()).or_default().push(finding.place);
            }
            told.hashes.insert(key);
        }
        told
    }

    /// Whether a secret of a file is told already: as the same text, or as a part of a span that
    /// begins on its line.
    fn holds(&self, finding: &Finding, path: &str) -> bool {
        let hash = finding.secret.as_ref().map_or("", |it| it.hash.as_str());
        let at = finding.place;
        let holds = |span: &Place| {
            span.line == at.line
                && span.column <= at.column
                && (at.line, at.column) < (span.end_line, span.end_column)
        };
        self.hashes.contains(&(path.to_owned(), hash.to_owned()))
            || self.spans.get(path).is_some_and(|spans| spans.iter().any(holds))
    }
}

#[cfg(test)]
mod tests {
    use finding::{Finding, Secret};
    use report::Report;
    use source_text::Place;

    use super::join;

    /// A secret on line 3, from one column to another.
    fn secret(hash: &str, column: u32, end_column: u32) -> Finding {
        let rule = rules::by_name("secret-in-file").unwrap();
        let place = Place { line: 3, column, end_line: 3, end_column, ..Place::default() };
        let told = Secret {
            kind: "password".to_owned(),
            hash: hash.to_owned(),
            preview: String::new(),
            commits: None,
        };
        rule.info.finding(place, "a secret").secret(told)
    }

    fn joined(by_others: Vec<Finding>, found: Vec<Finding>) -> Vec<String> {
        let mut report = Report { findings: by_others, ..Report::default() };
        join(found, &mut report, &|_| "template.yaml".to_owned());
        report.findings.into_iter().filter_map(|it| Some(it.secret?.hash)).collect()
    }

    #[test]
    fn another_secret_on_the_line_of_a_told_one_is_told() {
        let by_others = vec![secret("aaa", 10, 30)];
        let found = vec![secret("aaa", 10, 10), secret("bbb", 50, 50)];
        assert_eq!(joined(by_others, found), ["aaa", "bbb"]);
    }

    #[test]
    fn another_secret_within_the_span_of_a_call_is_told() {
        let by_others = vec![secret("aaa", 1, 80)];
        let found = vec![secret("aaa", 10, 10), secret("bbb", 50, 50)];
        assert_eq!(joined(by_others, found), ["aaa", "bbb"]);
    }

    #[test]
    fn a_part_of_what_a_rule_tells_as_a_whole_is_not_told_again() {
        let by_others = vec![secret("whole", 10, 60)];
        assert_eq!(joined(by_others.clone(), vec![secret("part", 40, 40)]), ["whole"]);
        assert_eq!(joined(by_others.clone(), vec![secret("part", 60, 60)]), ["whole", "part"]);
        assert_eq!(joined(by_others, vec![secret("part", 9, 9)]), ["whole", "part"]);
    }
}
