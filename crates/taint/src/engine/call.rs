//! Calls: what is called, with what, on what.

use std::rc::Rc;

use code_ir::{Argument, Expr, ExprKind, SmolStr, Span, Spread};
use taint_models::{EventId, Kind, Kinds, NameId};

use super::{Engine, member::part_of};
use crate::{
    builtins,
    heap::{Map, Object, ObjectId},
    value::{ClassRef, Constant, Key, Shape, Taint, Value},
};

/// What a call gives that never comes back.
pub(super) const NEVER: ObjectId = ObjectId(u32::MAX);

/// Levels of lists and mappings in which functions are handed over.
const HANDED: u32 = 2;
/// Functions that are called of those handed to one call.
const CALLBACKS: usize = 32;

/// Arguments of a call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Args {
    /// By position.
    pub(crate) positional: Vec<Value>,
    /// By name.
    pub(crate) named: Vec<(SmolStr, Value)>,
    /// Any further ones by position.
    pub(crate) rest: Option<Value>,
    /// Any further ones by name.
    pub(crate) rest_named: Option<Value>,
    /// Whether there may be others of which nothing is known.
    pub(crate) is_open: bool,
    /// Places of those by position.
    pub(crate) spans: Vec<Span>,
}

impl Args {
    pub(crate) fn push(&mut self, value: Value, span: Span) {
        self.positional.push(value);
        self.spans.push(span);
    }

    /// Arguments that are given by position.
    pub(crate) fn of(values: Vec<Value>) -> Self {
        Self { positional: values, ..Self::default() }
    }

    /// By position, the unknown rest included.
    pub(crate) fn at(&self, index: usize) -> Option<&Value> {
        self.positional.get(index).or(self.rest.as_ref())
    }

    /// By name.
    pub(crate) fn by_name(&self, name: &str) -> Option<&Value> {
        self.named
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
            .or(self.rest_named.as_ref())
    }

    /// Every argument.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Value> {
        self.positional
            .iter()
            .chain(&self.rest)
            .chain(self.named.iter().map(|(_, value)| value))
            .chain(&self.rest_named)
    }
}

impl<'p> Engine<'p> {
    pub(crate) fn call_expression(
        &mut self,
        expr: &'p Expr,
        callee: &'p Expr,
        arguments: &'p [Argument],
        is_new: bool,
    ) -> Value {
        if let ExprKind::Attribute { base, name } = &callee.kind
            && !is_new
        {
            let receiver = self.eval(base);
            let arguments = self.arguments(arguments);
            self.note_seen(&receiver, callee, expr.span);
            return self.call_method(&receiver, name, arguments, expr.span);
        }
        let target = self.eval(callee);
        let mut args = self.arguments(arguments);
        if is_new {
            return self.construct(&target, args, expr.span);
        }
        if let ExprKind::Name(name) = &callee.kind {
            if matches!(target.shape, Shape::Library(_)) {
                if name.text == "require" && self.is_javascript() {
                    let module = args.at(0).cloned().unwrap_or_default();
                    return self.require(&module, expr.span);
                }
                if let Some(value) = self.call_own_method(&name.text, &mut args, expr.span) {
                    return value;
                }
                if let Some(value) = builtins::call(self, &name.text, &args, expr.span) {
                    return value;
                }
            }
            if matches!(target.shape, Shape::Unknown) {
                self.note_unresolved(&name.text);
            }
            if name.text == "super" {
                return self.call_super(args, expr.span);
            }
        }
        self.call_value(&target, args, expr.span)
    }

    fn arguments(&mut self, arguments: &'p [Argument]) -> Args {
        let mut args = Args::default();
        for argument in arguments {
            let value = self.eval(&argument.value);
            match (argument.spread, &argument.name) {
                (Spread::No, Some(name)) => args.named.push((name.clone(), value)),
                (Spread::No, None) => args.push(value, argument.value.span),
                (Spread::Sequence, _) => {
                    let (items, rest) = self.members(&value);
                    for item in items {
                        args.push(item, argument.value.span);
                    }
                    merge_rest(&mut args.rest, rest);
                }
                (Spread::Mapping, _) => {
                    let mut map = Map { is_closed: true, ..Map::default() };
                    self.copy_into(&mut map, &value);
                    args.is_open |= !map.is_closed;
                    for (key, value) in map.entries {
                        if let Key::Name(name) = key {
                            args.named.push((name, value));
                        }
                    }
                    let rest = match &value.shape {
                        Shape::Event(path) if path.is_parsed => Some(value.clone()),
                        Shape::Event(_) => Some(part_of(&value)),
                        _ => map.rest,
                    };
                    // Each gets one of them, and only those that it names.
                    let whole = Kinds::one(Kind::Environment);
                    let rest = rest.map(|rest| Value { taint: rest.taint.without(whole), ..rest });
                    merge_rest(&mut args.rest_named, rest);
                }
            }
        }
        args
    }

