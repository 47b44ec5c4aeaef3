//! Lines of the platform: of the text format and of the JSON format.

use std::borrow::Cow;

use json_tape::Value;

use crate::{
    members::{count, moment, number, text},
    parse::Parsed,
    record::{InitReport, Record, Report, Status},
};

/// Reads a line of the platform in the text format.
pub(crate) fn text_record(line: &str) -> Option<Record<'_>> {
    let (word, rest) = line.split_once(' ')?;
    match word {
        "REPORT" => Some(Record::Report(report(rest)?)),
        "START" => {
            let rest = rest.strip_prefix("RequestId: ")?;
            let (id, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            let version = rest.trim().strip_prefix("Version: ").map(|it| Cow::Borrowed(it.trim()));
            Some(Record::Start { request_id: id.trim().into(), version })
        }
        "END" => {
            let id = rest.strip_prefix("RequestId: ")?;
            Some(Record::End { request_id: id.trim().into() })
        }
        "INIT_REPORT" => Some(Record::InitReport(init_report(rest))),
        "INIT_START" | "RESTORE_START" | "RESTORE_REPORT" | "LOGS" | "EXTENSION" | "TELEMETRY"
            if rest.contains(": ") =>
        {
            Some(Record::Platform { kind: word.into() })
        }
        _ => None,
    }
}

/// Figures, each `Name: value`, between tabs.
fn fields(rest: &str) -> impl Iterator<Item = (&str, &str)> {
    rest.split(['\t', '\n']).filter_map(|part| part.trim().split_once(": "))
}

fn report(rest: &str) -> Option<Report<'_>> {
    let mut report = Report::default();
    let mut has_duration = false;
    for (name, value) in fields(rest) {
        match name {
            "RequestId" => report.request_id = value.into(),
            "Duration" => {
                report.duration_ms = amount(value)?;
                has_duration = true;
            }
            "Billed Duration" => report.billed_ms = amount(value),
            "Memory Size" => report.memory_mib = amount(value),
            "Max Memory Used" => report.max_memory_mib = amount(value),
            "Init Duration" => report.init_ms = amount(value),
            "Restore Duration" => report.restore_ms = amount(value),
            "Status" => report.status = status(value),
            "Error Type" => report.error_type = Some(value.into()),
            _ => {}
        }
    }
    has_duration.then_some(report)
}

fn init_report(rest: &str) -> InitReport<'_> {
    let mut report = InitReport::default();
    for (name, value) in fields(rest) {
        match name {
            "Init Duration" => report.duration_ms = amount(value),
            "Status" => report.status = status(value),
            "Error Type" => report.error_type = Some(value.into()),
            _ => {}
        }
    }
    report
}

/// The number in front of a unit: `12.5 ms`, `128 MB`.
fn amount(value: &str) -> Option<f64> {
    let number = value.split(' ').next()?.parse().ok()?;
    measured(number)
}

/// A figure that can be: not negative, not more than a thousand years.
fn measured(number: f64) -> Option<f64> {
    (0.0..=3.2e13).contains(&number).then_some(number)
}

fn status(value: &str) -> Option<Status> {
    match value {
        "success" => Some(Status::Success),
        "timeout" => Some(Status::Timeout),
        "error" | "failure" => Some(Status::Error),
        _ => None,
    }
}

/// Reads an object of the JSON format: `{"time", "type": "platform.report", "record": {…}}`.
pub(crate) fn json_record(object: Value<'_>) -> Option<Parsed<'_>> {
    let kind = object.member("type")?.text()?.to_cow();
    let kind = match kind {
        Cow::Borrowed(kind) if kind.starts_with("platform.") => kind,
        _ => return None,
    };
    let inner = object.member("record")?;
    let figures = inner.member("metrics");
    let figure =
        |name: &str| figures.and_then(|it| it.member(name)).and_then(number).and_then(measured);
    let request_id = || text(inner, &["requestId"]).unwrap_or_default();
    let ended = || inner.member("status").and_then(|it| status(it.plain()?));
    let record = match kind {
        "platform.start" => {
            Record::Start { request_id: request_id(), version: text(inner, &["version"]) }
        }
        "platform.report" => Record::Report(Report {
            request_id: request_id(),
            duration_ms: figure("durationMs")?,
            billed_ms: figure("billedDurationMs"),
            memory_mib: figure("memorySizeMB"),
            max_memory_mib: figure("maxMemoryUsedMB"),
            init_ms: figure("initDurationMs"),
            restore_ms: figure("restoreDurationMs"),
            status: ended(),
            error_type: text(inner, &["errorType"]),
        }),
        "platform.initReport" => Record::InitReport(InitReport {
            duration_ms: figure("durationMs"),
            status: ended(),
            error_type: text(inner, &["errorType"]),
        }),
        "platform.logsDropped" => Record::Dropped {
            records: inner.member("droppedRecords").and_then(count).unwrap_or_default(),
            bytes: inner.member("droppedBytes").and_then(count).unwrap_or_default(),
        },
        _ => Record::Platform { kind: kind.into() },
    };
    let time = object.member("time").and_then(moment);
    Some(Parsed { time, function: text(inner, &["functionName"]), record })
}

#[cfg(test)]
mod tests {
    use json_tape::{Limits, Tape};

    use super::{json_record, text_record};
    use crate::record::{Record, Report, Status};

    #[test]
    fn a_report_has_its_figures() {
        let line = "REPORT RequestId: r-1\tDuration: 3000.00 ms\tBilled Duration: 3150 ms\tMemory Size: 128 MB\t\
                    Max Memory Used: 128 MB\tInit Duration: 150.25 ms\t\nXRAY TraceId: 1-2\tSegmentId: 3\t\
                    Sampled: true\tStatus: error\tError Type: Runtime.OutOfMemory\t";
        let expected = Report {
            request_id: "r-1".into(),
            duration_ms: 3_000.0,
            billed_ms: Some(3_150.0),
            memory_mib: Some(128.0),
            max_memory_mib: Some(128.0),
            init_ms: Some(150.25),
            restore_ms: None,
            status: Some(Status::Error),
            error_type: Some("Runtime.OutOfMemory".into()),
        };
        assert_eq!(text_record(line), Some(Record::Report(expected)));
        assert_eq!(text_record("REPORT RequestId: r-1\tDuration: much"), None);
        assert_eq!(text_record("REPORT on sales"), None);
    }

    #[test]
    fn json_says_the_same() {
        let json = br#"{"time":"2026-01-31T10:00:00.123Z","type":"platform.report","record":{"requestId":"r-1",
            "status":"timeout","metrics":{"durationMs":3000.0,"billedDurationMs":3000,"memorySizeMB":128,
            "maxMemoryUsedMB":40,"initDurationMs":99.5}}}"#;
        let mut tape = Tape::new();
        let document = tape.read(json, &Limits::default()).unwrap();
        let parsed = json_record(document.root()).unwrap();
        assert_eq!(parsed.time, Some(1_769_853_600_123));
        let Record::Report(report) = parsed.record else { panic!("{parsed:?}") };
        assert_eq!((report.status, report.cold_start_ms()), (Some(Status::Timeout), Some(99.5)));
    }
}
