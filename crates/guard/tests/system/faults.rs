//! What happens when something is not well: nothing lost, nothing doubled.

use std::process::{Command, Stdio};
use std::sync::Arc;

use guard_emulator::{Emulator, Function, Outcome, Program};
use serde_json::json;

use crate::runtime;
use crate::stage::{SettingsFile, Stage, wrapped};

#[test]
fn a_handler_that_crashes_fails_its_invocation_only() {
    let stage = Stage::new(&json!({}));
    for wish in ["exit", "abort"] {
        let record = stage.ask(&json!({ "wish": wish }));
        assert!(matches!(record.outcome, Some(Outcome::Exit { .. })), "{record:?}");
        assert!(stage.ask(&json!({"n": 1})).is_success());
    }
    assert_eq!(stage.emulator.starts(), 3);
    stage.nothing_lost_or_doubled();
}

#[test]
fn an_error_of_the_handler_passes() {
    let stage = Stage::new(&json!({}));
    let record = stage.ask(&json!({"wish": "fail"}));
    let Some(Outcome::Error(error)) = &record.outcome else { panic!("{record:?}") };
    assert_eq!(error.kind, "Asked");
    assert_eq!(record.json().unwrap()["errorMessage"], "as asked");
}

#[test]
fn the_guard_killed_in_the_midst_takes_its_runtime_along_and_both_start_again() {
    let stage = Stage::new(&json!({}));
    for round in 1..=3 {
        let answer = stage.ask(&json!({"wish": "parent"})).json().unwrap();
        let number = |name: &str| i32::try_from(answer[name].as_i64().unwrap()).unwrap();
        let (guard, own) = (number("guard"), number("own"));
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(guard), nix::sys::signal::SIGKILL)
            .unwrap();
        let record = stage.ask(&json!({"n": round}));
        // It may have been handed to the guard that was just killed; the platform knows then.
        let told = record.is_success() || matches!(record.outcome, Some(Outcome::Exit { .. }));
        assert!(told, "{record:?}");
        assert!(stage.ask(&json!({"n": round})).is_success());
        let begun = std::time::Instant::now();
        while nix::sys::signal::kill(nix::unistd::Pid::from_raw(own), None).is_ok() {
            assert!(begun.elapsed() < crate::stage::LONGEST, "an orphan is left");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
    stage.nothing_lost_or_doubled();
}

#[test]
fn a_full_disk_under_the_log_stops_no_invocation() {
    let emulator = Emulator::start(Function::default(), Arc::new(|_, _: &[u8]| {})).unwrap();
    let settings = SettingsFile::new(&json!({}));
    let words = wrapped(&settings, runtime::command());
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut child = Command::new(&words[0])
        .args(&words[1..])
        .env("AWS_LAMBDA_RUNTIME_API", emulator.address().to_string())
        .env(runtime::ROLE, "runtime")
        .stdout(full.try_clone().unwrap())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    for _ in 0..3 {
        let record = emulator.invoke(b"{\"wish\":\"print\",\"line\":\"no room\"}");
        assert!(record.is_success(), "{record:?}");
    }
    assert!(emulator.invoke(b"{\"wish\":\"flood\"}").is_success());
    // The log is moved before the platform is asked for the next event.
    assert!(emulator.invoke(b"1").is_success());
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(log.contains("bytes of the log could not be written"), "{log}");
    assert!(emulator.records().iter().all(|record| record.deliveries == 1));
}

#[test]
fn a_flood_of_lines_is_written_whole() {
    let stage = Stage::new(&json!({}));
    assert!(stage.ask(&json!({"wish": "flood"})).is_success());
    assert!(stage.ask(&json!({"wish": "print", "line": "behind it"})).is_success());
    // On standard output and on standard error, which come on ways of their own.
    stage.wait_for_lines(2, &["behind it"]);
    let count = stage.log().iter().filter(|line| line.len() == 999).count();
    assert_eq!(count, 5_000);
}

#[test]
fn large_events_answers_and_streams_pass() {
    let function = Function { max_response_bytes: 7_000_000, ..Function::default() };
    let stage = Stage::with(function, &json!({}), Program::default(), runtime::command());
    let event = json!({ "data": "lorem ipsum ".repeat(500_000) });
    assert_eq!(stage.ask(&event).json(), Some(event));
    assert!(stage.ask(&json!({"wish": "large"})).is_success());
    let record = stage.ask(&json!({"wish": "stream"}));
    let Some(Outcome::Response(response)) = &record.outcome else { panic!("{record:?}") };
    assert!(response.streamed);
    assert!(response.body == vec![b'z'; 20_000_000]);
    stage.nothing_lost_or_doubled();
}

#[test]
fn a_platform_that_goes_away_ends_the_runtime_as_it_would_without_the_guard() {
    let emulator = Emulator::start(Function::default(), Arc::new(|_, _: &[u8]| {})).unwrap();
    let settings = SettingsFile::new(&json!({}));
    let words = wrapped(&settings, runtime::command());
    let child = Command::new(&words[0])
        .args(&words[1..])
        .env("AWS_LAMBDA_RUNTIME_API", emulator.address().to_string())
        .env(runtime::ROLE, "runtime")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    assert!(emulator.invoke(b"1").is_success());
    drop(emulator);
    let output = child.wait_with_output().unwrap();
    assert!(matches!(output.status.code(), Some(8 | 9)), "{output:?}");
}
