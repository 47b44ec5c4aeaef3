//! Collects records and writes the file.

use std::{collections::BTreeMap, io::Write as _};

use flate2::{Compression, write::DeflateEncoder};
use package_version::Ecosystem;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    advisory::{write_advisory, write_affected},
    codec::Writer,
    exploitation::{Exploitation, ListError},
    index::{DIRECTORY_ENTRY, Front, HEADER, Header, MAGIC, VERSION, hash_of},
    record::{Record, RecordError},
};

/// Bytes of texts that are compressed together: large enough to find repetition, small enough to be
/// read for one advisory.
const CHUNK: usize = 32 << 10;

/// What a source holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// Records of OSV.
    #[default]
    Osv,
    /// Scores of the Exploit Prediction Scoring System.
    Epss,
    /// The catalogue of known exploited vulnerabilities.
    Kev,
}

/// Where advisories came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceInfo {
    /// What it holds.
    #[serde(default)]
    pub kind: SourceKind,
    /// The file, folder or address.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Bytes.
    pub bytes: u64,
    /// Records that were read.
    pub records: u64,
    /// Records that could not be read.
    pub refused: u64,
}

/// What came of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is in.
    New,
    /// It replaced an older one of the same id, from an earlier source.
    Replaced,
    /// The same or a newer one of the same id is there.
    Known,
    /// Its database took it back: an older one of the same id went out with it.
    Withdrawn,
    /// It names no package of an ecosystem that is known.
    Outside,
}

/// Collects records, the newest of each id.
///
/// Within one source records of the same id are parts of one advisory, as converted databases write them (a
/// record for each package), and all stay. Of two sources the newer records stay, those of the earlier
/// source when they are of one time.
#[derive(Debug, Default)]
pub struct Builder {
    records: BTreeMap<String, Parts>,
    source: usize,
    exploitation: Exploitation,
}

/// The records of an id, of one source.
#[derive(Debug)]
struct Parts {
    source: usize,
    records: Vec<Record>,
}

impl Builder {
    /// What is added from here on is of another source.
    pub fn begin_source(&mut self) {
        self.source += 1;
    }

    /// Reads a record and adds it.
    ///
    /// # Errors
    /// [`RecordError`] when it is none.
    pub fn add(&mut self, json: &[u8]) -> Result<Added, RecordError> {
        Record::read(json).map(|record| self.add_record(record))
    }

    /// Takes the scores of EPSS, lines as FIRST publishes them (`epss_scores-DAY.csv`), in the place of those
    /// that are there; gives their number.
    ///
    /// # Errors
    /// [`ListError`] when a line is none; then nothing is taken.
    pub fn add_epss(&mut self, text: &str) -> Result<u64, ListError> {
        self.exploitation.add_scores(text)
    }

    /// Takes the catalogue of exploited flaws, JSON as CISA publishes it
    /// (`known_exploited_vulnerabilities.json`), in the place of the one that is there; gives its entries.
    ///
    /// # Errors
    /// [`ListError`] when it is none, or not whole; then nothing is taken.
    pub fn add_kev(&mut self, json: &[u8]) -> Result<u64, ListError> {
        self.exploitation.add_catalogue(json)
    }

    /// Adds a record.
    pub fn add_record(&mut self, record: Record) -> Added {
        let mut added = match &record {
            Record { withdrawn: true, .. } => Added::Withdrawn,
            record if record.affected.is_empty() => Added::Outside,
            _ => Added::New,
        };
        // One that is withdrawn stays, so that an older copy from another source does not come back.
        let source = self.source;
        let fresh = || Parts { source, records: Vec::new() };
        let parts = self.records.entry(record.id.clone()).or_insert_with(fresh);
        if parts.source != source {
            if parts.records.iter().any(|known| known.modified >= record.modified) {
                return Added::Known;
            }
            if added == Added::New && parts.records.iter().any(|known| !known.withdrawn) {
                added = Added::Replaced;
            }
            *parts = fresh();
        }
        if parts.records.contains(&record) {
            return Added::Known;
        }
        parts.records.push(record);
        added
    }

    /// How many advisories would be written.
    #[must_use]
    pub fn len(&self) -> usize {
        self.written().count()
    }

