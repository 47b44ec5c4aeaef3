//! Sources: fields of events, and calls that bring data in.

use std::rc::Rc;

use code_ir::{Expr, Handler, Language, SmolStr, Span};
use code_program::ModuleId;
use rustc_hash::FxHashMap as HashMap;
use taint_models::{Kind, Kinds, Source, Step, Trust};

use super::Engine;
use crate::{
    flow::Remark,
    heap::ObjectId,
    value::{EventPath, Label, Note, Shape, SourceId, Taint, Value},
};

/// A source that was met.
#[derive(Clone, Debug)]
pub(crate) struct SourceInfo {
    pub(crate) module: ModuleId,
    pub(crate) span: Span,
    /// As the code writes it: `event["body"]`.
    pub(crate) text: SmolStr,
    /// In words.
    pub(crate) words: SmolStr,
    pub(crate) trust: Trust,
    /// Path in the event, when it is of one.
    pub(crate) path: Option<String>,
    /// The same, as the event knows it.
    pub(crate) at: Option<EventPath>,
}

/// All sources of a run.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    list: Vec<SourceInfo>,
    index: HashMap<(ModuleId, Span, SmolStr, Option<String>, Trust), SourceId>,
    /// Packages that imports made, by folder and name.
    pub(super) packages: HashMap<String, ObjectId>,
}

impl Sources {
    /// The source at a place, made when it is new.
    fn intern(&mut self, info: SourceInfo) -> SourceId {
        let key = (info.module, info.span, info.words.clone(), info.path.clone(), info.trust);
        if let Some(id) = self.index.get(&key) {
            return *id;
        }
        let id = SourceId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.list.push(info);
        self.index.insert(key, id);
        id
    }

    pub(crate) fn get(&self, id: SourceId) -> Option<&SourceInfo> {
        self.list.get(id.0 as usize)
    }
}

impl<'p> Engine<'p> {
    /// A value that comes from a source.
    pub(crate) fn taint_of_source(&mut self, source: &Source, span: Span) -> Taint {
        if source.trust == Trust::Authenticated {
            self.note_identity();
        }
        self.label(source.trust, source.kinds, source.words.clone(), span)
    }

    /// Notes that the entry point that runs reads who its caller proved to be.
    pub(crate) fn note_identity(&mut self) {
        if let Some(entry) = self.entry
            && !self.analysis.identities.contains(&entry)
        {
            self.analysis.identities.push(entry);
        }
    }

    pub(crate) fn label(
        &mut self,
        trust: Trust,
        kinds: Kinds,
        words: SmolStr,
        span: Span,
    ) -> Taint {
        self.label_at(trust, kinds, words, None, span)
    }

    fn label_at(
        &mut self,
        trust: Trust,
        kinds: Kinds,
        words: SmolStr,
        at: Option<EventPath>,
        span: Span,
    ) -> Taint {
        if kinds.is_empty() {
            return Taint::default();
        }
        let (module, text) = (self.module_id(), self.excerpt(span));
        let path = at.as_ref().map(|at| path_text(&at.path));
        let info = SourceInfo { module, span, text, words, trust, path, at };
        let source = self.sources.intern(info);
        Taint::one(Label { source, kinds, trace: None })
    }

    /// The event itself, as a handler gets it.
    pub(crate) fn event_value(&mut self, event: taint_models::EventId, span: Span) -> Value {
        self.event_at(EventPath { event, path: Vec::new(), is_parsed: false }, span)
    }

