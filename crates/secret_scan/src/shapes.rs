//! One thing to look for by its shape, built in or of a user, and where round its keyword to look.

use std::ops::Range;

use secret_patterns::{Detector, bits_per_character, detectors, scan_detectors};

use crate::{judge::spoken, own_rules::OwnRule};

/// Detectors for single values that the search in files does better otherwise.
const FOR_VALUES: [&str; 11] = [
    "anthropic-key",
    "authorization-header",
    "aws-secret-key",
    "connection-string-password",
    "google-service-account",
    "grafana-token",
    "jwt",
    "mailchimp-key",
    "sentry-token",
    "slack-token",
    "twilio-key",
];

/// Bytes before a keyword in which its token may begin.
const BEFORE: usize = 320;

/// Bytes after a keyword in which its token may end; private keys are longer than all else.
const AFTER: usize = 1_200;
const AFTER_KEY: usize = 8 * 1024;

/// What is looked for.
#[derive(Debug)]
pub(crate) enum Shape {
    BuiltIn(&'static Detector),
    Own(OwnRule),
}

/// A shape with what is known of it beforehand.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) shape: Shape,
    /// Where the keyword begins the token: the texts of which one must stand there as written.
    heads: Vec<String>,
    /// Shortest token, in bytes.
    shortest: usize,
    after: usize,
}

impl Prepared {
    pub(crate) fn new(shape: Shape) -> Self {
        let (heads, shortest, after) = match &shape {
            Shape::BuiltIn(it) => {
                let is_anchored = !it.prefixes.is_empty()
                    && !it.pattern.contains("(?P<secret>")
                    && !it.pattern.contains("(?i)")
                    && it.keywords.iter().all(|word| {
                        it.prefixes.iter().any(|head| head.to_ascii_lowercase().starts_with(word))
                    });
                let heads = if is_anchored { it.prefixes } else { &[] };
                let is_long = it.pattern.contains("PRIVATE KEY") || it.kind == "putty-private-key";
                let heads = heads.iter().map(|head| (*head).to_owned()).collect();
                (heads, it.shortest, if is_long { AFTER_KEY } else { AFTER })
            }
            Shape::Own(_) => (Vec::new(), 0, AFTER),
        };
        Self { shape, heads, shortest, after }
    }

    /// Every shape that the search in files knows.
    pub(crate) fn built_in() -> impl Iterator<Item = Self> {
        let wanted = |it: &&Detector| it.names.is_empty() && it.near.is_empty();
        let all = detectors().iter().filter(|it| !FOR_VALUES.contains(&it.kind));
        all.chain(scan_detectors()).filter(wanted).map(|it| Self::new(Shape::BuiltIn(it)))
    }

    pub(crate) fn keywords(&self) -> Vec<String> {
        match &self.shape {
            Shape::BuiltIn(it) => it.keywords.iter().map(|word| (*word).to_owned()).collect(),
            Shape::Own(rule) => rule.words(),
        }
    }

    pub(crate) fn kind(&self) -> &str {
        match &self.shape {
            Shape::BuiltIn(it) => it.kind,
            Shape::Own(rule) => &rule.id,
        }
    }

    pub(crate) fn title(&self) -> &str {
        match &self.shape {
            Shape::BuiltIn(it) => it.title,
            Shape::Own(rule) => &rule.description,
        }
    }

    /// What every secret of the kind begins with, when `secret` does.
    pub(crate) fn preview(&self, secret: &str) -> String {
        let Shape::BuiltIn(it) = &self.shape else { return String::new() };
        let head = it.prefixes.iter().find(|head| secret.starts_with(**head));
        head.map_or_else(String::new, |head| head.chars().take(4).chain(['…']).collect())
    }

