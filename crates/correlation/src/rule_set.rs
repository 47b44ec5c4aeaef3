//! Rules, filters and correlations of many files as one set.

use std::collections::{HashMap, HashSet};

use audit_event::{AuditEvent, FieldValue, Json, JsonKind, Provider, values_of};
use sigma::{CorrelationKind, Engine, Fault, Meta, Rule, RuleError, Scratch, parse};
use source_text::{Diagnostic, FileId, SmolStr};

use crate::{
    correlator::{Correlator, Limits},
    facts::Facts,
    resolve::{Resolved, resolve},
};

/// Bytes of a value that a group is told by; of longer ones the start.
const MOST_BYTES: usize = 256;

/// What correlations ask of matches, each correlation counted once a rule that leads to it.
const MOST_ASKED: usize = 1_000_000;

/// Rules, filters and correlations of many files, compiled as one set.
///
/// Speakers are counted through: rules first, in the order of their files, then correlations.
#[derive(Debug)]
pub struct RuleSet {
    rules: Vec<Rule>,
    correlations: Vec<Resolved>,
    engine: Engine,
    /// For each speaker, whether what it says is told.
    speaks: Vec<bool>,
    /// For each rule, what correlations ask of an event that it matched.
    asked: Vec<Vec<Asked>>,
    /// Rules about logs that are not read, which are not used.
    pub other_logs: usize,
}

/// What a correlation asks of an event.
#[derive(Clone, Debug)]
struct Asked {
    correlation: usize,
    group: Vec<SmolStr>,
    fields: Vec<SmolStr>,
}

/// What a correlation was told of an event.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Answer {
    pub(crate) correlation: usize,
    pub(crate) group: String,
    pub(crate) value: Option<String>,
}

impl RuleSet {
    /// Reads and compiles the documents of these files. What is not used is told; the rest is.
    #[must_use]
    pub fn load(files: &[(FileId, &str)]) -> (Self, Vec<Diagnostic>) {
        let mut told = Vec::new();
        let (mut rules, mut correlations, mut filters) = (Vec::new(), Vec::new(), Vec::new());
        let mut other_logs = 0;
        let mut others: Vec<Meta> = Vec::new();
        for (file, text) in files {
            let documents = parse(*file, text);
            told.extend(documents.diagnostics);
            told.extend(documents.faults.iter().map(sigma::Fault::to_diagnostic));
            for rule in documents.rules {
                if rule.log_source.is_read() {
                    rules.push(rule);
                } else {
                    other_logs += 1;
                    others.push(rule.meta);
                }
            }
            correlations.extend(documents.correlations);
            filters.extend(documents.filters);
        }
        // Correlations and filters of rules about other logs are about them, too.
        let others: HashSet<&str> = others.iter().flat_map(Meta::names).collect();
        let is_other = |name: &SmolStr| others.contains(name.as_str());
        let all = correlations.len();
        correlations.retain(|it: &sigma::Correlation| !it.rules.iter().any(is_other));
        other_logs += all - correlations.len();
        for filter in &mut filters {
            let before = filter.rules.len();
            filter.rules.retain(|name| !is_other(name));
            if filter.rules.is_empty() && before > 0 {
                // An empty list would mean every rule.
                filter.rules.push(SmolStr::default());
            }
        }
        filters.retain(|it: &sigma::Filter| it.rules.first().is_none_or(|name| !name.is_empty()));
        let (engine, faults) = Engine::new(&rules, &filters);
        told.extend(faults.iter().map(sigma::Fault::to_diagnostic));
        let (mut correlations, mut faults) = resolve(&rules, correlations);
        let (asked, count) = asked(&rules, &correlations, MOST_ASKED);
        for left in correlations.drain(count..) {
            let what = "what the correlations ask of matches";
            let error = RuleError::TooLarge { what, limit: MOST_ASKED };
            let meta = left.correlation.meta;
            faults.push(Fault { place: meta.place, rule: Some(meta.title), error });
        }
        told.extend(faults.iter().map(sigma::Fault::to_diagnostic));
        let speaks = speaks(rules.len(), &correlations);
        (Self { rules, correlations, engine, speaks, asked, other_logs }, told)
    }

    /// The compiled rules; their indices are those of speakers.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Number of rules, without correlations.
    #[must_use]
    pub fn rule_count(&self) -> usize {
        self.rules.len()
    }

