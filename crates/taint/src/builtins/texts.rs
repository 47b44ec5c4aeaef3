//! Methods of texts: exact for constants, otherwise what was hostile stays hostile.

use std::rc::Rc;

use code_ir::{SmolStr, Span};
use taint_models::{Kind, Kinds};

use crate::{
    alphabet::Extent,
    engine::{Args, Engine, amount::is_sized},
    heap::{List, Object},
    origin,
    pieces::Pieces,
    value::{Constant, Facts, Shape, Taint, Value, ViewPart},
};

pub(super) fn method(
    engine: &mut Engine<'_>,
    receiver: &Value,
    name: &SmolStr,
    args: &Args,
    span: Span,
) -> Option<Value> {
    if let Some(value) = exact(engine, receiver, name, args) {
        return Some(value.with_taint(receiver.taint.clone()));
    }
    composing(engine, receiver, name, args, span)
        .or_else(|| testing(engine, receiver, name, args))
        .or_else(|| walking(engine, receiver, name, args, span))
}

/// Methods that give a text or its parts.
fn composing(
    engine: &mut Engine<'_>,
    receiver: &Value,
    name: &SmolStr,
    args: &Args,
    span: Span,
) -> Option<Value> {
    Some(match name.as_str() {
        // Still the same text, for tests of it.
        "strip" | "trim" | "lower" | "upper" | "toLowerCase" | "toUpperCase" | "lstrip"
        | "rstrip" | "toString" | "ToString" | "to_s" | "casefold" | "trimEnd" | "trimStart"
        | "Trim" | "ToLower" | "toLocaleLowerCase" | "ToLowerInvariant" | "downcase"
        | "valueOf" | "String" => Value {
            taint: receiver.taint.clone(),
            views: receiver.views.clone(),
            pieces: receiver.pieces.clone(),
            origin: receiver.origin.clone().filter(|_| keeps_text(name)),
            ..Value::default()
        },
        "encode" | "decode" | "format" | "replace" | "replaceAll" | "substring" | "substr"
        | "slice" | "capitalize" | "title" | "center" | "ljust" | "rjust" | "zfill"
        | "expandtabs" | "removeprefix" | "removesuffix" | "swapcase" | "padStart" | "padEnd"
        | "concat" | "repeat" | "charAt" | "at" | "format_map" | "translate" | "Replace"
        | "Substring" | "sub" | "gsub" | "normalize" | "formatted" | "intern" | "chars"
        | "getBytes" | "tr" | "strip!" => {
            return Some(composed(engine, receiver, name, args, span));
        }
        "split" | "splitlines" | "rsplit" | "partition" | "rpartition" | "Split" | "lines"
        | "match" | "matchAll" | "scan" => {
            if matches!(name.as_str(), "match" | "matchAll") && !receiver.taint.is_clean() {
                let pattern = args.at(0);
                let tried = pattern.and_then(|own| engine.try_pattern(receiver, own, Extent::Part));
                if tried.is_some() {
                    return tried;
                }
                return Some(Value::tainted(receiver.taint.clone()));
            }
            if Engine::is_unknown_type(receiver) && receiver.taint.is_clean() {
                return None;
            }
            // A part between slashes is one name in a folder.
            let between_slashes = name.contains("plit")
                && args.at(0).and_then(Value::as_text).is_some_and(|by| by == "/" || by == "\\");
            let cleared = if between_slashes { Kinds::one(Kind::Path) } else { Kinds::NONE };
            let part = Value::tainted(receiver.taint.without(cleared));
            if args.at(0).and_then(Value::as_text).is_some_and(|by| by == ".") {
                return Some(engine.token_parts(part, span));
            }
            let list = List { items: Vec::new(), rest: Some(part) };
            Value::of(Shape::Object(engine.heap.add(Object::List(list))))
        }
        "join" => {
            let list = args.at(0).cloned().unwrap_or_default();
            match list.as_object() {
                Some(id) if engine.heap.list(id).is_some() => {
                    let joined = super::lists::joined(engine, id, Some(receiver), span);
                    let taint = joined.taint.or(&receiver.taint);
                    joined.with_taint(taint)
                }
                _ if Engine::is_unknown_type(receiver)
                    && receiver.taint.is_clean()
                    && !engine.is_python() =>
                {
                    return None;
                }
                _ => Value::tainted(engine.deep_taint(&list).or(&receiver.taint)),
            }
        }
        _ => return None,
    })
}

