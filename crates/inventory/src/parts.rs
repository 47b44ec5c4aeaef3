//! Where files come from: the code of a function and its layers, each a folder or an archive.

use std::borrow::Cow;

use component::RemarkKind;

/// Bytes that tell what kind of file one is.
pub const HEAD: usize = 4;

/// The contents of one file.
pub trait Contents {
    /// The first [`HEAD`] bytes; fewer when there are no more, none when they cannot be had.
    fn head(&self) -> Vec<u8>;

    /// All bytes.
    ///
    /// # Errors
    /// In words, when there are more than `limit` or they cannot be had.
    fn read(&self, limit: u64) -> Result<Cow<'_, [u8]>, String>;
}

/// What a walk over files meets.
pub enum Met<'m> {
    /// A file; of an archive within an archive, `outer.jar!/inner`.
    File {
        /// Path with `/`, relative to the root. An archive may hold a path twice.
        path: &'m str,
        /// What is in it.
        contents: &'m dyn Contents,
    },
    /// Something that was left out or is odd.
    Remark {
        /// Path of what the remark is about.
        path: &'m str,
        /// How much was lost.
        kind: RemarkKind,
        /// In words.
        what: String,
    },
}

impl std::fmt::Debug for Met<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::File { path, .. } | Self::Remark { path, .. }) = self;
        formatter.debug_tuple("Met").field(path).finish_non_exhaustive()
    }
}

/// The files of a folder or an archive.
pub trait Files {
    /// Shows every file, one after another.
    fn each(&self, meet: &mut dyn FnMut(Met<'_>));

    /// The bytes of one file by its path; of several of one path, the first. A path may lead up
    /// (`../shared/requirements.txt`): whoever implements this decides whether that is allowed.
    /// `None` when there is no such file.
    ///
    /// # Errors
    /// In words, when there are more than `limit` bytes or they cannot be had.
    fn read(&self, path: &str, limit: u64) -> Option<Result<Cow<'_, [u8]>, String>>;
}

/// Files in memory.
impl Files for Vec<(String, Vec<u8>)> {
    fn each(&self, meet: &mut dyn FnMut(Met<'_>)) {
        for (path, bytes) in self {
            meet(Met::File { path, contents: bytes });
        }
    }

    fn read(&self, path: &str, limit: u64) -> Option<Result<Cow<'_, [u8]>, String>> {
        let (_, bytes) = self.iter().find(|(known, _)| known == path)?;
        Some(Contents::read(bytes, limit))
    }
}

impl Contents for Vec<u8> {
    fn head(&self) -> Vec<u8> {
        self.iter().copied().take(HEAD).collect()
    }

    fn read(&self, limit: u64) -> Result<Cow<'_, [u8]>, String> {
        if self.len() as u64 > limit {
            return Err(format!("the file has more than {limit} bytes"));
        }
        Ok(Cow::Borrowed(self))
    }
}

/// Where the files of a part stand when the function runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mount {
    /// `/var/task`: the code.
    Task,
    /// `/opt`: a layer.
    Opt,
    /// Not known: a folder or archive that may be either.
    Either,
}

/// The code of a function, or one of its layers.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// What paths of its files begin with in the inventory, without a `/` at the end; may be empty.
    pub prefix: &'a str,
    /// Where they stand when the function runs.
    pub mount: Mount,
    /// The files.
    pub files: &'a dyn Files,
}

impl std::fmt::Debug for Part<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = formatter.debug_struct("Part");
        shown.field("prefix", &self.prefix).field("mount", &self.mount).finish_non_exhaustive()
    }
}
