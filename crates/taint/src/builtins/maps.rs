//! Methods of mappings, and of events, which are mappings.

use code_ir::{SmolStr, Span};

use crate::{
    engine::{Args, Engine, key_of},
    heap::{List, Object, ObjectId},
    value::{Constant, EventPath, Key, Shape, Value},
};

pub(super) fn method(
    engine: &mut Engine<'_>,
    id: ObjectId,
    receiver: &Value,
    name: &SmolStr,
    args: &Args,
    span: Span,
) -> Option<Value> {
    let first = args.at(0).cloned().unwrap_or_default();
    Some(match name.as_str() {
        "get" | "getOrDefault" | "GetValueOrDefault" | "fetch" | "dig" | "opt" => {
            get(engine, id, &first, args.at(1))
        }
        "set" | "put" | "Add" | "store" | "append" | "__setitem__" | "putIfAbsent" => {
            let value = args.at(1).cloned().unwrap_or_default();
            engine.set_index(receiver, &first, value, span);
            receiver.clone()
        }
        "setdefault" => {
            let value = get(engine, id, &first, args.at(1));
            engine.set_index(receiver, &first, value.clone(), span);
            value
        }
        "pop" | "delete" | "remove" | "Remove" => {
            let value = get(engine, id, &first, args.at(1));
            if let (Some(key), Some(map)) = (key_of(&first), engine.heap.change_map(id)) {
                map.entries.retain(|(known, _)| *known != key);
            }
            value
        }
        "update" | "putAll" | "merge" | "merge!" => {
            let mut map = engine.heap.map(id)?.clone();
            for value in args.positional.clone() {
                engine.copy_into(&mut map, &value);
            }
            for (key, value) in &args.named {
                map.set(Key::Name(key.clone()), value.clone());
            }
            *engine.heap.change_map(id)? = map;
            receiver.clone()
        }
        "copy" | "clone" | "dup" | "to_h" => {
            let map = engine.heap.map(id)?.clone();
            Value::of(Shape::Object(engine.heap.add_map(map)))
        }
        "clear" | "Clear" => {
            if let Some(map) = engine.heap.change_map(id) {
                map.entries.clear();
                map.rest = None;
            }
            Value::unknown()
        }
        "keys" | "keySet" | "Keys" => {
            let (items, rest) = engine.keys(receiver);
            list(engine, items, rest)
        }
        "values" | "Values" => {
            let map = engine.heap.map(id)?;
            let items = map.entries.iter().map(|(_, value)| value.clone()).collect();
            let rest = map.rest.clone();
            list(engine, items, rest)
        }
        "items" | "entries" | "entrySet" | "each_pair" => entries(engine, receiver),
        "has" | "containsKey" | "ContainsKey" | "has_key" | "key?" | "hasOwnProperty"
        | "include?" => engine.compare(code_ir::CompareOperator::In, &first, receiver),
        "forEach" | "each" => {
            let (_, any) = any_entry(engine, id);
            let key = Value::tainted(any.taint.clone());
            let arguments = if name == "each" { vec![key, any] } else { vec![any, key] };
            engine.call_value(&first, Args::of(arguments), span);
            Value::unknown()
        }
        "size" | "length" | "count" => Value::unknown(),
        _ => return None,
    })
}

fn get(engine: &mut Engine<'_>, id: ObjectId, key: &Value, default: Option<&Value>) -> Value {
    let Some(map) = engine.heap.map(id) else { return Value::unknown() };
    let missing = || default.cloned().unwrap_or_else(|| Value::constant(Constant::None));
    let Some(key) = key_of(key) else {
        let any = map.any();
        return match default {
            Some(default) => any.or(default),
            None => any,
        };
    };
    match (map.get(&key), &map.rest) {
        (Some(value), _) => Engine::viewed(value.clone(), id, key),
        (None, Some(rest)) => {
            let part = Value { taint: Engine::part_of(rest), ..rest.clone() };
            match default {
                Some(default) => part.or(default),
                None => part,
            }
        }
        (None, None) if map.is_closed => missing(),
        (None, None) => default.cloned().unwrap_or_default(),
    }
}

fn any_entry(engine: &Engine<'_>, id: ObjectId) -> (Value, Value) {
    let any = engine.heap.map(id).map(crate::heap::Map::any).unwrap_or_default();
    (Value::unknown(), any)
}

fn list(engine: &mut Engine<'_>, items: Vec<Value>, rest: Option<Value>) -> Value {
    Value::of(Shape::Object(engine.heap.add(Object::List(List { items, rest }))))
}

