//! The abstract interpreter: runs the tree on what is known of values.
//!
//! One engine runs one module's entry points; the modules that it imports are run first, as the
//! language does. There is one state, changed in place; branches are run one after the other and
//! joined (`heap`). Functions of the program are run at each call with the arguments of that call, so
//! constants and paths stay exact through helpers, classes and callbacks; depth, repetition and work
//! are bounded.

mod access;
pub(crate) mod amount;
mod assign;
mod branch;
mod call;
mod class;
mod compare;
mod compose;
mod condition;
mod cut;
mod declared;
mod effect;
mod expression;
mod file;
mod fold;
mod framework;
mod function;
mod guard;
mod head;
mod import;
mod kept;
mod library;
mod loops;
mod member;
mod memo;
mod opaque;
mod own_field;
mod parts;
mod pattern;
mod platform;
mod refine;
mod regex;
mod registered;
mod report;
mod response;
mod result;
mod run;
mod schema;
mod service_call;
mod source;
mod statement;
mod token;

use std::rc::Rc;

use code_ir::{Function, FunctionId, Language, SmolStr, Span};
use code_program::{ModuleId, Program};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use taint_models::{EventId, Kinds, Models, NameId, NameTable};

use crate::{
    flow::Analysis,
    heap::{Changes, Heap, Mark, ObjectId},
    value::{Cell, Closure, Fact, Frames, Key, Shape, Taint, Value},
};

pub(crate) use call::Args;
pub(crate) use expression::key_of;
pub(crate) use run::{EntryRun, analyse_module};
pub(crate) use source::path_text;

/// Work of one entry point at most, in statements and expressions.
const STEPS: u64 = 400_000;
/// The same for a function that no entry point reaches: it is looked at by itself, not for all that
/// it calls.
const ASIDE_STEPS: u64 = 20_000;
/// Work of one module at most.
const ALL_STEPS: u64 = 3_000_000;
/// Calls of functions of the program within each other.
const DEPTH: usize = 40;
/// Calls of one function within itself.
const REPEATS: usize = 3;
/// Objects of one run.
const OBJECTS: usize = 400_000;

/// Whether the next statement is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is.
    Next,
    /// Every path has left: returned, raised, broken out.
    Left,
}

/// A call that is being run.
pub(crate) struct Call {
    pub(crate) module: ModuleId,
    pub(crate) function: FunctionId,
    pub(crate) frame: ObjectId,
    pub(crate) frames: Rc<Frames>,
    pub(crate) this: Option<Value>,
    /// Hostile data that came in with its arguments.
    incoming: Taint,
    /// What the state was when it began.
    mark: Mark,
    /// Values returned, with what the state had become.
    returns: Vec<(Changes, Value)>,
    /// Values yielded.
    yields: Option<Value>,
    loops: Vec<Loop>,
    tries: Vec<Try>,
}

/// A loop that is being run.
struct Loop {
    mark: Mark,
    breaks: Vec<Changes>,
    continues: Vec<Changes>,
}

/// A guarded block that is being run.
struct Try {
    mark: Mark,
    raised: Vec<Changes>,
    /// What was raised in it by the program itself.
    value: Option<Value>,
}

/// A module that has been run, or is.
struct Loaded {
    frame: ObjectId,
    frames: Rc<Frames>,
    /// JavaScript: the `module` object, whose field `exports` is what others get.
    module_object: Option<ObjectId>,
    /// Ruby: the object that functions outside classes belong to, with their `@variables`.
    main_object: Option<ObjectId>,
    /// Modules all of whose names are in scope.
    stars: Vec<Value>,
}

/// A handler that was registered while code ran.
pub(crate) struct Registration {
    pub(crate) handler: Value,
    /// Index in the models' entries.
    pub(crate) rule: usize,
    /// The route, when it was told.
    pub(crate) route: Option<SmolStr>,
    /// Whether errors that come to it are the application's own, whose text was written for callers.
    pub(crate) is_deliberate: bool,
    /// Whether its decorator says that it gives HTML.
    pub(crate) is_page: bool,
}

