//! `faasguard trail detect` with sinks, and following a folder: signals, kills, what comes late.

use std::{
    collections::BTreeMap,
    fs::OpenOptions,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use crate::{
    alert_server::{Answer, Server},
    alerts::wait_until,
    folder::Folder,
    trails::{DETECT, Record, detect, lines, secret_rules},
};

/// An event each second, a line each.
fn record(id: u32) -> String {
    let time = format!("2026-01-31T10:{:02}:{:02}Z", id / 60, id % 60);
    format!("{}\n", Record::secret_read(id, &time))
}

fn folder() -> Folder {
    let rules = secret_rules("12h", "{eq: 25}", "  generate: true\n");
    Folder::new().file("rules/read.yml", rules).file("trail/a.jsonl", "")
}

fn append(folder: &Folder, path: &str, text: &str) {
    let file = OpenOptions::new().create(true).append(true).open(folder.path(path));
    file.unwrap().write_all(text.as_bytes()).unwrap();
}

/// A run that goes on, with its lines as they come.
struct Following {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Following {
    fn start(folder: &Folder, more: &[&str]) -> Self {
        let mut child = folder
            .program()
            .args(DETECT)
            .arg("--follow")
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Self { child, lines }
    }

    /// The id of the event of the next alert.
    #[track_caller]
    fn next(&self) -> String {
        let line = self.lines.recv_timeout(Duration::from_secs(50)).unwrap();
        let alert: serde_json::Value = serde_json::from_str(&line).unwrap();
        alert["event_id"].as_str().unwrap().to_owned()
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// Its exit code, and what it said.
    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        self.signal(signal);
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap().code(), said)
    }
}

#[test]
fn matches_go_to_sinks_as_they_are_printed() {
    let folder = folder();
    append(&folder, "trail/a.jsonl", &(1..=3).map(record).collect::<String>());
    let server = Server::start(vec![Answer::status(200)]);
    let hook = format!("webhook={}", server.url("/"));
    let sinks = ["--sink", &hook, "--sink", "jsonl=alerts.jsonl", "--state", "state"];
    let run = detect(&folder, &sinks);
    run.exits(0).says(": 3 sent");
    assert_eq!(folder.read("alerts.jsonl"), run.out);
    assert_eq!(server.requests().len(), 3);
    detect(&folder, &sinks).exits(0).says("3 sent before");
    detect(&folder, &["--state", "s"]).exits(2).says("--sink and --follow");
    let refused = Server::start(vec![Answer::status(401)]);
    let hook = format!("webhook={}", refused.url("/"));
    detect(&folder, &["--sink", &hook, "--strict"]).exits(3).says("status 401");
}

#[test]
fn a_folder_is_followed_until_a_signal() {
    let folder = folder();
    append(&folder, "trail/a.jsonl", &record(1));
    let following =
        Following::start(&folder, &["--poll", "20", "--heartbeat", "1", "--state", "state"]);
    assert_eq!(following.next(), "1");
    append(&folder, "trail/a.jsonl", &record(2));
    assert_eq!(following.next(), "2");
    let (code, said) = following.end("-TERM");
    assert_eq!(code, Some(0), "{said}");
    let summary: serde_json::Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!((&summary["events"], &summary["matches"]), (&2.into(), &2.into()));
    // The next run goes on.
    append(&folder, "trail/a.jsonl", &record(3));
    let following =
        Following::start(&folder, &["--poll", "20", "--heartbeat", "1", "--state", "state"]);
    assert_eq!(following.next(), "3");
    std::thread::sleep(Duration::from_millis(1_100));
    let (code, said) = following.end("-INT");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("{\"heartbeat\":{\"time\":"), "{said}");
    let sarif = [&DETECT[..7], &["sarif", "--follow"]].concat();
    folder.run(&sarif).exits(2).says("use --format text or jsonl");
}

#[test]
fn a_run_that_is_killed_again_and_again_tells_each_alert_once() {
    let folder = folder();
    let server = Server::start(vec![Answer::status(200)]);
    let hook = format!("webhook={}", server.url("/"));
    let more =
        ["--poll", "10", "--state", "state", "--sink", &hook, "--sink", "jsonl=alerts.jsonl"];
    let mut id = 0;
    for round in 0..6 {
        let mut following = Following::start(&folder, &more);
        for _ in 0..5 {
            id += 1;
            append(&folder, "trail/a.jsonl", &record(id));
            if id % 2 == 0 {
                following.next();
            }
        }
        if round == 3 {
            std::fs::rename(folder.path("trail/a.jsonl"), folder.path("trail/a.jsonl.1")).unwrap();
        }
        following.child.kill().unwrap();
        following.child.wait().unwrap();
    }
    let following = Following::start(&folder, &more);
    let count =
        || std::fs::read_to_string(folder.path("alerts.jsonl")).unwrap_or_default().lines().count();
    wait_until("every alert", || count() >= 31);
    let (code, said) = following.end("-TERM");
    assert_eq!(code, Some(0), "{said}");
    let mut counts: BTreeMap<(String, String), u32> = BTreeMap::new();
    for alert in lines(&folder.read("alerts.jsonl")) {
        let text = |name: &str| alert[name].as_str().unwrap().to_owned();
        *counts.entry((text("rule"), text("event_id"))).or_default() += 1;
    }
    assert!(counts.values().all(|count| *count == 1), "none twice: {counts:?}");
    assert_eq!(counts.len(), 31, "30 events and the correlation over 25 of them: {counts:?}");
    let keys: std::collections::BTreeSet<_> = server
        .requests()
        .iter()
        .map(|it| it.header("idempotency-key").unwrap().to_owned())
        .collect();
    assert_eq!(keys.len(), 31, "the webhook was given all of them, too");
}
