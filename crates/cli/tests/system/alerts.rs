//! `faasguard alerts send`, with real servers on the loopback.

use std::{
    collections::BTreeSet,
    os::unix::fs::PermissionsExt as _,
    process::Stdio,
    time::{Duration, Instant},
};

use crate::{
    alert_server::{Answer, Server},
    folder::Folder,
};

fn alert(id: u32, level: &str) -> String {
    format!(
        "{{\"rule_id\":\"r\",\"rule\":\"R\",\"level\":\"{level}\",\"event_id\":\"{id}\",\"time\":\"2026-01-31T10:00:00Z\",\"actor\":\"arn:aws:iam::111122223333:user/ana\",\"account\":\"111122223333\",\"region\":\"eu-west-1\",\"event_name\":\"GetSecretValue\",\"function\":null,\"incident\":\"inc-1\",\"author\":\"bo\"}}\n"
    )
}

fn folder() -> Folder {
    let alerts: String = (1..=3).map(|id| alert(id, "high")).collect();
    Folder::new().file("alerts.jsonl", alerts)
}

/// Waits until something holds: how long that takes hangs on the machine.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(50), "{what} never held");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn alerts_go_to_files_in_their_forms_once() {
    let folder = folder();
    let words = ["alerts", "send", "alerts.jsonl", "--state", "state"];
    let sinks = ["--sink", "jsonl=a.jsonl", "--sink", "ocsf=o.jsonl", "--sink", "asff=f.jsonl"];
    let send = [&words[..], &sinks[..]].concat();
    folder.run(&send).exits(0).says(": 3 sent");
    folder.run(&send).exits(0).says(": 0 sent, 3 sent before");
    assert_eq!(folder.read("a.jsonl"), folder.read("alerts.jsonl"));
    let first = |file: &str| -> serde_json::Value {
        let text = folder.read(file);
        assert_eq!(text.lines().count(), 3);
        serde_json::from_str(text.lines().next().unwrap()).unwrap()
    };
    assert_eq!(first("o.jsonl")["class_uid"], 2004);
    assert_eq!(first("f.jsonl")["SchemaVersion"], "2018-10-08");
}

#[test]
fn a_dry_run_shows_everything_but_secrets() {
    let folder = folder().file(
        "sinks.json",
        r#"{"schema": "faasguard-sinks/1", "sinks": [
            {"name": "ops", "kind": "pagerduty", "routing_key": "R0UT1NG", "level": "critical"},
            {"name": "hook", "kind": "webhook", "url": "https://hooks.example/t0ken", "key": "K3Y"}]}"#,
    );
    let hidden = "https://hooks.slack.example/services/s3cret";
    let words = [
        "alerts",
        "send",
        "alerts.jsonl",
        "--dry-run",
        "--sinks",
        "sinks.json",
        "--sink",
        "slack=env:HOOK",
    ];
    let run = folder.run_with("HOOK", hidden, &words);
    run.exits(0).says("https://hooks.slack.example/…").says("https://hooks.example/…");
    assert_eq!(run.out.lines().count(), 6, "none below the level of its sink: {}", run.out);
    for secret in ["R0UT1NG", "t0ken", "K3Y", "s3cret"] {
        run.says_not(secret);
    }
    folder.run(&words).exits(2).says("the environment variable `HOOK` is not set");
}

