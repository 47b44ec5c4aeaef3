//! Classes of the program: members, instances, and what they derive from.

use std::rc::Rc;

use code_ir::{ExprKind, FunctionId, MethodKind, SmolStr, Span};

use super::{Engine, call::Args, expression::viewed, member::part_of};
use crate::{
    heap::Map,
    value::{Cell, ClassRef, Closure, Key, Shape, Value},
};

/// Classes looked at on the way up.
const ANCESTORS: usize = 16;

impl<'p> Engine<'p> {
    /// What a class derives from.
    pub(crate) fn bases(&mut self, class: &Rc<ClassRef>) -> Vec<Value> {
        let Some(definition) = self.program.class(class.module, class.class) else {
            return Vec::new();
        };
        definition.bases.iter().map(|base| self.eval_in(class, base)).collect()
    }

    /// Evaluates an expression where a class stands.
    pub(super) fn eval_in(&mut self, class: &Rc<ClassRef>, expr: &'p code_ir::Expr) -> Value {
        let Some(frames) = class.frames.clone() else { return Value::unknown() };
        self.within_frames(class.module, frames, None, |engine| engine.eval(expr))
    }

    /// The method of a class or of what it derives from.
    pub(crate) fn find_method(
        &mut self,
        class: &Rc<ClassRef>,
        name: &str,
    ) -> Option<(Rc<ClassRef>, &'p code_ir::Method)> {
        let mut pending = vec![Rc::clone(class)];
        let mut seen = 0;
        while let Some(class) = pending.pop() {
            let definition = self.program.class(class.module, class.class)?;
            if let Some(method) = definition.methods.iter().find(|method| method.name == name) {
                return Some((class, method));
            }
            seen += 1;
            if seen > ANCESTORS {
                return None;
            }
            for base in self.bases(&class) {
                if let Shape::Class(base) = base.shape {
                    pending.push(base);
                }
            }
        }
        None
    }

    /// The constructor of a class.
    fn find_constructor(
        &mut self,
        class: &Rc<ClassRef>,
    ) -> Option<(Rc<ClassRef>, &'p code_ir::Method)> {
        let mut pending = vec![Rc::clone(class)];
        let mut seen = 0;
        while let Some(class) = pending.pop() {
            let definition = self.program.class(class.module, class.class)?;
            let is_constructor = |method: &&code_ir::Method| method.kind == MethodKind::Constructor;
            if let Some(method) = definition.methods.iter().find(is_constructor) {
                return Some((class, method));
            }
            seen += 1;
            if seen > ANCESTORS {
                return None;
            }
            for base in self.bases(&class) {
                if let Shape::Class(base) = base.shape {
                    pending.push(base);
                }
            }
        }
        None
    }

    pub(super) fn method_closure(class: &Rc<ClassRef>, function: FunctionId) -> Closure {
        Closure { module: class.module, function, frames: class.frames.clone(), receiver: None }
    }

    /// Calls a method that was found.
    pub(crate) fn call_method_of(
        &mut self,
        class: &Rc<ClassRef>,
        method: &code_ir::Method,
        receiver: &Value,
        args: Args,
        span: Span,
    ) -> Value {
        let mut closure = Self::method_closure(class, method.function);
        closure.receiver = match method.kind {
            MethodKind::Static if !self.is_javascript() => None,
            MethodKind::Static | MethodKind::Class => {
                Some(Value::of(Shape::Class(Rc::clone(class))))
            }
            MethodKind::Instance | MethodKind::Getter | MethodKind::Constructor => {
                Some(receiver.clone())
            }
        };
        if method.kind == MethodKind::Getter {
            let function = self.call_closure(&Rc::new(closure), Args::default(), span);
            return self.call_value(&function, args, span);
        }
        self.call_closure(&Rc::new(closure), args, span)
    }

    /// A method or field of the class of an instance.
    pub(crate) fn instance_member(
        &mut self,
        class: &Rc<ClassRef>,
        receiver: &Value,
        name: &SmolStr,
        span: Span,
    ) -> Option<Value> {
        if let Some((found, method)) = self.find_method(class, name) {
            let mut closure = Self::method_closure(&found, method.function);
            if method.kind != MethodKind::Static {
                closure.receiver = Some(receiver.clone());
            }
            if method.kind == MethodKind::Getter {
                return Some(self.call_closure(&Rc::new(closure), Args::default(), span));
            }
            return Some(Value::of(Shape::Function(Rc::new(closure))));
        }
        self.class_field(class, name).or_else(|| {
            let base = self.library_base(class)?;
            Some(self.library_member(base, receiver, name, span))
        })
    }

