//! Traces and metrics in the protocol of OpenTelemetry, protocol buffers over HTTP.
//!
//! Source: opentelemetry-proto 1.9 (`trace.proto`, `metrics.proto`, `resource.proto`); the field
//! numbers stand beside the fields.

use std::time::{Duration, SystemTime};

use crate::{
    platform::Report,
    proto::Message,
    tally::{Counts, Function, Invocation, Status, class_name},
};

/// Edges of the histograms of times, in milliseconds.
const EDGES_MS: [f64; 14] =
    [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 500.0, 1_000.0, 5_000.0];

/// `AGGREGATION_TEMPORALITY_DELTA`: an environment ends without notice, so that each message must
/// stand alone.
const DELTA: u64 = 1;

/// A span with the id that it got.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    pub(crate) id: [u8; 8],
    pub(crate) invocation: Invocation,
}

/// `ExportTraceServiceRequest`.
pub(crate) fn traces(function: &Function, spans: &[Span]) -> Vec<u8> {
    let mut request = Message::default();
    request.message(1, |resource_spans| {
        resource_spans.message(1, |to| resource(function, to)).message(2, |scope_spans| {
            scope_spans.message(1, scope);
            for span in spans {
                scope_spans.message(2, |to| write_span(span, to));
            }
        });
    });
    request.into_bytes()
}

fn write_span(span: &Span, to: &mut Message) {
    let Span { id, invocation } = span;
    let Some(trace) = &invocation.trace else { return };
    to.bytes(1, trace.root).bytes(2, id); // trace_id, span_id
    if let Some(parent) = trace.parent {
        to.bytes(4, parent); // parent_span_id
    }
    to.bytes(5, "faasguard"); // name
    to.number(6, 1); // kind: SPAN_KIND_INTERNAL
    to.fixed(7, nanoseconds(invocation.started)); // start_time_unix_nano
    to.fixed(8, nanoseconds(invocation.started + invocation.duration)); // end_time_unix_nano
    attribute(9, "faas.invocation_id", &invocation.request_id, to);
    to.message(9, |pair| {
        pair.bytes(1, "faas.coldstart").message(2, |value| {
            value.choice(2, invocation.init.is_some());
        });
    });
    attribute(9, "faasguard.status", invocation.status.name(), to);
    to.message(15, |status| {
        // STATUS_CODE_OK, STATUS_CODE_ERROR
        status.number(3, if invocation.status == Status::Success { 1 } else { 2 });
    });
}

/// What is told of an interval.
#[derive(Debug, Default)]
pub(crate) struct Interval<'a> {
    pub(crate) invocations: &'a [Invocation],
    pub(crate) reports: &'a [Report],
    pub(crate) counts: Option<&'a Counts>,
    /// From when, to when.
    pub(crate) from: Option<SystemTime>,
    pub(crate) to: Option<SystemTime>,
}

/// `ExportMetricsServiceRequest`.
pub(crate) fn metrics(function: &Function, interval: &Interval<'_>) -> Vec<u8> {
    let mut request = Message::default();
    request.message(1, |resource_metrics| {
        resource_metrics.message(1, |to| resource(function, to)).message(2, |scope_metrics| {
            scope_metrics.message(1, scope);
            write_metrics(interval, scope_metrics);
        });
    });
    request.into_bytes()
}

