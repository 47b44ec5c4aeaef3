//! Which bytes of the archive belong to what: to two entries, or to none.

use std::ops::Range;

use crate::{
    anomaly::{Anomalies, Kind},
    entry::Entry,
};

/// What takes bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The entry of this index.
    Entry(usize),
    /// The central directory.
    Directory,
    /// The end records and the comment of the archive.
    End,
}

/// Looks at who takes what; `taken` is sorted. Gives the bytes that belong to nobody.
pub(crate) fn check(
    taken: &mut [(Range<usize>, Owner)],
    length: usize,
    entries: &[Entry<'_>],
    anomalies: &mut Anomalies,
) -> Vec<Range<usize>> {
    taken.sort_by_key(|(range, _)| (range.start, range.end));
    let mut free = Vec::new();
    let mut reached = 0;
    let mut last: Option<Owner> = None;
    let end_of_archive = taken.iter().map(|(range, _)| range.end).max().unwrap_or(0);
    for (range, owner) in taken.iter() {
        if range.start > reached {
            let kind = if reached == 0 { Kind::PrefixData } else { Kind::Gap };
            nobody(kind, reached..range.start, anomalies);
            free.push(reached..range.start);
        } else if range.start < reached
            && let Some(last) = last
        {
            overlap(*owner, last, entries, anomalies);
        }
        if range.end > reached {
            reached = range.end;
            last = Some(*owner);
        }
    }
    if end_of_archive < length {
        nobody(Kind::SuffixData, end_of_archive..length, anomalies);
        free.push(end_of_archive..length);
    }
    free
}

fn nobody(kind: Kind, range: Range<usize>, anomalies: &mut Anomalies) {
    let place = match kind {
        Kind::PrefixData => "stand before the first entry",
        Kind::SuffixData => "follow the end of the archive",
        _ => "belong to no entry",
    };
    anomalies.archive(kind, || {
        let (count, at) = (range.len(), range.start);
        format!("{count} bytes from offset {at} on {place} and can hide what programs read differently; build the package again")
    });
}

fn overlap(owner: Owner, last: Owner, entries: &[Entry<'_>], anomalies: &mut Anomalies) {
    let name = |owner| match owner {
        Owner::Entry(index) => entries.get(index).map(|entry| entry.path().into_owned()),
        Owner::Directory | Owner::End => None,
    };
    let shown = |owner| match (owner, name(owner)) {
        (_, Some(name)) => format!("`{name}`"),
        (Owner::End, _) => "the end of the archive".to_owned(),
        _ => "the central directory".to_owned(),
    };
    anomalies.add(Kind::Overlap, || {
        let (subject, other) = match owner {
            Owner::Entry(_) => (owner, last),
            _ => (last, owner),
        };
        let other = shown(other);
        let message = format!(
            "it shares bytes with {other}, as bombs and hidden entries do; build the package again"
        );
        (name(subject), message)
    });
}
