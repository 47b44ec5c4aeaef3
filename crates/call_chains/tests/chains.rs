//! Documents of both senders, put together.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use call_chains::{Chains, Fault, Limits, ReadError, Reader};
use proptest::prelude::*;
use serde_json::{Value, json};

const TRACE: &str = "1-67f2a1b0-3c5d7e9f1a2b4c6d8e0f1a2b";

fn chains(documents: &[Value]) -> Chains {
    let mut reader = Reader::default();
    for document in documents {
        reader.read(document.to_string().as_bytes()).unwrap();
    }
    reader.finish()
}

/// Two functions and a table: `CreateOrder` calls `ChargeCard`, which fails.
fn orders() -> Vec<Value> {
    let create = json!({
        "trace_id": TRACE, "id": "aa", "name": "CreateOrder", "origin": "AWS::Lambda::Function",
        "start_time": 1_000.0, "end_time": 1_001.0, "fault": true,
        "subsegments": [
            {"id": "ab", "name": "DynamoDB", "namespace": "aws", "start_time": 1_000.1, "end_time": 1_000.2,
             "aws": {"operation": "PutItem", "table_name": "Orders"}},
            {"id": "ac", "name": "Lambda", "namespace": "aws", "start_time": 1_000.3, "end_time": 1_000.9, "fault": true,
             "aws": {"operation": "Invoke", "function_name": "ChargeCard"}},
        ],
    });
    let charge = json!({
        "trace_id": TRACE, "id": "ba", "parent_id": "ac", "name": "ChargeCard", "origin": "AWS::Lambda::Function",
        "start_time": 1_000.4, "end_time": 1_000.8, "fault": true,
        "cause": {"exceptions": [{"type": "KeyError", "message": "amount"}]},
    });
    vec![create, charge]
}

#[test]
fn a_call_is_followed_into_the_function_that_answers() {
    let chains = chains(&orders());
    let trace = &chains.traces[0];
    assert_eq!(trace.functions, ["CreateOrder", "ChargeCard"]);
    assert_eq!(trace.duration_us, 1_000_000);
    let names: Vec<_> = trace.nodes.iter().map(|node| node.span.name.as_str()).collect();
    assert_eq!(names, ["CreateOrder", "DynamoDB", "Lambda", "ChargeCard"]);
    let edges: Vec<_> =
        chains.edges.iter().map(|it| (&*it.from, &*it.to, it.is_function)).collect();
    assert_eq!(edges, [("CreateOrder", "ChargeCard", true), ("CreateOrder", "Orders", false)]);
    assert_eq!(chains.edges[0].faults, 1);
}

#[test]
fn the_time_goes_where_nothing_below_ran() {
    let chains = chains(&orders());
    let own: Vec<_> = chains.traces[0].nodes.iter().map(|node| node.self_us).collect();
    assert_eq!(own, [300_000, 100_000, 200_000, 400_000]);
    let waited: i64 = chains.traces[0].nodes.iter().map(|node| node.waited_us).sum();
    assert_eq!(waited, 1_000_000);
    assert_eq!(chains.functions[0].name, "CreateOrder");
}

#[test]
fn an_error_starts_in_the_deepest_span_that_failed() {
    let chains = chains(&orders());
    let trace = &chains.traces[0];
    let origin = &trace.nodes[trace.origin.unwrap()].span;
    assert_eq!((origin.name.as_str(), origin.fault), ("ChargeCard", Fault::Fault));
    assert_eq!(origin.cause.as_deref(), Some("KeyError: amount"));
    assert_eq!(trace.way_to(trace.origin.unwrap()), [0, 2, 3]);
}

#[test]
fn spans_of_opentelemetry_hang_below_segments_of_the_same_trace() {
    let mut documents = orders();
    documents.push(json!({"resourceSpans": [{
        "resource": {"attributes": [{"key": "faas.name", "value": {"stringValue": "ChargeCard"}}]},
        "scopeSpans": [{"spans": [{
            "traceId": "67f2a1b03c5d7e9f1a2b4c6d8e0f1a2b", "spanId": "CA", "parentSpanId": "ba", "name": "faasguard",
            "kind": 1, "startTimeUnixNano": "1000450000000", "endTimeUnixNano": "1000500000000",
            "status": {"code": 2, "message": "no amount"},
        }]}],
    }]}));
    let chains = chains(&documents);
    assert_eq!(chains.traces.len(), 1);
    let trace = &chains.traces[0];
    let origin = &trace.nodes[trace.origin.unwrap()].span;
    assert_eq!(origin.name, "faasguard");
    assert_eq!(origin.cause.as_deref(), Some("no amount"));
}