/// Methods that ask something of a text, and what the answer proves.
fn testing(
    engine: &mut Engine<'_>,
    receiver: &Value,
    name: &SmolStr,
    args: &Args,
) -> Option<Value> {
    Some(match name.as_str() {
        "isdigit" | "isnumeric" | "isdecimal" | "isalnum" | "isalpha" | "isidentifier" => {
            let facts = Engine::proof(receiver, Kinds::SPELLING, true);
            Value { facts, ..Value::unknown() }
        }
        "matches" | "match?" | "=~" if args.positional.len() == 1 => {
            let extent = if name == "matches" { Extent::Whole } else { Extent::Part };
            let tried = engine.try_pattern(receiver, args.at(0)?, extent)?;
            tried.with_taint(Taint::default())
        }
        "startswith" | "startsWith" | "StartsWith" | "start_with?" => {
            let facts = starts_with(engine, receiver, args.at(0));
            Value { facts, ..Value::unknown() }
        }
        "includes" | "contains" | "Contains" | "include?" | "has" => {
            let part = args.at(0).cloned().unwrap_or_default();
            engine.compare(code_ir::CompareOperator::In, &part, receiver)
        }
        "endswith" | "endsWith" | "EndsWith" | "end_with?" => {
            let facts = ends_with(receiver, args.at(0));
            Value { facts, ..Value::unknown() }
        }
        "equals" | "equalsIgnoreCase" | "Equals" | "eql?" => {
            let other = args.at(0).cloned().unwrap_or_default();
            engine.compare(code_ir::CompareOperator::Equal, receiver, &other)
        }
        "find" | "index" | "indexOf" | "lastIndexOf" | "rfind" | "count" | "charCodeAt"
        | "codePointAt" | "localeCompare" | "compareTo" | "hashCode" | "toFixed" | "to_i"
        | "to_f" | "length" | "IndexOf" | "bit_length" | "timestamp" | "intValue" | "longValue" => {
            if matches!(name.as_str(), "find" | "index" | "count" | "length")
                && (args.all().any(|value| matches!(value.shape, Shape::Function(_)))
                    || Engine::is_unknown_type(receiver) && receiver.taint.is_clean())
            {
                return None;
            }
            Value::unknown()
        }
        _ => return None,
    })
}

/// Methods of sequences and mappings, on hostile data of which nothing else is known.
fn walking(
    engine: &mut Engine<'_>,
    receiver: &Value,
    name: &SmolStr,
    args: &Args,
    span: Span,
) -> Option<Value> {
    Some(match name.as_str() {
        // Hostile JSON or a list of which nothing is known: members are as hostile as the whole.
        "map" | "forEach" | "filter" | "flatMap" | "some" | "every" | "reduce" | "each"
        | "Select" | "Where" | "stream" | "flat_map"
            if !receiver.taint.is_clean()
                && args.all().any(|value| matches!(value.shape, Shape::Function(_))) =>
        {
            let item = Value::tainted(receiver.taint.without(Kinds::WHOLE));
            let list = List { items: Vec::new(), rest: Some(item) };
            let whole = Value::of(Shape::Object(engine.heap.add(Object::List(list))));
            let walked = engine.call_method(&whole, name, args.clone(), span);
            engine.note_walked(receiver, &walked);
            return Some(walked);
        }
        "keys" | "values" | "items" | "entries" if !receiver.taint.is_clean() => {
            let value = Value::tainted(receiver.taint.without(Kinds::WHOLE));
            let item = match name.as_str() {
                "items" | "entries" => {
                    let pair = engine.heap.add_list(vec![value.clone(), value]);
                    Value::of(Shape::Object(pair))
                }
                _ => value,
            };
            let list = List { items: Vec::new(), rest: Some(item) };
            Value::of(Shape::Object(engine.heap.add(Object::List(list))))
        }
        "get" | "pop" | "copy" if !receiver.taint.is_clean() && engine.is_python() => {
            let default = args.at(1).map(|value| value.taint.clone()).unwrap_or_default();
            let taken = match name.as_str() {
                "copy" => receiver.taint.clone(),
                _ => receiver.taint.without(Kinds::WHOLE),
            };
            Value::tainted(taken.or(&default))
        }
        _ => return None,
    })
}

/// Whether a method gives the text as it is, but for blanks around it.
fn keeps_text(name: &str) -> bool {
    matches!(
        name,
        "strip" | "trim" | "toString" | "ToString" | "to_s" | "Trim" | "String" | "valueOf"
    )
}

