//! The program as users run it: folders with files in, exit code and two streams of text out.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod baselines;
mod cdk;
mod commands;
mod folder;
mod formats;
mod hostile_files;
mod hostile_templates;
mod inputs;
mod markers;
mod settings;
