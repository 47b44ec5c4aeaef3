//! Matches as lines of text, as JSON, and as SARIF.

use std::{collections::BTreeSet, io, sync::Arc};

use alert_form::Alert;
use alert_sinks::Courier;
use anyhow::Context as _;
use correlation::RuleSet;
use detection::{DETECTORS, Incidents, Signal};
use serde_json::{Map, Value, json};
use sigma::{Meta, Severity};
use source_text::SmolStr;
use trail_files::Hit;

use super::{Form, incidents};
use crate::commands::alerts::options::now_s;

/// Matches that one document holds; JSON lines have no bound.
const MOST_IN_DOCUMENT: usize = 200_000;

/// Alerts that are handed to sinks together.
const BATCH: usize = 1_000;

/// Incidents that are shown, the worst first.
const MOST_INCIDENTS: usize = 1_000;

/// Where the form of SARIF is described.
const SARIF: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Figures of a run.
pub(super) struct Summary {
    pub(super) events: u64,
    pub(super) matches: u64,
    pub(super) bytes: u64,
    pub(super) elapsed_ms: u64,
    pub(super) skipped: u64,
}

impl Summary {
    pub(super) fn json(&self) -> Value {
        json!({
            "events": self.events,
            "matches": self.matches,
            "bytes": self.bytes,
            "elapsed_ms": self.elapsed_ms,
            "skipped": self.skipped,
        })
    }

    pub(super) fn words(&self, rules: usize) -> String {
        let Self { events, matches, skipped, .. } = self;
        let mut text = format!("{rules} rules, {events} events, {matches} matches");
        if *skipped > 0 {
            text = format!("{text}, {skipped} parts not read");
        }
        text
    }
}

/// Writes matches as they come, or keeps them for a document.
pub(super) struct Writer<'r, W> {
    form: Form,
    rules: &'r RuleSet,
    out: W,
    courier: Option<&'r Courier>,
    /// Alerts that sinks are still to be given.
    pending: Vec<Arc<Alert>>,
    detectors: Vec<Meta>,
    incidents: Incidents,
    kept: Vec<(Hit, Option<String>)>,
    left_out: usize,
    worst: Option<Severity>,
    error: Option<io::Error>,
}

impl<'r, W: io::Write> Writer<'r, W> {
    pub(super) fn new(
        form: Form,
        rules: &'r RuleSet,
        out: W,
        courier: Option<&'r Courier>,
    ) -> Self {
        Self {
            form,
            rules,
            out,
            courier,
            pending: Vec::new(),
            detectors: DETECTORS.iter().map(|it| meta_of(it)).collect(),
            incidents: Incidents::default(),
            kept: Vec::new(),
            left_out: 0,
            worst: None,
            error: None,
        }
    }

    /// What speaks: a rule, a correlation, or a detector.
    fn meta(&self, speaker: usize) -> Option<&Meta> {
        let detector = speaker.checked_sub(self.rules.len());
        detector.map_or_else(|| self.rules.meta(speaker), |at| self.detectors.get(at))
    }

    /// The incident that a match belongs to.
    fn incident(&mut self, hit: &Hit) -> Option<String> {
        let meta = self.meta(hit.speaker)?.clone();
        let facts = &hit.facts;
        let tags: Vec<&str> = meta.tags.iter().map(SmolStr::as_str).collect();
        let signal = Signal {
            time: facts.time?,
            actor: facts.actor.as_deref()?,
            account: facts.account.as_deref().unwrap_or_default(),
            rule_id: id(&meta),
            rule: &meta.title,
            level: level(&meta, hit),
            tags: &tags,
            event_id: facts.event_id.as_deref().unwrap_or_default(),
            event_name: &facts.event_name,
        };
        self.incidents.add(&signal).map(|it| it.to_string())
    }

    /// The level of the worst match.
    pub(super) fn worst(&self) -> Option<Severity> {
        self.worst
    }

    pub(super) fn write(&mut self, hit: &Hit) {
        let incident = self.incident(hit);
        let Some(meta) = self.meta(hit.speaker) else { return };
        let worst = self.worst.max(Some(level(meta, hit)));
        let text = (self.form == Form::Text).then(|| line(meta, hit));
        let is_alert = self.form == Form::Jsonl || self.courier.is_some();
        let alert = is_alert.then(|| alert(meta, hit, incident.as_deref()));
        self.worst = worst;
        let result = match self.form {
            _ if self.error.is_some() => return,
            Form::Text => writeln!(self.out, "{}", report::visible(&text.unwrap_or_default())),
            Form::Jsonl => {
                writeln!(self.out, "{}", alert.as_ref().map(Alert::to_line).unwrap_or_default())
            }
            Form::Json | Form::Sarif if self.kept.len() < MOST_IN_DOCUMENT => {
                self.kept.push((hit.clone(), incident));
                Ok(())
            }
            Form::Json | Form::Sarif => {
                self.left_out += 1;
                Ok(())
            }
        };
        if self.courier.is_some() {
            self.pending.extend(alert.map(Arc::new));
        }
        let is_full = self.pending.len() >= BATCH;
        self.error = result.and_then(|()| if is_full { self.offer() } else { Ok(()) }).err();
    }

