//! Built-in functions that are called by a bare name.

use code_ir::{SmolStr, Span};
use taint_models::{Kind, Kinds};

use super::texts::clean;
use crate::{
    engine::{
        Args, Engine,
        amount::{length_of, number_of, of_smallest},
    },
    heap::{List, Object},
    value::{Constant, Fact, Facts, Shape, Value},
};

/// Calls a built-in of the language of the code that runs; nothing when it is none of these.
pub(crate) fn call(engine: &mut Engine<'_>, name: &str, args: &Args, span: Span) -> Option<Value> {
    if engine.is_python() {
        return python(engine, name, args, span);
    }
    match name {
        "range" if engine.is_go() => Some(pairs(engine, &args.at(0).cloned().unwrap_or_default())),
        "append" if engine.is_go() => {
            let list = args.at(0).cloned().unwrap_or_default();
            let rest = Args {
                positional: args.positional.iter().skip(1).cloned().collect(),
                rest: args.rest.clone(),
                ..Args::default()
            };
            match list.as_object() {
                Some(_) => {
                    engine.call_method(&list, &SmolStr::new_static("append"), rest, span);
                    Some(list)
                }
                None => Some(engine.unknown_call_of(&list, &rest, span)),
            }
        }
        "len" | "cap" if engine.is_go() => Some(clean()),
        "string" | "byte" if engine.is_go() => {
            args.at(0).map(|value| Value::tainted(value.taint.clone()))
        }
        "String" if engine.is_script() => {
            let plain = Kinds::one(Kind::Nosql).or(Kinds::one(Kind::Attribute));
            args.at(0).map(|value| Value {
                shape: Shape::Unknown,
                // A text has no operators in it and is no object to merge.
                taint: value.taint.without(plain),
                ..value.clone()
            })
        }
        "Integer" | "Float" if !engine.is_script() && !engine.is_go() => Some(clean()),
        _ => None,
    }
}

fn python(engine: &mut Engine<'_>, name: &str, args: &Args, span: Span) -> Option<Value> {
    python_value(engine, name, args, span).or_else(|| python_sequence(engine, name, args, span))
}

/// Numbers, texts, types and fields.
fn python_value(engine: &mut Engine<'_>, name: &str, args: &Args, span: Span) -> Option<Value> {
    let first = args.at(0).cloned().unwrap_or_default();
    Some(match name {
        "len" => length(engine, &first),
        "int" | "float" | "bool" | "abs" | "round" | "ord" | "hash" | "id" | "complex"
        | "divmod" | "pow" => number(name, &first),
        "str" | "repr" | "bytes" | "ascii" | "bytearray" | "format" => text(engine, &first),
        "isinstance" => is_instance(engine, args),
        "issubclass" | "callable" | "hasattr" | "any" | "all" => clean(),
        "type" => match &first.shape {
            Shape::Object(id) => {
                let class = engine.heap.map(*id).and_then(|map| map.class.clone());
                class.map_or_else(Value::unknown, |class| Value::of(Shape::Class(class)))
            }
            _ => clean(),
        },
        "getattr" => match args.at(1).and_then(Value::as_text) {
            Some(field) => {
                let field = field.clone();
                let value = engine.member(&first, &field, span);
                match args.at(2) {
                    Some(default) if matches!(value.shape, Shape::Unknown) => value.or(default),
                    _ => value,
                }
            }
            None => any_member(engine, &first, args.at(1), span),
        },
        "setattr" => {
            if let Some(field) = args.at(1).and_then(Value::as_text).cloned() {
                engine.set_member(&first, &field, args.at(2).cloned().unwrap_or_default(), span);
            } else if let Some(field) = args.at(1) {
                let taint = field.taint.clone();
                engine.tell_argument(Kind::Attribute, &taint, ("setattr", "1"), span, false);
            }
            clean()
        }
        _ => return None,
    })
}

