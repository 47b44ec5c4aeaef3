//! Detectors by shape, read from `data/*.yaml`.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::AhoCorasick;
use regex::bytes::{Captures, Regex, RegexBuilder};

use crate::{Certainty, Detection, bits_per_character, hash, looks_like_placeholder};

include!(concat!(env!("OUT_DIR"), "/detectors.rs"));
include!(concat!(env!("OUT_DIR"), "/scan_detectors.rs"));

/// One detector of `data/*.yaml`.
#[derive(Debug)]
pub struct Detector {
    /// `aws-access-key`.
    pub kind: &'static str,
    /// What it is, for people: "an AWS access key".
    pub title: &'static str,
    /// What every secret of the kind begins with; public.
    pub prefixes: &'static [&'static str],
    /// Texts of which one must be in the value before the expression is tried, in lower case.
    pub keywords: &'static [&'static str],
    /// Texts of which one must be in the name of the value, in lower case with `_` between words;
    /// for secrets whose shape alone says too little. Empty for the others.
    pub names: &'static [&'static str],
    /// Words of which one must stand in the name of the value or before it on the line, in lower
    /// case; the expression is then tried on the whole value. Only [`scan_detectors`] have them.
    pub near: &'static [&'static str],
    /// The expression; the group `secret`, else the whole match, is the secret.
    pub pattern: &'static str,
    /// Shortest text that the expression matches, in bytes.
    pub shortest: usize,
    /// Least entropy of the secret, in bits per character.
    pub entropy: Option<f64>,
    /// Texts in which it finds a secret. A `·` in them is to be dropped first.
    pub examples: &'static [&'static str],
    /// Texts in which it finds nothing.
    pub negative_examples: &'static [&'static str],
    // Compiled when a keyword is first met: most runs need few of the expressions.
    compiled: OnceLock<Option<Regex>>,
}

impl Detector {
    /// Over bytes: secrets are ASCII, what is masked need not be UTF-8, and the tables of Unicode
    /// would be a fifteenth of the guard.
    fn regex(&self) -> Option<&Regex> {
        let compile = || RegexBuilder::new(self.pattern).unicode(false).build().ok();
        self.compiled.get_or_init(compile).as_ref()
    }

    /// Tells where in `value` something has the shape of the secret, in order of place.
    ///
    /// Neither its entropy nor whether it is a placeholder is looked at: for masks, where a
    /// placeholder that is masked costs nothing and a secret that is not costs all. The bytes need
    /// not be UTF-8. The caller looks for the keywords first.
    pub fn find_shapes(&self, value: &[u8], found: &mut dyn FnMut(Range<usize>)) {
        let Some(regex) = self.regex() else { return };
        if !self.pattern.contains("(?P<secret>") {
            // Without groups the search is about three times as fast.
            regex.find_iter(value).for_each(|matched| found(matched.range()));
            return;
        }
        regex.captures_iter(value).filter_map(|it| secret_in(&it)).for_each(found);
    }

    /// Whether the shape is that of `value` as a whole.
    #[must_use]
    pub fn is_shape_of(&self, value: &str) -> bool {
        self.regex().and_then(|regex| regex.find(value.as_bytes())).is_some_and(|found| {
            found.range() == (0..value.len())
                && self.entropy.is_none_or(|least| bits_per_character(value) >= least)
        })
    }

    /// Adds what is found in `value`.
    fn find(&self, value: &str, found: &mut Vec<Detection>) {
        let Some(regex) = self.regex() else { return };
        for range in regex.captures_iter(value.as_bytes()).filter_map(|it| secret_in(&it)) {
            let range = whole_characters(value, range);
            let secret = value.get(range.clone()).unwrap_or_default();
            let is_random = self.entropy.is_none_or(|least| bits_per_character(secret) >= least);
            if is_random && !looks_like_placeholder(secret) {
                found.push(self.detection(value, range));
            }
        }
    }

