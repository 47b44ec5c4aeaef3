//! How an evaluation asks for the files of modules and for those that expressions name.

use source_text::{FileId, ReadError, Sources};

/// Files below the scanned root. All paths are relative to the root, with `/`, without `.` and
/// `..`; an implementation confines them to the root all the same (links).
pub trait ModuleFiles: Sync {
    /// Names of the files (not the folders) that lie in `folder`, in any order; empty when there
    /// is no such folder.
    fn list(&self, folder: &str) -> Vec<String>;

    /// Reads a text file, registers it and returns its handle; the same handle for the same path.
    ///
    /// # Errors
    /// [`ReadError`] when there is no such file, it lies outside the root, or cannot be read.
    fn read(&self, path: &str) -> Result<FileId, ReadError>;

    /// Whether there is a file (not a folder), text or not.
    fn exists(&self, path: &str) -> bool;

    /// The folder of a module that stands in for one that was not fetched, by its `source`: what is
    /// known of a module that many use. [`Self::list`] and [`Self::read`] give its files.
    fn stand_in(&self, _source: &str) -> Option<String> {
        None
    }

    /// Whether [`Self::stand_in`] gave this folder.
    fn is_stand_in(&self, _folder: &str) -> bool {
        false
    }

    /// The table that holds the files read.
    fn sources(&self) -> &Sources;
}
