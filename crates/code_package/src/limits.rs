//! How much of an archive is looked at.

/// Bounds on size and work. The defaults are those of Lambda where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Unpacked bytes of all entries together: 250 MiB for a function with its layers.
    ///
    /// Source: Lambda Developer Guide, "Lambda quotas" (deployment package size, unzipped).
    pub unpacked: u64,
    /// Entries that are catalogued.
    pub entries: usize,
    /// Bytes of names that are catalogued, those of all entries together: room for 200,000 names of
    /// eighty bytes. Names are kept in memory by who looks at contents, and may overlap in the file.
    pub names: usize,
    /// Unpacked bytes per packed byte from which on an entry is a bomb.
    pub ratio: u64,
    /// Unpacked bytes below which no entry is a bomb, whatever its ratio: runs of one letter in an
    /// ordinary small file pack a thousandfold.
    pub ratio_from: u64,
    /// Archives within each other: 3 reads a ZIP in a JAR in a ZIP in the package.
    pub depth: usize,
    /// Bytes of unpacked archives held in memory at one time.
    pub nested: u64,
    /// Bytes inflated and checked in one audit, nested archives included.
    pub work: u64,
}

impl Limits {
    /// Whether `packed` bytes that unpack to `size` are a bomb.
    pub(crate) fn is_bomb(&self, packed: u64, size: u64) -> bool {
        size > self.ratio_from && size > packed.saturating_mul(self.ratio)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            unpacked: 250 << 20,
            entries: 200_000,
            names: 16 << 20,
            ratio: 100,
            ratio_from: 1 << 20,
            depth: 3,
            nested: 48 << 20,
            work: 1 << 30,
        }
    }
}
