//! The program `faasguard-lake`: reads the command line, runs one command, says what came of it.

mod ballista;
mod cluster;
mod commands;
mod external;
mod output;
mod spark;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
pub(crate) use report::visible;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Exit code of a usage error or a fault.
const USAGE: u8 = 2;

/// Audit events of the cloud as Parquet, in a folder or a bucket, and SQL over them
#[derive(Debug, Parser)]
#[command(name = "faasguard-lake", version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read files of CloudTrail into the lake, each event once
    Import(commands::import::Arguments),
    /// Ask the lake in SQL, or by the name of a query
    Query(commands::query::Arguments),
    /// List the named queries
    Queries(commands::queries::Arguments),
    /// Say what the lake holds
    Status(commands::status::Arguments),
    /// Make one file of several small ones
    Compact(commands::compact::Arguments),
    /// Let events older than so many days go
    Retain(commands::retain::RetainArguments),
    /// Delete files that were replaced or let go
    Vacuum(commands::retain::VacuumArguments),
    /// Print the table for other engines
    Ddl(commands::ddl::Arguments),
    /// Run queries on several machines
    Cluster(commands::cluster::Arguments),
}

fn main() -> ExitCode {
    // The words of a fault may hold text of an input, which must not reach a terminal as it is.
    std::panic::set_hook(Box::new(|fault| eprintln!("{}", visible(&fault.to_string()))));
    let result = match &Arguments::parse().command {
        Command::Import(arguments) => commands::import::run(arguments),
        Command::Query(arguments) => commands::query::run(arguments),
        Command::Queries(arguments) => commands::queries::run(arguments),
        Command::Status(arguments) => commands::status::run(arguments),
        Command::Compact(arguments) => commands::compact::run(arguments),
        Command::Retain(arguments) => commands::retain::run(arguments),
        Command::Vacuum(arguments) => commands::retain::run_vacuum(arguments),
        Command::Ddl(arguments) => commands::ddl::run(arguments),
        Command::Cluster(arguments) => commands::cluster::run(arguments),
    };
    result.unwrap_or_else(|error| {
        // A reader that closes the pipe (`| head`) is no fault.
        if output::is_closed_pipe(&error) {
            return ExitCode::SUCCESS;
        }
        eprintln!("error: {}", visible(&told(&error)));
        ExitCode::from(USAGE)
    })
}

/// An error and its causes. Some name theirs within their own words: each is said once.
fn told(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !text.contains(&cause) {
            text.push_str(if text.is_empty() { "" } else { ": " });
            text.push_str(&cause);
        }
    }
    text
}
