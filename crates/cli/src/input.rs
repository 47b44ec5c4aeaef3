//! What comes on standard input.

use std::{
    io::{self, Read as _},
    path::PathBuf,
};

use anyhow::Context as _;

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
