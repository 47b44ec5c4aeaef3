//! Values of expressions: known, or known to hang on something that only a deployment tells.

use std::fmt::Write as _;
use std::rc::Rc;

use indexmap::IndexMap;
use source_text::{Place, SmolStr};

/// Most nodes of one value, and deepest nesting; more is not made.
const WEIGHT: usize = 200_000;
const DEPTH: u16 = 100;
/// Longest text, in bytes.
pub(crate) const TEXT: usize = 1 << 20;

/// A value and where the expression is written that gave it.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) place: Place,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Number(f64),
    Text(SmolStr),
    List(Rc<Sized<Vec<Value>>>),
    Map(Rc<Sized<IndexMap<SmolStr, Value>>>),
    Unknown(Rc<Sized<Unknown>>),
}

/// Something that holds values, with what it costs to walk through it.
#[derive(Debug)]
pub(crate) struct Sized<T> {
    pub(crate) it: T,
    weight: usize,
    depth: u16,
    /// Whether Terraform would refuse a part of it.
    fails: bool,
}

/// What is known of a value that is not known.
#[derive(Debug)]
pub(crate) enum Unknown {
    /// A resource, a data source or a module: its attributes are asked for one by one.
    Object(Object),
    /// An attribute of a resource or of a data source.
    Attribute { address: SmolStr, path: SmolStr },
    /// A variable of the root module without a value, or a pseudo parameter.
    Parameter(SmolStr),
    /// Text in parts.
    Join(Vec<Value>),
    /// The JSON text of a value.
    Json(Value),
    /// One of two, by a condition that is not decided.
    If { condition: Value, name: SmolStr, yes: Value, no: Value },
    /// A truth value: `Fn::Equals`, `Fn::Not`, `Fn::And`, `Fn::Or` of others.
    Truth(&'static str, Vec<Value>),
    /// Any other expression, as it is written, and what it refers to.
    Expression { text: SmolStr, references: Vec<Value> },
    /// What Terraform would refuse: an index out of range, an attribute that is not there.
    Failed(SmolStr),
}

/// What an address stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) address: SmolStr,
    pub(crate) of: Declared,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Declared {
    Resource,
    /// Position of the module, position of the declaration in it, key of the instance.
    Data(usize, usize, Key),
    /// Position of the module.
    Module(usize),
}

/// Which instance of a block.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    #[default]
    Single,
    Index(usize),
    Text(SmolStr),
}

/// The key of the one instance that stands for all, when `for_each` is not known.
pub(crate) const ANY: &str = "*";

impl Key {
    /// The address of the instance: `name`, `name[0]`, `name["key"]`.
    pub(crate) fn address(&self, name: &str) -> SmolStr {
        match self {
            Self::Single => SmolStr::new(name),
            Self::Index(index) => smol_str::format_smolstr!("{name}[{index}]"),
            Self::Text(key) => smol_str::format_smolstr!("{name}[\"{key}\"]"),
        }
    }
}

impl Value {
    pub(crate) fn null(place: Place) -> Self {
        Self { place, kind: Kind::Null }
    }

    pub(crate) fn bool(place: Place, value: bool) -> Self {
        Self { place, kind: Kind::Bool(value) }
    }

    pub(crate) fn number(place: Place, value: f64) -> Self {
        Self { place, kind: Kind::Number(value) }
    }

    #[expect(clippy::cast_precision_loss, reason = "numbers of items are far below 2^53")]
    pub(crate) fn count(place: Place, value: usize) -> Self {
        Self::number(place, value as f64)
    }

    /// Text; what is longer than the limit is not known.
    pub(crate) fn text(place: Place, text: impl Into<SmolStr>) -> Self {
        let text = text.into();
        if text.len() > TEXT {
            return Self::expression(place, "a text beyond the limit", Vec::new());
        }
        Self { place, kind: Kind::Text(text) }
    }

    pub(crate) fn list(place: Place, items: Vec<Self>) -> Self {
        match size(items.iter()) {
            Some(Size { weight, depth, fails }) => {
                Self { place, kind: Kind::List(Rc::new(Sized { it: items, weight, depth, fails })) }
            }
            None => Self::too_large(place),
        }
    }

    pub(crate) fn map(place: Place, entries: IndexMap<SmolStr, Self>) -> Self {
        match size(entries.values()) {
            Some(Size { weight, depth, fails }) => Self {
                place,
                kind: Kind::Map(Rc::new(Sized { it: entries, weight, depth, fails })),
            },
            None => Self::too_large(place),
        }
    }

    pub(crate) fn unknown(place: Place, unknown: Unknown) -> Self {
        let size = match &unknown {
            Unknown::Object(_) | Unknown::Attribute { .. } | Unknown::Parameter(_) => {
                Some(Size { weight: 1, depth: 1, fails: false })
            }
            Unknown::Failed(_) => Some(Size { weight: 1, depth: 1, fails: true }),
            Unknown::Join(parts) | Unknown::Truth(_, parts) => size(parts.iter()),
            Unknown::Expression { references, .. } => size(references.iter()),
            Unknown::Json(value) => size([value].into_iter()),
            Unknown::If { condition, yes, no, .. } => size([condition, yes, no].into_iter()),
        };
        match size {
            Some(Size { weight, depth, fails }) => Self {
                place,
                kind: Kind::Unknown(Rc::new(Sized { it: unknown, weight, depth, fails })),
            },
            None => Self::too_large(place),
        }
    }

