//! Masks secrets and personal data in lines of a log and in answers.
//!
//! One pass over a line looks for all texts that announce something (an at sign, `password`,
//! `AKIA`, `://`), a second for numbers; what they announce is then checked by its own rules (Luhn,
//! modulo 97, issuers, grammar). A mask keeps the kind and hides the rest, the length too:
//! `[card]`, `[secret:jwt]`. JSON stays JSON: a text stays a text, a number becomes one.

#![deny(clippy::disallowed_methods)]

mod bytes;
mod checks;
mod container;
mod context;
mod email;
mod fields;
mod ids;
mod json;
mod kind;
mod named;
mod numbers;
mod open_end;
mod paths;
mod phone;
mod sequence;
mod shapes;
mod triggers;
mod value;

use std::ops::Range;

pub use kind::{Counts, Kind};

use bytes::{part, skip, skip_back};
use context::Contexts;
use fields::Fields;
use triggers::{Trigger, Triggers};
use value::Quote;

/// What is masked in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) range: Range<usize>,
    pub(crate) kind: Kind,
    /// Quotes that the mask needs, where it stands for a value without them.
    pub(crate) quote: Option<Quote>,
    /// The byte before it opens a text.
    pub(crate) is_quoted: bool,
    /// A list or object that goes on in the lines that follow.
    pub(crate) is_open: bool,
}

impl Hit {
    pub(crate) fn new(range: Range<usize>, kind: Kind) -> Self {
        Self { range, kind, quote: None, is_quoted: false, is_open: false }
    }
}

/// Finds and masks. Made once; its memory does not grow with what it masks.
#[derive(Debug)]
pub struct Masker {
    triggers: Triggers,
    fields: Fields,
}

/// What goes on from one line of a stream to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Carry {
    /// Nothing.
    #[default]
    None,
    /// Lines of a private key, which ends with `-----END`, and how many there were.
    PrivateKey(u32),
    /// Lines of a list or object whose every value is masked, up to its end.
    Container {
        /// Brackets that are open.
        depth: u32,
        /// What its values are.
        kind: Kind,
        /// How many lines there were.
        lines: u32,
    },
}

/// Lines of the longest private key there is, with room: RSA of 16,384 bits has 200.
const MAX_KEY_LINES: u32 = 400;

impl Masker {
    /// A masker for these fields of JSON besides what is masked everywhere: names in any letter
    /// case, `_` and `-` written or not (`card_holder`, `cardHolder`), or paths from the root
    /// (`user.address.street`, `items[*].note`).
    #[must_use]
    pub fn new(fields: &[String]) -> Self {
        Self {
            triggers: Triggers::new(fields),
            fields: Fields::new(fields.iter().map(String::as_str)),
        }
    }

    /// Appends the line to `out` with what is secret or personal masked, and counts it.
    ///
    /// When nothing is masked the counts are empty and `out` is left as it was: the line itself is
    /// the answer. The line may be anything, a whole document too; a line end in it ends values
    /// without quotes only.
    pub fn mask(&self, line: &[u8], out: &mut Vec<u8>) -> Counts {
        self.mask_next(&mut Carry::None, line, out)
    }

    /// As [`Self::mask`], for the next line of a stream: a private key that began in an earlier
    /// line is masked until it ends.
    pub fn mask_next(&self, carry: &mut Carry, line: &[u8], out: &mut Vec<u8>) -> Counts {
        let mut counts = Counts::default();
        self.mask_telling(carry, line, out, &mut |kind| counts.count(kind));
        counts
    }

    /// As [`Self::mask_next`], and tells the kind of each thing that is masked, in order of place.
    pub fn mask_telling(
        &self,
        carry: &mut Carry,
        line: &[u8],
        out: &mut Vec<u8>,
        tell: &mut dyn FnMut(Kind),
    ) {
        let hits = self.hits(carry, line);
        if !hits.is_empty() {
            write_masked(line, &hits, 0..line.len(), out, tell);
        }
    }

