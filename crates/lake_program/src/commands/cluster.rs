//! `faasguard-lake cluster`: a scheduler and executors of Ballista over one lake.

use std::process::ExitCode;

use crate::cluster::{executor, scheduler, start, units};

/// What follows `cluster`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    role: Role,
}

#[derive(Debug, clap::Subcommand)]
enum Role {
    /// Start a scheduler and executors on this machine; start again what dies
    Start(start::Settings),
    /// Run one scheduler
    Scheduler(scheduler::Settings),
    /// Run one executor
    Executor(executor::Settings),
    /// Print files for systemd or Kubernetes that run a cluster and restart what dies
    Units(units::Settings),
}

/// Runs one role of a cluster, until it is stopped, or prints the files that do.
///
/// # Errors
/// When a value cannot be used, the lake cannot be opened, or a service does not start.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.role {
        Role::Start(settings) => start::run(settings)?,
        Role::Scheduler(settings) => scheduler::run(settings)?,
        Role::Executor(settings) => executor::run(settings)?,
        Role::Units(settings) => units::run(settings)?,
    }
    Ok(ExitCode::SUCCESS)
}
