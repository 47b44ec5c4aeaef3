//! The values that an event has in the fields that rules ask for, looked up when a rule needs them.

use audit_event::{AuditEvent, FieldValue, Json, JsonKind, Provider, RootSource, Text, values_of};

use super::{
    fields::{Branch, Fields, Slot},
    test::ValueKind,
};
use crate::pattern::fold;

/// Levels of arrays and objects; the reader of records refuses deeper ones.
const MAX_DEPTH: u32 = 130;

/// Asks of a value, its text, and its text with case folded.
type Asks<'t> = dyn Fn(ValueKind, &[u8], &[u8]) -> bool + 't;

/// A range of the buffer.
type Range = std::ops::Range<usize>;

/// One value of a field.
#[derive(Clone, Debug)]
pub(crate) struct Held<'a> {
    slot: Slot,
    pub(crate) kind: ValueKind,
    /// The text between the quotes, or of the number, when it has no escapes.
    raw: &'a [u8],
    /// In the buffer: the text with escapes resolved.
    plain: Option<Range>,
    /// In the buffer: the text with case folded, when that is another one.
    folded: Option<Range>,
}

impl Held<'_> {
    pub(crate) fn is_scalar(&self) -> bool {
        matches!(self.kind, ValueKind::Scalar | ValueKind::Number)
    }
}

/// What is known of a field in this event.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// Of which event.
    round: u32,
    first: usize,
    count: usize,
}

/// Room for the values of one event, used again for the next one.
#[derive(Debug, Default)]
pub(crate) struct Room {
    known: Vec<Known>,
    roots: Vec<u32>,
    record: u32,
    round: u32,
    buffer: Vec<u8>,
    held: Vec<Held<'static>>,
    runs: Vec<Run>,
}

/// The values that one member of an object has: some that follow each other.
#[derive(Clone, Debug)]
struct Run {
    slots: std::ops::Range<Slot>,
    first: usize,
    count: usize,
}

impl Room {
    pub(crate) fn new(fields: &Fields) -> Self {
        Self {
            known: vec![Known::default(); fields.all.len()],
            roots: vec![0; fields.roots.len()],
            ..Self::default()
        }
    }

    /// Begins with an event. Gives the list of values, empty, which goes back with [`Room::leave`].
    pub(crate) fn enter<'a>(&mut self) -> Vec<Held<'a>> {
        self.buffer.clear();
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.known.fill(Known::default());
            self.roots.fill(0);
            (self.record, self.round) = (0, 1);
        }
        relabel(std::mem::take(&mut self.held))
    }

    pub(crate) fn leave(&mut self, held: Vec<Held<'_>>) {
        self.held = relabel(held);
    }
}

/// The list, emptied, for values that live otherwise: the memory is used again.
fn relabel<'b>(mut held: Vec<Held<'_>>) -> Vec<Held<'b>> {
    held.clear();
    held.into_iter().map(|it| Held { raw: &[], ..it }).collect()
}

/// The values of one event.
#[derive(Debug)]
pub(crate) struct Values<'e, 'a> {
    pub(crate) event: &'e AuditEvent<'a>,
    fields: &'e Fields,
    room: &'e mut Room,
    held: Vec<Held<'a>>,
}

impl<'e, 'a> Values<'e, 'a> {
    pub(crate) fn new(fields: &'e Fields, event: &'e AuditEvent<'a>, room: &'e mut Room) -> Self {
        let held = room.enter();
        Self { event, fields, room, held }
    }

    pub(crate) fn leave(self) {
        self.room.leave(self.held);
    }

    /// The values of a field; none when it is absent, and perhaps when it is `null`.
    pub(crate) fn of(&mut self, slot: Slot) -> Range {
        if let Some(known) = self.known(slot) {
            return known;
        }
        let Some(field) = self.fields.all.get(slot as usize) else { return 0..0 };
        if self.event.provider != Provider::Aws {
            self.load_other(slot, &field.path);
            return self.known(slot).unwrap_or(0..0);
        }
        match field.at_hand {
            Some(at_hand) if !self.event.is_irregular => {
                let first = self.held.len();
                if let Some(text) = at_hand.text(self.event) {
                    self.push(slot, ValueKind::Scalar, Some(text), text.raw());
                }
                self.note(slot, first);
            }
            _ => self.load_root(field.root),
        }
        self.known(slot).unwrap_or(0..0)
    }

    /// Whether a field is there, be it `null`.
    pub(crate) fn exists(&mut self, slot: Slot) -> bool {
        if !self.of(slot).is_empty() {
            return true;
        }
        let Some(field) = self.fields.all.get(slot as usize) else { return false };
        // What the event has at hand does not tell `null` from absent.
        let is_at_hand = field.at_hand.is_some() || !field.path.contains('.');
        is_at_hand && self.event.record.at(&field.path).is_some()
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Held<'a>> {
        self.held.get(at)
    }

