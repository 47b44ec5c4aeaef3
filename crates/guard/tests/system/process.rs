//! The guard as a process: settings, exit codes, signals.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Output, Stdio};

use serde_json::json;

use crate::stage::{SettingsFile, guard};

fn command(words: &[&str]) -> Command {
    let mut command = Command::new(guard());
    command.args(words).env("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9").stdin(Stdio::null());
    for variable in ["FAASGUARD_SETTINGS", "FAASGUARD_ON_FAULT", "FAASGUARD_LISTEN"] {
        command.env_remove(variable);
    }
    command
}

fn output(words: &[&str]) -> Output {
    command(words).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_exit_code_is_that_of_the_program() {
    for (script, code) in
        [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137)]
    {
        let output = output(&["wrap", "--", "sh", "-c", script]);
        assert_eq!(output.status.code(), Some(code), "{script}: {}", stderr(&output));
    }
    assert_eq!(output(&["wrap", "--", "/nowhere/program"]).status.code(), Some(127));
    assert_eq!(output(&["wrap", "--", "/etc/passwd"]).status.code(), Some(126));
}

#[test]
fn what_a_program_writes_before_it_ends_is_written() {
    let output = output(&["wrap", "--", "sh", "-c", "echo out; echo err >&2; printf 'no end'"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "out\nno end");
    // Behind what the guard says about itself.
    assert!(stderr(&output).ends_with("}\nerr\n"), "{}", stderr(&output));
}

#[test]
fn a_program_left_in_the_background_does_not_hold_the_guard() {
    let output = output(&["wrap", "--", "sh", "-c", "sleep 60 & echo done"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "done\n");
}

#[test]
fn a_program_finds_the_guard_as_its_runtime_api() {
    let output = output(&["wrap", "--", "sh", "-c", "echo $AWS_LAMBDA_RUNTIME_API"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.starts_with("127.0.0.1:") && text != "127.0.0.1:9\n", "{text}");
    let mut fixed = command(&["wrap", "--", "sh", "-c", "echo $AWS_LAMBDA_RUNTIME_API"]);
    let output = fixed.env("FAASGUARD_LISTEN", "127.0.0.1:0").output().unwrap();
    assert!(output.status.success());
}

#[test]
fn signals_are_passed_on() {
    let script = "trap 'echo got it; exit 5' TERM; echo ready; while :; do sleep 0.05; done";
    let mut child =
        command(&["wrap", "--", "sh", "-c", script]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "ready");
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::SIGTERM).unwrap();
    assert_eq!(lines.next().unwrap().unwrap(), "got it");
    assert_eq!(child.wait().unwrap().code(), Some(5));
}

#[test]
fn settings_that_are_wrong_keep_the_function_from_starting() {
    let file = SettingsFile::new(&json!({"mode": "block", "redakt": {}}));
    let path = file.0.to_str().unwrap();
    let words = ["wrap", "--settings", path, "--", "echo", "ran"];
    let refused = output(&words);
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("line 1") && stderr(&refused).contains("`redakt`"));
    assert_eq!(refused.stdout, b"");

    let open = command(&words).env("FAASGUARD_ON_FAULT", "open").output().unwrap();
    assert_eq!(open.stdout, b"ran\n");
    assert!(stderr(&open).contains("\"kind\":\"fault\""), "{}", stderr(&open));

    let missing = output(&["wrap", "--settings", "/nowhere.json", "--", "echo", "ran"]);
    assert_eq!(missing.status.code(), Some(2));
}

#[test]
fn an_address_that_is_taken_is_a_fault_and_the_setting_decides() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (on_fault, ran) in [("open", &b"127.0.0.1:9\n"[..]), ("closed", b"")] {
        let file = SettingsFile::new(&json!({ "on_fault": on_fault }));
        let script = "echo $AWS_LAMBDA_RUNTIME_API";
        let path = file.0.to_str().unwrap();
        let output =
            output(&["wrap", "--settings", path, "--listen", &address, "--", "sh", "-c", script]);
        assert_eq!(output.stdout, ran, "{on_fault}: {}", stderr(&output));
        assert_eq!(output.status.success(), on_fault == "open");
    }
}

#[test]
fn a_command_line_that_is_wrong_is_told() {
    for (words, text) in [
        (&["wrap"][..], "a program is missing behind `--`"),
        (&["wrap", "--frob", "--", "x"], "unknown argument `--frob`"),
        (&["frob"], "unknown command `frob`"),
        (&[], "a command is missing"),
    ] {
        let output = output(words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(stderr(&output).contains(text), "{words:?}: {}", stderr(&output));
    }
    let mut without = command(&["wrap", "--", "true"]);
    let output = without.env_remove("AWS_LAMBDA_RUNTIME_API").output().unwrap();
    assert!(stderr(&output).contains("AWS_LAMBDA_RUNTIME_API is not set"));
    assert!(self::output(&["--help"]).status.success());
    assert!(self::output(&["wrap", "--help"]).status.success());
}

#[test]
fn values_are_inspected_line_by_line() {
    let mut child =
        command(&["inspect"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let input = "{\"id\":\"a\",\"value\":\"<script>alert(1)</script>\",\"context\":\"any\"}\nodd\n\
        {\"id\":\"b\",\"value\":\"hello\"}\n";
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let lines: Vec<serde_json::Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["verdict"], "block");
    assert_eq!(lines[0]["class"], "xss");
    assert!(lines[1]["error"].is_string());
    assert_eq!(lines[2], json!({"id": "b", "verdict": "pass", "class": null, "score": 0.0}));
}

#[test]
fn a_link_of_another_name_is_that_command() {
    let folder = std::env::temp_dir().join(format!("faasguard-link-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let link = folder.join("faasguard-guard-inspect");
    std::os::unix::fs::symlink(AsRef::<OsStr>::as_ref(&guard()), &link).unwrap();
    let output = Command::new(&link).stdin(Stdio::null()).output().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(output.status.success(), "{output:?}");
}