    /// Gives sinks what they are still to be given.
    fn offer(&mut self) -> io::Result<()> {
        let Some(courier) = self.courier else { return Ok(()) };
        courier.offer(&self.pending, now_s())?;
        self.pending.clear();
        Ok(())
    }

    /// Hands everything on that was written so far: when this returns, it is out, and safe where sinks
    /// have a state.
    pub(super) fn hand_on(&mut self) -> anyhow::Result<()> {
        if let Some(error) = self.error.take() {
            return Err(error.into());
        }
        self.out.flush()?;
        self.offer().context("cannot write the queue of alerts")
    }

    /// Deliveries that wait.
    pub(super) fn waiting(&self) -> usize {
        self.courier.map_or(0, Courier::waiting)
    }

    /// What another run needs to go on.
    pub(super) fn state(&self) -> Value {
        json!({"incidents": self.incidents})
    }

    /// Goes on from what [`Writer::state`] gave. What is of another form is left out: incidents begin anew.
    pub(super) fn take_up(&mut self, state: &mut Value) {
        let incidents = state.get_mut("incidents").map(Value::take).unwrap_or_default();
        self.incidents = serde_json::from_value(incidents).unwrap_or_default();
    }

    /// Writes the document, when there is one, and gives back where it went.
    pub(super) fn finish(mut self, summary: &Summary) -> anyhow::Result<W> {
        self.hand_on()?;
        let document = match self.form {
            Form::Text => {
                for incident in self.incidents.all().into_iter().take(MOST_INCIDENTS) {
                    self.out.write_all(b"\n")?;
                    for line in incidents::words(incident).lines() {
                        writeln!(self.out, "{}", report::visible(line))?;
                    }
                }
                return Ok(self.out);
            }
            Form::Jsonl => return Ok(self.out),
            Form::Json => self.json(summary),
            Form::Sarif => self.sarif(),
        };
        serde_json::to_writer_pretty(&mut self.out, &document)?;
        self.out.write_all(b"\n")?;
        if self.left_out > 0 {
            eprintln!("{} more matches; use --format jsonl for all", self.left_out);
        }
        Ok(self.out)
    }

    fn json(&self, summary: &Summary) -> Value {
        let matches = self.kept.iter().filter_map(|(hit, incident)| {
            Some(alert(self.meta(hit.speaker)?, hit, incident.as_deref()))
        });
        let incidents: Vec<Value> =
            self.incidents.all().into_iter().map(incidents::json).take(MOST_INCIDENTS).collect();
        json!({
            "schema": "faasguard-trail-detect/1",
            "matches": matches.collect::<Vec<_>>(),
            "matches_left_out": self.left_out,
            "incidents": incidents,
            "summary": summary.json(),
        })
    }

    fn sarif(&self) -> Value {
        let speakers: BTreeSet<usize> = self.kept.iter().map(|(hit, _)| hit.speaker).collect();
        let index = |speaker: usize| speakers.iter().position(|it| *it == speaker);
        let rules = speakers.iter().filter_map(|it| self.meta(*it)).map(|meta| {
            let help = meta.references.iter().find(|it| it.starts_with("https://"));
            let title = meta.title.as_str();
            let list =
                |texts: &[SmolStr]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
            json!({
                "id": id(meta),
                "name": title,
                "shortDescription": {"text": title},
                "fullDescription": {"text": meta.description.as_deref().unwrap_or(title)},
                "helpUri": help.map(SmolStr::as_str),
                "defaultConfiguration": {"level": sarif_level(own_level(meta))},
                "properties": {
                    "author": meta.author.as_deref(), "license": meta.license.as_deref(),
                    "tags": list(&meta.tags), "severity": own_level(meta).word(),
                    "falsepositives": list(&meta.false_positives),
                },
            })
        });
        let rules: Vec<Value> = rules.map(without_nulls).collect();
        let results = self.kept.iter().filter_map(|(hit, incident)| {
            let meta = self.meta(hit.speaker)?;
            let facts = &hit.facts;
            let event = facts.event_id.as_deref().unwrap_or("unknown");
            Some(json!({
                "ruleId": id(meta),
                "ruleIndex": index(hit.speaker),
                "level": sarif_level(level(meta, hit)),
                "message": {"text": line(meta, hit)},
                "locations": [{"logicalLocations": [{
                    "name": event, "kind": "member",
                    "fullyQualifiedName": format!("{}/{}", facts.event_source, facts.event_name),
                }]}],
                "partialFingerprints": {"event/v1": format!("{}:{event}", id(meta))},
                "properties": alert(meta, hit, incident.as_deref()),
            }))
        });
        json!({
            "$schema": SARIF,
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {
                    "name": "faasguard", "version": env!("CARGO_PKG_VERSION"), "rules": rules,
                }},
                "results": results.collect::<Vec<_>>(),
            }],
        })
    }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            map.into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

