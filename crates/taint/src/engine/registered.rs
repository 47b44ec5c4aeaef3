//! Handlers that code registers by itself: with decorators, calls, and interfaces of frameworks.

use std::rc::Rc;

use code_ir::{Expr, ExprKind, Function, Language, MethodKind, SmolStr, Span};
use code_program::ModuleId;
use taint_models::{EntryModel, EventId, NameId};

use super::{Engine, Registration, call::Args, response::Answer};
use crate::value::{ClassRef, Key, Shape, Value};

/// Handlers that register handlers, at most.
pub(super) const ROUNDS: usize = 4;

impl<'p> Engine<'p> {
    /// Methods of classes that implement what a framework calls.
    pub(super) fn register_interfaces(&mut self, module: ModuleId) {
        let Some(tree) = self.program.module(module) else { return };
        let models = self.models;
        let frames = self.loaded.get(&module).map(|loaded| Rc::clone(&loaded.frames));
        for index in 0..tree.classes.len() {
            let class = code_ir::ClassId(u32::try_from(index).unwrap_or(u32::MAX));
            let class = Rc::new(ClassRef { module, class, frames: frames.clone() });
            let names: Vec<String> = self
                .bases(&class)
                .iter()
                .filter_map(|base| match &base.shape {
                    Shape::Library(id) | Shape::Instance(id) => Some(self.names.text(*id)),
                    _ => None,
                })
                .collect();
            for (rule, entry) in models.entries().iter().enumerate() {
                let is_meant = |known: &String| {
                    let last = known.rsplit('.').next().unwrap_or(known);
                    names.iter().any(|name| name == known || name == last)
                };
                let Some(method) = &entry.method else { continue };
                if !entry.interfaces.iter().any(is_meant) {
                    continue;
                }
                if let Some((found, method)) = self.find_method(&class, method)
                    && let Some(function) = self.program.function(found.module, method.function)
                {
                    let handler = self.function_value(found.module, method.function, function);
                    self.register(Registration {
                        handler,
                        rule,
                        route: None,
                        is_deliberate: false,
                        is_page: false,
                    });
                }
            }
        }
    }

    /// Methods whose annotations say that a framework calls them: routes of controllers, listeners.
    pub(super) fn register_methods(&mut self, module: ModuleId) {
        let Some(tree) = self.program.module(module) else { return };
        for class in &tree.classes {
            for method in &class.methods {
                let Some(function) = tree.function(method.function) else { continue };
                if function.decorators.is_empty() {
                    continue;
                }
                let value = self.function_value(module, method.function, function);
                self.within_module(module, |engine| {
                    for decorator in &function.decorators {
                        engine.note_decorated(decorator, &value);
                    }
                });
            }
        }
    }

    pub(super) fn run_registered(&mut self) {
        for _ in 0..ROUNDS {
            let registrations = std::mem::take(&mut self.registrations);
            if registrations.is_empty() {
                return;
            }
            for registration in registrations {
                self.run_registration(&registration);
            }
        }
    }

    /// Runs a registered handler for every entry point that leads to it.
    fn run_registration(&mut self, registration: &Registration) {
        let Shape::Function(closure) = &registration.handler.shape else { return };
        let key = (closure.module, closure.function);
        let rule = self.models.entries().get(registration.rule);
        let Some(rule) = rule else { return };
        let Some(function) = self.program.function(key.0, key.1) else { return };
        let tells_none = rule.parameters.iter().any(|word| tells_no_event(word));
        // What a template names was run with the events of its triggers.
        if tells_none && self.handled.contains(&key) {
            return;
        }
        let carriers = self.carriers.clone();
        if carriers.is_empty() {
            self.run_registered_for(registration, rule, function, (None, None));
        }
        for (entry, events) in &carriers {
            let events = if tells_none { events.as_slice() } else { &[] };
            if events.is_empty() {
                self.run_registered_for(registration, rule, function, (Some(*entry), None));
            }
            for event in events {
                self.run_registered_for(registration, rule, function, (Some(*entry), Some(*event)));
            }
        }
    }

    /// The entry point that leads to what the module registers, when there is but one.
    pub(super) fn sole_carrier(&self) -> Option<usize> {
        if let [(entry, _)] = self.carriers.as_slice() { Some(*entry) } else { None }
    }

    /// Runs a function that nothing registers by the rule of those that are.
    pub(super) fn run_as(&mut self, handler: Value, rule: usize) {
        let Some(model) = self.models.entries().get(rule) else { return };
        let Shape::Function(closure) = &handler.shape else { return };
        let Some(function) = self.program.function(closure.module, closure.function) else {
            return;
        };
        let registration =
            Registration { handler, rule, route: None, is_deliberate: false, is_page: false };
        self.run_registered_for(&registration, model, function, (None, None));
    }