fn write_metrics(interval: &Interval<'_>, to: &mut Message) {
    let invocations = interval.invocations;
    if !invocations.is_empty() {
        let count = |wanted: &dyn Fn(&Invocation) -> bool| {
            invocations.iter().filter(|one| wanted(one)).count() as u64
        };
        sum(interval, "faas.invocations", &[(None, count(&|_| true))], to);
        sum(interval, "faas.coldstarts", &[(None, count(&|one| one.init.is_some()))], to);
        sum(interval, "faas.errors", &[(None, count(&|one| one.status == Status::Error))], to);
        sum(
            interval,
            "faasguard.refused",
            &[(None, count(&|one| one.status == Status::Refused))],
            to,
        );
        let times = |of: &dyn Fn(&Invocation) -> Option<Duration>| -> Vec<f64> {
            invocations.iter().filter_map(of).map(|time| time.as_secs_f64() * 1e3).collect()
        };
        histogram(interval, "faas.invoke_duration", &times(&|one| Some(one.duration)), to);
        histogram(interval, "faas.init_duration", &times(&|one| one.init), to);
        histogram(interval, "faasguard.duration", &times(&|one| Some(one.guard)), to);
        if let Some(peak) = invocations.iter().filter_map(|one| one.peak_memory).max() {
            gauge(interval, "faas.mem_usage", "By", peak, to);
        }
    }
    if !interval.reports.is_empty() {
        let billed: Vec<f64> = interval.reports.iter().map(|report| report.billed_ms).collect();
        histogram(interval, "faas.billed_duration", &billed, to);
        let timeouts = interval.reports.iter().filter(|report| report.status == "timeout").count();
        sum(interval, "faas.timeouts", &[(None, timeouts as u64)], to);
    }
    let Some(counts) = interval.counts else { return };
    for (name, by_class) in
        [("faasguard.blocked", &counts.blocked), ("faasguard.flagged", &counts.flagged)]
    {
        let points: Vec<_> =
            by_class.iter().map(|(class, count)| (Some(class_name(*class)), *count)).collect();
        sum(interval, name, &points, to);
    }
    for (name, count) in [
        ("faasguard.redacted", counts.redacted),
        ("faasguard.egress_denied", counts.egress_denied),
        ("faasguard.rate_refused", counts.rate_refused),
        ("faasguard.behaviour_events", counts.behaviour),
        ("faasguard.uninspected", counts.uninspected),
        ("faasguard.faults", counts.faults),
        ("faasguard.telemetry_dropped", counts.dropped),
    ] {
        if count > 0 {
            sum(interval, name, &[(None, count)], to);
        }
    }
}

/// A counter; each point may have a class.
fn sum(interval: &Interval<'_>, name: &str, points: &[(Option<&str>, u64)], to: &mut Message) {
    if points.is_empty() {
        return;
    }
    to.message(2, |metric| {
        metric.bytes(1, name).bytes(3, "1").message(7, |sum| {
            for (class, count) in points {
                sum.message(1, |point| {
                    times(interval, point);
                    point.fixed(6, *count); // as_int
                    if let Some(class) = class {
                        attribute(7, "class", class, point);
                    }
                });
            }
            sum.number(2, DELTA).number(3, 1); // is_monotonic
        });
    });
}

fn gauge(interval: &Interval<'_>, name: &str, unit: &str, value: u64, to: &mut Message) {
    to.message(2, |metric| {
        metric.bytes(1, name).bytes(3, unit).message(5, |gauge| {
            gauge.message(1, |point| {
                times(interval, point);
                point.fixed(6, value); // as_int
            });
        });
    });
}

fn histogram(interval: &Interval<'_>, name: &str, values: &[f64], to: &mut Message) {
    if values.is_empty() {
        return;
    }
    let mut buckets = [0_u64; EDGES_MS.len() + 1];
    for value in values {
        let at = EDGES_MS.iter().position(|edge| value <= edge).unwrap_or(EDGES_MS.len());
        if let Some(bucket) = buckets.get_mut(at) {
            *bucket += 1;
        }
    }
    let packed =
        |numbers: &mut dyn Iterator<Item = [u8; 8]>| numbers.flatten().collect::<Vec<u8>>();
    to.message(2, |metric| {
        metric.bytes(1, name).bytes(3, "ms").message(9, |histogram| {
            histogram
                .message(1, |point| {
                    times(interval, point);
                    point.fixed(4, values.len() as u64).double(5, values.iter().sum());
                    point.bytes(6, packed(&mut buckets.iter().map(|count| count.to_le_bytes())));
                    point.bytes(7, packed(&mut EDGES_MS.iter().map(|edge| edge.to_le_bytes())));
                })
                .number(2, DELTA);
        });
    });
}

/// `start_time_unix_nano` and `time_unix_nano` of every kind of point.
fn times(interval: &Interval<'_>, point: &mut Message) {
    point.fixed(2, interval.from.map_or(0, nanoseconds));
    point.fixed(3, interval.to.map_or(0, nanoseconds));
}

fn resource(function: &Function, to: &mut Message) {
    for (key, value) in [
        ("service.name", function.name.as_str()),
        ("faas.name", &function.name),
        ("faas.version", &function.version),
        ("cloud.region", &function.region),
    ] {
        if !value.is_empty() {
            attribute(1, key, value, to);
        }
    }
    if !function.region.is_empty() {
        attribute(1, "cloud.provider", "aws", to);
        attribute(1, "cloud.platform", "aws_lambda", to);
    }
}

fn scope(to: &mut Message) {
    to.bytes(1, "faasguard").bytes(2, env!("CARGO_PKG_VERSION"));
}

/// A `KeyValue` of text.
fn attribute(field: u32, key: &str, value: &str, to: &mut Message) {
    to.message(field, |pair| {
        pair.bytes(1, key).message(2, |any| {
            any.bytes(1, value);
        });
    });
}

fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
