//! The tree that every format is read into: values with their places.

use std::borrow::Cow;

use indexmap::IndexMap;
use smol_str::SmolStr;

use crate::Place;
use crate::write::json_number;

/// One value of a document and where it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where the value is written; values made by a transformation carry the place of their cause.
    pub place: Place,
    /// The value.
    pub kind: Kind,
}

/// A value. Numbers keep their text, so `012345678901` stays an account id.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Kind {
    /// `null`, `~` or nothing.
    #[default]
    Null,
    /// `true`/`false`; plain YAML 1.1 `yes no on off` too.
    Bool(bool),
    /// A number as written.
    Number(SmolStr),
    /// Text.
    Text(SmolStr),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the author's order.
    Map(Map),
    /// A YAML tag such as `!Ref` (name without the `!`) and what it stands on; a scalar below a
    /// tag is text, whatever it looks like.
    Tagged(SmolStr, Box<Node>),
}

/// A mapping with text keys, in the author's order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    entries: IndexMap<SmolStr, Entry>,
}

/// The value of a key, and where the key is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where the key is written.
    pub key_place: Place,
    /// The value.
    pub value: Node,
}

impl Map {
    /// An empty mapping.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.get(key).map(|entry| &entry.value)
    }

    /// The value of `key`, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.get_mut(key).map(|entry| &mut entry.value)
    }

    /// The value of `key` with the place of the key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.get(key)
    }

    /// Whether `key` is there.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Sets `key`; the key's place is the value's. An existing key keeps its position in the order.
    pub fn insert(&mut self, key: impl Into<SmolStr>, value: Node) -> Option<Node> {
        let key_place = value.place;
        self.insert_at(key, key_place, value)
    }

    /// Sets `key`, written at `key_place`.
    pub fn insert_at(
        &mut self,
        key: impl Into<SmolStr>,
        key_place: Place,
        value: Node,
    ) -> Option<Node> {
        self.entries.insert(key.into(), Entry { key_place, value }).map(|entry| entry.value)
    }

    /// Removes `key`, keeping the order of the rest.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        self.entries.shift_remove(key).map(|entry| entry.value)
    }

    /// Keys and values, in order.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&SmolStr, &Node)> {
        self.entries.iter().map(|(key, entry)| (key, &entry.value))
    }

    /// Keys and values, in order, to change the values.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&SmolStr, &mut Node)> {
        self.entries.iter_mut().map(|(key, entry)| (key, &mut entry.value))
    }

    /// Keys with their places and values, in order.
    #[must_use]
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = (&SmolStr, &Entry)> {
        self.entries.iter()
    }

    /// Keys, in order.
    #[must_use]
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &SmolStr> {
        self.entries.keys()
    }

    /// Values, in order.
    #[must_use]
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Node> {
        self.entries.values().map(|entry| &entry.value)
    }

    /// Number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes the mapping apart, in order.
    pub fn into_entries(self) -> impl Iterator<Item = (SmolStr, Entry)> {
        self.entries.into_iter()
    }
}

impl FromIterator<(SmolStr, Node)> for Map {
    fn from_iter<I: IntoIterator<Item = (SmolStr, Node)>>(pairs: I) -> Self {
        let mut map = Self::new();
        for (key, value) in pairs {
            map.insert(key, value);
        }
        map
    }
}

impl Node {
    /// A value at a place.
    #[must_use]
    pub fn new(place: Place, kind: Kind) -> Self {
        Self { place, kind }
    }

    /// `null` at a place.
    #[must_use]
    pub fn null(place: Place) -> Self {
        Self::new(place, Kind::Null)
    }

    /// Text at a place.
    #[must_use]
    pub fn text(place: Place, text: impl Into<SmolStr>) -> Self {
        Self::new(place, Kind::Text(text.into()))
    }

    /// A truth value at a place.
    #[must_use]
    pub fn bool(place: Place, value: bool) -> Self {
        Self::new(place, Kind::Bool(value))
    }

