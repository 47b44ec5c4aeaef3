//! What is odd about an archive.

use std::{collections::BTreeMap, fmt, str::FromStr};

/// Anomalies of one kind that are kept; more are counted.
const MOST_OF_A_KIND: usize = 1_000;
/// Bytes of words and names that are kept; of each kind the first one is, whatever its length.
const MOST_BYTES: usize = 4 << 20;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// Kinds of anomalies, by the names that every output uses.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($(#[$doc])* $variant,)* }

        impl Kind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name: `path-traversal`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

kinds! {
    /// A name with `..` in it.
    PathTraversal = "path-traversal",
    /// A name that begins at the root.
    AbsolutePath = "absolute-path",
    /// A name that begins with a drive of Windows.
    DrivePath = "drive-path",
    /// A name with a backslash, which is a separator on some systems only.
    Backslash = "backslash",
    /// A name with characters that nobody sees, or bytes that are no text.
    ControlCharacter = "control-character",
    /// Two entries for one path.
    DuplicateEntry = "duplicate-entry",
    /// Two names that differ in upper and lower case only.
    CaseCollision = "case-collision",
    /// Two names that look the same.
    UnicodeCollision = "unicode-collision",
    /// A symbolic link.
    Symlink = "symlink",
    /// A symbolic link that leads out of the package.
    SymlinkEscape = "symlink-escape",
    /// An entry whose path goes through a symbolic link of the same archive.
    EntryBelowSymlink = "entry-below-symlink",
    /// A file that runs with the rights of its owner or group.
    Setuid = "setuid",
    /// A device, pipe or socket.
    SpecialFile = "special-file",
    /// A file that everybody may write.
    WorldWritable = "world-writable",
    /// Headers, records or contents that contradict each other.
    HeaderMismatch = "header-mismatch",
    /// Entries that share bytes.
    Overlap = "overlap",
    /// Bytes between entries that belong to none.
    Gap = "gap",
    /// Bytes before the first entry.
    PrefixData = "prefix-data",
    /// Bytes after the end of the archive.
    SuffixData = "suffix-data",
    /// More than one end record.
    MultipleEndRecords = "multiple-end-records",
    /// A Unicode path that contradicts the name.
    ExtraPathMismatch = "extra-path-mismatch",
    /// Encrypted contents, which nobody can check.
    Encrypted = "encrypted",
    /// A compression method that Lambda does not unpack.
    UnknownMethod = "unknown-method",
    /// An entry that unpacks to far more than it is packed.
    Bomb = "bomb",
    /// More than Lambda, or this program, takes.
    TooLarge = "too-large",
    /// A file that nobody may read.
    UnreadableMode = "unreadable-mode",
    /// Archives within archives, deeper than is looked at.
    NestedTooDeep = "nested-too-deep",
    /// An archive, or contents, that break off.
    Truncated = "truncated",
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.iter().find(|kind| kind.as_str() == text);
        known.copied().ok_or_else(|| format!("`{text}` is no kind of anomaly"))
    }
}

/// One thing that is odd about an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anomaly {
    /// What kind of thing.
    pub kind: Kind,
    /// Name of the entry, lossy where it is no UTF-8, `outer.zip!inner` within a nested archive;
    /// `None` when it is about the archive as a whole.
    pub entry: Option<String>,
    /// What is the matter and what to do, one line without a final dot.
    pub message: String,
}

/// Anomalies in the order they were found: the first thousand of each kind, fewer when their names are
/// very long, and how many more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anomalies {
    kept: Vec<Anomaly>,
    counts: BTreeMap<Kind, usize>,
    left_out: BTreeMap<Kind, usize>,
    /// Bytes of words and names that are kept.
    bytes: usize,
}

impl Anomalies {
    /// Those that are kept.
    #[must_use]
    pub fn kept(&self) -> &[Anomaly] {
        &self.kept
    }

    /// How many of each kind there are, kept or not.
    #[must_use]
    pub fn counts(&self) -> &BTreeMap<Kind, usize> {
        &self.counts
    }

    /// How many of each kind were counted only.
    #[must_use]
    pub fn left_out(&self) -> &BTreeMap<Kind, usize> {
        &self.left_out
    }

    /// Adds one; the words are made only when it is kept.
    pub(crate) fn add(&mut self, kind: Kind, words: impl FnOnce() -> (Option<String>, String)) {
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        let is_first = *count == 1;
        if !is_first && (*count > MOST_OF_A_KIND || self.bytes > MOST_BYTES) {
            *self.left_out.entry(kind).or_default() += 1;
            return;
        }
        let (entry, message) = words();
        self.bytes += message.len() + entry.as_ref().map_or(0, String::len);
        self.kept.push(Anomaly { kind, entry, message });
    }

    /// Adds one about the archive as a whole.
    pub(crate) fn archive(&mut self, kind: Kind, words: impl FnOnce() -> String) {
        self.add(kind, || (None, words()));
    }

    /// Takes over those of an archive within this one, their entries named after `outer`.
    pub(crate) fn take_in(&mut self, outer: &str, inner: Self) {
        for anomaly in inner.kept {
            self.add(anomaly.kind, || {
                let entry = anomaly.entry.map_or(outer.to_owned(), |it| format!("{outer}!{it}"));
                (Some(entry), anomaly.message)
            });
        }
        for (kind, more) in inner.left_out {
            *self.counts.entry(kind).or_default() += more;
            *self.left_out.entry(kind).or_default() += more;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Anomalies, Kind};

    #[test]
    fn names_read_back() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
        assert!("path".parse::<Kind>().is_err());
    }

    #[test]
    fn of_very_many_the_first_are_kept_and_all_are_counted() {
        let mut anomalies = Anomalies::default();
        for number in 0..1_500 {
            anomalies.archive(Kind::Gap, || number.to_string());
        }
        anomalies.archive(Kind::Bomb, String::new);
        assert_eq!(anomalies.kept().len(), 1_001);
        assert_eq!(anomalies.counts()[&Kind::Gap], 1_500);
        assert_eq!(anomalies.left_out().iter().collect::<Vec<_>>(), [(&Kind::Gap, &500)]);
        let mut outer = Anomalies::default();
        outer.take_in("a.zip", anomalies);
        assert_eq!(outer.counts()[&Kind::Gap], 1_500);
    }
    #[test]
    fn of_very_long_names_fewer_are_kept_and_of_each_kind_one() {
        let mut anomalies = Anomalies::default();
        for _ in 0..900 {
            anomalies.archive(Kind::Gap, || "x".repeat(60_000));
        }
        anomalies.archive(Kind::Bomb, || "y".repeat(60_000));
        assert_eq!(anomalies.counts()[&Kind::Gap], 900);
        let kept = |kind| anomalies.kept().iter().filter(|it| it.kind == kind).count();
        assert!((60..80).contains(&kept(Kind::Gap)), "{}", kept(Kind::Gap));
        assert_eq!(anomalies.left_out()[&Kind::Gap], 900 - kept(Kind::Gap));
        assert_eq!(kept(Kind::Bomb), 1);
    }
}
