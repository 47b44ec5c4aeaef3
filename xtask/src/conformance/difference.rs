//! Two templates compared as AWS's own tests compare them: hashes and the order of lists aside.

use std::collections::BTreeMap;

use serde_json::{Number, Value};

/// Length of the digest that ends a generated logical id.
const DIGEST: usize = 10;
/// Length of a whole SHA-1 in hexadecimal, as descriptions of deployments have it.
const WHOLE_DIGEST: usize = 40;

/// Where two values first differ.
#[derive(Debug, PartialEq)]
pub(super) struct Difference {
    /// Keys and indices from the top, joined by `/`.
    pub(super) path: String,
    /// `None` when it is missing there.
    pub(super) expected: Option<Value>,
    pub(super) actual: Option<Value>,
}

/// A template with the digests in logical ids replaced by `#`, except in ids that `other` has, too.
pub(super) fn without_digests(template: &Value, other: &Value) -> Value {
    let mut renames = BTreeMap::new();
    for section in ["Resources", "Conditions"] {
        let map = |template: &'_ Value| template.get(section).and_then(Value::as_object).cloned();
        let theirs = map(other).unwrap_or_default();
        let mut own: Vec<(String, Value)> = map(template).unwrap_or_default().into_iter().collect();
        own.retain(|(id, _)| !theirs.contains_key(id));
        // Numbers must not hang on the digests, so the content decides the order.
        own.sort_by_cached_key(|(_, value)| canonical(value).to_string());
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        for (id, _) in own {
            if let Some(stem) = stem_of(&id) {
                let count = taken.entry(stem.to_owned()).or_default();
                *count += 1;
                renames.insert(id.clone(), format!("{stem}#{count}"));
            }
        }
    }
    map_texts(template, &|text| {
        let mut text = text.to_owned();
        for (old, new) in &renames {
            if text.contains(old.as_str()) {
                text = text.replace(old.as_str(), new);
            }
        }
        without_whole_digests(&text)
    })
}

/// What stands before the digest of a generated logical id.
fn stem_of(id: &str) -> Option<&str> {
    let (stem, digest) = id.split_at_checked(id.len().checked_sub(DIGEST)?)?;
    let is_digest = digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (is_digest && !stem.is_empty()).then_some(stem)
}

fn without_whole_digests(text: &str) -> String {
    let is_hex =
        |word: &str| word.len() == WHOLE_DIGEST && word.bytes().all(|b| b.is_ascii_hexdigit());
    if text.len() < WHOLE_DIGEST {
        return text.to_owned();
    }
    let words: Vec<&str> =
        text.split(' ').map(|word| if is_hex(word) { "#" } else { word }).collect();
    words.join(" ")
}

fn map_texts(value: &Value, change: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(change(text)),
        Value::Array(items) => items.iter().map(|item| map_texts(item, change)).collect(),
        Value::Object(map) => {
            map.iter().map(|(key, value)| (change(key), map_texts(value, change))).collect()
        }
        other => other.clone(),
    }
}

/// Keys and lists sorted, whole numbers written as such, `Fn::GetAtt` always as a list.
pub(super) fn canonical(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(canonical).collect();
            items.sort_by_cached_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(map) => {
            let sorted: BTreeMap<&String, Value> =
                map.iter().map(|(key, value)| (key, attribute(key, value))).collect();
            Value::Object(sorted.into_iter().map(|(key, value)| (key.clone(), value)).collect())
        }
        Value::Number(number) => Value::Number(whole(number)),
        other => other.clone(),
    }
}

/// The value of a key. `Name.Attribute` and `[Name, Attribute]` of `Fn::GetAtt` mean the same, and
/// the order of the list counts.
fn attribute(key: &str, value: &Value) -> Value {
    match (key, value) {
        ("Fn::GetAtt", Value::String(text)) => match text.split_once('.') {
            Some((name, attribute)) => Value::from(vec![name, attribute]),
            None => value.clone(),
        },
        ("Fn::GetAtt", _) => value.clone(),
        _ => canonical(value),
    }
}

/// `5.0` as `5`.
fn whole(number: &Number) -> Number {
    if number.is_f64() {
        let text = number.to_string();
        let whole = text.strip_suffix(".0").and_then(|text| text.parse::<i64>().ok());
        whole.map_or_else(|| number.clone(), Number::from)
    } else {
        number.clone()
    }
}

