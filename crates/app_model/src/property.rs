//! The properties of a resource as they stand in the template, evaluated as far as they can be.

use std::sync::Arc;

use source_text::{Place, SmolStr};
use value::{Expression, When};

/// One value of a tree of properties; clones share what is below.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Property {
    /// Where it is written.
    pub place: Place,
    /// What it is.
    pub kind: PropertyKind,
}

/// What a property is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum PropertyKind {
    /// Nothing: not there, or `null`.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Another number.
    Number(f64),
    /// Text.
    Text(SmolStr),
    /// A list.
    List(Arc<[Property]>),
    /// A mapping, in the author's order.
    Map(Arc<[(SmolStr, Property)]>),
    /// Several are possible; each says when it holds. One that is left out in some deployments is
    /// null there. They need not cover every deployment.
    OneOf(Arc<[(When, Property)]>),
    /// Not decidable from the input.
    Unresolved(Arc<Expression>),
}

impl Property {
    /// A value at a place.
    #[must_use]
    pub fn new(place: Place, kind: PropertyKind) -> Self {
        Self { place, kind }
    }

    /// A text.
    #[must_use]
    pub fn text(place: Place, text: impl Into<SmolStr>) -> Self {
        Self::new(place, PropertyKind::Text(text.into()))
    }

    /// A list.
    #[must_use]
    pub fn list(place: Place, items: impl IntoIterator<Item = Self>) -> Self {
        Self::new(place, PropertyKind::List(items.into_iter().collect()))
    }

    /// A mapping.
    #[must_use]
    pub fn map<K: Into<SmolStr>>(
        place: Place,
        entries: impl IntoIterator<Item = (K, Self)>,
    ) -> Self {
        let entries = entries.into_iter().map(|(key, value)| (key.into(), value));
        Self::new(place, PropertyKind::Map(entries.collect()))
    }

    /// The entry of a mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let PropertyKind::Map(entries) = &self.kind else { return None };
        entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }
}

/// A resource as the template has it, that of a function, an interface and a role, too.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Declared {
    /// Logical name.
    pub name: SmolStr,
    /// Type as written: `AWS::SQS::Queue`.
    pub type_name: SmolStr,
    /// Where its name is written.
    pub place: Place,
    /// When it exists.
    pub when: When,
    /// Whether the SAM transform makes it.
    pub is_generated: bool,
    /// Its properties, a mapping.
    pub properties: Property,
}