    /// What a field holds, when its class or language sees to it that it is what it is declared to be.
    pub(crate) fn checked_field(
        &mut self,
        class: Option<&Rc<ClassRef>>,
        name: &str,
        mut value: Value,
    ) -> Value {
        let Some(class) = class.filter(|_| !value.taint.is_clean()) else { return value };
        let cleared = self.cleared_by_declaration(class, name);
        value.taint = value.taint.without(cleared);
        match self.declared_model(class, name) {
            Some(model) if matches!(value.shape, Shape::Unknown | Shape::Event(_)) => {
                self.instance_made_of(&model, Some(value))
            }
            _ => value,
        }
    }

    /// A field of a class as it was last written.
    fn static_field(&self, class: &ClassRef, name: &str) -> Option<Value> {
        let object = *self.statics.get(&(class.module, class.class))?;
        let cell = Cell { object, key: Key::Name(SmolStr::new(name)) };
        self.heap.read(&cell).map(|value| viewed(value.clone(), cell.clone()))
    }

    pub(super) fn set_static_field(&mut self, class: &ClassRef, name: &str, value: Value) {
        let key = (class.module, class.class);
        let object = if let Some(object) = self.statics.get(&key) {
            *object
        } else {
            let object = self.heap.add_lasting(Map::default());
            self.statics.insert(key, object);
            object
        };
        self.heap.set_field(object, name, value);
    }

    /// Whether a field has no value of its own and may hold any text.
    pub(super) fn is_open_field(&self, class: &ClassRef, name: &str) -> bool {
        let definition = self.program.class(class.module, class.class);
        let field = definition.and_then(|class| class.fields.iter().find(|f| f.name == name));
        field.is_some_and(|field| {
            field.value.is_none()
                && !field.is_static
                && !field.annotation.as_ref().is_some_and(Self::is_number_type)
        })
    }

    /// Whether a field is declared to hold numbers, in languages that hold to it.
    pub(super) fn is_number_field(&self, class: &ClassRef, name: &str) -> bool {
        (self.is_typed() || self.is_go())
            && self.program.class(class.module, class.class).is_some_and(|definition| {
                definition.fields.iter().any(|field| {
                    field.name == name
                        && field.annotation.as_ref().is_some_and(Self::is_number_type)
                })
            })
    }

    /// Whether a field belongs to the class, in languages that say so.
    pub(super) fn is_static_field(&self, class: &ClassRef, name: &str) -> bool {
        let definition = self.program.class(class.module, class.class);
        self.is_typed()
            && definition.is_some_and(|definition| {
                definition.fields.iter().any(|field| field.name == name && field.is_static)
            })
    }

    /// A field that belongs to the class.
    pub(super) fn class_field(&mut self, class: &Rc<ClassRef>, name: &str) -> Option<Value> {
        let mut pending = vec![Rc::clone(class)];
        let mut seen = 0;
        while let Some(class) = pending.pop() {
            let definition = self.program.class(class.module, class.class)?;
            if let Some(field) = definition.fields.iter().find(|field| field.name == name) {
                if field.is_static
                    && let Some(known) = self.static_field(&class, name)
                {
                    return Some(known);
                }
                let value = match (&field.value, &field.annotation) {
                    (Some(value), _) => {
                        let this = Value::of(Shape::Class(Rc::clone(&class)));
                        self.eval_field(&class, value, &this)
                    }
                    (None, Some(annotation)) => {
                        let named = self.eval_in(&class, annotation);
                        instance_of(&named)
                    }
                    (None, None) => Value::unknown(),
                };
                // What is put into it later is found by the next read.
                if field.is_static && value.as_object().is_some() {
                    self.set_static_field(&class, &field.name, value.clone());
                }
                return Some(value);
            }
            seen += 1;
            if seen > ANCESTORS {
                return None;
            }
            for base in self.bases(&class) {
                if let Shape::Class(base) = base.shape {
                    pending.push(base);
                }
            }
        }
        None
    }

