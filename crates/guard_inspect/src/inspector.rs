//! The inspector: built once from the settings, asked about every event.

use guard_settings::{BatchAnswer, FieldPath, Mode, RateKey, Settings, Step, Uninspected};
use json_tape::{Fault, Limits, Tape, Value};
use payload::{Classes, Engine};

use crate::answer;
use crate::automaton::{Automaton, State};
use crate::batch::Batch;
use crate::caller;
use crate::head;
use crate::judgement::{Answer, Decision, Hit, Judgement, Reason, Refused};
use crate::outgoing::Outgoing;
use crate::place::Place;
use crate::role::{Role, Roles};
use crate::trigger::Trigger;
use crate::validate::Schemas;
use crate::walk::{BodyKind, Cursor, Found, Walk};

/// Values and names of an event: sixteen bytes of memory each.
const MOST_NODES: u32 = 1 << 20;
/// Bytes of an event that are looked at, whatever `validate.max_bytes` says.
const MOST_BYTES: u32 = 64 << 20;
/// Levels that `validate.max_depth` may allow; the walk takes stack for each.
const MOST_DEPTH: u32 = 256;
/// Bytes that decoding may make of an event: this many times its own, and a floor, up to a limit.
const DECODED: (usize, usize, usize) = (8, 4 << 20, 32 << 20);
/// Bytes at the start of an event that tell what sent it, where the whole is not read.
const HEAD: usize = 1 << 20;
/// Nodes that a tape keeps its memory for.
const KEPT_NODES: usize = 1 << 15;

/// Settings that no inspector can be built from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InspectorError {
    /// There are too many `inspect.fields`, or their wildcards multiply.
    #[error(
        "inspect.fields: {paths} paths, or their wildcards, are too many; name fewer fields, or write out some of the names"
    )]
    TooManyFields {
        /// How many paths there are.
        paths: usize,
    },
    /// A schema of `validate` is not understood.
    #[error("{setting}: {error}")]
    Schema {
        /// `validate.event`
        setting: String,
        /// What is wrong with it.
        error: guard_schema::CompileError,
    },
}

/// Judges events by the settings. Built once, shared by threads.
#[derive(Debug)]
pub struct Inspector {
    pub(crate) mode: Mode,
    pub(crate) engine: Engine,
    pub(crate) roles: Roles,
    pub(crate) limits: Limits,
    fields: Automaton<Classes>,
    fields_start: State,
    default: Classes,
    batch: BatchAnswer,
    pub(crate) uninspected: Uninspected,
    pub(crate) max_bytes: u64,
    caller: Option<RateKey>,
    pub(crate) outgoing: Outgoing,
    pub(crate) schemas: Schemas,
}

/// Buffers that one thread uses again for every event.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(crate) engine: payload::Scratch,
    texts: Vec<String>,
    bytes: Vec<Vec<u8>>,
    tapes: Vec<Tape>,
}

/// Whether an inspector can be built from the settings; cheaper than to build it.
///
/// # Errors
/// Those of [`Inspector::new`].
pub fn check(settings: &Settings) -> Result<(), InspectorError> {
    fields(settings)?;
    Schemas::new(&settings.validate, Limits::default()).map(drop)
}

/// The automaton of the settings' fields, and where a walk begins in it.
fn fields(settings: &Settings) -> Result<(Automaton<Classes>, State), InspectorError> {
    let mut fields = Automaton::ignoring_case();
    let start = fields.add(&field_paths(settings)).map_err(|_| too_many(settings))?;
    Ok((fields, start))
}

fn too_many(settings: &Settings) -> InspectorError {
    InspectorError::TooManyFields { paths: settings.inspect.fields.len() }
}

impl Inspector {
    /// An inspector for `settings`.
    ///
    /// # Errors
    /// [`InspectorError`] when the settings ask for what cannot be compiled.
    pub fn new(settings: &Settings) -> Result<Self, InspectorError> {
        let (fields, fields_start) = fields(settings)?;
        let limits = Limits {
            depth: settings.validate.max_depth.min(MOST_DEPTH),
            nodes: MOST_NODES,
            bytes: MOST_BYTES,
        };
        Ok(Self {
            mode: settings.mode,
            engine: Engine::new(),
            roles: Roles::new().map_err(|_| too_many(settings))?,
            limits,
            schemas: Schemas::new(&settings.validate, limits)?,
            fields,
            fields_start,
            default: settings.inspect.default_classes.unwrap_or(Classes::ALL),
            batch: settings.batch,
            uninspected: settings.inspect.uninspected,
            max_bytes: settings.validate.max_bytes,
            outgoing: Outgoing::new(
                settings.errors.hide_details,
                settings.redact.responses.then_some(&settings.redact.fields),
            ),
            caller: settings.rate.as_ref().map(|rate| rate.key),
        })
    }