    /// The part of the text to try the expression on, for a keyword that stands at `hit`; nothing when
    /// a look at a few bytes tells that it cannot match.
    pub(crate) fn window(&self, text: &[u8], hit: &Range<usize>) -> Option<Range<usize>> {
        if self.heads.is_empty() {
            let start = hit.start.saturating_sub(BEFORE);
            // Cut where no token is cut: behind the last blank before the keyword, at the latest.
            let end = hit.end.saturating_add(self.after).min(text.len());
            return (end - start >= self.shortest).then_some(start..end);
        }
        let rest = text.get(hit.start..)?;
        let is_head = self.heads.iter().any(|head| rest.starts_with(head.as_bytes()));
        let before = hit.start.checked_sub(1).and_then(|at| text.get(at));
        // `icon.ico-…`: a dot makes it the ending of a file or a member of something.
        let is_inside = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'.');
        // Keywords that stand anywhere, such as those of a token glued to other text, have no `\b`.
        if !is_head || (is_inside && self.asks_boundary()) {
            return None;
        }
        let is_token = |byte: &u8| !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'');
        let run = rest.iter().take(self.after).take_while(|byte| is_token(byte)).count();
        let is_key = self.after == AFTER_KEY;
        let end = if is_key { self.after.min(rest.len()) } else { (run + 2).min(rest.len()) };
        // An expression may ask for the end of the word behind it, which counts one byte.
        (is_key || run + 1 >= self.shortest).then_some(hit.start..hit.start + end)
    }

    /// Whether it is the password of an address.
    pub(crate) fn is_login(&self) -> bool {
        matches!(&self.shape, Shape::BuiltIn(it) if matches!(it.kind, "database-url" | "basic-auth-url"))
    }

    fn asks_boundary(&self) -> bool {
        matches!(&self.shape, Shape::BuiltIn(it) if it.pattern.starts_with(r"\b"))
    }

    /// Every secret of the shape in a part of a text, as ranges of that part.
    pub(crate) fn find(&self, part: &[u8], found: &mut Vec<Range<usize>>) {
        match &self.shape {
            Shape::BuiltIn(it) => it.find_shapes(part, &mut |range| found.push(range)),
            Shape::Own(rule) => rule.find(part, found),
        }
    }

    /// Whether a text that has the shape is a secret: random enough, and no filler.
    pub(crate) fn is_secret(&self, secret: &str) -> bool {
        let least = match &self.shape {
            Shape::BuiltIn(it) => it.entropy,
            Shape::Own(rule) => rule.entropy,
        };
        if least.is_some_and(|least| bits_per_character(secret) < least) {
            return false;
        }
        match &self.shape {
            // A user's rule means what it says.
            Shape::Own(_) => true,
            // An entropy of zero is written where even a filler is told.
            Shape::BuiltIn(_) if least == Some(0.0) => true,
            Shape::BuiltIn(it) if it.kind == "curl-password" => is_typed(secret),
            Shape::BuiltIn(it) if it.kind == "pgp-private-key" && !is_armoured(secret) => false,
            Shape::BuiltIn(it) if it.kind.starts_with("header-") && is_named(secret) => false,
            Shape::BuiltIn(it) if it.shortest >= 20 => {
                // So short a text without a digit is a name.
                let is_name =
                    secret.len() < 30 && !secret.bytes().any(|byte| byte.is_ascii_digit());
                !(is_filler(secret) || is_name || it.kind == "aws-bedrock-key" && is_cut(secret))
            }
            Shape::BuiltIn(_) => {
                !is_filler(secret) && !secret_patterns::looks_like_placeholder(secret)
            }
        }
    }
}

/// Words that stand for a password, or for a user, in addresses that only show what they look like.
const PASSWORDS: [&str; 12] = [
    "password",
    "passwd",
    "pass",
    "pwd",
    "pw",
    "secret",
    "p",
    "mypassword",
    "yourpassword",
    "token",
    "pswd",
    "passw0rd",
];
const USERS: [&str; 14] = [
    "user",
    "username",
    "usr",
    "u",
    "login",
    "name",
    "me",
    "foo",
    "myuser",
    "youruser",
    "dbuser",
    "someuser",
    "myusername",
    "user1",
];