    /// Whether a function of a library gives the handler back that it is given: `middy(handler)`.
    pub(super) fn is_wrapper(&self, id: NameId) -> bool {
        let full = self.names.text(id);
        self.models.entries().iter().any(|rule| {
            rule.registrars.contains(&full)
                && rule.parameters.iter().any(|word| tells_no_event(word))
        })
    }

    fn run_registered_for(
        &mut self,
        registration: &Registration,
        rule: &'p EntryModel,
        function: &'p Function,
        (entry, of_entry): (Option<usize>, Option<EventId>),
    ) {
        let Shape::Function(closure) = &registration.handler.shape else { return };
        let module = closure.module;
        let is_http = |engine: &Self, event: Option<EventId>| {
            let event = event.and_then(|event| engine.models.event_data(event));
            event.is_some_and(|event| event.http)
        };
        let is_typed_http = self.within_module(module, |engine| {
            function.params.iter().any(|param| {
                let event = engine.event_of_param(param);
                is_http(engine, event)
            })
        });
        let answers = is_typed_http || is_http(self, of_entry);
        self.start(
            entry,
            match (rule.http, answers) {
                (true, _) if rule.json && !registration.is_page => Answer::Json,
                (true, _) => Answer::Page,
                (false, true) => Answer::Proxy,
                (false, false) => Answer::Internal,
            },
        );
        let handler = self.with_instance(&registration.handler, function);
        // A route of fixed text is what the path of its requests is.
        self.route = registration.route.clone().filter(|route| {
            rule.route_parameters
                && route.starts_with('/')
                && !route.contains(['<', '{', ':', '*', '('])
        });
        let _ = self.alternative(|engine| {
            engine.within_module(module, |engine| {
                let args = engine.registered_arguments(rule, function, registration, of_entry);
                engine.call_value(&handler, args, function.name_span)
            })
        });
        self.stop();
    }

    /// A method that no instance is bound to yet, bound to one.
    fn with_instance(&mut self, handler: &Value, function: &Function) -> Value {
        let (Shape::Function(closure), Some(class)) = (&handler.shape, function.class) else {
            return handler.clone();
        };
        let methods = self.program.class(closure.module, class).map_or(&[][..], |it| &it.methods);
        let is_static = methods
            .iter()
            .any(|it| it.function == closure.function && it.kind == MethodKind::Static);
        if is_static || closure.receiver.is_some() {
            return handler.clone();
        }
        let (module, frames) = (closure.module, closure.frames.clone());
        let instance = self.unknown_instance(&Rc::new(ClassRef { module, class, frames }));
        Self::bind(handler, &instance)
    }

    fn registered_arguments(
        &mut self,
        rule: &EntryModel,
        function: &'p Function,
        registration: &Registration,
        of_entry: Option<EventId>,
    ) -> Args {
        let mut args = Args::default();
        let receiver = usize::from(
            function.params.first().and_then(|p| p.name()).is_some_and(|name| name == "self"),
        );
        // A handler may leave out the context that would come first.
        let words = match rule.parameters.split_first() {
            Some((first, rest))
                if first == "context"
                    && !function.params.get(receiver).is_some_and(is_context_param) =>
            {
                rest
            }
            _ => rule.parameters.as_slice(),
        };
        let trigger = function.params.iter().find_map(|param| self.event_of_mark(param));
        for (at, param) in function.params.iter().skip(receiver).enumerate() {
            let span = match &param.target {
                code_ir::Target::Name(_, span) => *span,
                _ => function.name_span,
            };
            let word = words.get(at).or(words.last());
            let event = self.event_of_param(param).or_else(|| {
                if word.is_some_and(|word| word == "trigger") {
                    // Text beside the trigger is bound from what it brings: the name in a path.
                    let is_text = param.annotation.as_ref().is_some_and(is_text_type);
                    return self.event_of_mark(param).or(trigger.filter(|_| is_text));
                }
                let word = word.filter(|word| *word != "context" && *word != "-")?;
                if word == "http-parameter" && self.is_of_library(param) {
                    return None;
                }
                if word == "record" {
                    return self.record_of(of_entry);
                }
                // What the template says of the trigger is surer than a model that knows none.
                of_entry.filter(|_| tells_no_event(word)).or_else(|| self.models.event(word))
            });
            let event = event.filter(|_| !self.is_given_by_framework(param));
            let mut value = match (event, word) {
                (Some(event), _) if self.is_of_class(param) => {
                    // Its fields are what the declared class says.
                    Value { shape: Shape::Unknown, ..self.event_value(event, span) }
                }
                (Some(event), _) => self.event_value(event, span),
                (None, Some(word)) if word == "error" && !registration.is_deliberate => {
                    self.text_of_exception(span)
                }
                (None, Some(word)) if param.annotation.is_none() => self.object_of_framework(word),
                _ => Value::unknown(),
            };
            let in_route = rule.route_parameters
                && param.name().is_some_and(|name| {
                    registration.route.as_ref().is_none_or(|route| route.contains(name.as_str()))
                });
            if event.is_none() && in_route && word.is_none_or(|word| word != "context") {
                value = self.route_parameter(param, span);
            }
            if param.annotation.as_ref().is_some_and(Self::is_number_type) {
                value = Value::unknown();
            }
            match (param.kind, param.name()) {
                (code_ir::ParamKind::Named, Some(name)) => args.named.push((name.clone(), value)),
                _ => args.push(value, span),
            }
        }
        args
    }