#[test]
fn answers_of_the_service_and_datagrams_are_read() {
    let document = orders()[0].to_string();
    let answer =
        json!({"Traces": [{"Id": TRACE, "Segments": [{"Id": "aa", "Document": document}]}]});
    assert_eq!(chains(&[answer]).traces[0].nodes.len(), 3);
    let mut reader = Reader::default();
    let datagram = format!("{{\"format\": \"json\", \"version\": 1}}\n{document}");
    assert_eq!(reader.read(datagram.as_bytes()), Ok(3));
    assert_eq!(reader.finish().lost.documents, 0);
}

/// Written by the protocol's own library in Python: `data/make.py`.
const BODY: &[u8] = include_bytes!("data/orders.pb");
const FRAMED: &[u8] = include_bytes!("data/orders.framed.pb");
const AS_JSON: &[u8] = include_bytes!("data/orders.json");

fn of_bytes(bytes: &[u8]) -> Chains {
    let mut reader = Reader::default();
    reader.read(bytes).unwrap();
    reader.finish()
}

#[test]
fn protocol_buffers_mean_what_json_means() {
    let json = of_bytes(AS_JSON);
    assert_eq!(of_bytes(BODY), json);
    assert_eq!(of_bytes(FRAMED), json);
    assert_eq!(json.traces.iter().map(|it| it.nodes.len()).sum::<usize>(), 6);
}

#[test]
fn a_message_is_followed_into_the_trace_that_works_on_it() {
    let chains = of_bytes(BODY);
    let (ship, create) = (&chains.traces[0], &chains.traces[1]);
    assert_eq!(create.functions, ["CreateOrder", "ChargeCard"]);
    assert_eq!(ship.functions, ["ShipOrder"]);
    assert_eq!((&create.goes_on_in, &create.came_from), (&vec![ship.id.clone()], &vec![]));
    assert_eq!((&ship.goes_on_in, &ship.came_from), (&vec![], &vec![create.id.clone()]));
    let mut edges: Vec<_> =
        chains.edges.iter().map(|it| (&*it.from, &*it.to, it.is_function, it.faults)).collect();
    edges.sort_unstable();
    let expected = [
        ("CreateOrder", "ChargeCard", true, 0),
        ("CreateOrder", "Orders", false, 0),
        ("CreateOrder", "ShipOrder", true, 1),
        ("CreateOrder", "Shipments", false, 0),
    ];
    assert_eq!(edges, expected);
    let origin = &ship.nodes[ship.origin.unwrap()].span;
    assert_eq!(origin.cause.as_deref(), Some("KeyError: address"));
    assert_eq!(chains.lost.unlinked, 0);
}

#[test]
fn links_of_segments_lead_on_and_missing_ones_are_counted() {
    let second = "1-67f2a1b1-3c5d7e9f1a2b4c6d8e0f1a2b";
    let link = |id: &str| json!({"trace_id": TRACE, "id": id});
    let ship = json!({
        "trace_id": second, "id": "da", "name": "ShipOrder", "origin": "AWS::Lambda", "start_time": 1_002.0,
        "end_time": 1_003.0, "links": [link("ab"), link("ab"), link("ff")],
    });
    let mut documents = orders();
    documents.push(ship);
    let chains = chains(&documents);
    let edge = chains.edges.iter().find(|it| it.to == "ShipOrder").unwrap();
    assert_eq!((edge.from.as_str(), edge.calls), ("CreateOrder", 1));
    assert_eq!(chains.lost.unlinked, 1);
    let later = "67f2a1b13c5d7e9f1a2b4c6d8e0f1a2b";
    let first = chains.traces.iter().find(|it| it.id != later).unwrap();
    assert_eq!(first.goes_on_in, [later]);
}

#[test]
fn what_the_service_kept_back_is_counted() {
    let document = orders()[1].to_string();
    let segments = json!([{"Id": "ba", "Document": document}]);
    let answer = json!({
        "Traces": [{"Id": TRACE, "Duration": 0.4, "LimitExceeded": true, "Segments": segments}],
        "UnprocessedTraceIds": ["1-a-b", "1-a-c"], "NextToken": null,
    });
    assert_eq!(chains(&[answer]).lost.kept_back, 3);
}

