//! Documents in: what each is, by what it says of itself.

use std::fmt;

use call_chains::Reader;
use serde::Deserialize;

use crate::documents::{
    Alert, Checklist, Given, Graph, GuardLine, Metric, Permissions, PolicyWrites, Scan, Table,
    Usage,
};

/// Alerts that are kept; the newest lines of a longer file are counted only.
const MOST_ALERTS: usize = 200_000;
/// Events of the guard that are kept.
const MOST_GUARD_LINES: usize = 500_000;
/// Inputs and remarks that are listed.
const MOST_REMARKS: usize = 1_000;

/// What was given, and what is to be said of it.
#[derive(Debug, Default)]
pub struct Documents {
    pub(crate) given: Given,
    traces: Option<Reader>,
    /// Each input with what it was taken as.
    pub(crate) inputs: Vec<(String, String)>,
    /// What was not read, in part or whole.
    pub(crate) remarks: Vec<String>,
}

/// Why a document was not taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentError {
    /// It is no JSON object with a member `schema`.
    NoSchema,
    /// Its schema is that of another kind of document.
    OtherSchema(String),
    /// Its members are not those of its schema.
    Malformed(String),
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSchema => f.write_str(
                "it is no JSON document of this program: no `schema`; write it with `--format json`",
            ),
            Self::OtherSchema(schema) => write!(
                f,
                "documents of `{schema}` are not shown; scan, graph, iam, checklist and usage are"
            ),
            Self::Malformed(reason) => write!(f, "it is not as its schema says: {reason}"),
        }
    }
}

impl std::error::Error for DocumentError {}

#[derive(Deserialize)]
struct Head {
    schema: Option<String>,
}

impl Documents {
    /// Takes a JSON document of this program: a scan, a graph, permissions, a checklist, usage. A second scan
    /// adds to the first.
    ///
    /// # Errors
    /// [`DocumentError`] when it is none of these.
    pub fn add_json(&mut self, name: &str, bytes: &[u8]) -> Result<(), DocumentError> {
        fn read<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Result<T, DocumentError> {
            serde_json::from_slice(bytes).map_err(|it| DocumentError::Malformed(it.to_string()))
        }
        let head: Head = serde_json::from_slice(bytes).map_err(|_| DocumentError::NoSchema)?;
        let schema = head.schema.ok_or(DocumentError::NoSchema)?;
        match schema.as_str() {
            "faasguard-scan/1" => self.add_scan(read(bytes)?),
            "faasguard-graph/1" => {
                let graph: Graph = read(bytes)?;
                let all = self.given.graph.get_or_insert_default();
                all.nodes.extend(graph.nodes);
                all.edges.extend(graph.edges);
            }
            "faasguard-iam/1" => {
                let read: Permissions = read(bytes)?;
                self.given.permissions.get_or_insert_default().functions.extend(read.functions);
            }
            "faasguard-checklist/1" => self.given.checklist = Some(read::<Checklist>(bytes)?),
            "faasguard-trail-usage/1" => {
                let read: Usage = read(bytes)?;
                self.given.usage.get_or_insert_default().principals.extend(read.principals);
            }
            _ => return Err(DocumentError::OtherSchema(schema)),
        }
        self.input(name, &schema);
        Ok(())
    }

    fn add_scan(&mut self, mut scan: Scan) {
        if let Some(graph) = scan.graph.take() {
            let all = self.given.graph.get_or_insert_default();
            all.nodes.extend(graph.nodes);
            all.edges.extend(graph.edges);
        }
        let Some(first) = &mut self.given.scan else {
            self.given.scan = Some(scan);
            return;
        };
        first.root = format!("{}, {}", first.root, scan.root);
        first.functions.extend(scan.functions);
        first.findings.extend(scan.findings);
        first.diagnostics.extend(scan.diagnostics);
        if let Some(closed) = scan.closed {
            first.closed.get_or_insert_default().extend(closed);
        }
        let (one, two) = (&mut first.summary, scan.summary);
        one.files_scanned += two.files_scanned;
        one.files_in_part += two.files_in_part;
        one.files_not_scanned += two.files_not_scanned;
        one.functions += two.functions;
        one.functions_without_code += two.functions_without_code;
        one.components += two.components;
        one.components_not_looked_up += two.components_not_looked_up;
        one.undetermined += two.undetermined;
        // Looked up is only what was looked up in both.
        first.vulndb = first.vulndb.take().filter(|_| scan.vulndb.is_some());
    }

