//! Schemas: what a value that fits one no longer endangers, field by field.
//!
//! Every schema is a mapping in the keywords of JSON Schema here, whether the program wrote it as one
//! or put it together by calls (`z.object({id: z.string().uuid()})`). What is not understood proves
//! nothing.

use std::rc::Rc;

use code_ir::SmolStr;
use taint_models::{Call, Kind, Kinds, Outcome, Port, Schema, Validation};

use super::{Engine, compare::about, condition::Site};
use crate::{
    alphabet::Extent,
    heap::{List, Map, Object},
    value::{Constant, Fact, Facts, Key, Shape, Value},
};

/// Schemas within schemas.
const DEPTH: usize = 5;
/// Fields of one schema that are looked at.
const FIELDS: usize = 200;

/// Keywords that give a regular expression for a text.
const PATTERNS: &[&str] = &["pattern", "regex", "matches"];
/// Keywords that give the only values there are.
const LISTS: &[&str] = &["enum", "allowed", "const"];

impl Engine<'_> {
    /// The schema of the receiver with more keywords.
    pub(super) fn make_schema(&mut self, schema: &Schema, model: &Call, site: &Site<'_>) -> Value {
        let known = site.receiver.and_then(Value::as_object).and_then(|id| self.heap.map(id));
        let mut map = known.filter(|map| map.library.is_some()).cloned().unwrap_or_default();
        if let Some(name) = &model.returns {
            map.library = Some(self.names.intern(name));
        }
        for (keyword, text) in &schema.keywords {
            map.set(Key::Name(keyword.clone()), Value::text(text.clone()));
        }
        for (keyword, port) in &schema.from {
            let mut values = self.port(port, site);
            let value = match values.len() {
                0 => continue,
                1 if values.first().is_some_and(|value| self.is_whole_keyword(keyword, value)) => {
                    values.swap_remove(0)
                }
                _ => {
                    let list = List { items: values, rest: None };
                    Value::of(Shape::Object(self.heap.add(Object::List(list))))
                }
            };
            map.set(Key::Name(keyword.clone()), value);
        }
        Value::of(Shape::Object(self.heap.add_map(map)))
    }

    /// Whether an argument is what a keyword takes: lists are often written as several arguments.
    fn is_whole_keyword(&self, keyword: &str, value: &Value) -> bool {
        !LISTS.contains(&keyword) || value.as_object().is_some_and(|id| self.heap.get(id).is_some())
    }

    /// What a call gives that compares a value with a schema, once what it proves is taken note of;
    /// nothing when the schema or the value is not known, or when the call gives nothing of its own.
    pub(super) fn validated(&mut self, model: &Validation, site: &Site<'_>) -> Option<Value> {
        let first = |engine: &mut Self, ports: &[Port]| {
            ports.iter().find_map(|port| engine.port(port, site).into_iter().next())
        };
        let value = first(self, &model.value)?;
        let schema = first(self, &model.schema)?;
        let envelope = model.envelope.as_ref().map(std::slice::from_ref);
        let envelope = envelope.and_then(|ports| first(self, ports));
        let meant = match &envelope {
            Some(envelope) => self.enveloped(&value, envelope)?,
            None => value.clone(),
        };
        let mut facts = Vec::new();
        self.fitting(&meant, &schema, DEPTH, &mut facts);
        let value = self.of_named_fields(value, &schema);
        let fits = Facts { yes: facts, no: Vec::new() };
        match model.outcome {
            Outcome::Raises | Outcome::Value => {
                let test = Value { facts: Some(Rc::new(fits)), ..Value::default() };
                self.assume(&test, true);
                (model.outcome == Outcome::Value).then_some(value)
            }
            Outcome::Truth => Some(Value { facts: Some(Rc::new(fits)), ..Value::default() }),
            Outcome::Report => Some(self.report_of_fit(value, fits)),
        }
    }

    /// What fits a schema that names its fields: no others are in it.
    fn of_named_fields(&self, mut value: Value, schema: &Value) -> Value {
        let map = schema.as_object().and_then(|id| self.heap.map(id));
        if map.is_some_and(|map| map.get(&Key::Name(SmolStr::new_static("properties"))).is_some()) {
            value.taint = value.taint.without(Kinds::one(Kind::Attribute));
        }
        value
    }

    /// `{ value, error }`, `{ success, data, error }`.
    fn report_of_fit(&mut self, value: Value, fits: Facts) -> Value {
        let error = Facts { yes: Vec::new(), no: fits.yes.clone() };
        let told = |facts| Value { facts: Some(Rc::new(facts)), ..Value::default() };
        let mut map = Map::default();
        for (name, value) in [
            ("value", value.clone()),
            ("data", value),
            ("error", told(error.clone())),
            ("errors", told(error)),
            ("success", told(fits)),
        ] {
            map.set(Key::Name(SmolStr::new_static(name)), value);
        }
        Value::of(Shape::Object(self.heap.add_map(map)))
    }

    /// The part of an event that an envelope means; nothing for expressions other than the body.
    fn enveloped(&mut self, value: &Value, envelope: &Value) -> Option<Value> {
        let text = envelope.as_text()?;
        let is_body = matches!(text.as_str(), "body" | "powertools_json(body)");
        let Shape::Event(at) = &value.shape else { return None };
        let at = Rc::clone(at);
        is_body.then(|| self.event_part(value, &at, &SmolStr::new_static("body")))
    }

    /// What it proves of a value and its parts that the value fits a schema.
    fn fitting(&mut self, value: &Value, schema: &Value, depth: usize, facts: &mut Vec<Fact>) {
        let Some(map) = schema.as_object().and_then(|id| self.heap.map(id)).cloned() else {
            return;
        };
        let of = |name: &str| map.get(&Key::Name(SmolStr::new(name))).cloned();
        let kinds = self.cleared_by_schema(&of);
        if !kinds.is_empty() {
            facts.extend(about(value, kinds, None));
        }
        if depth == 0 {
            return;
        }
        if let Some(all) = of("allOf").and_then(|all| self.heap.list(all.as_object()?)).cloned() {
            for schema in all.items.iter().take(FIELDS) {
                self.fitting(value, schema, depth - 1, facts);
            }
        }
        let Some(fields) =
            of("properties").and_then(|own| self.heap.map(own.as_object()?)).cloned()
        else {
            return;
        };
        // The schema decides which fields there are.
        facts.extend(about(value, Kinds::one(Kind::Attribute), None));
        for (key, schema) in fields.entries.iter().take(FIELDS) {
            let Key::Name(name) = key else { continue };
            if let Some(part) = self.part_quietly(value, name) {
                self.fitting(&part, schema, depth - 1, facts);
            }
        }
    }

    /// A part of a value without telling that it is read.
    fn part_quietly(&mut self, value: &Value, name: &SmolStr) -> Option<Value> {
        match &value.shape {
            Shape::Event(at) => {
                let at = Rc::clone(at);
                let part = self.event_part(value, &at, name);
                Some(self.part(value, name, part))
            }
            Shape::Object(id) => {
                let key = Key::Name(name.clone());
                let part = self.heap.map(*id)?.get(&key)?.clone();
                Some(Self::viewed(part, *id, key))
            }
            _ => {
                let part = Value::tainted(value.taint.clone());
                (!value.taint.is_clean()).then(|| self.part(value, name, part))
            }
        }
    }

    /// What the keywords for one value rule out.
    fn cleared_by_schema(&self, of: &impl Fn(&str) -> Option<Value>) -> Kinds {
        if LISTS.iter().filter_map(|name| of(name)).any(|list| self.is_of_constants(&list)) {
            return Kinds::INPUT;
        }
        let mut kinds = of("type").map_or(Kinds::NONE, |type_| self.cleared_by_type(&type_));
        if let Some(format) = of("format").as_ref().and_then(Value::as_text) {
            kinds = kinds.or(cleared_by_format(format));
        }
        for pattern in PATTERNS.iter().filter_map(|name| of(name)) {
            kinds = kinds.or(self.cleared_by_fit_of(&pattern, Extent::Part));
        }
        kinds
    }

    fn cleared_by_type(&self, type_: &Value) -> Kinds {
        let harmless = |value: &Value| match value.as_text().map(SmolStr::as_str) {
            Some("integer" | "number" | "boolean" | "null" | "float") => Kinds::TEXT,
            // No operators are in a text.
            Some("string") => Kinds::one(Kind::Nosql),
            _ => Kinds::NONE,
        };
        match type_.as_object().and_then(|id| self.heap.list(id)) {
            Some(list) if list.rest.is_none() && !list.items.is_empty() => {
                list.items.iter().map(harmless).fold(Kinds::INPUT, Kinds::and)
            }
            Some(_) => Kinds::NONE,
            None => harmless(type_),
        }
    }

    fn is_of_constants(&self, value: &Value) -> bool {
        match value.as_object().map(|id| self.heap.get(id)) {
            Some(Some(Object::List(list))) => {
                list.rest.is_none() && list.items.iter().all(|item| item.as_constant().is_some())
            }
            // A TypeScript `enum` and the like.
            Some(Some(Object::Map(map))) => {
                map.rest.is_none()
                    && !map.entries.is_empty()
                    && map.entries.iter().all(|(_, value)| value.as_constant().is_some())
            }
            Some(_) => false,
            None => !matches!(value.as_constant(), None | Some(Constant::None)),
        }
    }
}

/// What a text in a format of JSON Schema, or of the methods named after it, does not endanger.
fn cleared_by_format(format: &str) -> Kinds {
    match format {
        "uuid" | "guid" | "date" | "date-time" | "time" | "datetime" | "iso-date" | "hex"
        | "alphanumeric" | "ipv4" | "objectid" | "cuid" | "ulid" | "nanoid" => {
            Kinds::SPELLING.without(Kinds::one(Kind::Attribute))
        }
        "email" => [Kind::Header, Kind::Log, Kind::Path, Kind::Url].into_iter().collect(),
        _ => Kinds::NONE,
    }
}