    /// `Class.name`.
    pub(crate) fn class_member(
        &mut self,
        class: &Rc<ClassRef>,
        name: &SmolStr,
        span: Span,
    ) -> Value {
        if let Some((found, method)) = self.find_method(class, name) {
            let mut closure = Self::method_closure(&found, method.function);
            // What JavaScript finds on the class itself has the class as `this`.
            if method.kind == MethodKind::Class || self.is_javascript() {
                closure.receiver = Some(Value::of(Shape::Class(Rc::clone(class))));
            }
            if method.kind == MethodKind::Getter && self.is_javascript() {
                return self.call_closure(&Rc::new(closure), Args::default(), span);
            }
            return Value::of(Shape::Function(Rc::new(closure)));
        }
        self.class_field(class, name).unwrap_or_default()
    }

    /// `Class.name(arguments)`.
    pub(crate) fn call_class_method(
        &mut self,
        class: &Rc<ClassRef>,
        receiver: &Value,
        name: &SmolStr,
        args: Args,
        span: Span,
    ) -> Value {
        if name == "new" {
            return self.instantiate(class, args, span);
        }
        if let Some((found, method)) = self.find_method(class, name) {
            return match method.kind {
                MethodKind::Static | MethodKind::Class => {
                    self.call_method_of(&found, method, receiver, args, span)
                }
                // `Class.method(instance, …)`.
                _ => {
                    let closure = Self::method_closure(&found, method.function);
                    self.call_closure(&Rc::new(closure), args, span)
                }
            };
        }
        if let Some(base) = self.library_base(class) {
            // `Model.parse_obj(data)`: an instance made of the data.
            let method = self.method_of(base, name);
            let made = self.call_library(method, Some(receiver), &args, span, false);
            let is_data =
                matches!(made.shape, Shape::Unknown | Shape::Instance(_) | Shape::Event(_));
            if is_data && makes_instance(name) {
                let shape = match made.shape {
                    Shape::Event(at) => Shape::Event(at),
                    _ => Shape::Unknown,
                };
                let rest = Value { shape, taint: made.taint, ..Value::default() };
                return self.instance_made_of(class, Some(rest));
            }
            return made;
        }
        self.unknown_call(receiver, &args, span)
    }

    fn bare_instance(&mut self, class: &Rc<ClassRef>) -> Value {
        self.instance_made_of(class, None)
    }

    /// An instance of a class that was made of some data.
    pub(super) fn instance_made_of(&mut self, class: &Rc<ClassRef>, rest: Option<Value>) -> Value {
        let map = Map { class: Some(Rc::clone(class)), rest, ..Map::default() };
        Value::of(Shape::Object(self.heap.add_map(map)))
    }

    /// An instance whose fields are not known, for methods that are looked at by themselves.
    pub(crate) fn unknown_instance(&mut self, class: &Rc<ClassRef>) -> Value {
        let instance = self.bare_instance(class);
        self.init_fields(class, &instance, 0);
        self.inject(class, &instance);
        instance
    }

    /// Runs a constructor whose parameters say what they are: a container of dependencies gives it
    /// instances of those types.
    fn inject(&mut self, class: &Rc<ClassRef>, instance: &Value) {
        let Some((found, method)) = self.find_constructor(class) else { return };
        let function = self.program.function(found.module, method.function);
        if function.is_some_and(|it| it.params.iter().any(|param| param.annotation.is_some())) {
            let mut closure = Self::method_closure(&found, method.function);
            closure.receiver = Some(instance.clone());
            self.call_closure(&Rc::new(closure), Args::default(), Span::default());
        }
    }

    /// Makes an instance.
    pub(crate) fn instantiate(&mut self, class: &Rc<ClassRef>, args: Args, span: Span) -> Value {
        let instance = self.bare_instance(class);
        self.init_fields(class, &instance, 0);
        match self.find_constructor(class) {
            Some((found, method)) => {
                let mut closure = Self::method_closure(&found, method.function);
                closure.receiver = Some(instance.clone());
                self.call_closure(&Rc::new(closure), args, span);
            }
            None => self.fill_fields(class, &instance, &args),
        }
        instance
    }