#[test]
fn a_file_that_is_still_written_is_read_up_to_its_end() {
    let mut reader = Reader::default();
    assert_eq!(reader.read(&FRAMED[..FRAMED.len() - 3]), Ok(5));
    assert_eq!(reader.finish().lost.documents, 1);
    // A body that breaks off is no message at all.
    assert_eq!(Reader::default().read(&BODY[..BODY.len() - 3]), Err(ReadError::Unknown));
}

#[test]
fn what_is_no_trace_is_told() {
    assert_eq!(Reader::default().read(b"a,b\n1,2"), Err(ReadError::Unknown));
    assert_eq!(Reader::default().read(b"{\"Records\": []}"), Err(ReadError::NoSpans));
}

#[test]
fn a_parent_that_never_came_is_counted() {
    let chains = chains(&orders()[1..]);
    assert_eq!(chains.lost.orphans, 1);
    assert_eq!(chains.traces[0].nodes[0].depth, 0);
}

#[test]
fn an_end_that_comes_later_replaces_the_start() {
    let mut begun = orders()[1].clone();
    begun.as_object_mut().unwrap().remove("end_time");
    let chains = chains(&[begun, orders()[1].clone()]);
    assert!(chains.traces[0].nodes[0].span.is_whole);
    assert_eq!(chains.lost.repeated, 1);
}

#[test]
fn there_is_a_limit_on_spans_and_depth() {
    let mut deep = json!({"id": "z", "name": "z", "start_time": 1.0});
    for at in 0..20 {
        deep = json!({"id": format!("{at:x}"), "trace_id": TRACE, "name": "n", "start_time": 1.0, "subsegments": [deep]});
    }
    let mut reader = Reader::new(Limits { spans: 4, trace_spans: 9, depth: 6 });
    reader.read(deep.to_string().as_bytes()).unwrap();
    let chains = reader.finish();
    assert_eq!(chains.traces[0].nodes.len(), 4);
    assert_eq!(chains.lost.beyond, 3);
}

/// A message of protocol buffers, written for these tests.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut number: u64) {
        while number > 0x7f {
            self.0.push(u8::try_from(number & 0x7f).unwrap() | 0x80);
            number >>= 7;
        }
        self.0.push(u8::try_from(number).unwrap());
    }

    fn number(mut self, field: u64, number: u64) -> Self {
        self.varint(field << 3);
        self.varint(number);
        self
    }

    fn fixed(mut self, field: u64, number: u64) -> Self {
        self.varint(field << 3 | 1);
        self.0.extend(number.to_le_bytes());
        self
    }

    fn bytes(mut self, field: u64, bytes: &[u8]) -> Self {
        self.varint(field << 3 | 2);
        self.varint(u64::try_from(bytes.len()).unwrap());
        self.0.extend(bytes);
        self
    }

    fn message(self, field: u64, part: &Self) -> Self {
        self.bytes(field, &part.0)
    }
}

fn attribute(key: &str, value: &str) -> (Value, Message) {
    let json = json!({"key": key, "value": {"stringValue": value}});
    let bytes = Message::default()
        .bytes(1, key.as_bytes())
        .message(2, &Message::default().bytes(1, value.as_bytes()));
    (json, bytes)
}

/// One span of a function in both forms, as lists of spans.
fn both_forms(
    (trace, id, parent, link): (u8, u8, u8, u8),
    (start, length, kind, code): (u64, u64, u64, u64),
    words: &str,
) -> (Value, Message) {
    let hex = |byte: u8, length: usize| format!("{byte:02x}").repeat(length);
    let (start, end) = (start * 1_000, (start + length) * 1_000);
    let (json_call, call) = attribute("server.address", words);
    let (json_name, name) = attribute("faas.name", &format!("F{}", id % 4));
    let json = json!({
        "traceId": hex(trace, 16), "spanId": hex(id, 8), "parentSpanId": hex(parent, 8), "name": words, "kind": kind,
        "startTimeUnixNano": start.to_string(), "endTimeUnixNano": end.to_string(), "attributes": [json_call],
        "status": {"code": code, "message": words}, "links": [{"traceId": hex(link, 16), "spanId": hex(id, 8)}],
    });
    let status = Message::default().bytes(2, words.as_bytes()).number(3, code);
    let link = Message::default().bytes(1, &[link; 16]).bytes(2, &[id; 8]);
    let span = Message::default()
        .bytes(1, &[trace; 16])
        .bytes(2, &[id; 8])
        .bytes(4, &[parent; 8])
        .bytes(5, words.as_bytes())
        .number(6, kind)
        .fixed(7, start)
        .fixed(8, end)
        .message(9, &call)
        .message(13, &link)
        .message(15, &status);
    let resource = Message::default()
        .message(1, &Message::default().message(1, &name))
        .message(2, &Message::default().message(2, &span));
    let json = json!({"resource": {"attributes": [json_name]}, "scopeSpans": [{"spans": [json]}]});
    (json, resource)
}

