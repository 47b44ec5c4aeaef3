//! Whether a named value is a secret: what the name says, what the value looks like, whose it is.

use aho_corasick::AhoCorasick;
use secret_patterns::{
    Certainty, Detector, bits_per_character, classify, looks_like_placeholder, scan_detectors,
    secret_name,
};
use smol_str::SmolStr;

use crate::{
    checksum::decode,
    expression::{is_expression, is_member, is_words_together, looks_like_reference},
    kind_of_file::FileKind,
    pairs::Pair,
    shapes::is_filler,
};

/// What a named value is.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) kind: SmolStr,
    pub(crate) title: SmolStr,
    pub(crate) certainty: Certainty,
}

/// Words of providers that are words of every program, too: they say whose a value is, but do not
/// set off a search.
const EVERYDAY: [&str; 10] = [
    "linear", "segment", "lob", "zoom", "travis", "github", "ably", "twitter", "facebook",
    "discord",
];

/// Knows names of providers.
#[derive(Debug)]
pub(crate) struct Judge {
    words: Option<AhoCorasick>,
    owners: Vec<&'static Detector>,
}

impl Judge {
    pub(crate) fn new() -> Self {
        let (mut words, mut owners) = (Vec::new(), Vec::new());
        for detector in scan_detectors() {
            for word in detector.near {
                words.push(*word);
                owners.push(detector);
            }
        }
        Self {
            words: AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok(),
            owners,
        }
    }

    /// Words of providers that set off a search, because their keys often have no other name.
    pub(crate) fn provider_words() -> impl Iterator<Item = &'static str> {
        let near = scan_detectors().iter().flat_map(|it| it.near.iter().copied());
        near.filter(|word| word.len() >= 4 && !EVERYDAY.contains(word))
    }

    /// Decides about one pair; `before` is what stands before the name on its line.
    pub(crate) fn judge(
        &self,
        kind: FileKind,
        name: &str,
        value: &str,
        before: &str,
        pair: &Pair,
    ) -> Option<Named> {
        let value = value.trim();
        if pair.is_sure {
            return sure(name, value);
        }
        if value.len() < 3 || value.len() > 2048 || is_expression(value, pair, kind) {
            return None;
        }
        // What belongs to an ARN is the name of a resource: `arn:aws:secretsmanager:…:secret:orders`.
        if before.rsplit([' ', '"', '\'', '=']).next().is_some_and(|word| word.contains("arn:")) {
            return None;
        }
        // `"password": password` outside of JSON: the value is a variable.
        if !pair.is_quoted && before.ends_with(['"', '\'']) && value == name {
            return None;
        }
        // A bare value in a call is an expression: `connect(token: value)`.
        if !pair.is_quoted && before.ends_with('(') {
            return None;
        }
        let words = words(name);
        // Ids are half of a login: only the shapes of their providers tell.
        let is_id = words.last().is_some_and(|last| last == "id");
        if is_harmless(&words) && !is_id {
            return None;
        }
        // Where a key is named by which a store knows the secret: `secretKey: password`.
        if name.ends_with("secretKey") && secret_name(value).is_some() {
            return None;
        }
        if is_cursor(&words, value) {
            return None;
        }
        let is_member = !pair.is_quoted && is_member(value);
        if let Some(found) = self.of_provider(name, &words, value, before).filter(|_| !is_member) {
            return Some(found);
        }
        if is_id {
            return None;
        }
        if kind == FileKind::Code && !pair.is_quoted && (is_constant(value) || !is_random(value)) {
            return None;
        }
        if kind == FileKind::Prose && !is_random(value) {
            return None;
        }
        if let Some(found) = of_name(name, value, kind) {
            return Some(found);
        }
        if words.last().is_some_and(|word| word == "auth") && is_login(value) {
            return Some(likely("credentials", "credentials in Base64"));
        }
        let says = words.iter().any(|word| is_secret_word(word));
        (says && is_random(value) && !looks_like_placeholder(value))
            .then(|| likely("random-text", "random text that may be a secret"))
    }

    /// A value of the shape of the keys of a provider that the name or the line names.
    fn of_provider(
        &self,
        name: &str,
        words: &[String],
        value: &str,
        before: &str,
    ) -> Option<Named> {
        if value.len() < 8 || is_filler(value) {
            return None;
        }
        let hits = |text: &str| -> Vec<usize> {
            let words = self.words.iter().flat_map(|it| it.find_overlapping_iter(text));
            // `SetSysctl` does not name Etsy: a word begins where no letter stands before it, or
            // where the case changes.
            let begins = |at: usize| {
                let bytes = text.as_bytes();
                let before = at.checked_sub(1).and_then(|at| bytes.get(at));
                let is_upper = bytes.get(at).is_some_and(u8::is_ascii_uppercase);
                before.is_none_or(|byte| {
                    !byte.is_ascii_alphabetic() || (is_upper && byte.is_ascii_lowercase())
                })
            };
            words.filter(|hit| begins(hit.start())).map(|hit| hit.pattern().as_usize()).collect()
        };
        let says = words.iter().any(|word| is_secret_word(word) || word == "login" || word == "id");
        let in_name = hits(name);
        let named = in_name.iter().map(|index| (*index, true));
        // What stands before counts only for names that say secret themselves.
        let around = if says { hits(before) } else { Vec::new() };
        for (index, _) in named.chain(around.into_iter().map(|index| (index, false))) {
            let Some(detector) = self.owners.get(index) else { continue };
            let is_known = detector.is_shape_of(value) && is_mixed(value);
            // `cloudflare: "…"` alone is a key; `cloudflare_zone: "…"` is something else, and so is
            // `linkedin: "annasmith"`.
            let is_alone = words.len() <= 2 && value.bytes().any(|byte| byte.is_ascii_digit());
            let is_meant = is_key(value) || !looks_like_placeholder(value);
            if is_known && (says || is_alone) && is_meant {
                return Some(Named {
                    kind: detector.kind.into(),
                    title: detector.title.into(),
                    certainty: if says { Certainty::Certain } else { Certainty::Likely },
                });
            }
        }
        None
    }
}

