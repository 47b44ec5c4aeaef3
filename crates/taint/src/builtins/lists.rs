//! Methods of sequences.

use code_ir::{SmolStr, Span};

use crate::{
    engine::{Args, Engine},
    heap::{List, Object, ObjectId},
    service_call::Provenance,
    value::{Constant, Shape, Taint, Value},
};

pub(super) fn method(
    engine: &mut Engine<'_>,
    id: ObjectId,
    name: &SmolStr,
    args: &Args,
    span: Span,
) -> Option<Value> {
    changed(engine, id, name, args, span)
        .or_else(|| read(engine, id, name, args, span))
        .or_else(|| walked(engine, id, name, args, span))
}

/// Methods that add and take out.
fn changed(
    engine: &mut Engine<'_>,
    id: ObjectId,
    name: &SmolStr,
    args: &Args,
    span: Span,
) -> Option<Value> {
    let first = args.at(0).cloned();
    Some(match name.as_str() {
        "print" | "println" | "write" if engine.is_java() => {
            for value in args.positional.clone() {
                push(engine, id, value, span);
            }
            Value::unknown()
        }
        "append" | "push" | "add" | "Add" | "addLast" | "offer" | "<<" | "Append"
        | "AppendLine" | "AppendFormat" | "AppendJoin" => {
            for value in args.positional.clone() {
                push(engine, id, value, span);
            }
            // A builder of text gives itself.
            if engine.is_typed() && name.to_ascii_lowercase().starts_with("append") {
                Value::of(Shape::Object(id))
            } else {
                Value::unknown()
            }
        }
        "insert" | "unshift" | "addFirst" | "Insert" => {
            let value = args.positional.last().cloned().unwrap_or_default();
            let at = if name == "insert" || name == "Insert" {
                first.as_ref().and_then(Value::as_int)
            } else {
                Some(0)
            };
            if let Some(list) = engine.heap.change_list(id) {
                let at = at.and_then(|at| usize::try_from(at).ok());
                if let Some(at) = at.filter(|at| *at <= list.items.len() && list.rest.is_none()) {
                    list.items.insert(at, value);
                } else {
                    list.blur();
                    list.push(value);
                }
            }
            if engine.is_typed() { Value::of(Shape::Object(id)) } else { Value::unknown() }
        }
        "extend" | "addAll" | "AddRange" => {
            let (items, rest) = engine.members(&first.unwrap_or_default());
            if let Some(list) = engine.heap.change_list(id) {
                for item in items {
                    list.push(item);
                }
                if let Some(rest) = rest {
                    list.rest =
                        Some(list.rest.as_ref().map_or_else(|| rest.clone(), |r| r.or(&rest)));
                }
            }
            Value::unknown()
        }
        "pop" | "shift" | "poll" | "removeFirst" | "removeLast" => {
            let at = match name.as_str() {
                "shift" | "poll" | "removeFirst" => Some(0),
                _ => first.as_ref().map_or(Some(-1), Value::as_int),
            };
            take_out(engine, id, at)
        }
        "remove" | "RemoveAt" | "delete_at" => match first.as_ref().and_then(Value::as_int) {
            Some(at) if !engine.is_python() => take_out(engine, id, Some(at)),
            _ => {
                if let Some(list) = engine.heap.change_list(id) {
                    list.blur();
                }
                Value::unknown()
            }
        },
        _ => return None,
    })
}

