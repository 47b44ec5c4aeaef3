//! What goes out, read back by decoders of our own.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::{
    io::{Read, Write},
    net::{TcpListener, UdpSocket},
    thread,
    time::{Duration, SystemTime},
};

use guard_settings::{EventKind, Mode, SecurityEvent, Telemetry};
use guard_telemetry::{Function, Invocation, Recorder, Report, Status, TraceHeader};
use payload::Class;
use proptest::prelude::*;
use serde_json::Value;

const TRACE: &str = "Root=1-67f2a1b0-3c5d7e9f1a2b4c6d8e0f1a2b;Parent=53995c3f42cd8ad8;Sampled=1";

fn function() -> Function {
    let name = |text: &str| text.to_owned();
    Function { name: name("orders"), version: name("$LATEST"), region: name("eu-central-1") }
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn invocation(trace: &str) -> Invocation {
    Invocation {
        request_id: "r-1".to_owned(),
        trace: TraceHeader::parse(trace),
        started: at(1_800_000_000),
        duration: Duration::from_micros(12_500),
        guard: Duration::from_micros(30),
        init: Some(Duration::from_millis(80)),
        status: Status::Refused,
        peak_memory: Some(40 << 20),
    }
}

fn recorder(settings: &Telemetry, daemon: Option<&str>) -> Recorder {
    Recorder::new(settings, function(), daemon, at(1_799_999_990)).unwrap().unwrap()
}

#[test]
fn nothing_named_is_nothing_done() {
    let none = Recorder::new(&Telemetry::default(), function(), Some("127.0.0.1:1"), at(0));
    assert!(none.unwrap().is_none());
}

#[test]
fn lines_of_the_log_are_metrics_as_cloudwatch_reads_them() {
    let mut recorder = recorder(&Telemetry { emf: true, ..Telemetry::default() }, None);
    recorder.invocation(invocation(TRACE));
    let blocked = SecurityEvent {
        class: Some(Class::Sql),
        ..SecurityEvent::new(EventKind::EventBlocked, "orders", Mode::Block, "")
    };
    recorder.event(&blocked);
    recorder.event(&SecurityEvent::new(EventKind::Fault, "orders", Mode::Block, ""));
    let mut log = Vec::new();
    recorder.flush(at(1_800_000_001), &mut log);
    let lines: Vec<Value> = String::from_utf8(log)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3, "{lines:#?}");
    for line in &lines {
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        for metric in directive["Metrics"].as_array().unwrap() {
            assert!(line[metric["Name"].as_str().unwrap()].is_number(), "{line}");
        }
        for dimension in directive["Dimensions"][0].as_array().unwrap() {
            assert!(line[dimension.as_str().unwrap()].is_string(), "{line}");
        }
    }
    assert_eq!(lines[0]["ColdStarts"], 1);
    assert_eq!(lines[0]["Duration"], 12.5);
    assert_eq!(lines[0]["_aws"]["Timestamp"], 1_800_000_000_012_u64);
    assert_eq!((&lines[1]["Blocked"], &lines[1]["Faults"]), (&1.into(), &1.into()));
    assert_eq!((&lines[2]["class"], &lines[2]["Blocked"]), (&"sql".into(), &1.into()));
    let mut again = Vec::new();
    recorder.flush(at(1_800_000_002), &mut again);
    assert!(again.is_empty(), "nothing is told twice");
}

