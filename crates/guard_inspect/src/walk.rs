//! The walk: every text and every name of an event, once, with what hides in them.

use std::ops::ControlFlow;

use guard_settings::Uninspected;
use json_tape::{Fault, Kind, Tape, Value};
use payload::{Class, Classes, Context};

use crate::automaton::State;
use crate::coding::{self, Coding, Unpacked};
use crate::encoded;
use crate::inspector::{Inspector, Scratch};
use crate::judgement::{Hit, Reason, Unread};
use crate::place::Place;
use crate::role::{Role, is_opaque};

/// What a walk says on its way: on, or stop with what was found.
pub(crate) type Found = ControlFlow<Hit>;

/// Texts within texts that are followed: JSON in JSON, an event in a message.
const MOST_NESTED: u32 = 8;
/// Arrays and objects within each other, those of nested texts together: what the stack holds.
const DEEPEST: u32 = 512;

/// What holds at a place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor {
    /// In the automaton of roles.
    pub(crate) roles: State,
    /// In the automaton of the settings' fields.
    pub(crate) fields: State,
    pub(crate) role: Role,
    /// What is looked for at the ordinary threshold.
    pub(crate) classes: Classes,
    /// What is looked for at the sharper threshold of a known sink.
    pub(crate) sharply: Classes,
    /// The settings name the field, or one that it is in.
    pub(crate) named: bool,
}

impl Cursor {
    /// Nothing is looked for here, nor further in.
    fn is_done(self) -> bool {
        let ignored = self.is_unwanted() || (self.role == Role::Trusted && !self.named);
        ignored && self.fields == State::NOWHERE && self.roles == State::NOWHERE
    }

    /// Nothing is looked for here.
    fn is_unwanted(self) -> bool {
        self.classes.is_empty() && self.sharply.is_empty()
    }

    /// The questions about one value, the sharper one first.
    fn contexts(self) -> impl Iterator<Item = Context> {
        let ordinary = self.classes.minus(self.sharply);
        [Context::Sink(self.sharply), Context::Any(ordinary)]
            .into_iter()
            .filter(|context| !context.classes().is_empty())
    }

    /// The same, without looking for `class`.
    pub(crate) fn without(self, class: Class) -> Self {
        let (classes, sharply) = (self.classes.without(class), self.sharply.without(class));
        Self { classes, sharply, ..self }
    }

    fn with_role(self, role: Role) -> Self {
        Self { role, ..self }
    }
}

/// One walk over one event, or over one record of a batch.
pub(crate) struct Walk<'w> {
    pub(crate) inspector: &'w Inspector,
    pub(crate) scratch: &'w mut Scratch,
    /// What the headers of a request say about its body.
    pub(crate) body: BodyKind<'w>,
    /// Bytes that may still be decoded; a bomb ends here.
    pub(crate) budget: usize,
    nested: u32,
    depth: u32,
    /// The first part that could not be looked at.
    unread: Option<Hit>,
}

/// What the headers of a request say about its body.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct BodyKind<'w> {
    pub(crate) content_type: &'w str,
    pub(crate) is_base64: bool,
    pub(crate) coding: Coding,
}

impl<'w> Walk<'w> {
    pub(crate) fn new(
        inspector: &'w Inspector,
        scratch: &'w mut Scratch,
        body: BodyKind<'w>,
        budget: usize,
    ) -> Self {
        Self { inspector, scratch, body, budget, nested: 0, depth: 0, unread: None }
    }

    /// Notes that a part could not be looked at.
    pub(crate) fn unread(&mut self, unread: Unread, place: &Place<'_>) {
        if self.unread.is_none() {
            let passes = self.inspector.uninspected == Uninspected::Pass;
            let hit = Hit::new(Reason::Uninspected(unread), place.to_string());
            self.unread = Some(Hit { passes, ..hit });
        }
    }

    /// What was found, or else what could not be looked at; the next walk begins anew.
    pub(crate) fn outcome(&mut self, found: Found) -> Option<Hit> {
        let unread = self.unread.take();
        found.break_value().or(unread)
    }

    /// A value and all that is in it.
    pub(crate) fn value(&mut self, value: Value<'_>, place: &Place<'_>, cursor: Cursor) -> Found {
        if cursor.is_done() {
            return Found::Continue(());
        }
        match value.kind() {
            Kind::String => {
                let Some(text) = value.text() else { return Found::Continue(()) };
                if !text.has_escapes() {
                    return self.text(text.raw(), place, cursor);
                }
                let mut buffer = self.scratch.take_text();
                let found = self.text(text.decode(&mut buffer), place, cursor);
                self.scratch.give_text(buffer);
                found
            }
            Kind::Array if cursor.role == Role::Bytes => self.numbers(value, place, cursor),
            Kind::Array | Kind::Object => {
                if self.depth == DEEPEST {
                    return Found::Break(Hit::new(Reason::TooDeep, place.to_string()));
                }
                self.depth += 1;
                let found = self.inside(value, place, cursor);
                self.depth -= 1;
                found
            }
            Kind::Null | Kind::True | Kind::False | Kind::Number => Found::Continue(()),
        }
    }

