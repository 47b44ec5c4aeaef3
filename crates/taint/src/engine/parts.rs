//! Parts of hostile values of which nothing else is known: fields of a parsed body, of an event.
//!
//! What is proven of such a part (`if body["sort"] not in COLUMNS: return`) holds for the next read of
//! it. Each hostile value that has an identity gets an object that remembers its parts; what it does
//! not remember is as hostile as the whole.

use code_ir::SmolStr;
use taint_models::{EventId, Kind, Kinds, Step};

use super::{Args, Engine, expression::viewed, source::path_text};
use crate::{
    heap::Map,
    value::{Cell, Constant, Key, Shape, Value},
};

/// What stands beside a secret and is none: who it is for, and where.
const NO_SECRETS: &[&str] = &[
    "username",
    "user",
    "user_name",
    "host",
    "hostname",
    "port",
    "dbname",
    "database",
    "engine",
    "region",
    "dbinstanceidentifier",
    "versionid",
    "name",
    "arn",
    "createddate",
];

/// Whose parts are remembered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Whole {
    /// A value of a variable, by its identity.
    Value(u32),
    /// A place in an event, where no step stands for several.
    Event(EventId, String),
}

impl Engine<'_> {
    /// A part that was just read, as what is known of it by now.
    pub(super) fn part(&mut self, base: &Value, key: &str, mut value: Value) -> Value {
        if value.taint.is_clean() {
            return value;
        }
        if NO_SECRETS.contains(&key.to_ascii_lowercase().as_str()) {
            value.taint = value.taint.without(Kinds::one(Kind::Secret));
        }
        let Some(cell) = self.cell_of_part(base, key) else { return value };
        let (id, kinds, shape) = if let Some(known) = self.heap.read(&cell) {
            (known.id, known.taint.kinds(), known.shape.clone())
        } else {
            let id = self.fresh_id();
            // What this alternative knows of the whole says nothing to the others.
            let unproven = value.taint.map_kinds(|own| own.or(Kinds::INPUT));
            let entry = Value { id, ..value.clone() };
            self.heap.write_lasting(&cell, &entry.with_taint(unproven));
            (id, value.taint.kinds(), value.shape.clone())
        };
        let taint = value.taint.map_kinds(|own| own.and(kinds));
        // Only a test can have told that it is this constant.
        let shape = if let Shape::Constant(_) = shape { shape } else { value.shape.clone() };
        viewed(Value { shape, taint, id, ..value }, cell)
    }

    /// The part that a call reads: `body.get("name")`, `event.getBody()`.
    pub(super) fn part_by_call(
        &mut self,
        receiver: &Value,
        name: &str,
        args: &Args,
        value: Value,
    ) -> Value {
        if self.is_typed() && gives_number(name) {
            return Value::unknown();
        }
        let first = args.at(0).map(|value| value.as_constant());
        match (name, first) {
            ("get" | "fetch" | "dig" | "opt", Some(Some(Constant::Text(key))))
                if args.positional.len() == 1 || args.at(1).is_some_and(|v| v.taint.is_clean()) =>
            {
                let key = key.clone();
                self.part(receiver, &key, value)
            }
            (_, None) if name.starts_with("get") => self.part(receiver, name, value),
            (_, Some(Some(Constant::Text(key))))
                if args.positional.len() == 1
                    && ["get", "opt", "path", "Get"].iter().any(|verb| name.starts_with(verb)) =>
            {
                let key = format!("{name}({key})");
                self.part(receiver, &key, value)
            }
            _ => value,
        }
    }

    /// A part is written: what was known of it before is so no more.
    pub(super) fn forget_part(&mut self, base: &Value, key: &str) {
        let Some(object) = whole_of(base).and_then(|whole| self.parts.get(&whole).copied()) else {
            return;
        };
        if let Some(map) = self.heap.change_map(object) {
            map.entries.retain(|(known, _)| !matches!(known, Key::Name(name) if name == key));
        }
    }

    fn cell_of_part(&mut self, base: &Value, key: &str) -> Option<Cell> {
        let whole = whole_of(base)?;
        let object = if let Some(object) = self.parts.get(&whole) {
            *object
        } else {
            let object = self.heap.add_lasting(Map { forgets: true, ..Map::default() });
            self.parts.insert(whole, object);
            object
        };
        Some(Cell { object, key: Key::Name(SmolStr::new(key)) })
    }
}

/// Whether a method of Java or C# that reads a part gives a number or a truth value.
fn gives_number(name: &str) -> bool {
    let name = name.trim_start_matches("get").trim_start_matches("Get").trim_start_matches("opt");
    let name = name.trim_start_matches("as").trim_start_matches("next");
    matches!(
        name,
        "Int"
            | "Integer"
            | "Long"
            | "Double"
            | "Float"
            | "Boolean"
            | "Bool"
            | "Short"
            | "Int32"
            | "Int64"
            | "Decimal"
            | "Guid"
            | "DateTime"
            | "BigDecimal"
            | "BigInteger"
            | "intValue"
            | "longValue"
            | "doubleValue"
            | "booleanValue"
    )
}

fn whole_of(base: &Value) -> Option<Whole> {
    if let Shape::Event(at) = &base.shape
        && !at.path.iter().any(|step| matches!(step, Step::Any))
    {
        return Some(Whole::Event(at.event, path_text(&at.path)));
    }
    (base.id != 0 && !base.taint.is_clean()).then_some(Whole::Value(base.id))
}
