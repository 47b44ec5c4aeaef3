//! Subsegments of X-Ray, as datagrams for its daemon.
//!
//! Source: X-Ray Developer Guide, "Segment documents", "Sending segment documents to the X-Ray
//! daemon" (read 2026-11-26).

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::{
    tally::{Invocation, Status, milliseconds},
    trace::to_hex,
};

/// What every datagram begins with.
const HEADER: &str = "{\"format\": \"json\", \"version\": 1}\n";

/// The datagram of an invocation; `None` where its trace is not kept or has no span above it.
pub(crate) fn datagram(invocation: &Invocation, id: [u8; 8]) -> Option<Vec<u8>> {
    let trace = invocation.trace.filter(|trace| trace.sampled)?;
    let parent = trace.parent?;
    let document = json!({
        "name": "faasguard",
        "type": "subsegment",
        "id": to_hex(&id),
        "trace_id": trace.root_text(),
        "parent_id": to_hex(&parent),
        "start_time": seconds(invocation.started),
        "end_time": seconds(invocation.started + invocation.duration),
        "fault": invocation.status == Status::Error,
        "error": invocation.status == Status::Refused,
        "annotations": {
            "faasguard_status": invocation.status.name(),
            "faasguard_cold_start": invocation.init.is_some(),
        },
        "metadata": { "faasguard": {
            "request_id": invocation.request_id,
            "guard_ms": milliseconds(invocation.guard),
        }},
    });
    Some([HEADER.as_bytes(), document.to_string().as_bytes()].concat())
}

/// Seconds since 1970 with microseconds.
fn seconds(time: SystemTime) -> Value {
    let since: Duration = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    json!((since.as_secs_f64() * 1e6).round() / 1e6)
}