    /// Appends one part of a line, masked with the knowledge of all of it.
    ///
    /// For lines that are written while they are still being read: what was written is left out,
    /// what may be half a secret waits, see [`Self::open_end`]. Unlike [`Self::mask`] it always
    /// writes. What began before the part is masked, and not counted again.
    pub fn mask_part(
        &self,
        carry: &mut Carry,
        line: &[u8],
        wanted: Range<usize>,
        out: &mut Vec<u8>,
    ) -> Counts {
        let mut counts = Counts::default();
        let hits = self.hits(carry, line);
        write_masked(line, &hits, wanted, out, &mut |kind| counts.count(kind));
        counts
    }

    /// Place from which on a line that goes on may be in the middle of a secret, or right before
    /// one. What stands before it is masked for good.
    #[must_use]
    pub fn open_end(&self, mut carry: Carry, line: &[u8]) -> usize {
        let hits = self.hits(&mut carry, line);
        open_end::open_end(line, &hits)
    }

    /// All that is to be masked, in order of place.
    fn hits(&self, carry: &mut Carry, line: &[u8]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let from = match *carry {
            Carry::None => 0,
            Carry::PrivateKey(lines) => continue_key(carry, lines, line, &mut hits),
            Carry::Container { .. } => container::go_on(carry, line, &mut hits),
        };
        self.find(line, from, carry, &mut hits);
        hits.sort_by_key(|hit| (hit.range.start, std::cmp::Reverse(hit.range.end)));
        json::keep_within_texts(line, &mut hits);
        hits
    }

    /// Finds what is to be masked from a place on.
    fn find(&self, line: &[u8], from: usize, carry: &mut Carry, hits: &mut Vec<Hit>) {
        let mut contexts = Contexts::default();
        let mut wanted = [0_u64; 2];
        let mut name_end = usize::MAX;
        let mut signs = Vec::new();
        let mut has_aws_key = false;
        // Up to here everything is masked already, so names in it need not be looked at.
        let mut masked_to = 0;
        let mut url_ends = Vec::new();
        for (range, trigger) in self.triggers.find(line) {
            let is_read = matches!(trigger, Trigger::Name | Trigger::PrivateKey);
            if range.start < from || (is_read && range.start < masked_to) {
                continue;
            }
            let hit = |range, kind| Some(Hit::new(range, Kind::Secret(kind)));
            let found = match trigger {
                Trigger::Detector(index) => {
                    if let Some(word) = wanted.get_mut(index / 64) {
                        *word |= 1 << (index % 64);
                    }
                    None
                }
                Trigger::Name => named::named(line, &range, &self.fields, &mut name_end),
                Trigger::Context(context) => {
                    contexts.add(line, range.start, range.end, context);
                    None
                }
                Trigger::Url => shapes::url_password(line, range.start)
                    .and_then(|range| hit(range, "url-password")),
                Trigger::Bearer => {
                    shapes::bearer(line, range.end).and_then(|range| hit(range, "bearer-token"))
                }
                Trigger::Basic => {
                    shapes::basic(line, range.end).and_then(|range| hit(range, "basic-credentials"))
                }
                Trigger::AwsKey => {
                    let key = shapes::aws_key(line, range.start);
                    has_aws_key |= key.is_some();
                    key.and_then(|range| hit(range, "aws-access-key"))
                }
                Trigger::Jwt => shapes::jwt(line, range.start).and_then(|range| hit(range, "jwt")),
                Trigger::PrivateKey => private_key(line, &range, carry),
                Trigger::At => {
                    signs.push(range);
                    None
                }
            };
            if let Some(hit) = &found {
                if matches!(trigger, Trigger::Url) {
                    url_ends.push(hit.range.end);
                }
                if is_read {
                    // In JSON a quote may yet turn out to be the end of the text.
                    let masked = part(line, hit.range.clone());
                    let sure = memchr::memchr(b'"', masked).unwrap_or(masked.len());
                    masked_to = masked_to.max(hit.range.start + sure);
                }
            }
            if let Some(hit) = found.as_ref().filter(|hit| hit.is_open) {
                container::begin(carry, line, hit, hits);
                masked_to = line.len();
                continue;
            }
            hits.extend(found);
        }
        if has_aws_key {
            let secret = |range| Hit::new(range, Kind::Secret("aws-secret-key"));
            hits.extend(shapes::aws_secrets(part(line, 0..line.len())).map(secret));
        }
        for sign in signs {
            // The `@` of a URL parts its password from the host.
            let is_of_url = url_ends.binary_search(&sign.start).is_ok();
            let found = if is_of_url { None } else { email::email(line, sign) };
            hits.extend(found.map(|range| Hit::new(range, Kind::Email)));
        }
        self.find_detectors(line, wanted, hits);
        numbers::numbers(line, from, &contexts, hits);
        if !self.fields.paths.is_empty() {
            paths::find(line, &self.fields.paths, hits);
        }
    }