    /// Calls a value.
    pub(crate) fn call_value(&mut self, callee: &Value, args: Args, span: Span) -> Value {
        match &callee.shape {
            Shape::Function(closure) => {
                let closure = Rc::clone(closure);
                self.call_closure(&closure, args, span)
            }
            Shape::Class(class) => {
                let class = Rc::clone(class);
                self.instantiate(&class, args, span)
            }
            Shape::Library(id) => {
                let id = *id;
                self.services.callee.clone_from(&callee.origin);
                self.call_library(id, None, &args, span, false)
            }
            Shape::Instance(id) => {
                // Calling an object: what it gives is of its kind.
                let id = *id;
                let id = self.names.child(id, "__call__");
                self.call_library(id, Some(callee), &args, span, false)
            }
            Shape::Object(id) => {
                let id = *id;
                let map = self.heap.map(id);
                if let Some(type_) = map.and_then(|map| map.library) {
                    let method = self.names.child(type_, "__call__");
                    return self.call_library(method, Some(callee), &args, span, false);
                }
                if map.is_some_and(|map| map.class.is_some()) {
                    let method = SmolStr::new_static("__call__");
                    return self.call_method(callee, &method, args, span);
                }
                self.unknown_call(callee, &args, span)
            }
            Shape::Settle(id) if *id != NEVER => {
                let id = *id;
                let value = args.at(0).cloned().unwrap_or_default();
                if let Some(list) = self.heap.change_list(id) {
                    list.push(value);
                }
                Value::unknown()
            }
            Shape::OneOf(shapes) => {
                let shapes = Rc::clone(shapes);
                self.each_shape(callee, &shapes, |engine, one| {
                    engine.call_value(one, args.clone(), span)
                })
            }
            _ => self.unknown_call(callee, &args, span),
        }
    }

    /// Does the same with each of several shapes and joins the results.
    pub(crate) fn each_shape(
        &mut self,
        value: &Value,
        shapes: &Rc<[Shape]>,
        mut work: impl FnMut(&mut Self, &Value) -> Value,
    ) -> Value {
        let mut result: Option<Value> = None;
        let mut changes = Vec::new();
        for shape in shapes.iter() {
            let one = value.alternative(shape);
            let (value, own_changes) = self.alternative(|engine| work(engine, &one));
            changes.push(own_changes);
            result = Some(result.map_or_else(|| value.clone(), |known| known.or(&value)));
        }
        self.heap.merge(changes);
        result.unwrap_or_default()
    }

    /// A call of something that is not known: what goes in may come out, and functions that go in
    /// may be called with it.
    pub(crate) fn unknown_call(&mut self, callee: &Value, args: &Args, span: Span) -> Value {
        self.note_leaving("", args);
        self.note_handed("", args, span);
        self.result_of_unknown(callee, args, span)
    }

    /// What a call gives that is not looked into.
    pub(crate) fn result_of_unknown(&mut self, callee: &Value, args: &Args, span: Span) -> Value {
        let mut taint = callee.taint.clone();
        for value in args.all() {
            taint = taint.or(&self.deep_taint(value));
        }
        self.call_back(args, &Value::tainted(taint.clone()), span);
        Value::tainted(taint)
    }

    /// Calls the functions among the arguments.
    pub(crate) fn call_back(&mut self, args: &Args, with: &Value, span: Span) {
        let mut functions: Vec<Value> = Vec::new();
        for value in args.all() {
            self.functions_in(value, HANDED, &mut functions);
        }
        for function in functions {
            let mut values = Args { rest: Some(with.clone()), ..Args::default() };
            if self.takes_error(&function) {
                values.push(self.text_of_exception(span), span);
            }
            let (_, changes) =
                self.alternative(|engine| engine.call_value(&function, values, span));
            self.heap.merge(vec![changes, Vec::new()]);
        }
    }

    /// Functions in a value, and in the lists and mappings that it is.
    fn functions_in(&self, value: &Value, depth: u32, all: &mut Vec<Value>) {
        for shape in value.shape.alternatives() {
            match shape {
                Shape::Function(_) if all.len() < CALLBACKS => all.push(value.alternative(shape)),
                Shape::Object(id) if depth > 0 => match self.heap.get(*id) {
                    Some(Object::List(list)) => {
                        let items = list.items.iter().chain(&list.rest);
                        items.for_each(|item| self.functions_in(item, depth - 1, all));
                    }
                    Some(Object::Map(map)) if map.class.is_none() => {
                        let values = map.entries.iter().map(|(_, value)| value).chain(&map.rest);
                        values.for_each(|value| self.functions_in(value, depth - 1, all));
                    }
                    _ => {}
                },
                _ => {}
            }
        }
    }