/// The interpreter.
pub(crate) struct Engine<'p> {
    program: &'p Program,
    models: &'p Models,
    names: NameTable<'p>,
    pub(crate) heap: Heap,
    loaded: HashMap<ModuleId, Loaded>,
    calls: Vec<Call>,
    sources: source::Sources,
    registrations: Vec<Registration>,
    registered: HashSet<(ModuleId, FunctionId)>,
    visited: HashSet<(ModuleId, FunctionId)>,
    analysis: Analysis,
    told: HashSet<report::Told>,
    /// Texts that look dangerous and left for where nobody knows.
    suspects: Vec<compose::Suspect>,
    /// Objects that such a text was written into.
    written: HashMap<ObjectId, Taint>,
    /// Work of the entry point that runs, and of all so far.
    steps: u64,
    all_steps: u64,
    limit: u64,
    /// What is left in the execution environment.
    kept: kept::Kept,
    /// Calls of cloud services so far.
    services: service_call::Services,
    /// Functions of which a cut was told.
    cut: HashSet<(ModuleId, FunctionId)>,
    /// Whether the work that runs was ended by a limit.
    is_cut: bool,
    /// What clean calls gave, for the entry point that runs.
    memo: HashMap<memo::CallKey, Value>,
    next_id: u32,
    /// Fields of classes that were read or written.
    statics: HashMap<(ModuleId, code_ir::ClassId), ObjectId>,
    /// Names that what is being evaluated is assigned to, the innermost last.
    targets: Vec<SmolStr>,
    /// Values that were asked for whether they begin with `/`.
    rooted: HashSet<(crate::value::Cell, u32)>,
    /// Objects that remember parts of hostile values.
    parts: HashMap<parts::Whole, ObjectId>,
    entry: Option<usize>,
    /// Entry points of the module that lead to what its code registers, with their events.
    carriers: Vec<(usize, Vec<EventId>)>,
    /// Functions that were run as what a template names.
    handled: HashSet<(ModuleId, FunctionId)>,
    /// What the handler's answer is, while an entry point is run.
    answer: response::Answer,
    /// Whether the answer that is looked at is not sent when something went wrong.
    drops_errors: bool,
    reads: HashSet<String>,
    /// Whether the size of a member of an archive was looked at.
    reads_sizes: bool,
    /// The name that stands for the whole environment, and what telling it tells.
    environment: Option<(NameId, Taint)>,
    /// Lists made by a walk over a list of the request.
    walked: HashMap<ObjectId, Taint>,
    /// Which constant expressions backtrack, by whether the text must match to its end.
    slow_patterns: HashMap<(SmolStr, bool), bool>,
    /// Data accesses so far, told or not.
    accesses: usize,
    /// What the test that is evaluated looks at.
    tested: Vec<access::Tested>,
    /// The route of the handler that runs, when it has no parameters.
    route: Option<SmolStr>,
    /// Objects that live as long as the module.
    module_objects: HashSet<ObjectId>,
    /// What was written to local files.
    files: Option<ObjectId>,
    /// Events of handlers whose variable has a type that tells.
    handler_types: HashMap<(ModuleId, FunctionId), EventId>,
}

impl<'p> Engine<'p> {
    pub(crate) fn new(program: &'p Program, models: &'p Models) -> Self {
        Self {
            program,
            models,
            names: NameTable::new(models.names()),
            heap: Heap::default(),
            loaded: HashMap::default(),
            calls: Vec::new(),
            sources: source::Sources::default(),
            registrations: Vec::new(),
            registered: HashSet::default(),
            visited: HashSet::default(),
            analysis: Analysis::default(),
            told: HashSet::default(),
            suspects: Vec::new(),
            written: HashMap::default(),
            steps: 0,
            all_steps: 0,
            limit: STEPS,
            kept: kept::Kept::default(),
            services: service_call::Services::default(),
            cut: HashSet::default(),
            is_cut: false,
            memo: HashMap::default(),
            next_id: 0,
            statics: HashMap::default(),
            targets: Vec::new(),
            rooted: HashSet::default(),
            parts: HashMap::default(),
            entry: None,
            carriers: Vec::new(),
            handled: HashSet::default(),
            answer: response::Answer::None,
            drops_errors: false,
            reads: HashSet::default(),
            slow_patterns: HashMap::default(),
            walked: HashMap::default(),
            environment: None,
            reads_sizes: false,
            accesses: 0,
            tested: Vec::new(),
            route: None,
            module_objects: HashSet::default(),
            files: None,
            handler_types: HashMap::default(),
        }
    }

