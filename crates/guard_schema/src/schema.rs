//! A schema that was compiled: a list of nodes that refer to each other.

use regex::Regex;

use crate::decimal::Divisor;
use crate::format::Format;

/// A JSON Schema, compiled.
#[derive(Debug, Clone)]
pub struct Schema {
    pub(crate) nodes: Vec<Node>,
    pub(crate) root: Id,
}

/// Place of a node in [`Schema::nodes`].
pub(crate) type Id = usize;

/// One schema: everything that a value must be.
#[derive(Debug, Clone, Default)]
pub(crate) struct Node {
    pub(crate) checks: Vec<Check>,
}

/// One thing that a value must be.
#[derive(Debug, Clone)]
pub(crate) enum Check {
    /// Nothing is: the schema `false`.
    Never,
    Types(Types),
    Enum(Vec<serde_json::Value>),
    Const(serde_json::Value),
    MinLength(u64),
    MaxLength(u64),
    Pattern(Regex),
    Format(Format, String),
    /// The bound, as it is written, and whether it itself is outside.
    Minimum(String, bool),
    Maximum(String, bool),
    MultipleOf(Divisor),
    Object(Box<ObjectCheck>),
    Array(Box<ArrayCheck>),
    AllOf(Vec<Id>),
    AnyOf(Vec<Id>),
    OneOf(Vec<Id>),
    Not(Id),
    If(Id, Option<Id>, Option<Id>),
    Ref(Id),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct ObjectCheck {
    /// In the order of their names.
    pub(crate) properties: Vec<(String, Id)>,
    pub(crate) patterns: Vec<(Regex, Id)>,
    pub(crate) additional: Option<Id>,
    pub(crate) names: Option<Id>,
    pub(crate) required: Vec<String>,
    pub(crate) least: Option<u64>,
    pub(crate) most: Option<u64>,
    /// Where the member is, those must be too.
    pub(crate) dependent: Vec<(String, Vec<String>)>,
    /// Where the member is, the object must be this too.
    pub(crate) dependent_schemas: Vec<(String, Id)>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct ArrayCheck {
    pub(crate) prefix: Vec<Id>,
    pub(crate) rest: Option<Id>,
    pub(crate) least: Option<u64>,
    pub(crate) most: Option<u64>,
    pub(crate) is_unique: bool,
    /// Of these at least and at most so many.
    pub(crate) contains: Option<(Id, u64, Option<u64>)>,
}

/// Kinds of values, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Types(pub(crate) u8);

/// Every kind, by its name.
pub(crate) const TYPE_NAMES: [&str; 7] =
    ["null", "boolean", "object", "array", "number", "string", "integer"];

impl Types {
    pub(crate) const NULL: Self = Self(1);
    pub(crate) const BOOLEAN: Self = Self(2);
    pub(crate) const OBJECT: Self = Self(4);
    pub(crate) const ARRAY: Self = Self(8);
    pub(crate) const NUMBER: Self = Self(16);
    pub(crate) const STRING: Self = Self(32);
    pub(crate) const INTEGER: Self = Self(64);

    pub(crate) fn of(name: &str) -> Option<Self> {
        let place = TYPE_NAMES.iter().position(|it| *it == name)?;
        Some(Self(1 << place))
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// `a string or null`.
    pub(crate) fn words(self) -> String {
        let names: Vec<&str> = (0..)
            .zip(TYPE_NAMES)
            .filter(|(bit, _)| self.0 & (1 << bit) != 0)
            .map(|(_, name)| match name {
                "object" => "an object",
                "array" => "an array",
                "integer" => "an integer",
                "number" => "a number",
                "string" => "a string",
                "boolean" => "true or false",
                other => other,
            })
            .collect();
        names.join(" or ")
    }
}