    /// Fields with initial values, those of base classes first.
    fn init_fields(&mut self, class: &Rc<ClassRef>, instance: &Value, depth: usize) {
        let Some(definition) = self.program.class(class.module, class.class) else { return };
        if depth < ANCESTORS {
            for base in self.bases(class) {
                if let Shape::Class(base) = base.shape {
                    self.init_fields(&base, instance, depth + 1);
                }
            }
        }
        let Some(id) = instance.as_object() else { return };
        for field in definition.fields.iter().filter(|field| !field.is_static) {
            let value = match (&field.value, &field.annotation) {
                (Some(value), _) => self.eval_field(class, value, instance),
                (None, Some(annotation)) => {
                    let named = self.eval_in(class, annotation);
                    instance_of(&named)
                }
                (None, None) => continue,
            };
            self.heap.set_field(id, &field.name, value);
        }
    }

    /// A class without a constructor of its own takes its fields as arguments: data classes, models
    /// of validators, structs.
    fn fill_fields(&mut self, class: &Rc<ClassRef>, instance: &Value, args: &Args) {
        let Some(definition) = self.program.class(class.module, class.class) else { return };
        let Some(id) = instance.as_object() else { return };
        for (field, value) in definition.fields.iter().zip(&args.positional) {
            self.heap.set_field(id, &field.name, value.clone());
        }
        for (name, value) in &args.named {
            self.heap.set_field(id, name, value.clone());
        }
        let others = args.rest.iter().chain(&args.rest_named).cloned().reduce(|a, b| a.or(&b));
        if let (Some(rest), Some(map)) = (others, self.heap.change_map(id)) {
            map.rest = Some(rest);
        }
        if !args.positional.is_empty() && definition.fields.is_empty() {
            let taint = args
                .positional
                .iter()
                .fold(crate::value::Taint::default(), |all, value| all.or(&self.deep_taint(value)));
            if let Some(map) = self.heap.change_map(id)
                && !taint.is_clean()
            {
                map.rest = Some(Value::tainted(taint));
            }
        }
    }

    /// `new X(…)`.
    pub(crate) fn construct(&mut self, target: &Value, args: Args, span: Span) -> Value {
        match &target.shape {
            Shape::Class(class) => {
                let class = Rc::clone(class);
                self.instantiate(&class, args, span)
            }
            Shape::Library(id) => {
                let id = *id;
                if self.is_javascript() && matches!(self.name_text(id).as_str(), "Map" | "WeakMap")
                {
                    return self.new_map(&args);
                }
                self.new_library(id, &args, span)
            }
            Shape::Function(closure) => {
                // A constructor function: its receiver is the new object.
                let instance = Value::of(Shape::Object(self.heap.add_map(Map::default())));
                let closure = Closure { receiver: Some(instance.clone()), ..(**closure).clone() };
                self.call_closure(&Rc::new(closure), args, span);
                instance
            }
            _ => self.unknown_call(target, &args, span),
        }
    }

    /// JavaScript's `new Map([[key, value], …])`.
    fn new_map(&mut self, args: &Args) -> Value {
        let mut map = Map { is_closed: true, ..Map::default() };
        let (pairs, rest) = args.at(0).map(|of| self.members(of)).unwrap_or_default();
        for pair in pairs.iter().chain(&rest) {
            let (key, value) = match pair.as_object().and_then(|id| self.heap.list(id)) {
                Some(list) => (list.at(0), list.at(1)),
                None => (Value::unknown(), part_of(pair)),
            };
            if let Some(key) = super::key_of(&key) {
                map.set(key, value);
            } else {
                map.is_closed = false;
                map.set_any(&value);
            }
        }
        Value::of(Shape::Object(self.heap.add_map(map)))
    }