    fn too_large(place: Place) -> Self {
        Self::expression(place, "a value beyond the limit", Vec::new())
    }

    pub(crate) fn expression(
        place: Place,
        text: impl Into<SmolStr>,
        references: Vec<Self>,
    ) -> Self {
        Self::unknown(place, Unknown::Expression { text: text.into(), references })
    }

    pub(crate) fn failed(place: Place, reason: impl Into<SmolStr>) -> Self {
        Self::unknown(place, Unknown::Failed(reason.into()))
    }

    pub(crate) fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    /// Number of nodes.
    pub(crate) fn weight(&self) -> usize {
        match &self.kind {
            Kind::Null | Kind::Bool(_) | Kind::Number(_) => 1,
            Kind::Text(text) => 1 + text.len() / 64,
            Kind::List(it) => it.weight,
            Kind::Map(it) => it.weight,
            Kind::Unknown(it) => it.weight,
        }
    }

    fn depth(&self) -> u16 {
        match &self.kind {
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => 1,
            Kind::List(it) => it.depth,
            Kind::Map(it) => it.depth,
            Kind::Unknown(it) => it.depth,
        }
    }

    pub(crate) fn as_unknown(&self) -> Option<&Unknown> {
        match &self.kind {
            Kind::Unknown(unknown) => Some(&unknown.it),
            _ => None,
        }
    }

    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self.kind, Kind::Unknown(_))
    }

    pub(crate) fn is_failed(&self) -> bool {
        matches!(self.as_unknown(), Some(Unknown::Failed(_)))
    }

    /// Whether Terraform would refuse it, or a part of it.
    pub(crate) fn fails(&self) -> bool {
        match &self.kind {
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => false,
            Kind::List(it) => it.fails,
            Kind::Map(it) => it.fails,
            Kind::Unknown(it) => it.fails,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    pub(crate) fn as_list(&self) -> Option<&[Self]> {
        match &self.kind {
            Kind::List(items) => Some(&items.it),
            _ => None,
        }
    }

    pub(crate) fn as_map(&self) -> Option<&IndexMap<SmolStr, Self>> {
        match &self.kind {
            Kind::Map(map) => Some(&map.it),
            _ => None,
        }
    }

    /// Text, or what Terraform turns into text by itself: a number, a truth value.
    pub(crate) fn as_text(&self) -> Option<SmolStr> {
        match &self.kind {
            Kind::Text(text) => Some(text.clone()),
            Kind::Number(number) => Some(number_text(*number)),
            Kind::Bool(value) => Some(SmolStr::new_static(if *value { "true" } else { "false" })),
            // The JSON text of what is known is known.
            Kind::Unknown(unknown) => match &unknown.it {
                Unknown::Json(value) => json_text(value),
                _ => None,
            },
            _ => None,
        }
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        match &self.kind {
            Kind::Bool(value) => Some(*value),
            Kind::Text(text) if text == "true" => Some(true),
            Kind::Text(text) if text == "false" => Some(false),
            _ => None,
        }
    }

    pub(crate) fn as_number(&self) -> Option<f64> {
        match &self.kind {
            Kind::Number(number) => Some(*number),
            Kind::Text(text) => text.parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and in range, as checked"
    )]
    pub(crate) fn as_index(&self) -> Option<usize> {
        let number = self.as_number()?;
        (number >= 0.0 && number.fract() == 0.0 && number < 4e9).then_some(number as usize)
    }

    /// Whether nothing in it is unknown; the JSON text of something known is known.
    pub(crate) fn is_known(&self) -> bool {
        match &self.kind {
            Kind::List(items) => items.it.iter().all(Self::is_known),
            Kind::Map(map) => map.it.values().all(Self::is_known),
            Kind::Unknown(unknown) => match &unknown.it {
                Unknown::Json(value) => value.is_known(),
                _ => false,
            },
            _ => true,
        }
    }

    /// Whether two values are equal; `None` when what is unknown decides.
    pub(crate) fn equals(&self, other: &Self) -> Option<bool> {
        match (&self.kind, &other.kind) {
            (Kind::Unknown(_), Kind::Null) => self.never_null().then_some(false),
            (Kind::Null, Kind::Unknown(_)) => other.never_null().then_some(false),
            (Kind::Unknown(_), _) | (_, Kind::Unknown(_)) => {
                Some(self.as_text()? == other.as_text()?)
            }
            (Kind::Null, Kind::Null) => Some(true),
            (Kind::Bool(a), Kind::Bool(b)) => Some(a == b),
            (Kind::Number(a), Kind::Number(b)) => Some(same_number(*a, *b)),
            (Kind::Text(a), Kind::Text(b)) => Some(a == b),
            (Kind::List(a), Kind::List(b)) => {
                if a.it.len() != b.it.len() {
                    return Some(false);
                }
                all_equal(a.it.iter().zip(&b.it))
            }
            (Kind::Map(a), Kind::Map(b)) => {
                if a.it.len() != b.it.len() || !a.it.keys().all(|key| b.it.contains_key(key)) {
                    return Some(false);
                }
                all_equal(a.it.iter().filter_map(|(key, value)| Some((value, b.it.get(key)?))))
            }
            _ => Some(false),
        }
    }

    /// Whether it is certain that this is not `null`.
    fn never_null(&self) -> bool {
        match self.as_unknown() {
            Some(Unknown::If { yes, no, .. }) => {
                let certain = |value: &Self| match value.kind {
                    Kind::Null => false,
                    Kind::Unknown(_) => value.never_null(),
                    _ => true,
                };
                certain(yes) && certain(no)
            }
            // An attribute that another resource reads has a value, or the reference is moot.
            Some(
                Unknown::Object(_)
                | Unknown::Attribute { .. }
                | Unknown::Join(_)
                | Unknown::Json(_)
                | Unknown::Truth(..),
            ) => true,
            _ => false,
        }
    }

    /// Everything that the unknown parts refer to, up to a number that people read.
    pub(crate) fn references(&self, out: &mut Vec<Self>) {
        const MOST: usize = 32;
        if out.len() >= MOST {
            return;
        }
        match &self.kind {
            Kind::List(items) => items.it.iter().for_each(|item| item.references(out)),
            Kind::Map(map) => map.it.values().for_each(|value| value.references(out)),
            Kind::Unknown(unknown) => match &unknown.it {
                Unknown::Object(_) | Unknown::Attribute { .. } | Unknown::Parameter(_) => {
                    out.push(self.clone());
                }
                Unknown::Join(parts) | Unknown::Truth(_, parts) => {
                    for part in parts {
                        part.references(out);
                    }
                }
                Unknown::Json(value) => value.references(out),
                Unknown::If { condition, yes, no, .. } => {
                    for value in [condition, yes, no] {
                        value.references(out);
                    }
                }
                Unknown::Expression { references, .. } => {
                    for value in references {
                        value.references(out);
                    }
                }
                Unknown::Failed(_) => {}
            },
            _ => {}
        }
    }
}

fn all_equal<'v>(pairs: impl Iterator<Item = (&'v Value, &'v Value)>) -> Option<bool> {
    let mut certain = Some(true);
    for (a, b) in pairs {
        match a.equals(b) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => certain = None,
        }
    }
    certain
}

