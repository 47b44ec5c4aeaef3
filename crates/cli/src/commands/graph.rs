//! `faasguard graph`

use std::process::ExitCode;

use ::scan::Config;
use anyhow::bail;
use report::GraphFormat;

use super::scan::deployment;
use crate::{arguments::GraphOptions, input, output};

/// Runs the command.
pub(crate) fn run(options: &GraphOptions) -> anyhow::Result<ExitCode> {
    let by_name = options
        .output
        .as_ref()
        .and_then(|path| GraphFormat::from_file_name(&path.to_string_lossy()));
    let Some(format) = options.format.or(by_name).or_else(|| {
        // Without any word on the form, a picture that reads in a terminal and in Markdown.
        options.output.is_none().then_some(GraphFormat::Mermaid)
    }) else {
        let names: Vec<_> = GraphFormat::names().collect();
        bail!("the extension names no picture; add --format with one of {}", names.join(", "));
    };
    let mut request = deployment(&options.deployment, &Config::default());
    request.paths.clone_from(&options.paths);
    request.standard_input = input::standard_input(&options.paths)?;
    request.keep_applications = true;
    request.seen = options.evidence.read()?;
    let outcome = ::scan::scan(&request, &|_, _| {})?;
    let mut graph = ::scan::graph(&outcome.applications, &outcome.report.findings);
    graph.title.clone_from(&outcome.report.root);
    let text = report::render_graph(format, &graph);
    match &options.output {
        Some(path) => output::write(path, &text)?,
        None => output::print(&text)?,
    }
    Ok(ExitCode::SUCCESS)
}
