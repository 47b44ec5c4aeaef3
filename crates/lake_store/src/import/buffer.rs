//! Events that a worker gathered and did not write yet, by partition.

use std::collections::{BTreeMap, HashMap};

use audit_event::{AuditEvent, Text};
use lake_log::{Day, Partition};

use crate::columns::{Columns, account};

/// Partitions that are gathered at the same time: events of very many accounts take more files rather
/// than more memory.
const MOST_PARTITIONS: usize = 2_000;

/// Digests of events, by their day.
pub(super) type DigestsOfDays = BTreeMap<Option<Day>, Vec<u128>>;

/// Events that a worker gathered and did not write yet, by partition.
#[derive(Default)]
pub(super) struct Buffer {
    parts: Vec<(Partition, Columns)>,
    index: HashMap<Partition, usize>,
    /// Whose event came last: most often the next one's, too.
    last: Option<Last>,
    day_text: (Option<Day>, String),
    digests: DigestsOfDays,
    bytes: usize,
}

struct Last {
    account: Vec<u8>,
    region: Vec<u8>,
    day: Option<Day>,
    at: usize,
}

impl Buffer {
    pub(super) fn push(&mut self, event: &AuditEvent<'_>, day: Option<Day>, digest: u128) {
        let at = self.part(event, day);
        if self.day_text.0 != day {
            self.day_text = (day, day.map(|day| day.to_string()).unwrap_or_default());
        }
        if let Some((_, columns)) = self.parts.get_mut(at) {
            columns.push(event, day, &self.day_text.1);
        }
        self.bytes += event.record.raw().len();
        self.digests.entry(day).or_default().push(digest);
    }

    fn part(&mut self, event: &AuditEvent<'_>, day: Option<Day>) -> usize {
        let account = account(event);
        let raw = |text: Option<Text<'_>>| text.map(|it| it.raw().to_vec());
        if let Some(last) = &self.last
            && last.day == day
            && account.map_or(&[][..], Text::raw) == last.account
            && event.region.map_or(&[][..], Text::raw) == last.region
        {
            return last.at;
        }
        let (named, region) = (account.map(Text::to_str), event.region.map(Text::to_str));
        let partition = Partition::new(named.as_deref(), region.as_deref(), day);
        let at = *self.index.entry(partition.clone()).or_insert_with(|| {
            self.parts.push((partition, Columns::new()));
            self.parts.len() - 1
        });
        let account = raw(account).unwrap_or_default();
        let region = raw(event.region).unwrap_or_default();
        self.last = Some(Last { account, region, day, at });
        at
    }

    pub(super) fn is_full(&self, bytes: usize) -> bool {
        self.bytes >= bytes || self.parts.len() >= MOST_PARTITIONS
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The partitions with their events, and the digests of these, rising.
    pub(super) fn into_parts(self) -> (Vec<(Partition, Columns)>, DigestsOfDays) {
        let mut digests = self.digests;
        for digests in digests.values_mut() {
            digests.sort_unstable();
        }
        (self.parts, digests)
    }
}