    /// Judges an event as the Runtime API delivers it. `request_id` is the invocation's.
    ///
    /// Never panics on any bytes; what is no JSON is looked at as one text.
    #[must_use]
    pub fn event(&self, scratch: &mut Scratch, body: &[u8], request_id: &str) -> Judgement {
        if self.mode == Mode::Off {
            return Judgement::pass();
        }
        let mut tape = scratch.take_tape();
        let judgement = self.read(scratch, &mut tape, body, request_id);
        scratch.give_tape(tape);
        judgement
    }

    fn read(
        &self,
        scratch: &mut Scratch,
        tape: &mut Tape,
        body: &[u8],
        request_id: &str,
    ) -> Judgement {
        let fault = match tape.read(body, &self.limits) {
            Ok(document) => return self.judge(scratch, document.root(), request_id),
            Err(error) => error.fault,
        };
        match fault {
            Fault::TooDeep => {
                // Read again, only to see what sent it.
                let deeper = Limits { depth: u32::MAX, ..self.limits };
                let outcome = Outcome::whole(Some(Hit::new(Reason::TooDeep, String::new())));
                match tape.read(body, &deeper) {
                    Ok(document) => {
                        let root = document.root();
                        self.decide(Trigger::recognise(root), Some(root), outcome, request_id)
                    }
                    Err(_) => self.decide(Trigger::Direct, None, outcome, request_id),
                }
            }
            Fault::TooMany | Fault::TooLarge => self.of_start(tape, body, request_id),
            _ => {
                let mut walk = Walk::new(self, scratch, BodyKind::default(), budget(body.len()));
                let cursor = self.cursor(State::NOWHERE);
                let found = walk.bytes(body, &Place::ROOT, cursor);
                let outcome = Outcome::whole(walk.outcome(found));
                self.decide(Trigger::Direct, None, outcome, request_id)
            }
        }
    }

    /// Judges an event that is longer than is held, by its `start`: refused in the form of its
    /// trigger. A batch is refused with an error, since the ids of its later records are not known
    /// and a report without them would say that those are done.
    #[must_use]
    pub fn too_large(&self, scratch: &mut Scratch, start: &[u8], request_id: &str) -> Judgement {
        if self.mode == Mode::Off {
            return Judgement::pass();
        }
        let mut tape = scratch.take_tape();
        let judgement = self.of_start(&mut tape, start, request_id);
        scratch.give_tape(tape);
        judgement
    }

    fn of_start(&self, tape: &mut Tape, start: &[u8], request_id: &str) -> Judgement {
        let start = head::closed(start.get(..HEAD).unwrap_or(start));
        let deeper = Limits { depth: u32::MAX, ..self.limits };
        let document = tape.read(&start, &deeper).ok();
        let trigger = document.map_or(Trigger::Direct, |it| Trigger::recognise(it.root()));
        let outcome = Outcome::whole(Some(Hit::new(Reason::TooLarge, String::new())));
        self.decide(trigger, None, outcome, request_id)
    }

    fn judge(&self, scratch: &mut Scratch, event: Value<'_>, request_id: &str) -> Judgement {
        let trigger = Trigger::recognise(event);
        let length = event.document().source().len();
        let is_too_large = u64::try_from(length).is_ok_and(|length| length > self.max_bytes);
        let outcome = if is_too_large {
            Outcome::whole(Some(Hit::new(Reason::TooLarge, String::new())))
        } else if let Some(hit) = self.schemas.event(scratch, trigger, event) {
            Outcome::whole(Some(hit))
        } else {
            let body = BodyKind::of(event);
            let mut walk = Walk::new(self, scratch, body, budget(length));
            self.inspect(&mut walk, trigger, event)
        };
        let mut judgement = self.decide(trigger, Some(event), outcome, request_id);
        judgement.caller = self.caller.and_then(|key| caller::of(event, key));
        judgement
    }

