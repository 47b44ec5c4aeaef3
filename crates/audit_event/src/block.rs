//! Sixteen or sixty-four bytes looked at together: where quotes, backslashes, brackets and control
//! characters stand, a bit a byte.

/// Bytes of a block.
pub(crate) const BLOCK: usize = 64;

/// What stands where in a block; bit `n` is its byte `n`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Masks {
    pub(crate) quotes: u64,
    pub(crate) backslashes: u64,
    /// Bytes below the space.
    pub(crate) controls: u64,
    /// `{` and `[`
    pub(crate) opening: u64,
    /// `}` and `]`
    pub(crate) closing: u64,
}

/// Looks at a block.
#[inline]
pub(crate) fn masks(block: &[u8; BLOCK]) -> Masks {
    let mut masks = Masks::default();
    let (parts, _) = block.as_chunks::<16>();
    for (at, part) in parts.iter().enumerate() {
        let part = lane::masks(part);
        let shift = at * 16;
        masks.quotes |= u64::from(part.quotes) << shift;
        masks.backslashes |= u64::from(part.backslashes) << shift;
        masks.controls |= u64::from(part.controls) << shift;
        masks.opening |= u64::from(part.opening) << shift;
        masks.closing |= u64::from(part.closing) << shift;
    }
    masks
}

/// Where plain text of a string ends within sixteen bytes: a quote, a backslash, a control character.
#[inline]
pub(crate) fn plain_end(bytes: &[u8; 16]) -> Option<usize> {
    let found = lane::specials(bytes);
    (found != 0).then(|| found.trailing_zeros() as usize)
}

/// The same for sixteen bytes.
#[derive(Clone, Copy, Default)]
struct Lane {
    quotes: u16,
    backslashes: u16,
    controls: u16,
    opening: u16,
    closing: u16,
}

#[cfg(target_arch = "x86_64")]
mod lane {
    use std::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x,
        _mm_set1_epi8,
    };

    use super::Lane;

    /// The sixteen bytes in a register; the compiler makes one load of it.
    #[inline]
    #[target_feature(enable = "sse2")]
    fn load(bytes: &[u8; 16]) -> __m128i {
        let half = |half: &[u8]| half.first_chunk().map_or(0, |half| i64::from_le_bytes(*half));
        let (low, high) = bytes.split_at(8);
        _mm_set_epi64x(half(high), half(low))
    }

    #[inline]
    #[target_feature(enable = "sse2")]
    fn bits(lanes: __m128i) -> u16 {
        let [low, high, ..] = _mm_movemask_epi8(lanes).to_le_bytes();
        u16::from_le_bytes([low, high])
    }

    #[inline]
    #[target_feature(enable = "sse2")]
    fn equal(bytes: __m128i, byte: u8) -> __m128i {
        _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte.cast_signed()))
    }

    #[inline]
    #[target_feature(enable = "sse2")]
    fn controls(bytes: __m128i) -> __m128i {
        _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes)
    }

    #[inline]
    #[target_feature(enable = "sse2")]
    fn masks_of(bytes: &[u8; 16]) -> Lane {
        let bytes = load(bytes);
        // With this bit set, `[` is `{` and `]` is `}`, and nothing else is either.
        let brackets = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
        Lane {
            quotes: bits(equal(bytes, b'"')),
            backslashes: bits(equal(bytes, b'\\')),
            controls: bits(controls(bytes)),
            opening: bits(equal(brackets, b'{')),
            closing: bits(equal(brackets, b'}')),
        }
    }

    #[inline]
    #[target_feature(enable = "sse2")]
    fn specials_of(bytes: &[u8; 16]) -> u16 {
        let bytes = load(bytes);
        let ends = _mm_or_si128(equal(bytes, b'"'), equal(bytes, b'\\'));
        bits(_mm_or_si128(ends, controls(bytes)))
    }

    #[inline]
    #[expect(unsafe_code, reason = "vector instructions; a byte at a time is three times as slow")]
    pub(super) fn masks(bytes: &[u8; 16]) -> Lane {
        // SAFETY: every x86-64 processor has SSE2, which is all that the function asks for.
        unsafe { masks_of(bytes) }
    }

    #[inline]
    #[expect(unsafe_code, reason = "vector instructions; a byte at a time is three times as slow")]
    pub(super) fn specials(bytes: &[u8; 16]) -> u16 {
        // SAFETY: every x86-64 processor has SSE2, which is all that the function asks for.
        unsafe { specials_of(bytes) }
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod lane {
    use super::Lane;

    pub(super) fn masks(bytes: &[u8; 16]) -> Lane {
        let mut lane = Lane::default();
        for (at, byte) in bytes.iter().enumerate() {
            lane.quotes |= u16::from(*byte == b'"') << at;
            lane.backslashes |= u16::from(*byte == b'\\') << at;
            lane.controls |= u16::from(*byte < 0x20) << at;
            lane.opening |= u16::from(*byte | 0x20 == b'{') << at;
            lane.closing |= u16::from(*byte | 0x20 == b'}') << at;
        }
        lane
    }

    pub(super) fn specials(bytes: &[u8; 16]) -> u16 {
        let lane = masks(bytes);
        lane.quotes | lane.backslashes | lane.controls
    }
}

/// Finds strings, a block after the other.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Strings {
    /// All ones when a string goes on behind the block.
    inside: u64,
    /// Whether the first byte of the next block is escaped.
    is_escaped: bool,
}

