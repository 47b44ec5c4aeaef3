//! The APIs as their callers see them, byte for byte where Lambda's documentation says so.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::Duration,
};

use guard_emulator::{Emulator, Function, Outcome, ShutdownReason};
use proptest::prelude::*;
use serde_json::{Value, json};

fn emulator(function: Function) -> Emulator {
    Emulator::start(function, Arc::new(|_, _| {})).unwrap()
}

/// A client that sends bytes and reads answers.
struct Client {
    stream: TcpStream,
    input: Vec<u8>,
}

#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Client {
    fn new(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Self { stream, input: Vec::new() }
    }

    fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            head.push_str(name);
            head.push_str(": ");
            head.push_str(value);
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        self.stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    }

    fn answer(&mut self) -> Answer {
        let mut room = [0; 8192];
        loop {
            if let Some(end) = self.input.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = String::from_utf8(self.input[..end].to_vec()).unwrap();
                let status = head.split(' ').nth(1).unwrap().parse().unwrap();
                let answer = Answer { status, head, body: Vec::new() };
                let length: usize = answer.header("content-length").unwrap().parse().unwrap();
                if self.input.len() >= end + 4 + length {
                    let body = self.input[end + 4..end + 4 + length].to_vec();
                    self.input.drain(..end + 4 + length);
                    return Answer { body, ..answer };
                }
            }
            let count = self.stream.read(&mut room).unwrap();
            assert!(count > 0, "the emulator closed");
            self.input.extend_from_slice(&room[..count]);
        }
    }

    fn call(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.send(method, path, headers, body);
        self.answer()
    }

    fn next(&mut self) -> Answer {
        self.call("GET", "/2018-06-01/runtime/invocation/next", &[], b"")
    }

    fn respond(&mut self, id: &str, body: &[u8]) -> Answer {
        self.call("POST", &format!("/2018-06-01/runtime/invocation/{id}/response"), &[], body)
    }
}

const ID: &str = "Lambda-Runtime-Aws-Request-Id";
const INVOKE: &str = "/2015-03-31/functions/function/invocations";

#[test]
fn an_event_carries_the_headers_that_clients_count_on() {
    let emulator = emulator(Function::default());
    let asked = emulator.submit(b"{\"n\":1}");
    let mut client = Client::new(emulator.address());
    let event = client.next();
    assert_eq!((event.status, event.body.as_slice()), (200, &b"{\"n\":1}"[..]));
    for name in [
        ID,
        "Lambda-Runtime-Deadline-Ms",
        "Lambda-Runtime-Invoked-Function-Arn",
        "Lambda-Runtime-Trace-Id",
    ] {
        assert!(
            event.header(name).is_some_and(|value| !value.is_empty()),
            "{name}: {}",
            event.head
        );
    }
    let id = event.header(ID).unwrap().to_owned();
    let again = client.next();
    assert_eq!((again.status, &again.json()["errorType"]), (403, &json!("InvalidStateTransition")));
    assert_eq!(client.respond(&id, b"2").json(), json!({ "status": "OK" }));
    let twice = client.respond(&id, b"3");
    assert_eq!((twice.status, &twice.json()["errorType"]), (400, &json!("InvalidRequestID")));
    let record = emulator.wait(asked);
    assert_eq!((record.json(), record.late_answers), (Some(json!(2)), 1));
}

#[test]
fn one_who_waits_and_goes_away_takes_no_invocation_along() {
    let emulator = emulator(Function::default());
    let mut gone = Client::new(emulator.address());
    gone.send("GET", "/2018-06-01/runtime/invocation/next", &[], b"");
    thread::sleep(Duration::from_millis(60));
    drop(gone);
    let asked = emulator.submit(b"1");
    let mut client = Client::new(emulator.address());
    let event = client.next();
    client.respond(event.header(ID).unwrap(), b"2");
    let record = emulator.wait(asked);
    assert_eq!((record.json(), record.deliveries), (Some(json!(2)), 1));
}

