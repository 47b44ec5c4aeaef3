//! What may be told of a secret.

use sha2::{Digest, Sha256};

/// First twelve hexadecimal digits of the SHA-256 of `value`.
///
/// Tells two secrets apart and one secret in two places together. A weak password can be guessed
/// from it, as from any hash: keep reports where the template is kept.
#[must_use]
pub fn hash(value: &str) -> String {
    let digest = Sha256::digest(value.as_bytes());
    let first = digest.iter().take(6).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{first:012x}")
}

/// At most four public characters of a secret and `…`; empty when its kind has no public prefix.
///
/// Only what every secret of the kind begins with is shown (`AKIA…`, `ghp_…`): nothing of the
/// secret itself.
#[must_use]
pub fn preview(kind: &str, value: &str) -> String {
    let Some(detector) = crate::detectors().iter().find(|detector| detector.kind == kind) else {
        return String::new();
    };
    let public = detector.prefixes.iter().find(|prefix| value.starts_with(**prefix));
    public.map_or_else(String::new, |prefix| prefix.chars().take(4).chain(['…']).collect())
}

#[cfg(test)]
mod tests {
    use super::{hash, preview};

    #[test]
    fn a_hash_is_twelve_digits_of_sha_256() {
        assert_eq!(hash("abc"), "ba7816bf8f01");
    }

    #[test]
    fn only_public_prefixes_are_shown() {
        assert_eq!(preview("aws-access-key", "AKIAQYLPMN5HFIQR7XYZ"), "AKIA…");
        assert_eq!(preview("password", "hunter2hunter2"), "");
    }
}