fn likely(kind: &'static str, title: &'static str) -> Named {
    Named { kind: kind.into(), title: title.into(), certainty: Certainty::Likely }
}

/// A value that its format makes a secret, such as that of a secret of Kubernetes.
fn sure(name: &str, value: &str) -> Option<Named> {
    if value.is_empty() || is_filler(value) || (looks_like_reference(value) && !is_noise(value)) {
        return None;
    }
    let found = classify(name, value).map(|it| Named {
        kind: it.kind,
        title: it.title,
        certainty: Certainty::Likely,
    });
    Some(found.unwrap_or_else(|| likely("password", "a password")))
}

/// `AES_128_FOOTER_KEY`: the name of a constant or a type of a program.
fn is_constant(value: &str) -> bool {
    value.contains('_')
        && !value.starts_with(|c: char| c.is_ascii_digit())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Signs of all sorts, as in salts: what looks like a reference in it stands there by chance.
fn is_noise(value: &str) -> bool {
    let mut signs: Vec<u8> = value.bytes().filter(u8::is_ascii_punctuation).collect();
    signs.sort_unstable();
    signs.dedup();
    let is_of_reference = |byte: &u8| b"${}()_".contains(byte);
    value.len() >= 16 && signs.iter().filter(|byte| !is_of_reference(byte)).count() >= 5
}

/// What the name says, by the rules that hold for templates and environments, too.
fn of_name(name: &str, value: &str, kind: FileKind) -> Option<Named> {
    // The name alone decides; what has a shape is found by its shape.
    let name_kind = secret_name(name);
    if is_filler(value) {
        return None;
    }
    let found = classify(name, value)?;
    if name_kind.is_none() && !is_random(value) {
        return None;
    }
    // Tokens and keys have no blanks; passwords may.
    let is_spaced = value.contains(char::is_whitespace);
    if is_spaced && matches!(found.kind.as_str(), "token" | "api-key" | "encryption-key") {
        return None;
    }
    if found.kind != "password" && (is_words_together(value) || value.eq_ignore_ascii_case(name)) {
        return None;
    }
    // In programs a sentence or one plain word under such a name is a label or the name of a field.
    let is_word =
        value.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_' || byte == b'-');
    if kind == FileKind::Code && (value.contains(' ') || is_word) {
        return None;
    }
    Some(Named { kind: found.kind, title: found.title, certainty: found.certainty })
}

/// Words that say that a value is a secret wherever they stand in its name.
fn is_secret_word(word: &str) -> bool {
    const WORDS: [&str; 22] = [
        "key",
        "keys",
        "token",
        "tokens",
        "secret",
        "secrets",
        "auth",
        "access",
        "cred",
        "creds",
        "credential",
        "credentials",
        "password",
        "passwd",
        "passphrase",
        "pass",
        "pwd",
        "apikey",
        "jwt",
        "salt",
        "pepper",
        "pat",
    ];
    WORDS.contains(&word)
        || ["token", "secret", "apikey", "accesskey", "password", "authkey", "credentials"]
            .iter()
            .any(|end| word.ends_with(end))
}

/// Words that make a `key` behind them one of a table, a store or a page.
const OF_THINGS: [&str; 14] = [
    "websocket",
    "object",
    "asset",
    "cache",
    "partition",
    "sort",
    "range",
    "row",
    "site",
    "dedup",
    "deduplication",
    "idempotency",
    "index",
    "lock",
];

/// Words that say that a value is about a secret, or a key of another sort.
fn is_harmless(words: &[String]) -> bool {
    const ANYWHERE: [&str; 31] = [
        "public",
        "publishable",
        "pub",
        "csrf",
        "xsrf",
        "authenticity",
        "vault",
        "foreign",
        "primary",
        "sequence",
        "schema",
        "bucket",
        "checksum",
        "fingerprint",
        "digest",
        "thumbprint",
        "integrity",
        "issuer",
        "size",
        "length",
        "version",
        "endpoint",
        "captcha",
        "sitekey",
        "sha",
        "sha1",
        "sha256",
        "sha384",
        "sha512",
        "md5",
        "etag",
    ];
    const LAST: [&str; 31] = [
        "name",
        "names",
        "id",
        "ids",
        "url",
        "uri",
        "file",
        "path",
        "hash",
        "alias",
        "code",
        "board",
        "frame",
        "selector",
        "signature",
        "type",
        "format",
        "field",
        "header",
        "prefix",
        "suffix",
        "event",
        "arn",
        "region",
        "count",
        "index",
        "algorithm",
        "source",
        "results",
        "query",
        "nonce",
    ];
    let mut from_last = words.iter().rev().map(String::as_str);
    let (last, previous) = (from_last.next().unwrap_or(""), from_last.next().unwrap_or(""));
    words.iter().any(|word| ANYWHERE.contains(&word.as_str()))
        || LAST.contains(&last)
        || (matches!(last, "key" | "keys") && OF_THINGS.contains(&previous))
}

/// `nextForwardToken`, `ChangeToken`, a `ClientToken` that is a UUID: where to go on, or which of two
/// requests is the same.
fn is_cursor(words: &[String], value: &str) -> bool {
    const PLACES: [&str; 15] = [
        "next",
        "page",
        "pagination",
        "continuation",
        "forward",
        "backward",
        "starting",
        "resume",
        "marker",
        "change",
        "action",
        "idempotency",
        "request",
        "sync",
        "cursor",
    ];
    let [.., previous, last] = words else { return false };
    let is_uuid = || {
        let lengths = value.split('-').map(str::len);
        lengths.eq([8, 4, 4, 4, 12])
            && value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
    };
    last == "token"
        && (PLACES.contains(&previous.as_str())
            || previous == "client" && (is_uuid() || !is_random(value)))
}

/// Digits and letters, or a length that only keys have.
fn is_mixed(value: &str) -> bool {
    let has_digit = value.bytes().any(|byte| byte.is_ascii_digit());
    let has_letter = value.bytes().any(|byte| byte.is_ascii_alphabetic());
    (has_digit && has_letter) || (value.len() >= 14 && bits_per_character(value) >= 2.5)
}

/// Long and random enough to be a key even where it reads like a placeholder.
fn is_key(value: &str) -> bool {
    value.len() >= 14 && bits_per_character(value) >= 2.8
}

/// Text that people do not write: letters and digits without words among them.
pub(crate) fn is_random(value: &str) -> bool {
    let is_plain = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_' | b'.' | b'~')
    };
    if value.len() < 16 || value.len() > 512 || !value.bytes().all(is_plain) || is_filler(value) {
        return false;
    }
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    if digits == 0 || letters == 0 {
        return false;
    }
    let bits = bits_per_character(value);
    let is_hexadecimal = value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let enough = if is_hexadecimal { value.len() >= 24 && bits >= 3.0 } else { bits >= 3.5 };
    enough && spoken(value) * 20 < 9 * value.len() && !is_versioned(value)
}