/// Spans with parents anywhere: missing, of themselves, in rings; clocks that differ.
fn any_spans() -> impl Strategy<Value = Vec<Value>> {
    let span = (0_u8..12, 0_u8..14, 0_u32..100, 0_u32..60, any::<bool>());
    proptest::collection::vec(span, 1..14).prop_map(|spans| {
        let document = |(id, parent, start, length, fault): (u8, u8, u32, u32, bool)| {
            json!({
                "trace_id": TRACE, "id": format!("{id:02x}"), "parent_id": format!("{parent:02x}"), "name": "s",
                "origin": "AWS::Lambda::Function", "start_time": f64::from(start),
                "end_time": f64::from(start + length), "fault": fault,
            })
        };
        spans.into_iter().map(document).collect()
    })
}

proptest! {
    #[test]
    fn every_span_stands_once_and_time_is_never_invented(documents in any_spans()) {
        let chains = chains(&documents);
        let trace = &chains.traces[0];
        let given = documents.len() - chains.lost.repeated;
        prop_assert_eq!(trace.nodes.len(), given);
        let mut roots = 0;
        for (number, node) in trace.nodes.iter().enumerate() {
            prop_assert!(node.parent.is_none_or(|parent| parent < number));
            let length = node.span.end_us - node.span.start_us;
            prop_assert!((0..=length).contains(&node.self_us));
            prop_assert!((0..=length).contains(&node.waited_us));
            if node.parent.is_none() {
                roots += length;
            }
        }
        prop_assert_eq!(trace.nodes.iter().map(|node| node.waited_us).sum::<i64>(), roots);
        let has_fault = trace.nodes.iter().any(|node| node.span.fault.is_fault());
        prop_assert_eq!(trace.origin.is_some(), has_fault);
    }

    #[test]
    fn a_message_with_odd_bytes_is_read_without_a_panic(at in 0..BODY.len(), byte in any::<u8>(), cut in 0..BODY.len()) {
        for bytes in [BODY, FRAMED] {
            let mut bytes = bytes.to_vec();
            bytes[at] = byte;
            let mut reader = Reader::default();
            let _ = reader.read(&bytes);
            let _ = reader.read(&bytes[..cut]);
            for node in reader.finish().traces.iter().flat_map(|it| &it.nodes) {
                prop_assert!(node.span.end_us >= node.span.start_us);
                prop_assert!(node.self_us <= node.span.end_us - node.span.start_us);
            }
        }
    }

    #[test]
    fn both_forms_of_any_spans_mean_the_same(
        spans in proptest::collection::vec(((0_u8..4, 1_u8..9, 0_u8..9, 0_u8..4),
            (0_u64..1 << 40, 0_u64..1 << 20, 0_u64..7, 0_u64..4), "[\\t\\n a-zä<\u{1}\u{0}]{1,6}"), 1..8),
    ) {
        let forms = spans.iter().map(|(ids, times, words)| both_forms(*ids, *times, words));
        let (json, messages): (Vec<Value>, Vec<Message>) = forms.unzip();
        let json = of_bytes(json!({"resourceSpans": json}).to_string().as_bytes());
        let body = messages.into_iter().fold(Message::default(), |all, it| all.message(1, &it)).0;
        prop_assert_eq!(&of_bytes(&body), &json);
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        prop_assert_eq!(&of_bytes(&[&length[..], &body].concat()), &json);
        // A link leads to a span, or is counted, and both ends tell of it.
        let count: usize = json.traces.iter().map(|it| it.goes_on_in.len()).sum();
        prop_assert_eq!(json.traces.iter().map(|it| it.came_from.len()).sum::<usize>(), count);
        for trace in &json.traces {
            for id in &trace.goes_on_in {
                prop_assert!(json.trace(id).unwrap().came_from.contains(&trace.id));
            }
        }
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut reader = Reader::default();
        let _ = reader.read(&bytes);
        let _ = reader.finish();
    }
}
