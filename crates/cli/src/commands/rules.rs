//! `faasguard rules`

use std::process::ExitCode;

use crate::{arguments::RulesOptions, output};

/// Runs the command.
pub(crate) fn run(options: &RulesOptions) -> anyhow::Result<ExitCode> {
    let rules: Vec<_> = ::rules::all().map(|rule| &rule.info).collect();
    let terminal = output::terminal(false);
    output::print(&report::catalogue::render_rules(options.format, &rules, &terminal))?;
    Ok(ExitCode::SUCCESS)
}
