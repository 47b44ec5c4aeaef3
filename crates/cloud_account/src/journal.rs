//! The part file: every answer is on disk before it counts, so that a run that is killed goes on.

use std::{
    collections::{HashMap, HashSet},
    fs::{self, File, OpenOptions},
    io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use serde_json::Value;
use snapshot_file::{
    Account, Answer, Code, Head, NotLookedAt, PART_SCHEMA, Packing, PartRecord, Reason, Snapshot,
    Tool, pack, to_bytes,
};

/// Why nothing can be written, or not gone on with.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// What the system says.
    #[error("`{}` cannot be written: {source}", path.display())]
    Files {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another run writes it.
    #[error(transparent)]
    State(#[from] run_state::StateError),
    /// A part file of a run with other options, or of another program.
    #[error("`{}` is of a run with other options; give the same ones to go on, or `--restart` to begin anew", path.display())]
    Other {
        /// The part file.
        path: PathBuf,
    },
    /// It cannot be written as JSON.
    #[error("the snapshot cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// What names an answer within its account: service, operation, region, subject.
pub(crate) type Key = (String, String, Option<String>, Option<String>);

/// What an earlier run of the same snapshot has of one account.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) answers: HashMap<Key, Value>,
    pub(crate) gaps: HashMap<Key, Reason>,
}

/// The part file of one snapshot, which one run has at a time.
#[derive(Debug)]
pub struct Journal {
    target: PathBuf,
    path: PathBuf,
    file: File,
    /// When the snapshot was begun: of the first run.
    pub(crate) taken: String,
    tool: Tool,
    known: HashMap<String, Known>,
    code: HashSet<String>,
    /// Records of earlier runs.
    pub(crate) before: usize,
}

impl Journal {
    /// Opens or makes the part file beside `target`.
    ///
    /// # Errors
    /// [`JournalError`] when it is in use, of a run with other options, or cannot be written.
    pub fn open(
        target: &Path,
        options: &str,
        now: &str,
        restart: bool,
    ) -> Result<Self, JournalError> {
        let mut path = target.as_os_str().to_owned();
        path.push(".part");
        let path = PathBuf::from(path);
        // Environment variables may hold secrets: nobody else reads the file, from its first byte on.
        drop(private(&path).map_err(failed(&path))?);
        let mut file = run_state::take_file(&path)?;
        if restart {
            file.set_len(0).map_err(failed(&path))?;
        }
        let tool = Tool {
            name: "faasguard-cloud".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let mut journal = Self {
            target: target.to_path_buf(),
            path: path.clone(),
            file: file.try_clone().map_err(failed(&path))?,
            taken: now.to_owned(),
            tool,
            known: HashMap::new(),
            code: HashSet::new(),
            before: 0,
        };
        let whole = journal.recall(&file, options)?;
        file.set_len(whole).map_err(failed(&path))?;
        file.seek(SeekFrom::End(0)).map_err(failed(&path))?;
        journal.file = file;
        if whole == 0 {
            let head = Head {
                schema: PART_SCHEMA.to_owned(),
                tool: journal.tool.clone(),
                taken: journal.taken.clone(),
                options: options.to_owned(),
            };
            journal.write(&PartRecord::Head(head))?;
        }
        Ok(journal)
    }

    /// Reads what is there; gives the length without a torn last line.
    fn recall(&mut self, file: &File, options: &str) -> Result<u64, JournalError> {
        let mut reader = BufReader::new(file);
        let mut whole = 0;
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line).map_err(failed(&self.path))?;
            if line.last() != Some(&b'\n') {
                return Ok(whole);
            }
            let record = PartRecord::of_line(&line);
            if whole == 0 {
                match &record {
                    Some(PartRecord::Head(head)) if head.options == options => {
                        self.taken.clone_from(&head.taken);
                    }
                    _ => return Err(JournalError::Other { path: self.path.clone() }),
                }
            }
            whole += read as u64;
            if let Some(record) = record {
                self.remember(record);
            }
        }
    }

    fn remember(&mut self, record: PartRecord) {
        match record {
            PartRecord::Answer { account, answer } => {
                self.before += 1;
                let known = self.known.entry(account).or_default();
                let key = (answer.service, answer.operation, answer.region, answer.of);
                known.answers.insert(key, answer.answer);
            }
            PartRecord::NotLookedAt(gap) => {
                self.before += 1;
                let known = self.known.entry(gap.account).or_default();
                let Some(operation) = gap.operation else { return };
                known.gaps.insert((gap.service, operation, gap.region, gap.of), gap.reason);
            }
            PartRecord::Code(code) => {
                self.code.insert(code.function_arn);
            }
            PartRecord::Head(_) | PartRecord::Account { .. } => {}
        }
    }

    /// What earlier runs have of an account; given once.
    pub(crate) fn known(&mut self, account: &str) -> Known {
        self.known.remove(account).unwrap_or_default()
    }

    /// Whether the code of a function was fetched.
    pub(crate) fn has_code(&self, function_arn: &str) -> bool {
        self.code.contains(function_arn)
    }

    /// Appends a record.
    pub(crate) fn write(&mut self, record: &PartRecord) -> Result<(), JournalError> {
        self.file.write_all(record.to_line().as_bytes()).map_err(failed(&self.path))
    }

    /// Makes the snapshot out of the part file, which goes away; gives it and the bytes of the file.
    ///
    /// # Errors
    /// [`JournalError`] when it cannot be read or written; then the part file stays.
    pub fn finish(mut self, now: &str) -> Result<(Snapshot, u64), JournalError> {
        self.file.seek(SeekFrom::Start(0)).map_err(failed(&self.path))?;
        let mut gathered = Gathered::default();
        let mut reader = BufReader::new(&self.file);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).map_err(failed(&self.path))? > 0 {
            if let Some(record) = PartRecord::of_line(&line) {
                gathered.take(record);
            }
            line.clear();
        }
        let mut snapshot = gathered.into_snapshot();
        snapshot.tool = self.tool.clone();
        snapshot.taken.clone_from(&self.taken);
        snapshot.finished = Some(now.to_owned());
        snapshot.sort();
        let name = self.target.file_name().unwrap_or_default().to_string_lossy();
        let bytes = pack(to_bytes(&snapshot)?, Packing::of_name(&name));
        replace(&self.target, &bytes).map_err(failed(&self.target))?;
        fs::remove_file(&self.path).map_err(failed(&self.path))?;
        Ok((snapshot, bytes.len() as u64))
    }
}