/// Methods that read, copy and reorder.
fn read(
    engine: &mut Engine<'_>,
    id: ObjectId,
    name: &SmolStr,
    args: &Args,
    span: Span,
) -> Option<Value> {
    let first = args.at(0).cloned();
    Some(match name.as_str() {
        "get" | "at" | "ElementAt" | "elementAt" => {
            let list = engine.heap.list(id)?;
            match first.as_ref().and_then(Value::as_int) {
                Some(at) => list.at(at),
                None => list.any(),
            }
        }
        "first" | "First" | "FirstOrDefault" | "getFirst" | "peek" => engine.heap.list(id)?.at(0),
        "last" | "Last" | "LastOrDefault" | "getLast" => engine.heap.list(id)?.at(-1),
        "set" => {
            let list = Value::of(Shape::Object(id));
            engine.set_index(
                &list,
                &first.unwrap_or_default(),
                args.at(1).cloned().unwrap_or_default(),
                span,
            );
            Value::unknown()
        }
        "getKey" if engine.is_java() => engine.heap.list(id)?.at(0),
        "getValue" if engine.is_java() => engine.heap.list(id)?.at(1),
        "next" | "nextElement" | "previous" if engine.is_java() => engine.heap.list(id)?.any(),
        "toString" | "substring" | "ToString" if engine.is_typed() => {
            joined(engine, id, Some(&Value::text("")), span)
        }
        "delete" | "deleteCharAt" | "replace" | "setCharAt" if engine.is_java() => {
            Value::of(Shape::Object(id))
        }
        "setLength" if engine.is_java() && first.as_ref().and_then(Value::as_int) != Some(0) => {
            Value::unknown()
        }
        "clear" | "Clear" | "setLength" => {
            if let Some(list) = engine.heap.change_list(id) {
                list.items.clear();
                list.rest = None;
            }
            Value::unknown()
        }
        "reverse" | "sort" | "Sort" | "sort!" | "reversed" => {
            if let Some(list) = engine.heap.change_list(id)
                && list.items.len() > 1
            {
                list.blur();
            }
            Value::of(Shape::Object(id))
        }
        "copy" | "slice" | "ToList" | "toList" | "ToArray" | "toArray" | "values" | "stream"
        | "iterator" | "collect" | "to_a" | "flat" | "AsEnumerable" => copy(engine, id, name, args),
        "concat" => {
            let copied = copy(engine, id, &SmolStr::new_static("copy"), &Args::default());
            let target = copied.as_object()?;
            for argument in args.positional.clone() {
                let (items, rest) = engine.members(&argument);
                let list = engine.heap.change_list(target)?;
                for item in items {
                    list.push(item);
                }
                if let Some(rest) = rest {
                    list.rest =
                        Some(list.rest.as_ref().map_or_else(|| rest.clone(), |r| r.or(&rest)));
                }
            }
            copied
        }
        _ => return None,
    })
}

/// Methods that look at every member, with a function among the arguments.
fn walked(
    engine: &mut Engine<'_>,
    id: ObjectId,
    name: &SmolStr,
    args: &Args,
    span: Span,
) -> Option<Value> {
    let first = args.at(0).cloned();
    Some(match name.as_str() {
        "join" => joined(engine, id, first.as_ref(), span),
        "index" | "indexOf" | "lastIndexOf" | "findIndex" | "count" | "size" | "Count"
        | "length" => {
            if matches!(name.as_str(), "findIndex") {
                each(engine, id, args, span);
            }
            match first {
                Some(value) if name == "indexOf" => {
                    engine.position_in(&value, &Value::of(Shape::Object(id)))
                }
                _ => Value::unknown(),
            }
        }
        "includes" | "contains" | "Contains" | "include?" | "has" | "member?" => {
            let list = Value::of(Shape::Object(id));
            engine.compare(code_ir::CompareOperator::In, &first.unwrap_or_default(), &list)
        }
        "map" | "flatMap" | "Select" | "SelectMany" | "collect!" | "mapToObj" | "flat_map" => {
            let made = each(engine, id, args, span);
            list_of(engine, made)
        }
        "filter" | "Where" | "select" | "reject" | "takeWhile" | "limit" | "skip" | "distinct"
        | "uniq" | "compact" | "sorted" | "OrderBy" => {
            each(engine, id, args, span);
            let any = engine.heap.list(id)?.any();
            let mut list = List::default();
            if engine.heap.list(id).is_some_and(|l| !l.items.is_empty() || l.rest.is_some()) {
                list.rest = Some(any);
            }
            Value::of(Shape::Object(engine.heap.add(Object::List(list))))
        }
        "find" | "findLast" | "findFirst" | "Single" | "SingleOrDefault" | "detect" | "findAny" => {
            each(engine, id, args, span);
            engine.heap.list(id)?.any()
        }
        "forEach" | "each" | "ForEach" | "some" | "every" | "any" | "all" | "Any" | "All"
        | "anyMatch" | "allMatch" | "each_with_index" => {
            let made = each(engine, id, args, span);
            // That some member equals a value says that the value is one of them.
            let asks_for_one = matches!(name.as_str(), "some" | "any" | "anyMatch" | "Any");
            let facts = made.facts.filter(|_| asks_for_one);
            Value { facts, ..Value::unknown() }
        }
        "reduce" | "reduceRight" | "Aggregate" | "inject" => reduce(engine, id, args, span),
        "entries" => {
            let any = engine.heap.list(id)?.any();
            let pair = engine.heap.add_list(vec![Value::unknown(), any]);
            list_of(engine, Value::of(Shape::Object(pair)))
        }
        _ => return None,
    })
}

