//! `cargo xtask payloads`, `crs`, `guard-latency`: the guard measured.
//!
//! The work is done by packages of their own, which are built with optimisation: half of what they
//! print is time.

use crate::{Outcome, workspace};

pub(crate) fn payloads(arguments: &[String]) -> Outcome {
    run("guard_corpora", Some("payloads"), arguments)
}

pub(crate) fn crs(arguments: &[String]) -> Outcome {
    run("guard_corpora", Some("crs"), arguments)
}

pub(crate) fn latency(arguments: &[String]) -> Outcome {
    run("guard_latency", None, arguments)
}

fn run(package: &str, command: Option<&str>, arguments: &[String]) -> Outcome {
    let status = workspace::cargo()
        .args(["run", "--quiet", "--release", "--package", package, "--"])
        .args(command)
        .args(arguments)
        .status()?;
    if status.success() { Ok(()) } else { Err(format!("`{package}` failed").into()) }
}