/// Key and value of each entry, as pairs.
pub(crate) fn entries(engine: &mut Engine<'_>, receiver: &Value) -> Value {
    let Some(id) = receiver.as_object() else {
        let value = Value::tainted(receiver.taint.clone());
        let pair = engine.heap.add_list(vec![value.clone(), value]);
        return list(engine, Vec::new(), Some(Value::of(Shape::Object(pair))));
    };
    let Some(map) = engine.heap.map(id) else { return Value::unknown() };
    let (known, rest) = (map.entries.clone(), map.rest.clone());
    let mut pairs = Vec::new();
    for (key, value) in known {
        let key = match key {
            Key::Name(name) => Value::text(name),
            Key::Index(index) => Value::constant(Constant::Int(index)),
        };
        let pair = engine.heap.add_list(vec![key, value]);
        pairs.push(Value::of(Shape::Object(pair)));
    }
    let rest = rest.map(|rest| {
        let key = Value::tainted(rest.taint.clone());
        let pair = engine.heap.add_list(vec![key, rest]);
        Value::of(Shape::Object(pair))
    });
    list(engine, pairs, rest)
}

/// Methods of an event and its parts.
pub(super) fn event_method(
    engine: &mut Engine<'_>,
    receiver: &Value,
    path: &EventPath,
    name: &SmolStr,
    args: &Args,
    span: Span,
) -> Option<Value> {
    let first = args.at(0).cloned().unwrap_or_default();
    // A method that is a field of the event: `request.get_json()`, `request.getParameter("x")`.
    if engine.has_event_field(path, name) {
        let field = engine.event_member(receiver, path, name, span);
        return Some(match (&field.shape, key_of(&first)) {
            (Shape::Event(below), Some(Key::Name(key))) => {
                let below = std::rc::Rc::clone(below);
                engine.event_member(&field, &below, &key, span)
            }
            _ => field,
        });
    }
    Some(match name.as_str() {
        "get" | "pop" | "getOrDefault" | "fetch" | "dig" | "opt" | "GetValueOrDefault" => {
            let value = match key_of(&first) {
                Some(Key::Name(name)) => engine.event_member(receiver, path, &name, span),
                Some(Key::Index(at)) => engine.event_index(receiver, path, Some(at), span),
                None => engine.event_index(receiver, path, None, span),
            };
            if name == "dig" && args.positional.len() > 1 {
                let Shape::Event(below) = &value.shape else { return Some(value) };
                let below = std::rc::Rc::clone(below);
                let others = Args::of(args.positional.iter().skip(1).cloned().collect());
                return event_method(engine, &value, &below, name, &others, span);
            }
            // The default is only what the program itself wrote.
            match args.at(1) {
                Some(default) if name != "dig" => {
                    Value { taint: value.taint.or(&default.taint), ..value }
                }
                _ => value,
            }
        }
        "items" | "entries" | "entrySet" => {
            let item = engine.event_index(receiver, path, None, span);
            let key = Value::tainted(item.taint.clone());
            let pair = engine.heap.add_list(vec![key, item]);
            list(engine, Vec::new(), Some(Value::of(Shape::Object(pair))))
        }
        "keys" | "values" | "keySet" => {
            let item = engine.event_index(receiver, path, None, span);
            let item = if name == "values" { item } else { Value::tainted(item.taint) };
            list(engine, Vec::new(), Some(item))
        }
        "map" | "forEach" | "filter" | "find" | "flatMap" | "each" | "some" | "every"
        | "stream" | "reduce" | "Select" | "Where" => {
            let item = engine.event_index(receiver, path, None, span);
            let whole = list(engine, Vec::new(), Some(item));
            let walked = engine.call_method(&whole, name, args.clone(), span);
            engine.note_walked(receiver, &walked);
            return Some(walked);
        }
        "getString" | "getJSONObject" | "getJSONArray" | "getInt" | "getAsJsonObject"
        | "optString" | "path" | "required" | "GetProperty" | "GetValue" => {
            let Some(Key::Name(field)) = key_of(&first) else { return None };
            engine.event_member(receiver, path, &field, span)
        }
        "asText" | "textValue" | "getAsString" | "GetString" | "getAsJsonArray" | "asInt" => {
            receiver.clone()
        }
        // Java and C# read fields with getters: `event.getBody()`.
        _ if name.starts_with("get") && args.positional.is_empty() && !engine.is_python() => {
            engine.event_member(receiver, path, name, span)
        }
        _ => return None,
    })
}