    /// `super(…)`: in JavaScript the constructor of the base, in Python the receiver as its base.
    pub(crate) fn call_super(&mut self, args: Args, span: Span) -> Value {
        let Some(call) = self.call() else { return Value::unknown() };
        let this = call.this.clone().unwrap_or_default();
        let (module, function) = (call.module, call.function);
        let frames = call.frames.clone();
        let Some(class) = self.program.function(module, function).and_then(|f| f.class) else {
            return this;
        };
        let class = Rc::new(ClassRef { module, class, frames: frames.parent.clone() });
        for base in self.bases(&class) {
            let Shape::Class(base) = base.shape else { continue };
            if !self.is_javascript() {
                return Value::of(Shape::Super(Rc::new(((*base).clone(), this))));
            }
            if let Some((found, method)) = self.find_constructor(&base) {
                let mut closure = Self::method_closure(&found, method.function);
                closure.receiver = Some(this.clone());
                self.call_closure(&Rc::new(closure), args, span);
            }
            return this;
        }
        this
    }

    /// `foo()` in a method of Java, C# or Ruby means the method of the receiver.
    pub(crate) fn call_own_method(
        &mut self,
        name: &SmolStr,
        args: &mut Args,
        span: Span,
    ) -> Option<Value> {
        let call = self.call()?;
        let class = self.program.function(call.module, call.function)?.class?;
        if matches!(self.language(), code_ir::Language::Python | code_ir::Language::Go)
            || self.is_javascript()
        {
            return None;
        }
        let this = call.this.clone().unwrap_or_default();
        let class = ClassRef { module: call.module, class, frames: call.frames.parent.clone() };
        let class = Rc::new(class);
        if let Some((found, method)) = self.find_method(&class, name) {
            let args = std::mem::take(args);
            return Some(self.call_method_of(&found, method, &this, args, span));
        }
        // What a base of a framework gives: `Redirect(address)` in a controller.
        let base = self.library_base(&class)?;
        let method = self.method_of(base, name);
        self.is_modelled(method).then(|| self.call_library(method, Some(&this), args, span, false))
    }

    /// Calls a method such as `__getitem__`, when the class of an instance has it.
    pub(crate) fn call_special(
        &mut self,
        receiver: &Value,
        name: &str,
        argument: &Value,
        span: Span,
    ) -> Option<Value> {
        let class = self.heap.map(receiver.as_object()?)?.class.clone()?;
        let (found, method) = self.find_method(&class, name)?;
        Some(self.call_method_of(&found, method, receiver, Args::of(vec![argument.clone()]), span))
    }

    /// What a loop over an instance walks.
    pub(crate) fn iterate_instance(&mut self, receiver: &Value) -> Option<Value> {
        let class = self.heap.map(receiver.as_object()?)?.class.clone()?;
        let (found, method) = self.find_method(&class, "__iter__")?;
        let span = Span::default();
        let made = self.call_method_of(&found, method, receiver, Args::default(), span);
        let is_instance = made
            .as_object()
            .and_then(|id| self.heap.map(id))
            .is_some_and(|map| map.class.is_some());
        if is_instance {
            // An iterator of its own, often the object itself: one step of it stands for all.
            let next = SmolStr::new_static("__next__");
            return Some(self.call_method(&made, &next, Args::default(), span));
        }
        let (items, rest) = self.members(&made);
        items.into_iter().chain(rest).reduce(|all, item| all.or(&item))
    }

    /// Decorators of a class are looked at for what they register.
    pub(crate) fn class_decorators(&mut self, class: &Rc<ClassRef>) {
        let Some(definition) = self.program.class(class.module, class.class) else { return };
        for decorator in &definition.decorators {
            if matches!(decorator.kind, ExprKind::Call { .. }) {
                let value = Value::of(Shape::Class(Rc::clone(class)));
                self.note_decorated(decorator, &value);
            }
        }
        for method in &definition.methods {
            let function = self.program.function(class.module, method.function);
            let Some(function) = function.filter(|function| !function.decorators.is_empty()) else {
                continue;
            };
            // The instance is made when the method runs: what it needs may stand further below.
            let value = Self::closure(class.module, method.function, class.frames.clone());
            for decorator in &function.decorators {
                self.note_decorated(decorator, &value);
            }
        }
    }
}

/// An instance of what a type's name means.
pub(crate) fn instance_of(named: &Value) -> Value {
    match named.shape {
        Shape::Library(id) => Value::of(Shape::Instance(id)),
        _ => Value::unknown(),
    }
}

fn makes_instance(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["parse", "validate", "from_", "load", "construct", "create"]
        .iter()
        .any(|word| lower.contains(word))
}
