//! `faasguard lake`, `faasguard cloud`: the companion program is found, and what it says comes back.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
};

/// The program in a folder of its own, so that no companion stands beside it.
fn program(folder: &Path) -> std::path::PathBuf {
    let program = folder.join("faasguard");
    fs::copy(env!("CARGO_BIN_EXE_faasguard"), &program).unwrap();
    program
}

fn run(folder: &Path, path: &Path, arguments: &[&str]) -> Output {
    run_as("lake", folder, path, arguments)
}

fn run_as(name: &str, folder: &Path, path: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(folder.join("faasguard"));
    command.arg(name).args(arguments).env("PATH", path).output().unwrap()
}

fn companion(folder: &Path, text: &str) {
    named_companion("faasguard-lake", folder, text);
}

fn named_companion(name: &str, folder: &Path, text: &str) {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn arguments_go_to_the_companion_and_its_exit_code_comes_back() {
    let scratch = tempfile::tempdir().unwrap();
    let (own, path) = (scratch.path().join("own"), scratch.path().join("path"));
    fs::create_dir(&own).unwrap();
    fs::create_dir(&path).unwrap();
    program(&own);
    let output = run(&own, &path, &["query", "--lake", "x"]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("stands neither beside this program nor on the PATH"), "{text}");

    companion(&path, "#!/bin/sh\necho \"path: $*\"\nexit 7\n");
    let output = run(&own, &path, &["query", "--lake", "x", "--help", "--", "-v"]);
    assert_eq!(output.status.code(), Some(7));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "path: query --lake x --help -- -v\n");

    // The one beside the program comes first.
    companion(&own, "#!/bin/sh\nkill -9 $$\n");
    assert_eq!(run(&own, &path, &["--version"]).status.code(), Some(128 + 9));
}

#[test]
fn the_companion_of_live_accounts_is_started_the_same_way() {
    let scratch = tempfile::tempdir().unwrap();
    let (own, path) = (scratch.path().join("own"), scratch.path().join("path"));
    fs::create_dir(&own).unwrap();
    fs::create_dir(&path).unwrap();
    program(&own);
    let output = run_as("cloud", &own, &path, &["snapshot"]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("`faasguard-cloud`, which asks live accounts, stands neither"), "{text}");

    named_companion("faasguard-cloud", &path, "#!/bin/sh\necho \"$*\"\nexit 3\n");
    let output = run_as("cloud", &own, &path, &["snapshot", "--strict", "--help"]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "snapshot --strict --help\n");
}
