//! Reads the file where it lies.

use std::{collections::BTreeMap, fmt::Write as _, io::Read as _};

use component::lookup_name;
use flate2::read::DeflateDecoder;
use package_version::Ecosystem;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::{
    Advisory, Affected, ListInfo, SourceInfo,
    advisory::{read_advisory, read_affected},
    codec::Reader,
};

/// The first bytes of the file.
pub(crate) const MAGIC: [u8; 8] = *b"FAASVDB\n";
/// The version of its form.
pub(crate) const VERSION: u32 = 2;
/// Bytes of the header: magic, version, CRC-32 of the front, date, two counts, five lengths, SHA-256,
/// CRC-32 of the header.
pub(crate) const HEADER: usize = 8 + 4 + 4 + 8 + 2 * 8 + 5 * 8 + 32 + 4;
/// Bytes of an entry of the directory: the hash of a package's name, where its block lies.
pub(crate) const DIRECTORY_ENTRY: usize = 16;
/// Bytes that a chunk of texts may have when it is decompressed; it is closed at 32 KiB, after the
/// record that fills it.
const LARGEST_CHUNK: u64 = 1 << 20;

/// Why a file is no index that can be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum IndexError {
    /// The file does not begin as an index does.
    #[error("this is no index of advisories; make one with `faasguard vulndb import`")]
    NoIndex,
    /// The file is of another version of the form.
    #[error(
        "the index has version {found} of its form, this program reads {VERSION}; import it anew"
    )]
    OtherVersion {
        /// The version in the file.
        found: u32,
    },
    /// The file is shorter or longer than it says.
    #[error("the index has {found} bytes and should have {expected}; it was cut off or changed")]
    Length {
        /// Bytes that there are.
        found: u64,
        /// Bytes that the header promises.
        expected: u64,
    },
    /// The bytes of a part are not those that were written.
    #[error("the {0} of the index is damaged; import it anew")]
    Damaged(&'static str),
}

/// The header of the file.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(crate) date: i64,
    pub(crate) advisories: u64,
    pub(crate) packages: u64,
    /// Of sources, directory, blocks, advisories, texts.
    pub(crate) lengths: [u64; 5],
    /// CRC-32 of sources and directory.
    pub(crate) front: u32,
    /// SHA-256 of all behind the header.
    pub(crate) digest: [u8; 32],
}

/// What the index says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// When the sources were taken, in seconds since 1970.
    pub date: i64,
    /// Advisories.
    pub advisories: u64,
    /// Packages that they name.
    pub packages: u64,
    /// When the advisory changed last that changed last (RFC 3339); far behind `date` when the sources
    /// were old already.
    pub newest: String,
    /// SHA-256 of the content, in hexadecimal: equal for equal sources.
    pub sha256: String,
    /// How many packages of each ecosystem have advisories; one that is not here is not covered.
    pub ecosystems: BTreeMap<String, u64>,
    /// What it was made of.
    pub sources: Vec<SourceInfo>,
    /// The scores of EPSS in it; `None` when there are none.
    pub epss: Option<ListInfo>,
    /// The list of exploited flaws in it; `None` when there is none.
    pub kev: Option<ListInfo>,
}

/// What stands as JSON behind the header.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Front {
    pub(crate) newest: String,
    pub(crate) ecosystems: BTreeMap<String, u64>,
    pub(crate) sources: Vec<SourceInfo>,
    pub(crate) epss: Option<ListInfo>,
    pub(crate) kev: Option<ListInfo>,
}

/// An index over bytes that somebody else holds.
#[derive(Clone, Copy, Debug)]
pub struct Index<'a> {
    bytes: &'a [u8],
    date: i64,
    advisory_count: u64,
    package_count: u64,
    digest: [u8; 32],
    front: &'a [u8],
    directory: &'a [u8],
    blocks: &'a [u8],
    advisories: &'a [u8],
    texts: &'a [u8],
}