/// Sequences and mappings.
fn python_sequence(engine: &mut Engine<'_>, name: &str, args: &Args, span: Span) -> Option<Value> {
    let first = args.at(0).cloned().unwrap_or_default();
    Some(match name {
        "list" | "tuple" | "set" | "frozenset" | "iter" | "sorted" | "reversed" => {
            sequence(engine, name, &first, args, span)
        }
        "dict" => {
            let mut map = crate::heap::Map { is_closed: true, ..crate::heap::Map::default() };
            if args.at(0).is_some() {
                engine.copy_into(&mut map, &first);
            }
            for (name, value) in &args.named {
                map.set(crate::value::Key::Name(name.clone()), value.clone());
            }
            if let Some(rest) = &args.rest_named {
                map.rest = Some(rest.clone());
            }
            Value::of(Shape::Object(engine.heap.add_map(map)))
        }
        "enumerate" => {
            let (items, rest) = engine.members(&first);
            let mut pairs = Vec::new();
            for (at, item) in items.into_iter().enumerate() {
                let index = Value::constant(Constant::Int(i64::try_from(at).unwrap_or(0)));
                let pair = engine.heap.add_list(vec![index, item]);
                pairs.push(Value::of(Shape::Object(pair)));
            }
            let rest = rest.map(|item| {
                let pair = engine.heap.add_list(vec![Value::unknown(), item]);
                Value::of(Shape::Object(pair))
            });
            let list = List { items: pairs, rest };
            Value::of(Shape::Object(engine.heap.add(Object::List(list))))
        }
        "zip" => {
            let members: Vec<Value> = args
                .positional
                .clone()
                .iter()
                .map(|list| {
                    let (items, rest) = engine.members(list);
                    items.into_iter().chain(rest).reduce(|a, b| a.or(&b)).unwrap_or_default()
                })
                .collect();
            let tuple = engine.heap.add_list(members);
            let list = List { items: Vec::new(), rest: Some(Value::of(Shape::Object(tuple))) };
            Value::of(Shape::Object(engine.heap.add(Object::List(list))))
        }
        "map" | "filter" => {
            let list = args.at(1).cloned().unwrap_or_default();
            let (items, rest) = engine.members(&list);
            let copy =
                Value::of(Shape::Object(engine.heap.add(Object::List(List { items, rest }))));
            let method = SmolStr::new(name);
            engine.call_method(&copy, &method, Args::of(vec![first]), span)
        }
        "range" => {
            engine.note_amount(args, "range", span);
            range(engine, args)
        }
        "min" | "max" | "sum" | "next" => {
            if args.positional.len() > 1 && name != "next" {
                let all = args.positional.iter().cloned().reduce(|a, b| a.or(&b));
                let mut all = all.unwrap_or_default();
                if name == "min" {
                    all.taint = of_smallest(&args.positional, all.taint);
                }
                return Some(all);
            }
            let (items, rest) = engine.members(&first);
            let any = items.into_iter().chain(rest).reduce(|a, b| a.or(&b)).unwrap_or_default();
            match (name, args.at(1)) {
                ("next", Some(default)) => any.or(default),
                _ => any,
            }
        }
        "chr" => Value::tainted(first.taint.clone()),
        "globals" => engine.own_module(),
        "vars" | "locals" | "dir" => Value::unknown(),
        _ => return None,
    })
}

/// Index or key and member of each entry, as Go's `range` gives them.
fn pairs(engine: &mut Engine<'_>, value: &Value) -> Value {
    if value.as_object().is_some_and(|id| engine.heap.map(id).is_some()) {
        return super::maps::entries(engine, value);
    }
    let (items, rest) = engine.members(value);
    let mut pairs = Vec::new();
    for (at, item) in items.into_iter().enumerate() {
        let index = Value::constant(Constant::Int(i64::try_from(at).unwrap_or(0)));
        let pair = engine.heap.add_list(vec![index, item]);
        pairs.push(Value::of(Shape::Object(pair)));
    }
    let rest = rest.map(|item| {
        let key = Value::tainted(item.taint.clone());
        let pair = engine.heap.add_list(vec![key, item]);
        Value::of(Shape::Object(pair))
    });
    Value::of(Shape::Object(engine.heap.add(Object::List(List { items: pairs, rest }))))
}

fn length(engine: &Engine<'_>, value: &Value) -> Value {
    if let Some(text) = value.as_text() {
        return Value::constant(Constant::Int(i64::try_from(text.chars().count()).unwrap_or(0)));
    }
    let exact = value.as_object().and_then(|id| match engine.heap.get(id) {
        Some(Object::List(list)) if list.rest.is_none() => Some(list.items.len()),
        _ => None,
    });
    match exact {
        Some(length) => Value::constant(Constant::Int(i64::try_from(length).unwrap_or(0))),
        None => length_of(value),
    }
}