    /// Walks an event; a batch record by record.
    fn inspect(&self, walk: &mut Walk<'_>, trigger: Trigger, event: Value<'_>) -> Outcome {
        let cursor = self.cursor(self.roles.start(trigger));
        let batch = Batch::of(trigger);
        let records = batch.and_then(|batch| batch.records(event));
        let (Some(batch), Some(records)) = (batch, records) else {
            let found = walk.value(event, &Place::ROOT, cursor);
            return Outcome::whole(walk.outcome(found));
        };
        let mut hits = Vec::new();
        for member in event.members().filter(|member| member.value.range() != records.range()) {
            let name = member.name.to_cow();
            let found = walk.member(&name, member.value, &Place::ROOT, cursor);
            let Some(hit) = walk.outcome(found) else { continue };
            if !hit.passes {
                return Outcome::whole(Some(hit));
            }
            hits.push(hit);
        }
        let (place, list) = match batch.name {
            Some(name) => (&Place::ROOT.member(name), self.member(cursor, name)),
            None => (&Place::ROOT, cursor),
        };
        let mut refused = Vec::new();
        let mut held = HeldGroups::default();
        for (index, record) in (0u32..).zip(records.elements()) {
            let inside = self.element(list, index);
            let here = place.element(index);
            let found = match self.schemas.record(walk.scratch, trigger, record, &here) {
                Some(hit) => Found::Break(hit),
                None => walk.value(record, &here, inside),
            };
            let hit = walk.outcome(found);
            let reason = hit.as_ref().filter(|hit| !hit.passes).map(|hit| hit.reason);
            if let Some(reason) = reason {
                held.hold(trigger, record, reason);
            }
            refused.extend(reason.or_else(|| held.reason(trigger, record)).map(|it| (index, it)));
            hits.extend(hit);
        }
        Outcome { hits, refused }
    }

    /// Turns what was found into what is to be done.
    fn decide(
        &self,
        trigger: Trigger,
        event: Option<Value<'_>>,
        outcome: Outcome,
        request_id: &str,
    ) -> Judgement {
        let Outcome { hits, refused } = outcome;
        let decision = match (hits.iter().find(|hit| !hit.passes), event) {
            (Some(_), _) if self.mode == Mode::Monitor => Decision::Pass,
            (Some(hit), Some(event)) => {
                self.refuse(trigger, event, hit.reason, &refused, request_id)
            }
            (Some(hit), None) => Decision::Answer(answer::refuse(trigger, hit.reason, request_id)),
            (None, _) => Decision::Pass,
        };
        Judgement { trigger, decision, hits, caller: None }
    }

    /// Refuses records of a batch where the trigger knows how, else the whole event.
    fn refuse(
        &self,
        trigger: Trigger,
        event: Value<'_>,
        reason: Reason,
        bad: &[(u32, Reason)],
        request_id: &str,
    ) -> Decision {
        let Some(batch) = Batch::of(trigger) else {
            return Decision::Answer(answer::refuse(trigger, reason, request_id));
        };
        let (_, phrase) = reason.status();
        let whole = Decision::Answer(answer::error(phrase));
        if self.batch == BatchAnswer::Fail {
            return whole;
        }
        let Some(records) = batch.records(event) else { return whole };
        let mut refused: Vec<Refused> = Vec::new();
        let mut kept = 0;
        let mut wanted = bad.iter().peekable();
        for (index, record) in (0u32..).zip(records.elements()) {
            // No index at all: the event as a whole is refused, and so is every record.
            let reason = match wanted.next_if(|(it, _)| *it == index) {
                Some((_, reason)) => *reason,
                None if bad.is_empty() => reason,
                None => {
                    kept += 1;
                    continue;
                }
            };
            // A record without an id cannot be reported: the batch fails as one.
            let Some(item) = batch.refused(index, record, reason) else { return whole };
            refused.push(item);
        }
        if kept == 0 {
            let body = batch.answer(event, &refused);
            return Decision::Answer(Answer::Response { body });
        }
        let is_bad = |index: usize| {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            bad.binary_search_by_key(&index, |(it, _)| *it).is_ok()
        };
        Decision::Reduced { body: batch.reduce(event, |index| !is_bad(index)), refused }
    }

    /// What holds at the root of an event.
    pub(crate) fn cursor(&self, roles: State) -> Cursor {
        let cursor = Cursor {
            roles,
            fields: self.fields_start,
            role: Role::Text,
            classes: self.default,
            sharply: Classes::NONE,
            named: false,
        };
        self.arrive(cursor)
    }

    /// What holds in the member `name`.
    pub(crate) fn member(&self, cursor: Cursor, name: &str) -> Cursor {
        let roles = self.roles.automaton.member(cursor.roles, name);
        let fields = self.fields.member(cursor.fields, name);
        self.arrive(Cursor { roles, fields, ..cursor })
    }

