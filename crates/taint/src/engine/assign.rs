//! Assignments: to variables, fields, members, and values taken apart.

use std::rc::Rc;

use code_ir::{
    BinaryOperator, Binding, Expr, ExprKind, FunctionId, Name, Property, SmolStr, Span, Target,
};
use taint_models::Kind;

use super::{Engine, expression::key_of};
use crate::{
    heap::{Map, Object, ObjectId},
    value::{Cell, Constant, Key, Note, Shape, Value},
};

impl<'p> Engine<'p> {
    /// Gives a target its value.
    pub(crate) fn assign(&mut self, target: &'p Target, value: Value, span: Span) {
        match target {
            Target::Name(name, at) => {
                self.note_random(&name.text, &value, *at);
                self.note_held(&name.text, &value);
                self.assign_name(name, value, *at);
            }
            Target::Attribute { base, name, span: at } => {
                self.note_random(name, &value, *at);
                let base = self.eval(base);
                self.note_written(&base, &value);
                self.note_held(name, &value);
                self.set_member(&base, name, value, *at);
            }
            Target::Index { base, index, span: at } => {
                let whole = base;
                let base = self.eval(whole);
                let index = self.eval(index);
                if let Some(name) = index.as_text() {
                    self.note_random(&name.clone(), &value, *at);
                }
                self.note_prototype(whole, &index, *at);
                self.note_written(&base, &value);
                self.set_index(&base, &index, value, *at);
            }
            Target::Sequence(targets) => self.take_apart(targets, &value, span),
            Target::Rest(inner) => self.assign(inner, value, span),
            Target::Object { properties, rest } => {
                self.take_fields(properties, rest.as_deref(), &value, span);
            }
            Target::Default(inner, default) => {
                let value = match &value.shape {
                    Shape::Constant(Constant::None) => self.eval(default),
                    // A variable of the environment may not be set.
                    Shape::Library(id) if self.variable(*id).is_some() => {
                        let default = self.eval(default);
                        super::expression::either(&value, &default)
                    }
                    Shape::Unknown | Shape::Event(_) | Shape::OneOf(_) => {
                        let (default, changes) = self.alternative(|engine| engine.eval(default));
                        self.heap.merge(vec![changes, Vec::new()]);
                        super::expression::either(&value, &default)
                    }
                    _ => value,
                };
                self.assign(inner, value, span);
            }
            Target::Ignore => {}
        }
    }

    /// A guessable number gets a name that says it is a secret.
    fn note_random(&mut self, name: &str, value: &Value, span: Span) {
        if value.taint.kinds().has(Kind::Random) && is_secret_name(name) {
            let taint = value.taint.clone();
            self.tell_flow(Kind::Random, &taint, name, span, false);
        }
    }

    /// JavaScript's `target[a][b] = value`: who decides about both keys writes into the prototype of
    /// all objects.
    fn note_prototype(&mut self, base: &'p Expr, index: &Value, span: Span) {
        let ExprKind::Index { index: outer, .. } = &base.kind else { return };
        if !self.is_javascript() || !index.taint.kinds().has(Kind::Attribute) {
            return;
        }
        let (outer, _) = self.alternative(|engine| engine.eval(outer));
        let taint = outer.taint.clone();
        self.tell_flow(Kind::Attribute, &taint, "a member under two keys", span, false);
    }

    fn assign_name(&mut self, name: &Name, mut value: Value, span: Span) {
        let is_of_module = match name.binding {
            Binding::Local(_) => self.call().is_some_and(|call| call.function == FunctionId(0)),
            Binding::Outer { function, .. } => function == FunctionId(0),
            Binding::Free => false,
        };
        if is_of_module && value.taint.kinds().has(Kind::Secret) {
            self.note_secret_kept(&name.text, &value, span);
        }
        if !value.taint.is_clean() {
            value.id = self.fresh_id();
        }
        let frame = match name.binding {
            Binding::Free => return,
            Binding::Local(slot) => self.call().map(|call| (call.frame, slot)),
            Binding::Outer { function, slot } => {
                self.note_kept(&name.text, function, &value, span);
                self.frame_of(function).map(|object| (object, slot))
            }
        };
        if let Some((object, slot)) = frame {
            self.heap.write(&Cell { object, key: Key::Index(i64::from(slot)) }, value);
        }
    }

    /// What a target holds before it is changed.
    pub(crate) fn read_target(&mut self, target: &'p Target) -> Value {
        match target {
            Target::Name(name, span) => self.read_name(name, *span),
            Target::Attribute { base, name, span } => {
                let base = self.eval(base);
                self.member(&base, name, *span)
            }
            Target::Index { base, index, span } => {
                let base = self.eval(base);
                let index = self.eval(index);
                self.index(&base, &index, *span)
            }
            _ => Value::unknown(),
        }
    }