    /// Whether a parameter is declared as an object of a library that models know: it is injected, not
    /// filled from the request.
    fn is_of_library(&mut self, param: &'p code_ir::Param) -> bool {
        let Some(annotation) = &param.annotation else { return false };
        if annotation.dotted().is_none() {
            return false;
        }
        let (named, _) = self.alternative(|engine| engine.eval(annotation));
        let Shape::Library(id) = named.shape else { return false };
        let id = self.models.canonical(id);
        let text = self.names.text(id);
        let is_plain = ["java.", "System.", "builtins."].iter().any(|root| text.starts_with(root));
        text.contains('.') && !is_plain && self.models.names_below(id)
    }

    /// Whether a parameter is declared as a class of the program.
    fn is_of_class(&mut self, param: &'p code_ir::Param) -> bool {
        let Some(annotation) = param.annotation.as_ref().filter(|it| it.dotted().is_some()) else {
            return false;
        };
        matches!(self.alternative(|engine| engine.eval(annotation)).0.shape, Shape::Class(_))
    }

    /// One record of the batch that starts the function: of SQS, unless the template says more.
    fn record_of(&self, of_entry: Option<EventId>) -> Option<EventId> {
        let event = of_entry.and_then(|event| self.models.event_data(event));
        let names = event.map_or(&[][..], |event| event.names.as_slice());
        let of_batch = names.iter().find_map(|name| self.models.event(&format!("{name}-record")));
        of_batch.or_else(|| self.models.event("sqs-record"))
    }

    /// The event of the trigger that a parameter is marked with: `[QueueTrigger("orders")]`.
    fn event_of_mark(&self, param: &code_ir::Param) -> Option<EventId> {
        param.decorators.iter().find_map(|decorator| {
            let callee = match &decorator.kind {
                ExprKind::Call { callee, .. } => callee,
                _ => decorator,
            };
            let path = callee.dotted()?;
            let name = path.last()?;
            let name = name.strip_suffix("Attribute").unwrap_or(name);
            self.models.event_of_type(&format!("@{name}"))
        })
    }

    /// Whether a parameter is no data: a number, or an object of a library such as the response.
    fn is_given_by_framework(&mut self, param: &'p code_ir::Param) -> bool {
        let Some(annotation) = &param.annotation else { return false };
        if !self.is_typed() || self.event_of_param(param).is_some() {
            return false;
        }
        if Self::is_number_type(annotation) {
            return true;
        }
        let (typed, _) = self.alternative(|engine| engine.instance_of_type(annotation));
        let Shape::Instance(id) = typed.shape else { return false };
        let text = self.names.text(id);
        let is_plain = ["java.lang.", "java.util.", "System.Collections."]
            .iter()
            .any(|package| text.starts_with(package));
        let last = text.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        let is_data = ["string", "object", "json", "file", "stream", "entity", "multipart"]
            .iter()
            .any(|word| last.contains(word));
        !is_plain
            && !is_data
            && text.contains('.')
            && (self.models.is_type(id) || self.models.names_below(id))
    }

    /// The event that the declared type of a parameter means.
    pub(super) fn event_of_param(&mut self, param: &'p code_ir::Param) -> Option<EventId> {
        self.event_of_annotation(param.annotation.as_ref()?)
    }

