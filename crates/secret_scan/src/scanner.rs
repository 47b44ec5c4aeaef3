//! The search itself: one automaton over all keywords, and what its hits set off.

use std::{borrow::Cow, collections::BTreeSet, ops::Range};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use secret_patterns::{Certainty, hash};
use smol_str::SmolStr;

use crate::{
    allowed::{Allowed, allowed},
    checksum::{Checked, check},
    formats,
    judge::{Judge, Named},
    kind_of_file::{FileKind, is_binary},
    nested,
    own_rules::OwnRule,
    pairs::{self, Pair},
    shapes::{Prepared, Shape, is_shown_login},
};

/// A secret in a file. The value itself is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Which secret: `github-token`, `password`, or the id of a user's rule.
    pub kind: SmolStr,
    /// What it is, for people: "a GitHub token".
    pub title: SmolStr,
    /// The name that it stands under, if any.
    pub name: SmolStr,
    /// Bytes of the text that are the secret; of UTF-16, those of its text in UTF-8.
    pub range: Range<usize>,
    /// Line on which it begins, from 1.
    pub line: u32,
    /// Column at which it begins, in bytes, from 1.
    pub column: u32,
    /// What every secret of the kind begins with, and `…`; may be empty. Safe to print.
    pub preview: String,
    /// First twelve hexadecimal digits of the SHA-256 of the secret.
    pub hash: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// What the checksum of the token says.
    pub checked: Checked,
    /// Whether words beside it accept it.
    pub allowed: Option<Allowed>,
}

/// How much of a file is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one file that are searched; what is behind is not looked at.
    pub bytes: usize,
    /// Secrets told of one file.
    pub found: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, found: 1_000 }
    }
}

/// What a keyword sets off.
#[derive(Clone, Copy, Debug)]
enum Owner {
    Shape(usize),
    /// A URL whose authority may hold a password, for a shape.
    Url(usize),
    Name,
}

/// Looks for secrets in files. Made once, used for all of them, from any thread.
#[derive(Debug)]
pub struct Scanner {
    /// `None` only when it cannot be built, which tests would show.
    automaton: Option<AhoCorasick>,
    owners: Vec<Owner>,
    shapes: Vec<Prepared>,
    /// Shapes of users' rules that have no keyword: tried on every file as a whole.
    unguarded: Vec<usize>,
    judge: Judge,
    limits: Limits,
}

impl Default for Scanner {
    fn default() -> Self {
        Self::new(Vec::new(), Limits::default())
    }
}

impl Scanner {
    /// A scanner that knows the built-in shapes and names, and users' own rules.
    #[must_use]
    pub fn new(own: Vec<OwnRule>, limits: Limits) -> Self {
        let own = own.into_iter().map(|rule| Prepared::new(Shape::Own(rule)));
        let shapes: Vec<Prepared> = Prepared::built_in().chain(own).collect();
        let judge = Judge::new();
        let (mut words, mut owners, mut unguarded) = (Vec::<String>::new(), Vec::new(), Vec::new());
        for (index, shape) in shapes.iter().enumerate() {
            let keywords = shape.keywords();
            if keywords.is_empty() {
                unguarded.push(index);
            }
            for word in keywords {
                owners.push(if word == "://" { Owner::Url(index) } else { Owner::Shape(index) });
                words.push(word);
            }
        }
        for word in pairs::NAME_WORDS.iter().copied().chain(Judge::provider_words()) {
            owners.push(Owner::Name);
            words.push(word.to_owned());
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&words)
            .ok();
        Self { automaton, owners, shapes, unguarded, judge, limits }
    }

    /// The secrets in a file, in order of place; `path` says what kind of file it is.
    ///
    /// Nothing is found in what is no text. The work grows with the length of the file only.
    #[must_use]
    pub fn scan(&self, path: &str, bytes: &[u8]) -> Vec<Found> {
        self.scan_counted(path, bytes).0
    }

