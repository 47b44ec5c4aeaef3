//! What the platform tells through the Telemetry API.

use serde_json::Value;

/// Most reports that wait to be told on.
const MOST_REPORTS: usize = 10_000;

/// What the platform says of an invocation when it is over.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// Its request id.
    pub request_id: String,
    /// `success`, `error`, `failure` or `timeout`.
    pub status: String,
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
    /// How long it is paid for, in milliseconds.
    pub billed_ms: f64,
    /// Most memory it used, in megabytes.
    pub max_memory_mb: f64,
    /// How long the environment took to start, in milliseconds; the first invocation has it.
    pub init_ms: Option<f64>,
}

/// Reports put together out of batches.
#[derive(Debug, Default)]
pub struct Platform {
    /// Not yet told on, oldest first.
    pub reports: Vec<Report>,
    /// Records that the platform could not deliver.
    pub dropped: u64,
    /// Reports that found no room here.
    pub overflow: u64,
    /// All reports so far.
    pub seen: u64,
}

impl Platform {
    /// Takes one batch: a list of events. `false` when it is none. Events of other kinds and
    /// events that are not as they should be are passed over: the API adds kinds over time.
    pub fn add(&mut self, batch: &[u8]) -> bool {
        let Ok(Value::Array(events)) = serde_json::from_slice(batch) else { return false };
        for event in &events {
            let kind = event.get("type").and_then(Value::as_str).unwrap_or_default();
            let Some(record) = event.get("record") else { continue };
            match kind {
                "platform.report" => self.add_report(record),
                "platform.logsDropped" => {
                    let lost = record.get("droppedRecords").and_then(Value::as_u64);
                    self.dropped = self.dropped.saturating_add(lost.unwrap_or(1));
                }
                _ => {}
            }
        }
        true
    }

    fn add_report(&mut self, record: &Value) {
        let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
        let metric = |name: &str| record.get("metrics")?.get(name)?.as_f64();
        self.seen += 1;
        if self.reports.len() >= MOST_REPORTS {
            self.overflow += 1;
            return;
        }
        self.reports.push(Report {
            request_id: text("requestId").chars().take(100).collect(),
            status: text("status").chars().take(20).collect(),
            duration_ms: metric("durationMs").unwrap_or_default(),
            billed_ms: metric("billedDurationMs").unwrap_or_default(),
            max_memory_mb: metric("maxMemoryUsedMB").unwrap_or_default(),
            init_ms: metric("initDurationMs"),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::Platform;

    #[test]
    fn reports_are_taken_and_the_rest_is_passed_over() {
        let mut platform = Platform::default();
        let batch = br#"[{"type":"platform.start","record":{}},{"type":"function","record":"x"},{"type":1},
            {"type":"platform.report","record":{"requestId":"r-1","status":"success","metrics":{"durationMs":2.5,"billedDurationMs":3,"maxMemoryUsedMB":40,"initDurationMs":99.5}}},
            {"type":"platform.logsDropped","record":{"droppedRecords":7}}]"#;
        assert!(platform.add(batch));
        let report = &platform.reports[0];
        assert_eq!((report.request_id.as_str(), report.billed_ms), ("r-1", 3.0));
        assert_eq!((report.init_ms, platform.dropped), (Some(99.5), 7));
        assert!(!platform.add(b"{}") && !platform.add(b"["));
    }
}
