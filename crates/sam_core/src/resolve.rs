//! Resolving references: to parameters, to mappings, to what a SAM resource becomes.

use indexmap::IndexMap;
use source_text::{Kind, Map, Node, SmolStr};

use crate::intrinsic::argument;
use crate::limit::is_plain_value;

/// `Logical id -> property -> generated logical id`, as in `Orders -> Alias -> OrdersAliaslive`.
pub type ResourceReferences = IndexMap<SmolStr, IndexMap<SmolStr, SmolStr>>;

/// Calls `change` on every node, parents first.
pub fn rewrite(node: &mut Node, change: &mut dyn FnMut(&mut Node)) {
    change(node);
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(|item| rewrite(item, change)),
        Kind::Map(map) => map.iter_mut().for_each(|(_, value)| rewrite(value, change)),
        Kind::Tagged(_, inner) => rewrite(inner, change),
        _ => {}
    }
}

/// Puts the values of parameters in the place of `Ref` and `${Name}`; the rest stays.
///
/// A value that is itself text of the form `{{IntrinsicFunction:…}}` stands for something that
/// CloudFormation knows only later and is not used.
pub fn resolve_parameters(node: &mut Node, parameters: &IndexMap<SmolStr, Node>) {
    if parameters.is_empty() {
        return;
    }
    rewrite(node, &mut |node| {
        if let Some(value) = argument(node, "Ref")
            .and_then(Node::as_str)
            .and_then(|name| parameters.get(name))
            .filter(|value| is_known(value))
        {
            node.kind = value.kind.clone();
        } else if let Some(text) = sub_text_mut(node) {
            *text = substitute(text, &|name| {
                parameters.get(name).filter(|value| is_known(value)).and_then(Node::scalar_text)
            });
        }
    });
}

fn is_known(value: &Node) -> bool {
    let is_placeholder =
        value.as_str().is_some_and(|text| text.starts_with("{{IntrinsicFunction:"));
    is_plain_value(value) && !is_placeholder
}

/// Puts the values of `mappings` in the place of `Fn::FindInMap` with three literal keys.
pub(crate) fn resolve_mappings(node: &mut Node, mappings: &Map) {
    if mappings.is_empty() {
        return;
    }
    rewrite(node, &mut |node| {
        let keys = argument(node, "Fn::FindInMap");
        let value =
            keys.and_then(|keys| find(keys, mappings)).filter(|value| is_plain_value(value));
        if let Some(value) = value {
            node.kind = value.kind.clone();
        }
    });
}

fn find<'a>(keys: &Node, mappings: &'a Map) -> Option<&'a Node> {
    let [map, first, second] = keys.as_list()? else { return None };
    mappings.get(map.as_str()?)?.get(first.as_str()?)?.get(second.as_str()?)
}

/// Rewrites `Orders.Alias` in `Ref`, `Fn::GetAtt` and `Fn::Sub` to the generated logical id.
pub fn resolve_resource_references(node: &mut Node, references: &ResourceReferences) {
    if references.is_empty() {
        return;
    }
    let target = |id: &str, property: &str| references.get(id)?.get(property).cloned();
    rewrite(node, &mut |node| {
        if let Some(value) = argument(node, "Ref").and_then(Node::as_str) {
            let found = value.split_once('.').and_then(|(id, property)| target(id, property));
            if let Some(found) = found {
                set_argument(node, |argument| argument.kind = Kind::Text(found));
            }
        } else if let Some(parts) = get_att_parts(node) {
            if let [id, property, rest @ ..] = parts.as_slice()
                && let Some(found) = target(id, property)
            {
                let texts: Vec<_> = std::iter::once(found).chain(rest.iter().cloned()).collect();
                set_argument(node, |argument| set_texts(argument, texts));
            }
        } else if let Some(text) = sub_text_mut(node) {
            *text = substitute(text, &|name| {
                let mut parts = name.splitn(3, '.');
                let found = target(parts.next()?, parts.next()?)?;
                Some(match parts.next() {
                    Some(rest) => SmolStr::from(format!("${{{found}.{rest}}}")),
                    None => SmolStr::from(format!("${{{found}}}")),
                })
            });
        }
    });
}