    /// Whether none would be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn written(&self) -> impl Iterator<Item = &Record> {
        let records = self.records.values().flat_map(|parts| &parts.records);
        records.filter(|record| !record.withdrawn && !record.affected.is_empty())
    }

    /// Writes the file.
    ///
    /// `date` is the moment at which the sources were taken, in seconds since 1970.
    #[must_use]
    pub fn finish(&self, date: i64, sources: &[SourceInfo]) -> Vec<u8> {
        let mut texts = Texts::default();
        let mut advisories = Vec::new();
        let mut packages: BTreeMap<(u64, Ecosystem, &str), Vec<Named<'_>>> = BTreeMap::new();
        let (mut count, mut scored, mut exploited) = (0_u64, 0, 0);
        for record in self.written() {
            let text = texts.add(record);
            let place = advisories.len() as u64;
            let names = record.aliases.iter().chain(&record.upstream).chain([&record.id]);
            let lists = self.exploitation.of(names);
            scored += u64::from(lists.0.is_some());
            exploited += u64::from(lists.1.is_some());
            put_checked(&mut advisories, &write_advisory(record, text, lists));
            count += 1;
            for (at, affected) in record.affected.iter().enumerate() {
                let hash = hash_of(affected.ecosystem, &affected.name);
                packages
                    .entry((hash, affected.ecosystem, &affected.name))
                    .or_default()
                    .push(Named { place, record, at });
            }
        }
        let mut directory = Vec::with_capacity(packages.len() * DIRECTORY_ENTRY);
        let mut blocks = Vec::new();
        let newest = self.written().map(|record| record.modified.as_str()).max();
        let mut front = Front {
            newest: newest.unwrap_or_default().to_owned(),
            sources: sources.to_vec(),
            epss: self.exploitation.epss.clone(),
            kev: self.exploitation.kev.clone(),
            ..Front::default()
        };
        for (list, named) in [(&mut front.epss, scored), (&mut front.kev, exploited)] {
            if let Some(list) = list {
                list.advisories = named;
            }
        }
        for ((hash, ecosystem, name), named) in &packages {
            *front.ecosystems.entry(ecosystem.name().to_owned()).or_default() += 1;
            directory.extend(hash.to_le_bytes());
            directory.extend((blocks.len() as u64).to_le_bytes());
            put_checked(&mut blocks, &block(*ecosystem, name, named));
        }
        let about = serde_json::to_vec(&front).unwrap_or_default();
        let sections = [about, directory, blocks, advisories, texts.finish()];
        assemble(date, count, packages.len() as u64, sections)
    }
}

/// A package named by a record: where the advisory was written, and which of its packages it is.
struct Named<'a> {
    place: u64,
    record: &'a Record,
    at: usize,
}

/// What is known of one package.
fn block(ecosystem: Ecosystem, name: &str, named: &[Named<'_>]) -> Vec<u8> {
    let mut block = Writer::default();
    block.text(ecosystem.name());
    block.text(name);
    block.count(named.len());
    for Named { place, record, at } in named {
        block.number(*place);
        if let Some(affected) = record.affected.get(*at) {
            write_affected(affected, &mut block);
        }
    }
    block.0
}

/// Appends bytes behind their length and CRC-32.
fn put_checked(to: &mut Vec<u8>, bytes: &[u8]) {
    let mut head = Writer::default();
    head.count(bytes.len());
    head.0.extend(crc32fast::hash(bytes).to_le_bytes());
    to.extend(head.0);
    to.extend(bytes);
}

/// Puts the sections behind their header.
fn assemble(date: i64, advisories: u64, packages: u64, sections: [Vec<u8>; 5]) -> Vec<u8> {
    let lengths = sections.each_ref().map(|section| section.len() as u64);
    let mut body = Vec::new();
    for section in sections {
        body.extend(section);
    }
    let checked = usize::try_from(lengths.iter().take(2).sum::<u64>()).unwrap_or(usize::MAX);
    let header = Header {
        date,
        advisories,
        packages,
        lengths,
        front: crc32fast::hash(body.get(..checked).unwrap_or_default()),
        digest: Sha256::digest(&body).into(),
    };
    let mut file = Vec::with_capacity(HEADER + body.len());
    file.extend(MAGIC);
    file.extend(VERSION.to_le_bytes());
    file.extend(header.front.to_le_bytes());
    file.extend(header.date.to_le_bytes());
    for number in [header.advisories, header.packages].into_iter().chain(header.lengths) {
        file.extend(number.to_le_bytes());
    }
    file.extend(header.digest);
    let sum = crc32fast::hash(&file);
    file.extend(sum.to_le_bytes());
    file.extend(body);
    file
}

/// Details and references, compressed chunk by chunk.
#[derive(Debug, Default)]
struct Texts {
    compressed: Vec<u8>,
    chunk: Writer,
}

impl Texts {
    /// Adds those of a record; gives their place: the offset of the chunk, and within it.
    fn add(&mut self, record: &Record) -> u64 {
        if self.chunk.0.len() >= CHUNK {
            self.close();
        }
        let place = (self.compressed.len() as u64) << 20 | self.chunk.0.len() as u64;
        self.chunk.text(&record.details);
        self.chunk.texts(&record.references);
        place
    }

    fn close(&mut self) {
        let chunk = std::mem::take(&mut self.chunk.0);
        if chunk.is_empty() {
            return;
        }
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        // Writing into memory does not fail.
        let _ = encoder.write_all(&chunk);
        put_checked(&mut self.compressed, &encoder.finish().unwrap_or_default());
    }

    fn finish(mut self) -> Vec<u8> {
        self.close();
        self.compressed
    }
}