    /// Number of speakers: rules and correlations.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len() + self.correlations.len()
    }

    /// Whether there is no rule.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// A rule by the index of its speaker; `None` of a correlation.
    #[must_use]
    pub fn rule(&self, speaker: usize) -> Option<&Rule> {
        self.rules.get(speaker)
    }

    /// What a speaker says of itself.
    #[must_use]
    pub fn meta(&self, speaker: usize) -> Option<&Meta> {
        match self.rules.get(speaker) {
            Some(rule) => Some(&rule.meta),
            None => self.correlation(speaker).map(|it| &it.correlation.meta),
        }
    }

    /// Whether matches of a speaker are told: not of rules that only correlations ask for.
    #[must_use]
    pub fn speaks(&self, speaker: usize) -> bool {
        self.speaks.get(speaker).copied().unwrap_or(true)
    }

    /// Whether a correlation asks for matches of the rule.
    #[must_use]
    pub fn is_asked_for(&self, rule: usize) -> bool {
        self.asked.get(rule).is_some_and(|asked| !asked.is_empty())
    }

    fn correlation(&self, speaker: usize) -> Option<&Resolved> {
        self.correlations.get(speaker.checked_sub(self.rules.len())?)
    }

    pub(crate) fn correlations(&self) -> &[Resolved] {
        &self.correlations
    }

    /// What correlations ask of an event that the rule matched. An event without a field of a group
    /// belongs to no group.
    pub(crate) fn answers(&self, rule: usize, event: &AuditEvent<'_>) -> Vec<Answer> {
        let asked = self.asked.get(rule).map(Vec::as_slice).unwrap_or_default();
        asked
            .iter()
            .filter_map(|asked| {
                let group = joined(event, &asked.group)?;
                let value = if asked.fields.is_empty() {
                    None
                } else {
                    Some(joined(event, &asked.fields)?)
                };
                Some(Answer { correlation: asked.correlation, group, value })
            })
            .collect()
    }

    /// The speakers that say something of these records of CloudTrail, read in order with fresh state.
    #[must_use]
    pub fn hits(&self, records: &[String]) -> Vec<usize> {
        let mut hits = Vec::new();
        let mut correlator = Correlator::new(self, Limits::default());
        let mut scratch = self.engine.scratch();
        for record in records {
            let limits = audit_event::Limits::default();
            audit_event::read(record.as_bytes(), &limits, &mut |event| {
                hits.extend(self.matches(event, &mut scratch, &mut correlator));
            });
        }
        hits.extend(correlator.finish().into_iter().map(|alert| alert.speaker));
        hits.retain(|speaker| self.speaks(*speaker));
        hits.sort_unstable();
        hits.dedup();
        hits
    }

    /// Rules that the event matches; the correlator gets it, too. Alerts follow with later events, or
    /// at the end.
    fn matches(
        &self,
        event: &AuditEvent<'_>,
        scratch: &mut Scratch,
        correlator: &mut Correlator<'_>,
    ) -> Vec<usize> {
        let mut rules = Vec::new();
        self.engine.matches(event, scratch, &mut |rule| rules.push(rule));
        for rule in &rules {
            if self.is_asked_for(*rule) {
                correlator.observe(*rule, event, &Facts::of(event));
            }
        }
        rules
    }

    /// The index of the speaker that a case speaks of: by id, name or title, else the last one that
    /// speaks for itself.
    #[must_use]
    pub fn speaker(&self, called: Option<&str>) -> Option<usize> {
        if let Some(word) = called {
            let is_meant = |it: &usize| self.meta(*it).is_some_and(|meta| meta.is_called(word));
            return (0..self.len()).find(is_meant);
        }
        // In the order of the documents; a correlation before a rule, wherever it stands.
        let place = |it: &usize| {
            let place = self.meta(*it).map(|meta| meta.place);
            (*it >= self.rules.len(), place)
        };
        (0..self.len()).filter(|it| self.speaks(*it)).max_by_key(place)
    }
}

/// For each speaker whether it is told: unless correlations ask for it and none lets it speak.
fn speaks(rules: usize, correlations: &[Resolved]) -> Vec<bool> {
    let mut asking: Vec<Option<bool>> = vec![None; rules + correlations.len()];
    for it in correlations {
        for source in &it.sources {
            if let Some(asking) = asking.get_mut(*source) {
                *asking = Some(asking.unwrap_or(false) || it.correlation.generate);
            }
        }
    }
    asking.into_iter().map(|it| it.unwrap_or(true)).collect()
}