    /// Takes alerts of `trail detect --format jsonl`, one a line; gives how many lines were none.
    pub fn add_alerts(&mut self, name: &str, bytes: &[u8]) -> usize {
        let alerts = self.given.alerts.get_or_insert_default();
        let (mut odd, mut beyond) = (0, 0);
        for line in bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii) {
            if line.is_empty() {
                continue;
            }
            if alerts.len() >= MOST_ALERTS {
                beyond += 1;
                continue;
            }
            match Alert::parse(line) {
                Ok(alert) => alerts.push(alert),
                Err(_) => odd += 1,
            }
        }
        self.input(name, "alerts of `trail detect`");
        if odd > 0 {
            self.remark(format!(
                "{name}: {odd} lines are no alerts of `trail detect --format jsonl`"
            ));
        }
        if beyond > 0 {
            self.remark(format!("{name}: {beyond} alerts beyond {MOST_ALERTS} are not shown"));
        }
        odd
    }

    /// Takes events of the guard.
    pub fn add_guard(&mut self, name: &str, lines: Vec<GuardLine>) {
        let all = self.given.guard.get_or_insert_default();
        let room = MOST_GUARD_LINES.saturating_sub(all.len());
        let beyond = lines.len().saturating_sub(room);
        all.extend(lines.into_iter().take(room));
        self.input(name, "a log");
        if beyond > 0 {
            self.remark(format!("{name}: {beyond} events beyond {MOST_GUARD_LINES} are not shown"));
        }
    }

    /// Takes a series with its drawing.
    pub fn add_metric(&mut self, metric: Metric) {
        self.input(&metric.name, "a series of metrics");
        self.given.metrics.get_or_insert_default().push(metric);
    }

    /// Takes segments of X-Ray or spans of OpenTelemetry.
    ///
    /// # Errors
    /// [`call_chains::ReadError`] when there are none in it.
    pub fn add_traces(&mut self, name: &str, bytes: &[u8]) -> Result<(), call_chains::ReadError> {
        self.traces.get_or_insert_default().read(bytes)?;
        self.input(name, "traces");
        Ok(())
    }

    /// Takes what `iam generate --write` would do to a template.
    pub fn add_policy_writes(&mut self, writes: PolicyWrites) {
        self.given.policy_writes.push(writes);
    }

    /// Takes an answer of the lake; `asked` is when it was asked, as it is shown.
    pub fn add_table(&mut self, table: Table, asked: &str) {
        self.given.lake.get_or_insert_default().push(table);
        asked.clone_into(&mut self.given.lake_asked);
    }

    /// Something was given of which nothing came: its page must not say that nobody gave it.
    pub fn add_empty(&mut self, kind: &str) {
        match kind {
            "guard" => drop(self.given.guard.get_or_insert_default()),
            "metrics" => drop(self.given.metrics.get_or_insert_default()),
            _ => {}
        }
    }

    fn input(&mut self, name: &str, what: &str) {
        if self.inputs.len() < MOST_REMARKS {
            self.inputs.push((name.to_owned(), what.to_owned()));
        }
    }

    /// Keeps what is to be said of an input that was not read, or not whole.
    pub fn remark(&mut self, text: String) {
        if self.remarks.len() < MOST_REMARKS {
            self.remarks.push(text);
        }
    }

    /// What was given, put together.
    pub(crate) fn finish(mut self) -> (Given, Vec<(String, String)>, Vec<String>) {
        self.given.chains = self.traces.take().map(Reader::finish);
        (self.given, self.inputs, self.remarks)
    }
}
