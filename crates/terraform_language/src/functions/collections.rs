//! Functions over lists and mappings, which may hold values that are not known.

use indexmap::{IndexMap, IndexSet};
use source_text::{Place, SmolStr};

use crate::value::{Kind, Value, json_text};

pub(super) fn apply(name: &str, values: &[Value], place: Place) -> Option<Value> {
    let list = |position: usize| values.get(position)?.as_list();
    match name {
        "length" => length(values.first()?, place),
        "merge" => merge(values, place),
        "concat" => {
            let lists: Option<Vec<&[Value]>> = values.iter().map(Value::as_list).collect();
            Some(Value::list(place, lists?.concat()))
        }
        "lookup" => lookup(values, place),
        "keys" => {
            let keys = sorted_keys(values.first()?.as_map()?);
            let keys = keys.into_iter().map(|key| Value::text(place, key.clone())).collect();
            Some(Value::list(place, keys))
        }
        "values" => {
            let map = values.first()?.as_map()?;
            let values = sorted_keys(map).into_iter().filter_map(|key| map.get(key).cloned());
            Some(Value::list(place, values.collect()))
        }
        "flatten" => {
            let mut flat = Vec::new();
            flatten(list(0)?, &mut flat);
            Some(Value::list(place, flat))
        }
        "distinct" => Some(distinct(place, list(0)?.to_vec())),
        "toset" => Some(to_set(list(0)?, place)),
        "tolist" | "tomap" => match &values.first()?.kind {
            Kind::List(_) | Kind::Map(_) | Kind::Null => values.first().cloned(),
            _ => None,
        },
        "list" => Some(Value::list(place, values.to_vec())),
        "element" => {
            let (items, index) = (list(0)?, values.get(1)?.as_index()?);
            match items.get(index.checked_rem(items.len())?) {
                Some(found) => Some(found.clone()),
                None => Some(Value::failed(place, "element of an empty list")),
            }
        }
        "one" => match &values.first()?.kind {
            Kind::List(items) => match items.it.as_slice() {
                [] => Some(Value::null(place)),
                [only] => Some(only.clone()),
                _ => Some(Value::failed(place, "one of several")),
            },
            Kind::Null => Some(Value::null(place)),
            _ => None,
        },
        "contains" => contains(list(0)?, values.get(1)?, place),
        "index" => {
            let wanted = values.get(1)?;
            let position = list(0)?.iter().position(|it| it.equals(wanted) == Some(true))?;
            Some(Value::count(place, position))
        }
        "compact" => {
            let kept = |it: &&Value| !it.is_null() && it.as_text().as_deref() != Some("");
            Some(Value::list(place, list(0)?.iter().filter(kept).cloned().collect()))
        }
        "coalesce" => coalesce(values, place),
        "coalescelist" => {
            for value in values {
                if value.is_unknown() {
                    return None;
                }
                if value.as_list().is_some_and(|items| !items.is_empty()) {
                    return Some(value.clone());
                }
            }
            Some(Value::failed(place, "no list that is not empty"))
        }
        "zipmap" => {
            let keys: Option<Vec<SmolStr>> = list(0)?.iter().map(Value::as_text).collect();
            let map = keys?.into_iter().zip(list(1)?.iter().cloned()).collect();
            Some(Value::map(place, map))
        }
        _ => ordered(name, values, place),
    }
}

/// Functions that cut, order and combine.
fn ordered(name: &str, values: &[Value], place: Place) -> Option<Value> {
    let list = |position: usize| values.get(position)?.as_list();
    match name {
        "reverse" => Some(Value::list(place, list(0)?.iter().rev().cloned().collect())),
        "slice" => {
            let (start, end) = (values.get(1)?.as_index()?, values.get(2)?.as_index()?);
            match list(0)?.get(start..end) {
                Some(items) => Some(Value::list(place, items.to_vec())),
                None => Some(Value::failed(place, "a slice out of range")),
            }
        }
        "sort" => Some(to_sorted(list(0)?, place)),
        "range" => range(values, place),
        "setunion" => {
            let lists: Option<Vec<&[Value]>> = values.iter().map(Value::as_list).collect();
            Some(to_set(&lists?.concat(), place))
        }
        "setsubtract" => among(list(0)?, list(1)?, false, place),
        "setintersection" => among(list(0)?, list(1)?, true, place),
        "setproduct" => product(values, place),
        "alltrue" => truths(list(0)?, true, place),
        "anytrue" => truths(list(0)?, false, place),
        _ => None,
    }
}

fn length(value: &Value, place: Place) -> Option<Value> {
    let length = match &value.kind {
        Kind::List(items) => items.it.len(),
        Kind::Map(map) => map.it.len(),
        Kind::Text(text) => text.chars().count(),
        _ => return None,
    };
    Some(Value::count(place, length))
}

