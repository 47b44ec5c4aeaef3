//! Functions of the template language that need nothing but their arguments.

use source_text::{Kind, Map, Node, Place, SmolStr};

use crate::shape::{as_object, function, get, if_parts, is_known};

/// Items at most that a function makes; Resource Manager's `range` makes 10,000.
const MAX_ITEMS: i64 = 10_000;
/// Longest text that a function makes, in bytes.
const MAX_TEXT: usize = 1 << 20;

/// What a function makes of its arguments; `None` when that needs a deployment, or is not known here.
/// `name` is in lower case.
pub(crate) fn apply(place: Place, name: &str, arguments: &[Node]) -> Option<Node> {
    match name {
        "true" => Some(Node::bool(place, true)),
        "false" => Some(Node::bool(place, false)),
        "null" => Some(Node::null(place)),
        "concat" => concat(place, arguments),
        "format" => format(place, arguments),
        "createarray" => Some(Node::list(place, arguments.to_vec())),
        "createobject" => create_object(place, arguments),
        "union" => union(place, arguments),
        "shallowmerge" => shallow_merge(place, arguments),
        "coalesce" => coalesce(place, arguments),
        "environment" => Some(environment(place)),
        "array" => array(place, arguments.first()?),
        _ if !arguments.iter().all(is_known) => open(place, name, arguments),
        _ => texts(place, name, arguments)
            .or_else(|| numbers(place, name, arguments))
            .or_else(|| collections(place, name, arguments))
            .or_else(|| comparisons(place, name, arguments)),
    }
}

/// What can be told of arguments that are not known whole.
fn open(place: Place, name: &str, arguments: &[Node]) -> Option<Node> {
    match (name, arguments) {
        ("length", [Node { kind: Kind::List(items), .. }]) => whole(place, items.len()),
        ("first", [Node { kind: Kind::List(items), .. }]) => items.first().cloned(),
        ("last", [Node { kind: Kind::List(items), .. }]) => items.last().cloned(),
        ("empty", [node]) => {
            let is_empty = match &node.kind {
                Kind::List(items) => items.is_empty(),
                _ => as_object(node)?.is_empty(),
            };
            Some(Node::bool(place, is_empty))
        }
        ("contains", [container, Node { kind: Kind::Text(key), .. }]) => {
            Some(Node::bool(place, get(as_object(container)?, key).is_some()))
        }
        ("tryget", [object, Node { kind: Kind::Text(key), .. }]) => {
            Some(get(as_object(object)?, key).cloned().unwrap_or_else(|| Node::null(place)))
        }
        ("string" | "int" | "bool", [node])
            if node.as_map().is_some() && as_object(node).is_none() =>
        {
            Some(node.clone())
        }
        _ => None,
    }
}

fn whole(place: Place, number: usize) -> Option<Node> {
    Some(Node::integer(place, i64::try_from(number).ok()?))
}

fn text(place: Place, text: impl Into<SmolStr>) -> Option<Node> {
    let text = text.into();
    (text.len() <= MAX_TEXT).then(|| Node::text(place, text))
}

/// Texts in a row; or lists in a row.
fn concat(place: Place, arguments: &[Node]) -> Option<Node> {
    if !arguments.is_empty() && arguments.iter().all(|it| it.as_list().is_some()) {
        let items = arguments.iter().filter_map(Node::as_list).flatten().cloned();
        return Some(Node::list(place, items.collect()));
    }
    if arguments.iter().any(|it| it.as_list().is_some() || as_object(it).is_some()) {
        return None;
    }
    Some(joined(place, arguments.to_vec()))
}

/// Texts in a row as one text, or as `Fn::Join` when some are not known.
pub(crate) fn joined(place: Place, parts: Vec<Node>) -> Node {
    let mut merged: Vec<Node> = Vec::new();
    for part in parts {
        let inner = match part.single() {
            Some((key, argument)) if key == "Fn::Join" => match argument.as_list() {
                Some([separator, Node { kind: Kind::List(items), .. }])
                    if separator.as_str() == Some("") =>
                {
                    items.clone()
                }
                _ => vec![part],
            },
            _ => vec![part],
        };
        for part in inner {
            let before = merged.last_mut();
            match (before.map(|it| &mut it.kind), part.scalar_text()) {
                (Some(Kind::Text(before)), Some(text)) if before.len() + text.len() <= MAX_TEXT => {
                    *before = SmolStr::new([before.as_str(), &text].concat());
                }
                (_, Some(text)) => merged.push(Node::text(place, text)),
                _ if part.is_null() => {}
                _ => merged.push(part),
            }
        }
    }
    match merged.as_slice() {
        [] => Node::text(place, ""),
        [only] if only.as_str().is_some() => only.clone(),
        _ => {
            let parts = vec![Node::text(place, ""), Node::list(place, merged)];
            function(place, "Fn::Join", Node::list(place, parts))
        }
    }
}

