//! Files of digests: by them an event that is delivered again is known.
//!
//! Eight bytes that name the form, then digests of sixteen bytes, big-endian, rising.

/// What such a file begins with.
const HEAD: &[u8; 8] = b"FGSEEN1\n";

/// Bytes of a digest.
const WIDTH: usize = 16;

/// Digests that one file holds at most: 64 MiB.
pub const MOST_DIGESTS: usize = 4 << 20;

/// Why bytes are no file of digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DigestsError {
    /// It begins otherwise.
    #[error("this is no file of digests")]
    NoDigests,
    /// Its length is not that of whole digests.
    #[error("the file of digests is cut")]
    Cut,
    /// More than a file may hold.
    #[error("more than {MOST_DIGESTS} digests in one file")]
    TooMany,
    /// Two that are equal, or the wrong way round.
    #[error("digest {at} does not rise")]
    OutOfOrder {
        /// Its index.
        at: usize,
    },
}

/// The bytes of a file; `digests` must rise.
#[must_use]
pub fn to_bytes(digests: &[u128]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEAD.len() + digests.len() * WIDTH);
    bytes.extend_from_slice(HEAD);
    for digest in digests {
        bytes.extend_from_slice(&digest.to_be_bytes());
    }
    bytes
}

/// The digests of a file, rising.
///
/// # Errors
/// [`DigestsError`] when the bytes are not those of such a file.
pub fn from_bytes(bytes: &[u8]) -> Result<Vec<u128>, DigestsError> {
    let body = bytes.strip_prefix(HEAD).ok_or(DigestsError::NoDigests)?;
    let (digests, rest) = body.as_chunks::<WIDTH>();
    if !rest.is_empty() {
        return Err(DigestsError::Cut);
    }
    if digests.len() > MOST_DIGESTS {
        return Err(DigestsError::TooMany);
    }
    let digests: Vec<u128> = digests.iter().map(|it| u128::from_be_bytes(*it)).collect();
    match digests.windows(2).position(|pair| matches!(pair, [one, two] if one >= two)) {
        Some(at) => Err(DigestsError::OutOfOrder { at: at + 1 }),
        None => Ok(digests),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{DigestsError, from_bytes, to_bytes};

    #[test]
    fn what_is_no_such_file_is_refused() {
        assert_eq!(from_bytes(b""), Err(DigestsError::NoDigests));
        let mut bytes = to_bytes(&[1, 2]);
        bytes.pop();
        assert_eq!(from_bytes(&bytes), Err(DigestsError::Cut));
        assert_eq!(from_bytes(&to_bytes(&[2, 2])), Err(DigestsError::OutOfOrder { at: 1 }));
    }

    proptest! {
        #[test]
        fn digests_are_read_as_they_are_written(
            digests in proptest::collection::btree_set(any::<u128>(), 0..50)
        ) {
            let digests: Vec<_> = digests.into_iter().collect();
            prop_assert_eq!(from_bytes(&to_bytes(&digests)), Ok(digests));
        }
    }
}
