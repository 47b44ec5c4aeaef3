//! Texts that are put together: what their constant pieces look like, and where they go.
//!
//! A text that looks like SQL or HTML and has hostile data in it is a danger where an interpreter
//! reads it, which models know. Where it goes to a function that nobody knows, or out as an answer,
//! the place where it was put together is told instead, as a guess.

use std::rc::Rc;

use code_ir::{SmolStr, Span};
use code_program::ModuleId;
use taint_models::Kind;

use super::{
    Engine,
    call::Args,
    head::{ADDRESS, Head},
    report::Told,
};
use crate::{
    heap::ObjectId,
    origin,
    pieces::{HOLE, Pieces, looks_like_html, looks_like_sql},
    service_call::Provenance,
    value::{Label, Note, Taint, TraceStep, Value},
};

/// Kinds of danger that a text shows by what it looks like.
const SHOWN: [Kind; 2] = [Kind::Sql, Kind::Html];

/// Functions that only tell a text to people.
const TELLERS: &str = "print println printf puts p pp log logger debug info warn warning trace fatal critical \
    notice verbose raise fail panic logf debugf infof warnf errorf fatalf panicf write_log";

/// A text that looks dangerous and went where nobody knows what becomes of it.
#[derive(Debug)]
pub(crate) struct Suspect {
    kind: Kind,
    module: ModuleId,
    span: Span,
    label: Label,
    entry: Option<usize>,
    within: SmolStr,
}

impl Engine<'_> {
    /// A text made of parts in order, each a constant or not known, with what hostile data is in
    /// any of them.
    pub(crate) fn composed(&self, parts: &[&Value], taint: Taint, span: Span) -> Value {
        let pieces = Pieces::of(parts.iter().copied());
        let text = Provenance::text(parts.iter().map(|part| part.provenance()));
        self.text_of(pieces, taint, span).with_text(text)
    }

    /// Hostile data of parts that follow each other: behind a fixed host it leads nowhere else.
    pub(crate) fn taint_in_order(&mut self, parts: &[&Value]) -> Taint {
        let (mut head, mut taint) = (Head::default(), Taint::default());
        for part in parts {
            let own = self.printed(part);
            taint = taint.or(&if head.is_fixed() { own.without(ADDRESS) } else { own });
            head.value(part);
        }
        taint
    }

    /// A text with these pieces.
    pub(crate) fn text_of(&self, pieces: Option<Pieces>, taint: Taint, span: Span) -> Value {
        let taint = match &pieces {
            Some(pieces) => self.put_into(pieces, taint, span),
            None => taint,
        };
        Value { taint, pieces, ..Value::default() }
    }

    /// A template whose places are filled with values in order; `others` go anywhere in it. What stands
    /// behind a fixed host leads nowhere else.
    pub(crate) fn filled_template(
        &mut self,
        template: &str,
        values: &[Value],
        others: &Taint,
        span: Span,
    ) -> Value {
        let filled = origin::filled(template, values, &|_| None);
        let Some(pieces) = Pieces::of_template(template) else {
            let taint =
                values.iter().fold(others.clone(), |all, value| all.or(&self.printed(value)));
            return Value::tainted(taint).with_text(filled);
        };
        let is_in_order =
            others.is_clean() && pieces.holes() == values.len() && is_in_order(template);
        let mut head = Head::default();
        head.text(pieces.start());
        let is_fixed = head.is_fixed();
        let mut taint = if is_fixed { others.without(ADDRESS) } else { others.clone() };
        let mut pieces_after = pieces.as_str().split(HOLE).skip(1);
        let numbers = if self.is_python() { numbers_of_template(template) } else { Vec::new() };
        for (at, value) in values.iter().enumerate() {
            let is_number = is_in_order && numbers.get(at) == Some(&true);
            let own = if is_number { Taint::default() } else { self.printed(value) };
            let is_fixed = if is_in_order { head.is_fixed() } else { is_fixed };
            taint = taint.or(&if is_fixed { own.without(ADDRESS) } else { own });
            head.value(value);
            head.text(pieces_after.next().unwrap_or_default());
        }
        self.text_of(Some(pieces), taint, span).with_text(filled)
    }

    /// The same data with the step that it was put into a text which looks like something.
    fn put_into(&self, pieces: &Pieces, taint: Taint, span: Span) -> Taint {
        if taint.kinds().and(SHOWN.into_iter().collect()).is_empty() {
            return taint;
        }
        let mut taint = taint;
        for kind in SHOWN {
            let is_shown = match kind {
                Kind::Sql => looks_like_sql(pieces.as_str()),
                _ => looks_like_html(pieces.as_str()),
            };
            if is_shown {
                let is_new = |label: &Label| label.kinds.has(kind) && put_at(label, kind).is_none();
                taint = taint.step_where(self.module_id(), span, &Note::PutInto(kind), is_new);
            }
        }
        taint
    }

    /// Texts among the arguments leave for a function that nobody knows.
    pub(crate) fn note_leaving(&mut self, name: &str, args: &Args) {
        if only_tells(name) {
            return;
        }
        for value in args.all() {
            self.note_suspect(value, &SHOWN);
        }
    }

    /// A value leaves for where nobody knows what becomes of it.
    pub(crate) fn note_suspect(&mut self, value: &Value, kinds: &[Kind]) {
        let mut taint = self.deep_taint(value);
        for object in self.objects_in(value, 2) {
            if let Some(written) = self.written.get(&object) {
                taint = taint.or(written);
            }
        }
        for kind in kinds {
            for label in taint.of_kind(*kind) {
                let Some(step) = put_at(label, *kind) else { continue };
                let suspect = Suspect {
                    kind: *kind,
                    module: step.module,
                    span: step.span,
                    // What happens to the text afterwards leads nowhere that is known.
                    label: Label { trace: Some(Rc::clone(step)), ..label.clone() },
                    entry: self.entry,
                    within: self.within(),
                };
                self.suspects.push(suspect);
            }
        }
    }

    /// A text is written into an object. Where that object goes, the text is told of, even when it
    /// is written over before: a guess does not hang on the order of writes.
    pub(crate) fn note_written(&mut self, base: &Value, value: &Value) {
        let is_suspect = |label: &Label| SHOWN.iter().any(|kind| put_at(label, *kind).is_some());
        if let Some(id) = base.as_object()
            && value.taint.labels().iter().any(is_suspect)
        {
            let known = self.written.entry(id).or_default();
            *known = known.or(&value.taint);
        }
    }

    /// The objects in a value, a few levels deep.
    fn objects_in(&self, value: &Value, depth: u32) -> Vec<ObjectId> {
        let mut objects = Vec::new();
        let mut level: Vec<ObjectId> = value.as_object().into_iter().collect();
        for _ in 0..=depth {
            let mut next = Vec::new();
            for id in level {
                if let Some(map) = self.heap.map(id) {
                    let values = map.entries.iter().map(|(_, value)| value).chain(&map.rest);
                    next.extend(values.filter_map(Value::as_object));
                }
                objects.push(id);
            }
            level = next;
        }
        objects
    }

    /// Tells of the texts that left, unless the danger that they reach is told already.
    pub(crate) fn tell_suspects(&mut self) {
        for suspect in std::mem::take(&mut self.suspects) {
            let Suspect { kind, module, span, label, entry, within } = suspect;
            if self.told.contains(&Told::Composed(kind, module, span)) {
                continue;
            }
            self.entry = entry;
            let sink = looks(kind);
            self.tell_at(kind, &label, (sink, ""), (module, span), true, within);
        }
        self.entry = None;
    }
}

