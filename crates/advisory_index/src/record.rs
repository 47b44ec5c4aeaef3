//! One record of OSV, as much of it as matching and reporting need.

use component::lookup_name;
use package_version::{Ecosystem, Version};
use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use crate::interval::{End, Event, covers, intervals_of};

/// Bytes of the largest record that is read; the largest known one has 3 MB.
const LARGEST: usize = 32 << 20;
/// Bytes of a summary that are kept.
const SUMMARY: usize = 400;
/// Bytes of details that are kept.
const DETAILS: usize = 64 << 10;
/// References that are kept.
const REFERENCES: usize = 32;

/// Why a text is no record.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecordError {
    /// The record is larger than is read.
    #[error("the record has {length} bytes; at most {LARGEST} are read")]
    TooLarge {
        /// Its bytes.
        length: usize,
    },
    /// The text is not JSON, or a field has another type than osv-schema gives it.
    #[error("line {line}, column {column}: {message}")]
    NotOsv {
        /// Line from 1.
        line: usize,
        /// Column from 1.
        column: usize,
        /// What the parser says.
        message: String,
    },
    /// The record has no id.
    #[error("the record has no `id`")]
    NoId,
    /// The record follows another major version of the schema.
    #[error("the record follows version {0} of osv-schema; versions 1.x are known")]
    Schema(String),
}

/// A record of OSV.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    pub(crate) id: String,
    pub(crate) modified: String,
    pub(crate) published: String,
    pub(crate) withdrawn: bool,
    pub(crate) aliases: Vec<String>,
    pub(crate) related: Vec<String>,
    pub(crate) upstream: Vec<String>,
    pub(crate) vector: Option<String>,
    /// Tenths of the score of `vector`.
    pub(crate) score: Option<u8>,
    /// The word of the database, when there is no vector.
    pub(crate) rating: Option<cvss::Rating>,
    pub(crate) informational: Option<String>,
    pub(crate) cwe: Vec<String>,
    pub(crate) summary: String,
    pub(crate) details: String,
    pub(crate) references: Vec<String>,
    pub(crate) affected: Vec<AffectedPackage>,
    /// Packages of ecosystems that are not known.
    pub(crate) outside: usize,
    /// Vectors of CVSS that could not be scored.
    pub(crate) odd_vectors: usize,
}

/// What a record says of one package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AffectedPackage {
    pub(crate) ecosystem: Ecosystem,
    /// Normalised.
    pub(crate) name: String,
    /// The first version and the end of each interval.
    pub(crate) intervals: Vec<(Option<String>, OwnedEnd)>,
    /// Versions that no interval holds.
    pub(crate) versions: Vec<String>,
    /// Only commits are named: no version can be judged.
    pub(crate) commits_only: bool,
    pub(crate) symbols: Vec<(String, String)>,
}

/// [`End`] with its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OwnedEnd {
    Open,
    Fixed(String),
    Last(String),
    Limit(String),
}

impl From<End<'_>> for OwnedEnd {
    fn from(end: End<'_>) -> Self {
        match end {
            End::Open => Self::Open,
            End::Fixed(text) => Self::Fixed(text.to_owned()),
            End::Last(text) => Self::Last(text.to_owned()),
            End::Limit(text) => Self::Limit(text.to_owned()),
        }
    }
}

impl Record {
    /// Reads a record from JSON.
    ///
    /// # Errors
    /// [`RecordError`] when it is not JSON, has no id or follows a schema that is not known.
    pub fn read(json: &[u8]) -> Result<Self, RecordError> {
        if json.len() > LARGEST {
            return Err(RecordError::TooLarge { length: json.len() });
        }
        let raw: Raw = serde_json::from_slice(json).map_err(|error| RecordError::NotOsv {
            line: error.line(),
            column: error.column(),
            message: error.to_string(),
        })?;
        let Some(id) = raw.id.as_ref().map(|id| id.trim()).filter(|id| !id.is_empty()) else {
            return Err(RecordError::NoId);
        };
        if let Some(schema) = raw.schema_version.as_ref().filter(|it| !it.starts_with("1.")) {
            return Err(RecordError::Schema(schema.clone()));
        }
        let mut record = Self { id: id.to_owned(), ..Self::default() };
        record.take(raw);
        Ok(record)
    }

