//! Runs of entry points, and of everything that none of them reaches.

use std::rc::Rc;

use code_ir::{ExprKind, Function, FunctionId, Language, MethodKind, SmolStr, Span};
use code_program::{ModuleId, Program};

use rustc_hash::FxHashSet as HashSet;
use taint_models::{EventId, Models, Step};

use super::{
    Engine,
    call::Args,
    registered::{ROUNDS, is_context_param},
    response::Answer,
};
use crate::{
    flow::Analysis,
    value::{ClassRef, Closure, Frames, Shape, Taint, Value},
};

/// Events whose sender reads no answer, or no text in it.
const UNSEEN: &[&str] = &[
    "s3",
    "s3-eventbridge",
    "ses",
    "sqs",
    "sns",
    "eventbridge",
    "schedule",
    "iot",
    "mq",
    "kinesis",
    "dynamodb-stream",
    "kafka",
    "documentdb",
    "cloudwatch-logs",
    "cloudwatch-alarm",
    "codecommit",
    "codepipeline",
];

/// An entry point of a module.
#[derive(Clone, Debug)]
pub(crate) struct EntryRun {
    /// Index in the caller's list.
    pub(crate) index: usize,
    /// Dotted name in the module: `handler`, `Function.FunctionHandler`.
    pub(crate) symbol: SmolStr,
    /// Its events; one run each.
    pub(crate) events: Vec<EventId>,
}

/// Runs everything of one module: its body, its entry points, and what those leave out.
pub(crate) fn analyse_module(
    program: &Program,
    models: &Models,
    module: ModuleId,
    entries: &[EntryRun],
) -> Analysis {
    let mut engine = Engine::new(program, models);
    engine.load(module);
    engine.remember_module_objects();
    let shares_symbol =
        entries.windows(2).all(|pair| matches!(pair, [a, b] if a.symbol == b.symbol));
    for entry in entries {
        let is_function = engine.run_entry(module, entry);
        if shares_symbol || !is_function {
            engine.carriers.push((entry.index, entry.events.clone()));
        }
    }
    engine.register_interfaces(module);
    engine.register_methods(module);
    engine.run_registered();
    engine.run_shaped(module);
    engine.run_exported(module);
    engine.run_rest(module);
    let indexes: Vec<usize> = entries.iter().map(|entry| entry.index).collect();
    engine.run_unresolved(module);
    engine.tell_initial_calls(&indexes);
    engine.tell_missed_calls(module, entries);
    engine.tell_suspects();
    engine.tell_secrets();
    engine.analysis
}

/// The text of a constant expression.
fn text_of(expr: &code_ir::Expr) -> Option<&str> {
    expr.as_text().map(SmolStr::as_str)
}

impl<'p> Engine<'p> {
    /// Objects that live as long as the module.
    fn remember_module_objects(&mut self) {
        self.module_objects = (0..self.heap.len())
            .map(|at| crate::heap::ObjectId(u32::try_from(at).unwrap_or(u32::MAX)))
            .collect();
    }

    /// Runs what a template names with each of its events; whether that is a function of the program,
    /// not the object of a framework.
    fn run_entry(&mut self, module: ModuleId, entry: &EntryRun) -> bool {
        if entry.symbol == crate::REGISTERED {
            return false;
        }
        let handler = self.find_symbol(module, &entry.symbol);
        if let Shape::Function(closure) = &handler.shape {
            self.handled.insert((closure.module, closure.function));
        }
        if matches!(handler.shape, Shape::Unknown) && handler.taint.is_clean() {
            self.entry = Some(entry.index);
            self.within_module(module, |engine| {
                let reason = "the handler was not found in the code";
                engine.note_dynamic(None, reason, Span::default());
            });
            self.entry = None;
        }
        for event in &entry.events {
            let http = self.models.event_data(*event).is_some_and(|event| event.http);
            let answer = if http { Answer::Proxy } else { Answer::Internal };
            self.run_handler(&handler, Some(entry.index), *event, answer);
        }
        if self.steps > super::STEPS {
            self.analysis.unfinished.push(entry.index);
        }
        matches!(handler.shape, Shape::Function(_))
    }