#[test]
fn callers_invoke_over_http_as_they_invoke_lambda() {
    let emulator = emulator(Function::default());
    let address = emulator.address();
    let runtime = thread::spawn(move || {
        let mut client = Client::new(address);
        for _ in 0..2 {
            let event = client.next();
            let id = event.header(ID).unwrap().to_owned();
            if event.body == b"\"fail\"" {
                let path = format!("/2018-06-01/runtime/invocation/{id}/error");
                client.call("POST", &path, &[], b"{\"errorMessage\":\"no\"}");
            } else {
                client.respond(&id, &event.body);
            }
        }
    });
    let mut caller = Client::new(address);
    let answer = caller.call("POST", INVOKE, &[], b"{\"a\":1}");
    assert_eq!((answer.status, answer.json()), (200, json!({ "a": 1 })));
    assert!(answer.header("X-Amzn-RequestId").is_some());
    let failed = caller.call("POST", INVOKE, &[], b"\"fail\"");
    assert_eq!(failed.header("X-Amz-Function-Error"), Some("Unhandled"));
    assert_eq!(failed.json()["errorMessage"], "no");
    runtime.join().unwrap();
    let bad = caller.call("POST", INVOKE, &[], b"{");
    assert_eq!(
        (bad.status, &bad.json()["errorType"]),
        (400, &json!("InvalidRequestContentException"))
    );
    let later = caller.call("POST", INVOKE, &[("X-Amz-Invocation-Type", "Event")], b"{}");
    assert_eq!(later.status, 202);
}

#[test]
fn an_answer_that_is_too_large_is_an_error_of_the_function() {
    let function = Function { max_response_bytes: 10, ..Function::default() };
    let emulator = emulator(function);
    let asked = emulator.submit(b"1");
    let mut client = Client::new(emulator.address());
    let id = client.next().header(ID).unwrap().to_owned();
    assert_eq!(client.respond(&id, b"\"0123456789\"").status, 413);
    let record = emulator.wait(asked);
    assert_eq!(record.json().unwrap()["errorType"], "Function.ResponseSizeTooLarge");
}

fn register(client: &mut Client, name: &str) -> Answer {
    let body = br#"{"events":["INVOKE","SHUTDOWN"]}"#;
    client.call("POST", "/2020-01-01/extension/register", &[("Lambda-Extension-Name", name)], body)
}

#[test]
fn an_extension_hears_of_invocations_and_of_the_end_and_is_waited_for() {
    let emulator = emulator(Function::default());
    let mut extension = Client::new(emulator.address());
    let registered = register(&mut extension, "watcher");
    assert_eq!(registered.json()["functionName"], "orders");
    let identifier = registered.header("Lambda-Extension-Identifier").unwrap().to_owned();
    let own = [("Lambda-Extension-Identifier", identifier.as_str())];
    assert_eq!(register(&mut extension, "watcher").status, 403, "once");
    let unknown = [("Lambda-Extension-Identifier", "somebody")];
    let path = "/2020-01-01/extension/event/next";
    assert_eq!(extension.call("GET", path, &unknown, b"").status, 403);

    let asked = emulator.submit(b"1");
    let mut runtime = Client::new(emulator.address());
    runtime.send("GET", "/2018-06-01/runtime/invocation/next", &[], b"");
    thread::sleep(Duration::from_millis(60));
    assert_eq!(emulator.records()[0].deliveries, 0, "the extension is not ready");
    extension.send("GET", path, &own, b"");
    let id = runtime.answer().header(ID).unwrap().to_owned();
    let event = extension.answer().json();
    assert_eq!((&event["eventType"], &event["requestId"]), (&json!("INVOKE"), &json!(id)));
    assert_eq!(event["tracing"]["type"], "X-Amzn-Trace-Id");
    runtime.respond(&id, b"2");
    assert!(emulator.wait(asked).is_success());
    extension.send("GET", path, &own, b"");
    assert!(register(&mut Client::new(emulator.address()), "late").status == 403, "init is over");
    emulator.shut_down(ShutdownReason::Timeout);
    let event = extension.answer().json();
    assert_eq!(
        (&event["eventType"], &event["shutdownReason"]),
        (&json!("SHUTDOWN"), &json!("timeout"))
    );
}

