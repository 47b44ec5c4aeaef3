//! The documents as this crate reads them: what pages show, nothing else. Members that are not known are
//! passed over, those that are missing are empty.

use call_chains::Chains;
use finding::Severity;
use serde::{Deserialize, Deserializer};

pub use alert_form::Alert;

/// Of `faasguard-scan/1`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Scan {
    pub(crate) tool: Tool,
    pub(crate) root: String,
    pub(crate) summary: Summary,
    pub(crate) vulndb: Option<Vulndb>,
    pub(crate) functions: Vec<Function>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) graph: Option<Graph>,
    /// What an earlier result had and this one does not; `None` without an earlier result.
    pub(crate) closed: Option<Vec<Closed>>,
}

/// A finding that is closed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Closed {
    pub(crate) rule: String,
    pub(crate) name: String,
    pub(crate) severity: String,
    pub(crate) message: String,
    pub(crate) function: Option<String>,
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) since: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Tool {
    pub(crate) version: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Vulndb {
    pub(crate) date: String,
    pub(crate) advisories: u64,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Summary {
    pub(crate) files_scanned: usize,
    pub(crate) files_in_part: usize,
    pub(crate) files_not_scanned: usize,
    pub(crate) functions: usize,
    pub(crate) functions_without_code: usize,
    pub(crate) components: usize,
    pub(crate) components_not_looked_up: usize,
    pub(crate) undetermined: usize,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) runtime: Option<String>,
    pub(crate) handler: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) role: Option<String>,
    pub(crate) triggers: Vec<Trigger>,
    pub(crate) place: Place,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Trigger {
    pub(crate) kind: String,
    pub(crate) route: Option<String>,
    pub(crate) exposure: Option<String>,
    pub(crate) auth: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(default)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) end_line: u32,
    pub(crate) end_column: u32,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Finding {
    pub(crate) rule: String,
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) risk: String,
    #[serde(default)]
    pub(crate) owasp: String,
    #[serde(default)]
    pub(crate) cwe: Vec<u32>,
    #[serde(deserialize_with = "severity")]
    pub(crate) severity: Severity,
    #[serde(default)]
    pub(crate) confidence: String,
    #[serde(default)]
    pub(crate) function: Option<String>,
    #[serde(default)]
    pub(crate) resource: Option<String>,
    #[serde(default)]
    pub(crate) property: Option<String>,
    #[serde(default)]
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) place: Place,
    #[serde(default)]
    pub(crate) trace: Vec<Hop>,
    #[serde(default)]
    pub(crate) path: Vec<String>,
    #[serde(default)]
    pub(crate) fix: Option<Fix>,
    #[serde(default)]
    pub(crate) when: Option<String>,
    #[serde(default)]
    pub(crate) secret: Option<Secret>,
    #[serde(default)]
    pub(crate) component: Option<Component>,
    #[serde(default)]
    pub(crate) advisories: Vec<String>,
    #[serde(default)]
    pub(crate) fingerprint: String,
    #[serde(default)]
    pub(crate) suppressed: Option<Suppressed>,
    #[serde(default)]
    pub(crate) evidence: Option<Vec<Evidence>>,
}

