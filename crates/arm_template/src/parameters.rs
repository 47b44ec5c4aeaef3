//! Files of parameters: what they give, and how it fills parameters that have no default.

use source_text::{Map, Node, SmolStr};

use crate::Options;

/// Whether a document is a file of parameters of Azure Resource Manager.
#[must_use]
pub fn looks_like_parameters(document: &Node) -> bool {
    let schema = document.get("$schema").and_then(Node::as_str).unwrap_or_default();
    let name = schema.trim_end_matches('#').rsplit('/').next().unwrap_or_default();
    name.to_ascii_lowercase().ends_with("deploymentparameters.json")
        && document.get("parameters").and_then(Node::as_map).is_some()
}

/// The values that a file of parameters gives, by name.
///
/// A reference to a secret of a vault, a value that a tool puts in (`${AZURE_LOCATION}`) and one that
/// only holds the place of a value (`[YOUR-LOCATION]`, `<name>`, nothing) are none.
#[must_use]
pub fn given_parameters(document: &Node) -> Vec<(SmolStr, Node)> {
    let all = document.get("parameters").and_then(Node::as_map);
    let values = all.into_iter().flat_map(Map::iter).filter_map(|(name, entry)| {
        let value = entry.get("value")?;
        is_value(value).then(|| (name.clone(), value.clone()))
    });
    values.collect()
}

/// Whether a value of a file of parameters is one, and not the place for one.
#[must_use]
pub fn is_value(node: &Node) -> bool {
    if node.is_null() {
        return false;
    }
    if let Some(text) = node.as_str() {
        let text = text.trim();
        let is_within = |start, end| text.starts_with(start) && text.ends_with(end);
        return !(text.is_empty()
            || text.contains("${")
            || is_within('[', ']')
            || is_within('<', '>'));
    }
    if let Some(items) = node.as_list() {
        return items.iter().all(is_value);
    }
    node.as_map().is_none_or(|map| map.values().all(|value| value.is_null() || is_value(value)))
}

/// What several files of parameters agree on: each of them gives it, with the same value.
#[must_use]
pub fn agreed(files: Vec<Vec<(SmolStr, Node)>>) -> Vec<(SmolStr, Node)> {
    let mut files = files.into_iter();
    let mut agreed = files.next().unwrap_or_default();
    for file in files {
        agreed.retain(|(name, value)| {
            file.iter().any(|(other, given)| other.eq_ignore_ascii_case(name) && given.same(value))
        });
    }
    agreed
}

/// The document with the given values as defaults of parameters that have none. Secure parameters
/// stay as they are.
pub(crate) fn filled(document: &Node, options: &Options) -> Option<Node> {
    if options.defaults.is_empty() {
        return None;
    }
    let mut document = document.clone();
    let declared = document.as_map_mut()?.get_mut("parameters")?.as_map_mut()?;
    for (name, parameter) in declared.iter_mut() {
        let is_secure = parameter
            .get("type")
            .and_then(Node::as_str)
            .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("secure"));
        let Some(map) = parameter.as_map_mut() else { continue };
        if is_secure || map.contains("defaultValue") {
            continue;
        }
        let given =
            options.defaults.iter().find(|(known, _)| known.eq_ignore_ascii_case(name.as_str()));
        if let Some((_, value)) = given {
            map.insert_at("defaultValue", value.place, escaped(value.clone()));
        }
    }
    Some(document)
}

/// A value that comes from beside a template: its texts are no expressions.
#[must_use]
pub fn escaped(mut node: Node) -> Node {
    use source_text::Kind;
    node.kind = match node.kind {
        Kind::Text(text) if text.starts_with('[') && text.ends_with(']') => {
            Kind::Text(SmolStr::new(format!("[{text}")))
        }
        Kind::List(items) => Kind::List(items.into_iter().map(escaped).collect()),
        Kind::Map(map) => {
            let mut made = Map::new();
            for (key, entry) in map.into_entries() {
                made.insert_at(key, entry.key_place, escaped(entry.value));
            }
            Kind::Map(made)
        }
        other => other,
    };
    node
}

#[cfg(test)]
mod tests {
    use source_text::{Node, Place, SmolStr};

    use super::{agreed, is_value};

    fn text(text: &str) -> Node {
        Node::text(Place::default(), text)
    }

    #[test]
    fn the_place_for_a_value_is_none() {
        assert!(is_value(&text("prod")));
        for place in ["", "[YOUR-LOCATION]", "<name>", "${AZURE_LOCATION}", "app-${STAGE}"] {
            assert!(!is_value(&text(place)), "{place}");
        }
    }

    #[test]
    fn files_agree_on_what_all_of_them_give_alike() {
        let file = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| (SmolStr::new(name), text(value))).collect::<Vec<_>>()
        };
        let one = file(&[("a", "1"), ("b", "2"), ("c", "3")]);
        let other = file(&[("A", "1"), ("b", "9")]);
        let names: Vec<_> = agreed(vec![one.clone(), other]).into_iter().map(|it| it.0).collect();
        assert_eq!(names, ["a"]);
        assert_eq!(agreed(vec![one]).len(), 3);
    }
}
