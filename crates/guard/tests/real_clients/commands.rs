//! `emulate` and `run` as a developer calls them.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

use crate::stage::{Guard, Language, command, folder, guard, languages};

/// Runs the program with a client of AWS behind `--`.
fn call(words: &[&str], language: Language, handler: &str) -> Output {
    let folder = folder();
    fs::write(folder.join("settings.json"), "{}").unwrap();
    let program = command(language, Guard::Absent, handler, &folder);
    let output = Command::new(guard())
        .args(words)
        .arg("--")
        .args(&program.command)
        .envs(program.variables)
        .current_dir(program.folder.unwrap())
        .output()
        .unwrap();
    fs::remove_dir_all(folder).unwrap();
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn run_prints_the_answer_and_what_the_guard_did() {
    for language in languages() {
        let hostile = ["run", "--event", "http-api", "--set", "body.userId=1 OR 1=1--"];
        let output = call(&hostile, language, "handler");
        let (answer, log) = (text(&output.stdout), text(&output.stderr));
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["statusCode"], 403, "{language:?}: {log}");
        assert!(log.contains("guard: event-blocked sql in body.userId"), "{language:?}: {log}");
        assert_eq!(output.status.code(), Some(0), "{language:?}: an answer is an answer");
    }
}

#[test]
fn emulate_has_no_guard_and_tells_by_its_exit_code_how_it_went() {
    for language in languages() {
        let same = ["emulate", "--quiet", "--event", "http-api", "--set", "body.userId=1 OR 1=1--"];
        let output = call(&same, language, "handler");
        let answer: Value = serde_json::from_str(&text(&output.stdout)).unwrap();
        assert_eq!(answer["version"], "2.0", "{language:?}: the event came back");
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
        let failed =
            call(&["emulate", "--event", "direct", "--set", "wish=fail"], language, "handler");
        let answer: Value = serde_json::from_str(&text(&failed.stdout)).unwrap();
        assert_eq!(answer["errorMessage"], "as asked", "{language:?}");
        assert_eq!(failed.status.code(), Some(1), "{language:?}");
    }
}

#[test]
fn samples_are_listed_and_shown_and_what_is_wrong_is_told() {
    let call = |words: &[&str]| Command::new(guard()).args(words).output().unwrap();
    let list = text(&call(&["emulate", "--list"]).stdout);
    for name in ["sqs ", "s3 ", "http-api ", "kinesis ", "cognito-pre-sign-up "] {
        assert!(list.lines().any(|line| line.starts_with(name)), "{name}: {list}");
    }
    let shown = text(&call(&["emulate", "--show", "sqs", "--set", "Records[3].body=x"]).stdout);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["Records"][3]["body"], "x");
    for (words, message) in [
        (&["emulate", "--show", "nothing"][..], "--list names the sample events"),
        (&["emulate", "--event", "sqs"], "name its program behind `--`"),
        (&["emulate", "--show", "sqs", "--set", "Records[99].body=x"], "nothing at `[99]`"),
        (&["emulate", "--timeout-s", "0", "--", "true"], "no number of at least 1"),
    ] {
        let output = call(words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(text(&output.stderr).contains(message), "{words:?}: {}", text(&output.stderr));
    }
}
