//! The definition of a state machine as CloudFormation wants it: JSON lines, and substitutions for
//! what only the deployment knows.

use std::fmt::Write as _;

use sam_core::intrinsic::is_intrinsic;
use smol_str::{SmolStr, format_smolstr};
use source_text::{Kind, Map, Node};

// A definition nests as deep as the template that holds it; deeper than this it is cut off.
const MAX_DEPTH: usize = 128;

/// Takes intrinsic functions and dynamic references out of a definition, in the order of sorted
/// keys, and leaves `${definition_substitution_N}` in their place.
pub(crate) fn take_substitutions(definition: &mut Node) -> Map {
    let mut substitutions = Map::new();
    walk(definition, &mut substitutions, 0);
    substitutions
}

fn walk(node: &mut Node, substitutions: &mut Map, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    match &mut node.kind {
        Kind::Map(map) => {
            let mut keys: Vec<SmolStr> = map.keys().cloned().collect();
            keys.sort_unstable();
            for key in keys {
                if let Some(value) = map.get_mut(&key) {
                    substitute(value, substitutions, depth);
                }
            }
        }
        Kind::List(items) => {
            for item in items {
                substitute(item, substitutions, depth);
            }
        }
        _ => {}
    }
}

fn substitute(value: &mut Node, substitutions: &mut Map, depth: usize) {
    if is_intrinsic(value) || is_dynamic_reference(value) {
        let name = format_smolstr!("definition_substitution_{}", substitutions.len() + 1);
        let placeholder = Node::text(value.place, format_smolstr!("${{{name}}}"));
        let taken = std::mem::replace(value, placeholder);
        substitutions.insert(name, taken);
    } else {
        walk(value, substitutions, depth + 1);
    }
}

/// Whether the whole text is one `{{resolve:service:reference}}`.
fn is_dynamic_reference(value: &Node) -> bool {
    let reference = || {
        let inner = value.as_str()?.strip_prefix("{{resolve:")?.strip_suffix("}}")?;
        let (service, key) = inner.split_once(':')?;
        let named = service.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        Some(named && !service.is_empty() && !key.is_empty())
    };
    reference().unwrap_or(false)
}

/// The definition as JSON with sorted keys and four spaces a level, one text a line.
pub(crate) fn json_lines(definition: &Node) -> Vec<String> {
    let mut json = String::new();
    write(definition, 0, &mut json);
    json.split('\n').map(str::to_owned).collect()
}

fn write(node: &Node, depth: usize, json: &mut String) {
    match &node.kind {
        _ if depth > MAX_DEPTH => json.push_str("null"),
        Kind::Null | Kind::Tagged(..) => json.push_str("null"),
        Kind::Bool(value) => json.push_str(if *value { "true" } else { "false" }),
        Kind::Number(number) => json.push_str(&number_text(number)),
        Kind::Text(text) => write_text(text, json),
        Kind::List(items) => {
            write_block(items.iter(), ['[', ']'], depth, json, |item, json| {
                write(item, depth + 1, json);
            });
        }
        Kind::Map(map) => {
            let mut pairs: Vec<(&SmolStr, &Node)> = map.iter().collect();
            pairs.sort_unstable_by_key(|(key, _)| *key);
            write_block(pairs.into_iter(), ['{', '}'], depth, json, |(key, value), json| {
                write_text(key, json);
                json.push_str(": ");
                write(value, depth + 1, json);
            });
        }
    }
}

fn write_block<T>(
    items: impl Iterator<Item = T>,
    [open, close]: [char; 2],
    depth: usize,
    json: &mut String,
    mut write_item: impl FnMut(T, &mut String),
) {
    json.push(open);
    let mut any = false;
    for item in items {
        json.push_str(if any { ",\n" } else { "\n" });
        json.push_str(&"    ".repeat(depth + 1));
        write_item(item, json);
        any = true;
    }
    if any {
        json.push('\n');
        json.push_str(&"    ".repeat(depth));
    }
    json.push(close);
}

/// Text as AWS's translator writes it: everything beyond ASCII is escaped as UTF-16 units.
fn write_text(text: &str, json: &mut String) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            ' '..='~' => json.push(character),
            _ => {
                let mut units = [0_u16; 2];
                for unit in character.encode_utf16(&mut units) {
                    // Writing into a `String` cannot fail.
                    let _ = write!(json, "\\u{unit:04x}");
                }
            }
        }
    }
    json.push('"');
}

/// A number as JSON has it: YAML also writes `+1`, `1_000`, `0x1f`, `012` and `1.`.
fn number_text(written: &str) -> String {
    let plain: String = written.chars().filter(|character| *character != '_').collect();
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", plain.strip_prefix('+').unwrap_or(&plain)),
    };
    if let Some(hexadecimal) = digits.strip_prefix("0x")
        && let Ok(value) = u64::from_str_radix(hexadecimal, 16)
    {
        return format!("{sign}{value}");
    }
    let octal = digits.strip_prefix("0o").or_else(|| digits.strip_prefix('0'));
    if let Some(octal) = octal.filter(|rest| !rest.is_empty() && !rest.contains(['.', 'e', 'E']))
        && let Ok(value) = u64::from_str_radix(octal, 8)
    {
        return format!("{sign}{value}");
    }
    if digits.ends_with('.') { format!("{sign}{digits}0") } else { format!("{sign}{digits}") }
}

#[cfg(test)]
mod tests {
    use source_text::{Map, Node, Place};

    use super::{json_lines, number_text, take_substitutions};

    fn reference(name: &str) -> Node {
        Node::map(Place::default(), [("Ref", Node::text(Place::default(), name))])
    }

    #[test]
    fn lines_are_sorted_indented_and_ascii() {
        let place = Place::default();
        let states = Node::list(
            place,
            vec![
                Node::integer(place, 1),
                Node::map(place, Map::new().into_entries().map(|(key, entry)| (key, entry.value))),
            ],
        );
        let definition = Node::map(place, [("b", states), ("a", Node::text(place, "é\"😀"))]);
        let expected = "{\n    \"a\": \"\\u00e9\\\"\\ud83d\\ude00\",\n    \"b\": [\n        1,\n        {}\n    ]\n}";
        assert_eq!(json_lines(&definition).join("\n"), expected);
    }

    #[test]
    fn functions_become_substitutions_in_the_order_of_sorted_keys() {
        let place = Place::default();
        let secret = Node::text(place, "{{resolve:ssm:/orders/arn}}");
        let mut definition = Node::map(
            place,
            [("z", reference("Orders")), ("a", Node::list(place, vec![secret.clone()]))],
        );
        let substitutions = take_substitutions(&mut definition);
        assert!(
            substitutions.get("definition_substitution_1").is_some_and(|node| node.same(&secret))
        );
        assert!(
            substitutions
                .get("definition_substitution_2")
                .is_some_and(|node| node.same(&reference("Orders")))
        );
        assert_eq!(
            definition.get("z").and_then(Node::as_str),
            Some("${definition_substitution_2}")
        );
    }

    #[test]
    fn numbers_are_written_as_json_has_them() {
        let written = ["012", "0x1f", "1_000", "+5", "-1.5", "1.", "0", "0.5"];
        let numbers: Vec<String> = written.iter().map(|number| number_text(number)).collect();
        assert_eq!(numbers, ["10", "31", "1000", "5", "-1.5", "1.0", "0", "0.5"]);
    }
}
