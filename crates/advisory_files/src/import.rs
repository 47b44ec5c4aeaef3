//! Records out of files: JSON, lines of JSON, archives, folders of them.

use std::{
    borrow::Cow,
    fmt::Write as _,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use advisory_index::{Added, Builder, ListError, SourceInfo, SourceKind};
use flate2::read::MultiGzDecoder;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{FilesError, yaml};

/// Bytes of the largest single record that is read, and of a document of several.
const LARGEST_LINE: u64 = 64 << 20;
/// Bytes that a compressed file may become.
const LARGEST_FILE: u64 = 16 << 30;
/// Remarks that are kept; the rest is counted.
const MOST_REMARKS: usize = 1_000;

/// A record that was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The file, with the line or the entry of an archive.
    pub place: String,
    /// What is wrong with it.
    pub what: String,
}

/// Records of one or several sources.
#[derive(Debug, Default)]
pub struct Import {
    /// The records.
    pub builder: Builder,
    /// The sources, in the order in which they were read.
    pub sources: Vec<SourceInfo>,
    /// Records that were not read, the first 1,000.
    pub remarks: Vec<Remark>,
    /// Records that were not read.
    pub refused: u64,
    /// Records that their database took back.
    pub withdrawn: u64,
    /// Records that name no package of an ecosystem that is known.
    pub outside: u64,
    /// Records of which the same or a newer one was there.
    pub known: u64,
    /// The source that is being read.
    source: SourceInfo,
}

impl Import {
    /// Reads a file or a folder: JSON (`.json`), lines of JSON, either compressed (gzip, zstd), an
    /// archive of JSON files (`all.zip` of osv.dev), or a folder of these; besides records of OSV also scores of
    /// EPSS (CSV of FIRST) and the catalogue of exploited vulnerabilities (JSON of CISA). The content tells
    /// which.
    ///
    /// # Errors
    /// [`FilesError`] when it cannot be read or holds no record.
    pub fn add(&mut self, path: &Path) -> Result<(), FilesError> {
        self.add_as(path, &path.display().to_string())
    }