    /// Whether the bound on work is reached; everything then ends quickly.
    fn is_spent(&mut self) -> bool {
        self.steps += 1;
        let is_spent = self.steps > self.limit
            || self.all_steps + self.steps > ALL_STEPS
            || self.heap.len() > OBJECTS;
        if is_spent && !self.is_cut {
            self.is_cut = true;
            self.note_spent();
        }
        is_spent
    }

    fn call(&self) -> Option<&Call> {
        self.calls.last()
    }

    fn module_id(&self) -> ModuleId {
        self.call().map_or_else(ModuleId::default, |call| call.module)
    }

    fn language(&self) -> Language {
        self.program.module(self.module_id()).map_or(Language::Python, |module| module.language)
    }

    fn is_javascript(&self) -> bool {
        matches!(self.language(), Language::JavaScript | Language::TypeScript)
    }

    fn function(&self) -> Option<&'p Function> {
        let call = self.call()?;
        self.program.function(call.module, call.function)
    }

    /// A new identity of a value.
    fn fresh_id(&mut self) -> u32 {
        self.next_id += 1;
        self.next_id
    }

    fn excerpt(&self, span: Span) -> SmolStr {
        let text = self.program.excerpt(self.module_id(), span);
        match text.char_indices().nth(60).and_then(|(at, _)| text.get(..at)) {
            Some(start) => SmolStr::new(format!("{start}…")),
            None => SmolStr::new(text),
        }
    }

    fn closure(module: ModuleId, function: FunctionId, frames: Option<Rc<Frames>>) -> Value {
        Value::of(crate::value::Shape::Function(Rc::new(Closure {
            module,
            function,
            frames,
            receiver: None,
        })))
    }

    pub(crate) fn is_python(&self) -> bool {
        self.language() == Language::Python
    }

    pub(crate) fn is_go(&self) -> bool {
        self.language() == Language::Go
    }

    /// Whether the language declares the type of everything, so that names of methods tell it.
    pub(crate) fn is_typed(&self) -> bool {
        matches!(self.language(), Language::Java | Language::CSharp)
    }

    pub(crate) fn is_java(&self) -> bool {
        self.language() == Language::Java
    }

    pub(crate) fn is_script(&self) -> bool {
        self.is_javascript()
    }

    /// Whether nothing is known of what a value is.
    pub(crate) fn is_unknown_type(value: &Value) -> bool {
        matches!(value.shape, Shape::Unknown | Shape::Instance(_) | Shape::Library(_))
    }

    pub(crate) fn name_text(&self, id: NameId) -> String {
        self.names.text(id)
    }

    /// What of a whole is in a part of it.
    pub(crate) fn part_of(whole: &Value) -> Taint {
        member::part_of(whole).taint
    }

    pub(crate) fn viewed(value: Value, object: ObjectId, key: Key) -> Value {
        expression::viewed(value, Cell { object, key })
    }

    pub(crate) fn about_value(value: &Value, clears: Kinds) -> Vec<Fact> {
        compare::about(value, clears, None)
    }

    pub(crate) fn unknown_call_of(&mut self, callee: &Value, args: &Args, span: Span) -> Value {
        self.unknown_call(callee, args, span)
    }

    /// The module that runs, by its names.
    pub(crate) fn own_module(&self) -> Value {
        Value::of(Shape::Module(self.module_id()))
    }

    /// Any function or class of a module.
    pub(crate) fn callables_of(&mut self, module: ModuleId) -> Value {
        let Some(body) = self.program.function(module, FunctionId(0)) else {
            return Value::unknown();
        };
        body.slots
            .iter()
            .map(|name| self.module_name(module, name))
            .filter(|value| matches!(value.shape, Shape::Class(_) | Shape::Function(_)))
            .reduce(|all, value| all.or(&value))
            .unwrap_or_default()
    }
}