    fn detection(&self, value: &str, range: Range<usize>) -> Detection {
        let secret = value.get(range.clone()).unwrap_or_default();
        Detection {
            kind: self.kind.into(),
            title: self.title.into(),
            preview: crate::preview(self.kind, secret),
            hash: hash(secret),
            certainty: Certainty::Certain,
            range,
        }
    }
}

/// The group `secret`, else the whole match.
fn secret_in(captures: &Captures<'_>) -> Option<Range<usize>> {
    captures.name("secret").or_else(|| captures.get(0)).map(|matched| matched.range())
}

/// A range that cuts no character in two.
fn whole_characters(value: &str, Range { mut start, mut end }: Range<usize>) -> Range<usize> {
    while !value.is_char_boundary(start) {
        start -= 1;
    }
    while !value.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

/// The keywords of the detectors that need no name, searched for together.
struct Keywords {
    /// `None` only when the automaton cannot be built, which the tests of the detectors would show.
    automaton: Option<AhoCorasick>,
    /// Detector of each keyword, as an index into `detectors`.
    owners: Vec<usize>,
    detectors: Vec<&'static Detector>,
}

static KEYWORDS: LazyLock<Keywords> = LazyLock::new(|| {
    let detectors: Vec<_> = detectors().iter().filter(|it| it.names.is_empty()).collect();
    let (mut words, mut owners) = (Vec::<&str>::new(), Vec::new());
    for (index, detector) in detectors.iter().enumerate() {
        words.extend(detector.keywords.iter());
        owners.resize(words.len(), index);
    }
    let automaton = AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok();
    Keywords { automaton, owners, detectors }
});

/// Every detector, in the order in which they are tried.
#[must_use]
pub fn detectors() -> &'static [Detector] {
    &DETECTORS
}

/// Detectors for files only: more of them, and those that need what stands around a value. A mask of
/// logs has no use for them, and a program that does not ask for them does not carry them.
#[must_use]
pub fn scan_detectors() -> &'static [Detector] {
    &SCAN_DETECTORS
}

/// Secrets in `value` whose shape is known, in order of place, none inside another.
///
/// The cost is one search for all keywords together, and the expressions whose keyword is there; all
/// of it grows with the length of the value only.
#[must_use]
pub fn detect(value: &str) -> Vec<Detection> {
    let mut found = Vec::new();
    // The shortest thing that any detector knows is longer.
    if value.len() < 8 {
        return found;
    }
    let keywords = &*KEYWORDS;
    let mut is_hinted = vec![false; keywords.detectors.len()];
    let mut any = false;
    for hit in
        keywords.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(value))
    {
        let owner = keywords.owners.get(hit.pattern().as_usize());
        if let Some(flag) = owner.and_then(|owner| is_hinted.get_mut(*owner)) {
            *flag = true;
            any = true;
        }
    }
    if !any {
        return found;
    }
    for (detector, _) in keywords.detectors.iter().zip(is_hinted).filter(|(_, hinted)| *hinted) {
        detector.find(value, &mut found);
    }
    without_overlaps(found)
}

/// Secrets in `value` whose shape says enough only together with the name of the value.
pub(crate) fn detect_named(name_words: &[String], value: &str) -> Option<Detection> {
    let name = name_words.join("_");
    // The words of the known name must end the name, or stand before a number or a stage: the
    // name of a secret's ARN goes on.
    let fits = |known: &&str| {
        name.strip_suffix(known).is_some_and(|head| head.is_empty() || head.ends_with('_'))
    };
    detectors().iter().filter(|detector| detector.names.iter().any(fits)).find_map(|detector| {
        let mut found = Vec::new();
        detector.find(value, &mut found);
        found.into_iter().next()
    })
}

fn without_overlaps(mut found: Vec<Detection>) -> Vec<Detection> {
    // Of two at one place the longer says more: a service account's file has a private key in it.
    // The sort is stable, so equals keep the order of the detectors.
    found.sort_by_key(|detection| (detection.range.start, usize::MAX - detection.range.len()));
    let mut end = 0;
    found.retain(|detection| {
        let is_outside = detection.range.start >= end;
        if is_outside {
            end = detection.range.end;
        }
        is_outside
    });
    found
}
