//! Names of writers and of their files: no two are the same.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::atomic::{AtomicU64, Ordering},
};

use lake_log::{Day, Partition};

use crate::clock;

/// A writer: one import, compaction or retention.
#[derive(Debug)]
pub(crate) struct Writer {
    /// Host, process and a random number.
    pub(crate) name: String,
    prefix: String,
    next: AtomicU64,
}

impl Writer {
    pub(crate) fn new() -> Self {
        // The seeds of a hasher are the random numbers that `std` has to give.
        let random = RandomState::new().hash_one(clock::now());
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let host: String = host.trim().chars().filter(char::is_ascii_graphic).take(40).collect();
        let host = if host.is_empty() { "localhost".to_owned() } else { host };
        let name = format!("{host}:{}:{random:016x}", std::process::id());
        Self { name, prefix: format!("{random:016x}"), next: AtomicU64::new(0) }
    }

    fn unique(&self) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        format!("{}-{number:06}", self.prefix)
    }

    /// A path for a data file.
    pub(crate) fn data_file(&self, partition: &Partition) -> String {
        format!("{}/{}.parquet", partition.folder(), self.unique())
    }

    /// A path for a file of digests.
    pub(crate) fn seen_file(&self, day: Option<Day>) -> String {
        format!("{SEEN}/{}.{}.ids", day_name(day), self.unique())
    }
}

/// The folder of files of digests.
pub(crate) const SEEN: &str = "_faasguard/seen";

/// The day in the names of files of digests.
pub(crate) fn day_name(day: Option<Day>) -> String {
    day.map_or_else(|| "unknown".to_owned(), |day| day.to_string())
}
