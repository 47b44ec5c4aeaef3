//! The program `faasguard-cloud`: reads the command line, runs one command, says what came of it.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use cloud_account::LoginOptions;
pub(crate) use report::visible;

/// Exit code of a usage error or a fault.
const USAGE: u8 = 2;

/// Exit code with `--strict` when something was not looked at.
pub(crate) const NOT_LOOKED_AT: u8 = 3;

/// Live accounts of the cloud: snapshots of what is deployed there, trails and logs, alerts sent
#[derive(Debug, Parser)]
#[command(name = "faasguard-cloud", version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take a read-only snapshot of the serverless estate of an account, or of an organisation
    Snapshot(commands::snapshot::Arguments),
    /// Fetch CloudTrail and the logs of functions of a window of time
    Pull(commands::pull::Arguments),
    /// Send messages from standard input: to a topic of SNS, to a bus of EventBridge
    Send(commands::send::Arguments),
}

/// Where credentials come from
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Access {
    /// Profile of `~/.aws/config`; credentials come as for the AWS CLI: environment, profile, SSO, roles, instance
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Address that replaces those of every service: a server for tests. `AWS_ENDPOINT_URL` does the same
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
}

impl Access {
    /// What the SDK is given.
    pub(crate) fn options(&self, region: Option<&str>) -> LoginOptions {
        LoginOptions {
            profile: self.profile.clone(),
            region: region.map(str::to_owned),
            endpoint_url: self.endpoint_url.clone(),
        }
    }
}

fn main() -> ExitCode {
    // The words of a fault may hold text of an answer, which must not reach a terminal as it is.
    std::panic::set_hook(Box::new(|fault| eprintln!("{}", visible(&fault.to_string()))));
    let result = match &Arguments::parse().command {
        Command::Snapshot(arguments) => commands::snapshot::run(arguments),
        Command::Pull(arguments) => commands::pull::run(arguments),
        Command::Send(arguments) => commands::send::run(arguments),
    };
    result.unwrap_or_else(|error| {
        // A reader that closes the pipe (`| head`) is no fault.
        let cause = error.downcast_ref::<std::io::Error>();
        if cause.is_some_and(|it| it.kind() == std::io::ErrorKind::BrokenPipe) {
            return ExitCode::SUCCESS;
        }
        eprintln!("error: {}", visible(&format!("{error:#}")));
        ExitCode::from(USAGE)
    })
}
