//! Versions of `PyPI`: PEP 440, and setuptools' rule for what came before it.
//!
//! Sources: "Version specifiers" of the Python packaging user guide (PEP 440); the documentation of
//! setuptools, "Specifying your project's version".

use crate::key::{Key, is_number, split_digits, trim_zeros};

/// A version by PEP 440. Numbers are digits without leading zeros; zero is the empty text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pep440 {
    pub(crate) epoch: String,
    pub(crate) release: Vec<String>,
    /// `a`, `b` or `c` (a release candidate), and its number.
    pub(crate) pre: Option<(char, String)>,
    pub(crate) post: Option<String>,
    pub(crate) dev: Option<String>,
    /// In lower case; empty when there is none.
    pub(crate) local: Vec<String>,
}

/// The spellings of what precedes a release, the longest of a beginning first.
const PRE: [(&str, char); 8] = [
    ("alpha", 'a'),
    ("a", 'a'),
    ("beta", 'b'),
    ("b", 'b'),
    ("c", 'c'),
    ("rc", 'c'),
    ("preview", 'c'),
    ("pre", 'c'),
];
const POST: [(&str, char); 3] = [("post", 'p'), ("rev", 'p'), ("r", 'p')];
const DEV: [(&str, char); 1] = [("dev", 'd')];

impl Pep440 {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let text = text.strip_prefix('v').unwrap_or(&text);
        let (public, local) = match text.split_once('+') {
            Some((public, local)) => (public, read_local(local)?),
            None => (text, Vec::new()),
        };
        let (epoch, rest) = match public.split_once('!') {
            Some((epoch, rest)) if is_number(epoch) => (trim_zeros(epoch).to_owned(), rest),
            Some(_) => return None,
            None => (String::new(), public),
        };
        let (release, rest) = read_release(rest)?;
        let (pre, rest) = match read_segment(rest, &PRE) {
            Some((letter, number, rest)) => (Some((letter, number)), rest),
            None => (None, rest),
        };
        let (post, rest) = read_post(rest);
        let (dev, rest) = match read_segment(rest, &DEV) {
            Some((_, number, rest)) => (Some(number), rest),
            None => (None, rest),
        };
        rest.is_empty().then_some(Self { epoch, release, pre, post, dev, local })
    }

    /// The key of any text; a text outside of PEP 440 comes before all others.
    pub(crate) fn key_of(text: &str) -> Vec<u8> {
        Self::parse(text).map_or_else(|| legacy_key(text), |version| version.key())
    }

    pub(crate) fn is_prerelease(&self) -> bool {
        self.pre.is_some() || self.dev.is_some()
    }

    /// The version without what stands after `+`.
    pub(crate) fn public(&self) -> Self {
        Self { local: Vec::new(), ..self.clone() }
    }

    /// Epoch and release alone.
    pub(crate) fn base(&self) -> Self {
        Self { pre: None, post: None, dev: None, ..self.public() }
    }

    pub(crate) fn key(&self) -> Vec<u8> {
        let mut key = Key::default();
        key.tag(1);
        key.number(&self.epoch);
        let length = self.release.iter().rposition(|n| !n.is_empty()).map_or(0, |last| last + 1);
        for number in self.release.iter().take(length) {
            key.tag(1);
            key.number(number);
        }
        key.tag(0);
        match &self.pre {
            // `1.0.dev1` comes before `1.0a1`.
            None if self.post.is_none() && self.dev.is_some() => key.tag(0),
            None => key.tag(u8::MAX),
            Some((letter, number)) => {
                key.tag(u8::try_from(*letter).unwrap_or(u8::MAX));
                key.number(number);
            }
        }
        key.tag(u8::from(self.post.is_some()));
        key.number(self.post.as_deref().unwrap_or_default());
        key.tag(u8::from(self.dev.is_none()));
        key.number(self.dev.as_deref().unwrap_or_default());
        for part in &self.local {
            if is_number(part) {
                key.tag(2);
                key.number(part);
            } else {
                key.tag(1);
                key.text(part);
            }
        }
        key.tag(0);
        key.finish()
    }
}

