//! The runtime clients that AWS publishes, on the emulator: it must be Lambda to them.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test panics, and tells what it skips"
)]

use std::{
    env,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use guard_emulator::{Emulator, Function, Outcome, Program, SAMPLES, Source};
use serde_json::{Value, json};

/// Where `clients/install.sh` puts them; `None`, with a printed line, when they are not there.
fn clients() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/clients");
    if folder.join("python.version").exists() && folder.join("node.version").exists() {
        return Some(folder);
    }
    println!("skipped: no clients; crates/guard_emulator/tests/clients/install.sh installs them");
    assert!(env::var_os("FAASGUARD_REQUIRE_CLIENTS").is_none(), "the clients are not installed");
    None
}

/// The client of each language with the handler of these tests.
fn runtimes() -> Vec<(&'static str, Program)> {
    let Some(clients) = clients() else { return Vec::new() };
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    let python = clients.join("python/bin/python");
    let node = clients.join("node/node_modules/aws-lambda-ric/bin/index.mjs");
    let python =
        [python.as_os_str(), "-m".as_ref(), "awslambdaric".as_ref(), "app.handler".as_ref()];
    let node = ["node".as_ref(), node.as_os_str(), "app.handler".as_ref()];
    let in_tests = |program: Program| Program {
        folder: Some(tests.clone()),
        variables: vec![("LAMBDA_TASK_ROOT".into(), tests.clone().into())],
        ..program
    };
    vec![("python", in_tests(Program::new(python))), ("node", in_tests(Program::new(node)))]
}

type Lines = Arc<Mutex<Vec<(Source, String)>>>;

fn start(function: Function, program: Program) -> (Emulator, Lines) {
    let lines = Lines::default();
    let to = Arc::clone(&lines);
    let sink = move |source: Source, line: &[u8]| {
        to.lock().unwrap().push((source, String::from_utf8_lossy(line).into_owned()));
    };
    let emulator = Emulator::start(function, Arc::new(sink)).unwrap();
    emulator.run(program).unwrap();
    (emulator, lines)
}

fn ask(emulator: &Emulator, event: &Value) -> guard_emulator::Record {
    emulator.invoke(event.to_string().as_bytes())
}

#[test]
fn every_sample_comes_back_as_it_was_sent() {
    for (name, program) in runtimes() {
        let (emulator, lines) = start(Function::default(), program);
        for sample in SAMPLES {
            let record = emulator.invoke(sample.text.as_bytes());
            let expected: Value = serde_json::from_str(sample.text).unwrap();
            assert_eq!(record.json(), Some(expected), "{name} {}: {lines:?}", sample.name);
            assert_eq!((record.deliveries, record.late_answers), (1, 0));
        }
        assert_eq!(emulator.starts(), 1, "{name} was never started again");
    }
}

#[test]
fn the_context_is_that_of_the_invocation() {
    for (name, program) in runtimes() {
        let (emulator, lines) = start(Function::default(), program);
        let record = ask(&emulator, &json!({ "wish": "context" }));
        let context = record.json().unwrap();
        assert_eq!(context["request_id"], json!(record.request_id), "{name}");
        assert_eq!(context["arn"], json!(Function::default().arn()), "{name}");
        assert_eq!(context["trace"], json!(record.trace), "{name}");
        assert!(context["remaining"].as_f64().unwrap() > 1_000.0, "{name}: {context} {lines:?}");
    }
}

#[test]
fn an_error_of_the_function_is_one_and_the_runtime_goes_on() {
    for (name, program) in runtimes() {
        let (emulator, _) = start(Function::default(), program);
        let record = ask(&emulator, &json!({ "wish": "fail" }));
        assert!(matches!(record.outcome, Some(Outcome::Error(_))), "{name}: {record:?}");
        assert_eq!(record.json().unwrap()["errorMessage"], json!("as asked"), "{name}");
        assert!(ask(&emulator, &json!(1)).is_success(), "{name}");
        assert_eq!(emulator.starts(), 1, "{name}");
    }
}

#[test]
fn a_runtime_that_ends_fails_its_invocation_and_is_started_again() {
    for (name, program) in runtimes() {
        let (emulator, _) = start(Function::default(), program);
        let crashed = emulator.submit(b"{\"wish\":\"exit\"}");
        let next = emulator.submit(b"{\"n\":1}");
        let crashed = emulator.wait(crashed);
        assert!(matches!(crashed.outcome, Some(Outcome::Exit { .. })), "{name}: {crashed:?}");
        assert_eq!(emulator.wait(next).json(), Some(json!({ "n": 1 })), "{name}");
        assert_eq!(emulator.starts(), 2, "{name}");
    }
}

#[test]
fn what_takes_too_long_is_given_up_and_the_next_one_runs() {
    for (name, program) in runtimes() {
        let function = Function { timeout: Duration::from_secs(3), ..Function::default() };
        let (emulator, _) = start(function, program);
        let late = ask(&emulator, &json!({ "wish": "sleep" }));
        assert_eq!(late.outcome, Some(Outcome::Timeout), "{name}");
        assert!(ask(&emulator, &json!(1)).is_success(), "{name}");
    }
}

#[test]
fn lines_of_the_handler_and_of_the_platform_are_told() {
    for (name, program) in runtimes() {
        let (emulator, lines) = start(Function::default(), program);
        assert!(ask(&emulator, &json!({ "wish": "print" })).is_success());
        drop(emulator);
        let lines = lines.lock().unwrap();
        let has = |source: Source, text: &str| {
            lines.iter().any(|(from, line)| *from == source && line.contains(text))
        };
        assert!(has(Source::Stdout, "a line of the handler"), "{name}: {lines:?}");
        assert!(has(Source::Platform, "START RequestId: "), "{name}: {lines:?}");
        assert!(has(Source::Platform, "Init Duration: "), "{name}: {lines:?}");
    }
}

#[test]
fn an_event_of_six_megabytes_arrives_whole() {
    for (name, program) in runtimes() {
        let (emulator, _) = start(Function::default(), program);
        let event = json!({ "text": "x".repeat(6_000_000) });
        assert!(ask(&emulator, &event).json() == Some(event), "{name}");
        let too_much = json!({ "text": "x".repeat(6_400_000) });
        assert!(matches!(ask(&emulator, &too_much).outcome, Some(Outcome::Error(_))), "{name}");
    }
}