/// `format('{0}-{1}', …)`; a doubled brace is one.
fn format(place: Place, arguments: &[Node]) -> Option<Node> {
    let (pattern, values) = arguments.split_first()?;
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut signs = pattern.as_str()?.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '{' | '}' if signs.peek() == Some(&sign) => {
                signs.next();
                literal.push(sign);
            }
            '{' => {
                let mut index = String::new();
                for sign in signs.by_ref() {
                    if sign == '}' {
                        break;
                    }
                    index.push(sign);
                }
                let number: usize = index.split([':', ',']).next()?.trim().parse().ok()?;
                parts.push(Node::text(place, std::mem::take(&mut literal)));
                parts.push(values.get(number)?.clone());
            }
            _ => literal.push(sign),
        }
    }
    parts.push(Node::text(place, literal));
    Some(joined(place, parts))
}

fn create_object(place: Place, arguments: &[Node]) -> Option<Node> {
    let mut map = Map::new();
    for pair in arguments.chunks(2) {
        let [key, value] = pair else { return None };
        map.insert(key.scalar_text()?, value.clone());
    }
    Some(Node::new(place, Kind::Map(map)))
}

/// Lists without doubles, or mappings of which the later win, level by level.
fn union(place: Place, arguments: &[Node]) -> Option<Node> {
    if arguments.iter().all(|it| it.as_list().is_some()) {
        let mut items: Vec<Node> = Vec::new();
        for item in arguments.iter().filter_map(Node::as_list).flatten() {
            if items.len() < 1_000 && !items.iter().any(|known| known.same(item)) {
                items.push(item.clone());
            }
        }
        return Some(Node::list(place, items));
    }
    let mut merged = Map::new();
    for argument in arguments {
        if !argument.is_null() {
            merge(&mut merged, as_object(argument)?, 0);
        }
    }
    Some(Node::new(place, Kind::Map(merged)))
}

/// Mappings of which the later win, key by key; one list of them counts as they.
fn shallow_merge(place: Place, arguments: &[Node]) -> Option<Node> {
    let all = match arguments {
        [Node { kind: Kind::List(items), .. }] => items.as_slice(),
        all => all,
    };
    let mut merged = Map::new();
    for argument in all.iter().filter(|argument| !argument.is_null()) {
        for (key, entry) in as_object(argument)?.entries() {
            merged.insert_at(key.clone(), entry.key_place, entry.value.clone());
        }
    }
    Some(Node::new(place, Kind::Map(merged)))
}

fn merge(into: &mut Map, from: &Map, depth: u32) {
    for (key, entry) in from.entries() {
        if depth < 20
            && let Some(inner) = as_object(&entry.value)
            && let Some(known) = into.get_mut(key)
            && as_object(known).is_some()
            && let Some(known) = known.as_map_mut()
        {
            merge(known, inner, depth + 1);
            continue;
        }
        into.insert_at(key.clone(), entry.key_place, entry.value.clone());
    }
}

/// The first that is not null; what is not known may be.
fn coalesce(place: Place, arguments: &[Node]) -> Option<Node> {
    let first = arguments.iter().find(|it| !it.is_null());
    match first {
        None => Some(Node::null(place)),
        Some(first) if !crate::shape::is_function(first) => Some(first.clone()),
        Some(_) => None,
    }
}

/// Names of the public cloud.
fn environment(place: Place) -> Node {
    let text = |value: &str| Node::text(place, value);
    let suffixes = Node::map(
        place,
        [
            ("storage", text("core.windows.net")),
            ("keyvaultDns", text(".vault.azure.net")),
            ("sqlServerHostname", text(".database.windows.net")),
            ("acrLoginServer", text(".azurecr.io")),
        ],
    );
    Node::map(
        place,
        [
            ("name", text("AzureCloud")),
            ("resourceManager", text("https://management.azure.com/")),
            ("suffixes", suffixes),
        ],
    )
}

fn array(place: Place, value: &Node) -> Option<Node> {
    match &value.kind {
        Kind::List(_) => Some(value.clone()),
        _ if if_parts(value).is_some() => None,
        _ => Some(Node::list(place, vec![value.clone()])),
    }
}

