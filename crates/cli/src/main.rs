//! The program `faasguard`: reads the command line, runs one command, says what came of it.

mod arguments;
mod commands;
mod input;
mod output;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};

/// Exit code of a usage error or a fault.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    // The words of a fault may hold text of an input, which must not reach a terminal as it is.
    std::panic::set_hook(Box::new(|fault| eprintln!("{}", report::visible(&fault.to_string()))));
    let arguments = Arguments::parse();
    let result = match &arguments.command {
        Command::Scan(options) => commands::scan::run(options),
        Command::Fix(options) => commands::fix::run(options),
        Command::Expand(options) => commands::expand::run(options),
        Command::Graph(options) => commands::graph::run(options),
        Command::Guard(command) => commands::guard::run(command),
        Command::Iam(command) => commands::iam::run(command),
        Command::Logs(command) => commands::logs::run(command),
        Command::Alerts(command) => commands::alerts::run(command),
        Command::Cloud(options) => commands::cloud::run(options),
        Command::Lake(options) => commands::lake::run(options),
        Command::Metrics(command) => commands::metrics::run(command),
        Command::Package(command) => commands::package::run(command),
        Command::Sbom(options) => commands::sbom::run(options),
        Command::Secrets(options) => commands::secrets::run(options),
        Command::Top(options) => commands::top::run(options),
        Command::Trail(command) => commands::trail::run(command),
        Command::Dashboard(options) => commands::dashboard::run(options),
        Command::Vulndb(command) => commands::vulndb::run(command),
        Command::Explain(options) => commands::explain::run(options),
        Command::Rules(options) => commands::rules::run(options),
        Command::Completions(options) => commands::completions::run(options),
        Command::Man(options) => commands::man::run(options),
        Command::Reference => commands::reference::run(),
    };
    result.unwrap_or_else(|error| {
        // A reader that closes the pipe (`| head`) is no fault.
        if output::is_closed_pipe(&error) {
            return ExitCode::SUCCESS;
        }
        eprintln!("error: {}", report::visible(&format!("{error:#}")));
        ExitCode::from(USAGE)
    })
}