    /// Like [`Self::scan`]; also whether there are more secrets than [`Limits::found`], which are not
    /// told.
    #[must_use]
    pub fn scan_counted(&self, path: &str, bytes: &[u8]) -> (Vec<Found>, bool) {
        if formats::is_key_store(path) {
            return (vec![formats::key_store(path, bytes)], false);
        }
        if bytes.is_empty() || is_binary(bytes) {
            return (Vec::new(), false);
        }
        let bytes = bytes.get(..bytes.len().min(self.limits.bytes)).unwrap_or(bytes);
        let is_wide = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
        let text: Cow<'_, [u8]> = match source_text::decode(bytes) {
            Ok(text) if is_wide => Cow::Owned(text.into_bytes()),
            _ => Cow::Borrowed(bytes),
        };
        let mut search = Search::new(self, path, &text);
        search.run();
        search.finish()
    }
}

/// A candidate, before overlaps are settled.
#[derive(Debug)]
struct Candidate {
    range: Range<usize>,
    found: Named,
    preview: String,
    /// Of two at one place the one of the higher rank stays.
    rank: u8,
    name: SmolStr,
}

struct Search<'a> {
    scanner: &'a Scanner,
    path: &'a str,
    kind: FileKind,
    text: &'a [u8],
    /// By shape: end of what was already tried.
    tried: Vec<usize>,
    /// End of the last name that was looked at.
    named: usize,
    candidates: Vec<Candidate>,
    /// Documents whose values are encrypted: names say nothing there.
    encrypted: Vec<Range<usize>>,
}

impl<'a> Search<'a> {
    fn new(scanner: &'a Scanner, path: &'a str, text: &'a [u8]) -> Self {
        let kind = FileKind::of(path);
        let encrypted = formats::encrypted(path, text);
        let (tried, candidates) = (Vec::new(), Vec::new());
        Self { scanner, path, kind, text, tried, named: 0, candidates, encrypted }
    }

    fn run(&mut self) {
        let Some(automaton) = &self.scanner.automaton else { return };
        for hit in automaton.find_overlapping_iter(self.text) {
            if self.candidates.len() > 4 * self.scanner.limits.found {
                break;
            }
            match self.scanner.owners.get(hit.pattern().as_usize()) {
                Some(Owner::Name) => self.name(&hit.range()),
                Some(Owner::Shape(index)) => self.shape(*index, &hit.range()),
                Some(Owner::Url(index)) if has_login(self.text, hit.end()) => {
                    self.shape(*index, &hit.range());
                }
                Some(Owner::Url(_)) | None => {}
            }
        }
        for index in &self.scanner.unguarded {
            self.try_part(*index, 0..self.text.len());
        }
        if self.kind != FileKind::Generated {
            let of_format = formats::pairs(self.path, self.text);
            for pair in of_format.iter().chain(&nested::pairs(self.path, self.text)) {
                self.pair(pair);
            }
        }
    }

    fn shape(&mut self, index: usize, hit: &Range<usize>) {
        let Some(shape) = self.scanner.shapes.get(index) else { return };
        let Some(window) = shape.window(self.text, hit) else { return };
        if self.tried.is_empty() {
            self.tried.resize(self.scanner.shapes.len(), 0);
        }
        // Windows of one shape overlap where its keyword is dense: no byte is tried twice, save the
        // few in which a token may have begun.
        let Some(tried) = self.tried.get_mut(index) else { return };
        if hit.end <= *tried && window.end <= *tried {
            return;
        }
        *tried = window.end;
        self.try_part(index, window);
    }

    fn try_part(&mut self, index: usize, part: Range<usize>) {
        let Some(shape) = self.scanner.shapes.get(index) else { return };
        let Some(text) = self.text.get(part.clone()) else { return };
        let mut ranges = Vec::new();
        shape.find(text, &mut ranges);
        for range in ranges {
            let range = range.start + part.start..range.end + part.start;
            let Some(secret) = self.secret(&range) else { continue };
            if !shape.is_secret(secret) || (shape.is_login() && is_shown_login(self.text, &range)) {
                continue;
            }
            let found = Named {
                kind: shape.kind().into(),
                title: shape.title().into(),
                certainty: Certainty::Certain,
            };
            let preview = shape.preview(secret);
            let rank = if matches!(shape.shape, Shape::Own(_)) { 3 } else { 2 };
            self.candidates.push(Candidate {
                range,
                found,
                preview,
                rank,
                name: SmolStr::default(),
            });
        }
    }