    /// `list += other` changes the list that is there. Whether it did.
    pub(crate) fn extend_in_place(
        &mut self,
        operator: BinaryOperator,
        left: &Value,
        right: &Value,
    ) -> bool {
        if operator != BinaryOperator::Add || self.is_javascript() {
            return false;
        }
        let Some(id) = left.as_object().filter(|id| self.heap.list(*id).is_some()) else {
            return false;
        };
        let (items, rest) = self.members(right);
        if let Some(list) = self.heap.change_list(id) {
            for item in items {
                list.push(item);
            }
            if let Some(rest) = rest {
                list.rest =
                    Some(list.rest.as_ref().map_or_else(|| rest.clone(), |all| all.or(&rest)));
            }
        }
        true
    }

    /// Go's `value, err := call()`: the answer is the first, and an error tells nothing of it.
    fn take_answer(&mut self, targets: &'p [Target], value: &Value, span: Span) {
        for (at, target) in targets.iter().enumerate() {
            let is_last = at + 1 == targets.len();
            let part = match at {
                0 => value.clone(),
                _ if is_last => Value::unknown(),
                _ => Value::tainted(value.taint.clone()),
            };
            self.assign(target, part, span);
        }
    }

    fn take_apart(&mut self, targets: &'p [Target], value: &Value, span: Span) {
        if self.is_go() && value.as_object().is_none() {
            return self.take_answer(targets, value, span);
        }
        let (items, rest) = self.members(value);
        let count = items.len();
        let star = targets.iter().position(|t| matches!(t, Target::Rest(_)));
        let after = star.map_or(0, |at| targets.len() - at - 1);
        for (at, target) in targets.iter().enumerate() {
            if let Target::Rest(inner) = target {
                let taken: Vec<Value> =
                    items.iter().take(count.saturating_sub(after)).skip(at).cloned().collect();
                let list = self.heap.add_list(taken);
                if let (Some(list), Some(rest)) = (self.heap.change_list(list), &rest) {
                    list.rest = Some(rest.clone());
                }
                self.assign(inner, Value::of(Shape::Object(list)), span);
                continue;
            }
            let index = match star {
                Some(star) if at > star => (count + at).checked_sub(targets.len()),
                _ => Some(at),
            };
            let member = index
                .and_then(|index| items.get(index))
                .or(rest.as_ref())
                .cloned()
                .unwrap_or_default();
            self.assign(target, member, span);
        }
    }

    fn take_fields(
        &mut self,
        properties: &'p [Property],
        rest: Option<&'p Target>,
        value: &Value,
        span: Span,
    ) {
        for property in properties {
            let key = self.eval(&property.key);
            let mut field = match key.as_text() {
                Some(name) => {
                    let name = name.clone();
                    self.member(value, &name, property.key.span)
                }
                None => self.index(value, &key, property.key.span),
            };
            if let (Some(name), false) = (target_name(&property.target), field.taint.is_clean()) {
                field.taint =
                    field.taint.step(self.module_id(), property.key.span, &Note::Assigned(name));
            }
            self.assign(&property.target, field, span);
        }
        if let Some(rest) = rest {
            // The other fields: those that are known, less those taken out.
            let mut map = Map::default();
            let mut others = if let Shape::Event(_) = &value.shape {
                value.clone()
            } else {
                self.copy_into(&mut map, value);
                for property in properties {
                    if let Some(name) = property.key.as_text() {
                        map.entries.retain(|(key, _)| *key != Key::Name(name.clone()));
                    }
                }
                Value::of(Shape::Object(self.heap.add_map(map)))
            };
            others.id = 0;
            self.assign(rest, others, span);
        }
    }

    /// Writes a field.
    pub(crate) fn set_member(&mut self, base: &Value, name: &SmolStr, value: Value, span: Span) {
        match &base.shape {
            Shape::Instance(_) if self.bind_parameter(base, name, &value) => {}
            Shape::Object(id) => {
                let id = *id;
                let mut value = value;
                if !value.taint.is_clean() {
                    value.id = self.fresh_id();
                    value.taint =
                        value.taint.step(self.module_id(), span, &Note::Assigned(name.clone()));
                }
                self.note_stored(id, name, &value, span);
                let class = self.heap.map(id).and_then(|map| map.class.clone());
                if let Some(class) = class.filter(|class| self.is_static_field(class, name)) {
                    self.set_static_field(&class, name, value);
                    return;
                }
                match self.heap.get(id) {
                    Some(Object::Map(_)) => self.heap.set_field(id, name, value),
                    Some(Object::List(_)) if name == "length" => {
                        if let Some(list) = self.heap.change_list(id) {
                            list.items.clear();
                            list.rest = None;
                        }
                    }
                    _ => {}
                }
            }
            Shape::Class(class) => {
                let class = Rc::clone(class);
                let mut value = value;
                if !value.taint.is_clean() {
                    value.id = self.fresh_id();
                }
                self.set_static_field(&class, name, value);
            }
            Shape::Module(id) => self.set_module_name(*id, name, value),
            Shape::Event(at) => {
                self.set_event_member(at, base, name, &value, span);
                self.forget_part(base, name);
            }
            Shape::Library(id) | Shape::Instance(id) => {
                self.forget_part(base, name);
                self.set_library_member(*id, base, name, &value, span);
            }
            Shape::OneOf(shapes) => {
                let shapes = Rc::clone(shapes);
                for shape in shapes.iter() {
                    let one = base.alternative(shape);
                    let known = self.member_quietly(&one, name);
                    self.set_member(&one, name, known.or(&value), span);
                }
            }
            Shape::Unknown => {
                self.forget_part(base, name);
                self.set_any_member(base, name, &value, span);
            }
            _ => {}
        }
    }