    /// As [`Self::add`], told under another name than the path.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn add_as(&mut self, path: &Path, name: &str) -> Result<(), FilesError> {
        self.source = SourceInfo { name: name.to_owned(), ..SourceInfo::default() };
        self.builder.begin_source();
        let mut digest = Sha256::new();
        if path.is_dir() {
            self.add_folder(path, name, &mut digest);
        } else {
            self.add_file(path, name, &mut digest)?;
        }
        self.source.sha256 = hexadecimal(&digest.finalize());
        if self.source.records == 0 {
            return Err(FilesError::NoRecords { path: path.to_owned() });
        }
        self.sources.push(std::mem::take(&mut self.source));
        Ok(())
    }

    /// Every file below a folder, in the order of the paths; links are not followed.
    fn add_folder(&mut self, folder: &Path, name: &str, digest: &mut Sha256) {
        let mut files: Vec<PathBuf> = Vec::new();
        let walk = ignore::WalkBuilder::new(folder).standard_filters(false).hidden(true).build();
        for entry in walk {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                    files.push(entry.into_path());
                }
                Ok(_) => {}
                Err(error) => self.refuse(name, &error.to_string()),
            }
        }
        files.sort();
        let is_known = |path: &PathBuf| {
            let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
            ["json", "jsonl", "ndjson", "yaml", "yml", "csv", "zst", "gz", "zip"]
                .contains(&extension)
        };
        for path in files.into_iter().filter(is_known) {
            let shown = path.display().to_string();
            if let Err(error) = self.add_file(&path, &shown, digest) {
                self.refuse(&shown, &with_cause(&error));
            }
        }
    }

    fn add_file(&mut self, path: &Path, name: &str, digest: &mut Sha256) -> Result<(), FilesError> {
        let failed = |source| FilesError::Read { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(failed)?;
        let mut start = Vec::new();
        (&mut file).take(4).read_to_end(&mut start).map_err(failed)?;
        if start.starts_with(b"PK") {
            self.source.bytes += hash_file(path, digest).map_err(failed)?;
            return self.add_archive(path, name);
        }
        let whole = Hashed { inner: io::Cursor::new(start.clone()).chain(file), digest, bytes: 0 };
        let mut reader = BufReader::with_capacity(1 << 16, whole);
        let read = if start.starts_with(&[0x1f, 0x8b]) {
            self.add_text(MultiGzDecoder::new(&mut reader).take(LARGEST_FILE), name)
        } else if start == [0x28, 0xb5, 0x2f, 0xfd] {
            let decoder = ruzstd::decoding::StreamingDecoder::new(&mut reader);
            decoder
                .map_err(io::Error::other)
                .and_then(|decoder| self.add_text(decoder.take(LARGEST_FILE), name))
        } else {
            self.add_text(&mut reader, name)
        };
        // What follows the last record, or a fault, belongs to the digest, too.
        let rest = io::copy(&mut reader, &mut io::sink()).map_err(failed);
        self.source.bytes += reader.into_inner().bytes;
        // What was read before a fault stays; the fault is told.
        if let Err(error) = read {
            self.refuse(name, &format!("the file is damaged here: {error}"));
        }
        rest.map(|_| ())
    }

    fn add_archive(&mut self, path: &Path, name: &str) -> Result<(), FilesError> {
        let failed = |source| FilesError::Read { path: path.to_owned(), source };
        let file = BufReader::new(File::open(path).map_err(failed)?);
        let archive = zip::ZipArchive::new(file).map_err(|error| failed(error.into()));
        let mut archive = archive?;
        for at in 0..archive.len() {
            let mut bytes = Vec::new();
            let (entry_name, read) = match archive.by_index(at) {
                Ok(entry) => {
                    let entry_name = entry.name().map_or_else(|_| at.to_string(), Cow::into_owned);
                    let extension = Path::new(&entry_name).extension().and_then(|it| it.to_str());
                    if !entry.is_file() || !matches!(extension, Some("json" | "yaml" | "yml")) {
                        continue;
                    }
                    let read = entry.take(LARGEST_LINE).read_to_end(&mut bytes);
                    (entry_name, read.map_err(|error| error.to_string()))
                }
                Err(error) => (at.to_string(), Err(error.to_string())),
            };
            let place = format!("{name}!{entry_name}");
            match read {
                Ok(_) if bytes.trim_ascii_start().starts_with(b"{") => {
                    self.add_record(&bytes, || place);
                }
                Ok(_) => self.add_document(&bytes, &place),
                Err(error) => self.refuse(&place, &error),
            }
        }
        Ok(())
    }

    /// Lines of JSON when the first line is a whole value, else one document.
    fn add_text(&mut self, text: impl Read, name: &str) -> io::Result<()> {
        let mut text = BufReader::with_capacity(1 << 16, text);
        let mut line = Vec::new();
        let mut number = 0_u64;
        let mut lines = None;
        loop {
            line.clear();
            number += 1;
            let read = (&mut text).take(LARGEST_LINE).read_until(b'\n', &mut line)?;
            if read == 0 {
                return Ok(());
            }
            if read as u64 == LARGEST_LINE {
                self.refuse(&format!("{name}:{number}"), "the line is too long");
                text.skip_until(b'\n')?;
                continue;
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            let is_whole = || serde_json::from_slice::<serde::de::IgnoredAny>(&line).is_ok();
            let is_document =
                || line.trim_ascii_start().starts_with(b"[") || is_catalogue(&line) || !is_whole();
            if *lines.get_or_insert_with(|| !is_document()) {
                self.add_record(&line, || format!("{name}:{number}"));
                continue;
            }
            (&mut text).take(LARGEST_LINE).read_to_end(&mut line)?;
            if !text.fill_buf()?.is_empty() {
                self.refuse(name, "the document is too large; write a record a line");
            } else if is_scores(&line) {
                let read = self.builder.add_epss(&String::from_utf8_lossy(&line));
                self.take_list(read, SourceKind::Epss, name);
            } else {
                self.add_document(&line, name);
            }
            return Ok(());
        }
    }

    /// The list of a source that is one, or why it was not taken.
    fn take_list(&mut self, read: Result<u64, ListError>, kind: SourceKind, name: &str) {
        match read {
            Ok(entries) => {
                self.source.kind = kind;
                self.source.records += entries;
            }
            Err(error) => self.refuse(name, &error.to_string()),
        }
    }

    /// A record, a list of records, an answer of the API (`{"vulns": […]}`), or the catalogue of exploited
    /// vulnerabilities.
    fn add_document(&mut self, text: &[u8], name: &str) {
        if is_catalogue(text) {
            let read = self.builder.add_kev(text);
            return self.take_list(read, SourceKind::Kev, name);
        }
        if !text.trim_ascii_start().starts_with(b"{") && !text.trim_ascii_start().starts_with(b"[")
        {
            return self.add_yaml(text, name);
        }
        let list = match serde_json::from_slice::<Value>(text) {
            Ok(Value::Array(list)) => list,
            Ok(Value::Object(mut object)) if !object.contains_key("id") => {
                match object.remove("vulns") {
                    Some(Value::Array(list)) => list,
                    _ => return self.add_record(text, || name.to_owned()),
                }
            }
            _ => return self.add_record(text, || name.to_owned()),
        };
        for (at, record) in list.iter().enumerate() {
            let text = serde_json::to_vec(record).unwrap_or_default();
            self.add_record(&text, || format!("{name}[{at}]"));
        }
    }

    /// Records in YAML, a record a document.
    fn add_yaml(&mut self, text: &[u8], name: &str) {
        match yaml::documents(text) {
            Ok(documents) => {
                let several = documents.len() > 1;
                for (at, record) in documents.iter().enumerate() {
                    let text = serde_json::to_vec(record).unwrap_or_default();
                    let place = || if several { format!("{name}[{at}]") } else { name.to_owned() };
                    self.add_record(&text, place);
                }
            }
            Err(error) => self.refuse(name, &error),
        }
    }

    /// Adds one record.
    pub(crate) fn add_record(&mut self, json: &[u8], place: impl FnOnce() -> String) {
        match self.builder.add(json) {
            Ok(added) => {
                self.source.records += 1;
                match added {
                    Added::New | Added::Replaced => {}
                    Added::Known => self.known += 1,
                    Added::Withdrawn => self.withdrawn += 1,
                    Added::Outside => self.outside += 1,
                }
            }
            Err(error) => self.refuse(&place(), &error.to_string()),
        }
    }

    fn refuse(&mut self, place: &str, what: &str) {
        self.refused += 1;
        self.source.refused += 1;
        if self.remarks.len() < MOST_REMARKS {
            self.remarks.push(Remark { place: place.to_owned(), what: what.to_owned() });
        }
    }
}

/// Whether a document is the catalogue of exploited vulnerabilities: what no record of OSV has says so.
fn is_catalogue(text: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Head {
        #[serde(rename = "catalogVersion")]
        _version: serde::de::IgnoredAny,
        #[serde(rename = "vulnerabilities")]
        _vulnerabilities: serde::de::IgnoredAny,
    }
    text.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<Head>(text).is_ok()
}

/// Whether a text is scores of EPSS, by its heading.
fn is_scores(text: &[u8]) -> bool {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    text.starts_with(b"#model_version:") || text.starts_with(b"cve,epss,percentile")
}

/// The words of an error with those of what caused it.
fn with_cause(error: &FilesError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// Bytes in hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Feeds a whole file to a digest; gives its length.
fn hash_file(path: &Path, digest: &mut Sha256) -> io::Result<u64> {
    let mut hashed = Hashed { inner: File::open(path)?, digest, bytes: 0 };
    io::copy(&mut hashed, &mut io::sink())
}

/// Bytes that are hashed and counted as they are read.
struct Hashed<'d, R> {
    inner: R,
    digest: &'d mut Sha256,
    bytes: u64,
}

impl<R: Read> Read for Hashed<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.digest.update(into.get(..read).unwrap_or_default());
        self.bytes += read as u64;
        Ok(read)
    }
}
