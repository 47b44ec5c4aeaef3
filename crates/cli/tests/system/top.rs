//! `faasguard top`: a frame as text, and a real terminal.

use std::{
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use crate::{alerts::wait_until, folder::Folder};

fn alert(id: u32, rule: &str) -> String {
    format!(
        "{{\"rule_id\":\"r\",\"rule\":\"{rule}\",\"level\":\"high\",\"event_id\":\"{id}\",\"time\":\"2026-01-31T10:00:00Z\",\"actor\":\"ana\",\"event_name\":\"Invoke\",\"function\":\"orders\",\"incident\":\"inc-1\"}}\n"
    )
}

#[test]
fn a_frame_is_printed_as_text() {
    let folder = Folder::new()
        .file("a.jsonl", alert(1, "Rule One") + "odd\n" + &alert(2, "Rule\\u001b[2J Two"));
    let run = folder.run(&["top", "a.jsonl", "--once", "--columns", "130"]);
    run.exits(0)
        .says("2 alerts")
        .says("Rule One")
        .says("Rule\\u{1b}[2J Two")
        .says("1 lines are no alerts");
    run.says_not("\u{1b}");
    folder.run(&["top", "a.jsonl"]).exits(2).says("standard output is no terminal; --once");
    folder.run(&["top"]).exits(2);
    folder.run(&["top", "nothing", "--once"]).exits(2).says("cannot read `nothing`");
}

#[test]
fn a_frame_of_what_it_finds_itself() {
    let record = "{\"eventID\":\"1\",\"eventSource\":\"secretsmanager.amazonaws.com\",\"eventName\":\"GetSecretValue\",\"eventTime\":\"2026-01-31T10:00:00Z\",\"userIdentity\":{\"arn\":\"ana\"}}\n";
    let rule = "title: Secret Read\nlogsource: {product: aws, service: cloudtrail}\ndetection: {a: {eventName: GetSecretValue}, condition: a}\n";
    let folder = Folder::new().file("trail/a.jsonl", record).file("rules/a.yml", rule);
    let words = ["top", "--follow", "trail", "--rules", "rules", "--no-builtin", "--once"];
    folder.run(&words).exits(0).says("Secret Read").says("1 alerts");
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A terminal of its own, ended with the test.
struct Screen {
    socket: String,
}

impl Screen {
    fn start(folder: &Folder, command: &str) -> Option<Self> {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let socket = format!("faasguard-{}-{number}", std::process::id());
        let screen = Self { socket };
        let size = ["new-session", "-d", "-x", "110", "-y", "30", "-c"];
        let path = folder.path("").to_str().unwrap().to_owned();
        let started = Command::new("tmux")
            .args(["-L", &screen.socket, "-f", "/dev/null"])
            .args(size)
            .args([&path, "sh", "-c", command])
            .stderr(Stdio::null())
            .status();
        started.is_ok_and(|it| it.success()).then_some(screen)
    }

    fn tmux(&self, words: &[&str]) -> String {
        let output = Command::new("tmux").args(["-L", &self.socket]).args(words).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn text(&self) -> String {
        self.tmux(&["capture-pane", "-p"])
    }

    fn press(&self, key: &str) {
        self.tmux(&["send-keys", key]);
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

#[test]
fn a_terminal_shows_alerts_as_they_come_and_is_given_back() {
    let folder = Folder::new().file("a.jsonl", alert(1, "Rule One"));
    let program = env!("CARGO_BIN_EXE_faasguard");
    let command = format!("{program} top a.jsonl; echo ended with $?; sleep 100");
    // Not every machine has a terminal multiplexer.
    let Some(screen) = Screen::start(&folder, &command) else { return };
    wait_until("the first alert", || screen.text().contains("Rule One"));
    let mut file = std::fs::OpenOptions::new().append(true).open(folder.path("a.jsonl")).unwrap();
    std::io::Write::write_all(&mut file, alert(2, "Rule Two").as_bytes()).unwrap();
    wait_until("an alert that came later", || screen.text().contains("Rule Two"));
    screen.press("Enter");
    wait_until("the details", || screen.text().contains("rule       Rule Two"));
    screen.press("Enter");
    screen.press("/");
    screen.press("One");
    screen.press("Enter");
    wait_until("the filter", || {
        let text = screen.text();
        text.contains("with `One`") && !text.contains("Rule Two")
    });
    screen.press("q");
    wait_until("the end", || screen.text().contains("ended with 0"));
    assert!(!screen.text().contains("Rule One"), "the screen is as it was: {}", screen.text());
}
