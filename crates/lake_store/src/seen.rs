//! Which events the lake has, by day.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    hash::{BuildHasherDefault, Hasher},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use lake_log::{Day, State};

use crate::{LakeError, Storage, names::day_name};

/// Takes eight bytes of a digest for its hash: they are as random as any.
#[derive(Default)]
pub(crate) struct Own(u64);

impl Hasher for Own {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.first_chunk::<8>().map_or(0, |half| u64::from_ne_bytes(*half));
    }
}

type Digests = HashSet<u128, BuildHasherDefault<Own>>;

/// Digests of one day.
#[derive(Default)]
struct DaySet {
    /// `None` until somebody asks.
    digests: Mutex<Option<Digests>>,
    /// Digests of events that no commit has yet.
    pending: AtomicU64,
    /// When it was asked last, in the count of commits.
    asked: AtomicU64,
}

/// Which events the lake has. Digests of a day are read when an event of it comes, and forgotten again
/// when they are many and nobody asks for them.
pub(crate) struct Seen {
    storage: Arc<Storage>,
    /// Paths of the files, by the name of the day.
    files: Mutex<BTreeMap<String, Vec<String>>>,
    days: RwLock<HashMap<Option<Day>, Arc<DaySet>>>,
    /// Digests that are kept in memory.
    budget: usize,
    commits: AtomicU64,
}

impl Seen {
    pub(crate) fn new(storage: Arc<Storage>, state: &State, budget: usize) -> Self {
        let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for file in state.seen.values() {
            files.entry(file.day.clone()).or_default().push(file.path.clone());
        }
        let days = RwLock::default();
        Self { storage, files: Mutex::new(files), days, budget, commits: AtomicU64::new(0) }
    }

    /// Whether the event is new. If so it counts as seen from now on, and must be committed.
    pub(crate) fn claim(&self, day: Option<Day>, digest: u128) -> Result<bool, LakeError> {
        loop {
            {
                let days = self.days.read().unwrap_or_else(PoisonError::into_inner);
                if let Some(set) = days.get(&day) {
                    return self.claim_in(set, day, digest);
                }
            }
            let mut days = self.days.write().unwrap_or_else(PoisonError::into_inner);
            days.entry(day).or_default();
        }
    }

    fn claim_in(&self, set: &DaySet, day: Option<Day>, digest: u128) -> Result<bool, LakeError> {
        let mut digests = set.digests.lock().unwrap_or_else(PoisonError::into_inner);
        if digests.is_none() {
            *digests = Some(self.load(day)?);
        }
        let is_new = digests.get_or_insert_default().insert(digest);
        set.pending.fetch_add(u64::from(is_new), Ordering::Relaxed);
        set.asked.store(self.commits.load(Ordering::Relaxed), Ordering::Relaxed);
        Ok(is_new)
    }

    fn load(&self, day: Option<Day>) -> Result<Digests, LakeError> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let paths = files.get(&day_name(day)).cloned().unwrap_or_default();
        drop(files);
        let mut all = Digests::default();
        for path in paths {
            let found = read(&self.storage, &path)?;
            all.extend(found);
        }
        Ok(all)
    }

    /// Takes note of a commit: files of digests that belong to the lake now.
    pub(crate) fn committed(&self, written: &[(Option<Day>, String, u64)]) {
        self.commits.fetch_add(1, Ordering::Relaxed);
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        for (day, path, _) in written {
            files.entry(day_name(*day)).or_default().push(path.clone());
        }
        drop(files);
        let mut days = self.days.write().unwrap_or_else(PoisonError::into_inner);
        for (day, _, count) in written {
            if let Some(set) = days.get(day) {
                set.pending.fetch_sub(*count, Ordering::Relaxed);
            }
        }
        // Forget the days that nobody asked for the longest, as far as all their events are committed.
        let size = |set: &DaySet| {
            let digests = set.digests.lock().unwrap_or_else(PoisonError::into_inner);
            digests.as_ref().map_or(0, HashSet::len)
        };
        let mut sizes: Vec<_> = days
            .iter()
            .map(|(day, set)| (set.asked.load(Ordering::Relaxed), *day, size(set)))
            .collect();
        let mut total: usize = sizes.iter().map(|(_, _, size)| size).sum();
        sizes.sort_unstable();
        for (_, day, size) in sizes {
            if total <= self.budget {
                break;
            }
            let is_settled =
                days.get(&day).is_some_and(|set| set.pending.load(Ordering::Relaxed) == 0);
            if is_settled {
                days.remove(&day);
                total -= size;
            }
        }
    }
}

/// The digests of a file of the lake.
pub(crate) fn read(storage: &Storage, path: &str) -> Result<Vec<u128>, LakeError> {
    let bytes = storage.read(path)?;
    let bytes = bytes.ok_or_else(|| LakeError::Gone { path: path.to_owned() })?;
    lake_log::from_bytes(&bytes)
        .map_err(|source| LakeError::Digests { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lake_log::{Day, State};

    use super::Seen;
    use crate::Storage;

    #[test]
    fn what_was_forgotten_is_read_again() {
        let scratch = tempfile::tempdir().unwrap();
        let storage = Arc::new(Storage::open(scratch.path().to_str().unwrap(), true).unwrap());
        let seen = Seen::new(Arc::clone(&storage), &State::default(), 0);
        let day = Some(Day(1));
        assert!(seen.claim(day, 7).unwrap());
        assert!(!seen.claim(day, 7).unwrap());
        storage.put("_faasguard/seen/a", lake_log::to_bytes(&[7])).unwrap();
        seen.committed(&[(day, "_faasguard/seen/a".to_owned(), 1)]);
        assert!(seen.days.read().unwrap().is_empty());
        assert!(!seen.claim(day, 7).unwrap());
        assert!(seen.claim(None, 7).unwrap());
    }
}