/// A text made of the receiver and the arguments.
fn composed(
    engine: &mut Engine<'_>,
    receiver: &Value,
    name: &str,
    args: &Args,
    span: Span,
) -> Value {
    let mut taint = receiver.taint.clone();
    match name {
        "repeat" | "padStart" | "padEnd" | "zfill" | "ljust" | "rjust" | "center" => {
            let count = Args::of(args.at(0).cloned().into_iter().collect());
            engine.note_amount(&count, name, span);
        }
        // The first few characters.
        "slice" | "substring" | "substr" | "Substring"
            if args.at(1).is_some_and(|end| !is_sized(end)) =>
        {
            taint = taint.without(Kinds::LENGTH);
        }
        _ => {}
    }
    let takes_arguments =
        !matches!(name, "encode" | "decode" | "slice" | "substring" | "substr" | "Substring");
    if takes_arguments {
        for value in args.all() {
            taint = taint.or(&engine.deep_taint(value));
        }
    }
    if matches!(name, "replace" | "replaceAll" | "Replace" | "gsub") {
        taint = taint.without(replaced(engine, receiver, name, args));
        // A function may make the replacement.
        engine.call_back(args, &Value::tainted(taint.clone()), Span::default());
    }
    match (name, receiver.as_text()) {
        ("concat", _) => {
            let parts: Vec<&Value> =
                std::iter::once(receiver).chain(&args.positional).chain(&args.rest).collect();
            engine.composed(&parts, taint, span)
        }
        ("format" | "formatted" | "format_map", Some(template)) => {
            let named = args.named.iter().map(|(_, value)| value);
            let others = named.chain(&args.rest).chain(&args.rest_named);
            let others =
                others.fold(receiver.taint.clone(), |all, value| all.or(&engine.deep_taint(value)));
            let filled = engine.filled_template(template, &args.positional, &others, span);
            let named = |name: &str| {
                let mut known = args.named.iter();
                known.find(|(known, _)| known == name).map(|(_, value)| value.provenance())
            };
            filled.with_text(origin::filled(template, &args.positional, &named))
        }
        // The rest of the text is as it was.
        ("encode" | "decode" | "replace" | "replaceAll" | "intern" | "getBytes", None) => {
            Value { taint, pieces: receiver.pieces.clone(), ..Value::default() }
        }
        ("replace" | "replaceAll" | "Replace" | "sub" | "gsub", Some(template)) => {
            engine.text_of(Pieces::of([&Value::text(template.clone())]), taint, span)
        }
        _ => Value::tainted(taint),
    }
}

/// What a text no longer endangers once a part of it was replaced: quotes doubled or escaped, angle
/// brackets made entities, line breaks taken out.
fn replaced(engine: &Engine<'_>, receiver: &Value, name: &str, args: &Args) -> Kinds {
    let Some(what) = args.at(0).and_then(Value::as_constant) else { return Kinds::NONE };
    let with = args.at(1).and_then(Value::as_text).map_or("", |text| text.as_str());
    let (what, is_regex, is_everywhere) = match what {
        // JavaScript's `replace` takes the first one only, unless told otherwise.
        Constant::Text(text) => (text.as_str(), false, name != "replace" || !engine.is_script()),
        Constant::Regex(pattern, flags) => (pattern.as_str(), true, flags.contains('g')),
        _ => return Kinds::NONE,
    };
    // The dots of a resolved path stand at its beginning.
    if is_regex && receiver.is_of_resolved() && what.starts_with("^(\\.\\.") && with.is_empty() {
        return Kinds::one(Kind::Path);
    }
    if !is_everywhere && engine.is_script() {
        return Kinds::NONE;
    }
    let keeps = with.contains(what) && with != "''";
    if keeps && !is_regex {
        return Kinds::NONE;
    }
    match what {
        "'" if matches!(with, "''" | "" | "\\'" | "&apos;" | "&#39;" | "&#x27;") => {
            if with == "''" || with.is_empty() {
                [Kind::Sql, Kind::Xpath].into_iter().collect()
            } else {
                Kinds::one(Kind::Xpath)
            }
        }
        "<" => Kinds::one(Kind::Html),
        "/" | "\\" | "\\/" if !with.contains(['/', '\\']) => Kinds::one(Kind::Path),
        "\n" | "\r\n" | "\\n" | "[\\r\\n]" | "[\\n\\r]" | "\\r?\\n" | "[\r\n]" | "[\\r\\n]+" => {
            [Kind::Log, Kind::Header].into_iter().collect()
        }
        // Everything but letters, digits and a few others goes.
        _ if is_regex => match args.at(0).and_then(Value::as_constant) {
            Some(Constant::Regex(pattern, flags))
                if args.at(1).and_then(Value::as_text).is_some() =>
            {
                engine.cleared_by_replacing(&(pattern.clone(), flags.clone()), with)
            }
            _ => Kinds::NONE,
        },
        _ => Kinds::NONE,
    }
}