    /// What holds in the element `index`.
    pub(crate) fn element(&self, cursor: Cursor, index: u32) -> Cursor {
        let roles = self.roles.automaton.element(cursor.roles, index);
        let fields = self.fields.element(cursor.fields, index);
        self.arrive(Cursor { roles, fields, ..cursor })
    }

    /// Takes up what the automata say here; what they do not say stays as it was further out.
    fn arrive(&self, mut cursor: Cursor) -> Cursor {
        if let Some(role) = self.roles.automaton.value(cursor.roles) {
            cursor.role = role;
        }
        if let Some(classes) = self.fields.value(cursor.fields) {
            // An empty list says that the field is not looked at.
            cursor.classes = if classes.is_empty() { Classes::NONE } else { self.default };
            cursor.sharply = classes;
            cursor.named = true;
        }
        cursor
    }
}

/// What a walk found.
struct Outcome {
    hits: Vec<Hit>,
    /// Indices of records that the handler may not see, with the reason; empty when the event is
    /// refused whole.
    refused: Vec<(u32, Reason)>,
}

impl Outcome {
    /// That of an event that is refused whole, or not at all.
    fn whole(hit: Option<Hit>) -> Self {
        Self { hits: hit.into_iter().collect(), refused: Vec::new() }
    }
}

/// Groups of a FIFO queue of which a message was refused: later ones may not overtake it.
#[derive(Default)]
struct HeldGroups {
    groups: Vec<(String, Reason)>,
}

impl HeldGroups {
    fn group(trigger: Trigger, record: Value<'_>) -> Option<std::borrow::Cow<'_, str>> {
        let is_fifo = trigger == Trigger::Sqs { fifo: true };
        let group = record.descendant(&["attributes", "MessageGroupId"]).filter(|_| is_fifo)?;
        Some(group.text()?.to_cow())
    }

    fn hold(&mut self, trigger: Trigger, record: Value<'_>, reason: Reason) {
        if self.reason(trigger, record).is_none()
            && let Some(group) = Self::group(trigger, record)
        {
            self.groups.push((group.into_owned(), reason));
        }
    }

    /// Why a message of this group was refused.
    fn reason(&self, trigger: Trigger, record: Value<'_>) -> Option<Reason> {
        if self.groups.is_empty() {
            return None;
        }
        let group = Self::group(trigger, record)?;
        self.groups.iter().find(|(name, _)| *name == group).map(|(_, reason)| *reason)
    }
}

/// The settings' paths, and the other places where a request repeats the same field.
fn field_paths(settings: &Settings) -> Vec<(FieldPath, Classes)> {
    let mut paths = Vec::new();
    for (path, classes) in &settings.inspect.fields {
        let Some((Step::Member(first), rest)) = path.steps.split_first() else {
            paths.push((path.clone(), *classes));
            continue;
        };
        let others: &[&str] = match first.as_str() {
            "queryStringParameters" => &["multiValueQueryStringParameters", "rawQueryString"],
            "headers" => &["multiValueHeaders"],
            _ => &[],
        };
        for other in others {
            let mut steps = vec![Step::Member((*other).to_owned())];
            steps.extend_from_slice(rest);
            paths.push((FieldPath { steps }, *classes));
        }
        // What the settings say themselves comes last and so holds before a repetition.
        paths.push((path.clone(), *classes));
    }
    paths
}

pub(crate) fn budget(length: usize) -> usize {
    let (times, floor, most) = DECODED;
    length.saturating_mul(times).saturating_add(floor).min(most.max(length))
}

impl Scratch {
    pub(crate) fn take_text(&mut self) -> String {
        self.texts.pop().unwrap_or_default()
    }

    pub(crate) fn give_text(&mut self, mut text: String) {
        text.clear();
        text.shrink_to(KEPT_NODES);
        self.texts.push(text);
    }

    pub(crate) fn take_bytes(&mut self) -> Vec<u8> {
        self.bytes.pop().unwrap_or_default()
    }

    pub(crate) fn give_bytes(&mut self, mut bytes: Vec<u8>) {
        bytes.clear();
        bytes.shrink_to(KEPT_NODES);
        self.bytes.push(bytes);
    }

    pub(crate) fn take_tape(&mut self) -> Tape {
        self.tapes.pop().unwrap_or_default()
    }

    pub(crate) fn give_tape(&mut self, mut tape: Tape) {
        tape.shrink(KEPT_NODES);
        self.tapes.push(tape);
    }
}
