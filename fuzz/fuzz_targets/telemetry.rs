//! What the platform tells, any bytes: batches of the Telemetry API and headers of traces; and the
//! values that are put into sample events.
#![no_main]

use guard_emulator::{SAMPLES, set};
use guard_telemetry::{Platform, TraceHeader};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let mut platform = Platform::default();
    platform.add(data);
    assert!(platform.reports.len() as u64 <= platform.seen);
    let text = String::from_utf8_lossy(data);
    if let Some(trace) = TraceHeader::parse(&text) {
        let again = TraceHeader::parse(&format!("Root={}", trace.root_text()));
        assert_eq!(again.map(|again| again.root), Some(trace.root));
    }
    let sample = &SAMPLES[data.first().map_or(0, |byte| usize::from(*byte)) % SAMPLES.len()];
    let before: Value = serde_json::from_str(sample.text).unwrap();
    let mut event = before.clone();
    if set(&mut event, &text).is_err() {
        assert_eq!(event, before);
    }
});
