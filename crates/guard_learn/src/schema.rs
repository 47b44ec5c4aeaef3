//! A shape as JSON Schema, draft 2020-12.

use serde_json::{Map, Value, json};

use crate::shape::{
    ARRAY, BOOLEAN, FORMATS, FRACTION, NULL, NUMBER, Numbers, OBJECT, Objects, STRING, Shape, Texts,
};

/// Times that a text or list may be longer than those that were seen, and what is always allowed.
const LONGER: u64 = 4;
const TEXT: u64 = 64;
const LIST: u64 = 16;
/// Powers of two that a number may be larger.
const LARGER: i16 = 4;

/// The schema of a place. `true` where too few values were seen, or none but `null`.
pub(crate) fn of(shape: &Shape, least: u64) -> Value {
    let Some(types) = types(shape.kinds).filter(|_| shape.seen >= least) else {
        return Value::Bool(true);
    };
    let mut schema = Map::new();
    schema.insert("type".to_owned(), types);
    if let Some(texts) = &shape.texts {
        of_texts(*texts, &mut schema);
    }
    if let Some(numbers) = &shape.numbers {
        of_numbers(*numbers, &mut schema);
    }
    // Where the place is open, the kinds of what stands in it are all that is known.
    let inside = shape.within.and_then(types_inside);
    if let Some(lists) = &shape.lists {
        schema.insert("maxItems".to_owned(), json!(length(lists.most, LIST)));
        let items = lists.items.as_ref().map(|items| of(items, least));
        if let Some(items) = items.or_else(|| inside.clone()).filter(Value::is_object) {
            schema.insert("items".to_owned(), items);
        }
    }
    if let Some(objects) = shape.objects.as_ref().filter(|objects| objects.count >= least) {
        of_objects(objects, inside, least, &mut schema);
    }
    Value::Object(schema)
}

fn of_objects(
    objects: &Objects,
    inside: Option<Value>,
    least: u64,
    schema: &mut Map<String, Value>,
) {
    let always = objects.members.iter().filter(|(_, member)| member.present >= objects.count);
    let required: Vec<&String> = always.map(|(name, _)| name).collect();
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    if objects.members.is_empty() {
        if let Some(inside) = inside {
            schema.insert("additionalProperties".to_owned(), inside);
        }
        return;
    }
    let properties =
        objects.members.iter().map(|(name, member)| (name.clone(), of(&member.shape, least)));
    schema.insert("properties".to_owned(), Value::Object(properties.collect()));
    schema.insert("additionalProperties".to_owned(), Value::Bool(false));
}

fn of_texts(texts: Texts, schema: &mut Map<String, Value>) {
    if texts.least > 0 {
        schema.insert("minLength".to_owned(), json!(1));
    }
    schema.insert("maxLength".to_owned(), json!(length(texts.most, TEXT)));
    let format = (0..).zip(FORMATS).find(|(bit, _)| texts.formats & (1 << bit) != 0);
    if let Some((_, format)) = format {
        schema.insert("format".to_owned(), json!(format));
    }
}

fn of_numbers(numbers: Numbers, schema: &mut Map<String, Value>) {
    let bound = |class: i16| {
        let power = u32::try_from(class.saturating_abs().max(1).saturating_add(LARGER - 1)).ok();
        let bound = 1_i64.checked_shl(power?).filter(|bound| *bound > 0 && power < Some(62))?;
        Some(if class < 0 { -bound } else { bound })
    };
    let minimum = if numbers.least >= 0 { Some(0) } else { bound(numbers.least) };
    // Numbers that were never above zero may come to be.
    let maximum = bound(numbers.most.max(0));
    for (name, bound) in [("minimum", minimum), ("maximum", maximum)] {
        if let Some(bound) = bound {
            schema.insert(name.to_owned(), json!(bound));
        }
    }
}

/// What is allowed where the largest had the class of length `class`.
fn length(class: u8, always: u64) -> u64 {
    let longest =
        class.checked_sub(1).map_or(0, |power| 1_u64.checked_shl(power.into()).unwrap_or(u64::MAX));
    longest.saturating_mul(LONGER).max(always)
}

fn types_inside(kinds: u8) -> Option<Value> {
    types(kinds).map(|types| json!({"type": types}))
}

/// `None` where nothing but `null` was seen, which says nothing about what else may come.
fn types(kinds: u8) -> Option<Value> {
    if kinds & !NULL == 0 {
        return None;
    }
    let number = if kinds & FRACTION == 0 { "integer" } else { "number" };
    let all = [
        (NULL, "null"),
        (BOOLEAN, "boolean"),
        (NUMBER, number),
        (STRING, "string"),
        (ARRAY, "array"),
        (OBJECT, "object"),
    ];
    let names: Vec<&str> =
        all.iter().filter(|(bit, _)| kinds & bit != 0).map(|(_, name)| *name).collect();
    Some(match names.as_slice() {
        [] => return None,
        [one] => json!(one),
        several => json!(several),
    })
}
