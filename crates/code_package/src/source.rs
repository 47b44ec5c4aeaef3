//! The bytes of an archive, and who is told how far they are looked at.

use std::{fmt, ops::Range};

use memchr::memmem;

/// Bytes searched at a time.
const PIECE: usize = 1 << 20;
/// Bytes that one look at a mapped file may bring into memory: the kernel maps what it keeps in one
/// piece, up to a huge page.
pub(crate) const ONE_LOOK: usize = 2 << 20;

/// Whoever keeps the bytes of an archive: a mapped file whose pages are to be given back.
pub trait Keeper: Sync {
    /// Told that about `bytes` more bytes are looked at, now or within the last MiB, in whatever
    /// order.
    fn looks_at(&self, bytes: usize);
}

/// The bytes of an archive.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub(crate) bytes: &'a [u8],
    keeper: Option<&'a dyn Keeper>,
}

impl<'a> Source<'a> {
    /// Bytes that somebody keeps.
    #[must_use]
    pub fn kept(bytes: &'a [u8], keeper: &'a dyn Keeper) -> Self {
        Self { bytes, keeper: Some(keeper) }
    }

    /// How many bytes there are.
    #[must_use]
    pub fn len(self) -> usize {
        self.bytes.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.bytes.is_empty()
    }

    /// Other bytes of the same keeper.
    pub(crate) fn within(self, bytes: &'a [u8]) -> Self {
        Self { bytes, ..self }
    }

    /// Tells the keeper.
    pub(crate) fn looks_at(self, bytes: usize) {
        if let Some(keeper) = self.keeper {
            keeper.looks_at(bytes);
        }
    }

    /// Where `needle` stands in a range, from the front. A needle must not overlap itself.
    pub(crate) fn find<'n>(
        self,
        range: Range<usize>,
        needle: &'n [u8],
    ) -> impl Iterator<Item = usize> + use<'a, 'n> {
        pieces(range, needle).flat_map(move |piece| {
            let slice = self.piece(piece.clone());
            memmem::find_iter(slice, needle).map(move |at| piece.start + at)
        })
    }

    /// Where `needle` stands in a range, from the back.
    pub(crate) fn rfind<'n>(
        self,
        range: Range<usize>,
        needle: &'n [u8],
    ) -> impl Iterator<Item = usize> + use<'a, 'n> {
        pieces(range, needle).rev().flat_map(move |piece| {
            let slice = self.piece(piece.clone());
            memmem::rfind_iter(slice, needle).map(move |at| piece.start + at)
        })
    }

    fn piece(self, range: Range<usize>) -> &'a [u8] {
        self.looks_at(range.len());
        self.bytes.get(range).unwrap_or_default()
    }
}

/// A range in pieces that overlap as far as a needle that begins in one may reach into the next.
fn pieces(
    range: Range<usize>,
    needle: &[u8],
) -> impl DoubleEndedIterator<Item = Range<usize>> + use<> {
    let reach = PIECE + needle.len().saturating_sub(1);
    let end = range.end;
    range.step_by(PIECE).map(move |start| start..start.saturating_add(reach).min(end))
}

impl fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({} bytes)", self.bytes.len())
    }
}

impl<'a> From<&'a [u8]> for Source<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self { bytes, keeper: None }
    }
}

impl<'a> From<&'a Vec<u8>> for Source<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        bytes.as_slice().into()
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Source<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        bytes.as_slice().into()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{Keeper, PIECE, Source};

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Keeper for Count {
        fn looks_at(&self, bytes: usize) {
            self.0.fetch_add(bytes, Ordering::Relaxed);
        }
    }

    #[test]
    fn needles_are_found_across_pieces_once_and_told_of() {
        let places = [0, 7, PIECE - 1, PIECE + 3, 2 * PIECE, 3 * PIECE - 2];
        let mut bytes = vec![0; 3 * PIECE];
        for at in places {
            bytes[at..at + 2].copy_from_slice(b"PK");
        }
        let count = Count::default();
        let source = Source::kept(&bytes, &count);
        let all = 0..bytes.len();
        assert_eq!(source.find(all.clone(), b"PK").collect::<Vec<_>>(), places);
        assert!(count.0.load(Ordering::Relaxed) >= bytes.len());
        let mut back: Vec<_> = source.rfind(all, b"PK").collect();
        back.reverse();
        assert_eq!(back, places);
        assert_eq!(source.find(1..bytes.len() - 1, b"PK").count(), places.len() - 2);
        assert_eq!(source.find(5..5, b"PK").count(), 0);
    }
}