impl Strings {
    /// The bytes of strings in the next block: their opening quotes and all before their closing ones.
    #[inline]
    pub(crate) fn next(&mut self, masks: &Masks) -> u64 {
        let quotes = if masks.backslashes == 0 && !self.is_escaped {
            masks.quotes
        } else {
            masks.quotes & !self.escaped(masks.backslashes)
        };
        let inside = running_xor(quotes) ^ self.inside;
        // All ones when the last byte is inside.
        self.inside = (inside >> 63).wrapping_neg();
        inside
    }

    /// Bytes behind a backslash that is not escaped itself.
    ///
    /// Source: simdjson, "find escaped characters": a sequence of backslashes is added to itself, so
    /// that the carry tells whether its length is odd.
    fn escaped(&mut self, backslashes: u64) -> u64 {
        const EVEN: u64 = 0x5555_5555_5555_5555;
        let before = u64::from(self.is_escaped);
        let backslashes = backslashes & !before;
        let behind = backslashes << 1 | before;
        let odd_starts = backslashes & !EVEN & !behind;
        let (sum, carry) = odd_starts.overflowing_add(backslashes);
        self.is_escaped = carry;
        (EVEN ^ (sum << 1)) & behind
    }
}

/// Bit `n` is the sum of the bits up to it.
#[inline]
fn running_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BLOCK, Strings, masks, plain_end};

    proptest! {
        #[test]
        fn strings_are_found_as_byte_by_byte(
            text in proptest::collection::vec(
                prop_oneof![Just(b'"'), Just(b'\\'), Just(b'{'), Just(b']'), any::<u8>()],
                192..193,
            )
        ) {
            let mut strings = Strings::default();
            let (mut is_inside, mut is_escaped) = (false, false);
            for block in text.as_chunks::<BLOCK>().0 {
                let masks = masks(block);
                let inside = strings.next(&masks);
                for (at, byte) in block.iter().enumerate() {
                    let bit = |mask: u64| mask >> at & 1 == 1;
                    prop_assert_eq!(bit(masks.quotes), *byte == b'"');
                    prop_assert_eq!(bit(masks.backslashes), *byte == b'\\');
                    prop_assert_eq!(bit(masks.controls), *byte < 0x20);
                    prop_assert_eq!(bit(masks.opening), matches!(byte, b'{' | b'['));
                    prop_assert_eq!(bit(masks.closing), matches!(byte, b'}' | b']'));
                    if !is_escaped && *byte == b'"' {
                        is_inside = !is_inside;
                    }
                    is_escaped = !is_escaped && *byte == b'\\';
                    prop_assert_eq!(bit(inside), is_inside, "{} of {:?}", at, text);
                }
            }
            for part in text.as_chunks::<16>().0 {
                let expect = part.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
                prop_assert_eq!(plain_end(part), expect);
            }
        }
    }
}
