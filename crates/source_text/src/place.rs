//! Where something is written: a file and a range of lines and columns.

/// Handle of a file in [`crate::Sources`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of text in one file. Lines and columns count from 1; columns count characters.
///
/// The end is exclusive: `end_column` is the column after the last character. `line` 0 means the
/// file as a whole (unreadable, empty); reporters then print only the path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// First line, from 1; 0 for the whole file.
    pub line: u32,
    /// First column, from 1.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// Column after the last character.
    pub end_column: u32,
}

impl Place {
    /// The file as a whole.
    #[must_use]
    pub fn whole(file: FileId) -> Self {
        Self { file, ..Self::default() }
    }

    /// From the start of `self` to the end of `other`; `other` is in the same file.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { end_line: other.end_line, end_column: other.end_column, ..self }
    }

    /// Whether this is a whole file, without a line.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.line == 0
    }
}