impl<'a> Index<'a> {
    /// Opens an index: checks its header and directory. What lies behind is checked when it is read.
    ///
    /// # Errors
    /// [`IndexError`] when the bytes are no index, of another version, cut off, or damaged.
    pub fn open(bytes: &'a [u8]) -> Result<Self, IndexError> {
        let (head, body) = bytes.split_at_checked(HEADER).ok_or(IndexError::NoIndex)?;
        let header = read_header(head)?;
        let expected =
            header.lengths.iter().try_fold(HEADER as u64, |sum, it| sum.checked_add(*it));
        let expected = expected.ok_or(IndexError::Damaged("header"))?;
        if expected != bytes.len() as u64 {
            return Err(IndexError::Length { found: bytes.len() as u64, expected });
        }
        let mut rest = Reader(body);
        let mut section = |length: u64| {
            let length = usize::try_from(length).ok();
            length.and_then(|it| rest.bytes(it)).ok_or(IndexError::Damaged("header"))
        };
        let [sources, directory, blocks, advisories, texts] = header.lengths;
        let (sources, directory) = (section(sources)?, section(directory)?);
        let front = body.get(..sources.len() + directory.len()).unwrap_or_default();
        if crc32fast::hash(front) != header.front || directory.len() % DIRECTORY_ENTRY != 0 {
            return Err(IndexError::Damaged("directory"));
        }
        Ok(Self {
            bytes,
            date: header.date,
            advisory_count: header.advisories,
            package_count: header.packages,
            digest: header.digest,
            front: sources,
            directory,
            blocks: section(blocks)?,
            advisories: section(advisories)?,
            texts: section(texts)?,
        })
    }

    /// When the sources were taken, in seconds since 1970.
    #[must_use]
    pub fn date(&self) -> i64 {
        self.date
    }

    /// How many advisories there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.advisory_count
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.advisory_count == 0
    }

    /// What the index says of itself.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] when its sources cannot be read.
    pub fn about(&self) -> Result<About, IndexError> {
        let front: Front =
            serde_json::from_slice(self.front).map_err(|_| IndexError::Damaged("sources"))?;
        Ok(About {
            date: self.date,
            advisories: self.advisory_count,
            packages: self.package_count,
            sha256: hexadecimal(&self.digest),
            newest: front.newest,
            ecosystems: front.ecosystems,
            sources: front.sources,
            epss: front.epss,
            kev: front.kev,
        })
    }

    /// Compares every byte with the digest in the header.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] when they are others than were written.
    pub fn verify(&self) -> Result<(), IndexError> {
        let body = self.bytes.get(HEADER..).unwrap_or_default();
        let digest: [u8; 32] = Sha256::digest(body).into();
        if digest == self.digest { Ok(()) } else { Err(IndexError::Damaged("content")) }
    }

    /// What the advisories say of a package, whose name may be written in any way that the ecosystem
    /// takes for the same.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] when what is known of the package cannot be read.
    pub fn about_package(
        &self,
        ecosystem: Ecosystem,
        name: &str,
    ) -> Result<Vec<Affected<'a>>, IndexError> {
        let name = lookup_name(ecosystem, name.trim());
        let hash = hash_of(ecosystem, &name);
        let (entries, _) = self.directory.as_chunks::<DIRECTORY_ENTRY>();
        let first = entries.partition_point(|entry| entry_of(entry).0 < hash);
        for entry in entries.get(first..).unwrap_or_default() {
            let (found, place) = entry_of(entry);
            if found != hash {
                break;
            }
            let mut block =
                checked_at(self.blocks, place).ok_or(IndexError::Damaged("block of a package"))?;
            let mut read = || Some((block.text()?, block.text()?));
            let of = read().ok_or(IndexError::Damaged("block of a package"))?;
            if of == (ecosystem.name(), name.as_str()) {
                return self.read_block(block).ok_or(IndexError::Damaged("block of a package"));
            }
        }
        Ok(Vec::new())
    }

    fn read_block(&self, mut block: Reader<'a>) -> Option<Vec<Affected<'a>>> {
        let count = block.count()?;
        (0..count)
            .map(|_| {
                let place = block.number()?;
                let advisory = read_advisory(&mut checked_at(self.advisories, place)?)?;
                read_affected(&mut block, advisory)
            })
            .collect()
    }

    /// All advisories, in the order of their ids.
    pub fn advisories(&self) -> impl Iterator<Item = Result<Advisory<'a>, IndexError>> + use<'a> {
        let mut rest = Reader(self.advisories);
        std::iter::from_fn(move || {
            if rest.0.is_empty() {
                return None;
            }
            let advisory = checked(&mut rest).and_then(|mut one| read_advisory(&mut one));
            if advisory.is_none() {
                rest = Reader(&[]);
            }
            Some(advisory.ok_or(IndexError::Damaged("list of advisories")))
        })
    }

    /// The details (Markdown) and the references (URLs) of an advisory of this index.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] when they cannot be read.
    pub fn texts_of(&self, advisory: &Advisory<'_>) -> Result<(String, Vec<String>), IndexError> {
        self.read_texts(advisory.text).ok_or(IndexError::Damaged("texts"))
    }

    fn read_texts(&self, place: u64) -> Option<(String, Vec<String>)> {
        let compressed = checked_at(self.texts, place >> 20)?;
        let mut chunk = Vec::new();
        let mut decoder = DeflateDecoder::new(compressed.0).take(LARGEST_CHUNK);
        decoder.read_to_end(&mut chunk).ok()?;
        let within = usize::try_from(place & 0xf_ffff).ok()?;
        let mut reader = Reader(chunk.get(within..)?);
        let details = reader.text()?.to_owned();
        Some((details, reader.texts()?.into_iter().map(str::to_owned).collect()))
    }
}

