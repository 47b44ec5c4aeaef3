//! A place for the tests of the program: sources, a lake, and the program over it.

use std::{
    fs,
    ops::Range,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

/// A folder of sources, and a lake beside it.
pub(crate) struct Scene {
    pub(crate) scratch: tempfile::TempDir,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        fs::create_dir(scratch.path().join("trail")).unwrap();
        Self { scratch }
    }

    pub(crate) fn trail(&self) -> PathBuf {
        self.scratch.path().join("trail")
    }

    pub(crate) fn lake(&self) -> PathBuf {
        self.scratch.path().join("lake")
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_faasguard-lake"));
        command.args(arguments).arg("--lake").arg(self.lake()).output().unwrap()
    }

    pub(crate) fn import(&self) -> Value {
        let output = self.run(&["import", self.trail().to_str().unwrap()]);
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{text}");
        serde_json::from_str(text.lines().last().unwrap()).unwrap()
    }
}

/// Files of events by number, each of which stands in two of them: `(files + 1) * events / 2` different ones.
pub(crate) fn fill(trail: &Path, files: Range<u32>, events: u32) {
    for file in files {
        let mut text = String::new();
        for at in 0..events {
            let id = file * events / 2 + at;
            text.push_str(&event(id, &format!("2026-01-0{}", id % 9 + 1)));
        }
        fs::write(trail.join(format!("{file:04}.jsonl")), text).unwrap();
    }
}

/// One event of a day, a line.
pub(crate) fn event(id: u32, day: &str) -> String {
    let request = u128::from(id).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    format!(
        r#"{{"eventID":"{id:08}","eventTime":"{day}T10:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-west-1","recipientAccountId":"111122223333","requestID":"{request:032x}"}}"#
    ) + "\n"
}