fn number(name: &str, value: &Value) -> Value {
    match (name, value.as_constant()) {
        ("int", Some(Constant::Int(number))) => Value::constant(Constant::Int(*number)),
        ("int", Some(Constant::Text(text))) => match text.trim().parse() {
            Ok(number) => Value::constant(Constant::Int(number)),
            Err(_) => clean(),
        },
        ("bool", Some(constant)) => Value::bool(constant.truth()),
        ("ord", Some(Constant::Text(text))) => match text.chars().next() {
            Some(character) => Value::constant(Constant::Int(i64::from(u32::from(character)))),
            None => clean(),
        },
        _ => number_of(value),
    }
}

fn text(engine: &Engine<'_>, value: &Value) -> Value {
    match value.as_constant() {
        Some(constant) => Value::text(constant.display("None")).with_taint(value.taint.clone()),
        None => Value {
            // A text has no operators in it.
            taint: engine.deep_taint(value).without(Kinds::one(Kind::Nosql)),
            views: value.views.clone(),
            is_resolved: value.is_resolved,
            pieces: value.pieces.clone(),
            origin: value.origin.clone(),
            ..Value::default()
        },
    }
}

/// `isinstance(x, int)`: numbers are nothing dangerous.
fn is_instance(engine: &Engine<'_>, args: &Args) -> Value {
    let (Some(value), Some(class)) = (args.at(0), args.at(1)) else { return clean() };
    let name_of = |value: &Value| match &value.shape {
        Shape::Library(id) => Some(engine.name_text(*id)),
        _ => None,
    };
    let names: Vec<String> = match class.as_object().and_then(|id| engine.heap.list(id)) {
        Some(list) => list.items.iter().filter_map(name_of).collect(),
        None => name_of(class).into_iter().collect(),
    };
    let is_number = !names.is_empty()
        && names.iter().all(|name| {
            matches!(name.as_str(), "int" | "float" | "bool" | "decimal.Decimal" | "uuid.UUID")
        });
    if is_number {
        return Value { facts: Engine::proof(value, Kinds::INPUT, true), ..Value::unknown() };
    }
    // A text is a text: an unknown value that carries data of an event is one.
    if names.len() == 1
        && names.first().is_some_and(|name| name == "str")
        && value.as_text().is_some()
    {
        return Value::bool(true);
    }
    // Not an operator object, so no query of a document store.
    if names.iter().all(|name| name == "str") && !names.is_empty() {
        let kinds = Kinds::one(Kind::Nosql);
        let clears: Vec<Fact> = Engine::about_value(value, kinds);
        let facts = Facts { yes: clears, no: Vec::new() };
        return Value { facts: Some(std::rc::Rc::new(facts)), ..Value::unknown() };
    }
    clean()
}

/// `getattr(module, name)` with a name that is not known: any of its functions and classes.
fn any_member(engine: &mut Engine<'_>, base: &Value, name: Option<&Value>, span: Span) -> Value {
    let Shape::Module(module) = base.shape else {
        engine.note_chosen_of(base, span);
        if let Some(method) = engine.any_method(base) {
            return method;
        }
        return Value::tainted(base.taint.or(&name.map(|n| n.taint.clone()).unwrap_or_default()));
    };
    engine.callables_of(module)
}

fn sequence(engine: &mut Engine<'_>, name: &str, first: &Value, args: &Args, span: Span) -> Value {
    let (items, rest) = if args.positional.is_empty() && args.rest.is_none() {
        (Vec::new(), None)
    } else {
        engine.members(first)
    };
    if let Some(key) = args.by_name("key").cloned() {
        let any = items.iter().chain(&rest).cloned().reduce(|a, b| a.or(&b)).unwrap_or_default();
        engine.call_value(&key, Args::of(vec![any]), span);
    }
    let mut list = List { items, rest };
    match name {
        "sorted" | "set" | "frozenset" if list.items.len() > 1 => list.blur(),
        "reversed" => list.items.reverse(),
        _ => {}
    }
    Value::of(Shape::Object(engine.heap.add(Object::List(list))))
}

fn range(engine: &mut Engine<'_>, args: &Args) -> Value {
    let bounds: Option<Vec<i64>> = args.positional.iter().map(Value::as_int).collect();
    let exact = match bounds.as_deref() {
        Some([end]) => Some((0, *end)),
        Some([start, end]) => Some((*start, *end)),
        _ => None,
    };
    let list = match exact {
        Some((start, end)) if end.saturating_sub(start) <= 24 => List {
            items: (start..end).map(|at| Value::constant(Constant::Int(at))).collect(),
            rest: None,
        },
        _ => List { items: Vec::new(), rest: Some(Value::unknown()) },
    };
    Value::of(Shape::Object(engine.heap.add(Object::List(list))))
}
