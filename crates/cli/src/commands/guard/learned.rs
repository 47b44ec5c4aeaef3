//! What guards told in their logs about the shape of events, read from files of any form.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use flate2::read::MultiGzDecoder;
use guard_learn::{Subject, Summary};
use sha2::{Digest, Sha256};

/// Bytes of one file after it was unpacked, and of one line.
const LARGEST_FILE: u64 = 16 << 30;
const LONGEST_LINE: u64 = 512 << 20;
/// Files and folders.
const MOST_FILES: usize = 100_000;

/// What was learned, by function.
#[derive(Debug, Default)]
pub(super) struct AllLearned {
    pub(super) by_function: BTreeMap<String, BTreeMap<Subject, Summary>>,
    /// The same line may stand in two exports.
    seen: BTreeSet<[u8; 32]>,
}

impl AllLearned {
    /// Reads files, and all that are in folders.
    pub(super) fn read(paths: &[PathBuf]) -> anyhow::Result<Self> {
        let mut all = Self::default();
        let mut waiting: Vec<PathBuf> = paths.to_vec();
        let mut count: usize = 0;
        while let Some(path) = waiting.pop() {
            count += 1;
            if count > MOST_FILES {
                bail!("more than {MOST_FILES} files of logs; give fewer at a time");
            }
            let text = || format!("cannot read `{}`", path.display());
            if path.is_dir() {
                for entry in std::fs::read_dir(&path).with_context(text)? {
                    let entry = entry.with_context(text)?;
                    // Links could lead in a circle.
                    if !entry.file_type().with_context(text)?.is_symlink() {
                        waiting.push(entry.path());
                    }
                }
            } else {
                all.read_file(&path).with_context(text)?;
            }
        }
        Ok(all)
    }

    fn read_file(&mut self, path: &Path) -> anyhow::Result<()> {
        let mut file = BufReader::new(File::open(path)?);
        let is_packed = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        let bytes: Box<dyn Read> =
            if is_packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
        let mut lines = BufReader::new(bytes.take(LARGEST_FILE));
        let mut line = Vec::new();
        loop {
            line.clear();
            if lines.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
                return Ok(());
            }
            guard_learn::read(&String::from_utf8_lossy(&line), &mut |text, learned| {
                if self.seen.insert(Sha256::digest(text).into()) {
                    let function = self.by_function.entry(learned.function).or_default();
                    function.entry(learned.subject).or_default().merge(learned.summary);
                }
            });
        }
    }
}