#[test]
fn one_who_subscribes_gets_what_happened_before_and_after() {
    let emulator = emulator(Function::default());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut extension = Client::new(emulator.address());
    let identifier = register(&mut extension, "watcher")
        .header("Lambda-Extension-Identifier")
        .unwrap()
        .to_owned();
    let own = [("Lambda-Extension-Identifier", identifier.as_str())];
    let wish = json!({ "schemaVersion": "2022-12-13", "types": ["platform"],
        "buffering": { "maxItems": 1000, "maxBytes": 262_144, "timeoutMs": 25 },
        "destination": { "protocol": "HTTP", "URI": format!("http://sandbox.localdomain:{port}/t") } });
    let subscribed =
        extension.call("PUT", "/2022-07-01/telemetry", &own, wish.to_string().as_bytes());
    assert_eq!((subscribed.status, subscribed.json()), (200, json!("OK")));
    let refused = extension.call("PUT", "/2022-07-01/telemetry", &own, b"{}");
    assert_eq!(refused.status, 400);
    extension.send("GET", "/2020-01-01/extension/event/next", &own, b"");

    let asked = emulator.submit(b"1");
    let mut runtime = Client::new(emulator.address());
    let id = runtime.next().header(ID).unwrap().to_owned();
    runtime.respond(&id, b"2");
    assert!(emulator.wait(asked).is_success());

    let mut kinds: Vec<String> = Vec::new();
    while !kinds.iter().any(|kind| kind == "platform.report") {
        let (stream, _) = listener.accept().unwrap();
        let mut batch = Client { stream, input: Vec::new() };
        let events = batch.answer_as_server();
        for event in events.as_array().unwrap() {
            assert!(event["time"].as_str().unwrap().ends_with('Z'), "{event}");
            kinds.push(event["type"].as_str().unwrap().to_owned());
        }
    }
    for kind in [
        "platform.telemetrySubscription",
        "platform.initReport",
        "platform.start",
        "platform.runtimeDone",
    ] {
        assert!(kinds.iter().any(|known| known == kind), "{kind}: {kinds:?}");
    }
    assert!(!kinds.iter().any(|kind| kind == "function"), "{kinds:?}");
}

impl Client {
    /// Reads one request with a body of JSON, and takes it.
    fn answer_as_server(&mut self) -> Value {
        let request = {
            // Its first line has the path where an answer has its status.
            let mut room = [0; 8192];
            loop {
                let end = self.input.windows(4).position(|four| four == b"\r\n\r\n");
                let length = end.and_then(|end| {
                    let head = String::from_utf8_lossy(&self.input[..end]).into_owned();
                    let line = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
                    Some((end, line?.parse::<usize>().ok()?))
                });
                match length {
                    Some((end, length)) if self.input.len() >= end + 4 + length => {
                        break self.input[end + 4..end + 4 + length].to_vec();
                    }
                    _ => {
                        let count = self.stream.read(&mut room).unwrap();
                        assert!(count > 0);
                        self.input.extend_from_slice(&room[..count]);
                    }
                }
            }
        };
        self.stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
        serde_json::from_slice(&request).unwrap()
    }
}

#[test]
fn whatever_is_sent_the_next_caller_is_served() {
    let emulator = emulator(Function::default());
    for bytes in [
        &b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"[..],
        b"POST /2015-03-31/functions/f/invocations HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PUT /2022-07-01/telemetry HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
        b"POST /2018-06-01/runtime/invocation//response HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(emulator.address()).unwrap();
        stream.write_all(bytes).unwrap();
    }
    let asked = emulator.submit(b"1");
    let mut client = Client::new(emulator.address());
    let id = client.next().header(ID).unwrap().to_owned();
    client.respond(&id, b"2");
    assert!(matches!(emulator.wait(asked).outcome, Some(Outcome::Response(_))));
}

proptest! {
    /// Invocations come and are answered, given up or crash in any order: each is handed out at
    /// most once and ends once.
    #[test]
    fn no_order_of_calls_loses_or_doubles_an_invocation(steps in prop::collection::vec(0_u8..4, 1..40)) {
        let emulator = emulator(Function { concurrency: 4, ..Function::default() });
        let mut client = Client::new(emulator.address());
        let (mut asked, mut held, mut waiting) = (Vec::new(), Vec::new(), 0);
        for step in steps {
            match step {
                0 | 1 => {
                    asked.push(emulator.submit(b"1"));
                    waiting += 1;
                }
                2 if waiting > 0 && held.len() < 4 => {
                    held.push(client.next().header(ID).unwrap().to_owned());
                    waiting -= 1;
                }
                3 => {
                    if let Some(id) = held.pop() {
                        prop_assert_eq!(client.respond(&id, b"2").status, 202);
                        prop_assert_eq!(client.respond(&id, b"2").status, 400);
                    }
                }
                _ => {}
            }
        }
        emulator.shut_down(ShutdownReason::Spindown);
        for invocation in asked {
            let record = emulator.wait(invocation);
            prop_assert!(record.deliveries <= 1);
            prop_assert!(record.outcome.is_some());
        }
    }

    #[test]
    fn no_assignment_is_fatal_and_a_failed_one_changes_nothing(assignment in "\\PC{0,60}|[a-c.\\[\\]*0-9=:\"]{0,20}") {
        let before = json!({ "a": [{ "b": "{\"c\":1}" }], "b": null });
        let mut event = before.clone();
        if guard_emulator::set(&mut event, &assignment).is_err() {
            prop_assert_eq!(event, before);
        }
    }
}