    /// Whether a function gets an error first, as callbacks of Node.js do: by the name of its parameter.
    fn takes_error(&self, function: &Value) -> bool {
        let Shape::Function(closure) = &function.shape else { return false };
        let known = self.program.function(closure.module, closure.function);
        let name = known.and_then(|function| function.params.first()?.name());
        self.is_javascript()
            && name.is_some_and(|name| {
                let name = name.to_ascii_lowercase();
                matches!(name.as_str(), "err" | "error" | "e" | "exception" | "_err")
            })
    }

    /// `receiver.name(arguments)`.
    pub(crate) fn call_method(
        &mut self,
        receiver: &Value,
        name: &SmolStr,
        args: Args,
        span: Span,
    ) -> Value {
        self.note_matched(receiver, name, &args, span);
        self.note_fan_out(receiver, name, &args, span);
        match &receiver.shape {
            Shape::Object(id) => {
                let id = *id;
                self.call_object_method(id, receiver, name, args, span)
            }
            Shape::Module(module) => {
                let callee = self.module_name(*module, name);
                self.call_value(&callee, args, span)
            }
            Shape::Class(class) => {
                let class = Rc::clone(class);
                self.call_class_method(&class, receiver, name, args, span)
            }
            Shape::Super(base) => {
                let base = Rc::clone(base);
                match self.find_method(&Rc::new(base.0.clone()), name) {
                    Some((found, method)) => {
                        self.call_method_of(&found, method, &base.1, args, span)
                    }
                    None => Value::unknown(),
                }
            }
            Shape::Function(_) => self.call_function_method(receiver, name, args, span),
            Shape::Library(id) | Shape::Instance(id) => {
                let id = *id;
                if name == "then" || name == "catch" || name == "finally" {
                    return builtins::promise(self, receiver, name, &args, span);
                }
                // A field of what a library gave is a value, when it carries anything.
                if self.is_typed() && self.names.split(id).0 == NameId::ROOT {
                    // A field that was not found.
                    self.note_unresolved(name);
                }
                let is_instance =
                    matches!(receiver.shape, Shape::Instance(_)) || !receiver.taint.is_clean();
                let method = self.method_of(id, name);
                if is_instance
                    && !self.is_modelled(method)
                    && let Some(value) = builtins::method(self, receiver, name, &args, span)
                {
                    return self.part_by_call(receiver, name, &args, value);
                }
                let value = self.call_library(method, Some(receiver), &args, span, false);
                self.part_by_call(receiver, name, &args, value)
            }
            Shape::OneOf(shapes) => {
                let shapes = Rc::clone(shapes);
                self.each_shape(receiver, &shapes, |engine, one| {
                    engine.call_method(one, name, args.clone(), span)
                })
            }
            Shape::Event(path)
                if path.path.is_empty()
                    && let Some(method) = self.method_of_event(path.event, name) =>
            {
                let value = self.call_library(method, Some(receiver), &args, span, false);
                self.part_by_call(receiver, name, &args, value)
            }
            Shape::Constant(Constant::Regex(..))
                if let Some(method) = self.method_of_pattern(name) =>
            {
                self.call_library(method, Some(receiver), &args, span, false)
            }
            Shape::Event(_) | Shape::Unknown | Shape::Constant(_) | Shape::Settle(_) => {
                if let Shape::Event(at) = &receiver.shape
                    && let Some(value) = self.call_event_method(at, receiver, name, &args, span)
                {
                    return value;
                }
                let value = match builtins::method(self, receiver, name, &args, span) {
                    Some(value) => value,
                    None => self.call_any_method(receiver, name, &args, span),
                };
                self.part_by_call(receiver, name, &args, value)
            }
        }
    }

    /// The modelled method of a type that means an event: `c.Redirect` of a request's context.
    fn method_of_event(&mut self, event: EventId, name: &str) -> Option<NameId> {
        let models = self.models;
        let types = models.event_data(event).map(|event| event.types.as_slice());
        types.unwrap_or_default().iter().find_map(|type_| {
            let known = models.canonical(self.names.intern(type_));
            let method = self.method_of(known, name);
            self.is_modelled(method).then_some(method)
        })
    }

    /// A method of a receiver of which nothing is known.
    fn call_any_method(
        &mut self,
        receiver: &Value,
        name: &SmolStr,
        args: &Args,
        span: Span,
    ) -> Value {
        self.note_unresolved(name);
        self.note_registration(None, name, args, span);
        let id = self.names.intern("?");
        let id = self.names.child(id, name);
        self.call_library(id, Some(receiver), args, span, true)
    }

