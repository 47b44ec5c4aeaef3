//! Fields, members and parts that are read.

use std::rc::Rc;

use code_ir::{Language, MethodKind, SmolStr, Span};
use taint_models::{Kind, Kinds, NameId};

use super::{
    Engine,
    amount::{is_sized, length_of},
    expression::{key_of, viewed},
};
use crate::{
    heap::{Object, ObjectId},
    value::{Cell, ClassRef, Closure, Constant, Key, Shape, Taint, Value, View, ViewPart},
};

/// Classes looked at on the way up, and methods of one class that are called when any may be meant.
const ANCESTORS: usize = 16;
const METHODS: usize = 64;

impl Engine<'_> {
    /// `base.name`.
    pub(crate) fn member(&mut self, base: &Value, name: &SmolStr, span: Span) -> Value {
        let value = self.plain_member(base, name, span);
        if base.taint.kinds().has(Kind::Error) && base.views.is_some() {
            return self.of_error(base, name, value);
        }
        value
    }

    /// A field of an error: its name, or one that only errors have whose text is meant for callers.
    fn of_error(&self, error: &Value, name: &str, value: Value) -> Value {
        let is_meant = match name {
            "expose" | "isOperational" | "isBoom" | "isPublic" => true,
            "status" | "statusCode" => self.has_own_errors(),
            _ => false,
        };
        match name {
            _ if is_meant => {
                Value { facts: Self::proof(error, Kinds::one(Kind::Error), true), ..value }
            }
            "name" => {
                let views = error.views.as_deref().map(|views| {
                    let whole = views.iter().filter(|view| view.part == ViewPart::Whole);
                    let named = |view: &View| View { part: ViewPart::ErrorName, ..view.clone() };
                    Rc::new(whole.map(named).collect())
                });
                Value { views, ..value }
            }
            _ => value,
        }
    }

    /// Whether the program has classes of errors of its own: then those with a status are its.
    fn has_own_errors(&self) -> bool {
        let is_error = |base: &code_ir::Expr| {
            base.dotted()
                .is_some_and(|path| path.last().is_some_and(|name| name.as_str() == "Error"))
        };
        self.program
            .ids()
            .filter_map(|id| self.program.module(id))
            .any(|module| module.classes.iter().any(|class| class.bases.iter().any(is_error)))
    }

    fn plain_member(&mut self, base: &Value, name: &SmolStr, span: Span) -> Value {
        // Who asks how large the members of an archive are looks before unpacking it.
        self.reads_sizes |= matches!(name.as_str(), "file_size" | "uncompressedSize");
        match &base.shape {
            Shape::Object(id) => self.object_member(*id, base, name, span),
            Shape::Module(module) => self.module_name(*module, name),
            Shape::Class(class) => {
                let class = Rc::clone(class);
                self.class_member(&class, name, span)
            }
            Shape::Library(id) | Shape::Instance(id) => {
                let value = self.library_member(*id, base, name, span);
                self.part(base, name, value)
            }
            Shape::Event(path)
                if matches!(name.as_str(), "length" | "byteLength")
                    && self.is_javascript()
                    && !self.has_event_field(path, name) =>
            {
                length_of(base)
            }
            Shape::Event(path) => {
                let path = Rc::clone(path);
                let value = self.event_member(base, &path, name, span);
                self.part(base, name, value)
            }
            Shape::OneOf(shapes) => {
                let shapes = Rc::clone(shapes);
                let mut all: Option<Value> = None;
                for shape in shapes.iter() {
                    let one = base.alternative(shape);
                    let value = self.member(&one, name, span);
                    all = Some(all.map_or_else(|| value.clone(), |known| known.or(&value)));
                }
                all.unwrap_or_default()
            }
            Shape::Constant(Constant::Text(text)) if name == "length" => {
                Value::constant(Constant::Int(i64::try_from(text.chars().count()).unwrap_or(0)))
            }
            Shape::Function(closure) if matches!(name.as_str(), "prototype") => {
                Value::of(Shape::Function(Rc::clone(closure)))
            }
            _ if matches!(name.as_str(), "length" | "byteLength") => length_of(base),
            _ if name == "size" => Value::tainted(base.taint.without(Kinds::INPUT)),
            _ => {
                if let Some(value) = self.any_member(base, name, span) {
                    return value;
                }
                self.part(base, name, part_of(base))
            }
        }
    }

    /// The same without telling anything.
    pub(crate) fn member_quietly(&mut self, base: &Value, name: &SmolStr) -> Value {
        match &base.shape {
            Shape::Object(id) => self
                .heap
                .map(*id)
                .and_then(|map| map.get(&Key::Name(name.clone())))
                .cloned()
                .unwrap_or_default(),
            _ => Value::unknown(),
        }
    }

    fn object_member(&mut self, id: ObjectId, base: &Value, name: &SmolStr, span: Span) -> Value {
        self.note_field_read(id, name);
        match self.heap.get(id) {
            Some(Object::Map(map)) => {
                let key = Key::Name(name.clone());
                let class = map.class.clone();
                if let Some(value) = map.get(&key).cloned() {
                    let value = self.checked_field(class.as_ref(), name, value);
                    return viewed(value, Cell { object: id, key });
                }
                let rest = map.rest.clone();
                let is_closed = map.is_closed;
                if let Some(class) = class {
                    if let Some(value) = self.instance_member(&class, base, name, span) {
                        // What was read into the object from outside stands in every field.
                        let is_filled = rest.is_some() && self.is_open_field(&class, name);
                        if !is_filled {
                            return self.declared_part(&class, name, value, rest.as_ref());
                        }
                    }
                    return match rest {
                        Some(rest) => self.rest_part(rest, name, span),
                        None => part_of(base),
                    };
                }
                match rest {
                    Some(rest) => self.rest_part(rest, name, span),
                    // The number of entries of a `Map`.
                    None if name == "size" => Value::unknown(),
                    None if is_closed && self.is_javascript() => Value::constant(Constant::None),
                    None => part_of(base),
                }
            }
            Some(Object::List(list)) if matches!(name.as_str(), "length" | "Length" | "Count") => {
                match &list.rest {
                    None => Value::constant(Constant::Int(
                        i64::try_from(list.items.len()).unwrap_or(i64::MAX),
                    )),
                    Some(_) => Value::unknown(),
                }
            }
            _ => part_of(base),
        }
    }

    /// A field of which an object knows only that it is one of `rest`; what was read from a text
    /// into the object has the fields of that text.
    pub(crate) fn rest_part(&mut self, rest: Value, name: &SmolStr, span: Span) -> Value {
        match &rest.shape {
            Shape::Event(path) if path.is_parsed => {
                let path = Rc::clone(path);
                self.event_member(&rest, &path, name, span)
            }
            _ => Value { taint: part_of(&rest).taint, ..rest },
        }
    }

    /// A field that a class of Python declares, of an instance that was made of some data.
    fn declared_part(
        &mut self,
        class: &Rc<ClassRef>,
        name: &str,
        value: Value,
        rest: Option<&Value>,
    ) -> Value {
        let is_field =
            self.language() == Language::Python && !matches!(value.shape, Shape::Function(_));
        let Some(rest) = rest.filter(|_| is_field) else { return value };
        let taint = value.taint.or(&part_of(rest).taint);
        let value = match value.shape {
            // What it holds by default is not what it holds here.
            Shape::Object(id) => match self.heap.map(id).and_then(|map| map.class.clone()) {
                Some(class) => self.instance_made_of(&class, Some(Value::tainted(taint))),
                None => Value::tainted(taint),
            },
            _ => value.with_taint(taint),
        };
        self.checked_field(Some(class), name, value)
    }

    /// `base[index]`.
    pub(crate) fn index(&mut self, base: &Value, index: &Value, span: Span) -> Value {
        match &base.shape {
            Shape::Object(id) => match self.heap.get(*id) {
                Some(Object::List(list)) => match index.as_int() {
                    Some(at) => {
                        let value = list.at(at);
                        let length = i64::try_from(list.items.len()).unwrap_or(i64::MAX);
                        let at = if at < 0 { at + length } else { at };
                        viewed(value, Cell { object: *id, key: Key::Index(at) })
                    }
                    None => list.any(),
                },
                Some(Object::Map(_)) => self.map_index(*id, base, index, span),
                _ => Value::unknown(),
            },
            Shape::Event(path) => {
                let path = Rc::clone(path);
                match key_of(index) {
                    Some(Key::Name(name)) => {
                        let value = self.event_member(base, &path, &name, span);
                        self.part(base, &name, value)
                    }
                    Some(Key::Index(at)) => self.event_index(base, &path, Some(at), span),
                    None => self.event_index(base, &path, None, span),
                }
            }
            Shape::Constant(Constant::Text(text)) => match index.as_int() {
                Some(at) => {
                    let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
                    let at = if at < 0 { at + length } else { at };
                    usize::try_from(at)
                        .ok()
                        .and_then(|at| text.chars().nth(at))
                        .map_or_else(Value::unknown, |c| Value::text(c.to_string()))
                }
                None => part_of(base),
            },
            Shape::Library(id) | Shape::Instance(id) => {
                let value = self.library_index(*id, base, index, span);
                match key_of(index) {
                    Some(Key::Name(name)) => self.part(base, &name, value),
                    _ => value,
                }
            }
            Shape::Module(module) => match index.as_text() {
                Some(name) => self.module_name(*module, &name.clone()),
                None => self.callables_of(*module),
            },
            Shape::OneOf(shapes) => {
                let shapes = Rc::clone(shapes);
                let mut all: Option<Value> = None;
                for shape in shapes.iter() {
                    let one = base.alternative(shape);
                    let value = self.index(&one, index, span);
                    all = Some(all.map_or_else(|| value.clone(), |known| known.or(&value)));
                }
                all.unwrap_or_default()
            }
            _ => match key_of(index) {
                Some(Key::Name(name)) => self.part(base, &name, part_of(base)),
                Some(Key::Index(at)) => self.part(base, &at.to_string(), part_of(base)),
                None => part_of(base),
            },
        }
    }

    /// `map[index]`.
    fn map_index(
        &mut self,
        id: crate::heap::ObjectId,
        base: &Value,
        index: &Value,
        span: Span,
    ) -> Value {
        let Some(map) = self.heap.map(id) else { return Value::unknown() };
        if let Some(key) = key_of(index) {
            if let Some(value) = map.get(&key) {
                return viewed(value.clone(), Cell { object: id, key });
            }
            let class = map.class.clone();
            if let Some(rest) = map.rest.clone() {
                return match &key {
                    Key::Name(name) => self.rest_part(rest, name, span),
                    Key::Index(_) => Value { taint: part_of(&rest).taint, ..rest },
                };
            }
            if class.is_some() {
                if let Some(value) = self.call_special(base, "__getitem__", index, span) {
                    return value;
                }
                if let Key::Name(name) = &key {
                    return self.member(base, name, span);
                }
            }
            part_of(base)
        } else {
            let any = map.any();
            if map.class.is_some() {
                let special = self.call_special(base, "__getitem__", index, span);
                let method = || self.any_method(base).filter(|_| !self.is_python());
                special.or_else(method).unwrap_or(any)
            } else if self.is_python() {
                any
            } else {
                // A key that is not there gives nothing: what is found was listed.
                let listed = self.is_listed(index, base);
                Self::found_under_key(any, listed)
            }
        }
    }

    /// `base[lower:upper]`.
    pub(crate) fn slice(
        &mut self,
        base: &Value,
        lower: Option<&Value>,
        upper: Option<&Value>,
    ) -> Value {
        let bound = |bound: Option<&Value>| match bound {
            None => Some(None),
            Some(value) if value.as_constant() == Some(&Constant::None) => Some(None),
            Some(value) => value.as_int().map(Some),
        };
        if let (Some(lower), Some(upper)) = (bound(lower), bound(upper)) {
            if let Some(text) = base.as_text() {
                let characters: Vec<char> = text.chars().collect();
                let (from, to) = range(lower, upper, characters.len());
                let cut: String = characters.into_iter().take(to).skip(from).collect();
                return Value::text(cut).with_taint(base.taint.clone());
            }
            if let Some(list) = base.as_object().and_then(|id| self.heap.list(id))
                && list.rest.is_none()
            {
                let (from, to) = range(lower, upper, list.items.len());
                let items = list.items.iter().take(to).skip(from).cloned().collect();
                let list = self.heap.add_list(items);
                return Value::of(Shape::Object(list));
            }
        }
        match &base.shape {
            Shape::Object(id) => match self.heap.list(*id) {
                Some(list) => {
                    let mut copy = list.clone();
                    copy.blur();
                    Value::of(Shape::Object(self.heap.add(Object::List(copy))))
                }
                None => base.clone(),
            },
            Shape::Event(_) => {
                let taint = shortened(base, upper);
                Value { views: None, facts: None, taint, ..base.clone() }
            }
            _ => {
                let is_inner = lower.and_then(Value::as_int) == Some(1)
                    && upper.and_then(Value::as_int) == Some(-1);
                let base = &base.clone().with_taint(shortened(base, upper));
                let views = base.views.as_deref().filter(|_| is_inner).map(|views| {
                    Rc::new(
                        views
                            .iter()
                            .map(|view| View { part: ViewPart::Inner, ..view.clone() })
                            .collect(),
                    )
                });
                Value { views, ..part_of(base) }
            }
        }
    }

    /// Any method of an instance of the program: which one is decided when the code runs.
    pub(crate) fn any_method(&mut self, base: &Value) -> Option<Value> {
        let class = self.heap.map(base.as_object()?)?.class.clone()?;
        let mut pending = vec![class];
        let mut any: Option<Value> = None;
        for _ in 0..ANCESTORS {
            let Some(class) = pending.pop() else { break };
            let definition = self.program.class(class.module, class.class)?;
            let methods = definition.methods.iter();
            let methods = methods.filter(|method| method.kind == MethodKind::Instance);
            for method in methods.take(METHODS) {
                let mut closure = Self::method_closure(&class, method.function);
                closure.receiver = Some(base.clone());
                let method = Value::of(Shape::Function(Rc::new(closure)));
                any = Some(any.map_or_else(|| method.clone(), |all| all.or(&method)));
            }
            for base in self.bases(&class) {
                if let Shape::Class(base) = base.shape {
                    pending.push(base);
                }
            }
        }
        any
    }

    /// A function bound to a receiver.
    pub(crate) fn bind(function: &Value, receiver: &Value) -> Value {
        match &function.shape {
            Shape::Function(closure) if closure.receiver.is_none() => {
                let closure = Closure { receiver: Some(receiver.clone()), ..(**closure).clone() };
                Value::of(Shape::Function(Rc::new(closure)))
            }
            _ => function.clone(),
        }
    }

    /// Members of an instance of a type of a library, as a loop walks them.
    pub(crate) fn item_of_instance(&mut self, id: NameId, value: &Value) -> Value {
        if let Some(item) = self.served_item(id, value) {
            return item;
        }
        let shape = match self.models.item(id) {
            Some(name) => {
                let name = name.clone();
                Shape::Instance(self.names.intern(&name))
            }
            None => Shape::Unknown,
        };
        Value { shape, ..part_of(value) }
    }
}

