//! Whether two values of JSON are the same: numbers by value, members in any order.

use std::hash::{BuildHasher, Hasher, RandomState};

use json_tape::{Kind, Value};

use crate::decimal::Decimal;

/// Elements up to which each is compared with each.
const FEW: usize = 16;

/// Whether a value of a document is one of a schema.
pub(crate) fn equals_constant(value: Value<'_>, constant: &serde_json::Value) -> bool {
    match (value.kind(), constant) {
        (Kind::Null, serde_json::Value::Null) => true,
        (Kind::True, serde_json::Value::Bool(is)) => *is,
        (Kind::False, serde_json::Value::Bool(is)) => !*is,
        (Kind::Number, serde_json::Value::Number(number)) => {
            Decimal::read(value.raw()).compare(Decimal::read(&number.to_string())).is_eq()
        }
        (Kind::String, serde_json::Value::String(text)) => {
            value.text().is_some_and(|it| it == *text.as_str())
        }
        (Kind::Array, serde_json::Value::Array(constants)) => {
            let mut elements = value.elements();
            constants
                .iter()
                .all(|constant| elements.next().is_some_and(|it| equals_constant(it, constant)))
                && elements.next().is_none()
        }
        (Kind::Object, serde_json::Value::Object(constants)) => {
            let mut scratch = String::new();
            let all_known = value.members().all(|member| {
                constants
                    .get(member.name.decode(&mut scratch))
                    .is_some_and(|constant| equals_constant(member.value, constant))
            });
            all_known && constants.keys().all(|name| value.member(name).is_some())
        }
        _ => false,
    }
}

/// Whether two elements of an array are the same value.
pub(crate) fn has_equals(array: Value<'_>) -> bool {
    let count = array.elements().count();
    if count <= FEW {
        return array.elements().enumerate().any(|(index, element)| {
            array.elements().take(index).any(|earlier| equal(element, earlier))
        });
    }
    // The keys of the hash are random: nobody can choose elements that collide.
    let keys = RandomState::new();
    let mut hashed: Vec<(u64, Value<'_>)> =
        array.elements().map(|element| (hash(element, &keys), element)).collect();
    hashed.sort_unstable_by_key(|(hash, _)| *hash);
    hashed.chunk_by(|(one, _), (other, _)| one == other).any(|same| {
        same.iter().enumerate().any(|(index, (_, element))| {
            // Values with one hash are equal, but for bad luck.
            same.iter().take(index).any(|(_, earlier)| equal(*element, *earlier))
        })
    })
}

fn equal(one: Value<'_>, other: Value<'_>) -> bool {
    if one.kind() != other.kind() {
        return false;
    }
    match one.kind() {
        Kind::Null | Kind::True | Kind::False => true,
        Kind::Number => Decimal::read(one.raw()).compare(Decimal::read(other.raw())).is_eq(),
        Kind::String => {
            let (mut first, mut second) = (String::new(), String::new());
            one.text().map(|it| it.decode(&mut first))
                == other.text().map(|it| it.decode(&mut second))
        }
        Kind::Array => {
            let mut others = other.elements();
            one.elements().all(|it| others.next().is_some_and(|other| equal(it, other)))
                && others.next().is_none()
        }
        Kind::Object => contains_members(one, other) && contains_members(other, one),
    }
}

/// Whether each member of `one` is in `other`.
fn contains_members(one: Value<'_>, other: Value<'_>) -> bool {
    let mut scratch = String::new();
    one.members().all(|member| {
        other.member(member.name.decode(&mut scratch)).is_some_and(|it| equal(member.value, it))
    })
}

fn hash(value: Value<'_>, keys: &RandomState) -> u64 {
    let mut hasher = keys.build_hasher();
    match value.kind() {
        Kind::Null => hasher.write_u8(0),
        Kind::True => hasher.write_u8(1),
        Kind::False => hasher.write_u8(2),
        Kind::Number => {
            hasher.write_u8(3);
            Decimal::read(value.raw()).hash(|bytes| hasher.write(bytes));
        }
        Kind::String => {
            hasher.write_u8(4);
            hash_text(value, &mut hasher);
        }
        Kind::Array => {
            hasher.write_u8(5);
            value.elements().for_each(|element| hasher.write_u64(hash(element, keys)));
        }
        Kind::Object => {
            hasher.write_u8(6);
            let mut scratch = String::new();
            // In any order: a sum.
            let members = value.members().map(|member| {
                let mut hasher = keys.build_hasher();
                hasher.write(member.name.decode(&mut scratch).as_bytes());
                hasher.write_u64(hash(member.value, keys));
                hasher.finish()
            });
            hasher.write_u64(members.fold(0, u64::wrapping_add));
        }
    }
    hasher.finish()
}

fn hash_text(value: Value<'_>, hasher: &mut impl Hasher) {
    let mut scratch = String::new();
    if let Some(text) = value.text() {
        hasher.write(text.decode(&mut scratch).as_bytes());
    }
}
