//! Tokens that prove themselves: those whose format has a checksum or a structure.

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// What the checksum or structure of a token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// It holds: this was issued.
    Holds,
    /// It does not: made up, or cut.
    Fails,
    /// The format has none that is known.
    None,
}

/// Checks a token by the format that its beginning names.
///
/// GitHub and npm end in the CRC-32 of the thirty characters before it, in base 62; service account
/// tokens of Grafana in the CRC-32 of what stands before it, in hexadecimal; tokens of `PyPI` are
/// macaroons whose first packet names the index; the head of a JSON web token is JSON.
///
/// Source: GitHub, "Behind GitHub's new authentication token formats" (2021-04-05); npm took it over
/// (2021-09-23); `PyPI`, "API tokens" and the format of macaroons.
#[must_use]
pub fn check(token: &str) -> Checked {
    let prefixed = ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "npm_"];
    if let Some(body) = prefixed.iter().find_map(|prefix| token.strip_prefix(prefix)) {
        return base62_crc(body);
    }
    if let Some(body) = token.strip_prefix("pypi-") {
        return from(is_macaroon(body));
    }
    if token.starts_with("glsa_") {
        return grafana(token);
    }
    if token.starts_with("eyJ") && token.matches('.').count() == 2 {
        let head = token.split('.').next().unwrap_or_default();
        return from(decode(head).is_some_and(|bytes| bytes.starts_with(b"{\"")));
    }
    Checked::None
}

fn from(holds: bool) -> Checked {
    if holds { Checked::Holds } else { Checked::Fails }
}

fn base62_crc(body: &str) -> Checked {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    // Longer ones carry claims and end otherwise.
    if body.len() != 36 {
        return Checked::None;
    }
    let (Some(random), Some(sum)) = (body.get(..30), body.get(30..)) else { return Checked::None };
    let mut value = u64::from(crc32(random.as_bytes()));
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        let at = usize::try_from(value % 62).unwrap_or_default();
        *digit = DIGITS.get(at).copied().unwrap_or(b'0');
        value /= 62;
    }
    from(sum.as_bytes() == digits)
}

fn grafana(token: &str) -> Checked {
    let Some((body, sum)) = token.rsplit_once('_') else { return Checked::Fails };
    from(u32::from_str_radix(sum, 16).is_ok_and(|sum| sum == crc32(body.as_bytes())))
}

/// A macaroon of version 2 whose location is an index of packages.
fn is_macaroon(body: &str) -> bool {
    let Some(bytes) = decode(body) else { return false };
    let [2, 1, length, rest @ ..] = bytes.as_slice() else { return false };
    let location = rest.get(..usize::from(*length)).unwrap_or_default();
    matches!(location, b"pypi.org" | b"test.pypi.org")
}

/// CRC-32 of IEEE 802.3, bit by bit: tokens are short.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 }
        })
    })
}

/// Base64 without padding, about whose last bits nobody is asked.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// Base64 of either alphabet, padded or not; the last bits that fill no byte are dropped.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=').replace('-', "+").replace('_', "/");
    BASE64.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::{Checked, check, crc32, decode};

    #[test]
    fn crc_and_base64_are_the_usual_ones() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(decode("aGVsbG8=").as_deref(), Some(b"hello".as_slice()));
        assert_eq!(decode("a b"), None);
    }

    #[test]
    fn a_token_with_its_checksum_holds_and_one_letter_breaks_it() {
        // The example that GitHub published when it brought the format in.
        let token = ["ghp_", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ", "0mLq17"].concat();
        assert_eq!(check(&token), Checked::Holds);
        assert_eq!(check(&token.replace("zQW", "zQX")), Checked::Fails);
        assert_eq!(check(&token.replace("ghp_", "npm_")), Checked::Holds);
        assert_eq!(check("hunter2"), Checked::None);
    }

    #[test]
    fn an_upload_token_names_its_index() {
        let token = ["pypi-AgEI", "cHlwaS5vcmcCJDU3YzM4"].concat();
        assert_eq!(check(&token), Checked::Holds);
        assert_eq!(check(&token.replace("cHlwaS5vcmc", "eHlwaS5vcmc")), Checked::Fails);
    }

    #[test]
    fn the_head_of_a_web_token_is_json() {
        assert_eq!(check("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc"), Checked::Holds);
        assert_eq!(check("eyJ!.e.c"), Checked::Fails);
    }
}