    fn event_at(&mut self, path: EventPath, span: Span) -> Value {
        let Some(event) = self.models.event_data(path.event) else { return Value::unknown() };
        let facts = event.facts(&path.path);
        if facts.is_route
            && let Some(route) = &self.route
        {
            return Value::text(route.clone());
        }
        let text = path_text(&path.path);
        let mut kinds = facts.kinds;
        let is_body = matches!(path.path.as_slice(), [Step::Field(name)] if name == "body");
        if path.path.is_empty() && !event.ids_only || is_body && event.http {
            // The whole of it, should it be told somewhere.
            kinds = kinds.or(Kinds::one(Kind::Event));
        }
        if is_personal(&path.path) {
            kinds = kinds.or(Kinds::one(Kind::Personal));
        }
        if facts.trust == Trust::Authenticated && !facts.is_mixed {
            self.note_identity();
        }
        let words = facts.words.unwrap_or_else(|| SmolStr::new(format!("`event{text}`")));
        let taint = self.label_at(facts.trust, kinds, words, Some(path.clone()), span);
        let shape = match &facts.returns {
            Some(name) if !facts.is_mixed => {
                let name = name.clone();
                Shape::Instance(self.names.intern(&name))
            }
            _ => Shape::Event(Rc::new(path)),
        };
        Value { shape, taint, ..Value::default() }
    }

    /// A field of a part of an event, `base`, which stands at `at`.
    pub(crate) fn event_member(
        &mut self,
        base: &Value,
        at: &EventPath,
        name: &SmolStr,
        span: Span,
    ) -> Value {
        let path = below(at, Step::Field(name.clone()));
        self.note_read(&path.path);
        if names_credential(name) && span != Span::default() {
            self.note_credential(&path, span);
        }
        if at.is_parsed { self.parsed_part(base, path, span) } else { self.event_at(path, span) }
    }

    /// The same without telling that the field is read.
    pub(crate) fn event_part(&mut self, base: &Value, at: &EventPath, name: &SmolStr) -> Value {
        let (path, nowhere) = (below(at, Step::Field(name.clone())), Span::default());
        if at.is_parsed {
            self.parsed_part(base, path, nowhere)
        } else {
            self.event_at(path, nowhere)
        }
    }

    /// A credential of an event that is logged whole is read.
    fn note_credential(&mut self, path: &EventPath, span: Span) {
        let place = self.program.place(self.module_id(), span);
        let logs = |remark: &&mut Remark| remark.check == "logged-event" && remark.hops.is_empty();
        for remark in self.analysis.remarks.iter_mut().filter(logs) {
            let field = format!("`event{}`", path_text(&path.path));
            remark.hops.push((place, format!("{field} is read")));
        }
    }

    /// Whether models write down a field of this name there.
    pub(crate) fn has_event_field(&self, at: &EventPath, name: &str) -> bool {
        let event = self.models.event_data(at.event);
        event.is_some_and(|event| event.has_field(&at.path, name))
    }

    /// A member of a list in an event.
    pub(crate) fn event_index(
        &mut self,
        base: &Value,
        at: &EventPath,
        index: Option<i64>,
        span: Span,
    ) -> Value {
        let path = below(at, index.map_or(Step::Any, Step::Index));
        if at.is_parsed { self.parsed_part(base, path, span) } else { self.event_at(path, span) }
    }

    /// What a loop over a part of an event walks.
    pub(crate) fn event_item(&mut self, base: &Value, at: &EventPath) -> Value {
        self.event_index(base, at, None, Span::default())
    }

    /// What is read from a text of an event: a part of that event whose fields are of nobody's but
    /// the sender's choice. Nothing when it is not the text of one field alone.
    pub(crate) fn parsed(&self, taint: &Taint) -> Option<Shape> {
        let hostile = Kinds::INPUT.or(Kinds::ENCODED);
        let mut at: Option<&EventPath> = None;
        for label in taint.labels().iter().filter(|label| !label.kinds.and(hostile).is_empty()) {
            let own = self.sources.get(label.source)?.at.as_ref()?;
            if at.is_some_and(|at| at.event != own.event || at.path != own.path) {
                return None;
            }
            at = Some(own);
        }
        at.map(|at| Shape::Event(Rc::new(EventPath { is_parsed: true, ..at.clone() })))
    }

