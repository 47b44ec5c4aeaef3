//! What the commits so far say together.

use std::collections::BTreeMap;

use crate::{
    commit::{Commit, CommitError, DataFile, Kind, SeenFile, Source},
    path::Day,
};

/// What the commits so far say together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The last commit; 0 before the first.
    pub number: u64,
    /// The data files, by path.
    pub files: BTreeMap<String, DataFile>,
    /// Data files that were removed and not deleted yet, and when, in seconds since 1970.
    pub retired: BTreeMap<String, i64>,
    /// The files of digests, by path.
    pub seen: BTreeMap<String, SeenFile>,
    /// The sources that were read, by the hexadecimal digits of their SHA-256.
    pub sources: BTreeMap<String, Source>,
    /// Events before this day are not taken any more.
    pub keep_from: Option<Day>,
}

impl State {
    /// Adds what one more commit says. After an error the state is not to be used.
    ///
    /// # Errors
    /// [`CommitError`] when it is not the next one, or contradicts those before.
    pub fn apply(&mut self, commit: Commit) -> Result<(), CommitError> {
        let number = commit.number;
        if commit.kind == Kind::Checkpoint {
            if self.number != 0 {
                return Err(CommitError::OutOfOrder { number, after: self.number });
            }
        } else if self.number.checked_add(1) != Some(number) {
            return Err(CommitError::OutOfOrder { number, after: self.number });
        }
        let contradiction =
            |path: &str| CommitError::Contradiction { number, path: path.to_owned() };
        for path in commit.removed {
            // A checkpoint names what was removed before it.
            if self.files.remove(&path).is_none() && commit.kind != Kind::Checkpoint {
                return Err(contradiction(&path));
            }
            self.retired.insert(path, commit.time);
        }
        for file in commit.added {
            if self.retired.contains_key(&file.path) {
                return Err(contradiction(&file.path));
            }
            if let Some(twice) = self.files.insert(file.path.clone(), file) {
                return Err(contradiction(&twice.path));
            }
        }
        for path in commit.unseen {
            self.seen.remove(&path).ok_or_else(|| contradiction(&path))?;
        }
        for file in commit.seen {
            if let Some(twice) = self.seen.insert(file.path.clone(), file) {
                return Err(contradiction(&twice.path));
            }
        }
        for path in commit.deleted {
            self.retired.remove(&path).ok_or_else(|| contradiction(&path))?;
        }
        for source in commit.sources {
            self.sources.entry(source.sha256.clone()).or_insert(source);
        }
        let keep_from = commit.keep_from.as_deref().and_then(Day::parse);
        self.keep_from = self.keep_from.max(keep_from);
        self.number = number;
        Ok(())
    }

    /// A commit that says all of it. The times at which files were removed become its own.
    #[must_use]
    pub fn to_checkpoint(&self, writer: &str, time: i64) -> Commit {
        Commit {
            added: self.files.values().cloned().collect(),
            removed: self.retired.keys().cloned().collect(),
            seen: self.seen.values().cloned().collect(),
            sources: self.sources.values().cloned().collect(),
            keep_from: self.keep_from.map(|day| day.to_string()),
            ..Commit::new(self.number, Kind::Checkpoint, writer, time)
        }
    }

    /// Events in the lake.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.files.values().map(|file| file.rows).sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::State;
    use crate::commit::{Commit, CommitError, DataFile, Kind, SeenFile, Source};

    fn data(name: u8) -> DataFile {
        let path = format!("events/account=1/region=r/day=2026-01-01/{name}.parquet");
        DataFile { path, rows: u64::from(name), ..DataFile::default() }
    }

    #[test]
    fn a_commit_that_does_not_follow_is_refused() {
        let mut state = State::default();
        let out_of_order = CommitError::OutOfOrder { number: 2, after: 0 };
        assert_eq!(state.apply(Commit::new(2, Kind::Begin, "w", 0)), Err(out_of_order));
        let mut commit = Commit::new(1, Kind::Compact, "w", 0);
        commit.removed.push(data(1).path);
        let contradiction = CommitError::Contradiction { number: 1, path: data(1).path };
        assert_eq!(state.apply(commit), Err(contradiction));
    }

    proptest! {
        #[test]
        fn a_checkpoint_says_what_the_commits_said(
            steps in proptest::collection::vec((0_u8..20, any::<bool>()), 0..40)
        ) {
            let mut state = State::default();
            for (name, adds) in steps {
                let mut commit = Commit::new(state.number + 1, Kind::Import, "w", 7);
                let file = data(name);
                let path = format!("_faasguard/seen/{name}");
                if state.files.contains_key(&file.path) {
                    if !adds {
                        commit.removed.push(file.path);
                        commit.unseen.push(path);
                    }
                } else if adds && !state.retired.contains_key(&file.path) {
                    commit.added.push(file);
                    commit.seen.push(SeenFile { path, ..SeenFile::default() });
                    let sha256 = format!("{name:02x}");
                    commit.sources.push(Source { sha256, ..Source::default() });
                }
                let commit = Commit::parse(&commit.to_bytes()).unwrap();
                state.apply(commit).unwrap();
            }
            let checkpoint = Commit::parse(&state.to_checkpoint("w", 7).to_bytes()).unwrap();
            let mut again = State::default();
            again.apply(checkpoint).unwrap();
            prop_assert_eq!(again, state);
        }
    }
}
