//! Which properties a SAM resource or event knows, and of which kind their values are.

use source_text::{Diagnostic, Kind, Map, Node};

use crate::intrinsic::looks_intrinsic;
use crate::resource::Sam;

/// The kind of value that a property takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Passed on as it is.
    Any,
    /// Text; a number or a truth value is not text.
    Text,
    /// A mapping.
    Map,
    /// A sequence.
    List,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer,
    /// Text or a mapping.
    TextOrMap,
    /// A sequence of texts and mappings.
    ListOfTextOrMap,
    /// Text, a mapping, or a sequence of them.
    TextMapOrList,
    /// A mapping whose values are mappings.
    MapOfMap,
    /// One of these texts.
    OneOf(&'static [&'static str]),
}

/// One property.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// Name.
    pub name: &'static str,
    /// Kind of value.
    pub shape: Shape,
    /// Whether it must be there.
    pub required: bool,
    /// Whether a mapping with one key (an intrinsic function) passes unchecked.
    pub intrinsic: bool,
}

/// An optional property that may be an intrinsic function.
#[must_use]
pub const fn optional(name: &'static str, shape: Shape) -> Property {
    Property { name, shape, required: false, intrinsic: true }
}

/// A required property that may be an intrinsic function.
#[must_use]
pub const fn required(name: &'static str, shape: Shape) -> Property {
    Property { name, shape, required: true, intrinsic: true }
}

/// An optional property that is passed on unchecked.
#[must_use]
pub const fn passed(name: &'static str) -> Property {
    Property { name, shape: Shape::Any, required: false, intrinsic: true }
}

impl Property {
    /// The same property, checked even when the value looks like an intrinsic function.
    #[must_use]
    pub const fn literal(self) -> Self {
        Self { intrinsic: false, ..self }
    }
}

impl Shape {
    /// Whether the value is of this kind.
    #[must_use]
    pub fn admits(self, node: &Node) -> bool {
        let text_or_map = |node: &Node| matches!(node.kind, Kind::Text(_) | Kind::Map(_));
        match (self, &node.kind) {
            (Self::Any, _)
            | (Self::Text | Self::TextOrMap | Self::TextMapOrList, Kind::Text(_))
            | (Self::Map | Self::TextOrMap | Self::TextMapOrList, Kind::Map(_))
            | (Self::List, Kind::List(_))
            | (Self::Bool, Kind::Bool(_)) => true,
            (Self::Integer, Kind::Number(text)) => text.parse::<i64>().is_ok(),
            (Self::ListOfTextOrMap | Self::TextMapOrList, Kind::List(items)) => {
                items.iter().all(text_or_map)
            }
            (Self::MapOfMap, Kind::Map(map)) => {
                map.values().all(|value| matches!(value.kind, Kind::Map(_)))
            }
            (Self::OneOf(texts), Kind::Text(text)) => texts.contains(&text.as_str()),
            _ => false,
        }
    }

    /// What the value should be, in words.
    fn words(self) -> String {
        match self {
            Self::Any => "a value".to_owned(),
            Self::Text => "text".to_owned(),
            Self::Map => "a mapping".to_owned(),
            Self::List => "a list".to_owned(),
            Self::Bool => "`true` or `false`".to_owned(),
            Self::Integer => "a whole number".to_owned(),
            Self::TextOrMap => "text or a mapping".to_owned(),
            Self::ListOfTextOrMap => "a list of texts or mappings".to_owned(),
            Self::TextMapOrList => "text, a mapping, or a list of them".to_owned(),
            Self::MapOfMap => "a mapping of mappings".to_owned(),
            Self::OneOf(texts) => {
                texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(" or ")
            }
        }
    }
}

/// Checks `given` against `known`; `owner` is what the messages speak of.
///
/// # Errors
/// The first unknown, missing or mistyped property.
pub fn check(
    sam: &Sam,
    owner: &str,
    place: source_text::Place,
    given: &Map,
    known: &[Property],
) -> Result<(), Diagnostic> {
    for (name, entry) in given.entries() {
        if !known.iter().any(|property| property.name == name) {
            let message = format!("{owner} has no property `{name}`; remove it or fix its name");
            return Err(sam.error(entry.key_place, message));
        }
    }
    for property in known {
        let name = property.name;
        match given.get(name).filter(|node| !node.is_null()) {
            None if property.required => {
                return Err(sam.error(place, format!("{owner} lacks the property `{name}`")));
            }
            None => {}
            Some(node) if property.intrinsic && looks_intrinsic(node) => {}
            Some(node) if property.shape.admits(node) => {}
            Some(node) => {
                let (words, found) = (property.shape.words(), node.kind_name());
                let message = format!("the property `{name}` of {owner} is {found}; write {words}");
                return Err(sam.error(node.place, message));
            }
        }
    }
    Ok(())
}

/// Checks the properties of a whole resource.
///
/// # Errors
/// The first unknown, missing or mistyped property.
pub fn check_resource(sam: &Sam, type_: &str, known: &[Property]) -> Result<(), Diagnostic> {
    if sam.node.get("Properties").is_some_and(|node| node.as_map().is_none()) {
        let message = "`Properties` is not a mapping; indent the properties below it";
        return Err(sam.error(sam.place, message));
    }
    if !sam.id.chars().all(|c| c.is_ascii_alphanumeric()) || sam.id.is_empty() {
        return Err(sam.error(sam.place, "a logical id consists of letters and digits only"));
    }
    check(sam, &format!("`{type_}`"), sam.place, &sam.properties, known)
}
