//! Names and values together.

use crate::detectors::detect_named;
use crate::name::{secret_words, words};
use crate::{Certainty, Detection, bits_per_character, detect, hash, looks_like_placeholder};

/// Longest value that can be one secret of unknown shape, in bytes.
const MAX_SECRET: usize = 4096;

/// Single words that are used as secrets all the same.
const WEAK_SECRETS: [&str; 23] = [
    "admin",
    "administrator",
    "changeme",
    "changeit",
    "default",
    "demo",
    "guest",
    "letmein",
    "mypassword",
    "mysecret",
    "mysecretkey",
    "mytoken",
    "passwd",
    "password",
    "qwerty",
    "root",
    "secret",
    "secretkey",
    "supersecret",
    "test",
    "token",
    "topsecret",
    "welcome",
];

/// The secret in a named value (an environment variable, a parameter's default), if any.
///
/// A value of known shape is one whatever its name; else the name must say secret
/// ([`crate::secret_name`]) and the value must be no placeholder. Where the name only hints (`KEY`,
/// `AUTH`), the value must look random.
#[must_use]
pub fn classify(name: &str, value: &str) -> Option<Detection> {
    if let Some(detection) = detect(value).into_iter().next() {
        return Some(detection);
    }
    let name_words = words(name);
    if let Some(detection) = detect_named(&name_words, value) {
        return Some(detection);
    }
    let secret = value.trim();
    if secret.len() < 4 || secret.len() > MAX_SECRET || looks_like_placeholder(secret) {
        return None;
    }
    let kind = match secret_words(&name_words) {
        Some("aws-secret-key") if is_aws_secret(secret) => "aws-secret-key",
        Some("aws-secret-key") => "secret",
        Some(kind) => kind,
        None if hints_at_secret(&name_words) && is_random(secret) => "random-text",
        None => return None,
    };
    let may_be = match kind {
        "password" => !is_prose(secret),
        "random-text" => true,
        _ => is_token(secret),
    };
    may_be.then(|| {
        let start = value.len() - value.trim_start().len();
        Detection {
            kind: kind.into(),
            title: title(kind).into(),
            range: start..start + secret.len(),
            preview: crate::preview(kind, secret),
            hash: hash(secret),
            certainty: Certainty::Likely,
        }
    })
}

fn title(kind: &str) -> &'static str {
    match kind {
        "password" => "a password",
        "token" => "a token",
        "api-key" => "an API key",
        "private-key" => "a private key",
        "encryption-key" => "an encryption key",
        "credentials" => "credentials",
        "aws-secret-key" => "an AWS secret access key",
        "random-text" => "random text that may be a secret",
        _ => "a secret",
    }
}

fn is_aws_secret(value: &str) -> bool {
    value.len() == 40
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+'))
        && bits_per_character(value) >= 3.5
}

/// Three words or more, each of letters: a description.
fn is_prose(value: &str) -> bool {
    let words = value.split_whitespace();
    let spoken = words.filter(|word| word.bytes().all(|b| b.is_ascii_alphabetic() || b == b','));
    spoken.count() >= 3
}

/// Whether a value that its name calls a token, a key or a secret may be one.
fn is_token(value: &str) -> bool {
    if is_prose(value) {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    if WEAK_SECRETS.contains(&lower.as_str()) {
        return true;
    }
    // Words of letters are the name of something: `TOKEN=cognito`, `SECRET=orders`.
    let has_other = value.bytes().any(|byte| !byte.is_ascii_alphabetic());
    // Random letters change case every other letter, words do not.
    let is_spoken = value.len() >= 5 * words(value).len();
    (has_other && value.len() >= 6)
        || (value.len() >= 10 && bits_per_character(value) >= 2.8 && !is_spoken)
}

/// Names that end in a word of secrets without saying for sure that they are one: `SIGNATURE_KEY`,
/// `ORDERS_AUTH`. A key of S3, of a table or of a cache is public.
fn hints_at_secret(words: &[String]) -> bool {
    const HARMLESS: [&str; 22] = [
        "artifact",
        "asset",
        "cache",
        "cert",
        "certificate",
        "code",
        "dedup",
        "foreign",
        "hash",
        "host",
        "idempotency",
        "index",
        "kms",
        "lock",
        "object",
        "package",
        "partition",
        "public",
        "publishable",
        "range",
        "s3",
        "sort",
    ];
    let is_harmless = words.iter().any(|word| HARMLESS.contains(&word.as_str()));
    let ends_in_hint = words
        .last()
        .is_some_and(|last| matches!(last.as_str(), "key" | "keys" | "auth" | "cred" | "hmac"));
    ends_in_hint && !is_harmless
}

/// Base64 or hexadecimal text of some length that people do not write.
fn is_random(value: &str) -> bool {
    let is_hexadecimal = value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_base64 = value.bytes().all(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_')
    });
    let has = |test: fn(&u8) -> bool| value.bytes().any(|byte| test(&byte));
    let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    mixed
        && ((is_hexadecimal && value.len() >= 32 && bits_per_character(value) >= 3.0)
            || (is_base64 && value.len() >= 20 && bits_per_character(value) >= 3.8))
}