fn merge(values: &[Value], place: Place) -> Option<Value> {
    let mut merged = IndexMap::new();
    for value in values {
        match &value.kind {
            Kind::Map(map) => {
                merged.extend(map.it.iter().map(|(key, it)| (key.clone(), it.clone())));
            }
            Kind::Null => {}
            _ => return None,
        }
    }
    Some(Value::map(place, merged))
}

fn lookup(values: &[Value], place: Place) -> Option<Value> {
    let map = values.first()?.as_map()?;
    let key = values.get(1)?.as_text()?;
    match (map.get(&key), values.get(2)) {
        (Some(found), _) => Some(found.clone()),
        (None, Some(default)) => Some(default.clone()),
        (None, None) => Some(Value::failed(place, "a key that is not there")),
    }
}

fn sorted_keys(map: &IndexMap<SmolStr, Value>) -> Vec<&SmolStr> {
    let mut keys: Vec<&SmolStr> = map.keys().collect();
    keys.sort();
    keys
}

/// Depth is bounded by that of the value.
fn flatten(items: &[Value], out: &mut Vec<Value>) {
    for item in items {
        match item.as_list() {
            Some(inner) => flatten(inner, out),
            None => out.push(item.clone()),
        }
    }
}

/// The items without those that are certainly the same as an earlier one.
pub(crate) fn distinct(place: Place, items: Vec<Value>) -> Value {
    let mut seen: IndexSet<SmolStr> = IndexSet::new();
    let fresh = |item: &Value| json_text(item).is_none_or(|key| seen.insert(key));
    let mut items = items;
    let mut fresh = fresh;
    items.retain(|item| fresh(item));
    Value::list(place, items)
}

fn to_set(items: &[Value], place: Place) -> Value {
    let set = distinct(place, items.to_vec());
    match set.as_list() {
        Some(items) => to_sorted(items, place),
        None => set,
    }
}

fn to_sorted(items: &[Value], place: Place) -> Value {
    let mut items = items.to_vec();
    if items.iter().all(|item| item.as_text().is_some()) {
        items.sort_by_cached_key(Value::as_text);
    }
    Value::list(place, items)
}

fn contains(items: &[Value], wanted: &Value, place: Place) -> Option<Value> {
    let mut certain = true;
    for item in items {
        match item.equals(wanted) {
            Some(true) => return Some(Value::bool(place, true)),
            Some(false) => {}
            None => certain = false,
        }
    }
    certain.then(|| Value::bool(place, false))
}

fn coalesce(values: &[Value], place: Place) -> Option<Value> {
    let null = Value::null(place);
    for value in values {
        if value.is_unknown() {
            // What is certainly something is it; what may be nothing leaves it open.
            return (value.equals(&null) == Some(false)).then(|| value.clone());
        }
        if !value.is_null() && value.as_text().as_deref() != Some("") {
            return Some(value.clone());
        }
    }
    Some(Value::failed(place, "nothing but null"))
}

fn range(values: &[Value], place: Place) -> Option<Value> {
    const MOST: usize = 10_000;
    let number = |position: usize| values.get(position)?.as_number();
    let (start, end, step) = match values.len() {
        1 => (0.0, number(0)?, 1.0),
        2 => (number(0)?, number(1)?, 1.0),
        _ => (number(0)?, number(1)?, number(2)?),
    };
    let step = if start > end && values.len() < 3 { -step } else { step };
    if step == 0.0 {
        return None;
    }
    let mut items = Vec::new();
    let mut at = start;
    while (step > 0.0 && at < end) || (step < 0.0 && at > end) {
        if items.len() >= MOST {
            return None;
        }
        items.push(Value::number(place, at));
        at += step;
    }
    Some(Value::list(place, items))
}

/// The items of `a` that are (or are not) in `b`, when that is certain of each.
fn among(a: &[Value], b: &[Value], wanted: bool, place: Place) -> Option<Value> {
    let keys: Option<IndexSet<SmolStr>> = b.iter().map(json_text).collect();
    let keys = keys?;
    let mut kept = Vec::new();
    for item in a {
        if keys.contains(&json_text(item)?) == wanted {
            kept.push(item.clone());
        }
    }
    Some(to_set(&kept, place))
}

fn product(values: &[Value], place: Place) -> Option<Value> {
    const MOST: usize = 10_000;
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for value in values {
        let items = value.as_list()?;
        if rows.len().saturating_mul(items.len()) > MOST {
            return None;
        }
        rows = rows
            .iter()
            .flat_map(|row| items.iter().map(move |item| (row, item)))
            .map(|(row, item)| {
                let mut row = row.clone();
                row.push(item.clone());
                row
            })
            .collect();
    }
    let rows = rows.into_iter().map(|row| Value::list(place, row)).collect();
    Some(Value::list(place, rows))
}

fn truths(items: &[Value], all: bool, place: Place) -> Option<Value> {
    let mut certain = true;
    for item in items {
        match item.as_bool() {
            Some(value) if value != all => return Some(Value::bool(place, !all)),
            Some(_) => {}
            None => certain = false,
        }
    }
    certain.then(|| Value::bool(place, all))
}