fn texts(place: Place, name: &str, arguments: &[Node]) -> Option<Node> {
    let first = arguments.first()?;
    let given = |index: usize| arguments.get(index).and_then(Node::as_str);
    match name {
        "tolower" => text(place, first.as_str()?.to_lowercase()),
        "toupper" => text(place, first.as_str()?.to_uppercase()),
        "trim" => text(place, first.as_str()?.trim()),
        "string" => match first.scalar_text() {
            Some(plain) => text(place, plain),
            None => None,
        },
        "replace" => {
            let (from, to) = (given(1)?, given(2)?);
            let size = first.as_str()?.len().checked_mul(to.len().max(1))?;
            let fits = !from.is_empty() && size <= MAX_TEXT;
            fits.then(|| text(place, first.as_str()?.replace(from, to))).flatten()
        }
        "split" => {
            let text = first.as_str()?;
            let delimiters: Vec<&str> = match &arguments.get(1)?.kind {
                Kind::Text(one) => vec![one.as_str()],
                Kind::List(items) => items.iter().filter_map(Node::as_str).collect(),
                _ => return None,
            };
            let mut parts = vec![text];
            for delimiter in delimiters.into_iter().filter(|it| !it.is_empty()) {
                parts = parts.into_iter().flat_map(|part| part.split(delimiter)).collect();
            }
            Some(Node::list(place, parts.into_iter().map(|it| Node::text(place, it)).collect()))
        }
        "substring" => {
            let start = usize::try_from(arguments.get(1)?.as_i64()?).ok()?;
            let length = arguments.get(2).and_then(Node::as_i64);
            let length = length.map_or(Some(usize::MAX), |it| usize::try_from(it).ok())?;
            text(place, first.as_str()?.chars().skip(start).take(length).collect::<String>())
        }
        "startswith" | "endswith" => {
            let (whole, part) = (first.as_str()?.to_lowercase(), given(1)?.to_lowercase());
            let holds = if name == "startswith" {
                whole.starts_with(&part)
            } else {
                whole.ends_with(&part)
            };
            Some(Node::bool(place, holds))
        }
        "indexof" => {
            let at = first.as_str()?.to_lowercase().find(&given(1)?.to_lowercase());
            Some(Node::integer(place, at.map_or(Some(-1), |at| i64::try_from(at).ok())?))
        }
        "join" => {
            let parts: Option<Vec<_>> = first.as_list()?.iter().map(Node::scalar_text).collect();
            text(place, parts?.join(given(1)?))
        }
        "uri" => {
            let (base, rest) = (first.as_str()?, given(1)?);
            let slash = if base.ends_with('/') || rest.is_empty() { "" } else { "/" };
            text(place, format!("{base}{slash}{}", rest.trim_start_matches('/')))
        }
        "bool" => first.as_bool().map(|it| Node::bool(place, it)),
        _ => None,
    }
}

fn numbers(place: Place, name: &str, arguments: &[Node]) -> Option<Node> {
    let number = |index: usize| arguments.get(index)?.as_i64();
    let result = match name {
        "int" => number(0),
        "add" => number(0)?.checked_add(number(1)?),
        "sub" => number(0)?.checked_sub(number(1)?),
        "mul" => number(0)?.checked_mul(number(1)?),
        "div" => number(0)?.checked_div(number(1)?),
        "mod" => number(0)?.checked_rem(number(1)?),
        "min" | "max" => {
            let list = arguments.first()?.as_list().unwrap_or(arguments);
            let all: Option<Vec<i64>> = list.iter().map(Node::as_i64).collect();
            if name == "min" { all?.into_iter().min() } else { all?.into_iter().max() }
        }
        _ => None,
    };
    result.map(|number| Node::integer(place, number))
}