/// Whether the places of a template are filled in the order in which they stand: none has a number
/// that says otherwise.
/// Which places of a template of Python take numbers only, in order: `%d`, `{:.2f}`. Nothing is known
/// of a template whose places are of another form.
fn numbers_of_template(template: &str) -> Vec<bool> {
    let is_number =
        |spec: &str| spec.ends_with(['d', 'i', 'o', 'x', 'X', 'e', 'E', 'f', 'F', 'g', 'G']);
    if template.contains('{') {
        let places = template.split('{').skip(1);
        return places
            .map(|place| place.split_once('}').map_or(place, |(spec, _)| spec))
            .map(|spec| spec.split_once(':').is_some_and(|(_, spec)| is_number(spec)))
            .collect();
    }
    let mut numbers = Vec::new();
    let mut rest = template;
    while let Some((_, after)) = rest.split_once('%') {
        let end = after.find(|c: char| !matches!(c, '0'..='9' | '.' | '-' | '+' | ' ' | '#'));
        let Some(conversion) = end.and_then(|end| after.get(end..)?.chars().next()) else { break };
        if conversion == '(' {
            return Vec::new();
        }
        if conversion != '%' {
            numbers.push(is_number(conversion.encode_utf8(&mut [0; 4])));
        }
        let taken = end.unwrap_or_default() + conversion.len_utf8();
        rest = after.get(taken..).unwrap_or_default();
    }
    numbers
}

fn is_in_order(template: &str) -> bool {
    let numbers = template.split('{').skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        rest.get(..end)?.parse::<usize>().ok()
    });
    !template.contains('$') && numbers.enumerate().all(|(at, number)| at == number)
}

/// What a text looks like, in words.
pub(crate) fn looks(kind: Kind) -> &'static str {
    match kind {
        Kind::Sql => "a text that looks like SQL",
        _ => "a text that looks like HTML",
    }
}

/// Where the data of a label was put into a text that looks like this.
pub(crate) fn put_at(label: &Label, kind: Kind) -> Option<&Rc<TraceStep>> {
    let mut at = label.trace.as_ref();
    while let Some(step) = at {
        if step.note == Note::PutInto(kind) {
            return Some(step);
        }
        at = step.before.as_ref();
    }
    None
}

/// Whether a function only tells a text to people: what it looks like does not matter there.
fn only_tells(name: &str) -> bool {
    let name = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    name.ends_with("error")
        || name.ends_with("exception")
        || TELLERS.split(' ').any(|teller| teller == name)
}

impl Value {
    /// Whether a text begins with a constant word and a blank: as the name of a program it names
    /// none, whatever follows.
    pub(crate) fn starts_with_word(&self) -> bool {
        let start = self.pieces.as_ref().map(|pieces| pieces.start().trim_start());
        start.is_some_and(|start| start.contains(char::is_whitespace))
    }
}
