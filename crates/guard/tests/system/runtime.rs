//! A runtime for the tests, played by the test program itself: a client of the Runtime API that
//! does what its event asks for.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::net::TcpStream;

use guard_http::{Decoder, Headers, Limits, Part, RequestHead, ResponseHead, chunk, last_chunk};
use serde_json::{Value, json};

/// Set in the environment of a runtime.
pub(crate) const ROLE: &str = "FAASGUARD_TEST_ROLE";

/// How this program is started as a runtime.
pub(crate) fn command() -> Vec<OsString> {
    let own = std::env::current_exe().unwrap().into();
    vec![own, "--exact".into(), "runtime::plays".into(), "--nocapture".into(), "--quiet".into()]
}

#[test]
fn plays() {
    if std::env::var_os(ROLE).is_some_and(|role| role == "runtime") {
        let address = std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap();
        // Gone with the platform.
        let Ok(stream) = TcpStream::connect(address) else { std::process::exit(9) };
        serve(Client { stream, decoder: Decoder::new(Limits::default()), buffer: Vec::new() });
    }
}

struct Client {
    stream: TcpStream,
    decoder: Decoder<ResponseHead>,
    buffer: Vec<u8>,
}

fn serve(mut client: Client) {
    loop {
        client.send(&RequestHead::new("GET", "/2018-06-01/runtime/invocation/next"), b"");
        let (head, body) = client.receive();
        if head.status != 200 {
            println!("the next event: {} {}", head.status, String::from_utf8_lossy(&body));
            std::process::exit(8);
        }
        let id = head.headers.text("lambda-runtime-aws-request-id").unwrap().to_owned();
        let event: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        handle(&mut client, &id, &event, &body);
    }
}

fn handle(client: &mut Client, id: &str, event: &Value, body: &[u8]) {
    match event["wish"].as_str() {
        Some("exit") => std::process::exit(3),
        Some("abort") => std::process::abort(),
        Some("fail") => {
            let body = br#"{"errorMessage":"as asked","errorType":"Asked","stackTrace":["f:1"]}"#;
            let head =
                post(id, "error", body.len()).with("Lambda-Runtime-Function-Error-Type", "Asked");
            client.send(&head, body);
        }
        Some("print") => {
            println!("{}", event["line"].as_str().unwrap());
            eprintln!("{}", event["line"].as_str().unwrap());
            client.answer(id, b"null");
        }
        Some("flood") => {
            let line = "x".repeat(999);
            for _ in 0..5_000 {
                println!("{line}");
            }
            client.answer(id, b"null");
        }
        Some("stream") => stream(client, id, 1_000, &Headers::new()),
        Some("late-error") => stream(client, id, 1, &late_error()),
        Some("large") => client.answer(id, json!("y".repeat(6_000_000)).to_string().as_bytes()),
        Some("parent") => {
            let parent = std::os::unix::process::parent_id();
            client.answer(
                id,
                json!({"guard": parent, "own": std::process::id()}).to_string().as_bytes(),
            );
        }
        _ => client.answer(id, body),
    }
    let (head, _) = client.receive();
    assert!((200..300).contains(&head.status), "the answer was not taken: {}", head.status);
}

/// What the client of Node says of an error in the midst of a stream:
/// `{"errorType":"Error","errorMessage":"no a","trace":["Error: no a","    at f (/var/task/a.js:1:2)"]}`.
fn late_error() -> Headers {
    let body = "eyJlcnJvclR5cGUiOiJFcnJvciIsImVycm9yTWVzc2FnZSI6Im5vIGEiLCJ0cmFjZSI6WyJFcnJvcjogbm8gYSIsIiAgICBhdCBmICgvdmFyL3Rhc2svYS5qczoxOjIpIl19";
    [("Lambda-Runtime-Function-Error-Type", "Error"), ("Lambda-Runtime-Function-Error-Body", body)]
        .into_iter()
        .collect()
}

/// So many chunks of 20,000 bytes, with trailers.
fn stream(client: &mut Client, id: &str, count: usize, trailers: &Headers) {
    let head = RequestHead::new("POST", &format!("/2018-06-01/runtime/invocation/{id}/response"))
        .with("Lambda-Runtime-Function-Response-Mode", "streaming")
        .with("Content-Type", "application/octet-stream")
        .with("Transfer-Encoding", "chunked");
    client.send(&head, b"");
    for _ in 0..count {
        let mut bytes = Vec::new();
        chunk(&vec![b'z'; 20_000], &mut bytes);
        client.stream.write_all(&bytes).unwrap();
    }
    let mut bytes = Vec::new();
    last_chunk(trailers, &mut bytes);
    client.stream.write_all(&bytes).unwrap();
}

fn post(id: &str, what: &str, length: usize) -> RequestHead {
    RequestHead::new("POST", &format!("/2018-06-01/runtime/invocation/{id}/{what}"))
        .with("Content-Type", "application/json")
        .with("Content-Length", length.to_string())
}

impl Client {
    fn answer(&mut self, id: &str, body: &[u8]) {
        self.send(&post(id, "response", body.len()), body);
    }

    fn send(&mut self, head: &RequestHead, body: &[u8]) {
        let mut bytes = Vec::new();
        head.write(&mut bytes);
        bytes.extend_from_slice(body);
        self.stream.write_all(&bytes).unwrap();
    }

    /// The next answer. A platform that is gone ends the runtime.
    fn receive(&mut self) -> (ResponseHead, Vec<u8>) {
        let (mut head, mut body) = (None, Vec::new());
        let mut bytes = vec![0; 65_536];
        loop {
            let step = self.decoder.step(&self.buffer).unwrap();
            let data = self.buffer.clone();
            self.buffer.drain(..step.consumed);
            match step.part {
                Part::Pending => match self.stream.read(&mut bytes) {
                    Ok(count @ 1..) => self.buffer.extend_from_slice(&bytes[..count]),
                    _ => std::process::exit(9),
                },
                Part::Head(own, _) => head = Some(own),
                Part::Data(range) => body.extend_from_slice(&data[range]),
                Part::End(_) => return (head.unwrap(), body),
            }
        }
    }
}
