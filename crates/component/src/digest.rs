//! Digests of packages in the notations of the package managers, as one.

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// A hash function, and over what it was taken when that is not the package's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// `BLAKE2b` with 256 bits.
    Blake2b256,
    /// SHA-512 over the archive that Yarn (from 2 on) makes of a package, not over the package's file.
    YarnCache,
    /// SHA-256 over the list of the digests of a Go module's files (`h1:`), not over an archive.
    GoModule,
}

impl Algorithm {
    /// The algorithm by its name in lock files (`sha512`, `SHA-256`, `blake2b_256`), any case.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let plain: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        Some(match plain.as_str() {
            "md5" => Self::Md5,
            "sha1" | "sha" => Self::Sha1,
            "sha224" => Self::Sha224,
            "sha256" => Self::Sha256,
            "sha384" => Self::Sha384,
            "sha512" => Self::Sha512,
            "blake2b256" => Self::Blake2b256,
            _ => return None,
        })
    }

    /// The name in `CycloneDX`; `None` for what is no digest of the package's file.
    #[must_use]
    pub fn cyclonedx(self) -> Option<&'static str> {
        Some(match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
            Self::Blake2b256 => "BLAKE2b-256",
            Self::Sha224 | Self::YarnCache | Self::GoModule => return None,
        })
    }

    /// Length of the digest, in bytes.
    #[must_use]
    pub fn length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 | Self::Blake2b256 | Self::GoModule => 32,
            Self::Sha384 => 48,
            Self::Sha512 | Self::YarnCache => 64,
        }
    }

    /// Whether nobody can make a second file with the same digest today.
    #[must_use]
    pub fn is_strong(self) -> bool {
        !matches!(self, Self::Md5 | Self::Sha1)
    }
}

/// A digest that a lock file or a record promises.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest {
    /// The hash function.
    pub algorithm: Algorithm,
    /// The value in lower-case hexadecimal digits, of the algorithm's length.
    pub hex: String,
}

impl Digest {
    /// `sha256:0a1b…` or `sha256=0a1b…`, hexadecimal, as pip writes it.
    #[must_use]
    pub fn parse_hex(text: &str) -> Option<Self> {
        let (name, value) = text.trim().split_once([':', '='])?;
        Self::new(Algorithm::of(name)?, value)
    }

    /// A digest out of hexadecimal digits; `None` when they are not of the algorithm's length.
    #[must_use]
    pub fn new(algorithm: Algorithm, hex: &str) -> Option<Self> {
        let right =
            hex.len() == 2 * algorithm.length() && hex.bytes().all(|b| b.is_ascii_hexdigit());
        right.then(|| Self { algorithm, hex: hex.to_ascii_lowercase() })
    }

    /// A digest out of its bytes; `None` when they are not of the algorithm's length.
    #[must_use]
    pub fn of_bytes(algorithm: Algorithm, bytes: &[u8]) -> Option<Self> {
        (bytes.len() == algorithm.length()).then(|| Self { algorithm, hex: to_hex(bytes) })
    }

    /// `h1:Zm9v…`: the sum of a module in `go.sum`.
    #[must_use]
    pub fn parse_go(text: &str) -> Option<Self> {
        Self::of_bytes(Algorithm::GoModule, &base64(text.trim().strip_prefix("h1:")?)?)
    }

    /// `sha512-Zm9v…`: the sub-resource integrity that npm writes, and (without padding, with `=`
    /// and the URL alphabet) the `RECORD` of a wheel.
    #[must_use]
    pub fn parse_base64(text: &str) -> Option<Self> {
        let (name, value) = text.trim().split_once(['-', '='])?;
        // Options of an integrity string follow a `?` and mean nothing today.
        let value = value.split('?').next().unwrap_or(value);
        let algorithm = Algorithm::of(name)?;
        Self::of_bytes(algorithm, &base64(value)?)
    }
}

/// Bytes as lower-case hexadecimal digits.
fn to_hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Base64 without padding; the last bits of a digest are not looked at.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// Decodes base64 of either alphabet, padded or not; `None` for anything else.
fn base64(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text.trim_end_matches('=').replace('-', "+").replace('_', "/")).ok()
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, Digest};

    #[test]
    fn one_digest_in_three_notations() {
        let hex = Digest::parse_hex("sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709").unwrap();
        assert_eq!(Digest::parse_base64("sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=").as_ref(), Some(&hex));
        assert_eq!(Digest::parse_base64("sha1=2jmj7l5rSw0yVb_vlWAYkK_YBwk").as_ref(), Some(&hex));
        assert_eq!(Digest::new(Algorithm::Sha1, &hex.hex.to_uppercase()), Some(hex));
    }

    #[test]
    fn a_digest_of_another_length_is_none() {
        assert_eq!(Digest::parse_hex("sha256:da39a3ee"), None);
        assert_eq!(Digest::parse_base64("sha512-2jmj7l5rSw0yVb/vlWAYkK/YBwk="), None);
        assert_eq!(Digest::parse_base64("crc32-AAAA"), None);
        assert_eq!(Digest::parse_base64("sha1-2jmj7l5r Sw0yVb/vlWAYkK/YBwk="), None);
    }
}
