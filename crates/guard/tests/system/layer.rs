//! The scripts of the layer, started as the platform starts them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::stage::guard;

/// A layer as it lies in `/opt`, in a folder of its own.
struct Layer(PathBuf);

impl Layer {
    fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("faasguard-layer-{}-{name}", std::process::id()));
        std::fs::create_dir_all(folder.join("task")).unwrap();
        let layer = Path::new(env!("CARGO_MANIFEST_DIR")).join("layer");
        for script in ["faasguard-wrap", "bootstrap"] {
            std::fs::copy(layer.join(script), folder.join(script)).unwrap();
        }
        Self(folder)
    }

    fn with_guard(self) -> Self {
        std::os::unix::fs::symlink(guard(), self.0.join("faasguard-guard")).unwrap();
        self
    }

    fn run(&self, script: &str, words: &[&str]) -> Output {
        Command::new(self.0.join(script))
            .args(words)
            .env("FAASGUARD_HOME", &self.0)
            .env("LAMBDA_TASK_ROOT", self.0.join("task"))
            .env("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9")
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }
}

impl Drop for Layer {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const TELL: &str = "echo \"$# $AWS_LAMBDA_RUNTIME_API\"; exit 4";

#[test]
fn the_exec_wrapper_starts_the_runtime_behind_the_guard() {
    let layer = Layer::new("wrap").with_guard();
    let output = layer.run("faasguard-wrap", &["sh", "-c", TELL, "sh", "two words", ""]);
    assert_eq!(output.status.code(), Some(4));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.starts_with("2 127.0.0.1:") && text != "2 127.0.0.1:9\n", "{text}");
}

#[test]
fn without_the_guard_the_function_starts_all_the_same() {
    let layer = Layer::new("bare");
    let output = layer.run("faasguard-wrap", &["sh", "-c", TELL]);
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "0 127.0.0.1:9\n");
    assert!(String::from_utf8_lossy(&output.stderr).contains("starts without it"));
}

#[test]
fn the_bootstrap_of_a_layer_starts_that_of_the_function() {
    let layer = Layer::new("bootstrap").with_guard();
    let bootstrap = layer.0.join("task/main");
    std::fs::write(&bootstrap, format!("#!/bin/sh\n{TELL}\n")).unwrap();
    std::fs::set_permissions(&bootstrap, std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .unwrap();
    let output = layer.run("bootstrap", &[]);
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("0 127.0.0.1:"));
}