    /// The value of a dotted name of a module.
    fn find_symbol(&mut self, module: ModuleId, symbol: &str) -> Value {
        let mut value = self.module_value(module);
        if symbol.is_empty() {
            return self.sole_export(value);
        }
        for segment in symbol.split('.') {
            let name = SmolStr::new(segment);
            value = match &value.shape {
                Shape::Class(class) => {
                    let class = Rc::clone(class);
                    let instance = self.instantiate(&class, Args::default(), Span::default());
                    self.member(&instance, &name, Span::default())
                }
                _ => self.member(&value, &name, Span::default()),
            };
        }
        self.called_method(&value).unwrap_or(value)
    }

    /// The method that calling an instance of the program runs.
    fn called_method(&mut self, value: &Value) -> Option<Value> {
        let class = self.heap.map(value.as_object()?)?.class.clone()?;
        let name = SmolStr::new_static("__call__");
        self.find_method(&class, &name)?;
        Some(self.member(value, &name, Span::default()))
    }

    /// The function that a module is, or exports as `run`, `index` or alone: Azure's rule.
    fn sole_export(&mut self, module: Value) -> Value {
        let Some(map) = module.as_object().and_then(|id| self.heap.map(id)) else { return module };
        let is_function = |value: &&Value| matches!(value.shape, Shape::Function(_));
        let mut named = ["run", "index", "default"].into_iter().filter_map(|name| {
            map.get(&crate::value::Key::Name(SmolStr::new_static(name))).filter(is_function)
        });
        let functions = map.entries.iter().map(|(_, value)| value).filter(is_function);
        let found = named.next().or_else(|| {
            let functions: Vec<&Value> = functions.collect();
            if let [function] = functions.as_slice() { Some(*function) } else { None }
        });
        found.cloned().unwrap_or_default()
    }

    /// Runs a handler with an event; the state is as before afterwards.
    fn run_handler(
        &mut self,
        handler: &Value,
        entry: Option<usize>,
        event: EventId,
        answer: Answer,
    ) {
        let span = match &handler.shape {
            Shape::Function(closure) => {
                self.parameter_span(closure, usize::from(self.takes_context_first(closure)))
            }
            _ => Span::default(),
        };
        let module = match &handler.shape {
            Shape::Function(closure) => closure.module,
            _ => return,
        };
        self.start(entry, answer);
        let ((), left) = self.alternative(|engine| engine.run_once(handler, module, event, span));
        if self.leaves_settings(&left) {
            self.run_again(left, |engine| engine.run_once(handler, module, event, span));
        }
        self.stop();
    }

    fn run_once(&mut self, handler: &Value, module: ModuleId, event: EventId, span: Span) {
        self.kept.handler_depth = self.kept.depth;
        self.within_module(module, |engine| {
            let event = engine.event_value(event, span);
            let args = engine.handler_arguments(handler, event);
            engine.call_value(handler, args, span);
        });
    }

    pub(super) fn start(&mut self, entry: Option<usize>, answer: Answer) {
        self.entry = entry;
        self.answer = answer;
        self.all_steps += std::mem::take(&mut self.steps);
        self.limit = super::STEPS;
        self.is_cut = false;
        self.forget_files();
        self.empty_files();
        self.forget_fields();
        self.memo.clear();
        self.reads.clear();
    }

    pub(super) fn stop(&mut self) {
        self.tell_files();
        self.route = None;
        self.entry = None;
        self.answer = Answer::None;
    }

    /// Ruby's handlers take `event:` and `context:` by name; others by position.
    fn handler_arguments(&mut self, handler: &Value, event: Value) -> Args {
        let is_ruby = matches!(&handler.shape, Shape::Function(closure)
            if self.program.module(closure.module).is_some_and(|m| m.language == Language::Ruby));
        let mut args = Args::default();
        // Azure's `(context, request)`.
        let context = match &handler.shape {
            Shape::Function(closure) => self.context_before_event(closure, &event),
            _ => None,
        };
        if let Some(context) = context {
            args.push(context, Span::default());
            args.push(event, Span::default());
            return args;
        }
        let is_go_context_first = match &handler.shape {
            Shape::Function(closure) => self.takes_context_first(closure),
            _ => false,
        };
        if is_ruby {
            args.named.push((SmolStr::new_static("event"), event));
            args.named.push((SmolStr::new_static("context"), Value::unknown()));
        } else if is_go_context_first {
            args.push(Value::unknown(), Span::default());
            args.push(event, Span::default());
        } else {
            args.push(event, Span::default());
            args.push(Value::unknown(), Span::default());
            // The way to answer of handlers that are not `async`.
            let callback = self.names.intern(super::response::CALLBACK);
            args.push(Value::of(Shape::Library(callback)), Span::default());
        }
        args
    }

