//! `faasguard logs analyze`.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use crate::folder::Folder;

const SCHEMA: &str = include_str!("../../../../docs/schemas/faasguard-logs-1.schema.json");

/// A day of invocations, one in ten minutes; what an invocation logs is told by its number.
fn log(of: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for number in 0..144 {
        let time = format!("2026-01-31T{:02}:{:02}:00", number / 6, number % 6 * 10);
        let id = format!("0a0b0c0d-0000-4000-8000-{number:012}");
        text.push_str(&format!("{time}.000Z START RequestId: {id} Version: $LATEST\n"));
        let line = of(number);
        if !line.is_empty() {
            text.push_str(&format!("{time}.001Z {line}\n"));
        }
        text.push_str(&format!("{time}.002Z END RequestId: {id}\n"));
        let init = if number == 0 { "\tInit Duration: 300.00 ms" } else { "" };
        text.push_str(&format!(
            "{time}.002Z REPORT RequestId: {id}\tDuration: 20.00 ms\tBilled Duration: 20 ms\tMemory Size: 128 MB\t\
             Max Memory Used: 70 MB{init}\t\n"
        ));
    }
    text
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn folder() -> Folder {
    let orders = log(|number| {
        match number {
        3 | 4 => format!("[ERROR] KeyError: 'order-{number}'\nTraceback (most recent call last):\n  File \"a.py\", line 3"),
        5 => "login of ana.silva@example.com with password=Tr0ub4dor-3xyz \u{1b}[2J".to_owned(),
        6 => r#"{"faasguard":"event","kind":"event-blocked","class":"sql","request_id":"r","function":"orders","detail":"","mode":"block"}"#.to_owned(),
        140 => "[ERROR] ValueError: new 7".to_owned(),
        _ => String::new(),
    }
    });
    let event =
        |message: &str| json!({"id": "1", "timestamp": 1_769_853_600_123_u64, "message": message});
    let subscription = json!({
        "messageType": "DATA_MESSAGE", "owner": "111122223333", "logGroup": "/aws/lambda/mail",
        "logStream": "2026/01/31/[$LATEST]1a2b", "subscriptionFilters": ["all"],
        "logEvents": [
            event("START RequestId: r-1 Version: 1\n"),
            event("REPORT RequestId: r-1\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 128 MB\tStatus: timeout\n"),
        ],
    });
    Folder::new()
        .file("logs/orders.log.gz", gzip(&orders))
        .file("logs/mail.json", subscription.to_string())
        .file("logs/odd.log", b"\0\x01")
}

#[test]
fn figures_errors_secrets_and_the_guard_stand_in_one_document() {
    let folder = folder();
    let run = folder.run(&["logs", "analyze", "logs", "--format", "json", "--learn", "12"]);
    run.exits(0).says("the result is not whole");
    let document: Value = run.json();
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(&document).map(|it| format!("{}: {it}", it.instance_path)).collect();
    assert!(faults.is_empty(), "{faults:?}");

    assert_eq!(document["summary"]["files_not_read"], 1);
    assert_eq!(document["summary"]["complete"], false);
    let functions = document["functions"].as_array().unwrap();
    let [mail, orders] = functions.as_slice() else { panic!("{functions:?}") };
    assert_eq!(
        (&mail["name"], &mail["timeouts"], &mail["errors"]),
        (&json!("mail"), &json!(1), &json!(1))
    );
    assert_eq!(orders["invocations"], 144);
    assert_eq!(orders["errors"], 2);
    assert_eq!(orders["cold_starts"], 1);
    assert_eq!(orders["memory"]["verdict"], "fitting");
    assert_eq!(orders["error_clusters"][0]["template"], "KeyError: <text>");
    assert_eq!(orders["error_clusters"][0]["new"], false);
    assert_eq!(orders["error_clusters"][1]["new"], true);
    assert_eq!(orders["guard_events"][0]["class"], "sql");

    let all = document.to_string();
    assert!(!all.contains("Tr0ub") && !all.contains("ana.silva"), "{all}");
    let checks: Vec<&str> = document["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["check"].as_str().unwrap())
        .collect();
    assert_eq!(
        checks,
        [
            "logged-secret",
            "blocked-attacks",
            "new-error",
            "logged-personal-data",
            "timeouts",
            "memory-close-to-limit",
            "unhandled-error",
        ]
    );
    assert_eq!(document["findings"][0]["place"]["line"], 23);
}

#[test]
fn exit_codes_and_forms() {
    let folder = folder();
    folder.run(&["logs", "analyze", "logs", "--fail-on", "high"]).exits(1);
    folder.run(&["logs", "analyze", "logs", "--fail-on", "critical"]).exits(0);
    folder.run(&["logs", "analyze", "logs", "--strict"]).exits(3);
    folder
        .run(&["logs", "analyze", "missing"])
        .exits(2)
        .says("there is no file or folder `missing`");
    let text = folder.run(&["logs", "analyze", "logs"]);
    text.exits(0).says("144 invocations, 2 failed (1.39 %)").says("guard: 1 × event-blocked (sql)");
    let out = text.all();
    assert!(!out.contains('\u{1b}') && !out.contains("Tr0ub"), "{out}");
    let sarif: Value = folder.run(&["logs", "analyze", "logs", "--format", "sarif"]).json();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "logged-secret");
    let mail = folder.run(&["logs", "analyze", "logs", "--function", "mail", "--format", "json"]);
    assert_eq!(mail.json()["functions"].as_array().unwrap().len(), 1);
    let none =
        ["logs", "analyze", "logs/orders.log.gz", "--since", "2026-02-01", "--format", "json"];
    assert_eq!(folder.run(&none).json()["summary"]["invocations"], 0);
}
