//! What a reporter is given: the result of one scan as plain data.

use std::fmt;

use finding::{Closed, Finding, RuleFacts, RuleKey, Severity};
use serde::Serialize;
use source_text::{Diagnostic, Place, Sources};

use crate::Graph;

/// The result of one scan.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Version of the program, such as `0.1.0`.
    pub tool_version: String,
    /// The scanned root as the user named it; shown in headings only, paths are relative to it.
    pub root: String,
    /// The counts.
    pub summary: Summary,
    /// Every function found, in the order in which they should be listed.
    pub functions: Vec<FunctionRow>,
    /// The index of advisories that components were looked up in; `None` when none was given.
    pub vulndb: Option<Vulndb>,
    /// Every finding, suppressed ones too; reporters sort.
    pub findings: Vec<Finding>,
    /// What could not be read, or was read with a doubt.
    pub diagnostics: Vec<Diagnostic>,
    /// Suppressions that hide nothing any more.
    pub unused_suppressions: Vec<UnusedSuppression>,
    /// Findings of an earlier result that are gone; `None` when none was given.
    pub closed: Option<Vec<Closed>>,
    /// What is to be said of the known flaws that were looked at, for others.
    pub vex: Vex,
    /// What forms for other services ask for beside the findings.
    pub surroundings: Surroundings,
    /// The picture of the application, for the page; empty when it was not asked for.
    pub graph: Graph,
}

/// When and where a scan was made, and what it is about, as far as forms for other services ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// When the scan was made, RFC 3339 in UTC; empty when no form asks.
    pub time: String,
    /// Account of the deployment, twelve digits; empty when it is not known.
    pub account: String,
    /// Region of the deployment; empty when it is not known.
    pub region: String,
    /// The folder that paths are relative to, as seen from where the program runs, with `/`; empty when
    /// it is that folder, or lies outside of it.
    pub folder: String,
}

/// What is to be said of known flaws.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vex {
    /// Name of the application.
    pub application: String,
    /// When the scan was made, RFC 3339 in UTC.
    pub time: String,
    /// One a flaw and package.
    pub judged: Vec<vex::Judged>,
}

/// An index of advisories.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Vulndb {
    /// When its sources were taken, RFC 3339 in UTC.
    pub date: String,
    /// SHA-256 of the index, in hexadecimal.
    pub sha256: String,
    /// Advisories in it.
    pub advisories: u64,
}

/// The counts of one scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Findings that are not suppressed.
    pub critical: usize,
    /// Findings that are not suppressed.
    pub high: usize,
    /// Findings that are not suppressed.
    pub medium: usize,
    /// Findings that are not suppressed.
    pub low: usize,
    /// Findings that the user accepted.
    pub suppressed: usize,
    /// Files that were read, whole or in part.
    pub files_scanned: usize,
    /// Of those, files of code.
    pub code_files: usize,
    /// Of those, files of which something could not be read: a diagnostic names it.
    pub files_in_part: usize,
    /// Files that were meant to be read and were not at all.
    pub files_not_scanned: usize,
    /// Functions found.
    pub functions: usize,
    /// Of those, functions whose code was not looked at, as it is not there; a note tells why.
    pub functions_without_code: usize,
    /// Components that functions and lock files name, the same in two packages counted twice.
    pub components: usize,
    /// Of those, components that were not looked up in an index of advisories.
    pub components_not_looked_up: usize,
    /// Checks that a value known only at deployment left without an answer.
    pub undetermined: usize,
    /// Wall-clock time of the scan, in milliseconds.
    pub elapsed_ms: u64,
}

impl Summary {
    /// Sets the five counts of findings, and leaves the rest as it is.
    #[must_use]
    pub fn count(self, findings: &[Finding]) -> Self {
        let open = |severity| {
            findings.iter().filter(|it| it.suppressed.is_none() && it.severity == severity).count()
        };
        Self {
            critical: open(Severity::Critical),
            high: open(Severity::High),
            medium: open(Severity::Medium),
            low: open(Severity::Low),
            suppressed: findings.iter().filter(|finding| finding.suppressed.is_some()).count(),
            ..self
        }
    }

    /// Number of findings of a severity that are not suppressed.
    #[must_use]
    pub fn of(&self, severity: Severity) -> usize {
        match severity {
            Severity::Critical => self.critical,
            Severity::High => self.high,
            Severity::Medium => self.medium,
            Severity::Low => self.low,
        }
    }

    /// Whether something that should have been looked at was not.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.files_not_scanned + self.files_in_part > 0
    }

    /// Number of findings that are not suppressed.
    #[must_use]
    pub fn open(&self) -> usize {
        self.critical + self.high + self.medium + self.low
    }
}