    /// A part of a parsed text: a source of its own, that begins where the text did.
    fn parsed_part(&mut self, base: &Value, path: EventPath, span: Span) -> Value {
        let whole = path.path.split_last().map(|(_, whole)| path_text(whole)).unwrap_or_default();
        let module = self.module_id();
        let mut taint = Taint::default();
        for label in base.taint.labels() {
            let mut kinds = label.kinds.without(Kinds::WHOLE);
            let source = self.sources.get(label.source);
            let Some(of) = source.filter(|of| of.path.as_ref() == Some(&whole)).cloned() else {
                taint = taint.or(&Taint::one(Label { kinds, ..label.clone() }));
                continue;
            };
            if is_personal(&path.path) {
                kinds = kinds.or(Kinds::one(Kind::Personal));
            }
            let text = self.part_text(&of, &path);
            let info = SourceInfo {
                text: text.clone(),
                path: Some(path_text(&path.path)),
                at: Some(path.clone()),
                ..of
            };
            // A field of a field: only the last one is told.
            let trace = match &label.trace {
                Some(step) if matches!(step.note, Note::Read(_)) => step.before.clone(),
                trace => trace.clone(),
            };
            let part = Taint::one(Label { source: self.sources.intern(info), kinds, trace });
            let read = if span == Span::default() {
                part
            } else {
                part.step(module, span, &Note::Read(text))
            };
            taint = taint.or(&read);
        }
        Value { shape: Shape::Event(Rc::new(path)), taint, ..Value::default() }
    }

    /// A part of a source as the code could write it: `event["body"]["userId"]`.
    fn part_text(&self, whole: &SourceInfo, path: &EventPath) -> SmolStr {
        let dotted = !matches!(self.language(), Language::Python | Language::Ruby);
        let step = match path.path.last() {
            Some(Step::Field(name)) if dotted && is_name(name) => format!(".{name}"),
            Some(step) => path_text(std::slice::from_ref(step)),
            None => String::new(),
        };
        let root: String = whole.text.chars().take_while(|c| is_name_letter(*c)).collect();
        let is_short = !whole.text.is_empty() && !whole.text.ends_with('…');
        // `event.get("body", "{}")` is `event["body"]`.
        if is_short && !whole.text.contains(".get(") {
            return SmolStr::new(format!("{}{step}", whole.text));
        }
        let root = if root.is_empty() { "event" } else { &root };
        SmolStr::new(format!("{root}{}", path_text(&path.path)))
    }

    fn note_read(&mut self, path: &[Step]) {
        if let Some(entry) = self.entry {
            let text = path_text(path);
            if self.reads.insert(text.clone()) {
                self.analysis.reads.push((entry, text));
            }
        }
    }

    /// What an error of any origin says: caught, or handed on by a promise or a callback.
    pub(crate) fn text_of_exception(&mut self, span: Span) -> Value {
        self.text_of_error(ANY_ERROR, span)
    }

    fn text_of_error(&mut self, words: &'static str, span: Span) -> Value {
        let words = SmolStr::new_static(words);
        Value::tainted(self.label(Trust::Platform, Kinds::one(Kind::Error), words, span))
    }

    /// Whether an error is of the language or a library, not one of the program.
    fn is_foreign_error(&mut self, kind: &'p Expr, is_raised_here: bool) -> bool {
        let Some(path) = kind.dotted() else { return false };
        let Some(name) = path.last() else { return false };
        if BROAD.contains(&name.as_str()) {
            return true;
        }
        // Built-in types other than the broad ones are what programs raise themselves.
        let is_built_in = self.is_python() && path.len() == 1 && name.ends_with("Error");
        if is_raised_here || tells_of_input(name) {
            return false;
        }
        let (value, _) = self.alternative(|engine| engine.eval(kind));
        match value.shape {
            Shape::Library(id) => !is_built_in || self.names.text(id).contains('.'),
            Shape::Instance(_) => true,
            _ => false,
        }
    }