impl Finding {
    /// The evidence; none where the scan had nothing to look at.
    pub(crate) fn evidence(&self) -> &[Evidence] {
        self.evidence.as_deref().unwrap_or_default()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Hop {
    pub(crate) place: Place,
    pub(crate) note: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fix {
    pub(crate) description: String,
    pub(crate) safe: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Secret {
    pub(crate) kind: String,
    pub(crate) preview: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Component {
    pub(crate) purl: String,
    pub(crate) fixed: Option<String>,
    pub(crate) reach: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Suppressed {
    pub(crate) source: String,
    pub(crate) reason: Option<String>,
    pub(crate) until: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Diagnostic {
    pub(crate) level: String,
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) message: String,
}

/// Of `faasguard-graph/1`, and the member `graph` of a scan.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<GraphNode>,
    pub(crate) edges: Vec<GraphEdge>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct GraphNode {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) kind: String,
    pub(crate) risk: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct GraphEdge {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) label: String,
    pub(crate) danger: bool,
}

/// Of `faasguard-iam/1`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Permissions {
    pub(crate) functions: Vec<Privileges>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Privileges {
    pub(crate) function: String,
    pub(crate) template: String,
    /// As IAM takes it.
    pub(crate) policy: serde_json::Value,
    pub(crate) size: usize,
    pub(crate) complete: bool,
    pub(crate) grants: Vec<Grant>,
    pub(crate) incomplete: Vec<Gap>,
    pub(crate) unused: Vec<Granted>,
    pub(crate) broader: Vec<Granted>,
    pub(crate) missing: Vec<Grant>,
    pub(crate) proposals: Vec<Proposal>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Grant {
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) reasons: Vec<Reason>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Reason {
    pub(crate) source: String,
    pub(crate) place: Option<Place>,
    pub(crate) note: Option<String>,
    pub(crate) count: Option<u64>,
    pub(crate) last_used: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Gap {
    pub(crate) place: Place,
    pub(crate) reason: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Granted {
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) place: Place,
    pub(crate) needed: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Proposal {
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) reason: String,
}

/// Of `faasguard-trail-usage/1`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Usage {
    pub(crate) principals: Vec<Principal>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Principal {
    pub(crate) arn: String,
    pub(crate) kind: String,
    pub(crate) events: u64,
    pub(crate) sessions: Sessions,
    pub(crate) actions: Vec<Used>,
}

/// Names of sessions, of which some are told; those of a function's role are names of functions.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sessions {
    pub(crate) some: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Used {
    pub(crate) action: String,
    pub(crate) count: u64,
    pub(crate) denied: u64,
    pub(crate) first: Option<String>,
    pub(crate) last: Option<String>,
}

/// Of `faasguard-checklist/1`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Checklist {
    pub(crate) totals: Totals,
    pub(crate) items: Vec<Item>,
    pub(crate) functions: Vec<Row>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Totals {
    pub(crate) pass: u64,
    pub(crate) fail: u64,
    pub(crate) not_known: u64,
    pub(crate) not_applicable: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Item {
    pub(crate) group: String,
    pub(crate) title: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Row {
    pub(crate) function: String,
    pub(crate) cells: Vec<Cell>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Cell {
    pub(crate) item: String,
    pub(crate) verdict: String,
    pub(crate) rules: Vec<String>,
    pub(crate) place: Option<Place>,
    pub(crate) note: String,
}

/// A security event of the guard, out of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuardLine {
    /// RFC 3339 in UTC, where the log says it.
    pub time: Option<String>,
    /// The function, where the log says it.
    pub function: Option<String>,
    /// `event-blocked`, `egress-denied` …
    pub kind: String,
    /// Class of the attack: `sql`.
    pub class: Option<String>,
    /// Id of the invocation.
    pub request_id: Option<String>,
    /// What happened.
    pub detail: String,
}

/// A series that was examined and drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metric {
    /// Its name.
    pub name: String,
    /// How many points it has.
    pub points: usize,
    /// First and last time, as in the input.
    pub span: Option<(String, String)>,
    /// The drawing: a document of its own, which holds no script.
    pub svg: String,
    /// What is anomalous in it.
    pub alerts: Vec<MetricAlert>,
}

/// An anomaly of a series.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MetricAlert {
    /// First and last time, as in the input.
    pub span: (String, String),
    /// `spike`, `drop`, `level` …
    pub kind: String,
    /// `low`, `medium`, `high`, `critical`
    pub severity: String,
    /// 0 to 1.
    pub score: f64,
    /// Why.
    pub explanation: String,
}

/// An answer of the lake to a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Name of the question: `denied-calls`.
    pub name: String,
    /// The question, a sentence.
    pub question: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows, a text a column.
    pub rows: Vec<Vec<String>>,
    /// Rows that were answered and not kept.
    pub beyond: usize,
    /// Why it was not answered.
    pub fault: Option<String>,
}

/// What `iam generate --write` would do to a template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyWrites {
    /// The template, by its path in the scan.
    pub template: String,
    /// Each function with what becomes of its policy, or why it is left alone.
    pub functions: Vec<(String, String)>,
    /// The change of the template as a unified diff; empty when nothing changes.
    pub diff: String,
}

/// What proves or clouds a finding beside the text of templates and code: runs, trails, attestations.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Evidence {
    /// `seen-at-runtime`, `never-used`, `unknown-revision`, `blocked` …
    pub(crate) kind: String,
    pub(crate) text: String,
    pub(crate) count: Option<u64>,
    pub(crate) first: Option<String>,
    pub(crate) last: Option<String>,
    /// Where it was seen.
    pub(crate) source: Option<String>,
}

/// Everything that can be given; `None` was not.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(crate) scan: Option<Scan>,
    pub(crate) graph: Option<Graph>,
    pub(crate) permissions: Option<Permissions>,
    pub(crate) checklist: Option<Checklist>,
    pub(crate) usage: Option<Usage>,
    pub(crate) policy_writes: Vec<PolicyWrites>,
    pub(crate) alerts: Option<Vec<Alert>>,
    pub(crate) guard: Option<Vec<GuardLine>>,
    pub(crate) metrics: Option<Vec<Metric>>,
    pub(crate) chains: Option<Chains>,
    pub(crate) lake: Option<Vec<Table>>,
    /// When the lake was asked: `2026-01-31 10:00:00 UTC`.
    pub(crate) lake_asked: String,
}

fn severity<'de, D: Deserializer<'de>>(from: D) -> Result<Severity, D::Error> {
    let word = String::deserialize(from)?;
    word.parse().map_err(serde::de::Error::custom)
}
