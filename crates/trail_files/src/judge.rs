//! Events that rules matched, judged one after the other: told once, handed to correlations and detectors.

use std::{
    collections::HashSet,
    hash::{BuildHasher as _, Hasher as _},
    sync::{Mutex, PoisonError},
};

use audit_event::AuditEvent;
use correlation::{Correlator, Facts, RuleSet, Sighting};
use detection::{Explainer, Watch};
use foldhash::quality::RandomState;

use crate::detect::{DetectRequest, Detection, Hit};

/// Events with matches that are remembered, in two halves, so that one that is delivered again is not
/// told again. As many as fill a table of 2^18 places: one more would double it.
const MOST_REMEMBERED: usize = 7 << 15;

/// Bytes of a record that weigh as much as the rest of an event with matches.
const BYTES_OF_WEIGHT: usize = 256;

/// What is called with each match.
pub(crate) type Tell<'t> = dyn FnMut(&Hit) + 't;

/// An event that rules matched.
pub(crate) struct Matched {
    /// Of the record, when it has an id.
    digest: Option<u128>,
    /// When rules matched: of most events that detectors see nobody asks.
    facts: Option<Facts>,
    rules: Vec<usize>,
    /// For each of the rules, why it matched, when it speaks.
    explanations: Vec<Option<String>>,
    sightings: Vec<Sighting>,
    /// The record, when a detector may have something to say of it.
    record: Option<Vec<u8>>,
}

/// What events with matches weigh in memory: one each, and more with their records.
pub(crate) fn weight(batch: &[Matched]) -> usize {
    let records = batch.iter().map(|it| it.record.as_ref().map_or(0, Vec::len) / BYTES_OF_WEIGHT);
    batch.len() + records.sum::<usize>()
}

/// Finds the events that matter. One for each thread.
pub(crate) struct Sieve<'r> {
    request: &'r DetectRequest<'r>,
    hasher: RandomState,
    explainer: Explainer,
    scratch: sigma::Scratch,
    /// Events outside of the time that was asked for.
    pub(crate) left_out: u64,
}

impl<'r> Sieve<'r> {
    /// Those of one run have the same hasher, so that they know each other's events.
    pub(crate) fn new(request: &'r DetectRequest<'r>, hasher: RandomState) -> Self {
        let scratch = request.rules.engine().scratch();
        Self { request, hasher, scratch, explainer: Explainer::default(), left_out: 0 }
    }

    /// What is to be judged of an event; `None` when no rule matches and no detector cares.
    pub(crate) fn sift(&mut self, event: &AuditEvent<'_>) -> Option<Matched> {
        let request = self.request;
        if is_left_out(request, event) {
            self.left_out += 1;
            return None;
        }
        let mut rules = Vec::new();
        request.rules.engine().matches(event, &mut self.scratch, &mut |rule| rules.push(rule));
        let is_watched = request.watch.is_some() && Watch::may_matter(event);
        if rules.is_empty() && !is_watched {
            return None;
        }
        let mut matched = matched(request.rules, &self.hasher, &mut self.explainer, event, rules);
        matched.record = is_watched.then(|| event.record.raw().to_vec());
        Some(matched)
    }

    /// Begins anew after a fault in the middle of an event.
    pub(crate) fn reset(&mut self) {
        self.scratch = self.request.rules.engine().scratch();
    }
}

/// Judges what sieves find.
pub(crate) struct Judge<'r> {
    rules: &'r RuleSet,
    watch: Option<&'r Mutex<Watch>>,
    pub(crate) correlator: Correlator<'r>,
    seen: [HashSet<u128>; 2],
    pub(crate) detection: Detection,
}

impl<'r> Judge<'r> {
    pub(crate) fn new(request: &DetectRequest<'r>, detection: Detection) -> Self {
        Self {
            rules: request.rules,
            watch: request.watch,
            correlator: Correlator::new(request.rules, request.correlation),
            seen: [HashSet::new(), HashSet::new()],
            detection,
        }
    }

    /// Adds the figures of a file.
    pub(crate) fn add(&mut self, own: Detection) {
        let total = &mut self.detection;
        total.events += own.events;
        total.bytes += own.bytes;
        total.digests += own.digests;
        total.aliens += own.aliens;
        total.left_out += own.left_out;
        total.remarks.extend(own.remarks);
    }

    /// Judges events in their order.
    pub(crate) fn take(&mut self, batch: Vec<Matched>, tell: &mut Tell<'_>) {
        for matched in batch {
            if matched.digest.is_some_and(|digest| !self.is_new(digest)) {
                self.detection.duplicates += u64::from(!matched.rules.is_empty());
                continue;
            }
            for sighting in matched.sightings {
                self.correlator.take_note(sighting);
            }
            let mut hit = Hit { facts: matched.facts.unwrap_or_default(), ..Hit::default() };
            for (rule, explanation) in matched.rules.into_iter().zip(matched.explanations) {
                if self.rules.speaks(rule) {
                    hit.speaker = rule;
                    hit.explanation = explanation;
                    self.detection.hits += 1;
                    tell(&hit);
                }
            }
            if let Some(record) = matched.record {
                self.watched(&record, tell);
            }
            for alert in self.correlator.alerts() {
                self.alert(alert, tell);
            }
        }
    }