#[test]
fn what_cannot_be_sent_is_told_and_kept() {
    let server = Server::start(vec![Answer::status(403)]);
    let folder = folder();
    let sink = format!("webhook={}", server.url("/secret-path"));
    let run = folder.run(&["alerts", "send", "alerts.jsonl", "--sink", &sink, "--state", "state"]);
    run.exits(1).says("3 given up, in `dead-letters.jsonl`; last failure: status 403: ok");
    run.says_not("secret-path");
    let schema = include_str!("../../../../docs/schemas/faasguard-alert-1.schema.json");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let letters = folder.read("state/dead-letters.jsonl");
    let bodies = server.requests().into_iter().map(|it| String::from_utf8(it.body).unwrap());
    for line in letters.lines().map(str::to_owned).chain(bodies) {
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert!(validator.is_valid(&value), "{line}");
        let mut odd = value.clone();
        odd["alert"]["level"] = "odd".into();
        assert!(!validator.is_valid(&odd), "the schema is no empty promise");
    }
    // Dead letters may be sent again, elsewhere.
    folder
        .run(&["alerts", "send", "state/dead-letters.jsonl", "--sink", "jsonl=later.jsonl"])
        .exits(0);
    assert_eq!(folder.read("later.jsonl"), folder.read("alerts.jsonl"));
    let plain = "webhook=http://hooks.example/x";
    folder.run(&["alerts", "send", "--sink", plain]).exits(2).says("--allow-http");
    folder.run(&["alerts", "send", "--sink", "mail=ana"]).exits(2).says("`mail` is no sink");
    folder.run(&["alerts", "send"]).exits(2).says("there is no sink");
}

#[test]
fn a_line_that_is_no_alert_never_stops_the_others() {
    let folder = Folder::new();
    let long = format!("{{\"rule_id\":\"{}\"}}\n", "x".repeat(2 << 20));
    let input = format!("nonsense\n{}\n{long}{}", alert(1, "low"), alert(2, "low"));
    let words = ["alerts", "send", "--sink", "jsonl=a.jsonl"];
    let run = folder.run_with_input(&words, input.as_bytes());
    run.exits(0)
        .says("line 1: it is no alert")
        .says("line 4: it has")
        .says("2 lines are no alerts");
    assert_eq!(folder.read("a.jsonl").lines().count(), 2);
    folder.run_with_input(&[&words[..], &["--strict"]].concat(), b"{}\n").exits(3);
}

#[test]
fn a_run_that_is_killed_loses_nothing() {
    // The first answer never comes: the run is killed while it waits.
    let server = Server::start(vec![Answer::Silence, Answer::status(503), Answer::status(200)]);
    let folder = folder();
    let sink = format!("webhook={}", server.url("/"));
    let words = ["alerts", "send", "alerts.jsonl", "--sink", &sink, "--state", "state"];
    let mut child = folder.program().args(words).stderr(Stdio::null()).spawn().unwrap();
    wait_until("a request", || !server.requests().is_empty());
    child.kill().unwrap();
    child.wait().unwrap();
    folder.run_with_input(&["alerts", "send", "--sink", &sink, "--state", "state"], b"").exits(0);
    let sent = server.requests();
    let keys: BTreeSet<_> =
        sent.iter().map(|it| it.header("idempotency-key").unwrap().to_owned()).collect();
    assert_eq!((keys.len(), sent.len()), (3, 5), "all of them, and again under the same key");
}

#[test]
fn buses_and_topics_go_through_the_companion() {
    let folder = folder();
    let topic = "sns=arn:aws:sns:eu-west-1:111122223333:alerts";
    let words =
        ["alerts", "send", "alerts.jsonl", "--sink", topic, "--sink", "eventbridge=default"];
    let none = folder.run_alone("/nonexistent", &words);
    none.exits(2).says("`faasguard-cloud`, which sends to AWS, stands neither beside this program");
    // A program that answers as the companion does, to see what it is given.
    let script = "#!/bin/sh\nPATH=/usr/bin:/bin\necho \"$*\" >> arguments\nwhile read -r line; do echo \"$line\" >> messages; id=${line#*id\\\":\\\"}; echo \"{\\\"id\\\":\\\"${id%%\\\"*}\\\",\\\"sent\\\":true}\"; done\n";
    folder.write("bin/faasguard-cloud", script);
    let path = folder.path("bin/faasguard-cloud");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    let run = folder.run_alone(folder.path("bin").to_str().unwrap(), &words);
    run.exits(0).says(": 3 sent");
    let arguments = folder.read("arguments");
    assert!(arguments.contains("send sns --topic arn:aws:sns:eu-west-1:111122223333:alerts"));
    assert!(arguments.contains("send eventbridge --bus default"), "{arguments}");
    assert_eq!(folder.read("messages").lines().count(), 6);
}