    /// A whole number at a place.
    #[must_use]
    pub fn integer(place: Place, value: i64) -> Self {
        Self::new(place, Kind::Number(smol_str::format_smolstr!("{value}")))
    }

    /// A sequence at a place.
    #[must_use]
    pub fn list(place: Place, items: Vec<Node>) -> Self {
        Self::new(place, Kind::List(items))
    }

    /// A mapping at a place; the keys get the places of their values.
    #[must_use]
    pub fn map<K: Into<SmolStr>>(place: Place, pairs: impl IntoIterator<Item = (K, Node)>) -> Self {
        let pairs = pairs.into_iter().map(|(key, value)| (key.into(), value));
        Self::new(place, Kind::Map(pairs.collect()))
    }

    /// The text, when it is text (not a number, not a truth value).
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value as text when it is text, a number or a truth value: what CloudFormation passes
    /// on when a property wants a string.
    #[must_use]
    pub fn scalar_text(&self) -> Option<SmolStr> {
        match &self.kind {
            Kind::Text(text) | Kind::Number(text) => Some(text.clone()),
            Kind::Bool(value) => Some(SmolStr::new_static(if *value { "true" } else { "false" })),
            _ => None,
        }
    }

    /// The truth value; the texts `true` and `false` (any case) count, as for CloudFormation.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match &self.kind {
            Kind::Bool(value) => Some(*value),
            Kind::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Kind::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// The number; text that reads as a number counts, as for CloudFormation.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match &self.kind {
            Kind::Number(text) => decimal(text).parse().ok(),
            Kind::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The whole number; text that reads as one counts.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match &self.kind {
            Kind::Number(text) => decimal(text).parse().ok(),
            Kind::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The items of a sequence.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.kind {
            Kind::List(items) => Some(items),
            _ => None,
        }
    }

    /// The mapping.
    #[must_use]
    pub fn as_map(&self) -> Option<&Map> {
        match &self.kind {
            Kind::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The mapping, to change it.
    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        match &mut self.kind {
            Kind::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The value of `key` when this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key)
    }

    /// The value at the end of a chain of keys.
    #[must_use]
    pub fn at(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Whether this is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// The key and value of a mapping with exactly one key, the shape of intrinsic functions.
    #[must_use]
    pub fn single(&self) -> Option<(&SmolStr, &Node)> {
        let map = self.as_map()?;
        if map.len() == 1 { map.iter().next() } else { None }
    }

    /// Word for the kind of value, for messages: `a list`, `a mapping`, `text` …
    #[must_use]
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "a truth value",
            Kind::Number(_) => "a number",
            Kind::Text(_) => "text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
            Kind::Tagged(..) => "a tagged value",
        }
    }

    /// Same value, whatever the places.
    #[must_use]
    pub fn same(&self, other: &Node) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::List(a), Kind::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(x, y)| x.same(y))
            }
            (Kind::Map(a), Kind::Map(b)) => {
                a.len() == b.len() && a.iter().all(|(key, x)| b.get(key).is_some_and(|y| x.same(y)))
            }
            (Kind::Tagged(s, a), Kind::Tagged(t, b)) => s == t && a.same(b),
            (a, b) => a == b,
        }
    }
}

/// The number as Rust reads it: `0x1F` and `1_000` are numbers of YAML only.
fn decimal(text: &str) -> Cow<'_, str> {
    json_number(text).map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::{Kind, Node};
    use crate::Place;

    #[test]
    fn numbers_of_yaml_have_their_values() {
        let number = |text: &str| Node::new(Place::default(), Kind::Number(text.into()));
        assert_eq!(number("0x1F").as_i64(), Some(31));
        assert_eq!(number("1_000").as_i64(), Some(1_000));
        assert_eq!(number("-7").as_i64(), Some(-7));
        assert_eq!(number("1.5").as_i64(), None);
        assert_eq!(number(".5").as_f64(), Some(0.5));
        assert_eq!(Node::text(Place::default(), " 12 ").as_i64(), Some(12));
        assert_eq!(Node::text(Place::default(), "1_000").as_i64(), None);
    }
}