/// `x.startswith("https://example.com/")` proves the host; `path.startswith(base)` of a resolved
/// path proves where it leads.
pub(crate) fn starts_with(
    engine: &mut Engine<'_>,
    receiver: &Value,
    prefix: Option<&Value>,
) -> Option<Rc<Facts>> {
    let prefix = prefix?;
    let views = receiver.views.as_deref().map_or(&[][..], Vec::as_slice);
    match prefix.as_text().map(code_ir::SmolStr::as_str) {
        Some("..") if views.iter().any(|view| view.part == ViewPart::Relative) => {
            return Engine::proof(receiver, Kinds::one(Kind::Path), false);
        }
        // `/path` stays here, `//host` does not.
        Some("/") => engine.note_rooted(views),
        Some("//") if engine.is_rooted(views) => {
            return Engine::proof(receiver, Kinds::one(Kind::Redirect), false);
        }
        _ => {}
    }
    if let Some(text) = prefix.as_text()
        && let Some((_, after)) = text.split_once("://")
        && after.contains('/')
    {
        let kinds = [Kind::Url, Kind::Redirect].into_iter().collect();
        return Engine::proof(receiver, kinds, true);
    }
    let is_resolved = views.iter().any(|view| view.part == ViewPart::Resolved);
    if is_resolved && prefix.taint.is_clean() {
        return Engine::proof(receiver, Kinds::one(Kind::Path), true);
    }
    None
}

/// `host.endsWith(".example.com")` of a parsed address proves whose host it is; without the first dot
/// `evilexample.com` ends so, too.
fn ends_with(receiver: &Value, suffix: Option<&Value>) -> Option<Rc<Facts>> {
    let suffix = suffix?.as_text()?;
    let views = receiver.views.as_deref()?;
    let is_host = views.iter().any(|view| view.part == ViewPart::Host);
    if !is_host || !suffix.starts_with('.') || suffix.matches('.').count() < 2 {
        return None;
    }
    Engine::proof(receiver, [Kind::Url, Kind::Redirect].into_iter().collect(), true)
}

/// The result for constants, where it is exact.
fn exact(engine: &mut Engine<'_>, receiver: &Value, name: &str, args: &Args) -> Option<Value> {
    let text = receiver.as_text()?.clone();
    let argument = |at: usize| args.at(at).and_then(Value::as_text).cloned();
    let list = |engine: &mut Engine<'_>, parts: Vec<Value>| {
        Value::of(Shape::Object(engine.heap.add_list(parts)))
    };
    if !args.all().all(|value| value.as_constant().is_some()) {
        return None;
    }
    Some(match name {
        "strip" | "trim" | "Trim" if args.positional.is_empty() => Value::text(text.trim()),
        "lower" | "toLowerCase" | "ToLower" | "downcase" => Value::text(text.to_lowercase()),
        "upper" | "toUpperCase" | "ToUpper" | "upcase" => Value::text(text.to_uppercase()),
        "startswith" | "startsWith" => Value::bool(text.starts_with(argument(0)?.as_str())),
        "endswith" | "endsWith" => Value::bool(text.ends_with(argument(0)?.as_str())),
        "replace" => Value::text(text.replace(argument(0)?.as_str(), &argument(1)?)),
        "encode" | "decode" | "toString" => Value::text(text),
        "isdigit" => Value::bool(!text.is_empty() && text.chars().all(char::is_numeric)),
        "isalnum" => Value::bool(!text.is_empty() && text.chars().all(char::is_alphanumeric)),
        "includes" | "contains" => Value::bool(text.contains(argument(0)?.as_str())),
        "find" | "indexOf" | "index" => {
            let at = text.find(argument(0)?.as_str());
            let at = at.map_or(-1, |at| {
                i64::try_from(text.get(..at).map_or(0, |t| t.chars().count())).unwrap_or(-1)
            });
            Value::constant(Constant::Int(at))
        }
        "split" if args.positional.len() == 1 => {
            let separator = argument(0)?;
            if separator.is_empty() {
                return None;
            }
            let parts: Vec<Value> =
                text.split(separator.as_str()).take(64).map(Value::text).collect();
            list(engine, parts)
        }
        "split" if args.positional.is_empty() => {
            let parts: Vec<Value> = text.split_whitespace().take(64).map(Value::text).collect();
            list(engine, parts)
        }
        "charAt" => {
            let at = usize::try_from(args.at(0)?.as_int()?).ok()?;
            Value::text(text.chars().nth(at).map(String::from).unwrap_or_default())
        }
        "format" => {
            let mut parts = text.split("{}");
            let mut made = parts.next()?.to_owned();
            for (at, part) in parts.enumerate() {
                made.push_str(&args.positional.get(at)?.as_constant()?.display("None"));
                made.push_str(part);
            }
            if made.contains('{') {
                return None;
            }
            Value::text(made)
        }
        _ => return None,
    })
}

/// Nothing hostile: for results that are always numbers or truth values.
pub(super) fn clean() -> Value {
    Value { taint: Taint::default(), ..Value::default() }
}
