//! The extension on the emulator, with a runtime of a few lines beside it.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::symlink,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use guard_emulator::{Emulator, Function, Program, ShutdownReason, Source};
use serde_json::Value;

use crate::stage::guard;

/// A runtime that gives each event back, until its connection ends.
fn echo(address: std::net::SocketAddr) {
    let mut stream = TcpStream::connect(address).unwrap();
    let mut input = Vec::new();
    loop {
        write!(stream, "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: a\r\n\r\n")
            .unwrap();
        let Some((head, body)) = message(&mut stream, &mut input) else { return };
        let id = header(&head, "lambda-runtime-aws-request-id").unwrap();
        write!(
            stream,
            "POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .unwrap();
        stream.write_all(&body).unwrap();
        if message(&mut stream, &mut input).is_none() {
            return;
        }
    }
}

fn header(head: &str, name: &str) -> Option<String> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(": ")?;
        key.eq_ignore_ascii_case(name).then(|| value.to_owned())
    })
}

/// One message with a length.
fn message(stream: &mut TcpStream, input: &mut Vec<u8>) -> Option<(String, Vec<u8>)> {
    let mut room = [0; 8192];
    loop {
        let end = input.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8(input[..end].to_vec()).unwrap();
            let length: usize =
                header(&head, "content-length").map_or(0, |length| length.parse().unwrap());
            if input.len() >= end + 4 + length {
                let body = input[end + 4..end + 4 + length].to_vec();
                input.drain(..end + 4 + length);
                return Some((head, body));
            }
        }
        match stream.read(&mut room) {
            Ok(0) | Err(_) => return None,
            Ok(count) => input.extend_from_slice(&room[..count]),
        }
    }
}

/// The program as the platform finds it: /opt/extensions/faasguard-guard.
fn extension(settings: &str) -> Program {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("extension-{}-{number}", std::process::id()));
    let extensions = folder.join("extensions");
    fs::create_dir_all(&extensions).unwrap();
    symlink(guard(), extensions.join("faasguard-guard")).unwrap();
    fs::write(folder.join("settings.json"), settings).unwrap();
    Program {
        variables: vec![("FAASGUARD_SETTINGS".into(), folder.join("settings.json").into())],
        ..Program::new([extensions.join("faasguard-guard")])
    }
}

type Lines = Arc<Mutex<Vec<String>>>;

fn emulator() -> (Emulator, Lines) {
    let lines = Lines::default();
    let to = Arc::clone(&lines);
    let sink = move |source: Source, line: &[u8]| {
        if source == Source::Extension {
            to.lock().unwrap().push(String::from_utf8_lossy(line).into_owned());
        }
    };
    (Emulator::start(Function::default(), Arc::new(sink)).unwrap(), lines)
}

/// Runs three invocations beside the extension and ends; the lines that it wrote.
fn three_invocations(settings: &str) -> Vec<String> {
    let (emulator, lines) = emulator();
    emulator.extend(&extension(settings)).unwrap();
    while emulator.extensions().is_empty() {
        thread::sleep(std::time::Duration::from_millis(5));
    }
    assert_eq!(emulator.extensions(), ["faasguard-guard"]);
    let address = emulator.address();
    let runtime = thread::spawn(move || echo(address));
    for _ in 0..3 {
        assert!(emulator.invoke(b"{\"n\":1}").is_success());
    }
    assert!(emulator.shut_down(ShutdownReason::Spindown), "it ended by itself, in its two seconds");
    drop(emulator);
    runtime.join().unwrap();
    lines.lock().unwrap().clone()
}

#[test]
fn what_the_platform_reports_becomes_metrics() {
    let lines = three_invocations(r#"{"function":"Orders","telemetry":{"emf":true}}"#);
    let metrics: Vec<Value> =
        lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(metrics.len(), 3, "{lines:#?}");
    for line in &metrics {
        assert_eq!(line["function"], "Orders");
        assert!(line["BilledDuration"].as_f64().unwrap() >= 1.0);
        assert_eq!(line["_aws"]["CloudWatchMetrics"][0]["Namespace"], "faasguard");
    }
}

#[test]
fn without_a_place_for_telemetry_it_only_takes_part() {
    assert_eq!(three_invocations("{}"), Vec::<String>::new());
}

#[test]
fn secrets_are_served_before_the_runtime_starts() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let settings = format!(r#"{{"secrets": {{"port": {}}}}}"#, free.port());
    let mut program = extension(&settings);
    for (name, value) in [
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "a"),
        ("AWS_SESSION_TOKEN", "t"),
    ] {
        program.variables.push((name.into(), value.into()));
    }
    let (emulator, lines) = emulator();
    emulator.extend(&program).unwrap();
    while emulator.extensions().is_empty() {
        thread::sleep(std::time::Duration::from_millis(5));
    }
    let mut client = TcpStream::connect(free).unwrap();
    client.write_all(b"GET /secretsmanager/get?secretId=a HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    let (head, _) = message(&mut client, &mut Vec::new()).unwrap();
    assert!(head.starts_with("HTTP/1.1 4"), "without a token there is no secret: {head}");
    assert!(emulator.shut_down(ShutdownReason::Spindown));
    assert_eq!(*lines.lock().unwrap(), Vec::<String>::new());
}

#[test]
fn a_platform_that_refuses_is_told_and_ends_it() {
    let platform = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = platform.local_addr().unwrap().to_string();
    let answer = thread::spawn(move || {
        let (mut stream, _) = platform.accept().unwrap();
        let (head, _) = message(&mut stream, &mut Vec::new()).unwrap();
        stream
            .write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 11\r\n\r\n{\"no\":\"no\"}")
            .unwrap();
        head
    });
    let program = extension("{}");
    let output = std::process::Command::new(&program.command[0])
        .envs(program.variables)
        .env("AWS_LAMBDA_RUNTIME_API", address)
        .output()
        .unwrap();
    let head = answer.join().unwrap();
    assert!(head.starts_with("POST /2020-01-01/extension/register "), "{head}");
    assert_eq!(header(&head, "lambda-extension-name").as_deref(), Some("faasguard-guard"));
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("register was refused with status 403"), "{error}");
}