    fn inside(&mut self, value: Value<'_>, place: &Place<'_>, cursor: Cursor) -> Found {
        for (index, element) in (0u32..).zip(value.elements()) {
            let inside = self.inspector.element(cursor, index);
            self.value(element, &place.element(index), inside)?;
        }
        for member in value.members() {
            if !member.name.has_escapes() {
                self.member(member.name.raw(), member.value, place, cursor)?;
                continue;
            }
            let mut buffer = self.scratch.take_text();
            let found = self.member(member.name.decode(&mut buffer), member.value, place, cursor);
            self.scratch.give_text(buffer);
            found?;
        }
        Found::Continue(())
    }

    pub(crate) fn member(
        &mut self,
        name: &str,
        value: Value<'_>,
        at: &Place<'_>,
        cursor: Cursor,
    ) -> Found {
        let inside = self.inspector.member(cursor, name);
        let place = at.member(name);
        self.name(name, &place, inside)?;
        self.value(value, &place, inside)
    }

    /// A text, by its role.
    pub(crate) fn text(&mut self, text: &str, place: &Place<'_>, cursor: Cursor) -> Found {
        match cursor.role {
            Role::Trusted if !cursor.named => Found::Continue(()),
            Role::Opaque if !cursor.named && is_opaque(text) => Found::Continue(()),
            // A text where bytes were expected is a text.
            Role::Text | Role::Trusted | Role::Opaque | Role::Bytes => {
                self.content(text, place, cursor)
            }
            Role::Body => self.body(text, place, cursor),
            Role::Header => self.header(text, place, cursor),
            Role::Url => self.url(text, place, cursor),
            Role::Query => self.form(text, place, cursor),
            Role::Cookie => self.cookies(text, place, cursor),
            Role::ObjectKey => self.object_key(text, place, cursor),
            Role::Base64 => self.base64(text, place, cursor),
        }
    }

    /// A text that may be JSON or a token, and is looked at whole otherwise.
    pub(crate) fn content(&mut self, text: &str, place: &Place<'_>, cursor: Cursor) -> Found {
        let is_json = matches!(text.trim_start().as_bytes().first(), Some(b'{' | b'['));
        if is_json && self.nested < MOST_NESTED {
            let mut tape = self.scratch.take_tape();
            let found = self.json(&mut tape, text, place, cursor);
            self.scratch.give_tape(tape);
            if let Some(found) = found {
                return found;
            }
        }
        if text.starts_with('e') && text.contains('.') {
            self.token(text, place, cursor)?;
        }
        self.leaf(text, place, cursor)
    }

    /// JSON in a text; `None` when it is none.
    fn json(
        &mut self,
        tape: &mut Tape,
        text: &str,
        place: &Place<'_>,
        cursor: Cursor,
    ) -> Option<Found> {
        let stop = |reason| Some(Found::Break(Hit::new(reason, place.to_string())));
        let document = match tape.read(text.as_bytes(), &self.inspector.limits) {
            Ok(document) => document,
            Err(error) if error.fault == Fault::TooDeep => return stop(Reason::TooDeep),
            Err(error) if error.fault == Fault::TooMany => return stop(Reason::TooLarge),
            Err(_) => return None,
        };
        self.nested += 1;
        let roles = self.inspector.roles.nested;
        let inside = Cursor { roles, role: Role::Text, ..cursor };
        let found = self.value(document.root(), place, inside);
        self.nested -= 1;
        Some(found)
    }

    /// A name that somebody else may have chosen.
    pub(crate) fn name(&mut self, name: &str, place: &Place<'_>, cursor: Cursor) -> Found {
        let is_ignored = cursor.role == Role::Trusted && !cursor.named;
        if is_ignored || cursor.is_unwanted() || is_plain_name(name) {
            return Found::Continue(());
        }
        // Two words of which only both together are an attack.
        let is_prototype = name == "prototype" && place.is_within("constructor");
        let name = if is_prototype { "constructor.prototype" } else { name };
        let engine = &self.inspector.engine;
        cursor.contexts().try_for_each(|context| {
            let verdict = engine.classify_key(&mut self.scratch.engine, name, context);
            self.judge(verdict, place)
        })
    }

    /// A text in which nothing more is to be found than its letters.
    pub(crate) fn leaf(&mut self, text: &str, place: &Place<'_>, cursor: Cursor) -> Found {
        let engine = &self.inspector.engine;
        cursor.contexts().try_for_each(|context| {
            let verdict = engine.classify(&mut self.scratch.engine, text, context);
            self.judge(verdict, place)
        })
    }

    fn judge(&mut self, verdict: payload::Verdict, place: &Place<'_>) -> Found {
        if !verdict.complete {
            self.unread(Unread::Layers, place);
        }
        let Some(hit) = verdict.hit else { return Found::Continue(()) };
        let payload::Hit { class, score, hidden_by } = hit;
        let reason = Reason::Attack { class, score, hidden_by };
        Found::Break(Hit::new(reason, place.to_string()))
    }

