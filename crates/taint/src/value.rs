//! What the engine knows of a value: its shape, its constant, what hostile data is in it.

use std::rc::Rc;

use code_ir::{ClassId, FunctionId, SmolStr, Span};
use code_program::ModuleId;
use taint_models::{EventId, Kind, Kinds, NameId, Step as PathStep};

pub(crate) use crate::trace::{Note, TraceStep};
use crate::{heap::ObjectId, origin::Origin, pieces::Pieces};

/// A value as far as it is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Value {
    /// What it is.
    pub(crate) shape: Shape,
    /// Hostile data in it.
    pub(crate) taint: Taint,
    /// Which variables a test of it speaks of.
    pub(crate) views: Option<Rc<Vec<View>>>,
    /// What its truth proves.
    pub(crate) facts: Option<Rc<Facts>>,
    /// Whether it is a path whose dots and links were resolved.
    pub(crate) is_resolved: bool,
    /// Whether its text tells nothing of what is in it: Java's `Order@1b6d3586`.
    pub(crate) is_opaque: bool,
    /// Constant pieces of a text that is put together.
    pub(crate) pieces: Option<Pieces>,
    /// The object that it is a text of: JSON.
    pub(crate) text_of: Option<ObjectId>,
    /// Where it comes from, as far as it may name a resource or be one.
    pub(crate) origin: Option<Rc<Origin>>,
    /// Identity: equal only for the very same value; 0 is none. Facts hold for one identity.
    pub(crate) id: u32,
}

/// What a value is.
#[derive(Clone, Debug, Default)]
pub(crate) enum Shape {
    /// Anything.
    #[default]
    Unknown,
    /// A constant.
    Constant(Constant),
    /// Something with contents: list, mapping, instance.
    Object(ObjectId),
    /// A module of the program, by its names.
    Module(ModuleId),
    /// A function of the program, with the frames that it sees and, for methods, its receiver.
    Function(Rc<Closure>),
    /// A class of the program.
    Class(Rc<ClassRef>),
    /// A receiver, looked at as an instance of a class that its own derives from.
    Super(Rc<(ClassRef, Value)>),
    /// A function, type or module of a library, by name.
    Library(NameId),
    /// An instance of a type of a library.
    Instance(NameId),
    /// A part of the event.
    Event(Rc<EventPath>),
    /// One of these.
    OneOf(Rc<[Shape]>),
    /// The function that settles a promise, with where the result goes.
    Settle(ObjectId),
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Constant {
    /// `None`, `null`, `undefined`.
    None,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// Another number.
    Float(f64),
    /// A text.
    Text(SmolStr),
    /// Bytes as Latin-1.
    Bytes(SmolStr),
    /// A regular expression.
    Regex(SmolStr, SmolStr),
}

impl Constant {
    /// Whether it counts as true.
    pub(crate) fn truth(&self) -> bool {
        match self {
            Self::None => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Text(text) | Self::Bytes(text) => !text.is_empty(),
            Self::Regex(..) => true,
        }
    }

    /// The text, when it is one.
    pub(crate) fn text(&self) -> Option<&SmolStr> {
        match self {
            Self::Text(text) | Self::Bytes(text) => Some(text),
            _ => None,
        }
    }

    /// As it would be written into a text.
    pub(crate) fn display(&self, none: &str) -> SmolStr {
        match self {
            Self::None => SmolStr::new(none),
            Self::Bool(value) => SmolStr::new(if *value { "True" } else { "False" }),
            Self::Int(value) => smol(&value.to_string()),
            Self::Float(value) => smol(&value.to_string()),
            Self::Text(text) | Self::Bytes(text) => text.clone(),
            Self::Regex(pattern, _) => pattern.clone(),
        }
    }
}

pub(crate) fn smol(text: &str) -> SmolStr {
    SmolStr::new(text)
}

/// A function of the program as a value.
#[derive(Clone, Debug)]
pub(crate) struct Closure {
    /// Its module.
    pub(crate) module: ModuleId,
    /// Its function.
    pub(crate) function: FunctionId,
    /// Frames of the enclosing functions.
    pub(crate) frames: Option<Rc<Frames>>,
    /// The receiver that it is bound to.
    pub(crate) receiver: Option<Value>,
}

/// A class of the program as a value.
#[derive(Clone, Debug)]
pub(crate) struct ClassRef {
    /// Its module.
    pub(crate) module: ModuleId,
    /// Its class.
    pub(crate) class: ClassId,
    /// Frames of the enclosing functions.
    pub(crate) frames: Option<Rc<Frames>>,
}

/// Frames that a function sees, innermost first.
#[derive(Debug)]
pub(crate) struct Frames {
    /// Of which function.
    pub(crate) function: FunctionId,
    /// Its slots.
    pub(crate) object: ObjectId,
    /// Those around it.
    pub(crate) parent: Option<Rc<Frames>>,
}

/// A place in an event.
#[derive(Clone, Debug)]
pub(crate) struct EventPath {
    /// Which event.
    pub(crate) event: EventId,
    /// Fields and indexes from its root.
    pub(crate) path: Vec<PathStep>,
    /// Whether it lies in a text that was parsed: what is below it is the sender's own.
    pub(crate) is_parsed: bool,
}

/// A place that holds values: a slot of a frame or a field of an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Cell {
    /// Which object.
    pub(crate) object: ObjectId,
    /// Where in it.
    pub(crate) key: Key,
}