    /// Takes in the events that correlations keep waiting.
    pub(crate) fn flush(&mut self, tell: &mut Tell<'_>) {
        for alert in self.correlator.finish() {
            self.alert(alert, tell);
        }
        self.detection.losses = self.correlator.losses();
    }

    /// Tells what detectors say of a record.
    fn watched(&mut self, record: &[u8], tell: &mut Tell<'_>) {
        let Self { watch: Some(watch), detection, rules, .. } = self else { return };
        let mut watch = watch.lock().unwrap_or_else(PoisonError::into_inner);
        let mut alerts = Vec::new();
        audit_event::read(record, &audit_event::Limits::default(), &mut |event| {
            watch.observe(event, &mut alerts);
            for alert in alerts.drain(..) {
                let mut facts = Facts::of(event);
                facts.function = alert.function.clone().or(facts.function);
                let all = detection::DETECTORS.iter();
                let at = all.take_while(|it| it.id != alert.detector.id).count();
                detection.hits += 1;
                tell(&Hit {
                    speaker: rules.len() + at,
                    facts,
                    explanation: Some(alert.explanation.join("; ")),
                    detected: Some(alert),
                    ..Hit::default()
                });
            }
        });
    }

    fn alert(&mut self, alert: correlation::Alert, tell: &mut Tell<'_>) {
        self.detection.hits += 1;
        tell(&Hit {
            speaker: alert.speaker,
            facts: alert.facts,
            explanation: Some(alert.explanation),
            group: alert.group,
            event_ids: alert.event_ids,
            detected: None,
        });
    }

    fn is_new(&mut self, digest: u128) -> bool {
        let [young, old] = &mut self.seen;
        if old.contains(&digest) || !young.insert(digest) {
            return false;
        }
        if young.len() >= MOST_REMEMBERED {
            *old = std::mem::take(young);
        }
        true
    }
}

fn is_left_out(request: &DetectRequest<'_>, event: &AuditEvent<'_>) -> bool {
    event.time.is_some_and(|time| {
        request.since.is_some_and(|since| time < since)
            || request.until.is_some_and(|until| time >= until)
    })
}

fn matched(
    rules: &RuleSet,
    hasher: &RandomState,
    explainer: &mut Explainer,
    event: &AuditEvent<'_>,
    matched: Vec<usize>,
) -> Matched {
    let facts = (!matched.is_empty()).then(|| Facts::of(event));
    let asked_for = matched.iter().filter(|rule| rules.is_asked_for(**rule));
    let sightings =
        asked_for.filter_map(|rule| Sighting::of(rules, *rule, event, facts.as_ref()?)).collect();
    let digest = event.id.map(|_| digest(hasher, event.record.raw()));
    let explanations = matched.iter().map(|rule| {
        let rule = rules.rule(*rule).filter(|_| rules.speaks(*rule))?;
        let words = explainer.explain(&rule.detection, event).join("; ");
        (!words.is_empty()).then_some(words)
    });
    let explanations = explanations.collect();
    Matched { digest, facts, rules: matched, explanations, sightings, record: None }
}

/// A digest of a record, white space between its parts left out: what is delivered twice may be laid
/// out in two ways. A record that begins without any is taken to have none.
fn digest(hasher: &RandomState, record: &[u8]) -> u128 {
    let name = record.get(1..).map(string_length).unwrap_or_default();
    if record.starts_with(b"{\"") && record.get(1 + name..).is_some_and(is_compact) {
        return digest_of(hasher, record);
    }
    let mut bare = Vec::with_capacity(record.len());
    let mut rest = record;
    while let Some(first) = rest.first() {
        let length = match first {
            b'"' => string_length(rest),
            b' ' | b'\n' | b'\r' | b'\t' => {
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            _ => 1,
        };
        let (own, behind) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        bare.extend_from_slice(own);
        rest = behind;
    }
    digest_of(hasher, &bare)
}

/// Whether what stands behind the name of a member has no white space around its colon.
fn is_compact(rest: &[u8]) -> bool {
    matches!(rest, [b':', next, ..] if !next.is_ascii_whitespace())
}

fn digest_of(hasher: &RandomState, bytes: &[u8]) -> u128 {
    // What a hash says hangs on how its bytes are handed to it, so all of them are handed at once.
    let [one, two] = [1, 2].map(|salt| {
        let mut hasher = hasher.build_hasher();
        hasher.write_u8(salt);
        hasher.write(bytes);
        u128::from(hasher.finish())
    });
    one << 64 | two
}

/// Bytes of a string with its quotes.
fn string_length(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found + 1;
        if text.get(at - 1) == Some(&b'"') {
            return at;
        }
        at += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use foldhash::quality::RandomState;

    use super::digest;

    #[test]
    fn a_record_is_the_same_however_it_is_laid_out() {
        let hasher = RandomState::default();
        let of = |text: &str| digest(&hasher, text.as_bytes());
        let one = of(r#"{"a":"b \" c","d":[1,2]}"#);
        assert_eq!(of("{ \"a\": \"b \\\" c\",\n  \"d\": [1, 2] }"), one);
        assert_ne!(of(r#"{"a":"b \"c","d":[1,2]}"#), one);
        assert_ne!(of(r#"{"a":"b \" c","d":[1,3]}"#), one);
        assert_ne!(of("\"a"), of("\"b"));
    }
}