    fn call_object_method(
        &mut self,
        id: ObjectId,
        receiver: &Value,
        name: &SmolStr,
        args: Args,
        span: Span,
    ) -> Value {
        let class = match self.heap.get(id) {
            Some(Object::Map(map)) => {
                if let Some(type_) = map.library {
                    let method = self.method_of(type_, name);
                    return self.call_library(method, Some(receiver), &args, span, false);
                }
                if let Some(field) = map.get(&Key::Name(name.clone())).cloned() {
                    let bound = if map.class.is_some() || self.is_javascript() {
                        Self::bind(&field, receiver)
                    } else {
                        field
                    };
                    return self.call_value(&bound, args, span);
                }
                map.class.clone()
            }
            _ => None,
        };
        if let Some(class) = class {
            if let Some((found, method)) = self.find_method(&class, name) {
                return self.call_method_of(&found, method, receiver, args, span);
            }
            if let Some(base) = self.library_base(&class) {
                let method = self.method_of(base, name);
                return self.call_library(method, Some(receiver), &args, span, false);
            }
            return self.call_any_method(receiver, name, &args, span);
        }
        if let Some(value) = builtins::method(self, receiver, name, &args, span) {
            return value;
        }
        let taint = self.deep_taint(receiver);
        self.call_any_method(&Value { taint, ..receiver.clone() }, name, &args, span)
    }

    /// JavaScript's `f.call(this, …)`, `f.apply`, `f.bind`; anything else gives the function back:
    /// a handler in a wrapper is still the handler.
    fn call_function_method(
        &mut self,
        function: &Value,
        name: &SmolStr,
        mut args: Args,
        span: Span,
    ) -> Value {
        match name.as_str() {
            "call" if self.is_javascript() => {
                let this = if args.positional.is_empty() {
                    Value::unknown()
                } else {
                    args.positional.remove(0)
                };
                let bound = Self::bind(function, &this);
                self.call_value(&bound, args, span)
            }
            "apply" if self.is_javascript() => {
                let this = args.at(0).cloned().unwrap_or_default();
                let list = args.at(1).cloned().unwrap_or_default();
                let (items, rest) = self.members(&list);
                let bound = Self::bind(function, &this);
                self.call_value(&bound, Args { positional: items, rest, ..Args::default() }, span)
            }
            "call" | "invoke" | "run" | "apply" | "accept" | "get" | "Invoke" | "()" => {
                self.call_value(function, args, span)
            }
            "bind" => {
                let this = args.at(0).cloned().unwrap_or_default();
                Self::bind(function, &this)
            }
            _ => {
                self.call_back(&args, &Value::unknown(), span);
                function.clone()
            }
        }
    }

    /// Everything hostile in a value and in what it holds, a few levels deep.
    pub(crate) fn deep_taint(&self, value: &Value) -> Taint {
        self.taint_below(value, 4)
    }

    pub(crate) fn taint_below(&self, value: &Value, depth: u32) -> Taint {
        let mut taint = value.taint.clone();
        if depth == 0 {
            return taint;
        }
        for shape in value.shape.alternatives() {
            if let (Shape::Library(id), Some((known, whole))) = (shape, &self.environment)
                && id == known
            {
                taint = taint.or(whole);
            }
            let Shape::Object(id) = shape else { continue };
            match self.heap.get(*id) {
                Some(Object::List(list)) => {
                    for item in list.items.iter().chain(&list.rest) {
                        taint = taint.or(&self.taint_below(item, depth - 1));
                    }
                }
                Some(Object::Map(map)) => {
                    for item in map.entries.iter().map(|(_, value)| value).chain(&map.rest) {
                        taint = taint.or(&self.taint_below(item, depth - 1));
                    }
                }
                _ => {}
            }
        }
        taint
    }

    /// The library type that a class of the program derives from.
    pub(crate) fn library_base(&mut self, class: &Rc<ClassRef>) -> Option<NameId> {
        let mut pending = vec![Rc::clone(class)];
        let mut seen = 0;
        while let Some(class) = pending.pop() {
            seen += 1;
            if seen > 16 {
                return None;
            }
            for base in self.bases(&class) {
                match base.shape {
                    Shape::Library(id) | Shape::Instance(id) => return Some(id),
                    Shape::Class(base) => pending.push(base),
                    _ => {}
                }
            }
        }
        None
    }
}

fn merge_rest(slot: &mut Option<Value>, rest: Option<Value>) {
    if let Some(rest) = rest {
        *slot = Some(match slot.take() {
            Some(known) => known.or(&rest),
            None => rest,
        });
    }
}
