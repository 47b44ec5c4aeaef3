//! Values that are not known, in the shape of CloudFormation's functions, and what can be read of them.

use std::fmt::{self, Write as _};

use source_text::{Kind, Map, Node, Place, SmolStr};

use crate::expression::Expression;

/// Longest text that names something, in bytes.
const MAX_NAME: usize = 400;

/// Begins the keys of a mapping whose values are mappings that are put in their place; an item of a
/// list that has this as its only key is a list that is put in its place. No template has it.
pub const SPREAD: &str = "\u{2026}";

/// A function of the carrier with its argument.
pub(crate) fn function(place: Place, name: &'static str, argument: Node) -> Node {
    Node::map(place, [(name, argument)])
}

/// A reference to a resource or parameter.
pub(crate) fn reference(place: Place, name: impl Into<SmolStr>) -> Node {
    function(place, "Ref", Node::text(place, name))
}

/// What only a deployment tells, by the expression that stands there and what that refers to.
pub(crate) fn unresolved(place: Place, text: &str, arguments: &[Node]) -> Node {
    let text = Node::text(place, format!("${{{text}}}"));
    let mut parts = vec![text];
    for argument in arguments {
        references(argument, &mut parts);
    }
    if parts.len() == 1
        && let Some(only) = parts.pop()
    {
        return function(place, "Fn::Unresolved", only);
    }
    function(place, "Fn::Unresolved", Node::list(place, parts))
}

/// References at most that one value keeps.
const MAX_REFERENCES: usize = 32;

fn references(node: &Node, found: &mut Vec<Node>) {
    if found.len() > MAX_REFERENCES {
        return;
    }
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|item| references(item, found)),
        Kind::Map(map) => {
            if let Some((key, _)) = node.single()
                && matches!(key.as_str(), "Ref" | "Fn::GetAtt")
            {
                found.push(node.clone());
                return;
            }
            map.values().for_each(|value| references(value, found));
        }
        _ => {}
    }
}

/// Whether a mapping is a function of the carrier and not one of the author.
pub(crate) fn is_function(node: &Node) -> bool {
    node.single().is_some_and(|(key, _)| key == "Ref" || key.starts_with("Fn::"))
}

/// Whether nothing in a value hangs on a function.
pub(crate) fn is_known(node: &Node) -> bool {
    match &node.kind {
        Kind::List(items) => items.iter().all(is_known),
        Kind::Map(map) => !is_function(node) && map.values().all(is_known),
        _ => true,
    }
}

/// A mapping of the author.
pub(crate) fn as_object(node: &Node) -> Option<&Map> {
    if is_function(node) { None } else { node.as_map() }
}

/// The condition, and what holds in each case, of a value that hangs on one.
pub(crate) fn if_parts(node: &Node) -> Option<(&SmolStr, &Node, &Node)> {
    let (key, argument) = node.single()?;
    let [Node { kind: Kind::Text(name), .. }, yes, no] = argument.as_list()? else { return None };
    (key == "Fn::If").then_some((name, yes, no))
}

/// The name in a `Ref`.
pub(crate) fn ref_name(node: &Node) -> Option<&SmolStr> {
    match node.single()? {
        (key, Node { kind: Kind::Text(name), .. }) if key == "Ref" => Some(name),
        _ => None,
    }
}

/// The value of a key, whatever its case.
pub(crate) fn get<'n>(map: &'n Map, key: &str) -> Option<&'n Node> {
    map.get(key).or_else(|| {
        map.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    })
}

/// A value as text for people and for comparison: `${stage}-app`.
pub(crate) fn rendered(node: &Node) -> String {
    let mut text = String::new();
    render(node, &mut text);
    text
}

fn render(node: &Node, text: &mut String) {
    if text.len() > MAX_NAME {
        return;
    }
    if let Some(scalar) = node.scalar_text() {
        text.push_str(&scalar);
        return;
    }
    if let Some(items) = node.as_list() {
        for item in items {
            render(item, text);
        }
        return;
    }
    let Some((key, argument)) = node.single() else { return };
    let parts = argument.as_list().unwrap_or(std::slice::from_ref(argument));
    match (key.as_str(), parts) {
        ("Ref" | "Fn::GetAtt", parts) => {
            let words: Vec<_> = parts.iter().filter_map(Node::as_str).collect();
            let _ = write!(text, "${{{}}}", words.join("."));
        }
        ("Fn::Join", [separator, Node { kind: Kind::List(items), .. }]) => {
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    render(separator, text);
                }
                render(item, text);
            }
        }
        ("Fn::If", [name, ..]) => {
            let _ = write!(text, "${{if {}}}", name.as_str().unwrap_or_default());
        }
        ("Fn::Unresolved", [first, ..]) => render(first, text),
        _ => {}
    }
}

/// Parts of a name, split at the `/` outside of `${…}`.
pub(crate) fn segments(name: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_u32);
    for (at, sign) in name.char_indices() {
        match sign {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '/' if depth == 0 => {
                parts.push(name.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(name.get(start..).unwrap_or_default());
    parts
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Self::Number(number) => write!(f, "{number}"),
            Self::Call(name, arguments) => {
                write!(f, "{name}(")?;
                for (position, argument) in arguments.iter().enumerate() {
                    f.write_str(if position > 0 { ", " } else { "" })?;
                    write!(f, "{argument}")?;
                }
                f.write_str(")")
            }
            Self::Property(inner, key) => write!(f, "{inner}.{key}"),
            Self::Index(inner, index) => write!(f, "{inner}[{index}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::segments;

    #[test]
    fn a_slash_within_an_expression_parts_nothing() {
        assert_eq!(segments("${parameters('a/b')}/web"), ["${parameters('a/b')}", "web"]);
    }
}
