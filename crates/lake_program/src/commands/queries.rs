//! `faasguard-lake queries`

use std::{fmt::Write as _, process::ExitCode};

use clap::Args;
use lake_query::{Kind, NamedQuery};

use crate::output;

/// `queries`
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print the SQL of this query, with the values that its parameters have when none are given
    name: Option<String>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let text = match &arguments.name {
        Some(name) => lake_query::named(name)?.bind(&std::collections::BTreeMap::new())?,
        None => lake_query::queries().iter().map(about).collect::<Vec<_>>().join("\n"),
    };
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn about(query: &NamedQuery) -> String {
    let mut text = format!("{}  {}\n", query.name, query.question);
    for parameter in &query.parameters {
        let kind = match parameter.kind {
            Kind::Text => "text",
            Kind::Number => "number",
            Kind::Day => "day",
        };
        let (name, default, meaning) = (parameter.name, parameter.default, parameter.meaning);
        let _ = writeln!(text, "    --param {name}={default}  {kind}: {meaning}");
    }
    text
}
