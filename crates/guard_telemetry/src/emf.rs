//! CloudWatch's embedded metric format: lines of the log that are metrics.
//!
//! Source: CloudWatch User Guide, "Specification: Embedded metric format" (read 2026-11-26): at most
//! 100 metrics and 30 dimensions a directive.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use crate::{
    platform::Report,
    tally::{Counts, Function, Invocation, Status, class_name, milliseconds},
};

/// The namespace of all metrics.
const NAMESPACE: &str = "faasguard";

/// One line in the making.
struct Line {
    metrics: Vec<Value>,
    dimensions: Vec<&'static str>,
    members: Map<String, Value>,
}

impl Line {
    fn new(function: &Function) -> Self {
        let mut members = Map::new();
        members.insert("function".to_owned(), json!(function.name));
        Self { metrics: Vec::new(), dimensions: vec!["function"], members }
    }

    fn dimension(&mut self, name: &'static str, value: &str) {
        self.dimensions.push(name);
        self.members.insert(name.to_owned(), json!(value));
    }

    fn property(&mut self, name: &str, value: Value) {
        self.members.insert(name.to_owned(), value);
    }

    fn metric(&mut self, name: &str, unit: &str, value: Value) {
        self.metrics.push(json!({ "Name": name, "Unit": unit }));
        self.members.insert(name.to_owned(), value);
    }

    fn count(&mut self, name: &str, count: u64) {
        self.metric(name, "Count", json!(count));
    }

    fn time(&mut self, name: &str, duration: Duration) {
        self.metric(name, "Milliseconds", json!(milliseconds(duration)));
    }

    /// Writes it with its line end; nothing when it has no metric.
    fn write(self, at: SystemTime, out: &mut Vec<u8>) {
        if self.metrics.is_empty() {
            return;
        }
        let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let mut line = Map::new();
        let directive = json!({
            "Timestamp": u64::try_from(since.as_millis()).unwrap_or(u64::MAX),
            "CloudWatchMetrics": [{
                "Namespace": NAMESPACE,
                "Dimensions": [self.dimensions],
                "Metrics": self.metrics,
            }],
        });
        line.insert("_aws".to_owned(), directive);
        line.extend(self.members);
        out.extend_from_slice(Value::Object(line).to_string().as_bytes());
        out.push(b'\n');
    }
}

/// The line of one invocation.
pub(crate) fn invocation(function: &Function, invocation: &Invocation, out: &mut Vec<u8>) {
    let mut line = Line::new(function);
    line.property("requestId", json!(invocation.request_id));
    if let Some(trace) = &invocation.trace {
        line.property("traceId", json!(trace.root_text()));
    }
    line.count("Invocations", 1);
    line.count("ColdStarts", u64::from(invocation.init.is_some()));
    line.count("Errors", u64::from(invocation.status == Status::Error));
    line.count("Refused", u64::from(invocation.status == Status::Refused));
    line.time("Duration", invocation.duration);
    line.time("GuardDuration", invocation.guard);
    if let Some(init) = invocation.init {
        line.time("InitDuration", init);
    }
    if let Some(bytes) = invocation.peak_memory {
        line.metric("PeakMemory", "Bytes", json!(bytes));
    }
    line.write(invocation.started + invocation.duration, out);
}

/// The lines of what the guard did: one of totals, one for each class of attack.
pub(crate) fn counts(function: &Function, counts: &Counts, at: SystemTime, out: &mut Vec<u8>) {
    let mut line = Line::new(function);
    counts.named().for_each(|(name, count)| line.count(name, count));
    line.write(at, out);
    for (name, by_class) in [("Blocked", &counts.blocked), ("Flagged", &counts.flagged)] {
        for (class, count) in by_class {
            let mut line = Line::new(function);
            line.dimension("class", class_name(*class));
            line.count(name, *count);
            line.write(at, out);
        }
    }
}

/// The line of what the platform says of an invocation.
pub(crate) fn report(function: &Function, report: &Report, at: SystemTime, out: &mut Vec<u8>) {
    let mut line = Line::new(function);
    line.property("requestId", json!(report.request_id));
    line.metric("PlatformDuration", "Milliseconds", json!(report.duration_ms));
    line.metric("BilledDuration", "Milliseconds", json!(report.billed_ms));
    line.metric("MaxMemoryUsed", "Megabytes", json!(report.max_memory_mb));
    if let Some(init) = report.init_ms {
        line.metric("PlatformInitDuration", "Milliseconds", json!(init));
    }
    line.count("Timeouts", u64::from(report.status == "timeout"));
    line.count(
        "PlatformErrors",
        u64::from(!matches!(report.status.as_str(), "success" | "timeout")),
    );
    line.write(at, out);
}

/// The line of records that the platform dropped before they reached the listener.
pub(crate) fn dropped(function: &Function, records: u64, at: SystemTime, out: &mut Vec<u8>) {
    let mut line = Line::new(function);
    line.count("LogsDropped", records);
    line.write(at, out);
}