    fn find_detectors(&self, line: &[u8], wanted: [u64; 2], hits: &mut Vec<Hit>) {
        for (half, mut bits) in wanted.into_iter().enumerate() {
            while bits != 0 {
                let index = half * 64 + usize::try_from(bits.trailing_zeros()).unwrap_or_default();
                bits &= bits - 1;
                let Some(detector) = self.triggers.detector(index) else { continue };
                detector.find_shapes(line, &mut |range| {
                    hits.push(Hit::new(range, Kind::Secret(detector.kind)));
                });
            }
        }
    }
}

/// Masks the lines of a key; gives the place from which on the line is looked at as usual.
fn continue_key(carry: &mut Carry, lines: u32, line: &[u8], hits: &mut Vec<Hit>) -> usize {
    let start = skip(line, 0, |byte| byte.is_ascii_whitespace());
    let text = line.trim_ascii();
    let (end, is_over) = match shapes::private_key_end(line, 0) {
        Some(end) => (end, true),
        None => (start + text.len(), false),
    };
    // `Proc-Type: 4,ENCRYPTED` and `DEK-Info: …` stand in front of the body of old formats.
    let is_header = text.starts_with(b"Proc-Type:")
        || text.starts_with(b"DEK-Info:")
        || text.starts_with(b"Version:")
        || text.starts_with(b"Comment:");
    let is_body = part(line, start..end).iter().all(|byte| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'+' | b'/' | b'=' | b'\\' | b',' | b'"' | b'\'')
    });
    if !(is_body || is_header) || lines >= MAX_KEY_LINES {
        *carry = Carry::None;
        return 0;
    }
    *carry = if is_over { Carry::None } else { Carry::PrivateKey(lines + 1) };
    if end > start && !is_header {
        hits.push(Hit::new(start..end, Kind::Secret("private-key")));
    }
    end
}

/// The body of a private key that begins in this line.
fn private_key(line: &[u8], word: &Range<usize>, carry: &mut Carry) -> Option<Hit> {
    let body = shapes::private_key_body(line, word)?;
    let end = shapes::private_key_end(line, body).unwrap_or_else(|| {
        // A key in a text of JSON ends with it at the latest.
        let end = skip(line, body, |byte| byte != b'"');
        if end == line.len() {
            *carry = Carry::PrivateKey(0);
        }
        // The quote may be that of a text in a text.
        skip_back(line, end, end - body, |byte| byte == b'\\')
    });
    let is_empty =
        part(line, body..end).iter().filter(|byte| byte.is_ascii_alphanumeric()).count() < 8;
    (!is_empty).then(|| Hit::new(body..end, Kind::Secret("private-key")))
}

/// Writes a part of the line with the hits, in order of their place, masked. Those that overlap
/// become one.
fn write_masked(
    line: &[u8],
    hits: &[Hit],
    wanted: Range<usize>,
    out: &mut Vec<u8>,
    tell: &mut dyn FnMut(Kind),
) {
    let mut written = wanted.start;
    let mut rest = hits.iter().peekable();
    let mut texts = json::Texts::default();
    while let Some(hit) = rest.next() {
        let mut end = hit.range.end;
        while let Some(next) = rest.next_if(|next| next.range.start < end) {
            end = end.max(next.range.end);
        }
        let range = hit.range.start..end;
        let quote = hit.quote.or_else(|| json::needs_quote(line, &range, &mut texts));
        if end <= wanted.start || range.start >= wanted.end {
            continue;
        }
        out.extend_from_slice(part(line, written..range.start.max(written)));
        if let Some(quote) = quote {
            quote.write(out);
        }
        hit.kind.write_mask(out);
        if let Some(quote) = quote {
            quote.write(out);
        }
        if range.start >= wanted.start {
            tell(hit.kind);
        }
        written = end;
    }
    out.extend_from_slice(part(line, written.min(wanted.end)..wanted.end));
}