    /// The context that Azure hands to functions of JavaScript first, as an event of its own.
    fn context_before_event(&mut self, closure: &Closure, event: &Value) -> Option<Value> {
        let function = self.program.function(closure.module, closure.function)?;
        let is_azure = match &event.shape {
            Shape::Event(path) => {
                let event = self.models.event_data(path.event)?;
                event.names.iter().any(|name| name.starts_with("azure-"))
            }
            _ => false,
        };
        let first = function.params.first()?.name()?;
        let is_context = matches!(first.as_str(), "context" | "ctx" | "_context");
        if !(is_azure && is_context) {
            return None;
        }
        let id = self.models.event("azure-context")?;
        let span = self.parameter_span(closure, 0);
        Some(self.event_value(id, span))
    }

    /// Go's handlers, and streams of Java, have other things before the event.
    fn takes_context_first(&self, closure: &Closure) -> bool {
        let Some(function) = self.program.function(closure.module, closure.function) else {
            return false;
        };
        function.params.len() > 1 && function.params.first().is_some_and(is_context_param)
    }

    /// Where a parameter stands, or the function's name when it has none.
    fn parameter_span(&self, closure: &Closure, at: usize) -> Span {
        let Some(function) = self.program.function(closure.module, closure.function) else {
            return Span::default();
        };
        match function.params.get(at).map(|param| &param.target) {
            Some(code_ir::Target::Name(_, span)) => *span,
            _ => function.name_span,
        }
    }

    /// Runs `work` as if in the body of a module, so that places are those of the module.
    pub(super) fn within_module<T>(
        &mut self,
        module: ModuleId,
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let Some(loaded) = self.loaded.get(&module) else { return work(self) };
        let frames = Rc::clone(&loaded.frames);
        self.within_frames(module, frames, None, work)
    }

    /// Runs `work` where names mean what they mean in some frames.
    pub(super) fn within_frames<T>(
        &mut self,
        module: ModuleId,
        frames: Rc<Frames>,
        this: Option<Value>,
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let mark = self.heap.mark();
        self.calls.push(super::Call {
            module,
            function: frames.function,
            frame: frames.object,
            frames,
            this,
            incoming: Taint::default(),
            mark,
            returns: Vec::new(),
            yields: None,
            loops: Vec::new(),
            tries: Vec::new(),
        });
        let result = work(self);
        self.calls.pop();
        self.heap.keep(mark);
        result
    }

    /// Handlers by their shape, when no template names them.
    fn run_shaped(&mut self, module: ModuleId) {
        let Some(tree) = self.program.module(module) else { return };
        for (index, function) in tree.functions.iter().enumerate().skip(1) {
            let id = FunctionId(u32::try_from(index).unwrap_or(u32::MAX));
            if self.visited.contains(&(module, id)) {
                continue;
            }
            if let Some(rule) = self.rule_by_names(tree.language, function) {
                let handler = self.function_value(module, id, function);
                self.run_as(handler, rule);
                continue;
            }
            let typed = self.handler_types.get(&(module, id)).copied();
            let Some(event) = typed.or_else(|| self.handler_event(module, function)) else {
                continue;
            };
            let handler = self.function_value(module, id, function);
            self.run_as_handler(&handler, event);
        }
    }

    /// The rule for handlers that are called with some events, in order.
    fn rule_of(&self, parameters: &[&str]) -> Option<usize> {
        self.models.entries().iter().position(|rule| {
            let words = rule.parameters.iter().map(String::as_str);
            words.take(parameters.len()).eq(parameters.iter().copied())
        })
    }