/// Whether a password stands in an address that shows how addresses look, or in none: `secret` is its
/// range in the text.
pub(crate) fn is_shown_login(text: &[u8], secret: &Range<usize>) -> bool {
    let head = text.get(secret.start.saturating_sub(160)..secret.start).unwrap_or_default();
    let Some(user) = head.strip_suffix(b":") else { return false };
    let from = memchr::memmem::rfind(user, b"://").map_or(0, |at| at + 3);
    let user = String::from_utf8_lossy(user.get(from..).unwrap_or_default()).to_ascii_lowercase();
    let password = text.get(secret.clone()).unwrap_or_default();
    let password = String::from_utf8_lossy(password).to_ascii_lowercase();
    // `http://host.example:80+&@…`: a port, and an address that is meant to be misread.
    let after = password.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_port = after.len() < password.len() && !after.starts_with(|c: char| c.is_alphanumeric());
    if user.contains('.') && is_port {
        return true;
    }
    let is_word = |known: &[&str], word: &str| known.contains(&word);
    (is_word(&USERS, &user) || user.is_empty()) && is_word(&PASSWORDS, &password)
        // The account that a maker of data bases once shipped, in every manual since.
        || (user == "scott" && password.starts_with("tiger"))
}

/// Whether a password of a command line is one that somebody typed, and no word of a manual.
fn is_typed(password: &str) -> bool {
    let inner = password.trim_matches(['{', '}']);
    let is_word = inner.len() < 10 && inner.bytes().all(|byte| byte.is_ascii_lowercase());
    !is_word && !is_filler(inner) && !secret_patterns::looks_like_placeholder(inner)
}

/// Whether a line of Base64 stands in a text: between the marks of a key a program has other things.
fn is_armoured(text: &str) -> bool {
    let is_other = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '='));
    text.split(is_other).any(|run| run.len() >= 32)
}

/// `WINDOW_PRESENCE_0`, `unauthorized`, `-1071054519i32`: a name, a word or a number of a program.
fn is_named(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let is_number = value.starts_with(|c: char| c == '-' || c.is_ascii_digit())
        && value.len() < 20
        && digits * 3 >= value.len() * 2;
    is_number || value.ends_with("/aws4_request") || spoken(value) * 2 > value.len()
}

/// Base64 of a length that no encoder makes.
fn is_cut(token: &str) -> bool {
    !token.len().is_multiple_of(4)
}

/// `xxxxxxxx`, `abcdefghijkl`, `…EXAMPLE`, `<…>`: what fills the place of a token in a text for people.
pub(crate) fn is_filler(token: &str) -> bool {
    let lower = token.to_ascii_lowercase();
    let is_shown = lower.contains("example") && lower.len() <= 128;
    if is_shown || lower.ends_with("example") || lower.ends_with("...") {
        return true;
    }
    let marks = ["${", "{{", "<", "[redacted", "$(", "your_", "your-", "_here"];
    if lower.len() < 128 && marks.iter().any(|mark| lower.contains(mark)) {
        return true;
    }
    // The rest was made unreadable: `Q425Bv0mFe7sXXXXXXXX`.
    let kept = lower.trim_end_matches(['x', '*']);
    if lower.len() - kept.len() >= 8 {
        return true;
    }
    // Bytes in runs of one character, and in the longest run of the alphabet or of the digits.
    let (mut filled, mut repeated) = (0, 0);
    let (mut same, mut rising, mut longest, mut last) = (0, 1, 0, 0_u8);
    for byte in lower.bytes().chain([0]) {
        if byte == last {
            same += 1;
        } else {
            let is_fill = matches!(last, b'x' | b'*' | b'.' | b'-' | b'_' | b'#' | b'0' | b'?');
            filled += if is_fill && same >= 4 { same } else { 0 };
            repeated += if same >= 8 { same } else { 0 };
            same = 1;
        }
        rising = if byte == last.wrapping_add(1) { rising + 1 } else { 1 };
        longest = longest.max(rising);
        last = byte;
    }
    filled * 3 >= token.len()
        || repeated * 4 >= token.len() * 3
        || (longest >= 12 && longest * 3 >= token.len())
}
