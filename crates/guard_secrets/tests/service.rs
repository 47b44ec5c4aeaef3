//! The cache before a service of our own that counts, is slow, refuses, and speaks TLS.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use guard_secrets::{Handle, StartError};
use guard_settings::Secrets;

const TOKEN: &str = "the-session-token";

/// One request that a service saw.
#[derive(Clone)]
struct Call {
    head: String,
    body: String,
}

type Answering = dyn Fn(usize, &Call) -> (u16, String) + Send + Sync;

/// Serves one connection with keep-alive until the client closes.
fn serve(mut stream: impl Read + Write, calls: &AtomicUsize, answer: &Answering) {
    let mut bytes = Vec::new();
    loop {
        let Some(call) = read_call(&mut stream, &mut bytes) else { return };
        let (status, body) = answer(calls.fetch_add(1, Ordering::SeqCst), &call);
        let text = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        if stream.write_all(text.as_bytes()).is_err() || stream.flush().is_err() {
            return;
        }
    }
}

fn read_call(stream: &mut impl Read, bytes: &mut Vec<u8>) -> Option<Call> {
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |text| text.parse().unwrap());
            if bytes.len() >= end + 4 + length {
                let body = String::from_utf8(bytes[end + 4..end + 4 + length].to_vec()).unwrap();
                bytes.drain(..end + 4 + length);
                return Some(Call { head, body });
            }
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}

struct Service {
    port: u16,
    calls: Arc<AtomicUsize>,
}

impl Service {
    fn start(answer: impl Fn(usize, &Call) -> (u16, String) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let service = Self { port: listener.local_addr().unwrap().port(), calls: Arc::default() };
        let (calls, answer) = (Arc::clone(&service.calls), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (calls, answer) = (Arc::clone(&calls), Arc::clone(&answer));
                std::thread::spawn(move || serve(stream, &calls, &*answer));
            }
        });
        service
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

fn start(settings: &Secrets, variables: &[(&str, &str)]) -> Result<Handle, StartError> {
    let mut all = HashMap::from([
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_SESSION_TOKEN", TOKEN),
    ]);
    all.extend(variables.iter().copied());
    let environment = |name: &str| all.get(name).map(|&value| value.to_owned());
    guard_secrets::start(settings, &environment)
}

fn settings(prefetch: &[&str]) -> Secrets {
    let prefetch = prefetch.iter().map(|&name| name.to_owned()).collect();
    Secrets { port: 0, ttl_s: 300, prefetch }
}

/// Status, head and body of the answer to one request on a connection of its own.
fn exchange(port: u16, request: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    // A server that refuses a request may reset what it did not read.
    let _ = stream.read_to_string(&mut text);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, head.to_owned(), body.to_owned())
}

fn get(port: u16, target: &str) -> (u16, String) {
    let (status, _, body) = exchange(
        port,
        &format!(
            "GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\
             X-Aws-Parameters-Secrets-Token: {TOKEN}\r\n\r\n"
        ),
    );
    (status, body)
}