    /// How a function of JavaScript is called whose parameters have the names that everybody gives them:
    /// `(req, res)` of Express and Google, `(context, req)` of Azure.
    fn rule_by_names(&self, language: Language, function: &Function) -> Option<usize> {
        if !matches!(language, Language::JavaScript | Language::TypeScript) {
            return None;
        }
        let names: Vec<&str> =
            function.params.iter().filter_map(|param| Some(param.name()?.as_str())).collect();
        match names.as_slice() {
            ["req" | "request", "res" | "response", ..] => {
                self.rule_of(&["express-request", "express-response"])
            }
            ["context" | "ctx", "req" | "request"] => {
                self.rule_of(&["azure-context", "azure-http"])
            }
            _ => None,
        }
    }

    fn run_as_handler(&mut self, handler: &Value, event: EventId) {
        let is_http = self.models.event_data(event).is_some_and(|event| event.http);
        let answer = if is_http {
            Answer::Proxy
        } else if self.is_unseen(event) {
            Answer::Internal
        } else {
            Answer::Shaped
        };
        self.run_handler(handler, None, event, answer);
    }

    /// Functions that other files may call, of one parameter named as events are: `exports.get = async
    /// (event) => …`. They come last, since most functions of this form are called by a handler.
    fn run_exported(&mut self, module: ModuleId) {
        let Some(tree) = self.program.module(module) else { return };
        let exported = self.exported_functions(module);
        for (index, function) in tree.functions.iter().enumerate().skip(1) {
            let id = FunctionId(u32::try_from(index).unwrap_or(u32::MAX));
            let is_meant = function.parent == Some(FunctionId(0))
                && function.class.is_none()
                && exported.as_ref().is_none_or(|ids| ids.contains(&id))
                && !self.visited.contains(&(module, id))
                && takes_only_an_event(function);
            if !is_meant {
                continue;
            }
            let event = self.event_by_reads(function).or_else(|| self.models.event("unknown"));
            let Some(event) = event else { continue };
            let handler = self.function_value(module, id, function);
            self.run_as_handler(&handler, event);
        }
    }

    /// What a module of JavaScript exports; in other languages every function can be called.
    fn exported_functions(&mut self, module: ModuleId) -> Option<Vec<FunctionId>> {
        let language = self.program.module(module)?.language;
        if !matches!(language, Language::JavaScript | Language::TypeScript) {
            return None;
        }
        let Shape::Object(exports) = self.module_value(module).shape else {
            return Some(Vec::new());
        };
        let entries = self.heap.map(exports).map(|map| map.entries.as_slice()).unwrap_or_default();
        Some(
            entries
                .iter()
                .filter_map(|(_, value)| match &value.shape {
                    Shape::Function(closure) if closure.module == module => Some(closure.function),
                    _ => None,
                })
                .collect(),
        )
    }

    /// Whether nobody sees what a handler of an event answers: a service that waits for none sends it.
    fn is_unseen(&self, event: EventId) -> bool {
        let names = self.models.event_data(event).map(|event| event.names.as_slice());
        names.is_some_and(|names| names.iter().any(|name| UNSEEN.contains(&name.as_str())))
    }

    /// The event of a function that looks like a handler: two parameters, the names that people use,
    /// or a declared type.
    fn handler_event(&mut self, module: ModuleId, function: &'p Function) -> Option<EventId> {
        let typed = self.within_module(module, |engine| {
            function.params.iter().find_map(|param| engine.event_of_param(param))
        });
        if typed.is_some() {
            return typed;
        }
        let method = function.class.is_some();
        let params: Vec<&SmolStr> =
            function.params.iter().filter_map(|param| param.name()).collect();
        let first = params.iter().find(|name| **name != "self" && **name != "this");
        let takes_event = first.is_some_and(|name| {
            let name = name.trim_start_matches('_').to_ascii_lowercase();
            matches!(name.as_str(), "event" | "evt" | "e" | "ev" | "lambda_event" | "lambdaevent")
                && function.params.len() <= 3
        });
        let takes_context = params.iter().any(|name| {
            let name = name.trim_start_matches('_').to_ascii_lowercase();
            matches!(
                name.as_str(),
                "context" | "ctx" | "lambda_context" | "lambdacontext" | "callback"
            )
        });
        let named = function.name.to_ascii_lowercase().contains("handler");
        let destructured = matches!(
            function.params.first().map(|param| &param.target),
            Some(code_ir::Target::Object { .. } | code_ir::Target::Default(..))
        );
        // `export const handler = async () => …`.
        let is_bare = function.params.is_empty()
            && !method
            && self.program.module(module).is_some_and(|module| {
                matches!(module.language, Language::JavaScript | Language::TypeScript)
            })
            && matches!(function.name.as_str(), "handler" | "lambdaHandler" | "lambda_handler");
        let fits = is_bare
            || (takes_event && (named || takes_context))
            || (takes_context
                && (2..=3).contains(&function.params.len())
                && params.len() == function.params.len()
                && !method)
            || (named && !method && (takes_event || destructured || function.params.len() == 2));
        if !fits {
            return None;
        }
        self.event_by_reads(function).or_else(|| self.models.event("unknown"))
    }