/// Account, service, operation, region, subject.
type GapKey = (String, String, Option<String>, Option<String>, Option<String>);

/// Records of a part file put together: the last one of several about the same holds, and an answer
/// holds against an earlier gap.
#[derive(Default)]
struct Gathered {
    accounts: Vec<(String, Option<String>, String)>,
    answers: HashMap<(String, Key), Answer>,
    gaps: HashMap<GapKey, NotLookedAt>,
    code: HashMap<String, Code>,
}

impl Gathered {
    fn take(&mut self, record: PartRecord) {
        match record {
            PartRecord::Head(_) => {}
            PartRecord::Account { account, alias, partition } => {
                if self.accounts.iter().all(|(it, ..)| *it != account) {
                    self.accounts.push((account, alias, partition));
                }
            }
            PartRecord::Answer { account, answer } => {
                let key = (
                    answer.service.clone(),
                    answer.operation.clone(),
                    answer.region.clone(),
                    answer.of.clone(),
                );
                self.answers.insert((account, key), answer);
            }
            PartRecord::NotLookedAt(gap) => {
                let key = (
                    gap.account.clone(),
                    gap.service.clone(),
                    gap.operation.clone(),
                    gap.region.clone(),
                    gap.of.clone(),
                );
                self.gaps.insert(key, gap);
            }
            PartRecord::Code(code) => {
                self.code.insert(code.function_arn.clone(), code);
            }
        }
    }

    fn into_snapshot(self) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for (account, alias, partition) in self.accounts {
            snapshot.accounts.push(Account { account, alias, partition, answers: Vec::new() });
        }
        let gaps =
            self.gaps.into_iter().filter(|((account, service, operation, region, of), _)| {
                let Some(operation) = operation else { return true };
                let key = (service.clone(), operation.clone(), region.clone(), of.clone());
                !self.answers.contains_key(&(account.clone(), key))
            });
        snapshot.not_looked_at = gaps.map(|(_, gap)| gap).collect();
        for ((account, _), answer) in self.answers {
            if let Some(it) = snapshot.accounts.iter_mut().find(|it| it.account == account) {
                it.answers.push(answer);
            }
        }
        snapshot.code = self.code.into_values().collect();
        snapshot
    }
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> JournalError {
    move |source| JournalError::Files { path: path.to_path_buf(), source }
}

/// Opens a file that only its owner reads and writes; of one that is there the mode is set, too.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}

/// Replaces a file whole or not at all; only its owner reads it.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let mut file = private(&beside)?;
    file.set_len(0)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    run_state::sync_folder_of(path);
    Ok(())
}
