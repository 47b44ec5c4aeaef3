//! Lines of scanned files, asked of whoever holds them.

/// Gives lines of files of the scanned folder.
pub trait SourceLines {
    /// Lines `first` to `last`, from 1, of a file named as in the scan; `None` when it may not be shown or
    /// cannot be read.
    fn lines(&self, file: &str, first: u32, last: u32) -> Option<Vec<String>>;

    /// Whether a folder was given at all.
    fn is_given(&self) -> bool {
        true
    }
}

/// No folder was given.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSource;

impl SourceLines for NoSource {
    fn lines(&self, _: &str, _: u32, _: u32) -> Option<Vec<String>> {
        None
    }

    fn is_given(&self) -> bool {
        false
    }
}
