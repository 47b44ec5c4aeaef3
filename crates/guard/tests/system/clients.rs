//! The runtime clients that AWS publishes, behind the guard.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use guard_emulator::{Function, Outcome, Program, SAMPLES};
use serde_json::{Value, json};

use crate::stage::{Stage, http_event, queue_event};

pub(crate) fn clients() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/clients");
    if folder.join("python.version").exists() && folder.join("node.version").exists() {
        return Some(folder);
    }
    println!("skipped: no clients; crates/guard_emulator/tests/clients/install.sh installs them");
    assert!(env::var_os("FAASGUARD_REQUIRE_CLIENTS").is_none(), "the clients are not installed");
    None
}

/// Each client with the handler of the emulator's tests: it gives its event back.
fn runtimes() -> Vec<(&'static str, Vec<OsString>)> {
    let Some(clients) = clients() else { return Vec::new() };
    let python = clients.join("python/bin/python").into();
    let node = clients.join("node/node_modules/aws-lambda-ric/bin/index.mjs").into();
    vec![
        ("python", vec![python, "-m".into(), "awslambdaric".into(), "app.handler".into()]),
        ("node", vec!["node".into(), node, "app.handler".into()]),
    ]
}

fn stage(settings: &Value, runtime: Vec<OsString>) -> Stage {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../guard_emulator/tests/clients");
    let program = Program {
        folder: Some(tests.clone()),
        variables: vec![("LAMBDA_TASK_ROOT".into(), tests.into())],
        ..Program::default()
    };
    Stage::with(Function::default(), settings, program, runtime)
}

#[test]
fn every_sample_of_every_trigger_passes() {
    for (name, runtime) in runtimes() {
        let stage = stage(&json!({}), runtime);
        for sample in SAMPLES {
            let record = stage.emulator.invoke(sample.text.as_bytes());
            let expected: Value = serde_json::from_str(sample.text).unwrap();
            assert_eq!(record.json(), Some(expected), "{name} {}: {:#?}", sample.name, stage.log());
        }
        stage.nothing_lost_or_doubled();
        assert_eq!(stage.emulator.starts(), 1, "{name}");
    }
}

#[test]
fn attacks_are_refused_and_their_benign_twins_pass() {
    for (name, runtime) in runtimes() {
        let stage = stage(&json!({}), runtime);
        let answer = stage.ask(&http_event("id", "1 OR 1=1--")).json().unwrap();
        assert_eq!(answer["statusCode"], 403, "{name}");
        let twin = http_event("id", "1");
        assert_eq!(stage.ask(&twin).json(), Some(twin), "{name}");
        let record = stage.ask(&json!({"userId": "1 OR 1=1--"}));
        assert!(matches!(record.outcome, Some(Outcome::Error(_))), "{name}: {record:?}");
        let twin = json!({"userId": "1"});
        assert_eq!(stage.ask(&twin).json(), Some(twin), "{name}");
        let batch = queue_event(&["{\"n\":1}", "{\"n\":\"' OR 'a'='a\"}", "{\"n\":3}"]);
        let answer = stage.ask(&batch).json().unwrap();
        assert_eq!(answer["batchItemFailures"], json!([{"itemIdentifier": "m-1"}]), "{name}");
        assert_eq!(answer["Records"].as_array().unwrap().len(), 2, "{name}");
        stage.nothing_lost_or_doubled();
    }
}

#[test]
fn a_thousand_invocations_are_each_answered_once() {
    for (name, runtime) in runtimes() {
        let stage = stage(&json!({}), runtime);
        for number in 0..1_000 {
            let event = json!({"n": number, "text": "an ordinary sentence"});
            assert_eq!(stage.ask(&event).json(), Some(event), "{name}");
        }
        stage.nothing_lost_or_doubled();
        assert_eq!(stage.emulator.starts(), 1, "{name}");
    }
}

#[test]
fn errors_and_exits_of_handlers_pass() {
    for (name, runtime) in runtimes() {
        let stage = stage(&json!({}), runtime);
        let record = stage.ask(&json!({"wish": "fail"}));
        assert_eq!(record.json().unwrap()["errorMessage"], "as asked", "{name}");
        let record = stage.ask(&json!({"wish": "exit"}));
        assert!(matches!(record.outcome, Some(Outcome::Exit { .. })), "{name}: {record:?}");
        assert!(stage.ask(&json!(1)).is_success(), "{name}");
        stage.nothing_lost_or_doubled();
    }
}
