//! `faasguard expand`

use std::{process::ExitCode, sync::Arc};

use ::scan::Config;
use anyhow::anyhow;
use source_text::{Level, Sources};

use super::scan::deployment;
use crate::{
    arguments::{ExpandOptions, TemplateFormat},
    input, output,
};

/// Runs the command.
pub(crate) fn run(options: &ExpandOptions) -> anyhow::Result<ExitCode> {
    let sources = Arc::new(Sources::default());
    let mut request = deployment(&options.deployment, &Config::default());
    request.standard_input = input::standard_input(std::slice::from_ref(&options.file))?;
    let (template, diagnostics) = ::scan::expand_file(&options.file, &request, &sources)
        .map_err(|message| anyhow!("{}: {message}", options.file.display()))?;
    let text = match options.format {
        TemplateFormat::Json => source_text::to_json(&template),
        TemplateFormat::Yaml => source_text::to_yaml(&template),
    };
    output::print(&text)?;
    for remark in &diagnostics {
        let word = match remark.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        };
        let path = sources.path(remark.place.file);
        let line = remark.place.line;
        let text = format!("{path}:{line}: {word}: {}", remark.message);
        eprintln!("{}", report::visible(&text));
    }
    Ok(ExitCode::SUCCESS)
}
