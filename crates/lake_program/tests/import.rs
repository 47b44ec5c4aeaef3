//! The program over hostile events, and over what it cannot do.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod scene;

use std::fs;

use serde_json::Value;

use crate::scene::{Scene, fill};

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
    fill(&scene.trail(), 0..1, 10);
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