/// For each rule, what correlations ask of an event that it matched: also those that ask for a
/// correlation that asks for it. And how many correlations that covers, within `most`.
fn asked(rules: &[Rule], correlations: &[Resolved], most: usize) -> (Vec<Vec<Asked>>, usize) {
    let mut all = vec![Vec::new(); rules.len()];
    // Rules that lead to a correlation, and through which of its sources.
    let mut reach: Vec<HashMap<usize, usize>> = Vec::new();
    let mut left = most;
    for (at, it) in correlations.iter().enumerate() {
        let mut own: HashMap<usize, usize> = HashMap::new();
        for (through, source) in it.sources.iter().enumerate() {
            match source.checked_sub(rules.len()) {
                None => {
                    own.entry(*source).or_insert(through);
                }
                Some(other) => {
                    for rule in reach.get(other).into_iter().flat_map(HashMap::keys) {
                        own.entry(*rule).or_insert(through);
                    }
                }
            }
        }
        let Some(rest) = left.checked_sub(own.len()) else { return (all, at) };
        left = rest;
        for (rule, through) in &own {
            let called = it.correlation.rules.get(*through);
            if let (Some(asked), Some(rule)) = (all.get_mut(*rule), rules.get(*rule)) {
                asked.push(asked_by(at, it, rule, called));
            }
        }
        reach.push(own);
    }
    (all, correlations.len())
}

/// What a correlation asks of an event that the rule matched, which it names as `called`.
fn asked_by(at: usize, it: &Resolved, rule: &Rule, called: Option<&SmolStr>) -> Asked {
    let field = |name: &SmolStr| {
        let alias = it.correlation.aliases.iter().find(|alias| alias.name == *name);
        let own = alias.and_then(|alias| {
            let is_own = |word: &SmolStr| called == Some(word) || rule.meta.is_called(word);
            alias.fields.iter().find(|(word, _)| is_own(word))
        });
        own.map_or_else(|| name.clone(), |(_, field)| field.clone())
    };
    let fields = match &it.correlation.kind {
        CorrelationKind::ValueCount { fields, .. }
        | CorrelationKind::FirstSeen { fields, .. }
        | CorrelationKind::Rare { fields, .. } => fields.iter().map(field).collect(),
        CorrelationKind::Figure { field: name, .. } => vec![field(name)],
        _ => Vec::new(),
    };
    let group = it.correlation.group_by.iter().map(field).collect();
    Asked { correlation: at, group, fields }
}

/// The values of fields, one behind the other; `None` when one is absent or `null`.
fn joined(event: &AuditEvent<'_>, fields: &[SmolStr]) -> Option<String> {
    let mut text = String::new();
    for (at, field) in fields.iter().enumerate() {
        if at > 0 {
            text.push('\u{1f}');
        }
        let mut own = String::new();
        if event.provider == Provider::Aws {
            values(event.record, field, 0, &mut own);
        } else {
            values_elsewhere(event, field, &mut own);
        }
        if own.is_empty() {
            return None;
        }
        let end = own.char_indices().map(|(at, _)| at).take_while(|at| *at <= MOST_BYTES).last();
        text.push_str(if own.len() > MOST_BYTES { own.get(..end?)? } else { &own });
    }
    Some(text)
}

/// The same of an event of another cloud, where fields have several names.
fn values_elsewhere(event: &AuditEvent<'_>, field: &str, to: &mut String) {
    for value in values_of(event, field) {
        match value {
            FieldValue::Json(value) => values(value, "", 0, to),
            FieldValue::Text(text) => to.push_str(&text.to_str()),
        }
    }
}

/// Appends the values of a dotted path, those of arrays with commas between them.
fn values(value: Json<'_>, path: &str, depth: u32, to: &mut String) {
    if depth > 60 || to.len() > MOST_BYTES {
        return;
    }
    match value.kind() {
        JsonKind::Array => value.elements().for_each(|it| values(it, path, depth + 1, to)),
        JsonKind::Object if !path.is_empty() => {
            let (name, rest) = path.split_once('.').unwrap_or((path, ""));
            if let Some(member) = value.get(name) {
                values(member, rest, depth + 1, to);
            }
        }
        JsonKind::Object | JsonKind::Null => {}
        _ if path.is_empty() => {
            if !to.is_empty() {
                to.push(',');
            }
            match value.text() {
                Some(text) => to.push_str(&text.to_str()),
                None => to.push_str(&String::from_utf8_lossy(value.raw())),
            }
        }
        _ => {}
    }
}
