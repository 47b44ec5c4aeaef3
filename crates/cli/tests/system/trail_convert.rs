//! `faasguard trail convert`.

use std::process::Stdio;

use serde_json::json;

use crate::{
    alerts::wait_until,
    folder::Folder,
    trails::{Record, delivered, lines, summary},
};

fn record(id: u32, service: &str, name: &str) -> Record {
    let time = format!("2026-01-31T10:00:0{id}Z");
    Record::new(id, service, name, &time).with("requestParameters", json!({"userName": "bob"}))
}

fn trail() -> Folder {
    let records = [
        record(1, "signin", "ConsoleLogin"),
        record(2, "iam", "CreateUser"),
        record(3, "lambda", "GetFunction"),
    ];
    Folder::new()
        .file("trail/a.json", serde_json::to_vec_pretty(&delivered(&records)).unwrap())
        .file("trail/b.json", "{\"Records\":[{\"eventSource\":\"s3.ama")
}

#[test]
fn records_become_events_of_ocsf_one_a_line() {
    let folder = trail();
    let run = folder.run(&["trail", "convert", "trail"]);
    run.exits(0).says("b.json: byte").says("1 Authentication (3002)").says("not whole");
    let events = lines(&run.out);
    let classes: Vec<_> = events.iter().map(|event| event["class_uid"].as_u64()).collect();
    assert_eq!(classes, [Some(3002), Some(3001), Some(6003)]);
    assert_eq!(events[1]["user"]["name"], "bob");
    assert_eq!(events[2]["type_name"], "API Activity: Read");
    assert_eq!(events[2]["time"], 1_769_853_603_000_i64);
    let summary = summary(&run);
    assert_eq!(
        (&summary["events"], &summary["written"], &summary["skipped"]),
        (&json!(3), &json!(3), &json!(1))
    );
    folder.run(&["trail", "convert", "trail", "--strict"]).exits(3);
    folder.run(&["trail", "convert", "nowhere"]).exits(2).says("there is no file or folder");
}

#[test]
fn records_are_kept_as_they_are_and_times_choose() {
    let folder = trail();
    let words = ["trail", "convert", "trail/a.json", "--to", "jsonl", "-o", "out.jsonl"];
    folder.run(&words).exits(0);
    let records = lines(&folder.read("out.jsonl"));
    assert_eq!(records.len(), 3);
    assert_eq!(&records[0], record(1, "signin", "ConsoleLogin").value());
    assert!(!folder.path("out.jsonl.part").exists());
    let later =
        folder.run(&["trail", "convert", "trail/a.json", "--since", "2026-01-31T10:00:02Z"]);
    later.says("1 events outside of the time asked for");
    assert_eq!(later.out.lines().count(), 2);
    // What was written can be read again, compressed, too.
    folder.run(&["trail", "convert", "out.jsonl", "--to", "jsonl", "-o", "out.jsonl.gz"]).exits(0);
    let again = folder.run(&["trail", "convert", "out.jsonl.gz"]);
    assert_eq!(again.out.lines().count(), 3);
}

#[test]
fn what_cannot_be_written_is_told_and_nothing_is_left() {
    let folder = trail();
    folder
        .run(&["trail", "convert", "trail", "-o", "missing/out.jsonl"])
        .exits(2)
        .says("missing/out.jsonl");
    let closed = folder.run_script(
        "for i in 1 2 3 4 5 6 7 8; do cat trail/a.json; done | \"$0\" trail convert - 2>err | head -c 10; cat err",
        &[],
    );
    assert!(!closed.out.contains("panic"), "{closed:?}");
}

/// 24 files of a MiB of events each: a run keeps what it wrote each 8 MiB.
fn large_trail() -> Folder {
    let mut folder = Folder::new();
    for file in 0..24 {
        let note = "n".repeat(1_500);
        let lines: String = (0..400)
            .map(|id| {
                record(id % 10, "s3", "GetBucketAcl")
                    .with("requestParameters", json!({"note": format!("{file}-{id} {note}")}))
            })
            .map(|record| format!("{record}\n"))
            .collect();
        folder = folder.file(&format!("trail/{file:02}.jsonl"), lines);
    }
    folder
}