    /// The event that a declared type means: by its whole name where an import tells it, by its last
    /// segment elsewhere. A type of the same name from another library is none.
    pub(crate) fn event_of_annotation(&mut self, annotation: &'p Expr) -> Option<EventId> {
        let path = annotation.dotted()?;
        let known = self.models.event_of_type(path.last()?)?;
        let (named, _) = self.alternative(|engine| engine.eval(annotation));
        match named.shape {
            Shape::Library(id) | Shape::Instance(id) => {
                let text = self.names.text(id);
                self.models
                    .event_of_name(id)
                    .or_else(|| self.models.is_event_type(known, &text).then_some(known))
            }
            Shape::Class(_) => None,
            _ => Some(known),
        }
    }

    /// A parameter that the route names: `/users/<name>`.
    fn route_parameter(&mut self, param: &code_ir::Param, span: Span) -> Value {
        let name = param.name().map_or("", |name| name.as_str());
        let words = SmolStr::new(format!("the parameter `{name}` of the route"));
        let taint =
            self.label(taint_models::Trust::Attacker, taint_models::Kinds::INPUT, words, span);
        Value::tainted(taint)
    }

    /// A decorator: it may register the function, and may put another one in its place.
    pub(crate) fn decorate(&mut self, decorator: &'p Expr, value: Value, _: &Function) -> Value {
        self.note_decorated(decorator, &value);
        let is_own = match &decorator.kind {
            ExprKind::Call { callee, .. } => {
                let (named, _) = self.alternative(|engine| engine.eval(callee));
                is_of_program(&named)
            }
            _ => true,
        };
        let made = self.eval(decorator);
        // What a library makes of it is the same function to us, also when the library was given a
        // function: `functools.wraps(inner)`.
        if !is_own || !is_of_program(&made) {
            return value;
        }
        let key = match &value.shape {
            Shape::Function(closure) => Some((closure.module, closure.function)),
            _ => None,
        };
        let is_new = key.filter(|key| !self.visited.contains(key));
        let decorated = self.call_value(&made, Args::of(vec![value.clone()]), decorator.span);
        // Middleware that a library completes is called with the handler alone here, and may give
        // what the handler answers.
        if self.is_callable(&decorated) {
            return decorated;
        }
        if let Some(key) = is_new {
            self.visited.remove(&key);
        }
        value
    }

    /// Whether a value is a function, or an instance that is called like one.
    fn is_callable(&mut self, value: &Value) -> bool {
        let Shape::Object(id) = value.shape else {
            return matches!(value.shape, Shape::Function(_));
        };
        let class = self.heap.map(id).and_then(|map| map.class.clone());
        class.is_some_and(|class| self.find_method(&class, "__call__").is_some())
    }

    /// Whether a decorator registers what it stands on.
    pub(crate) fn note_decorated(&mut self, decorator: &'p Expr, value: &Value) {
        let (callee, arguments) = match &decorator.kind {
            ExprKind::Call { callee, arguments, .. } => (callee.as_ref(), Some(arguments)),
            _ => (decorator, None),
        };
        let Some(path) = callee.dotted() else { return };
        let last = path.last().map(std::string::ToString::to_string).unwrap_or_default();
        let evaluated = self.alternative(|engine| engine.eval(callee)).0;
        let full = match &evaluated.shape {
            Shape::Library(id) | Shape::Instance(id) => self.names.text(*id),
            _ => path.iter().map(|part| part.as_str()).collect::<Vec<_>>().join("."),
        };
        // Imports of whole packages do not tell where an annotation comes from.
        let is_bare = full == last && matches!(self.language(), Language::Java | Language::CSharp);
        let rule = self.models.entries().iter().position(|rule| {
            rule.decorators.iter().any(|known| {
                is_named(known, &full, &last, path.len())
                    || (is_bare && known.rsplit('.').next() == Some(last.as_str()))
            })
        });
        let Some(rule) = rule else { return };
        let route = arguments.and_then(|arguments| {
            arguments.iter().find_map(|argument| argument.value.as_text().cloned())
        });
        let first = arguments.and_then(|arguments| arguments.first());
        let first = first.map(|first| self.alternative(|engine| engine.eval(&first.value)).0);
        let is_deliberate = first.is_some_and(|first| match first.shape {
            Shape::Class(_) | Shape::Constant(crate::value::Constant::Int(_)) => true,
            // Errors of frameworks carry what the application told them.
            Shape::Library(id) => {
                let text = self.names.text(id);
                text.contains('.') && !text.starts_with("java.")
            }
            _ => false,
        });
        let is_page = arguments.is_some_and(|arguments| {
            arguments.iter().any(|it| {
                let path = it.value.dotted();
                path.is_some_and(|path| path.last().is_some_and(|name| name.contains("HTML")))
            })
        });
        let handler = value.clone();
        self.register(Registration { handler, rule, route, is_deliberate, is_page });
    }