fn read_release(text: &str) -> Option<(Vec<String>, &str)> {
    let mut release = Vec::new();
    let mut rest = text;
    loop {
        let (digits, after) = split_digits(rest);
        if digits.is_empty() {
            return None;
        }
        release.push(trim_zeros(digits).to_owned());
        rest = after;
        match after.strip_prefix('.') {
            Some(next) if next.starts_with(|c: char| c.is_ascii_digit()) => rest = next,
            _ => return Some((release, rest)),
        }
    }
}

/// A separator, one of the names, a separator and a number; both separators and the number may be missing.
fn read_segment<'t>(text: &'t str, names: &[(&str, char)]) -> Option<(char, String, &'t str)> {
    let separators = ['-', '_', '.'];
    let after = text.strip_prefix(separators).unwrap_or(text);
    let (letter, after) = names
        .iter()
        .find_map(|(name, letter)| after.strip_prefix(name).map(|after| (*letter, after)))?;
    let (digits, rest) = split_digits(after.strip_prefix(separators).unwrap_or(after));
    // A separator without a number after it belongs to what follows.
    let rest = if digits.is_empty() { after } else { rest };
    Some((letter, trim_zeros(digits).to_owned(), rest))
}

/// A post release by name, or `-1`.
fn read_post(text: &str) -> (Option<String>, &str) {
    if let Some((digits, rest)) = text.strip_prefix('-').map(split_digits)
        && !digits.is_empty()
    {
        return (Some(trim_zeros(digits).to_owned()), rest);
    }
    match read_segment(text, &POST) {
        Some((_, number, rest)) => (Some(number), rest),
        None => (None, text),
    }
}

fn read_local(text: &str) -> Option<Vec<String>> {
    let parts: Vec<String> = text.split(['.', '-', '_']).map(str::to_owned).collect();
    let is_plain =
        |part: &String| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    parts.iter().all(is_plain).then_some(parts)
}

/// A part of a version before PEP 440.
#[derive(PartialEq, Eq)]
enum Legacy<'t> {
    Word(&'t str),
    Number(&'t str),
}

/// The key of a version that PEP 440 does not know: words and numbers, a word before a number; `dev`
/// and names of stages come before the end, which counts as the word `final`.
fn legacy_key(text: &str) -> Vec<u8> {
    let text = text.to_ascii_lowercase();
    let mut parts: Vec<Legacy<'_>> = Vec::new();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c: char| class(c) != class(first)).unwrap_or(rest.len());
        let end = if matches!(first, '.' | '-') { 1 } else { end };
        let (part, after) = rest.split_at(end);
        rest = after;
        match part {
            "." => {}
            digits if is_number(digits) => parts.push(Legacy::Number(digits)),
            word => push_word(&mut parts, word),
        }
    }
    push_word(&mut parts, "final");
    let mut key = Key::default();
    key.tag(0);
    for part in parts {
        match part {
            Legacy::Word(word) => {
                key.tag(1);
                key.text(word);
            }
            Legacy::Number(digits) => {
                key.tag(2);
                key.number(digits);
            }
        }
    }
    key.tag(0);
    key.finish()
}

fn class(c: char) -> u8 {
    match c {
        '0'..='9' => 0,
        'a'..='z' => 1,
        '.' | '-' => 2,
        _ => 3,
    }
}

/// Hyphens before a stage, and zeros before any word, do not count.
fn push_word<'t>(parts: &mut Vec<Legacy<'t>>, word: &'t str) {
    let word = match word {
        "pre" | "preview" | "rc" => "c",
        "-" => "final-",
        "dev" => "@",
        word => word,
    };
    if word < "final" {
        while parts.last() == Some(&Legacy::Word("final-")) {
            parts.pop();
        }
    }
    while matches!(parts.last(), Some(Legacy::Number(digits)) if trim_zeros(digits).is_empty()) {
        parts.pop();
    }
    parts.push(Legacy::Word(word));
}
