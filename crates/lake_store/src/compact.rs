//! Small files of a partition made one, so that engines open fewer.

use std::{collections::BTreeMap, time::Duration};

use arrow::{array::RecordBatch, compute::concat_batches};
use bytes::Bytes;
use lake_log::{Commit, DataFile, Kind, MOST_DIGESTS, Partition, SeenFile};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::{
    Lake, LakeError,
    columns::{encode, schema},
    lake::Session,
    seen,
};

/// Files that one commit replaces at most.
const MOST_REPLACED: usize = 1_000;

/// What to compact.
#[derive(Clone, Copy, Debug)]
pub struct CompactRequest {
    /// Bytes of columns, uncompressed, that one file gets at most; about three times as much memory is
    /// taken.
    pub target_bytes: u64,
    /// How long to wait for another writer.
    pub wait: Duration,
}

impl Default for CompactRequest {
    fn default() -> Self {
        Self { target_bytes: 256 << 20, wait: Duration::ZERO }
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CompactOutcome {
    /// Data files that were replaced.
    pub replaced: u64,
    /// Data files that were written instead.
    pub written: u64,
    /// Events in them.
    pub rows: u64,
    /// Files of digests that were replaced.
    pub seen_replaced: u64,
    /// The last commit.
    pub commit: u64,
}

/// Makes one file of several small ones of a partition, their events in the order of their times. What
/// is replaced stays until [`crate::vacuum`], for those who still read an older commit.
///
/// # Errors
/// [`LakeError`] when another one writes, or the lake cannot be read or written; the lake then holds
/// the same events as before.
pub fn compact(lake: &Lake, request: &CompactRequest) -> Result<CompactOutcome, LakeError> {
    let mut session = lake.begin(request.wait)?;
    let mut outcome = CompactOutcome::default();
    let mut partitions: BTreeMap<Partition, Vec<DataFile>> = BTreeMap::new();
    for file in session.state.files.values() {
        partitions.entry(file.partition()).or_default().push(file.clone());
    }
    let mut commit = session.commit_of(Kind::Compact);
    for (partition, mut files) in partitions {
        if files.len() < 2 {
            continue;
        }
        files.sort_by_key(|file| (file.min_time, file.path.clone()));
        let mut group = Group::default();
        for file in files {
            let batches = read(&session, &file)?;
            let bytes = memory(&batches);
            if bytes > request.target_bytes / 2 {
                continue;
            }
            if group.bytes + bytes > request.target_bytes {
                group.write(&session, &partition, &mut commit, &mut outcome)?;
            }
            group.bytes += bytes;
            group.files.push(file.path);
            group.batches.extend(batches);
        }
        group.write(&session, &partition, &mut commit, &mut outcome)?;
        if commit.removed.len() >= MOST_REPLACED {
            settle(&session, &commit)?;
            session.commit(std::mem::take(&mut commit))?;
            commit = session.commit_of(Kind::Compact);
        }
    }
    merge_digests(&session, &mut commit, &mut outcome)?;
    let unseen = commit.unseen.clone();
    if !commit.is_empty() {
        settle(&session, &commit)?;
        session.commit(commit)?;
    }
    for path in unseen {
        // Only writers read them, and this is the one.
        session.lake.storage.delete(&path)?;
    }
    outcome.commit = session.state.number;
    Ok(outcome)
}

fn settle(session: &Session, commit: &Commit) -> Result<(), LakeError> {
    let data = commit.added.iter().map(|file| file.path.as_str());
    let seen = commit.seen.iter().map(|file| file.path.as_str());
    session.lake.storage.settle(&data.chain(seen).collect::<Vec<_>>())
}

/// Files that become one.
#[derive(Default)]
struct Group {
    files: Vec<String>,
    batches: Vec<RecordBatch>,
    bytes: u64,
}

impl Group {
    fn write(
        &mut self,
        session: &Session,
        partition: &Partition,
        commit: &mut Commit,
        outcome: &mut CompactOutcome,
    ) -> Result<(), LakeError> {
        let group = std::mem::take(self);
        if group.files.len() < 2 {
            return Ok(());
        }
        let encoded = encode(&concat_batches(&schema(), &group.batches)?)?;
        let path = session.writer.data_file(partition);
        let bytes = encoded.bytes.len() as u64;
        session.lake.storage.put(&path, encoded.bytes)?;
        let (min_time, max_time) = (encoded.min_time, encoded.max_time);
        outcome.replaced += group.files.len() as u64;
        outcome.written += 1;
        outcome.rows += encoded.rows;
        commit.added.push(DataFile { path, rows: encoded.rows, bytes, min_time, max_time });
        commit.removed.extend(group.files);
        Ok(())
    }
}

fn read(session: &Session, file: &DataFile) -> Result<Vec<RecordBatch>, LakeError> {
    let bytes = session.lake.storage.read(&file.path)?;
    let bytes = bytes.ok_or_else(|| LakeError::Gone { path: file.path.clone() })?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes))?.build()?;
    Ok(reader.collect::<Result<Vec<_>, _>>()?)
}

fn memory(batches: &[RecordBatch]) -> u64 {
    batches.iter().map(|batch| batch.get_array_memory_size() as u64).sum()
}

/// Makes one file of digests of those of a day.
fn merge_digests(
    session: &Session,
    commit: &mut Commit,
    outcome: &mut CompactOutcome,
) -> Result<(), LakeError> {
    let mut days: BTreeMap<&str, Vec<&SeenFile>> = BTreeMap::new();
    for file in session.state.seen.values() {
        if file.count < (MOST_DIGESTS / 2) as u64 {
            days.entry(&file.day).or_default().push(file);
        }
    }
    for (day, files) in days {
        if files.len() < 2 {
            continue;
        }
        let mut all = Vec::new();
        for file in &files {
            all.extend(seen::read(&session.lake.storage, &file.path)?);
        }
        all.sort_unstable();
        all.dedup();
        for digests in all.chunks(MOST_DIGESTS) {
            let path = session.writer.seen_file(lake_log::Day::parse(day));
            session.lake.storage.put(&path, lake_log::to_bytes(digests))?;
            let count = digests.len() as u64;
            commit.seen.push(SeenFile { path, day: day.to_owned(), count });
        }
        outcome.seen_replaced += files.len() as u64;
        commit.unseen.extend(files.iter().map(|file| file.path.clone()));
    }
    Ok(())
}