    fn register(&mut self, registration: Registration) {
        let Shape::Function(closure) = &registration.handler.shape else { return };
        let key = (closure.module, closure.function);
        if self.registered.insert(key) {
            self.registrations.push(registration);
            return;
        }
        // `[LambdaFunction] [HttpApi(…)]`: of two rules the one that tells the event is meant.
        let is_same = |known: &Registration| {
            matches!(&known.handler.shape,
                Shape::Function(closure) if (closure.module, closure.function) == key)
        };
        let models = self.models;
        let tells_none = |rule: usize| {
            let words = models.entries().get(rule).map(|rule| rule.parameters.as_slice());
            words.is_some_and(|words| words.iter().any(|word| tells_no_event(word)))
        };
        if let Some(known) = self.registrations.iter_mut().find(|known| is_same(known))
            && tells_none(known.rule)
        {
            *known = registration;
        }
    }

    /// `app.get("/x", handler)`: a call that registers a handler.
    pub(crate) fn note_registration(
        &mut self,
        id: Option<NameId>,
        method: &str,
        args: &Args,
        _: Span,
    ) {
        if !args.all().any(|value| matches!(value.shape, Shape::Function(_) | Shape::Object(_))) {
            return;
        }
        let full = id.map(|id| self.names.text(id)).unwrap_or_default();
        // A model of this very library is surer than one of any receiver: `app.get` of Hono.
        let any = |takes: Option<u32>, is_meant: &dyn Fn(&String) -> bool| {
            self.models
                .entries()
                .iter()
                .position(|rule| rule.takes == takes && rule.registrars.iter().any(is_meant))
        };
        let rule_of = |takes: Option<u32>| {
            any(takes, &|known| *known == full)
                .or_else(|| any(takes, &|known| is_named(known, &full, method, 2)))
        };
        let Some(rule) = rule_of(None) else { return };
        let wanted = self.models.entries().get(rule).and_then(|rule| rule.handler);
        let handlers: Vec<Value> = match wanted {
            Some(at) if args.at(at as usize).is_some() => {
                args.at(at as usize).into_iter().cloned().collect()
            }
            // It may be given by name: `record_handler=work`.
            _ => args.all().cloned().collect(),
        };
        let route = args.at(0).and_then(Value::as_text).cloned();
        let mut found = Vec::new();
        for handler in handlers {
            let handler = match handler.shape {
                // `{ handler: async (request) => … }`.
                Shape::Object(id) => self
                    .heap
                    .map(id)
                    .and_then(|map| map.get(&Key::Name(SmolStr::new_static("handler"))))
                    .cloned()
                    .unwrap_or_default(),
                _ => handler,
            };
            let takes = self.parameters_of(&handler);
            let rule = takes.and_then(|takes| rule_of(Some(takes))).unwrap_or(rule);
            found.push(Registration {
                handler,
                rule,
                route: route.clone(),
                is_deliberate: false,
                is_page: false,
            });
        }
        for registration in found {
            self.register(registration);
        }
    }

    /// How many parameters a function has.
    fn parameters_of(&self, handler: &Value) -> Option<u32> {
        let Shape::Function(closure) = &handler.shape else { return None };
        let function = self.program.function(closure.module, closure.function)?;
        u32::try_from(function.params.len()).ok()
    }
}

/// Whether a value is a function, a class or an object of the program.
fn is_of_program(value: &Value) -> bool {
    matches!(value.shape, Shape::Function(_) | Shape::Class(_) | Shape::Object(_))
}

/// Whether a word of a model says only that there is an event.
fn tells_no_event(word: &str) -> bool {
    matches!(word, "direct" | "unknown")
}

fn is_text_type(annotation: &Expr) -> bool {
    let path = annotation.dotted();
    path.is_some_and(|path| path.last().is_some_and(|name| name.eq_ignore_ascii_case("string")))
}

/// Whether a name is meant by a model's: the whole of it, or `*.last` of some object.
fn is_named(known: &str, full: &str, last: &str, segments: usize) -> bool {
    match known.strip_prefix("*.") {
        Some(method) => method == last && segments > 1,
        None => {
            known == full
                || known
                    .rsplit_once('.')
                    .is_some_and(|(_, tail)| tail == last && full.ends_with(known))
        }
    }
}

/// Go's `ctx context.Context`.
pub(super) fn is_context_param(param: &code_ir::Param) -> bool {
    let path = param.annotation.as_ref().and_then(Expr::dotted);
    path.is_some_and(|path| path.last().is_some_and(|name| name.as_str() == "Context"))
}
