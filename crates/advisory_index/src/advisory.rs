//! What the index tells of an advisory, borrowed from its bytes.

use package_version::Version;

use crate::{
    codec::{Reader, Writer},
    exploitation::{Entry, Epss, Exploited},
    interval::{End, Interval, covers},
    record::{AffectedPackage, OwnedEnd, Record},
};

/// An advisory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advisory<'a> {
    /// The id in its database: `GHSA-…`, `PYSEC-…`, `GO-…`, `MAL-…`.
    pub id: &'a str,
    /// When it was changed last, as written (RFC 3339).
    pub modified: &'a str,
    /// When it was published, as written; may be empty.
    pub published: &'a str,
    /// Other names of the same flaw.
    pub aliases: Vec<&'a str>,
    /// Advisories about something near.
    pub related: Vec<&'a str>,
    /// Advisories that this one repeats for a package of its own.
    pub upstream: Vec<&'a str>,
    /// Weaknesses: `CWE-79`.
    pub cwe: Vec<&'a str>,
    /// The vector of CVSS that gave the score.
    pub vector: Option<&'a str>,
    /// The score of the vector.
    pub score: Option<cvss::Score>,
    /// The rating of the score, else the word of the database; `None` when the advisory tells neither.
    pub rating: Option<cvss::Rating>,
    /// Why it is no vulnerability: `unmaintained`, `unsound`, `notice` (`RustSec`).
    pub informational: Option<&'a str>,
    /// One line about it; may be empty.
    pub summary: &'a str,
    /// How likely it is to be exploited; `None` when the index has no score for it.
    pub epss: Option<Epss>,
    /// Since when it is known to be exploited; `None` when the index has no list that names it.
    pub exploited: Option<Exploited<'a>>,
    /// Where its details and references lie: bytes from the start of the texts.
    pub(crate) text: u64,
}

impl Advisory<'_> {
    /// Whether the package itself is malicious, not flawed: a record of ossf/malicious-packages.
    #[must_use]
    pub fn is_malware(&self) -> bool {
        self.id.starts_with("MAL-")
    }
}

/// Something in a package that is affected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbol<'a> {
    /// Go: the import path of the package; empty for Rust.
    pub package: &'a str,
    /// Go: `Type.Method` or `Function`, empty for all of the package; Rust: the path of the function.
    pub name: &'a str,
}

/// What an advisory says of one package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected<'a> {
    /// The advisory.
    pub advisory: Advisory<'a>,
    /// Affected versions as intervals.
    pub intervals: Vec<Interval<'a>>,
    /// Affected versions that no interval holds.
    pub versions: Vec<&'a str>,
    /// Whether it names commits alone, so that no version can be judged.
    pub commits_only: bool,
    /// What in the package is affected; empty when the advisory does not tell.
    pub symbols: Vec<Symbol<'a>>,
}

impl Affected<'_> {
    /// Whether a version is affected.
    #[must_use]
    pub fn covers(&self, version: &Version) -> bool {
        covers(&self.intervals, &self.versions, version)
    }
}

/// Ratings by number; 0 is none known.
const RATINGS: [cvss::Rating; 5] = [
    cvss::Rating::None,
    cvss::Rating::Low,
    cvss::Rating::Medium,
    cvss::Rating::High,
    cvss::Rating::Critical,
];

/// What stands for "no score"; scores end at 100.
const NO_SCORE: u64 = 255;

/// Writes the advisory of a record, whose texts lie at `text`.
pub(crate) fn write_advisory(
    record: &Record,
    text: u64,
    (epss, exploited): (Option<Epss>, Option<&Entry>),
) -> Vec<u8> {
    let mut to = Writer::default();
    for field in [&record.id, &record.modified, &record.published, &record.summary] {
        to.text(field);
    }
    for list in [&record.aliases, &record.related, &record.upstream, &record.cwe] {
        to.texts(list);
    }
    to.text(record.vector.as_deref().unwrap_or_default());
    to.number(record.score.map_or(NO_SCORE, u64::from));
    let rating = RATINGS.iter().position(|known| Some(*known) == record.rating);
    to.count(rating.map_or(0, |at| at + 1));
    to.text(record.informational.as_deref().unwrap_or_default());
    to.number(text);
    to.number(u64::from(epss.is_some()) | u64::from(exploited.is_some()) << 1);
    if let Some(score) = epss {
        to.number(score.probability.into());
        to.number(score.percentile.into());
    }
    if let Some(entry) = exploited {
        to.text(&entry.added);
        to.text(&entry.due);
        to.number(entry.ransomware.into());
    }
    to.0
}

