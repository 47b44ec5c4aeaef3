//! The same messages in every shape give the same records.

use std::io::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use lambda_log::{Limits, LogReader, Outcome, Record};

/// Kind, time and function of a record.
type Seen = (String, Option<i64>, Option<String>);

const ID: &str = "0a0b0c0d-0000-4000-8000-00000000abcd";

fn messages() -> Vec<String> {
    vec![
        format!("START RequestId: {ID} Version: $LATEST\n"),
        format!("[ERROR]\t2026-01-31T10:00:00.010Z\t{ID}\tvalue, \"quoted\"\n"),
        "[ERROR] KeyError: 'id'\nTraceback (most recent call last):\n  File \"/var/task/a.py\", line 3\n".to_owned(),
        format!("END RequestId: {ID}\n"),
        format!("REPORT RequestId: {ID}\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\t\n"),
    ]
}

/// Kinds, times and functions of the records, read in pieces of so many bytes.
fn read(bytes: &[u8], pieces: usize) -> (Vec<Seen>, Outcome) {
    let mut reader = LogReader::new(Limits::default());
    let mut found = Vec::new();
    let mut visit = |entry: &lambda_log::Entry<'_>| {
        let kind = match &entry.record {
            Record::Start { request_id, .. } => format!("start {request_id}"),
            Record::End { .. } => "end".to_owned(),
            Record::Report(report) => format!("report {}", report.duration_ms),
            Record::Line(line) => {
                let error = line.error.as_ref().and_then(|it| it.kind.as_deref());
                format!("{:?} {error:?} {}", line.level, entry.text.lines().count())
            }
            other => format!("{other:?}"),
        };
        found.push((kind, entry.time, entry.function.map(str::to_owned)));
    };
    for piece in bytes.chunks(pieces) {
        reader.push(piece, &mut visit);
    }
    let outcome = reader.finish(&mut visit);
    (found, outcome)
}

#[track_caller]
fn check(text: &str, has_time: bool, function: Option<&str>) {
    let expected = [
        format!("start {ID}"),
        "Some(Error) None 1".to_owned(),
        "Some(Error) Some(\"KeyError\") 3".to_owned(),
        "end".to_owned(),
        "report 12.5".to_owned(),
    ];
    let (found, outcome) = read(text.as_bytes(), usize::MAX);
    let kinds: Vec<&str> = found.iter().map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(kinds, expected, "{text}");
    assert_eq!((outcome.records, outcome.odd, outcome.is_torn), (5, 0, false), "{text}");
    assert_eq!(found.iter().all(|(_, time, _)| time.is_some()), has_time, "{text}");
    assert!(found.iter().all(|(.., name)| name.as_deref() == function), "{found:?}");
    assert_eq!(read(text.as_bytes(), 7).0, found);
}

fn json(text: &str) -> String {
    let mut out = Vec::new();
    json_tape::write_string(&mut out, text);
    String::from_utf8_lossy(&out).into_owned()
}

#[test]
fn lines_with_and_without_prefixes() {
    check(&messages().concat(), false, None);
    let with = |prefix: &str| {
        messages().iter().map(|it| [prefix, it].concat()).collect::<Vec<_>>().concat()
    };
    check(&with("2026-01-31T10:00:00.123Z "), true, None);
    check(&with("2026-01-31T10:00:00.123000+00:00 2026/01/31/[$LATEST]1a2b "), true, None);
    check(
        &with("2026/01/31/orders[$LATEST]1a2b 2026-01-31T10:00:00.123000 "),
        true,
        Some("orders"),
    );
}

#[test]
fn documents_of_the_command_line() {
    let events: Vec<String> = messages()
        .iter()
        .map(|it| {
            format!(
                "{{\"logStreamName\": \"s\", \"timestamp\": 1769853600123, \"message\": {}}}",
                json(it)
            )
        })
        .collect();
    let events = events.join(",\n    ");
    check(
        &format!("{{\n  \"events\": [\n    {events}\n  ],\n  \"searchedLogStreams\": []\n}}\n"),
        true,
        None,
    );
    check(&format!("[{events}]"), true, None);
    let subscription = format!(
        "{{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"111122223333\",\"logGroup\":\"/aws/lambda/orders\",\
         \"logStream\":\"s\",\"subscriptionFilters\":[\"f\"],\"logEvents\":[{events}]}}"
    );
    check(&subscription, true, Some("orders"));
    let (found, _) = read([subscription.as_str(), &subscription].concat().as_bytes(), 1_000);
    assert_eq!(found.len(), 10);

    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(subscription.as_bytes()).unwrap();
    let mut packed = encoder.finish().unwrap();
    let event =
        |bytes: &[u8]| format!("{{\"awslogs\": {{\"data\": \"{}\"}}}}", STANDARD.encode(bytes));
    check(&event(&packed), true, Some("orders"));
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(event(&packed).as_bytes()).unwrap();
    let within = event(&encoder.finish().unwrap());
    packed.truncate(packed.len() / 2);
    for torn in
        [within, event(&packed), event(b"odd"), "{\"awslogs\": {\"data\": \"?\"}}".to_owned()]
    {
        assert_eq!(read(torn.as_bytes(), 100).1.odd, 1, "{torn}");
    }
}

#[test]
fn results_of_insights() {
    let rows: Vec<String> = messages()
        .iter()
        .map(|it| {
            format!(
                "[{{\"field\":\"@timestamp\",\"value\":\"2026-01-31 10:00:00.123\"}},{{\"field\":\"@message\",\
                 \"value\":{}}},{{\"field\":\"@log\",\"value\":\"111122223333:/aws/lambda/orders\"}}]",
                json(it)
            )
        })
        .collect();
    check(
        &format!("{{\"results\":[{}],\"status\":\"Complete\"}}", rows.join(",")),
        true,
        Some("orders"),
    );
    let csv = messages()
        .iter()
        .map(|it| format!("2026-01-31 10:00:00.123,\"{}\"\n", it.replace('"', "\"\"")))
        .collect::<Vec<_>>()
        .concat();
    check(&format!("@timestamp,@message\n{csv}"), true, None);
}

#[test]
fn what_is_too_long_is_cut_and_counted() {
    let text = format!(
        "START RequestId: {ID} Version: 1\n{}\nEND RequestId: {ID}\n",
        "x".repeat(300 << 10)
    );
    let (found, outcome) = read(text.as_bytes(), 4_096);
    assert_eq!((found.len(), outcome.cut), (3, 1));
    assert!(read(b"\0\x01\x02", 1).1.is_binary);
    let torn = "{\"events\": [{\"message\": \"a\", \"timestamp\": 1}, {\"mess";
    let (found, outcome) = read(torn.as_bytes(), 3);
    assert_eq!((found.len(), outcome.is_torn), (1, true));
}

#[test]
fn the_lines_that_the_guard_writes_are_read() {
    use guard_settings::{EventKind, Mode, SecurityEvent};
    let event = SecurityEvent::new(EventKind::EgressDenied, "orders", Mode::Block, "a host");
    let (found, _) = read(event.to_line().as_bytes(), 9);
    let [(record, _, function)] = found.as_slice() else { panic!("{found:?}") };
    assert!(record.starts_with("Guard(") && record.contains("egress-denied"), "{record}");
    assert_eq!(function.as_deref(), Some("orders"));
}
