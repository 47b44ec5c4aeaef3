//! Where results go: standard output or files, with what a terminal can show.

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::Path,
};

use anyhow::Context as _;
use report::TerminalOptions;

/// Writes to standard output.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.is_empty() && !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

/// Writes a file.
pub(crate) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))
}

/// Whether an error only says that nobody reads any more.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Colours and width of the terminal behind standard output, as `NO_COLOR` and `COLUMNS` say.
pub(crate) fn terminal(verbose: bool) -> TerminalOptions {
    let is_terminal = io::stdout().is_terminal();
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let force = std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    let width = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let defaults = TerminalOptions::default();
    TerminalOptions {
        colour: !no_colour && (is_terminal || force),
        width: width.unwrap_or(defaults.width),
        verbose,
    }
}
