//! Documents that say something of known flaws.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use ::scan::VexFile;
use anyhow::{Context as _, bail};

/// Reads documents of `OpenVEX` and `CycloneDX`. One that cannot be read ends the run: what it settles would
/// be told, and what it warns of would not.
pub(crate) fn read_all(paths: &[PathBuf]) -> anyhow::Result<Vec<VexFile>> {
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> anyhow::Result<VexFile> {
    let shown = path.display().to_string();
    // Opening a pipe waits for its other end.
    if path.metadata().is_ok_and(|it| !it.is_file()) {
        bail!("`{shown}` is not a file");
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(vex::LARGEST as u64 + 1).read_to_end(&mut bytes))
        .with_context(|| format!("cannot read `{shown}`"))?;
    let document = vex::read(&bytes).with_context(|| format!("`{shown}`"))?;
    Ok(VexFile { path: shown, document })
}