    /// An exception that was caught: its text tells how the application works inside. One of a class of
    /// the program says what its author wrote for others, and so does one that the block raises itself.
    pub(crate) fn exception(&mut self, handler: &'p Handler, raised: Option<Value>) -> Value {
        let is_foreign = handler.types.is_empty()
            || handler.types.iter().any(|kind| self.is_foreign_error(kind, raised.is_some()));
        let mut taint = Taint::default();
        if is_foreign {
            let is_any = handler.types.is_empty() || handler.types.iter().any(is_any_error);
            let words = if is_any { ANY_ERROR } else { ERROR_OF_LIBRARY };
            taint = self.text_of_error(words, handler.span).taint;
        }
        if let Some(raised) = raised {
            taint = taint.or(&self.deep_taint(&raised));
            if matches!(raised.shape, Shape::Object(_)) {
                return Value { taint, ..raised };
            }
        }
        Value::tainted(taint)
    }
}

/// The text of whatever may be caught.
const ANY_ERROR: &str = "text of an exception";

/// The text of one that only a library raises: less is in it.
const ERROR_OF_LIBRARY: &str = "text of an error of a library";

/// Whether a handler of this type catches whatever is raised.
fn is_any_error(kind: &Expr) -> bool {
    let name = kind.dotted().and_then(|path| path.last().copied());
    name.is_some_and(|name| {
        matches!(
            name.as_str(),
            "Exception"
                | "BaseException"
                | "Throwable"
                | "RuntimeException"
                | "StandardError"
                | "Error"
        )
    })
}

/// Words in the names of errors that tell what is wrong with the input, to whoever sent it.
const OF_INPUT: [&str; 9] = [
    "validation",
    "decode",
    "parse",
    "syntax",
    "format",
    "jsonprocessing",
    "argument",
    "illegalstate",
    "invalidoperation",
];

/// Whether the name of an error says that it tells what is wrong with the input.
pub(crate) fn tells_of_input(name: &str) -> bool {
    let plain = name.to_ascii_lowercase();
    OF_INPUT.iter().any(|word| plain.contains(word)) || plain == "zoderror"
}

/// Names of errors that anything may be.
const BROAD: [&str; 12] = [
    "Exception",
    "BaseException",
    "Throwable",
    "RuntimeException",
    "StandardError",
    "Error",
    "ClientError",
    "SQLException",
    "DatabaseError",
    "OperationalError",
    "IOException",
    "OSError",
];

/// Steps of a path, at most.
const DEEPEST: usize = 12;

fn below(at: &EventPath, step: Step) -> EventPath {
    let mut path = at.clone();
    if path.path.len() < DEEPEST {
        path.path.push(step);
    }
    path
}

fn is_name_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(is_name_letter)
}

/// `["body"]["userId"]`, `["Records"][*]`.
pub(crate) fn path_text(path: &[Step]) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for step in path {
        let _ = match step {
            Step::Field(name) => write!(text, "[\"{name}\"]"),
            Step::Index(index) => write!(text, "[{index}]"),
            Step::Any => write!(text, "[*]"),
        };
    }
    text
}

/// Whether a field is named like what its sender proves who he is by.
fn names_credential(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    matches!(
        letters.to_ascii_lowercase().as_str(),
        "password"
            | "passwd"
            | "newpassword"
            | "token"
            | "accesstoken"
            | "idtoken"
            | "refreshtoken"
            | "authorization"
            | "apikey"
            | "clientsecret"
    )
}

/// Whether a field is named like personal data.
fn is_personal(path: &[Step]) -> bool {
    let Some(Step::Field(name)) = path.last() else { return false };
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    [
        "email",
        "phonenumber",
        "phone",
        "ssn",
        "socialsecuritynumber",
        "dateofbirth",
        "birthdate",
        "creditcard",
        "cardnumber",
        "cvv",
        "iban",
        "passport",
        "authorization",
        "password",
        "cookie",
        "accesstoken",
        "idtoken",
        "refreshtoken",
        "address",
        "firstname",
        "lastname",
        "fullname",
    ]
    .contains(&name.as_str())
}
