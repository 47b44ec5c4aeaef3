//! `faasguard-model/1`: what expressions see, as JSON for people who write rules, and its JSON Schema.

use app_model::{Application, Property, PropertyKind};
use serde_json::{Map, Value, json};
use source_text::Sources;

use crate::{
    schema::{RECORDS, Record, Type},
    view::view,
};

/// Name of the form.
const SCHEMA: &str = "faasguard-model/1";

/// An application as expressions see it. What is not known is `{"unknown": "${Stage}"}`, what hangs on
/// conditions `{"one_of": [{"when": "not known", "value": 5}]}`.
#[must_use]
pub fn model_json(app: &Application, sources: &Sources) -> Value {
    json!({
        "schema": SCHEMA,
        "file": sources.path(app.place.file),
        "application": value(&view(app)),
    })
}

fn value(property: &Property) -> Value {
    match &property.kind {
        PropertyKind::Null => Value::Null,
        PropertyKind::Bool(it) => json!(it),
        PropertyKind::Integer(it) => json!(it),
        PropertyKind::Number(it) => json!(it),
        PropertyKind::Text(it) => json!(it.as_str()),
        PropertyKind::List(items) => items.iter().map(value).collect(),
        PropertyKind::Map(entries) => {
            let entries = entries.iter().map(|(key, it)| (key.to_string(), value(it)));
            Value::Object(entries.collect())
        }
        PropertyKind::OneOf(choices) => {
            let choices =
                choices.iter().map(|(when, it)| json!({"when": when.words(), "value": value(it)}));
            json!({"one_of": choices.collect::<Vec<_>>()})
        }
        PropertyKind::Unresolved(what) => json!({"unknown": what.text.as_str()}),
    }
}

/// The JSON Schema of [`model_json`].
#[must_use]
pub fn model_schema() -> Value {
    let mut definitions = Map::new();
    for record in RECORDS {
        definitions.insert(record.name.to_owned(), of_record(record));
    }
    definitions.insert(
        "unknown".to_owned(),
        json!({
            "description": "Known only at deployment, in the notation of Fn::Sub",
            "type": "object", "properties": {"unknown": {"type": "string"}},
            "required": ["unknown"], "additionalProperties": false,
        }),
    );
    definitions.insert(
        "one_of".to_owned(),
        json!({
            "description": "Hangs on conditions; a value of null is left out in those deployments",
            "type": "object",
            "properties": {"one_of": {"type": "array", "items": {
                "type": "object",
                "properties": {"when": {"type": ["string", "null"]}, "value": {}},
                "required": ["when", "value"], "additionalProperties": false,
            }}},
            "required": ["one_of"], "additionalProperties": false,
        }),
    );
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What expressions of users' rules see of an application (`faasguard rules model`)",
        "type": "object",
        "properties": {
            "schema": {"const": SCHEMA},
            "file": {"type": "string"},
            "application": {"$ref": "#/$defs/application"},
        },
        "required": ["schema", "file", "application"],
        "$defs": definitions,
    })
}

fn of_record(record: &Record) -> Value {
    let fields = record.fields.iter().map(|field| {
        let mut of = of_field(field.of);
        if let Some(fields) = of.as_object_mut() {
            fields.insert("description".to_owned(), json!(field.about));
        }
        (field.name.to_owned(), of)
    });
    let names: Vec<&str> = record.fields.iter().map(|field| field.name).collect();
    json!({
        "type": "object", "properties": Value::Object(fields.collect()), "required": names,
    })
}

/// Every value may be null, unknown, or hang on conditions.
fn of_field(of: Type) -> Value {
    match of {
        Type::Any => json!({}),
        known => json!({"anyOf": [
            of_type(known), {"type": "null"}, {"$ref": "#/$defs/unknown"}, {"$ref": "#/$defs/one_of"},
        ]}),
    }
}

fn of_type(of: Type) -> Value {
    match of {
        Type::Any => json!({}),
        Type::Bool => json!({"type": "boolean"}),
        Type::Integer => json!({"type": "integer"}),
        Type::Number => json!({"type": "number"}),
        Type::Text => json!({"type": "string"}),
        Type::List(of) => json!({"type": "array", "items": of_field(*of)}),
        Type::Map(of) => json!({"type": "object", "additionalProperties": of_field(*of)}),
        Type::Record(record) => json!({"$ref": format!("#/$defs/{}", record.name)}),
    }
}
