//! Logical ids that end in a hash of what the resource depends on.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use source_text::{Kind, Node, SmolStr};

/// Number of hexadecimal digits at the end of such an id; as long as the translator's.
const HASH_DIGITS: usize = 10;

/// `prefix` followed by ten digits that change when, and only when, `data` changes.
///
/// The digits are not those that AWS computes (its hash depends on details of the interpreter
/// that it runs on), only their number is the same.
#[must_use]
pub fn hashed_id(prefix: &str, data: &str) -> SmolStr {
    SmolStr::from(format!("{prefix}{}", hash(data)))
}

/// Ten hexadecimal digits that stand for `data`.
#[must_use]
pub fn hash(data: &str) -> String {
    let mut digits = String::new();
    for byte in Sha256::digest(data.as_bytes()).iter().take(HASH_DIGITS.div_ceil(2)) {
        // Writing into a `String` cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// The value as compact JSON with sorted keys: the same text for the same value.
#[must_use]
pub fn canonical_json(node: &Node) -> String {
    let mut out = String::new();
    write_canonical(node, &mut out);
    out
}

fn write_canonical(node: &Node, out: &mut String) {
    match &node.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Kind::Number(text) => out.push_str(text),
        Kind::Text(text) => out.push_str(&serde_json::Value::from(text.as_str()).to_string()),
        Kind::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_canonical(item, out);
            }
            out.push(']');
        }
        Kind::Map(map) => {
            let mut pairs: Vec<_> = map.iter().collect();
            pairs.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (index, (key, value)) in pairs.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&serde_json::Value::from(key.as_str()).to_string());
                out.push(':');
                write_canonical(value, out);
            }
            out.push('}');
        }
        Kind::Tagged(_, inner) => write_canonical(inner, out),
    }
}

#[cfg(test)]
mod tests {
    use source_text::{Node, Place};

    use super::{canonical_json, hashed_id};

    #[test]
    fn the_order_of_keys_does_not_change_the_id() {
        let at = Place::default();
        let one = Node::map(at, [("b", Node::integer(at, 1)), ("a", Node::null(at))]);
        let two = Node::map(at, [("a", Node::null(at)), ("b", Node::integer(at, 1))]);
        assert_eq!(canonical_json(&one), r#"{"a":null,"b":1}"#);
        assert_eq!(canonical_json(&one), canonical_json(&two));
    }

    #[test]
    fn an_id_has_ten_digits_that_follow_the_data() {
        let one = hashed_id("OrdersVersion", "a");
        assert_eq!(one.len(), "OrdersVersion".len() + 10);
        assert_ne!(one, hashed_id("OrdersVersion", "b"));
    }
}