/// Reads what [`write_advisory`] writes.
pub(crate) fn read_advisory<'a>(from: &mut Reader<'a>) -> Option<Advisory<'a>> {
    let [id, modified, published, summary] =
        [from.text()?, from.text()?, from.text()?, from.text()?];
    let [aliases, related, upstream, cwe] =
        [from.texts()?, from.texts()?, from.texts()?, from.texts()?];
    let vector = Some(from.text()?).filter(|text| !text.is_empty());
    let score = match from.number()? {
        NO_SCORE => None,
        tenths => {
            Some(cvss::Score::from_tenths(u8::try_from(tenths).ok().filter(|it| *it <= 100)?))
        }
    };
    let word = match usize::try_from(from.number()?).ok()? {
        0 => None,
        number => Some(*RATINGS.get(number - 1)?),
    };
    let informational = Some(from.text()?).filter(|text| !text.is_empty());
    let text = from.number()?;
    let lists = from.number()?;
    let mut epss = None;
    if lists & 1 == 1 {
        let mut share = || u32::try_from(from.number()?).ok();
        epss = Some(Epss { probability: share()?, percentile: share()? });
    }
    let mut exploited = None;
    if lists & 2 == 2 {
        let (added, due) = (from.text()?, from.text()?);
        exploited = Some(Exploited { added, due, ransomware: from.number()? != 0 });
    }
    let rating = score.map(cvss::Score::rating).or(word);
    Some(Advisory {
        id,
        modified,
        published,
        aliases,
        related,
        upstream,
        cwe,
        vector,
        score,
        rating,
        informational,
        summary,
        epss,
        exploited,
        text,
    })
}

/// Writes what a record says of a package.
pub(crate) fn write_affected(affected: &AffectedPackage, to: &mut Writer) {
    to.count(affected.intervals.len());
    for (from, end) in &affected.intervals {
        let (kind, end) = match end {
            OwnedEnd::Open => (0, None),
            OwnedEnd::Fixed(text) => (1, Some(text)),
            OwnedEnd::Last(text) => (2, Some(text)),
            OwnedEnd::Limit(text) => (3, Some(text)),
        };
        to.number(kind * 2 + u64::from(from.is_some()));
        for text in from.iter().chain(end) {
            to.text(text);
        }
    }
    to.texts(&affected.versions);
    to.number(u64::from(affected.commits_only));
    to.count(affected.symbols.len());
    for (package, name) in &affected.symbols {
        to.text(package);
        to.text(name);
    }
}

/// Reads what [`write_affected`] writes, of an advisory.
pub(crate) fn read_affected<'a>(
    from: &mut Reader<'a>,
    advisory: Advisory<'a>,
) -> Option<Affected<'a>> {
    let count = from.count()?;
    let mut intervals = Vec::with_capacity(count.min(64));
    for _ in 0..count {
        let kind = from.number()?;
        let start = if kind % 2 == 1 { Some(from.text()?) } else { None };
        let end = match kind / 2 {
            0 => End::Open,
            1 => End::Fixed(from.text()?),
            2 => End::Last(from.text()?),
            3 => End::Limit(from.text()?),
            _ => return None,
        };
        intervals.push(Interval { from: start, end });
    }
    let versions = from.texts()?;
    let commits_only = from.number()? != 0;
    let symbols = from.count()?;
    let symbols: Option<Vec<Symbol<'a>>> =
        (0..symbols).map(|_| Some(Symbol { package: from.text()?, name: from.text()? })).collect();
    Some(Affected { advisory, intervals, versions, commits_only, symbols: symbols? })
}