#[test]
fn a_sampled_trace_is_a_datagram_and_another_is_not() {
    let daemon = UdpSocket::bind("127.0.0.1:0").unwrap();
    daemon.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let address = daemon.local_addr().unwrap().to_string();
    let settings = Telemetry { xray: true, ..Telemetry::default() };
    let mut recorder = recorder(&settings, Some(&format!("tcp:{address} udp:{address}")));
    recorder.invocation(invocation(&TRACE.replace("Sampled=1", "Sampled=0")));
    recorder.invocation(invocation(TRACE));
    recorder.flush(at(1_800_000_001), &mut Vec::new());
    let mut datagram = [0; 8_192];
    let count = daemon.recv(&mut datagram).unwrap();
    let (header, document) =
        std::str::from_utf8(&datagram[..count]).unwrap().split_once('\n').unwrap();
    let header: Value = serde_json::from_str(header).unwrap();
    assert_eq!((&header["format"], &header["version"]), (&"json".into(), &1.into()));
    let document: Value = serde_json::from_str(document).unwrap();
    assert_eq!(document["trace_id"], "1-67f2a1b0-3c5d7e9f1a2b4c6d8e0f1a2b");
    assert_eq!(document["parent_id"], "53995c3f42cd8ad8");
    assert_eq!(document["id"].as_str().unwrap().len(), 16);
    assert_eq!(document["end_time"], 1_800_000_000.012_5);
    assert_eq!(document["error"], true);
    daemon.set_nonblocking(true).unwrap();
    assert!(daemon.recv(&mut datagram).is_err(), "the other trace is not kept");
}

/// Paths and bodies of requests.
type Taken = thread::JoinHandle<Vec<(String, Vec<u8>)>>;

/// A collector that takes `requests` requests and gives their paths and bodies.
fn collector(requests: usize) -> (String, Taken) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let thread = thread::spawn(move || {
        let mut taken = Vec::new();
        while taken.len() < requests {
            let (mut stream, _) = listener.accept().unwrap();
            let mut bytes = Vec::new();
            let mut room = [0; 4096];
            while taken.len() < requests {
                let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
                    match stream.read(&mut room).unwrap() {
                        0 => break,
                        count => bytes.extend_from_slice(&room[..count]),
                    }
                    continue;
                };
                let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
                let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
                let length: usize = length.unwrap().parse().unwrap();
                while bytes.len() < end + 4 + length {
                    let count = stream.read(&mut room).unwrap();
                    bytes.extend_from_slice(&room[..count]);
                }
                let path = head.split(' ').nth(1).unwrap().to_owned();
                assert!(head.contains("Content-Type: application/x-protobuf"), "{head}");
                taken.push((path, bytes[end + 4..end + 4 + length].to_vec()));
                bytes.drain(..end + 4 + length);
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
            }
        }
        taken
    });
    (address, thread)
}

/// A field of a message: its number, and its value.
#[derive(Debug, Clone, PartialEq)]
enum Field {
    Number(u64),
    Fixed(u64),
    Bytes(Vec<u8>),
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let (byte, rest) = bytes.split_first().unwrap();
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    value
}

fn fields(mut bytes: &[u8]) -> Vec<(u64, Field)> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes);
        let field = match tag & 7 {
            0 => Field::Number(varint(&mut bytes)),
            1 => {
                let (value, rest) = bytes.split_at(8);
                bytes = rest;
                Field::Fixed(u64::from_le_bytes(value.try_into().unwrap()))
            }
            2 => {
                let length = usize::try_from(varint(&mut bytes)).unwrap();
                let (value, rest) = bytes.split_at(length);
                bytes = rest;
                Field::Bytes(value.to_vec())
            }
            other => panic!("wire type {other}"),
        };
        fields.push((tag >> 3, field));
    }
    fields
}

/// The messages at a path of field numbers.
fn at_path(bytes: &[u8], path: &[u64]) -> Vec<Vec<u8>> {
    let Some((first, rest)) = path.split_first() else { return vec![bytes.to_vec()] };
    let inner = fields(bytes).into_iter().filter_map(|(number, field)| match field {
        Field::Bytes(bytes) if number == *first => Some(bytes),
        _ => None,
    });
    inner.flat_map(|bytes| at_path(&bytes, rest)).collect()
}