/// Where in an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Key {
    /// A slot of a frame, a member of a list, a whole number as key.
    Index(i64),
    /// A field, a text as key.
    Name(SmolStr),
}

/// That a test of a value is a test of a variable.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// The variable.
    pub(crate) cell: Cell,
    /// The identity that its value had.
    pub(crate) id: u32,
    /// Which part of it is looked at.
    pub(crate) part: ViewPart,
}

/// Which part of a variable's value is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ViewPart {
    /// All of it, perhaps trimmed or in other letters.
    Whole,
    /// The host of an address.
    Host,
    /// A path that it ends, whose dots and links are not resolved.
    End,
    /// A path with its dots and links resolved.
    Resolved,
    /// The way to it from a folder.
    Relative,
    /// The name of an error.
    ErrorName,
    /// The folders above a path with its dots and links resolved.
    Parents,
    /// Where it stands in a list.
    Position,
    /// All but the ends.
    Inner,
    /// Its length.
    Length,
    /// The number that it says.
    Number,
    /// The name of its type.
    Type,
}

/// What the truth of a value proves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// When it is true.
    pub(crate) yes: Vec<Fact>,
    /// When it is false.
    pub(crate) no: Vec<Fact>,
}

/// Proven of a variable.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fact {
    /// The variable.
    pub(crate) cell: Cell,
    /// The identity of the value of which it is proven.
    pub(crate) id: u32,
    /// That it is free of these.
    pub(crate) clears: Kinds,
    /// That it is this constant.
    pub(crate) constant: Option<Constant>,
}

/// Hostile data in a value. `None` is clean; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Taint(pub(crate) Option<Rc<[Label]>>);

/// Data of one source in a value.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    /// Which source.
    pub(crate) source: SourceId,
    /// What it still endangers.
    pub(crate) kinds: Kinds,
    /// How it got here, last step first.
    pub(crate) trace: Option<Rc<TraceStep>>,
}

/// Index of a source in the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SourceId(pub(crate) u32);

/// Labels at most in one value; more add nothing to what is told.
const LABELS: usize = 6;
/// Steps at most in one trace.
const STEPS: u32 = 40;

impl Taint {
    /// One label.
    pub(crate) fn one(label: Label) -> Self {
        Self(Some(Rc::new([label])))
    }

    /// The labels.
    pub(crate) fn labels(&self) -> &[Label] {
        self.0.as_deref().unwrap_or_default()
    }

    /// Whether nothing hostile is in it.
    pub(crate) fn is_clean(&self) -> bool {
        self.0.is_none()
    }

    /// Everything that it endangers.
    pub(crate) fn kinds(&self) -> Kinds {
        self.labels().iter().fold(Kinds::NONE, |all, label| all.or(label.kinds))
    }

    /// The label that endangers a kind.
    pub(crate) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Label> {
        self.labels().iter().filter(move |label| label.kinds.has(kind))
    }

    /// What is in both together.
    pub(crate) fn or(&self, other: &Self) -> Self {
        match (&self.0, &other.0) {
            (None, _) => other.clone(),
            (_, None) => self.clone(),
            (Some(a), Some(b)) if Rc::ptr_eq(a, b) => self.clone(),
            (Some(a), Some(b)) => {
                let is_new = |label: &&Label| {
                    !a.iter().any(|known| {
                        known.source == label.source && label.kinds.without(known.kinds).is_empty()
                    })
                };
                if !b.iter().any(|label| is_new(&label)) {
                    return self.clone();
                }
                let mut labels = a.to_vec();
                for label in b.iter() {
                    match labels.iter_mut().find(|known| known.source == label.source) {
                        Some(known) => {
                            if known.kinds != label.kinds {
                                // The more dangerous way is the one to show.
                                if !label.kinds.without(known.kinds).is_empty() {
                                    known.trace.clone_from(&label.trace);
                                }
                                known.kinds = known.kinds.or(label.kinds);
                            }
                        }
                        None => labels.push(label.clone()),
                    }
                }
                labels.truncate(LABELS);
                Self(Some(labels.into()))
            }
        }
    }