/// The level of a rule; of one that does not say it, medium.
fn own_level(meta: &Meta) -> Severity {
    meta.level.unwrap_or(Severity::Medium)
}

/// The level of a match: detectors give one to each.
fn level(meta: &Meta, hit: &Hit) -> Severity {
    hit.detected.as_ref().map_or_else(|| own_level(meta), |alert| alert.level)
}

/// A detector in the form of a rule.
fn meta_of(detector: &detection::Detector) -> Meta {
    let texts = |all: &[&str]| all.iter().map(SmolStr::new).collect();
    Meta {
        title: SmolStr::new(detector.title),
        id: Some(SmolStr::new(detector.id)),
        name: Some(SmolStr::new(detector.name)),
        description: Some(SmolStr::new(detector.description)),
        author: Some(SmolStr::new(detection::AUTHOR)),
        references: texts(detector.references),
        level: Some(detector.level),
        tags: texts(detector.tags),
        false_positives: texts(detector.false_positives),
        ..Meta::default()
    }
}

/// Techniques of ATT&CK among the tags of a rule: `T1078.004`.
fn techniques(meta: &Meta) -> Vec<String> {
    let all = meta.tags.iter().filter_map(|tag| tag.strip_prefix("attack.t"));
    let all = all.filter(|it| it.starts_with(|first: char| first.is_ascii_digit()));
    all.map(|it| format!("T{it}")).collect()
}

fn sarif_level(level: Severity) -> &'static str {
    match level {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Informational => "note",
    }
}

/// What names a rule: its id, else its name, else its title.
fn id(meta: &Meta) -> &str {
    meta.id.as_ref().or(meta.name.as_ref()).unwrap_or(&meta.title)
}

/// A match for programs and sinks.
fn alert(meta: &Meta, hit: &Hit, incident: Option<&str>) -> Alert {
    let facts = &hit.facts;
    Alert {
        rule_id: id(meta).to_owned(),
        rule: meta.title.to_string(),
        level: level(meta, hit),
        event_id: facts.event_id.clone(),
        time: facts.time_text(),
        actor: facts.actor.clone(),
        account: facts.account.clone(),
        region: facts.region.clone(),
        event_name: facts.event_name.clone(),
        function: facts.function.clone(),
        incident: incident.map(str::to_owned),
        author: meta.author.as_ref().map(ToString::to_string),
        license: meta.license.as_ref().map(ToString::to_string),
        provider: facts.provider.clone(),
        techniques: techniques(meta),
        explanation: hit.explanation.clone(),
        group: hit.group.iter().cloned().collect(),
        events: hit.event_ids.clone(),
        more: Map::new(),
    }
}

/// A match to read.
fn line(meta: &Meta, hit: &Hit) -> String {
    let facts = &hit.facts;
    let time = facts.time_text().unwrap_or_else(|| "no time".to_owned());
    let service = facts.event_source.strip_suffix(".amazonaws.com").unwrap_or(&facts.event_source);
    let (level, title, name) = (level(meta, hit).word(), &meta.title, &facts.event_name);
    let mut text = format!("{time} {level:<8} {title}: {service}:{name}");
    // Licences ask for the names of others; ours says nothing new.
    let author = meta.author.as_ref().map(ToString::to_string).filter(|it| it != "faasguard");
    let parts = [
        (" of function ", &facts.function, ""),
        (" by ", &facts.actor, ""),
        (" from ", &facts.source_ip, ""),
        (" in ", &facts.region, ""),
        (", failed with ", &facts.error_code, ""),
        ("; ", &hit.explanation, ""),
        (" [", &facts.event_id, "]"),
        (" (rule by ", &author, ")"),
    ];
    for (before, value, behind) in parts {
        if let Some(value) = value {
            text.extend([before, value, behind]);
        }
    }
    text
}
