//! One search for the literals of all rules.
//!
//! Almost no position of an ordinary text starts a literal, so the search asks a bitmap about the
//! first bytes of each position and compares only where a literal may start. Against an automaton
//! for the same thousand literals it is built ten times as fast and searches twice as fast.

use std::collections::BTreeMap;

use crate::marks::Marks;

/// Bits of the hash of the first bytes of a literal.
const HASH_BITS: u32 = 15;
const BITMAP_WORDS: usize = 1 << (HASH_BITS - 6);

/// Literals in lower case, each with a number of the caller's.
#[derive(Debug)]
pub(crate) struct Literals {
    /// Which hashes of three bytes (two for literals of two) some literal starts with.
    bitmap: Box<[u64; BITMAP_WORDS]>,
    /// The literals of two bytes and more, by the hash of their first bytes.
    by_hash: Vec<(u16, Literal)>,
    /// Where the literals of a range of hashes start in `by_hash`, by the high bits of the hash.
    starts: Vec<u16>,
    /// Literals of one byte, with their kinds and numbers.
    single: Vec<(u8, Marks, Vec<u16>)>,
}

#[derive(Debug, Clone, Copy)]
struct Literal {
    text: &'static str,
    number: u16,
}

/// Ranges of hashes that have an entry in `starts`.
const RANGE_BITS: u32 = 11;

/// The hash of up to three bytes. Those of two bytes and of three are mixed differently.
fn hash(bytes: &[u8]) -> Option<usize> {
    let key = match *bytes {
        [a, b, c, ..] => u32::from(a) << 16 | u32::from(b) << 8 | u32::from(c),
        [a, b] => 0xff00_0000 | u32::from(a) << 8 | u32::from(b),
        _ => return None,
    };
    Some((key.wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS)) as usize)
}

impl Literals {
    /// The search for `literals`; a literal may come several times with different numbers.
    pub(crate) fn new(literals: impl Iterator<Item = (&'static str, u16)>) -> Self {
        let mut bitmap = Box::new([0; BITMAP_WORDS]);
        let mut by_hash = Vec::new();
        let mut single = BTreeMap::new();
        for (text, number) in literals {
            let literal = Literal { text, number };
            let Some(hash) = hash(text.as_bytes()) else {
                if let Some(byte) = text.as_bytes().first() {
                    single.entry(*byte).or_insert_with(Vec::new).push(number);
                }
                continue;
            };
            if let Some(word) = bitmap.get_mut(hash / 64) {
                *word |= 1u64 << (hash % 64);
            }
            by_hash.push((u16::try_from(hash).unwrap_or(u16::MAX), literal));
        }
        by_hash.sort_unstable_by_key(|(hash, literal)| (*hash, literal.text, literal.number));
        let mut starts = Vec::with_capacity((1 << RANGE_BITS) + 1);
        let mut at = 0u16;
        for range in 0..=1usize << RANGE_BITS {
            let first = range << (HASH_BITS - RANGE_BITS);
            while by_hash.get(usize::from(at)).is_some_and(|(hash, _)| usize::from(*hash) < first) {
                at += 1;
            }
            starts.push(at);
        }
        Self {
            bitmap,
            by_hash,
            starts,
            single: single
                .into_iter()
                .map(|(byte, numbers)| (byte, Marks::of_byte(byte), numbers))
                .collect(),
        }
    }

    /// Calls `found` with the number of each literal that stands in `lower`, whose bytes are of the
    /// kinds `marks`; perhaps repeatedly.
    pub(crate) fn find(&self, lower: &[u8], marks: Marks, mut found: impl FnMut(u16)) {
        for (byte, kind, numbers) in &self.single {
            if marks.has_any(*kind) && memchr::memchr(*byte, lower).is_some() {
                for number in numbers {
                    found(*number);
                }
            }
        }
        for at in 0..lower.len() {
            let Some(rest) = lower.get(at..) else { break };
            if let Some(pair) = rest.get(..2)
                && let Some(hash) = hash(pair)
                && self.may_start(hash)
            {
                self.at(hash, rest, &mut found);
            }
            if let Some(hash) = rest.get(..3).and_then(hash)
                && self.may_start(hash)
            {
                self.at(hash, rest, &mut found);
            }
        }
    }

    fn may_start(&self, hash: usize) -> bool {
        self.bitmap.get(hash / 64).is_some_and(|word| word >> (hash % 64) & 1 == 1)
    }

    /// Compares the literals of one hash with the start of `rest`.
    #[cold]
    fn at(&self, hash: usize, rest: &[u8], found: &mut impl FnMut(u16)) {
        let range = hash >> (HASH_BITS - RANGE_BITS);
        let start = self.starts.get(range).copied().unwrap_or_default();
        for (other, literal) in self.by_hash.get(usize::from(start)..).unwrap_or_default() {
            if usize::from(*other) > hash {
                break;
            }
            if usize::from(*other) == hash && rest.starts_with(literal.text.as_bytes()) {
                found(literal.number);
            }
        }
    }
}

#[cfg(test)]
#[path = "../tests/unit/literals.rs"]
mod tests;
