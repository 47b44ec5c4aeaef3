//! `cargo xtask payloads`, `cargo xtask crs`: the guard against corpora of attacks.
//!
//! The work is done by the package `guard_corpora`, which is built with optimisation: half of what
//! it prints is time.

use std::process::Command;

use crate::{Outcome, workspace};

pub(crate) fn payloads(arguments: &[String]) -> Outcome {
    run("payloads", arguments)
}

pub(crate) fn crs(arguments: &[String]) -> Outcome {
    run("crs", arguments)
}

fn run(command: &str, arguments: &[String]) -> Outcome {
    let status = Command::new("cargo")
        .args(["run", "--quiet", "--release", "--package", "guard_corpora", "--", command])
        .args(arguments)
        .current_dir(workspace::root())
        .status()?;
    if status.success() { Ok(()) } else { Err(format!("`{command}` failed").into()) }
}