fn collections(place: Place, name: &str, arguments: &[Node]) -> Option<Node> {
    let first = arguments.first()?;
    let count = |index: usize| arguments.get(index)?.as_i64();
    match (name, &first.kind) {
        ("length", Kind::List(items)) => whole(place, items.len()),
        ("length", Kind::Text(text)) => whole(place, text.chars().count()),
        ("length", Kind::Map(map)) => whole(place, map.len()),
        ("empty", kind) => {
            let is_empty = match kind {
                Kind::Null => true,
                Kind::Text(text) => text.is_empty(),
                Kind::List(items) => items.is_empty(),
                Kind::Map(map) => map.is_empty(),
                _ => return None,
            };
            Some(Node::bool(place, is_empty))
        }
        ("contains", kind) => {
            let sought = arguments.get(1)?;
            let holds = match kind {
                Kind::List(items) => items.iter().any(|item| item.same(sought)),
                Kind::Map(map) => get(map, sought.as_str()?).is_some(),
                Kind::Text(text) => text.contains(sought.scalar_text()?.as_str()),
                _ => return None,
            };
            Some(Node::bool(place, holds))
        }
        ("first", Kind::List(items)) => items.first().cloned(),
        ("last", Kind::List(items)) => items.last().cloned(),
        ("first", Kind::Text(all)) => text(place, all.chars().take(1).collect::<String>()),
        ("last", Kind::Text(all)) => text(place, all.chars().last().map(String::from)?),
        ("take" | "skip", kind) => {
            let count = usize::try_from(count(1)?.max(0)).ok()?;
            match kind {
                Kind::List(items) if name == "take" => {
                    Some(Node::list(place, items.iter().take(count).cloned().collect()))
                }
                Kind::List(items) => {
                    Some(Node::list(place, items.iter().skip(count).cloned().collect()))
                }
                Kind::Text(all) if name == "take" => {
                    text(place, all.chars().take(count).collect::<String>())
                }
                Kind::Text(all) => text(place, all.chars().skip(count).collect::<String>()),
                _ => None,
            }
        }
        ("range", _) => {
            let (start, count) = (count(0)?, count(1)?);
            let items = (0..count.clamp(0, MAX_ITEMS)).filter_map(|it| start.checked_add(it));
            Some(Node::list(place, items.map(|it| Node::integer(place, it)).collect()))
        }
        ("tryget", Kind::Map(map)) => {
            let found = get(map, arguments.get(1)?.as_str()?).cloned();
            Some(found.unwrap_or_else(|| Node::null(place)))
        }
        ("items", Kind::Map(map)) => {
            let item = |(key, value): (&SmolStr, &Node)| {
                let key = Node::text(place, key.clone());
                Node::map(value.place, [("key", key), ("value", value.clone())])
            };
            Some(Node::list(place, map.iter().map(item).collect()))
        }
        ("objectkeys", Kind::Map(map)) => {
            Some(Node::list(place, map.keys().map(|it| Node::text(place, it.clone())).collect()))
        }
        _ => None,
    }
}

fn comparisons(place: Place, name: &str, arguments: &[Node]) -> Option<Node> {
    let [left, right] = arguments else { return None };
    let order = || match (left.as_i64(), right.as_i64()) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => Some(left.as_str()?.cmp(right.as_str()?)),
    };
    let holds = match name {
        "equals" => left.same(right),
        "greater" => order()?.is_gt(),
        "greaterorequals" => order()?.is_ge(),
        "less" => order()?.is_lt(),
        "lessorequals" => order()?.is_le(),
        _ => return None,
    };
    Some(Node::bool(place, holds))
}

#[cfg(test)]
mod tests {
    use source_text::{Kind, Node, Place};

    use super::apply;
    use crate::shape::{reference, rendered};

    fn text(text: &str) -> Node {
        Node::text(Place::default(), text)
    }

    fn made(name: &str, arguments: &[Node]) -> Node {
        apply(Place::default(), name, arguments).unwrap()
    }

    #[test]
    fn texts_that_are_known_are_put_together_around_those_that_are_not() {
        let stage = reference(Place::default(), "stage");
        let node = made("format", &[text("{0}-{1}{{}}"), text("app"), stage]);
        assert_eq!(rendered(&node), "app-${stage}{}");
        let node = made("concat", &[text("a"), text("b")]);
        assert_eq!(node.as_str(), Some("ab"));
    }

    #[test]
    fn the_later_of_two_mappings_wins_level_by_level() {
        let inner = |key: &'static str, value: &str| {
            Node::map(Place::default(), [("o", Node::map(Place::default(), [(key, text(value))]))])
        };
        let node = made("union", &[inner("a", "1"), inner("b", "2"), inner("a", "3")]);
        assert_eq!(node.at(&["o", "a"]).and_then(Node::as_str), Some("3"));
        assert_eq!(node.at(&["o", "b"]).and_then(Node::as_str), Some("2"));
    }

    #[test]
    fn hostile_sizes_make_nothing() {
        let big = text(&"a".repeat(2_000));
        assert!(apply(Place::default(), "replace", &[big.clone(), text("a"), big]).is_none());
        let range = made(
            "range",
            &[Node::integer(Place::default(), 0), Node::integer(Place::default(), i64::MAX)],
        );
        assert!(matches!(&range.kind, Kind::List(items) if items.len() == 10_000));
    }
}