fn push(engine: &mut Engine<'_>, id: ObjectId, value: Value, span: Span) {
    engine.note_stored(id, "append", &value, span);
    if let Some(list) = engine.heap.change_list(id) {
        list.push(value);
    }
}

fn take_out(engine: &mut Engine<'_>, id: ObjectId, at: Option<i64>) -> Value {
    let Some(list) = engine.heap.list(id) else { return Value::unknown() };
    let value = match at {
        Some(at) => list.at(at),
        None => list.any(),
    };
    match at {
        Some(at) => engine.remove_at(id, at),
        None => {
            if let Some(list) = engine.heap.change_list(id) {
                list.blur();
            }
        }
    }
    value
}

fn copy(engine: &mut Engine<'_>, id: ObjectId, name: &str, args: &Args) -> Value {
    if name == "slice" {
        let list = Value::of(Shape::Object(id));
        return engine.slice(&list, args.at(0), args.at(1));
    }
    let list = engine.heap.list(id).cloned().unwrap_or_default();
    Value::of(Shape::Object(engine.heap.add(Object::List(list))))
}

fn list_of(engine: &mut Engine<'_>, any: Value) -> Value {
    let list = List { items: Vec::new(), rest: Some(any) };
    Value::of(Shape::Object(engine.heap.add(Object::List(list))))
}

/// Calls the function among the arguments with each member; what it gives, joined.
fn each(engine: &mut Engine<'_>, id: ObjectId, args: &Args, span: Span) -> Value {
    let Some(function) = args.at(0).cloned() else { return Value::unknown() };
    let Some(list) = engine.heap.list(id) else { return Value::unknown() };
    let (items, rest) = (list.items.clone(), list.rest.clone());
    let whole = Value::of(Shape::Object(id));
    let mut result: Option<Value> = None;
    for (at, item) in items.iter().take(16).chain(&rest).enumerate() {
        let index = i64::try_from(at)
            .map_or_else(|_| Value::unknown(), |at| Value::constant(Constant::Int(at)));
        let arguments = Args::of(vec![item.clone(), index, whole.clone()]);
        let value = if at < items.len() {
            engine.call_value(&function, arguments, span)
        } else {
            let (value, changes) =
                engine.alternative(|engine| engine.call_value(&function, arguments, span));
            engine.heap.merge(vec![changes, Vec::new()]);
            value
        };
        result = Some(result.map_or_else(
            || value.clone(),
            |all| {
                let facts = Engine::facts_of_either(&all, &value);
                Value { facts, ..all.or(&value) }
            },
        ));
    }
    result.unwrap_or_default()
}

fn reduce(engine: &mut Engine<'_>, id: ObjectId, args: &Args, span: Span) -> Value {
    let Some(function) = args.at(0).cloned() else { return Value::unknown() };
    let any = engine.heap.list(id).map(List::any).unwrap_or_default();
    let mut total = args.at(1).cloned().unwrap_or_else(|| any.clone());
    for _ in 0..2 {
        let next = engine.call_value(&function, Args::of(vec![total.clone(), any.clone()]), span);
        total = total.or(&next);
    }
    total
}

/// `list.join(", ")`, and Python's `", ".join(list)` from the other side.
pub(super) fn joined(
    engine: &mut Engine<'_>,
    id: ObjectId,
    separator: Option<&Value>,
    span: Span,
) -> Value {
    let Some(list) = engine.heap.list(id) else { return Value::unknown() };
    let default = SmolStr::new_static(",");
    let separator = separator.map_or(Some(&default), Value::as_text);
    if let (Some(separator), None) = (separator, &list.rest) {
        let texts: Option<Vec<SmolStr>> = list
            .items
            .iter()
            .map(|item| item.as_constant().map(|constant| constant.display("None")))
            .collect();
        if let Some(texts) = texts {
            let taint = list.items.iter().fold(Taint::default(), |all, item| all.or(&item.taint));
            return Value::text(texts.join(separator.as_str())).with_taint(taint);
        }
    }
    let list = list.clone();
    let is_exact = separator.is_some() && list.rest.is_none();
    let separator = Value::text(separator.cloned().unwrap_or(default));
    let mut parts = Vec::new();
    for item in list.items.iter().chain(&list.rest) {
        if !parts.is_empty() {
            parts.push(&separator);
        }
        parts.push(item);
    }
    let taint = engine.taint_in_order(&parts);
    let joined = engine.composed(&parts, taint, span);
    // How many there are is not known.
    if is_exact { joined } else { joined.with_text(Provenance::Unknown) }
}
