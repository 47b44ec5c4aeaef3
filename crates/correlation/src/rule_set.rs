//! Rules, filters and correlations of many files as one set.

use audit_event::{AuditEvent, FieldValue, Json, JsonKind, Provider, values_of};
use sigma::{CorrelationKind, Engine, Meta, Rule, Scratch, parse};
use source_text::{Diagnostic, FileId, SmolStr};

use crate::{
    correlator::{Correlator, Limits},
    facts::Facts,
    resolve::{Resolved, resolve},
};

/// Bytes of a value that a group is told by; of longer ones the start.
const MOST_BYTES: usize = 256;

/// Rules, filters and correlations of many files, compiled as one set.
///
/// Speakers are counted through: rules first, in the order of their files, then correlations.
#[derive(Debug)]
pub struct RuleSet {
    rules: Vec<Rule>,
    correlations: Vec<Resolved>,
    engine: Engine,
    /// For each rule, whether its matches are told.
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
        let is_other = |name: &SmolStr| others.iter().any(|meta| meta.is_called(name));
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
        let (correlations, faults) = resolve(&rules, correlations);
        told.extend(faults.iter().map(sigma::Fault::to_diagnostic));
        let speaks = (0..rules.len()).map(|rule| speaks(rule, &correlations)).collect();
        let asked = asked(&rules, &correlations);
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
        self.speaks.get(speaker).copied().unwrap_or_else(|| {
            let sources = self.correlations.iter().filter(|it| it.sources.contains(&speaker));
            sources.map(|it| it.correlation.generate).reduce(|one, two| one || two).unwrap_or(true)
        })
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

/// Whether matches of a rule are told: unless correlations ask for it and none lets it speak.
fn speaks(rule: usize, correlations: &[Resolved]) -> bool {
    let mut asking = correlations.iter().filter(|it| it.sources.contains(&rule)).peekable();
    asking.peek().is_none() || asking.any(|it| it.correlation.generate)
}

/// For each rule, what correlations ask of an event that it matched: also those that ask for a
/// correlation that asks for it.
fn asked(rules: &[Rule], correlations: &[Resolved]) -> Vec<Vec<Asked>> {
    let mut all = vec![Vec::new(); rules.len()];
    for (rule, asked) in all.iter_mut().enumerate() {
        let mut reached = vec![rule];
        for (at, it) in correlations.iter().enumerate() {
            let Some(through) = it.sources.iter().position(|source| reached.contains(source))
            else {
                continue;
            };
            reached.push(rules.len() + at);
            let called = it.correlation.rules.get(through);
            let field = |name: &SmolStr| {
                let alias = it.correlation.aliases.iter().find(|alias| alias.name == *name);
                let own = alias.and_then(|alias| {
                    let is_own = |word: &SmolStr| {
                        called == Some(word)
                            || rules.get(rule).is_some_and(|rule| rule.meta.is_called(word))
                    };
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
            asked.push(Asked { correlation: at, group, fields });
        }
    }
    all
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