#[test]
fn a_collector_gets_the_span_and_the_metrics() {
    let (address, taken) = collector(2);
    let settings = Telemetry { otlp: Some(address), ..Telemetry::default() };
    let mut recorder = recorder(&settings, None);
    recorder.invocation(invocation(TRACE));
    recorder.report(Report { billed_ms: 13.0, status: "timeout".to_owned(), ..Report::default() });
    recorder.counts().add_kind(EventKind::EventBlocked, Some(Class::Nosql));
    recorder.close(at(1_800_000_001), Duration::from_secs(10), &mut Vec::new());
    let taken = taken.join().unwrap();
    assert_eq!((taken[0].0.as_str(), taken[1].0.as_str()), ("/v1/traces", "/v1/metrics"));
    let span = at_path(&taken[0].1, &[1, 2, 2]).remove(0);
    let span = fields(&span);
    let root = TraceHeader::parse(TRACE).unwrap().root.to_vec();
    assert!(span.contains(&(1, Field::Bytes(root))));
    assert!(
        span.contains(&(4, Field::Bytes(vec![0x53, 0x99, 0x5c, 0x3f, 0x42, 0xcd, 0x8a, 0xd8])))
    );
    assert!(span.contains(&(8, Field::Fixed(1_800_000_000_012_500_000))));
    let names: Vec<String> = at_path(&taken[1].1, &[1, 2, 2, 1])
        .into_iter()
        .map(|name| String::from_utf8(name).unwrap())
        .collect();
    for name in [
        "faas.invocations",
        "faas.invoke_duration",
        "faas.mem_usage",
        "faas.timeouts",
        "faasguard.blocked",
    ] {
        assert!(names.iter().any(|known| known == name), "{name}: {names:?}");
    }
}

#[test]
fn what_a_collector_gets_is_read_as_a_call_chain() {
    let (address, taken) = collector(2);
    let settings = Telemetry { otlp: Some(address), ..Telemetry::default() };
    let mut recorder = recorder(&settings, None);
    recorder.invocation(invocation(TRACE));
    recorder.close(at(1_800_000_001), Duration::from_secs(10), &mut Vec::new());
    let body = &taken.join().unwrap()[0].1;
    // A collector's file has the length of each message before it.
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    for file in [body.clone(), [&length[..], body].concat()] {
        let mut reader = call_chains::Reader::default();
        assert_eq!(reader.read(&file), Ok(1));
        let chains = reader.finish();
        assert_eq!(chains.traces[0].id, "67f2a1b03c5d7e9f1a2b4c6d8e0f1a2b");
        let span = &chains.traces[0].nodes[0].span;
        assert_eq!(span.function.as_deref(), Some("orders"));
        assert_eq!(span.parent.as_deref(), Some("53995c3f42cd8ad8"));
        assert_eq!(span.end_us - span.start_us, 12_500);
        // It was refused: its caller is at fault.
        assert_eq!(span.fault, call_chains::Fault::Error);
    }
}

#[test]
fn a_collector_that_is_not_there_delays_nobody_and_is_counted() {
    let settings = Telemetry {
        emf: true,
        otlp: Some("http://127.0.0.1:9".to_owned()),
        ..Telemetry::default()
    };
    let mut recorder = recorder(&settings, None);
    let mut log = Vec::new();
    for second in 0..3_000 {
        recorder.invocation(invocation(TRACE));
        recorder.flush(at(1_800_000_000 + second), &mut log);
    }
    recorder.close(at(1_800_010_000), Duration::from_secs(10), &mut log);
    let mut last = Vec::new();
    recorder.flush(at(1_800_010_001), &mut last);
    let text = String::from_utf8([log, last].concat()).unwrap();
    assert!(text.contains("\"TelemetryDropped\":"), "{text}");
}

proptest! {
    #[test]
    fn no_header_of_a_trace_is_fatal(header in "\\PC{0,80}|(Root|Parent|Sampled|Self)=[0-9a-f;=-]{0,60}") {
        if let Some(trace) = TraceHeader::parse(&header) {
            let again = TraceHeader::parse(&format!("Root={}", trace.root_text()));
            prop_assert_eq!(again.unwrap().root, trace.root);
        }
    }

    #[test]
    fn no_batch_of_the_platform_is_fatal(batch in "\\PC{0,200}|\\[(\\{\"type\":\"platform.report\",\"record\":[0-9\\[\\]{}\":a-z]{0,40}\\},?){0,3}\\]") {
        let mut platform = guard_telemetry::Platform::default();
        platform.add(batch.as_bytes());
    }
}
