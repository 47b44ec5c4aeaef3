//! Random secrets are hardly ever taken for placeholders, whatever their alphabet.

#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

use secret_patterns::{classify, looks_like_placeholder};

/// A small generator with a fixed seed: the same texts in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        let count = alphabet.len() as u64;
        let pick = |random: &mut Self| usize::try_from(random.next() % count).unwrap_or_default();
        (0..length).map(|_| char::from(alphabet[pick(self)])).collect()
    }
}

const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#[test]
fn random_secrets_are_hardly_ever_missed() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    // Twelve random letters without a digit (one text in eight) may fall into words that could be
    // spoken; longer ones hardly ever do.
    for (what, alphabet, length, may_miss) in [
        ("base64 of 30 bytes", BASE64, 40, 10),
        ("base64 of 18 bytes", BASE64, 24, 10),
        ("letters and digits", &BASE64[..62], 20, 10),
        ("short letters and digits", &BASE64[..62], 12, 300),
        ("lower case and digits", &BASE64[26..62], 24, 10),
        ("hexadecimal", b"0123456789abcdef", 32, 10),
    ] {
        let texts: Vec<_> = (0..10_000).map(|_| random.text(alphabet, length)).collect();
        let taken: Vec<_> = texts.iter().filter(|text| looks_like_placeholder(text)).collect();
        assert!(taken.len() < 10, "{what}: taken for placeholders: {taken:?}");
        let missed = texts.iter().filter(|text| classify("API_KEY", text).is_none()).count();
        assert!(missed < may_miss, "{what}: {missed} missed");
    }
}
