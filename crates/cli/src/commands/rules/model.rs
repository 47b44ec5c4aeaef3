//! `faasguard rules model`: what expressions of rules see of an application.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Result, bail};
use clap::Args;
use scan::{Config, Profile};

use crate::{arguments::DeploymentOptions, commands::scan::deployment, input, output};

/// `rules model`
#[derive(Args, Debug)]
pub(crate) struct ModelOptions {
    /// Files and folders; `-` is standard input
    #[arg(default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// Print the JSON Schema of the form instead
    #[arg(long)]
    pub(crate) schema: bool,
    /// What is known of the deployment
    #[command(flatten)]
    pub(crate) deployment: DeploymentOptions,
}

/// Prints an application a line, or the schema.
pub(crate) fn run(options: &ModelOptions) -> Result<ExitCode> {
    if options.schema {
        output::print(&(report::to_text(&user_rules::model_schema())))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut request = deployment(&options.deployment, &Config::default());
    request.paths.clone_from(&options.paths);
    request.standard_input = input::standard_input(&options.paths)?;
    request.profile = Profile::Silent;
    request.keep_applications = true;
    request.keep_declared = true;
    let outcome = scan::scan(&request, &|_, _| {})?;
    if outcome.applications.is_empty() {
        bail!("there is no application in what was named");
    }
    for app in &outcome.applications {
        output::print(&report::to_text(&user_rules::model_json(app, &outcome.sources)))?;
    }
    Ok(ExitCode::SUCCESS)
}
