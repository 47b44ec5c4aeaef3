//! The program while it is killed, runs out of room, or reads hostile events.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::Duration,
};

use serde_json::Value;

struct Scene {
    scratch: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        fs::create_dir(scratch.path().join("trail")).unwrap();
        Self { scratch }
    }

    fn trail(&self) -> PathBuf {
        self.scratch.path().join("trail")
    }

    fn lake(&self) -> PathBuf {
        self.scratch.path().join("lake")
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_faasguard-lake"));
        command.args(arguments).arg("--lake").arg(self.lake()).output().unwrap()
    }

    fn import(&self) -> Value {
        let output = self.run(&["import", self.trail().to_str().unwrap()]);
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{text}");
        serde_json::from_str(text.lines().last().unwrap()).unwrap()
    }

    /// Events in the lake, and how many of them are different.
    fn counts(&self) -> (u64, u64) {
        let sql = "SELECT SUM(rows) AS rows, SUM(1) AS ids FROM \
                   (SELECT event_id, SUM(1) AS rows FROM events GROUP BY event_id) x";
        let output = self.run(&["query", sql]);
        let text = String::from_utf8(output.stdout).unwrap();
        let row: Value = serde_json::from_str(text.trim()).unwrap();
        (row["rows"].as_u64().unwrap(), row["ids"].as_u64().unwrap())
    }
}

/// Files of events, each of which stands in two of them.
fn fill(trail: &Path, files: u32, events: u32) {
    for file in 0..files {
        let mut text = String::new();
        for at in 0..events {
            let id = file * events / 2 + at;
            let day = id % 9 + 1;
            writeln!(
                text,
                r#"{{"eventID":"{id:08}","eventTime":"2026-01-0{day}T10:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-west-1","recipientAccountId":"111122223333","requestID":"{:032x}"}}"#,
                u128::from(id).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
            )
            .unwrap();
        }
        fs::write(trail.join(format!("{file:04}.jsonl")), text).unwrap();
    }
}

#[test]
fn an_import_that_is_killed_at_any_moment_is_finished_by_the_next() {
    let scene = Scene::new();
    fill(&scene.trail(), 24, 2_000);
    let expect = u64::from(2_000 + 23 * 1_000_u32);
    let (mut kills, mut pause) = (0, Duration::from_millis(15));
    // Later and later, until one comes to its end.
    loop {
        let mut child = Command::new(env!("CARGO_BIN_EXE_faasguard-lake"))
            .args(["import", "--buffer", "1MiB", "--lake"])
            .args([scene.lake(), scene.trail()])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(pause);
        pause = pause * 3 / 2;
        if child.try_wait().unwrap().is_some() {
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
    }
    assert!(kills > 0);
    scene.import();
    assert_eq!(scene.counts(), (expect, expect));
    assert_eq!(scene.import()["already"], 24);
}

#[test]
fn a_full_disk_loses_and_doubles_nothing() {
    let scene = Scene::new();
    fill(&scene.trail(), 6, 2_000);
    let expect = u64::from(2_000 + 5 * 1_000_u32);
    // No file may be larger than this: what a full disk says to one that writes.
    for kilobytes in [1, 16, 64] {
        let line = format!(
            "trap '' XFSZ; ulimit -f {kilobytes}; exec \"$0\" import --buffer 1MiB \"$1\" --lake \"$2\""
        );
        let output = Command::new("bash")
            .args(["-c", &line, env!("CARGO_BIN_EXE_faasguard-lake")])
            .args([scene.trail(), scene.lake()])
            .output()
            .unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        if kilobytes == 1 {
            assert_eq!(output.status.code(), Some(2), "{text}");
            assert!(text.contains("cannot be written"), "{text}");
        }
    }
    scene.import();
    assert_eq!(scene.counts(), (expect, expect));
}

#[test]
fn what_a_terminal_would_obey_is_shown_in_tables() {
    let scene = Scene::new();
    let text = r#"{"eventID":"\u001b[2J\u202e","eventTime":"2026-01-31T10:00:00Z","eventSource":"a","eventName":"b\u0000c"}"#;
    fs::write(scene.trail().join("a.json"), text).unwrap();
    scene.import();
    let sql = "SELECT event_id, event_name, time, day FROM events";
    let table = String::from_utf8(scene.run(&["query", sql, "--format", "table"]).stdout).unwrap();
    assert!(!table.contains(['\u{1b}', '\u{202e}', '\0']), "{table}");
    assert!(table.contains(r"\u{1b}[2J"), "{table}");
    assert!(table.contains("1 row\n"), "{table}");
    let csv = String::from_utf8(scene.run(&["query", sql, "--format", "csv"]).stdout).unwrap();
    assert!(csv.starts_with("event_id,event_name,time,day\n"), "{csv}");
    let lines = String::from_utf8(scene.run(&["query", sql]).stdout).unwrap();
    let row: Value = serde_json::from_str(&lines).unwrap();
    assert_eq!(row["time"], "2026-01-31T10:00:00Z");
    assert_eq!(row["event_id"], "\u{1b}[2J\u{202e}");
}

#[test]
fn what_cannot_be_done_is_said() {
    let scene = Scene::new();
    let said = |arguments: &[&str]| {
        let output = scene.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(said(&["query", "SELECT 1"]).contains("there is no lake at"));
    assert!(said(&["import", "/no/such"]).contains("there is no file or folder `/no/such`"));
    fill(&scene.trail(), 1, 10);
    scene.import();
    assert!(said(&["query", "--name", "nothing"]).contains("there is no query `nothing`"));
    let text = said(&["query", "--name", "volume", "--param", "since=tomorrow"]);
    assert!(text.contains("`tomorrow` is no value for `since`: write `2026-01-31`"), "{text}");
    assert!(said(&["query", "DROP TABLE events"]).contains("DDL not supported"));
    let forever = "SELECT SUM(1) FROM events a, events b, events c, events d, events e, events f, \
                   events g, events h, events i, events j, events k WHERE a.raw > b.raw OR c.raw > d.raw";
    let text = said(&["query", forever, "--timeout", "1"]);
    assert!(text.contains("the query took more than 1 s"), "{text}");
    let status = scene.run(&["status"]);
    let status: Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!((&status["events"], &status["sources"]), (&10.into(), &1.into()));
    for arguments in [&["compact"][..], &["retain", "--days", "100000"], &["vacuum"]] {
        let output = scene.run(arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let fits = output.status.success() || text.contains("more than a calendar has");
        assert!(fits, "{text}");
    }
}