/// One function of the application, as listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FunctionRow {
    /// Logical name in the template.
    pub name: String,
    /// Runtime, such as `python3.13`; `None` for container images and when unknown.
    pub runtime: Option<String>,
    /// Handler as written.
    pub handler: Option<String>,
    /// Folder, archive or image of the code.
    pub code: Option<String>,
    /// Logical name or ARN of the role.
    pub role: Option<String>,
    /// What starts it.
    pub triggers: Vec<TriggerRow>,
    /// Where it is declared.
    pub place: Place,
}

/// One way to start a function.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TriggerRow {
    /// Kind, kebab-case: `http-api`, `sqs`, `schedule`.
    pub kind: String,
    /// Route, queue, bucket or schedule; `None` when the kind says it all.
    pub route: Option<String>,
    /// Who can reach it: `internet`, `account`, `service`, `unknown`.
    pub exposure: String,
    /// How a caller proves who it is: `none`, `iam`, `jwt`, `unknown`.
    pub auth: String,
}

/// A suppression that hid nothing in this scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnusedSuppression {
    /// Where it is written.
    pub place: Place,
    /// The rule as the user named it: an id or a name.
    pub rule: String,
    /// In words, why it is unused: `no such finding`, `expired on 2026-01-31`, `no such rule`.
    pub reason: String,
}

/// What a reporter looks up: texts of files, and what rules say of themselves.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Paths and texts of every file that a place of the report points into.
    pub sources: &'a Sources,
    /// What rules say of themselves.
    pub rule: &'a dyn RuleBook,
}

/// Who knows what rules say of themselves.
pub trait RuleBook {
    /// What a rule says of itself; `None` for one that is not known.
    fn facts(&self, key: RuleKey) -> Option<RuleFacts<'_>>;
}

impl<F: Fn(RuleKey) -> Option<RuleFacts<'static>>> RuleBook for F {
    fn facts(&self, key: RuleKey) -> Option<RuleFacts<'_>> {
        self(key)
    }
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("sources", self.sources).finish_non_exhaustive()
    }
}

impl Context<'_> {
    /// Name of a rule in words, or `unknown-rule`.
    pub(crate) fn rule_name(&self, key: RuleKey) -> &str {
        self.facts(key).map_or("unknown-rule", |facts| facts.name)
    }

    /// What a rule says of itself.
    pub(crate) fn facts(&self, key: RuleKey) -> Option<RuleFacts<'_>> {
        self.rule.facts(key)
    }

    /// The risk that a rule belongs to: `SAS-4`.
    pub(crate) fn risk(&self, key: RuleKey) -> String {
        let risk = key.sas().map(|id| id.risk).or_else(|| Some(self.facts(key)?.risk));
        risk.map_or_else(|| "unknown".to_owned(), |risk| format!("SAS-{risk}"))
    }

    /// The entry of OWASP's Serverless Top 10 that a rule belongs to, or `Other`.
    pub(crate) fn owasp(&self, key: RuleKey) -> &str {
        let of_risk = || key.sas().and_then(|id| finding::risk(id.risk)).map(|risk| risk.owasp);
        self.facts(key).map(|facts| facts.owasp).or_else(of_risk).unwrap_or("Other")
    }

    /// `path:line:column`, or the path alone for a whole file.
    pub(crate) fn place(&self, place: Place) -> String {
        let path = self.sources.path(place.file);
        if place.is_whole() { path } else { format!("{path}:{}:{}", place.line, place.column) }
    }
}

impl Report {
    /// A path of the report as seen from where the program runs: what lies in a repository is told so.
    pub(crate) fn path_from_here(&self, path: &str) -> String {
        let folder = self.surroundings.folder.trim_end_matches('/');
        if folder.is_empty() || path.is_empty() {
            return path.to_owned();
        }
        format!("{folder}/{path}")
    }

    /// The findings in an order that no thread scheduling changes: file, place, rule, names.
    pub(crate) fn findings_by_place(&self, context: &Context<'_>) -> Vec<&Finding> {
        let mut findings: Vec<_> = self
            .findings
            .iter()
            .map(|finding| (context.sources.path(finding.place.file), finding))
            .collect();
        findings.sort_by(|(left_path, left), (right_path, right)| {
            let key = |finding: &Finding| (finding.place, finding.rule);
            (left_path, key(left))
                .cmp(&(right_path, key(right)))
                .then_with(|| left.function.cmp(&right.function))
                .then_with(|| left.resource.cmp(&right.resource))
                .then_with(|| left.property.cmp(&right.property))
                .then_with(|| left.message.cmp(&right.message))
        });
        findings.into_iter().map(|(_, finding)| finding).collect()
    }

    /// The diagnostics, most lost first, then by file and place.
    pub(crate) fn diagnostics_by_loss(&self, context: &Context<'_>) -> Vec<&Diagnostic> {
        let mut diagnostics: Vec<_> = self.diagnostics.iter().collect();
        diagnostics.sort_by_cached_key(|it| {
            (
                std::cmp::Reverse(it.level),
                context.sources.path(it.place.file),
                it.place,
                it.message.clone(),
            )
        });
        diagnostics
    }
}