/// Rewrites references to logical ids that changed (a layer version gets a hash).
pub fn resolve_changed_ids(node: &mut Node, changed: &IndexMap<SmolStr, SmolStr>) {
    if changed.is_empty() {
        return;
    }
    rewrite(node, &mut |node| {
        if let Some(found) =
            argument(node, "Ref").and_then(Node::as_str).and_then(|id| changed.get(id).cloned())
        {
            set_argument(node, |argument| argument.kind = Kind::Text(found));
        } else if let Some(parts) = get_att_parts(node) {
            if let [id, rest @ ..] = parts.as_slice()
                && let Some(found) = changed.get(id)
            {
                let texts = std::iter::once(found.clone()).chain(rest.iter().cloned()).collect();
                set_argument(node, |argument| set_texts(argument, texts));
            }
        } else if let Some(text) = sub_text_mut(node) {
            *text = substitute(text, &|name| {
                let (id, rest) = name.split_once('.').map_or((name, ""), |(id, rest)| (id, rest));
                let found = changed.get(id)?;
                let dot = if rest.is_empty() { "" } else { "." };
                Some(SmolStr::from(format!("${{{found}{dot}{rest}}}")))
            });
        }
        if let Some(depends_on) = node.as_map_mut().and_then(|map| map.get_mut("DependsOn")) {
            rewrite(depends_on, &mut |node| {
                if let Some(found) = node.as_str().and_then(|id| changed.get(id)) {
                    node.kind = Kind::Text(found.clone());
                }
            });
        }
    });
}

/// The dotted parts of a `Fn::GetAtt` whose argument is a list of two or more texts.
fn get_att_parts(node: &Node) -> Option<Vec<SmolStr>> {
    let items = argument(node, "Fn::GetAtt")?.as_list()?;
    if items.len() < 2 {
        return None;
    }
    let texts: Option<Vec<&str>> = items.iter().map(Node::as_str).collect();
    Some(texts?.iter().flat_map(|text| text.split('.')).map(SmolStr::new).collect())
}

fn set_texts(node: &mut Node, texts: Vec<SmolStr>) {
    let place = node.place;
    node.kind = Kind::List(texts.into_iter().map(|text| Node::text(place, text)).collect());
}

fn set_argument(node: &mut Node, change: impl FnOnce(&mut Node)) {
    if let Some((_, argument)) = node.as_map_mut().and_then(|map| map.iter_mut().next()) {
        change(argument);
    }
}

/// The text of `Fn::Sub`, in either form.
fn sub_text_mut(node: &mut Node) -> Option<&mut SmolStr> {
    argument(node, "Fn::Sub")?;
    let map = node.as_map_mut()?;
    let (_, sub) = map.iter_mut().next()?;
    let text = match &mut sub.kind {
        Kind::List(items) => &mut items.first_mut()?.kind,
        kind => kind,
    };
    match text {
        Kind::Text(text) => Some(text),
        _ => None,
    }
}

/// Replaces each `${name}` of `text` for which `value` has an answer; `${!name}` is none.
fn substitute(text: &SmolStr, value: &dyn Fn(&str) -> Option<SmolStr>) -> SmolStr {
    if !text.contains("${") {
        return text.clone();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find("${") {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let Some(name) = reference_at(from) else {
            out.push_str("${");
            rest = from.get(2..).unwrap_or_default();
            continue;
        };
        let whole = from.get(..name.len() + 3).unwrap_or(from);
        match value(name) {
            Some(found) => out.push_str(&found),
            None => out.push_str(whole),
        }
        rest = from.get(whole.len()..).unwrap_or_default();
    }
    out.push_str(rest);
    SmolStr::from(out)
}

/// The `name` when `text`, which starts with `${`, starts with `${name}`. Looks no further than
/// the name, so that text full of `${` costs no more than its length.
fn reference_at(text: &str) -> Option<&str> {
    let tail = text.get(2..)?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':');
    let end = tail.find(|c| !is_part(c))?;
    let (name, rest) = tail.split_at(end);
    (!name.is_empty() && rest.starts_with('}')).then_some(name)
}

#[cfg(test)]
mod tests {
    use source_text::SmolStr;

    use super::substitute;

    #[test]
    fn only_known_names_are_replaced() {
        let value = |name: &str| (name == "Stage").then(|| SmolStr::new("prod"));
        let replaced = |text: &str| substitute(&SmolStr::new(text), &value).to_string();
        assert_eq!(replaced("a-${Stage}-${Other}-${!Stage}"), "a-prod-${Other}-${!Stage}");
        assert_eq!(replaced("${Stage${Stage} ${"), "${Stageprod ${");
        assert_eq!(replaced("${}${é}"), "${}${é}");
    }
}