/// The first place where two canonical values differ.
pub(super) fn first(expected: &Value, actual: &Value) -> Option<Difference> {
    let mut path = Vec::new();
    let (expected, actual) = descend(Some(expected), Some(actual), &mut path)?;
    Some(Difference { path: path.join("/"), expected: expected.cloned(), actual: actual.cloned() })
}

type Pair<'a> = (Option<&'a Value>, Option<&'a Value>);

fn descend<'a>(
    expected: Option<&'a Value>,
    actual: Option<&'a Value>,
    path: &mut Vec<String>,
) -> Option<Pair<'a>> {
    let inner = |path: &mut Vec<String>, key: String, a, b| {
        path.push(key);
        let found = descend(a, b, path);
        if found.is_none() {
            path.pop();
        }
        found
    };
    match (expected, actual) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let extra = b.keys().filter(|key| !a.contains_key(*key));
            a.keys().chain(extra).find_map(|key| inner(path, key.clone(), a.get(key), b.get(key)))
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) => {
            let longest = a.len().max(b.len());
            (0..longest).find_map(|i| inner(path, i.to_string(), a.get(i), b.get(i)))
        }
        (a, b) if a == b => None,
        pair => Some(pair),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{canonical, first, without_digests};

    #[test]
    fn digests_in_logical_ids_do_not_count_wherever_they_are_used() {
        let one = json!({"Resources": {"ShopDeploymentf117c932f7": {"Description":
            "RestApi deployment id: f117c932f75cfa87d23dfed64e9430d0081ef289"},
            "Stage": {"Ref": "ShopDeploymentf117c932f7"}}});
        let other = json!({"Resources": {"ShopDeployment0123456789": {"Description":
            "RestApi deployment id: 0123456789012345678901234567890123456789"},
            "Stage": {"Ref": "ShopDeployment0123456789"}}});
        assert_eq!(without_digests(&one, &other), without_digests(&other, &one));
        let masked = without_digests(&one, &other);
        assert!(masked.pointer("/Resources/ShopDeployment#1").is_some(), "{masked}");
    }

    #[test]
    fn an_id_that_both_have_keeps_its_digest() {
        let one = json!({"Resources": {"Shop0123456789": {"Name": "a"}, "Shopaaaaaaaaaa": {}}});
        let other = json!({"Resources": {"Shop0123456789": {"Name": "b"}, "Shopbbbbbbbbbb": {}}});
        let masked = without_digests(&one, &other);
        assert!(masked.pointer("/Resources/Shop0123456789").is_some(), "{masked}");
        assert!(masked.pointer("/Resources/Shop#1").is_some(), "{masked}");
    }

    #[test]
    fn the_order_of_keys_and_lists_does_not_count() {
        let one = canonical(&json!({"a": [1, 2.0], "b": [{"x": 1, "y": 2}]}));
        let other = canonical(&json!({"b": [{"y": 2, "x": 1}], "a": [2, 1]}));
        assert_eq!(first(&one, &other), None);
    }

    #[test]
    fn both_forms_of_get_att_are_the_same() {
        let text = json!({"Fn::GetAtt": "Role.Arn"});
        assert_eq!(canonical(&text), canonical(&json!({"Fn::GetAtt": ["Role", "Arn"]})));
        assert_ne!(canonical(&text), canonical(&json!({"Fn::GetAtt": ["Arn", "Role"]})));
    }

    #[test]
    fn a_number_is_not_its_text() {
        let difference = first(&json!({"Timeout": 5}), &json!({"Timeout": "5"})).unwrap();
        assert_eq!(difference.path, "Timeout");
    }

    #[test]
    fn what_is_missing_or_surplus_is_a_difference_at_its_own_path() {
        let missing = first(&json!({"a": {"b": 1, "c": 2}}), &json!({"a": {"b": 1}})).unwrap();
        assert_eq!((missing.path.as_str(), missing.actual), ("a/c", None));
        let surplus = first(&json!({"a": [1]}), &json!({"a": [1, 2]})).unwrap();
        assert_eq!((surplus.path.as_str(), surplus.expected), ("a/1", None));
    }
}