    /// The id of the record.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    fn take(&mut self, raw: Raw) {
        self.modified = raw.modified.unwrap_or_default();
        self.published = raw.published.unwrap_or_default();
        self.withdrawn = raw.withdrawn.is_some_and(|at| !at.is_empty());
        self.aliases = raw.aliases.unwrap_or_default();
        self.related = raw.related.unwrap_or_default();
        self.upstream = raw.upstream.unwrap_or_default();
        self.summary = cut(raw.summary.unwrap_or_default().trim(), SUMMARY);
        self.details = cut(&raw.details.unwrap_or_default(), DETAILS);
        let references = raw.references.unwrap_or_default();
        self.references =
            references.into_iter().filter_map(|reference| reference.url).take(REFERENCES).collect();
        let specific = raw.database_specific.unwrap_or_default();
        self.rating = specific.get("severity").and_then(Value::as_str).and_then(cvss::Rating::of);
        self.cwe = strings(specific.get("cwe_ids"));
        let mut severities = raw.severity.unwrap_or_default();
        for affected in raw.affected.unwrap_or_default() {
            severities.extend(affected.severity.clone().unwrap_or_default());
            let specific = affected.database_specific.as_ref();
            let word = |name| specific.and_then(|it| it.get(name)).and_then(Value::as_str);
            self.informational =
                self.informational.take().or(word("informational").map(str::to_owned));
            self.rating = self.rating.or_else(|| word("severity").and_then(cvss::Rating::of));
            match read_affected(&affected) {
                Some(affected) => self.affected.push(affected),
                None => self.outside += 1,
            }
        }
        self.choose_score(&severities);
    }

    /// The newest version of CVSS counts; of one version the highest score.
    fn choose_score(&mut self, severities: &[RawSeverity]) {
        let mut best = None;
        for severity in severities {
            let (Some(kind), Some(vector)) = (&severity.kind, &severity.score) else { continue };
            if !kind.starts_with("CVSS_V") {
                self.rating = self.rating.or_else(|| cvss::Rating::of(vector));
                continue;
            }
            match cvss::score(vector) {
                Ok(score) => best = best.max(Some((kind.as_str(), score, vector.as_str()))),
                Err(_) => self.odd_vectors += 1,
            }
        }
        if let Some((_, score, vector)) = best {
            self.vector = Some(vector.to_owned());
            self.score = Some(score.tenths());
        }
    }
}

/// What a record says of a package; `None` when its ecosystem is not known.
fn read_affected(raw: &RawAffected) -> Option<AffectedPackage> {
    let package = raw.package.as_ref()?;
    let ecosystem = Ecosystem::of(package.ecosystem.as_deref()?)?;
    let name = lookup_name(ecosystem, package.name.as_deref()?.trim());
    let ranges = raw.ranges.as_deref().unwrap_or_default();
    let mut intervals = Vec::new();
    for range in ranges.iter().filter(|range| range.kind.as_deref() != Some("GIT")) {
        let events: Vec<Event<'_>> =
            range.events.iter().flatten().flat_map(RawEvent::events).collect();
        intervals.extend(intervals_of(ecosystem, &events));
    }
    // What the intervals hold need not be listed once more: half of all the bytes.
    let listed = raw.versions.as_deref().unwrap_or_default();
    let versions: Vec<String> = listed
        .iter()
        .filter(|text| !covers(&intervals, &[], &Version::parse(ecosystem, text)))
        .cloned()
        .collect();
    Some(AffectedPackage {
        ecosystem,
        name,
        commits_only: intervals.is_empty() && listed.is_empty() && !ranges.is_empty(),
        intervals: intervals
            .into_iter()
            .map(|interval| (interval.from.map(str::to_owned), interval.end.into()))
            .collect(),
        versions,
        symbols: raw.ecosystem_specific.as_ref().map(read_symbols).unwrap_or_default(),
    })
}