    /// Bytes that hold a text, compressed or not. What is not UTF-8 is looked at with its odd bytes
    /// replaced, so that one odd byte hides nothing.
    pub(crate) fn bytes(&mut self, bytes: &[u8], place: &Place<'_>, cursor: Cursor) -> Found {
        if coding::is_gzip(bytes) {
            return self.unpacked(bytes, |walk, plain| walk.utf8(plain, place, cursor), place);
        }
        self.utf8(bytes, place, cursor)
    }

    /// What gzip or deflate holds, to `look` at. Where it breaks off, the part before is looked at,
    /// as some readers do, and the rest is unread.
    pub(crate) fn unpacked(
        &mut self,
        bytes: &[u8],
        look: impl FnOnce(&mut Self, &[u8]) -> Found,
        place: &Place<'_>,
    ) -> Found {
        let mut plain = self.scratch.take_bytes();
        let unpacked = coding::unpack(bytes, &mut plain, self.budget);
        let found = match unpacked {
            Unpacked::TooLarge => Found::Break(Hit::new(Reason::TooLarge, place.to_string())),
            Unpacked::Whole | Unpacked::Part => {
                if unpacked == Unpacked::Part {
                    self.unread(Unread::Broken, place);
                }
                match self.spend(plain.len(), place) {
                    Found::Continue(()) => look(self, &plain),
                    stop @ Found::Break(_) => stop,
                }
            }
        };
        self.scratch.give_bytes(plain);
        found
    }

    /// The same, not compressed. Of what is no text at all each run of letters is looked at.
    pub(crate) fn utf8(&mut self, bytes: &[u8], place: &Place<'_>, cursor: Cursor) -> Found {
        if let Some(text) = encoded::as_text(bytes) {
            return self.content(&text, place, cursor);
        }
        encoded::runs_of(bytes).try_for_each(|run| self.content(run, place, cursor))
    }

    fn base64(&mut self, text: &str, place: &Place<'_>, cursor: Cursor) -> Found {
        self.spend(text.len(), place)?;
        let mut bytes = self.scratch.take_bytes();
        let found = if encoded::base64(text, &mut bytes) {
            self.bytes(&bytes, place, cursor)
        } else {
            self.content(text, place, cursor)
        };
        self.scratch.give_bytes(bytes);
        found
    }

    fn numbers(&mut self, list: Value<'_>, place: &Place<'_>, cursor: Cursor) -> Found {
        let mut bytes = self.scratch.take_bytes();
        let found = if encoded::numbers(list, &mut bytes) {
            self.bytes(&bytes, place, cursor)
        } else {
            self.value(list, place, cursor.with_role(Role::Text))
        };
        self.scratch.give_bytes(bytes);
        found
    }

    /// The key of an object becomes a path in most handlers, so a way up is looked for sharply.
    fn object_key(&mut self, text: &str, place: &Place<'_>, cursor: Cursor) -> Found {
        let mut bytes = self.scratch.take_bytes();
        encoded::percent(text, true, &mut bytes);
        let key = String::from_utf8_lossy(&bytes);
        let found = self.path(&key, place, cursor);
        self.scratch.give_bytes(bytes);
        found
    }

    /// A text that becomes the name of a file.
    pub(crate) fn path(&mut self, text: &str, place: &Place<'_>, mut cursor: Cursor) -> Found {
        if !cursor.named && !cursor.is_unwanted() {
            cursor.sharply = cursor.sharply.with(Class::Path);
        }
        self.leaf(text, place, cursor)
    }

    /// A signed token (JWT): its header and its claims are JSON, which in base64 begins with `e`.
    fn token(&mut self, text: &str, place: &Place<'_>, cursor: Cursor) -> Found {
        let mut bytes = self.scratch.take_bytes();
        let mut found = Found::Continue(());
        for part in text.split('.').take(2) {
            bytes.clear();
            let is_json = encoded::base64(part, &mut bytes) && bytes.starts_with(b"{");
            if !is_json {
                break;
            }
            found = self.spend(part.len(), place);
            if found.is_continue() {
                found = self.bytes(&bytes, place, cursor);
            }
            if found.is_break() {
                break;
            }
        }
        self.scratch.give_bytes(bytes);
        found
    }

    /// Counts bytes that are decoded.
    pub(crate) fn spend(&mut self, bytes: usize, place: &Place<'_>) -> Found {
        let Some(rest) = self.budget.checked_sub(bytes) else {
            return Found::Break(Hit::new(Reason::TooLarge, place.to_string()));
        };
        self.budget = rest;
        Found::Continue(())
    }
}

/// Names of most members: a word. Only `__proto__`, `constructor`, `prototype` and `json_class` are
/// words that do harm.
fn is_plain_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
        && !name.starts_with("__")
        && name != "constructor"
        && name != "prototype"
        && name != "json_class"
}
