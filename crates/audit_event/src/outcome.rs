//! What came of reading: counts, and remarks on what was not read.

use std::fmt;

use crate::scanner::MAX_DEPTH;

/// Bounds on what is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one record. CloudTrail writes at most 1 MB, mostly about 1 KB.
    pub record_bytes: usize,
    /// Remarks that are kept; more are counted.
    pub remarks: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { record_bytes: 16 << 20, remarks: 32 }
    }
}

/// What came of reading one input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Bytes read.
    pub bytes: u64,
    /// Events that were visited.
    pub events: u64,
    /// Digests of delivered files, which hold no events.
    pub digests: u64,
    /// Objects that are no records of an audit log.
    pub aliens: u64,
    /// Records with a member that came twice; the last one counted.
    pub with_duplicates: u64,
    /// Records with bytes that are not UTF-8; these read as U+FFFD.
    pub not_utf8: u64,
    /// What was not read, and the first of each kind of oddity, in order.
    pub remarks: Vec<Remark>,
    /// Remarks that were not kept.
    pub remarks_left_out: u64,
}

impl Outcome {
    /// Whether everything was read and was a record, or a digest.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.aliens == 0
            && self.remarks_left_out == 0
            && self.remarks.iter().all(|remark| !remark.kind.loses())
    }

    pub(crate) fn remark(&mut self, limits: &Limits, offset: u64, kind: RemarkKind) {
        if self.remarks.len() < limits.remarks {
            self.remarks.push(Remark { offset, kind });
        } else {
            self.remarks_left_out += 1;
        }
    }
}

/// One thing to tell of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Where, in bytes from the start of the (decompressed) input.
    pub offset: u64,
    /// What.
    pub kind: RemarkKind,
}

/// What there is to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemarkKind {
    /// The input ends inside a record or before its closing bracket; all before it was read.
    Cut,
    /// What stands here is not JSON; reading went on at the next record.
    Malformed,
    /// A record longer than the bound was passed over.
    TooLong {
        /// The bound, in bytes.
        bound: usize,
    },
    /// A record nested too deep was passed over.
    TooDeep,
    /// The first of the objects that are no records of an audit log.
    Alien,
    /// The first of the records with a member that came twice.
    DuplicateMember,
    /// The first of the records with bytes that are not UTF-8.
    NotUtf8,
    /// The input could not be read any further.
    Failed {
        /// As the system says it.
        reason: String,
    },
}

impl RemarkKind {
    /// Whether something was not read.
    #[must_use]
    pub fn loses(&self) -> bool {
        !matches!(self, Self::DuplicateMember | Self::NotUtf8)
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let offset = self.offset;
        match &self.kind {
            RemarkKind::Cut => {
                write!(f, "byte {offset}: the file is cut here; everything before was read")
            }
            RemarkKind::Malformed => write!(
                f,
                "byte {offset}: this is not JSON; what stands between here and the next record was not read"
            ),
            RemarkKind::TooLong { bound } => {
                write!(f, "byte {offset}: a record of more than {bound} bytes was not read")
            }
            RemarkKind::TooDeep => {
                write!(
                    f,
                    "byte {offset}: a record nested deeper than {MAX_DEPTH} levels was not read"
                )
            }
            RemarkKind::Alien => {
                write!(f, "byte {offset}: the first of what is no record of an audit log")
            }
            RemarkKind::DuplicateMember => write!(
                f,
                "byte {offset}: the first record in which a member comes twice; the last one counts"
            ),
            RemarkKind::NotUtf8 => {
                write!(f, "byte {offset}: the first record with bytes that are not UTF-8")
            }
            RemarkKind::Failed { reason } => {
                write!(f, "byte {offset}: cannot be read any further: {reason}")
            }
        }
    }
}
