//! What commands share that answer function by function: the scan behind them, the choice by name,
//! and the word about what was not read.

use std::path::PathBuf;

use ::scan::{Config, Outcome, Profile, Request};
use anyhow::bail;
use source_text::Level;

use crate::{arguments::DeploymentOptions, commands::scan::deployment, input};

/// A scan that judges nothing, and keeps the applications and what is known of their code.
pub(crate) fn request(paths: &[PathBuf], options: &DeploymentOptions) -> anyhow::Result<Request> {
    let mut request = deployment(options, &Config::default());
    request.paths = paths.to_vec();
    request.standard_input = input::standard_input(paths)?;
    request.keep_applications = true;
    request.reads_code = true;
    request.profile = Profile::Silent;
    Ok(request)
}

/// Refuses names that no function has.
pub(crate) fn must_be_known<'a>(
    names: &[String],
    known: &(impl Iterator<Item = &'a str> + Clone),
) -> anyhow::Result<()> {
    for name in names {
        if !known.clone().any(|function| function == name) {
            let hint = ::rules::nearest_of(name, known.clone());
            let hint = hint.map_or(String::new(), |it| format!("; did you mean `{it}`?"));
            bail!("there is no function `{name}`{hint}");
        }
    }
    Ok(())
}

/// Tells what was not read, so that the functions in it are not known; whether there is such.
pub(crate) fn tell_lost(outcome: &Outcome) -> bool {
    let of_scan = &outcome.report.diagnostics;
    let lost: Vec<_> = of_scan.iter().filter(|it| it.level == Level::Error).collect();
    for diagnostic in &lost {
        let (place, message) = (diagnostic.place, &diagnostic.message);
        let path = outcome.sources.path(place.file);
        let text = format!("warning: not looked at: {path}:{}: {message}", place.line);
        eprintln!("{}", report::visible(&text));
    }
    !lost.is_empty()
}