    /// The same with other kinds: those of `turn`; labels without any are dropped.
    pub(crate) fn map_kinds(&self, turn: impl Fn(Kinds) -> Kinds) -> Self {
        let Some(labels) = &self.0 else { return Self(None) };
        if labels.iter().all(|label| turn(label.kinds) == label.kinds) {
            return self.clone();
        }
        let labels: Vec<Label> = labels
            .iter()
            .map(|label| Label { kinds: turn(label.kinds), ..label.clone() })
            .filter(|label| !label.kinds.is_empty())
            .collect();
        Self((!labels.is_empty()).then(|| labels.into()))
    }

    /// Without some kinds.
    pub(crate) fn without(&self, kinds: Kinds) -> Self {
        if kinds.is_empty() { self.clone() } else { self.map_kinds(|own| own.without(kinds)) }
    }

    /// With a further step in every label's trace.
    pub(crate) fn step(&self, module: ModuleId, span: Span, note: &Note) -> Self {
        self.step_where(module, span, note, |label| {
            let is_same = |trace: &Rc<TraceStep>| trace.span == span && trace.module == module;
            !label.trace.as_ref().is_some_and(is_same)
        })
    }

    /// With a further step in the traces of some labels.
    pub(crate) fn step_where(
        &self,
        module: ModuleId,
        span: Span,
        note: &Note,
        is_meant: impl Fn(&Label) -> bool,
    ) -> Self {
        let Some(labels) = &self.0 else { return Self(None) };
        let labels = labels.iter().map(|label| {
            let length = label.trace.as_ref().map_or(0, |trace| trace.length);
            if length >= STEPS || !is_meant(label) {
                return label.clone();
            }
            let before = label.trace.clone();
            let step = TraceStep { module, span, note: note.clone(), before, length: length + 1 };
            Label { trace: Some(Rc::new(step)), ..label.clone() }
        });
        Self(Some(labels.collect()))
    }
}

impl Value {
    /// Nothing known, nothing hostile.
    pub(crate) fn unknown() -> Self {
        Self::default()
    }

    /// A value of a shape, clean.
    pub(crate) fn of(shape: Shape) -> Self {
        Self { shape, ..Self::default() }
    }

    /// A constant.
    pub(crate) fn constant(constant: Constant) -> Self {
        Self::of(Shape::Constant(constant))
    }

    /// A text constant.
    pub(crate) fn text(text: impl Into<SmolStr>) -> Self {
        Self::constant(Constant::Text(text.into()))
    }

    /// A truth value.
    pub(crate) fn bool(value: bool) -> Self {
        Self::constant(Constant::Bool(value))
    }

    /// Anything with this data in it.
    pub(crate) fn tainted(taint: Taint) -> Self {
        Self { taint, ..Self::default() }
    }

    /// Whether it is a path whose dots and links were resolved.
    pub(crate) fn is_of_resolved(&self) -> bool {
        let is_resolved = |view: &View| view.part == ViewPart::Resolved;
        self.is_resolved || self.views.as_deref().is_some_and(|views| views.iter().any(is_resolved))
    }

    /// The constant, when it is one.
    pub(crate) fn as_constant(&self) -> Option<&Constant> {
        match &self.shape {
            Shape::Constant(constant) => Some(constant),
            _ => None,
        }
    }

    /// The constant text, when it is one.
    pub(crate) fn as_text(&self) -> Option<&SmolStr> {
        self.as_constant().and_then(Constant::text)
    }

    /// The constant integer, when it is one.
    pub(crate) fn as_int(&self) -> Option<i64> {
        match self.as_constant()? {
            Constant::Int(value) => Some(*value),
            Constant::Bool(value) => Some(i64::from(*value)),
            _ => None,
        }
    }

    /// The object, when it is one.
    pub(crate) fn as_object(&self) -> Option<ObjectId> {
        match &self.shape {
            Shape::Object(id) => Some(*id),
            _ => None,
        }
    }

    /// The same value with other data in it.
    pub(crate) fn with_taint(mut self, taint: Taint) -> Self {
        self.taint = taint;
        self
    }