/// What is in the first few members of a value.
fn shortened(base: &Value, upper: Option<&Value>) -> Taint {
    let is_short = upper.is_some_and(|upper| upper.as_int() != Some(-1) && !is_sized(upper));
    if is_short { base.taint.without(Kinds::LENGTH) } else { base.taint.clone() }
}

/// Bounds of a cut as Python means them.
fn range(lower: Option<i64>, upper: Option<i64>, length: usize) -> (usize, usize) {
    let size = i64::try_from(length).unwrap_or(i64::MAX);
    let clamp = |bound: i64| {
        let bound = if bound < 0 { bound.saturating_add(size) } else { bound };
        usize::try_from(bound.clamp(0, size)).unwrap_or(0)
    };
    (lower.map_or(0, clamp), upper.map_or(length, clamp))
}

/// A part of a value: as hostile as the whole, but not the whole.
pub(crate) fn part_of(base: &Value) -> Value {
    Value::tainted(base.taint.without(Kinds::WHOLE))
}

/// Words in the names of methods that give all of their receiver in another form.
const WHOLE: &str = "string str json serial dump inspect format encode decode marshal copy clone \
    convert bytes text repr parse read load dict map_of tomap asmap object collect";

/// Whether a method gives all of its receiver, not a part of it.
pub(crate) fn gives_whole(method: &str) -> bool {
    let method = method.to_ascii_lowercase();
    !method.starts_with("get") && WHOLE.split(' ').any(|word| method.contains(word))
}
