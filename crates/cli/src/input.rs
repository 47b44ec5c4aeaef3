//! What the program reads besides templates: standard input, settings, baselines.

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};

/// Bytes read at most: what is longer is refused by the scan, which takes 16 MiB.
const MAX_BYTES: u64 = (16 << 20) + 1;

/// The bytes on standard input, when one of the paths is `-`.
pub(crate) fn standard_input(paths: &[PathBuf]) -> anyhow::Result<Option<Vec<u8>>> {
    if !paths.iter().any(|path| path.as_os_str() == "-") {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    let mut input = io::stdin().lock().take(MAX_BYTES);
    input.read_to_end(&mut bytes).context("cannot read standard input")?;
    Ok(Some(bytes))
}

/// The text of a settings or baseline file. A repository may name its baseline itself, so that the
/// file is not trusted to end.
pub(crate) fn read_text(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    let mut file = std::fs::File::open(path)?.take(MAX_BYTES);
    file.read_to_string(&mut text)?;
    if text.len() as u64 == MAX_BYTES {
        bail!("it is larger than {} MiB", MAX_BYTES >> 20);
    }
    Ok(text)
}