/// What it costs to walk through a value, and whether Terraform would refuse a part of it.
struct Size {
    weight: usize,
    depth: u16,
    fails: bool,
}

/// The size of what holds `values`; `None` beyond the limits.
fn size<'v>(values: impl Iterator<Item = &'v Value>) -> Option<Size> {
    let mut all = Size { weight: 1, depth: 0, fails: false };
    for value in values {
        all.weight = all.weight.saturating_add(value.weight());
        all.depth = all.depth.max(value.depth());
        all.fails |= value.fails();
    }
    let fits = all.weight <= WEIGHT && all.depth < DEPTH;
    fits.then_some(Size { depth: all.depth + 1, ..all })
}

#[expect(clippy::float_cmp, reason = "Terraform compares numbers exactly")]
fn same_number(a: f64, b: f64) -> bool {
    a == b
}

/// A number as Terraform writes it: whole ones without a point.
pub(crate) fn number_text(number: f64) -> SmolStr {
    smol_str::format_smolstr!("{number}")
}

/// The JSON text of a value, as `jsonencode` writes it; `None` when not all of it is known.
pub(crate) fn json_text(value: &Value) -> Option<SmolStr> {
    let mut out = String::new();
    write_json(value, &mut out)?;
    Some(out.into())
}

fn write_json(value: &Value, out: &mut String) -> Option<()> {
    if out.len() > TEXT {
        return None;
    }
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Kind::Number(number) => out.push_str(&number_text(*number)),
        Kind::Text(text) => write_json_text(text, out),
        Kind::List(items) => {
            out.push('[');
            for (position, item) in items.it.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write_json(item, out)?;
            }
            out.push(']');
        }
        Kind::Map(map) => {
            // Terraform's objects have no order; their JSON is sorted by key.
            let mut keys: Vec<&SmolStr> = map.it.keys().collect();
            keys.sort();
            out.push('{');
            for (position, key) in keys.into_iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write_json_text(key, out);
                out.push(':');
                write_json(map.it.get(key)?, out)?;
            }
            out.push('}');
        }
        Kind::Unknown(_) => write_json_text(&value.as_text()?, out),
    }
    Some(())
}

fn write_json_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // As Go's encoder does for HTML, which Terraform leaves on.
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}