    /// Writes a member under an index or key.
    pub(crate) fn set_index(&mut self, base: &Value, index: &Value, mut value: Value, span: Span) {
        if !value.taint.is_clean() {
            value.id = self.fresh_id();
        }
        if let Shape::Instance(id) | Shape::Library(id) = base.shape {
            if let Some(Key::Name(name)) = key_of(index) {
                self.forget_part(base, &name);
            }
            let method = self.method_of(id, "__setitem__");
            if self.is_modelled(method) {
                let args = super::Args::of(vec![index.clone(), value]);
                self.call_library(method, Some(base), &args, span, false);
                return;
            }
            let taint = self.deep_taint(&value);
            self.pour(base, &taint);
            return;
        }
        let Shape::Object(id) = base.shape else {
            if let Some(Key::Name(name)) = key_of(index) {
                self.forget_part(base, &name);
            }
            return;
        };
        match self.heap.get(id) {
            Some(Object::List(_)) => {
                if let Some(list) = self.heap.change_list(id) {
                    let length = i64::try_from(list.items.len()).unwrap_or(i64::MAX);
                    let at = index.as_int().map(|at| if at < 0 { at + length } else { at });
                    let slot = at
                        .and_then(|at| usize::try_from(at).ok())
                        .and_then(|at| list.items.get_mut(at));
                    match slot {
                        Some(slot) => *slot = value,
                        None if at.is_some_and(|at| at == length) => list.push(value),
                        None => {
                            for item in &mut list.items {
                                *item = item.or(&value);
                            }
                            list.rest = Some(
                                list.rest.as_ref().map_or_else(|| value.clone(), |r| r.or(&value)),
                            );
                        }
                    }
                }
            }
            Some(Object::Map(_)) => {
                if let Some(Key::Name(name)) = key_of(index) {
                    self.note_stored(id, &name, &value, span);
                }
                if let Some(map) = self.heap.change_map(id) {
                    if let Some(key) = key_of(index) {
                        map.set(key, value);
                    } else {
                        map.is_closed = false;
                        map.set_any(&value);
                    }
                }
            }
            _ => {}
        }
    }

    pub(crate) fn delete(&mut self, target: &'p Target) {
        match target {
            Target::Name(name, at) => self.assign_name(name, Value::unknown(), *at),
            Target::Attribute { base, name, .. } => {
                let base = self.eval(base);
                if let Some(id) = base.as_object()
                    && let Some(map) = self.heap.change_map(id)
                {
                    map.entries.retain(|(key, _)| *key != Key::Name(name.clone()));
                }
            }
            Target::Index { base, index, .. } => {
                let base = self.eval(base);
                let index = self.eval(index);
                let Some(id) = base.as_object() else { return };
                match key_of(&index) {
                    Some(Key::Index(at)) if self.heap.list(id).is_some() => self.remove_at(id, at),
                    Some(key) => {
                        if let Some(map) = self.heap.change_map(id) {
                            map.entries.retain(|(known, _)| *known != key);
                        }
                    }
                    None => {}
                }
            }
            Target::Sequence(targets) => {
                for target in targets {
                    self.delete(target);
                }
            }
            _ => {}
        }
    }

    /// Takes the member at an index out of a list and gives it.
    pub(crate) fn remove_at(&mut self, id: ObjectId, index: i64) {
        if let Some(list) = self.heap.change_list(id) {
            let length = i64::try_from(list.items.len()).unwrap_or(i64::MAX);
            let at = if index < 0 { index + length } else { index };
            match usize::try_from(at) {
                Ok(at) if at < list.items.len() => {
                    list.items.remove(at);
                }
                _ => list.blur(),
            }
        }
    }
}

fn target_name(target: &Target) -> Option<SmolStr> {
    match target {
        Target::Name(name, _) => Some(name.text.clone()),
        Target::Default(inner, _) => target_name(inner),
        _ => None,
    }
}

/// Whether a name says that what it holds must not be guessed.
fn is_secret_name(name: &str) -> bool {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    [
        "token",
        "passw",
        "secret",
        "otp",
        "nonce",
        "salt",
        "csrf",
        "session",
        "apikey",
        "cookie",
        "verification",
        "resetcode",
        "passcode",
        "pincode",
        "rememberme",
    ]
    .iter()
    .any(|word| name.contains(word))
}