    /// A text of a range, without quotes round it.
    fn secret(&self, range: &Range<usize>) -> Option<&'a str> {
        std::str::from_utf8(self.text.get(range.clone())?).ok()
    }

    fn name(&mut self, hit: &Range<usize>) {
        if hit.start < self.named || self.kind == FileKind::Generated {
            return;
        }
        let (end, pair) = pairs::pair_at(self.text, hit, self.kind);
        self.named = end;
        if let Some(pair) = pair {
            self.pair(&pair);
        }
    }

    fn pair(&mut self, pair: &Pair) {
        let (Some(name), Some(value)) = (self.secret(&pair.name), self.secret(&pair.value)) else {
            return;
        };
        if self.encrypted.iter().any(|it| it.contains(&pair.value.start)) {
            return;
        }
        let before = self.line_before(pair.name.start);
        let Some(found) = self.scanner.judge.judge(self.kind, name, value, before, pair) else {
            return;
        };
        let preview = secret_patterns::preview(&found.kind, value);
        let rank = u8::from(found.certainty == Certainty::Certain);
        let range = pair.value.clone();
        self.candidates.push(Candidate { range, found, preview, rank, name: name.into() });
    }

    /// What stands on the line before a place, at most eighty bytes.
    fn line_before(&self, at: usize) -> &'a str {
        let head = self.text.get(at.saturating_sub(80)..at).unwrap_or_default();
        let start = memchr::memrchr(b'\n', head).map_or(0, |end| end + 1);
        std::str::from_utf8(head.get(start..).unwrap_or_default()).unwrap_or_default()
    }

    fn finish(mut self) -> (Vec<Found>, bool) {
        let most = self.scanner.limits.found;
        let is_full = self.candidates.len() > 4 * most;
        // At one place the surer says more, then the longer; the order of detectors settles the rest.
        self.candidates
            .sort_by_key(|it| (u8::MAX - it.rank, usize::MAX - it.range.len(), it.range.start));
        let mut taken: BTreeSet<(usize, usize)> = BTreeSet::new();
        let mut kept: Vec<Candidate> = Vec::new();
        for candidate in self.candidates {
            let (start, end) = (candidate.range.start, candidate.range.end);
            let before = taken.range(..(end.max(start + 1), 0)).next_back();
            if before.is_some_and(|(_, known)| *known > start) {
                continue;
            }
            taken.insert((start, end));
            kept.push(candidate);
        }
        kept.sort_by_key(|it| it.range.start);
        let is_cut = is_full || kept.len() > most;
        kept.truncate(most);
        let mut lines = Lines { text: self.text, at: 0, line: 1, start: 0 };
        (kept.into_iter().map(|it| told(it, self.text, &mut lines)).collect(), is_cut)
    }
}

fn told(candidate: Candidate, text: &[u8], lines: &mut Lines<'_>) -> Found {
    let Candidate { range, found, preview, name, .. } = candidate;
    let secret = text.get(range.clone()).unwrap_or_default();
    let secret = String::from_utf8_lossy(secret);
    let (line, column) = lines.place(range.start);
    let checked = check(&secret);
    // A token whose checksum fails was made up or cut: it may still be one, but it is not sure.
    let certainty = if checked == Checked::Fails { Certainty::Likely } else { found.certainty };
    let hash = hash(&secret);
    let allowed = allowed(text, range.start);
    let Named { kind, title, .. } = found;
    Found { kind, title, name, range, line, column, preview, hash, certainty, checked, allowed }
}

/// Lines of a text, asked for in order.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
    start: usize,
}

impl Lines<'_> {
    fn place(&mut self, at: usize) -> (u32, u32) {
        let between = self.text.get(self.at..at).unwrap_or_default();
        for end in memchr::memchr_iter(b'\n', between) {
            self.line = self.line.saturating_add(1);
            self.start = self.at + end + 1;
        }
        self.at = at;
        (self.line, u32::try_from(at.saturating_sub(self.start) + 1).unwrap_or(u32::MAX))
    }
}

/// Whether the authority of a URL, which begins at `at`, has a name with a password before its host.
fn has_login(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..text.len().min(at + 256)).unwrap_or_default();
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'<' | b'/');
    let end = rest.iter().position(ends).unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or_default();
    let Some(login) = memchr::memrchr(b'@', authority) else { return false };
    memchr::memchr(b':', authority.get(..login).unwrap_or_default()).is_some()
}
