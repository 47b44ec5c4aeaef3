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

/// A count with its word: `1 file`, `2 files`.
pub(crate) fn counted(count: u64, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

/// Whether an output is standard output by its usual name.
pub(crate) fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}

/// Writes a file; `-` is standard output.
pub(crate) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    if is_standard(path) {
        return print(text);
    }
    std::fs::write(path, text).with_context(|| unwritable(path))
}

/// That a file cannot be written, with what to do where its folder is not there.
fn unwritable(path: &Path) -> String {
    let shown = path.display();
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.exists() => {
            format!("cannot write `{shown}`; make its folder `{}` first", folder.display())
        }
        _ => format!("cannot write `{shown}`"),
    }
}

/// Replaces a file in one step, unless somebody has changed it since it was read as `old`.
pub(crate) fn replace(path: &Path, old: &str, new: &str) -> anyhow::Result<()> {
    let shown = path.display();
    let target = path.canonicalize().with_context(|| format!("cannot write `{shown}`"))?;
    let bytes = std::fs::read(&target).with_context(|| format!("cannot read `{shown}`"))?;
    if bytes != old.as_bytes() {
        anyhow::bail!("`{shown}` is not UTF-8 or has changed meanwhile; it was not written");
    }
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)
        .with_context(|| format!("cannot write into the folder of `{shown}`"))?;
    file.write_all(new.as_bytes())?;
    let permissions = std::fs::metadata(&target)?.permissions();
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    file.persist(&target).with_context(|| format!("cannot write `{shown}`"))?;
    Ok(())
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