#[test]
fn what_is_fetched_ahead_is_there_and_signed() {
    let seen: Arc<Mutex<Vec<Call>>> = Arc::default();
    let calls = Arc::clone(&seen);
    let service = Service::start(move |_, call| {
        calls.lock().unwrap().push(call.clone());
        (200, r#"{"SecretString":"hunter2"}"#.to_owned())
    });
    let names = ["prod/db", "ssm:/prod/key"];
    let handle = start(&settings(&names), &[("AWS_ENDPOINT_URL", &service.url())]).unwrap();
    let (status, body) = get(handle.port(), "/secretsmanager/get?secretId=prod/db");
    assert_eq!((status, body.as_str()), (200, r#"{"SecretString":"hunter2"}"#));
    let target = "/systemsmanager/parameters/get?name=%2Fprod%2Fkey&withDecryption=true";
    assert_eq!(get(handle.port(), target).0, 200);
    assert_eq!(service.calls(), 2);

    let calls = seen.lock().unwrap();
    let secret = calls.iter().find(|call| call.body == r#"{"SecretId":"prod/db"}"#).unwrap();
    let parameter = r#"{"Name":"/prod/key","WithDecryption":true}"#;
    assert!(
        calls
            .iter()
            .any(|call| call.body == parameter && call.head.contains("amazonssm.getparameter"))
    );
    for part in [
        "x-amz-target: secretsmanager.getsecretvalue",
        "credential=akidexample/",
        "/eu-west-1/secretsmanager/aws4_request, signedheaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, signature=",
        "x-amz-security-token: the-session-token",
    ] {
        assert!(secret.head.contains(part), "{part} in {}", secret.head);
    }
}

#[test]
fn a_crowd_is_held_and_costs_one_call() {
    let service = Service::start(|_, _| {
        std::thread::sleep(Duration::from_millis(300));
        (200, "{}".to_owned())
    });
    let handle = start(&settings(&[]), &[("AWS_ENDPOINT_URL", &service.url())]).unwrap();
    let port = handle.port();
    // More than there may be connections at once: the rest waits, nobody is refused.
    let clients: Vec<_> = (0..200)
        .map(|_| std::thread::spawn(move || get(port, "/secretsmanager/get?secretId=a").0))
        .collect();
    for client in clients {
        assert_eq!(client.join().unwrap(), 200);
    }
    assert_eq!(service.calls(), 1);
    let stats = handle.stats();
    assert_eq!(stats.hits + stats.misses, 200);
}

#[test]
fn only_the_function_itself_is_answered() {
    let service = Service::start(|_, _| (200, "{}".to_owned()));
    let handle = start(&settings(&[]), &[("AWS_ENDPOINT_URL", &service.url())]).unwrap();
    let check = |request: &str, status| {
        let (found, _, body) = exchange(handle.port(), request);
        assert_eq!(found, status, "{request} {body}");
        assert!(!body.contains(TOKEN));
    };
    let path = "/secretsmanager/get?secretId=a";
    let host = "Host: localhost\r\nConnection: close";
    let token = format!("X-Aws-Parameters-Secrets-Token: {TOKEN}");
    check(&format!("GET {path} HTTP/1.1\r\n{host}\r\n{token}\r\n\r\n"), 200);
    check(&format!("GET {path} HTTP/1.1\r\n{host}\r\n\r\n"), 401);
    check(&format!("GET {path} HTTP/1.1\r\n{host}\r\n{token}x\r\n\r\n"), 403);
    check(&format!("GET {path} HTTP/1.1\r\n{host}\r\n{token}\r\n{token}\r\n\r\n"), 403);
    check(
        &format!("GET {path} HTTP/1.1\r\n{host}\r\n{token}\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n"),
        400,
    );
    check(
        &format!(
            "GET {path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n{token}\r\n\r\n"
        ),
        400,
    );
    check(
        &format!("POST {path} HTTP/1.1\r\n{host}\r\n{token}\r\nContent-Length: 2\r\n\r\nab"),
        405,
    );
    check(&format!("GET /other HTTP/1.1\r\n{host}\r\n{token}\r\n\r\n"), 404);
    check(&format!("GET /secretsmanager/get HTTP/1.1\r\n{host}\r\n{token}\r\n\r\n"), 400);
    check(
        &format!(
            "GET {path} HTTP/1.1\r\n{host}\r\n{token}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        400,
    );
    check(&format!("GET {path} HTTP/1.1\n{host}\n{token}\n\n"), 400);
    let long = "x".repeat(70_000);
    exchange(handle.port(), &format!("GET /{long} HTTP/1.1\r\n{host}\r\n\r\n"));
    exchange(handle.port(), "\u{0}\u{1}\u{2}\r\n\r\n");
    check(&format!("GET {path} HTTP/1.1\r\n{host}\r\n{token}\r\n\r\n"), 200);
    assert_eq!(service.calls(), 1);
}

#[test]
fn what_the_service_refuses_is_passed_on_and_its_faults_are_tried_again() {
    let service = Service::start(|count, call| {
        if call.body.contains("missing") {
            (400, r#"{"__type":"ResourceNotFoundException"}"#.to_owned())
        } else if count < 2 {
            (503, "{}".to_owned())
        } else {
            (200, r#"{"SecretString":"x"}"#.to_owned())
        }
    });
    let handle = start(&settings(&[]), &[("AWS_ENDPOINT_URL", &service.url())]).unwrap();
    assert_eq!(get(handle.port(), "/secretsmanager/get?secretId=a").0, 200);
    assert_eq!(service.calls(), 3);
    let (status, body) = get(handle.port(), "/secretsmanager/get?secretId=missing");
    assert_eq!((status, body.as_str()), (400, r#"{"__type":"ResourceNotFoundException"}"#));
    assert_eq!(service.calls(), 4);
}

#[test]
fn a_service_that_is_gone_is_told_as_such() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{gone}");
    let handle = start(&settings(&[]), &[("AWS_ENDPOINT_URL", &url)]).unwrap();
    let (status, body) = get(handle.port(), "/secretsmanager/get?secretId=a");
    assert_eq!(status, 502, "{body}");
    assert_eq!(handle.stats().failures, 1);
}

#[test]
fn credentials_that_ended_are_asked_for_anew() {
    let keys = Service::start(|count, call| {
        assert!(call.head.contains("authorization: the-container-token"));
        let body = format!(
            r#"{{"AccessKeyId":"KEY{count}","SecretAccessKey":"s","Token":"t","Expiration":"2999-01-01T00:00:00Z"}}"#
        );
        (200, body)
    });
    let service = Service::start(|_, call| {
        if call.head.contains("credential=key0/") {
            (400, r#"{"__type":"ExpiredTokenException"}"#.to_owned())
        } else {
            (200, r#"{"SecretString":"x"}"#.to_owned())
        }
    });
    let url = format!("{}/creds", keys.url());
    let handle = start(
        &settings(&[]),
        &[
            ("AWS_ENDPOINT_URL", &service.url()),
            ("AWS_ACCESS_KEY_ID", ""),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "the-container-token"),
        ],
    )
    .unwrap();
    assert_eq!(get(handle.port(), "/secretsmanager/get?secretId=a").0, 200);
    assert_eq!((keys.calls(), service.calls()), (2, 2));
}

#[test]
fn a_fresh_value_is_had_on_demand_and_an_old_one_says_its_age() {
    let service = Service::start(|count, _| (200, format!(r#"{{"SecretString":"{count}"}}"#)));
    let settings = Secrets { ttl_s: 2, ..settings(&[]) };
    let handle = start(&settings, &[("AWS_ENDPOINT_URL", &service.url())]).unwrap();
    let target = "/secretsmanager/get?secretId=a";
    assert_eq!(get(handle.port(), target).1, r#"{"SecretString":"0"}"#);
    std::thread::sleep(Duration::from_millis(1100));
    let (_, fresh) = get(handle.port(), &format!("{target}&refreshNow=true"));
    assert_eq!(fresh, r#"{"SecretString":"1"}"#);
    std::thread::sleep(Duration::from_millis(2100));
    let started = Instant::now();
    let request = format!(
        "GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         X-Aws-Parameters-Secrets-Token: {TOKEN}\r\n\r\n"
    );
    let (_, head, body) = exchange(handle.port(), &request);
    // Beyond twice its lifetime the old value would not be served: a machine that slow shows nothing.
    if started.elapsed() < Duration::from_secs(1) && body.contains("\"1\"") {
        assert!(head.contains("Age: ") && head.contains("X-Faasguard-Stale: true"), "{head}");
    }
}

#[test]
fn a_port_that_is_taken_is_told() {
    let first = start(&settings(&[]), &[]).unwrap();
    let again = Secrets { port: first.port(), ..settings(&[]) };
    match start(&again, &[]) {
        Err(StartError::Listen { error, .. }) => {
            assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
        }
        other => panic!("{other:?}"),
    }
}

mod tls {
    use super::{Arc, AtomicUsize, TcpListener, get, serve, settings, start};
    use rustls::pki_types::PrivateKeyDer;
    use rustls::{ServerConfig, ServerConnection, StreamOwned};

    #[test]
    fn an_encrypted_service_is_believed_with_its_root_only() {
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certified.cert.der().clone()], key)
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                let stream = StreamOwned::new(connection, socket);
                std::thread::spawn(move || {
                    serve(stream, &AtomicUsize::new(0), &|_, _| (200, "{\"a\":1}".to_owned()));
                });
            }
        });
        let file = std::env::temp_dir().join(format!("faasguard-root-{}.pem", std::process::id()));
        std::fs::write(&file, certified.cert.pem()).unwrap();
        let variables = [("AWS_ENDPOINT_URL", url.as_str())];
        let believed = [("FAASGUARD_SECRETS_CA", file.to_str().unwrap()), variables[0]];
        let handle = start(&settings(&[]), &believed).unwrap();
        std::fs::remove_file(&file).unwrap();
        for name in ["a", "b"] {
            let target = format!("/secretsmanager/get?secretId={name}");
            assert_eq!(get(handle.port(), &target), (200, "{\"a\":1}".to_owned()));
        }
        let handle = start(&settings(&[]), &variables).unwrap();
        assert_eq!(get(handle.port(), "/secretsmanager/get?secretId=a").0, 502);
    }
}

#[test]
fn what_cannot_be_fetched_at_the_start_is_told_once() {
    let service = Service::start(|_, call| {
        if call.body.contains("known") {
            (200, r#"{"SecretString": "one"}"#.to_owned())
        } else {
            (400, r#"{"__type": "com.amazonaws#ResourceNotFoundException"}"#.to_owned())
        }
    });
    let url = service.url();
    let handle = start(&settings(&["known", "missing"]), &[("AWS_ENDPOINT_URL", &url)]).unwrap();
    assert_eq!(get(handle.port(), "/secretsmanager/get?secretId=missing").0, 400);
    assert_eq!(get(handle.port(), "/secretsmanager/get?secretId=known").0, 200);
    let told = "secrets: `missing` could not be fetched at the start: ResourceNotFoundException";
    assert_eq!(handle.take_faults(), [told]);
    assert_eq!(get(handle.port(), "/secretsmanager/get?secretId=missing").0, 400);
    assert!(handle.take_faults().is_empty());
}