/// The symbols that are affected, each with the path of its package.
///
/// Go names `imports` (path and symbols; none is the whole package), Rust `affects.functions`.
fn read_symbols(specific: &Value) -> Vec<(String, String)> {
    let mut symbols = Vec::new();
    for import in specific.get("imports").and_then(Value::as_array).into_iter().flatten() {
        let Some(path) = import.get("path").and_then(Value::as_str) else { continue };
        let names = strings(import.get("symbols"));
        if names.is_empty() {
            symbols.push((path.to_owned(), String::new()));
        }
        symbols.extend(names.into_iter().map(|name| (path.to_owned(), name)));
    }
    let functions = specific.get("affects").and_then(|affects| affects.get("functions"));
    let names = strings(functions).into_iter().chain(strings(specific.get("affected_functions")));
    symbols.extend(names.map(|name| (String::new(), name)));
    symbols
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The first `most` bytes of a text, whole characters.
fn cut(text: &str, most: usize) -> String {
    text.get(..text.floor_char_boundary(most)).unwrap_or_default().to_owned()
}

#[derive(Debug, Deserialize)]
struct Raw {
    schema_version: Option<String>,
    id: Option<String>,
    modified: Option<String>,
    published: Option<String>,
    withdrawn: Option<String>,
    aliases: Option<Vec<String>>,
    related: Option<Vec<String>>,
    upstream: Option<Vec<String>>,
    summary: Option<String>,
    details: Option<String>,
    severity: Option<Vec<RawSeverity>>,
    affected: Option<Vec<RawAffected>>,
    references: Option<Vec<RawReference>>,
    database_specific: Option<Value>,
}

#[derive(Clone, Debug, Deserialize)]
struct RawSeverity {
    #[serde(rename = "type")]
    kind: Option<String>,
    score: Option<String>,
}

#[derive(Debug, Deserialize)]
struct RawReference {
    url: Option<String>,
}

#[derive(Debug, Deserialize)]
struct RawAffected {
    package: Option<RawPackage>,
    severity: Option<Vec<RawSeverity>>,
    ranges: Option<Vec<RawRange>>,
    versions: Option<Vec<String>>,
    ecosystem_specific: Option<Value>,
    database_specific: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct RawPackage {
    ecosystem: Option<String>,
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct RawRange {
    #[serde(rename = "type")]
    kind: Option<String>,
    events: Option<Vec<RawEvent>>,
}

/// An event; the schema allows one field, older records have several.
#[derive(Debug, Deserialize)]
struct RawEvent {
    introduced: Option<String>,
    fixed: Option<String>,
    last_affected: Option<String>,
    limit: Option<String>,
}

impl RawEvent {
    fn events(&self) -> impl Iterator<Item = Event<'_>> {
        let introduced = self.introduced.as_deref().map(Event::Introduced);
        let fixed = self.fixed.as_deref().map(Event::Fixed);
        let last = self.last_affected.as_deref().map(Event::LastAffected);
        let limit = self.limit.as_deref().map(Event::Limit);
        [introduced, fixed, last, limit].into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::{Record, RecordError};

    #[test]
    fn what_is_no_record_is_told() {
        assert_eq!(Record::read(b"{}"), Err(RecordError::NoId));
        assert!(matches!(Record::read(b"{\"id\": 1}"), Err(RecordError::NotOsv { line: 1, .. })));
        let newer = br#"{"schema_version": "2.0.0", "id": "X-1"}"#;
        assert_eq!(Record::read(newer), Err(RecordError::Schema("2.0.0".to_owned())));
    }

    #[test]
    fn listed_versions_that_the_ranges_hold_are_left_out() {
        let json = br#"{"id":"X-1","affected":[{"package":{"ecosystem":"PyPI","name":"A_b"},
            "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2"}]}],
            "versions":["1.0","1.5","2.1"]},{"package":{"ecosystem":"Debian:12","name":"x"}},
            {"package":{"ecosystem":"PyPI","name":"c"},
            "ranges":[{"type":"GIT","events":[{"introduced":"0"}]}]}]}"#;
        let record = Record::read(json).unwrap();
        assert_eq!(record.affected[0].name, "a-b");
        assert_eq!(record.affected[0].versions, ["2.1"]);
        assert!(record.affected[1].commits_only && !record.affected[0].commits_only);
        assert_eq!(record.outside, 1);
    }

    #[test]
    fn the_newest_cvss_counts_and_else_the_word_of_the_database() {
        let json = br#"{"id":"X-1","severity":[
            {"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},
            {"type":"CVSS_V4","score":"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:L/SC:N/SI:N/SA:N"},
            {"type":"CVSS_V3","score":"high"}],"database_specific":{"severity":"MODERATE"}}"#;
        let record = Record::read(json).unwrap();
        assert_eq!((record.score, record.odd_vectors), (Some(69), 1));
        assert_eq!(record.rating, Some(cvss::Rating::Medium));
    }
}
