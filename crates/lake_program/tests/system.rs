//! The program as users run it, where no cluster is needed. Clusters: `cargo xtask cluster-test`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::{Command, Output};

fn lake(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_faasguard-lake")).args(words).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn files_for_kubernetes_are_printed() {
    let words = ["cluster", "units", "--format", "kubernetes", "--lake", "s3://audit/lake"];
    let output = lake(&words);
    assert!(output.status.success(), "{}", said(&output));
    assert!(String::from_utf8(output.stdout).unwrap().contains("kind: NetworkPolicy"));
}

#[test]
fn a_value_that_would_say_more_than_itself_is_refused() {
    let lake_name = "s3://audit/lake\nExecStart=/bin/sh";
    let output = lake(&["cluster", "units", "--format", "systemd", "--lake", lake_name]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert_eq!(said(&output).lines().count(), 1, "{}", said(&output));
}

#[test]
fn a_scheduler_over_no_lake_says_so() {
    let output = lake(&["cluster", "scheduler", "--lake", "/nonexistent/lake", "--port", "1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("/nonexistent/lake"), "{}", said(&output));
}
