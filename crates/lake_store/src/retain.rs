//! Old events go, and files that nobody names any more.

use std::time::Duration;

use audit_event::Time;
use lake_log::{Day, Kind};

use crate::{
    Lake, LakeError, clock,
    lake::{CHECKPOINTS, COMMITS, numbered},
    names::day_name,
};

/// What went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetainOutcome {
    /// The first day that stays.
    pub keep_from: Option<Day>,
    /// Data files that do not belong to the lake any more.
    pub removed: u64,
    /// Events in them.
    pub rows: u64,
    /// Events whose day is not known; they stay.
    pub undated: u64,
}

/// What was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VacuumOutcome {
    /// Data files.
    pub files: u64,
    /// Commits and checkpoints that a later checkpoint stands for.
    pub commits: u64,
}

/// Keeps today and the `days` days before it (UTC): older events do not belong to the lake any more,
/// and older events that come later are not taken. Their files stay until [`vacuum`], for those who
/// still read an older commit.
///
/// # Errors
/// [`LakeError`] when another one writes, or the lake cannot be written.
pub fn retain(lake: &Lake, days: u32, wait: Duration) -> Result<RetainOutcome, LakeError> {
    let mut session = lake.begin(wait)?;
    let first = Day(Day::of(Time(clock::now())).0 - i64::from(days));
    if first.0 < 0 {
        return Err(LakeError::OddDays { days });
    }
    let mut outcome = RetainOutcome { keep_from: Some(first), ..RetainOutcome::default() };
    let mut commit = session.commit_of(Kind::Retain);
    for file in session.state.files.values() {
        match file.partition().day {
            Some(day) if day < first => {
                commit.removed.push(file.path.clone());
                outcome.removed += 1;
                outcome.rows += file.rows;
            }
            Some(_) => {}
            None => outcome.undated += file.rows,
        }
    }
    let first_name = day_name(Some(first));
    let is_old = |day: &str| Day::parse(day).is_some() && *day < *first_name;
    let old = session.state.seen.values().filter(|file| is_old(&file.day));
    commit.unseen = old.map(|file| file.path.clone()).collect();
    commit.keep_from = Some(first.to_string());
    let unseen = commit.unseen.clone();
    session.commit(commit)?;
    for path in unseen {
        session.lake.storage.delete(&path)?;
    }
    Ok(outcome)
}

/// Deletes data files that were removed or replaced at least `age` ago, and commits that a checkpoint
/// stands for. Who reads an older commit than that finds files gone.
///
/// # Errors
/// [`LakeError`] when another one writes, or the lake cannot be written; this can be done again.
pub fn vacuum(lake: &Lake, age: Duration, wait: Duration) -> Result<VacuumOutcome, LakeError> {
    let mut session = lake.begin(wait)?;
    let mut outcome = VacuumOutcome::default();
    let age = i64::try_from(age.as_secs()).unwrap_or(i64::MAX);
    let until = clock::now().saturating_sub(age);
    let retired = session.state.retired.iter().filter(|(_, since)| **since <= until);
    let old: Vec<String> = retired.map(|(path, _)| path.clone()).collect();
    for path in &old {
        session.lake.storage.delete(path)?;
    }
    outcome.files = old.len() as u64;
    let mut commit = session.commit_of(Kind::Vacuum);
    commit.deleted = old;
    session.commit(commit)?;
    session.checkpoint()?;
    let mut checkpoints = lake.numbers(CHECKPOINTS)?;
    checkpoints.sort_unstable();
    // The last but one stays with the commits behind it: somebody may be reading them just now.
    let Some(kept) = checkpoints.len().checked_sub(2).and_then(|at| checkpoints.get(at)) else {
        return Ok(outcome);
    };
    for number in lake.numbers(COMMITS)?.into_iter().filter(|number| number <= kept) {
        lake.storage.delete(&numbered(COMMITS, number))?;
        outcome.commits += 1;
    }
    for number in checkpoints.iter().filter(|number| *number < kept) {
        lake.storage.delete(&numbered(CHECKPOINTS, *number))?;
        outcome.commits += 1;
    }
    Ok(outcome)
}