fn read_header(head: &[u8]) -> Result<Header, IndexError> {
    let mut reader = Reader(head);
    if reader.bytes(MAGIC.len()) != Some(MAGIC.as_slice()) {
        return Err(IndexError::NoIndex);
    }
    let damaged = IndexError::Damaged("header");
    match reader.u32() {
        Some(VERSION) => {}
        found => return Err(IndexError::OtherVersion { found: found.unwrap_or_default() }),
    }
    let summed = head.get(..HEADER - 4).unwrap_or_default();
    let mut read = || {
        let front = reader.u32()?;
        let date = i64::from_le_bytes(reader.u64()?.to_le_bytes());
        let (advisories, packages) = (reader.u64()?, reader.u64()?);
        let mut lengths = [0; 5];
        for length in &mut lengths {
            *length = reader.u64()?;
        }
        let digest = reader.bytes(32)?.try_into().ok()?;
        let sum = reader.u32()?;
        (sum == crc32fast::hash(summed)).then_some(Header {
            date,
            advisories,
            packages,
            lengths,
            front,
            digest,
        })
    };
    read().ok_or(damaged)
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing into a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The hash and the place in an entry of the directory.
fn entry_of(entry: &[u8; DIRECTORY_ENTRY]) -> (u64, u64) {
    let mut reader = Reader(entry);
    (reader.u64().unwrap_or_default(), reader.u64().unwrap_or_default())
}

/// The bytes at a place, behind their length and CRC-32; `None` when they are damaged.
fn checked_at(section: &[u8], place: u64) -> Option<Reader<'_>> {
    checked(&mut Reader(section.get(usize::try_from(place).ok()?..)?))
}

fn checked<'a>(from: &mut Reader<'a>) -> Option<Reader<'a>> {
    let length = usize::try_from(from.number()?).ok()?;
    let sum = from.u32()?;
    let bytes = from.bytes(length)?;
    (crc32fast::hash(bytes) == sum).then_some(Reader(bytes))
}

/// FNV-1a, 64 bits: stable over releases, which the hash of the standard library is not. Names that
/// collide are told apart in their blocks.
pub(crate) fn hash_of(ecosystem: Ecosystem, name: &str) -> u64 {
    let bytes = ecosystem.name().bytes().chain([0]).chain(name.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests;