    /// The same value as one of its shapes. A constant is what the program wrote: nothing hostile.
    pub(crate) fn alternative(&self, shape: &Shape) -> Self {
        let taint = match shape {
            Shape::Constant(_) => Taint::default(),
            _ => self.taint.clone(),
        };
        let mut one = Self { shape: shape.clone(), taint, ..self.clone() };
        if matches!(shape, Shape::Constant(_)) {
            one.origin = None;
        }
        one
    }

    /// One or the other.
    pub(crate) fn or(&self, other: &Self) -> Self {
        let id = if self.id == other.id { self.id } else { 0 };
        let same_views = match (&self.views, &other.views) {
            (Some(a), Some(b)) if Rc::ptr_eq(a, b) => Some(Rc::clone(a)),
            _ => None,
        };
        let facts = match (&self.facts, &other.facts) {
            (Some(a), Some(b)) if Rc::ptr_eq(a, b) => Some(Rc::clone(a)),
            _ => None,
        };
        Self {
            shape: self.shape.or(&other.shape),
            taint: self.taint.or(&other.taint),
            views: same_views,
            facts,
            is_resolved: self.is_resolved && other.is_resolved,
            is_opaque: self.is_opaque && other.is_opaque,
            pieces: self.common_pieces(other),
            text_of: self.text_of.filter(|own| other.text_of == Some(*own)),
            origin: self.joined_origin(other),
            id,
        }
    }

    /// Whether the two are told apart by nothing that matters.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let same_taint = match (&self.taint.0, &other.taint.0) {
            (None, None) => true,
            (Some(a), Some(b)) => Rc::ptr_eq(a, b),
            _ => false,
        };
        same_taint
            && self.id == other.id
            && self.pieces == other.pieces
            && self.text_of == other.text_of
            && self.has_same_origin(other)
            && self.shape.is_same(&other.shape)
    }
}

/// Alternatives at most of one value.
const ALTERNATIVES: usize = 6;
/// The same of instances of types of libraries: a table of clients.
const INSTANCES: usize = 24;
/// The same of functions, classes, objects and modules: what a table of handlers, a list of routes or
/// a package gives.
const ENTRIES: usize = 200;

impl Shape {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unknown, Self::Unknown) => true,
            (Self::Constant(a), Self::Constant(b)) => a == b,
            (Self::Object(a), Self::Object(b)) | (Self::Settle(a), Self::Settle(b)) => a == b,
            (Self::Module(a), Self::Module(b)) => a == b,
            (Self::Library(a), Self::Library(b)) | (Self::Instance(a), Self::Instance(b)) => a == b,
            (Self::Function(a), Self::Function(b)) => {
                Rc::ptr_eq(a, b)
                    || (a.module == b.module
                        && a.function == b.function
                        && a.receiver.is_none()
                        && b.receiver.is_none())
            }
            (Self::Class(a), Self::Class(b)) => a.module == b.module && a.class == b.class,
            (Self::Event(a), Self::Event(b)) => {
                Rc::ptr_eq(a, b) || (a.event == b.event && a.path == b.path)
            }
            (Self::OneOf(a), Self::OneOf(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// One or the other.
    pub(crate) fn or(&self, other: &Self) -> Self {
        if self.is_same(other) {
            return self.clone();
        }
        if matches!(self, Self::Unknown) || matches!(other, Self::Unknown) {
            // What is known of one side is still worth looking at: methods, fields, constants.
            let known = if matches!(self, Self::Unknown) { other } else { self };
            return match known {
                Self::OneOf(all) if !all.iter().all(|one| one.is_entry() || one.is_instance()) => {
                    Self::Unknown
                }
                Self::Constant(_) | Self::Unknown => Self::Unknown,
                known => known.clone(),
            };
        }
        let mut all: Vec<Self> = self.alternatives().to_vec();
        for shape in other.alternatives() {
            if !all.iter().any(|known| known.is_same(shape)) {
                all.push(shape.clone());
            }
        }
        let most = if all.iter().all(Self::is_entry) {
            ENTRIES
        } else if all.iter().all(Self::is_instance) {
            INSTANCES
        } else {
            ALTERNATIVES
        };
        if all.len() > most {
            return Self::Unknown;
        }
        Self::OneOf(all.into())
    }

    fn is_instance(&self) -> bool {
        matches!(self, Self::Instance(_))
    }

    /// Whether tables and lists of handlers hold such things.
    fn is_entry(&self) -> bool {
        matches!(self, Self::Function(_) | Self::Class(_) | Self::Object(_) | Self::Module(_))
    }

    /// The alternatives, itself when there is one.
    pub(crate) fn alternatives(&self) -> &[Self] {
        match self {
            Self::OneOf(all) => all,
            single => std::slice::from_ref(single),
        }
    }
}