    /// The text of a value.
    pub(crate) fn text<'s>(&'s self, held: &'s Held<'a>) -> &'s [u8] {
        match &held.plain {
            Some(range) => self.room.buffer.get(range.clone()).unwrap_or_default(),
            None => held.raw,
        }
    }

    /// The text of a value, case folded.
    pub(crate) fn folded<'s>(&'s self, held: &'s Held<'a>) -> &'s [u8] {
        match &held.folded {
            Some(range) => self.room.buffer.get(range.clone()).unwrap_or_default(),
            None => self.text(held),
        }
    }

    /// Asks of every string, number and truth value of the record, until one is it.
    pub(crate) fn any_scalar(&mut self, test: &Asks<'_>) -> bool {
        self.any_below(self.event.record, 0, test)
    }

    fn any_below(&mut self, value: Json<'a>, depth: u32, test: &Asks<'_>) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        match value.kind() {
            JsonKind::Array => value.elements().any(|it| self.any_below(it, depth + 1, test)),
            JsonKind::Object => value.members().any(|(_, it)| self.any_below(it, depth + 1, test)),
            JsonKind::Null => false,
            _ => {
                let (count, length) = (self.held.len(), self.room.buffer.len());
                self.scalar(Slot::MAX, value);
                let found = self
                    .held
                    .get(count)
                    .is_some_and(|held| test(held.kind, self.text(held), self.folded(held)));
                self.held.truncate(count);
                self.room.buffer.truncate(length);
                found
            }
        }
    }

    fn known(&self, slot: Slot) -> Option<Range> {
        let known = self.room.known.get(slot as usize)?;
        (known.round == self.room.round).then(|| known.first..known.first + known.count)
    }

    /// The values from `first` on are those of the field.
    fn note(&mut self, slot: Slot, first: usize) {
        let (round, count) = (self.room.round, self.held.len() - first);
        if let Some(known) = self.room.known.get_mut(slot as usize) {
            *known = Known { round, first, count };
        }
    }

    /// Loads a field of a record of another cloud than AWS, whatever name it has there.
    fn load_other(&mut self, slot: Slot, path: &str) {
        let first = self.held.len();
        for value in values_of(self.event, path) {
            match value {
                FieldValue::Text(text) => {
                    self.push(slot, ValueKind::Scalar, Some(text), text.raw());
                }
                FieldValue::Json(value) => match value.kind() {
                    JsonKind::Null => self.push(slot, ValueKind::Null, None, &[]),
                    JsonKind::Object => self.push(slot, ValueKind::Object, None, &[]),
                    JsonKind::Array => self.push(slot, ValueKind::Nothing, None, &[]),
                    _ => self.scalar(slot, value),
                },
            }
        }
        self.note(slot, first);
    }

    /// Loads all fields below a member of the record.
    fn load_root(&mut self, at: usize) {
        let fields = self.fields;
        let Some(root) = fields.roots.get(at) else { return };
        if root.source == RootSource::Record || self.event.is_irregular {
            self.load_record();
            return;
        }
        if self.room.roots.get(at) == Some(&self.room.round) {
            return;
        }
        if let Some(done) = self.room.roots.get_mut(at) {
            *done = self.room.round;
        }
        let first = self.held.len();
        if let Some(value) = root.source.value(self.event) {
            self.walk(&root.branch, value, 0);
        }
        self.settle(&root.branch, first);
    }

    /// Loads all fields for which the record itself must be looked into.
    fn load_record(&mut self) {
        if self.room.record == self.room.round {
            return;
        }
        self.room.record = self.room.round;
        let fields = self.fields;
        let is_irregular = self.event.is_irregular;
        let wanted = |source| source == RootSource::Record || is_irregular;
        for root in fields.roots.iter().filter(|root| wanted(root.source)) {
            let first = self.held.len();
            // Few fields are asked for here, so the record is looked through for each member.
            if let Some(value) = self.event.record.get(&root.name) {
                self.walk(&root.branch, value, 0);
            }
            self.settle(&root.branch, first);
        }
    }

    /// Puts the values from `first` on in the order of their fields.
    fn settle(&mut self, branch: &Branch, first: usize) {
        if let Some(own) = self.held.get_mut(first..) {
            own.sort_by_key(|held| held.slot);
        }
        let mut at = first;
        for slot in branch.slots.clone() {
            let count = self.held.get(at..).unwrap_or_default();
            let count = count.iter().take_while(|held| held.slot == slot).count();
            if let Some(known) = self.room.known.get_mut(slot as usize) {
                *known = Known { round: self.room.round, first: at, count };
            }
            at += count;
        }
    }

    /// Loads what a branch leads to in a value.
    fn walk(&mut self, branch: &Branch, value: Json<'a>, depth: u32) {
        if depth > MAX_DEPTH {
            return;
        }
        match value.kind() {
            JsonKind::Array => {
                let mut is_empty = true;
                for element in value.elements() {
                    is_empty = false;
                    self.walk(branch, element, depth + 1);
                }
                if let Some(slot) = branch.slot.filter(|_| is_empty) {
                    self.push(slot, ValueKind::Nothing, None, &[]);
                }
            }
            JsonKind::Object => {
                if let Some(slot) = branch.slot {
                    self.push(slot, ValueKind::Object, None, &[]);
                }
                if branch.has_children() {
                    self.members(branch, value, depth);
                }
            }
            JsonKind::Null => {
                if let Some(slot) = branch.slot {
                    self.push(slot, ValueKind::Null, None, &[]);
                }
            }
            _ => {
                if let Some(slot) = branch.slot {
                    self.scalar(slot, value);
                }
            }
        }
    }

    fn members(&mut self, branch: &Branch, value: Json<'a>, depth: u32) {
        let outer = self.room.runs.len();
        for (name, member) in value.members() {
            let below = if name.has_escapes() {
                child(branch, name.to_str().as_bytes())
            } else {
                child(branch, name.raw())
            };
            let Some(below) = below else { continue };
            self.forget_before(outer, &below.slots);
            let first = self.held.len();
            self.walk(below, member, depth + 1);
            let count = self.held.len() - first;
            if count > 0 {
                self.room.runs.push(Run { slots: below.slots.clone(), first, count });
            }
        }
        self.room.runs.truncate(outer);
    }

    /// Of members of one object that come twice the last one counts: values of these fields go that an
    /// earlier one has. Members are told by their runs, so that many values are not looked through for
    /// each name.
    fn forget_before(&mut self, outer: usize, slots: &std::ops::Range<Slot>) {
        let mut at = outer;
        while let Some(run) = self.room.runs.get(at).cloned() {
            let Run { slots: own, first, count } = run;
            if own.start >= slots.end || slots.start >= own.end {
                at += 1;
                continue;
            }
            // The order of fields does not matter, so that what stays is one run before and one behind.
            let held = self.held.get_mut(first..first + count).unwrap_or_default();
            held.sort_by_key(|it| it.slot);
            let from = held.partition_point(|it| it.slot < slots.start);
            let to = held.partition_point(|it| it.slot < slots.end);
            self.held.drain(first + from..first + to);
            let kept = [
                Run { slots: own.start..slots.start, first, count: from },
                Run { slots: slots.end..own.end, first: first + from, count: count - to },
            ];
            let kept = kept.into_iter().filter(|it| it.count > 0);
            let behind = at + kept.clone().count();
            self.room.runs.splice(at..=at, kept);
            for later in self.room.runs.iter_mut().skip(behind) {
                later.first -= to - from;
            }
            at = behind;
        }
    }

    fn scalar(&mut self, slot: Slot, value: Json<'a>) {
        match value.text() {
            Some(text) => self.push(slot, ValueKind::Scalar, Some(text), text.raw()),
            None if value.kind() == JsonKind::Number => {
                self.push(slot, ValueKind::Number, None, value.raw());
            }
            None => self.push(slot, ValueKind::Scalar, None, value.raw()),
        }
    }

    fn push(&mut self, slot: Slot, kind: ValueKind, text: Option<Text<'a>>, raw: &'a [u8]) {
        let buffer = &mut self.room.buffer;
        let escaped = text.filter(|text| text.has_escapes());
        let plain = escaped.map(|text| append(buffer, text.to_str().as_bytes()));
        let is_text = plain.is_none() && raw.is_ascii();
        let folded = if is_text {
            raw.iter().any(u8::is_ascii_uppercase).then(|| {
                let range = append(buffer, raw);
                buffer.get_mut(range.clone()).unwrap_or_default().make_ascii_lowercase();
                range
            })
        } else {
            let text = text.map_or_else(|| String::from_utf8_lossy(raw), Text::to_str);
            Some(append(buffer, &fold(text.as_bytes())))
        };
        self.held.push(Held { slot, kind, raw, plain, folded });
    }
}

fn append(buffer: &mut Vec<u8>, bytes: &[u8]) -> Range {
    let start = buffer.len();
    buffer.extend_from_slice(bytes);
    start..buffer.len()
}

/// The branch below for a member; a name with dots counts as nested members.
fn child<'b>(branch: &'b Branch, name: &[u8]) -> Option<&'b Branch> {
    branch.child(name).or_else(|| {
        let has_dots = memchr::memchr(b'.', name).is_some();
        if has_dots { branch.dotted(name) } else { None }
    })
}
