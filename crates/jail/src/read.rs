//! Bytes and text of one file, with a bound on its size whatever its metadata say.

use std::{io::Read as _, path::Path};

use source_text::{DecodeError, decode};

/// Largest file that is opened, in bytes. CloudFormation itself takes 1 MB.
pub const MAX_BYTES: u64 = 16 << 20;

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The system says no.
    #[error("this file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// A pipe, socket, device or folder: reading it may never end.
    #[error("this is not a file and was not read")]
    NotAFile,
    /// Larger than the bound.
    #[error("this file is larger than {} MiB and was not read", bound >> 20)]
    TooLarge {
        /// The bound, in bytes.
        bound: u64,
    },
    /// Neither UTF-8 nor UTF-16.
    #[error("{error}")]
    NotText {
        /// Where and why.
        error: DecodeError,
        /// Whether what can be read of it names resources of a template.
        could_be_template: bool,
    },
}

/// Reads a file.
///
/// # Errors
/// [`Refusal`] says why it was not read.
pub fn read_text(path: &Path) -> Result<String, Refusal> {
    read_text_up_to(path, MAX_BYTES)
}

/// Reads a file of at most `bound` bytes.
///
/// # Errors
/// [`Refusal`] says why it was not read.
pub fn read_text_up_to(path: &Path, bound: u64) -> Result<String, Refusal> {
    // Asked before it is opened: opening a pipe waits for somebody to write.
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(Refusal::NotAFile);
    }
    if metadata.len() > bound {
        return Err(Refusal::TooLarge { bound });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
    std::fs::File::open(path)?.take(bound + 1).read_to_end(&mut bytes)?;
    text_of(&bytes)
}

/// Text of bytes that were read already.
///
/// # Errors
/// [`Refusal`] when there are too many, or they are not text.
pub fn text_of(bytes: &[u8]) -> Result<String, Refusal> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Refusal::TooLarge { bound: MAX_BYTES });
    }
    decode(bytes).map_err(|error| {
        let could_be_template = could_be_template(&String::from_utf8_lossy(bytes));
        Refusal::NotText { error, could_be_template }
    })
}

/// Whether a text names resources or the format of a template; most JSON and YAML of a repository does
/// neither.
#[must_use]
pub fn could_be_template(text: &str) -> bool {
    text.contains("Resources")
        && (text.contains("AWS::")
            || text.contains("AWSTemplateFormatVersion")
            || text.contains("Alexa::")
            || text.contains("Custom::"))
}

/// The folder that a file lies in; of a bare name `.`.
#[must_use]
pub fn parent_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