    /// The event that alone has the fields which a handler reads.
    fn event_by_reads(&self, function: &Function) -> Option<EventId> {
        let mut read: HashSet<&str> = HashSet::default();
        code_ir::walk_stmts(&function.body, &mut |stmt| {
            code_ir::exprs_of(stmt, &mut |expr| {
                code_ir::walk_expr(expr, &mut |inner| match &inner.kind {
                    ExprKind::Attribute { name, .. } => {
                        read.insert(name);
                    }
                    // `x["body"]`, `x.get("body")`, `"body" in x`; an answer has a body, too.
                    ExprKind::Index { index, .. } => read.extend(text_of(index)),
                    ExprKind::Call { arguments, .. } => {
                        read.extend(arguments.first().and_then(|first| text_of(&first.value)));
                    }
                    ExprKind::Compare { left, .. } => read.extend(text_of(left)),
                    _ => {}
                });
            });
        });
        let is_read = |path: &Vec<Step>| {
            path.iter().all(|step| match step {
                Step::Field(name) => read.contains(name.as_str()),
                Step::Index(_) | Step::Any => true,
            })
        };
        let fits = self.models.events().filter_map(|(at, event)| {
            let longest = event.shape.iter().filter(|path| is_read(path)).map(Vec::len).max()?;
            Some((longest, at))
        });
        fits.max_by_key(|(length, at)| (*length, std::cmp::Reverse(*at))).map(|(_, at)| at)
    }

    pub(super) fn function_value(
        &mut self,
        module: ModuleId,
        id: FunctionId,
        function: &'p Function,
    ) -> Value {
        let frames = self.loaded.get(&module).map(|loaded| Rc::clone(&loaded.frames));
        let value = Self::closure(module, id, frames.clone());
        let Some(class) = function.class else { return value };
        let is_static = self
            .program
            .class(module, class)
            .and_then(|class| class.methods.iter().find(|method| method.function == id))
            .is_some_and(|method| method.kind == MethodKind::Static);
        if is_static {
            return value;
        }
        let class = Rc::new(ClassRef { module, class, frames });
        let instance = self.unknown_instance(&class);
        Self::bind(&value, &instance)
    }

    /// Everything else: registered handlers, then functions that nothing called.
    fn run_rest(&mut self, module: ModuleId) {
        for _ in 0..ROUNDS {
            self.run_registered();
            let Some(tree) = self.program.module(module) else { return };
            let mut is_done = true;
            for (index, function) in tree.functions.iter().enumerate().skip(1) {
                let id = FunctionId(u32::try_from(index).unwrap_or(u32::MAX));
                // Inner functions come with those around them.
                if (function.parent != Some(FunctionId(0)) && function.class.is_none())
                    || self.visited.contains(&(module, id))
                    || self.registered.contains(&(module, id))
                {
                    continue;
                }
                is_done = false;
                let value = self.function_value(module, id, function);
                self.start(None, Answer::Internal);
                self.limit = super::ASIDE_STEPS;
                let _ = self.alternative(|engine| {
                    engine.within_module(module, |engine| {
                        engine.call_value(&value, Args::default(), function.name_span)
                    })
                });
                self.visited.insert((module, id));
                self.stop();
            }
            if is_done && self.registrations.is_empty() {
                return;
            }
        }
    }
}

fn takes_only_an_event(function: &Function) -> bool {
    let [param] = function.params.as_slice() else { return false };
    param.name().is_some_and(|name| {
        matches!(name.as_str(), "event" | "evt" | "_event" | "lambda_event" | "lambdaEvent")
    })
}
