//! Objects of frameworks: fields that are written, and events that are objects with methods of a type.

use code_ir::{SmolStr, Span};
use taint_models::{Attribute, NameId, Step};

use super::{Engine, call::Args, condition::Site};
use crate::value::{EventPath, Shape, Value};

impl<'p> Engine<'p> {
    /// An object that a framework hands over beside the request: its answer, a toolkit.
    pub(super) fn object_of_framework(&mut self, word: &str) -> Value {
        let id = self.names.intern(word);
        let type_ = self.models.canonical(id);
        if type_ == id { Value::unknown() } else { self.keyed(Value::of(Shape::Instance(type_))) }
    }

    /// A member of an event by its name in models: contexts of Koa and Hono are request and answer in
    /// one object.
    fn event_name(&mut self, at: &EventPath, name: &str) -> Option<NameId> {
        let event = self.models.event_data(at.event)?;
        let type_ = self.names.intern(event.types.first()?);
        let mut id = self.models.canonical(type_);
        for step in &at.path {
            let Step::Field(field) = step else { return None };
            id = self.names.child(id, field);
        }
        Some(self.method_of(id, name))
    }

    /// Calls a method of an event of which models say more than that it brings data in.
    pub(super) fn call_event_method(
        &mut self,
        at: &EventPath,
        receiver: &Value,
        name: &str,
        args: &Args,
        span: Span,
    ) -> Option<Value> {
        let id = self.event_name(at, name)?;
        let is_source = self.model_of(id)?.source.is_some();
        (!is_source).then(|| self.call_library(id, Some(receiver), args, span, false))
    }

    /// Writes a field of an event.
    pub(super) fn set_event_member(
        &mut self,
        at: &EventPath,
        base: &Value,
        name: &SmolStr,
        value: &Value,
        span: Span,
    ) {
        let Some(id) = self.event_name(at, name) else { return };
        let Some(model) = self.attribute_model(id) else { return };
        self.written(model, id, base, value, span);
    }

    /// Writing a field of a library's object.
    pub(crate) fn set_library_member(
        &mut self,
        id: NameId,
        base: &Value,
        name: &SmolStr,
        value: &Value,
        span: Span,
    ) {
        let child = self.method_of(id, name);
        let Some(model) = self.attribute_model(child) else { return };
        self.written(model, child, base, value, span);
    }

    /// Writing a field of something unknown, when its name alone tells.
    pub(crate) fn set_any_member(
        &mut self,
        base: &Value,
        name: &SmolStr,
        value: &Value,
        span: Span,
    ) {
        let Some(model) = self.models.any_attribute(name) else { return };
        let id = self.names.intern(name);
        self.written(model, id, base, value, span);
    }

    fn written(
        &mut self,
        model: &'p Attribute,
        id: NameId,
        base: &Value,
        value: &Value,
        span: Span,
    ) {
        let args = Args::of(vec![value.clone()]);
        let site = Site { receiver: Some(base), args: &args };
        let subject = self.names.text(id);
        for sink in &model.sinks {
            if self.hold(&sink.when, &site) {
                let taint = self.sink_taint(sink.kind, value);
                self.tell_argument(sink.kind, &taint, (&subject, "0"), span, sink.is_guess);
            }
        }
    }
}