#[test]
fn a_run_that_is_killed_is_gone_on_with() {
    let folder = large_trail();
    folder.run(&["trail", "convert", "trail", "-o", "whole.jsonl"]).exits(0);
    for name in ["out.jsonl", "packed.jsonl.gz"] {
        let words = ["trail", "convert", "trail", "-o", name];
        if name == "out.jsonl" {
            // The system kills it when a file has 12 to 24 MiB.
            let limited = "ulimit -c 0; ulimit -f 24576; exec \"$0\" \"$@\"";
            let killed = folder.run_script(limited, &words);
            assert_eq!(killed.code, -1, "{killed:?}");
            assert!(!folder.path(name).exists());
        } else {
            // Killed wherever it is.
            for kib in [1, 40, 80] {
                let mut child = folder.program().args(words).stderr(Stdio::null()).spawn().unwrap();
                let part = folder.path(&format!("{name}.part"));
                let size = || part.metadata().map_or(0, |it| it.len());
                let is_done = || folder.path(name).exists();
                wait_until("some of it", || size() >= kib << 10 || is_done());
                child.kill().unwrap();
                child.wait().unwrap();
            }
        }
        let run = folder.run(&words);
        run.exits(0);
        assert_eq!(summary(&run)["written"], 9_600);
        if name == "out.jsonl" {
            run.says("out.jsonl: gone on behind ")
                .says(" of 24 files, which an earlier run converted");
        }
        assert!(!folder.path(&format!("{name}.part")).exists());
        assert!(!folder.path(&format!("{name}.part.steps")).exists());
    }
    let whole = folder.read("whole.jsonl");
    assert!(whole == folder.read("out.jsonl"), "the same bytes");
    assert!(whole == folder.command("gzip", &["-dc", "packed.jsonl.gz"]), "the same bytes");
}

#[test]
fn a_device_is_written_to_and_stays_one() {
    let folder = trail();
    folder.run(&["trail", "convert", "trail", "-o", "/dev/null"]).exits(0);
    assert!(!std::path::Path::new("/dev/null").is_file());
    folder
        .run(&["trail", "convert", "trail", "-o", "/dev/full"])
        .exits(2)
        .says("cannot write `/dev/full`");
    folder.run(&["trail", "convert", "trail", "-o", "trail"]).exits(2).says("cannot write `trail`");
}

const AZURE: &str = r#"{"time":"2026-03-04T10:00:00Z","resourceId":"/SUBSCRIPTIONS/S-1/RESOURCEGROUPS/R/PROVIDERS/MICROSOFT.WEB/SITES/orders","operationName":"MICROSOFT.WEB/SITES/HOST/LISTKEYS/ACTION","category":"Administrative","resultType":"Success","callerIpAddress":"198.51.100.7","identity":{"claims":{"upn":"ana@example.com"}}}"#;

const GOOGLE: &str = r#"{"logName":"projects/orders-prod/logs/cloudaudit.googleapis.com%2Factivity","insertId":"i-1","timestamp":"2026-03-04T10:00:00.5Z","resource":{"type":"service_account","labels":{"project_id":"orders-prod"}},"protoPayload":{"serviceName":"iam.googleapis.com","methodName":"google.iam.admin.v1.CreateServiceAccountKey","resourceName":"projects/-/serviceAccounts/1","authenticationInfo":{"principalEmail":"bob@example.com"},"requestMetadata":{"callerIp":"198.51.100.9"}}}"#;

fn clouds() -> Folder {
    Folder::new()
        .file("logs/azure.json", format!("{{\"records\":[{AZURE}]}}"))
        .file("logs/google.jsonl", format!("{GOOGLE}\n"))
        .file("logs/aws.jsonl", record(1, "s3", "GetBucketAcl").to_string())
}

#[test]
fn logs_of_other_clouds_are_converted() {
    let run = clouds().run(&["trail", "convert", "logs", "--strict"]);
    run.exits(0);
    let events = lines(&run.out);
    let of = |path: &str| -> Vec<_> {
        events.iter().map(|event| event.pointer(path).cloned().unwrap_or_default()).collect()
    };
    assert_eq!(of("/cloud/provider"), ["AWS", "Azure", "GCP"]);
    assert_eq!(of("/activity_name"), ["Read", "Read", "Create"]);
    assert_eq!(of("/cloud/account/uid"), ["111122223333", "S-1", "orders-prod"]);
    assert_eq!(of("/actor/user/name"), ["ana", "ana@example.com", "bob@example.com"]);
    assert_eq!(of("/resources/0/uid")[2], "projects/-/serviceAccounts/1");
}

#[test]
fn rules_that_come_along_speak_of_every_cloud() {
    let folder = clouds();
    let run = folder.run(&["trail", "detect", "logs", "--format", "jsonl"]);
    run.exits(0);
    let matches = lines(&run.out);
    let told = |at: usize, name: &str| matches[at][name].clone();
    assert_eq!(matches.len(), 2, "{matches:?}");
    assert_eq!(told(0, "rule"), "Keys of an Azure function listed by a person");
    assert_eq!((told(0, "account"), told(0, "function")), (json!("S-1"), json!("orders")));
    assert_eq!(told(1, "rule"), "Key of a Google service account made");
    assert_eq!(told(1, "actor"), "bob@example.com");
}

#[test]
fn usage_of_iam_leaves_other_clouds_apart_and_says_so() {
    let run = clouds().run(&["trail", "usage", "logs", "--format", "json"]);
    run.exits(0);
    let usage = run.json();
    assert_eq!(usage["totals"]["apart"], 2);
    assert_eq!(usage["principals"].as_array().map(Vec::len), Some(1));
    let unmapped = usage["unmapped"].as_array().unwrap();
    assert_eq!(unmapped.len(), 2);
    assert!(unmapped.iter().all(|it| it["reason"] == "of another cloud: no action of IAM"));
}
