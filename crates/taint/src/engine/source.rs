//! Sources: fields of events, and calls that bring data in.

use std::rc::Rc;

use code_ir::{Handler, SmolStr, Span};
use rustc_hash::FxHashMap as HashMap;
use taint_models::{Kind, Kinds, Source, Step, Trust};

use super::Engine;
use crate::{
    heap::ObjectId,
    program::ModuleId,
    value::{EventPath, Label, Shape, SourceId, Taint, Value},
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
}

/// All sources of a run.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    list: Vec<SourceInfo>,
    index: HashMap<(ModuleId, Span, SmolStr), SourceId>,
    /// Packages that imports made, by folder and name.
    pub(super) packages: HashMap<String, ObjectId>,
}

impl Sources {
    /// The source at a place, made when it is new.
    fn intern(&mut self, info: SourceInfo) -> SourceId {
        let key = (info.module, info.span, info.words.clone());
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

impl Engine<'_> {
    /// A value that comes from a source.
    pub(crate) fn taint_of_source(&mut self, source: &Source, span: Span) -> Taint {
        self.label(source.trust, source.kinds, source.words.clone(), span)
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
        path: Option<String>,
        span: Span,
    ) -> Taint {
        if kinds.is_empty() {
            return Taint::default();
        }
        let (module, text) = (self.module_id(), self.excerpt(span));
        let info = SourceInfo { module, span, text, words, trust, path };
        let source = self.sources.intern(info);
        Taint::one(Label { source, kinds, trace: None })
    }

    /// The event itself, as a handler gets it.
    pub(crate) fn event_value(&mut self, event: taint_models::EventId, span: Span) -> Value {
        self.event_at(EventPath { event, path: Vec::new() }, span)
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
        if path.path.is_empty() {
            // The whole of it, should it be told somewhere.
            kinds = kinds.or(Kinds::one(Kind::Event));
        }
        if is_personal(&path.path) {
            kinds = kinds.or(Kinds::one(Kind::Personal));
        }
        let words = facts.words.unwrap_or_else(|| SmolStr::new(format!("`event{text}`")));
        let taint = self.label_at(facts.trust, kinds, words, Some(text), span);
        let shape = match &facts.returns {
            Some(name) if !facts.is_mixed => {
                let name = name.clone();
                Shape::Instance(self.names.intern(&name))
            }
            _ => Shape::Event(Rc::new(path)),
        };
        Value { shape, taint, ..Value::default() }
    }

    /// A field of an event.
    pub(crate) fn event_member(&mut self, at: &EventPath, name: &SmolStr, span: Span) -> Value {
        let mut path = at.path.clone();
        if path.len() < 12 {
            path.push(Step::Field(name.clone()));
        }
        self.note_read(&path);
        self.event_at(EventPath { event: at.event, path }, span)
    }

    /// Whether models write down a field of this name there.
    pub(crate) fn has_event_field(&self, at: &EventPath, name: &str) -> bool {
        let event = self.models.event_data(at.event);
        event.is_some_and(|event| event.has_field(&at.path, name))
    }

    /// A member of a list in an event.
    pub(crate) fn event_index(&mut self, at: &EventPath, index: Option<i64>, span: Span) -> Value {
        let mut path = at.path.clone();
        if path.len() < 12 {
            path.push(index.map_or(Step::Any, Step::Index));
        }
        self.event_at(EventPath { event: at.event, path }, span)
    }

    /// What a loop over a part of an event walks.
    pub(crate) fn event_item(&mut self, at: &EventPath) -> Value {
        self.event_index(at, None, Span::default())
    }

    fn note_read(&mut self, path: &[Step]) {
        if let Some(entry) = self.entry {
            let text = path_text(path);
            if self.reads.insert(text.clone()) {
                self.analysis.reads.push((entry, text));
            }
        }
    }

    /// An exception that was caught: its text tells how the application works inside.
    pub(crate) fn exception(&mut self, handler: &Handler, raised: Option<Value>) -> Value {
        let is_broad = handler.types.is_empty()
            || handler.types.iter().any(|kind| {
                kind.dotted()
                    .and_then(|path| path.last().map(std::string::ToString::to_string))
                    .is_some_and(|name| {
                        matches!(
                            name.as_str(),
                            "Exception"
                                | "BaseException"
                                | "Throwable"
                                | "RuntimeException"
                                | "StandardError"
                                | "Error"
                                | "ClientError"
                                | "SQLException"
                                | "DatabaseError"
                                | "OperationalError"
                                | "IOException"
                                | "OSError"
                        )
                    })
            });
        let mut taint = Taint::default();
        if is_broad {
            taint = self.text_of_exception(handler.span).taint;
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

impl Engine<'_> {
    /// What an error of any origin says.
    pub(crate) fn text_of_exception(&mut self, span: Span) -> Value {
        let words = SmolStr::new_static("text of an exception");
        Value::tainted(self.label(Trust::Platform, Kinds::one(Kind::Error), words, span))
    }
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
