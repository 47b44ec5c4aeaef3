//! One entry of an archive.

use std::borrow::Cow;

use crate::contents::{self, Contents, ReadError};

/// Where an entry is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// In the central directory that the end record names.
    Directory,
    /// In a second directory: bytes of the archive that look like one, beside the first.
    OtherDirectory,
    /// By a local header alone: a program that reads from front to back sees it.
    LocalHeaderOnly,
}

/// One entry. Numbers are those of the central directory where it lists the entry.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The name, mostly UTF-8, folders with a `/` at their end.
    pub name: &'a [u8],
    /// What else programs may call it: the name in the local header or a Unicode path, where they
    /// differ.
    pub other_names: Vec<&'a [u8]>,
    /// Where it is told of.
    pub listed: Listed,
    /// Compression method: 0 stored, 8 deflated.
    pub method: u16,
    /// General purpose flags.
    pub flags: u16,
    /// CRC-32 of the contents.
    pub crc32: u32,
    /// Bytes in the archive.
    pub packed: u64,
    /// Bytes unpacked, as declared.
    pub size: u64,
    /// System that made it: 0 DOS, 3 Unix, 19 macOS.
    pub host: u8,
    /// External attributes: in the upper half the mode of Unix.
    pub attributes: u32,
    /// Offset of the local header in the archive, as far as it is one.
    pub header_at: u64,
    /// The packed bytes; `None` when the local header is not there or they leave the archive.
    pub data: Option<&'a [u8]>,
}

impl<'a> Entry<'a> {
    /// The contents as a stream, for who wants them piece by piece.
    ///
    /// # Errors
    /// [`ReadError`] when they are not there or not plain.
    pub fn stream(&self) -> Result<Contents<'a>, ReadError> {
        contents::stream(self)
    }

    /// The name for people and programs, lossy where it is no UTF-8.
    #[must_use]
    pub fn path(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.name)
    }

    /// Whether the name says that it is a folder.
    #[must_use]
    pub fn is_folder(&self) -> bool {
        self.name.ends_with(b"/")
    }

    /// Whether the contents are encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.flags & ENCRYPTED != 0
    }

    /// The mode of Unix (type and permissions), when the entry has one.
    #[must_use]
    pub fn mode(&self) -> Option<u32> {
        let mode = self.attributes >> 16;
        let has_type = matches!(mode & 0o170_000, FOLDER | FILE | LINK | 0o060_000 | 0o020_000)
            || matches!(mode & 0o170_000, 0o010_000 | 0o140_000);
        (has_type || matches!(self.host, 3 | 19)).then_some(mode)
    }

    /// The contents; stored ones are borrowed.
    ///
    /// # Errors
    /// [`ReadError`] when they are not there, not plain, damaged, or more than `limit` bytes.
    pub fn contents(&self, limit: u64) -> Result<Cow<'_, [u8]>, ReadError> {
        contents::read(self, limit)
    }

    /// The first bytes of the contents, which tell its kind; zeros where there are none.
    #[must_use]
    pub fn head(&self) -> [u8; 4] {
        contents::head(self)
    }

    /// Whether it is a symbolic link, its contents being the target.
    #[must_use]
    pub fn is_link(&self) -> bool {
        self.mode().is_some_and(|mode| mode & 0o170_000 == LINK)
    }
}

/// Flag: the contents are encrypted.
pub(crate) const ENCRYPTED: u16 = 1;
/// Flag: checksum and sizes stand in a descriptor after the contents.
pub(crate) const DESCRIBED: u16 = 1 << 3;
/// Flag: strong encryption.
pub(crate) const STRONG: u16 = 1 << 6;
/// Flag: the name is UTF-8.
pub(crate) const UTF8: u16 = 1 << 11;
/// Flag: values of the local header are masked.
pub(crate) const MASKED: u16 = 1 << 13;

pub(crate) const FOLDER: u32 = 0o040_000;
pub(crate) const FILE: u32 = 0o100_000;
pub(crate) const LINK: u32 = 0o120_000;