/// Bytes of a text that stand in what could be words: runs of four letters or more of one case.
pub(crate) fn spoken(value: &str) -> usize {
    let mut count = 0;
    let mut run = 0_usize;
    let mut last = 0_u8;
    for byte in value.bytes().chain([b'.']) {
        let goes_on = byte.is_ascii_lowercase() && (last.is_ascii_lowercase() || run == 1)
            || byte.is_ascii_uppercase() && last.is_ascii_uppercase();
        if goes_on {
            run += 1;
        } else {
            if run >= 4 {
                count += run;
            }
            run = usize::from(byte.is_ascii_alphabetic());
        }
        last = byte;
    }
    count
}

/// `rc0.15.0_20231217_1420-SNAPSHOT`, `1.2.3-beta.4`: a version.
fn is_versioned(value: &str) -> bool {
    let numbers = value
        .split(['.', '-', '_'])
        .filter(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    numbers.count() >= 2 && value.len() < 64
}

/// Base64 of `user:password`.
fn is_login(value: &str) -> bool {
    value.len() >= 8
        && decode(value).is_some_and(|bytes| {
            bytes.iter().all(|byte| (0x20..0x7F).contains(byte))
                && bytes
                    .iter()
                    .position(|byte| *byte == b':')
                    .is_some_and(|at| at > 0 && at + 1 < bytes.len())
        })
}

/// Words of a name in lower case.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut last = ' ';
    for letter in name.chars().take(128) {
        let is_new =
            letter.is_ascii_uppercase() && (last.is_ascii_lowercase() || last.is_ascii_digit());
        if !letter.is_ascii_alphanumeric() || is_new {
            words.push(String::new());
        }
        if letter.is_ascii_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(letter.to_ascii_lowercase());
        }
        last = letter;
    }
    words.retain(|word| !word.is_empty());
    words
}
