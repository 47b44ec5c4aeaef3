//! The journal of a queue: a line an event, each with a check sum, so that a torn one is told from a whole.

use std::fmt::Write as _;

use alert_form::{Alert, Key};
use serde::{Deserialize, Serialize};

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Record {
    /// An alert is to be sent to a sink.
    Queued {
        /// Number of this delivery, growing.
        id: u64,
        /// Name of the sink.
        sink: String,
        /// Seconds since 1970.
        at: i64,
        /// What is sent.
        alert: Box<Alert>,
    },
    /// A delivery was tried without success so often.
    Tried {
        /// Number of the delivery.
        id: u64,
        /// Tries so far.
        attempts: u32,
    },
    /// A delivery succeeded.
    Sent {
        /// Number of the delivery.
        id: u64,
    },
    /// A delivery was given up; it stands among the dead letters.
    Dead {
        /// Number of the delivery.
        id: u64,
    },
    /// A sink was given an alert with this key: it is not given it again for a while.
    Known {
        /// Name of the sink.
        sink: String,
        /// The key, 32 hexadecimal digits.
        key: String,
        /// Seconds since 1970.
        at: i64,
    },
}

/// The line of a record, with its end: eight hexadecimal digits of CRC-32 over the JSON, a space, the JSON.
#[must_use]
pub fn line_of(record: &Record) -> String {
    // A record is texts, numbers and JSON, which can always be written.
    let json = serde_json::to_string(record).unwrap_or_default();
    let mut line = String::with_capacity(json.len() + 10);
    // Writing to a text can not fail.
    let _ = writeln!(line, "{:08x} {json}", crc32fast::hash(json.as_bytes()));
    line
}

/// What a journal holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replay {
    /// Records, in order.
    pub records: Vec<Record>,
    /// Whole lines that are no records: the disk, or somebody, changed them.
    pub damaged: u64,
    /// Bytes of a last line without its end, which a kill in the middle of writing leaves.
    pub torn: usize,
}

/// Reads a journal. A last line without its end is dropped: what it tells was not promised to anybody.
#[must_use]
pub fn replay(bytes: &[u8]) -> Replay {
    let mut replay = Replay::default();
    let mut rest = bytes;
    while let Some(end) = rest.iter().position(|it| *it == b'\n') {
        let (line, behind) = rest.split_at_checked(end + 1).unwrap_or((rest, &[]));
        match record_of(line.strip_suffix(b"\n").unwrap_or(line)) {
            Some(record) => replay.records.push(record),
            None => replay.damaged += 1,
        }
        rest = behind;
    }
    replay.torn = rest.len();
    replay
}

fn record_of(line: &[u8]) -> Option<Record> {
    let (sum, json) = line.split_at_checked(9)?;
    let sum = std::str::from_utf8(sum.strip_suffix(b" ")?).ok()?;
    let is_hex = sum.bytes().all(|it| it.is_ascii_hexdigit());
    let sum = is_hex.then(|| u32::from_str_radix(sum, 16).ok())??;
    if crc32fast::hash(json) != sum {
        return None;
    }
    let record: Record = serde_json::from_slice(json).ok()?;
    match &record {
        Record::Known { key, .. } if Key::parse(key).is_none() => None,
        _ => Some(record),
    }
}
