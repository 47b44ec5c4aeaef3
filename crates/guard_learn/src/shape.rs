//! What was seen at one place of events.

use std::collections::BTreeMap;

use json_tape::{Kind, Value};
use serde::{Deserialize, Serialize};

use crate::name::is_name;

/// Formats that are told apart, each a bit of [`Texts::formats`].
pub(crate) const FORMATS: [&str; 5] = ["uuid", "date-time", "date", "email", "ipv4"];
/// Names of one object; one with more is a map, its names are data.
const MOST_NAMES: usize = 64;
/// Places below one place, by its depth; one with more is left open. Each is large enough for some
/// open places below it, which count as if they were full: so the order of events does not matter.
const BUDGETS: [usize; 8] = [1024, 256, 96, 48, 24, 12, 6, 3];

pub(crate) const NULL: u8 = 1;
pub(crate) const BOOLEAN: u8 = 2;
pub(crate) const NUMBER: u8 = 4;
/// Some number is not written as an integer.
pub(crate) const FRACTION: u8 = 8;
pub(crate) const STRING: u8 = 16;
pub(crate) const ARRAY: u8 = 32;
pub(crate) const OBJECT: u8 = 64;

/// What was seen at one place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Shape {
    /// Values.
    #[serde(rename = "n")]
    pub(crate) seen: u64,
    /// Their kinds, as bits.
    #[serde(rename = "k")]
    pub(crate) kinds: u8,
    #[serde(rename = "s", skip_serializing_if = "Option::is_none")]
    pub(crate) texts: Option<Texts>,
    #[serde(rename = "d", skip_serializing_if = "Option::is_none")]
    pub(crate) numbers: Option<Numbers>,
    #[serde(rename = "a", skip_serializing_if = "Option::is_none")]
    pub(crate) lists: Option<Lists>,
    #[serde(rename = "o", skip_serializing_if = "Option::is_none")]
    pub(crate) objects: Option<Objects>,
    /// The place is left open: only the kinds of what stands directly in it are known.
    #[serde(rename = "w", skip_serializing_if = "Option::is_none")]
    pub(crate) within: Option<u8>,
}

/// Strings: classes of their lengths in characters (see [`class`]), formats that all of them have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Texts {
    #[serde(rename = "l")]
    pub(crate) least: u8,
    #[serde(rename = "m")]
    pub(crate) most: u8,
    #[serde(rename = "f", default)]
    pub(crate) formats: u8,
}

/// Numbers: classes of magnitude with their sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Numbers {
    #[serde(rename = "l")]
    pub(crate) least: i16,
    #[serde(rename = "m")]
    pub(crate) most: i16,
}

/// Arrays: class of the largest length, and all of the elements as one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Lists {
    #[serde(rename = "m")]
    pub(crate) most: u8,
    #[serde(rename = "i", skip_serializing_if = "Option::is_none")]
    pub(crate) items: Option<Box<Shape>>,
}

/// Objects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Objects {
    /// How many.
    #[serde(rename = "n")]
    pub(crate) count: u64,
    #[serde(rename = "p", skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) members: BTreeMap<String, Member>,
}

/// A member of objects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Member {
    /// In how many of the objects.
    #[serde(rename = "c")]
    pub(crate) present: u64,
    #[serde(rename = "v")]
    pub(crate) shape: Shape,
}

/// 0 for 0, else `k + 1` for the smallest `k` with `length <= 2^k`: no length itself is kept.
fn class(length: usize) -> u8 {
    let bits = length.checked_next_power_of_two().map_or(usize::BITS, usize::trailing_zeros);
    if length == 0 { 0 } else { u8::try_from(bits + 1).unwrap_or(u8::MAX) }
}

/// The same of a number as it is written, with its sign.
fn magnitude(text: &str) -> i16 {
    let digits = text.split(['e', 'E']).next().unwrap_or_default();
    if !digits.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
        return 0;
    }
    let size = text.parse::<f64>().map_or(f64::INFINITY, f64::abs);
    let mut class = 1;
    let mut bound = 1.0;
    while bound < size && bound.is_finite() {
        bound *= 2.0;
        class += 1;
    }
    if text.starts_with('-') { -class } else { class }
}

impl Shape {
    /// The shape of one value at a depth.
    pub(crate) fn of(value: Value<'_>, depth: usize) -> Self {
        let mut shape = Self { seen: 1, kinds: kinds(value), ..Self::default() };
        match value.kind() {
            Kind::String => shape.texts = value.text().map(|text| Texts::of(&text.to_cow())),
            Kind::Number => {
                let class = magnitude(value.raw());
                shape.numbers = Some(Numbers { least: class, most: class });
            }
            Kind::Array => {
                let most = class(value.elements().count());
                shape.lists = Some(Lists { most, items: None });
                if depth < BUDGETS.len() {
                    let items = value.elements().map(|it| Self::of(it, depth + 1));
                    let items = items.reduce(|mut all, one| {
                        all.unite(one);
                        all
                    });
                    shape.lists = Some(Lists { most, items: items.map(Box::new) });
                } else {
                    shape.open(value.elements().fold(0, |all, it| all | kinds(it)));
                }
            }
            Kind::Object => {
                shape.objects = Some(Objects { count: 1, members: BTreeMap::new() });
                let is_map = value.members().any(|it| !is_name(&it.name.to_cow()));
                if is_map || depth >= BUDGETS.len() {
                    shape.open(value.members().fold(0, |all, it| all | kinds(it.value)));
                } else if let Some(objects) = &mut shape.objects {
                    for member in value.members() {
                        let inside = Self::of(member.value, depth + 1);
                        let name = member.name.to_cow().into_owned();
                        // Of several with the same name all are looked at, and one is counted.
                        let known = objects.members.entry(name).or_default();
                        known.present = 1;
                        known.shape.unite(inside);
                    }
                }
            }
            Kind::Null | Kind::False | Kind::True => {}
        }
        shape
    }

    /// Puts both together. [`Shape::settle`] keeps the whole within its limits.
    pub(crate) fn unite(&mut self, other: Self) {
        self.seen = self.seen.saturating_add(other.seen);
        self.kinds |= other.kinds;
        self.texts = both(self.texts, other.texts, |one, other| Texts {
            least: one.least.min(other.least),
            most: one.most.max(other.most),
            formats: one.formats & other.formats,
        });
        self.numbers = both(self.numbers, other.numbers, |one, other| Numbers {
            least: one.least.min(other.least),
            most: one.most.max(other.most),
        });
        let is_open = self.within.is_some() || other.within.is_some();
        let inside = self.inside() | other.inside();
        self.lists = both(self.lists.take(), other.lists, Lists::with);
        self.objects = both(self.objects.take(), other.objects, Objects::with);
        if is_open {
            self.open(inside);
        }
    }

    /// Opens every place that has too many below it; what this one counts for.
    pub(crate) fn settle(&mut self, depth: usize) -> usize {
        let budget = BUDGETS.get(depth).copied().unwrap_or(1);
        let mut weight: usize = 1;
        let mut is_map = false;
        if self.within.is_none() {
            if let Some(items) = self.lists.as_mut().and_then(|lists| lists.items.as_mut()) {
                weight += items.settle(depth + 1);
            }
            if let Some(objects) = &mut self.objects {
                is_map = objects.members.len() > MOST_NAMES
                    || objects.members.keys().any(|name| !is_name(name));
                for member in objects.members.values_mut() {
                    weight += member.shape.settle(depth + 1);
                }
            }
        }
        if self.within.is_some() || is_map || weight > budget {
            self.open(self.inside());
            return budget;
        }
        weight
    }

    /// Forgets everything below but the kinds of what stands directly in it.
    fn open(&mut self, inside: u8) {
        self.within = Some(inside);
        if let Some(lists) = &mut self.lists {
            lists.items = None;
        }
        if let Some(objects) = &mut self.objects {
            objects.members.clear();
        }
    }

    /// The kinds of what stands directly in it.
    fn inside(&self) -> u8 {
        let items = self.lists.iter().filter_map(|lists| lists.items.as_deref());
        let members = self.objects.iter().flat_map(|objects| objects.members.values());
        let shapes = items.chain(members.map(|member| &member.shape));
        shapes.fold(self.within.unwrap_or_default(), |all, shape| all | shape.kinds)
    }
}

impl Texts {
    fn of(text: &str) -> Self {
        let length = class(text.chars().count());
        // Nothing that has one of the formats is longer.
        let formats = if text.len() > 320 { [""; 5] } else { FORMATS };
        let formats = (0..).zip(formats).fold(0, |all, (bit, name)| {
            all | u8::from(guard_schema::is_of_format(text, name)) << bit
        });
        Self { least: length, most: length, formats }
    }
}

impl Lists {
    fn with(self, other: Self) -> Self {
        let items = both(self.items, other.items, |mut one, other| {
            one.unite(*other);
            one
        });
        Self { most: self.most.max(other.most), items }
    }
}

impl Objects {
    fn with(mut self, other: Self) -> Self {
        self.count = self.count.saturating_add(other.count);
        for (name, member) in other.members {
            let known = self.members.entry(name).or_default();
            known.present = known.present.saturating_add(member.present);
            known.shape.unite(member.shape);
        }
        self
    }
}

fn both<T>(one: Option<T>, other: Option<T>, unite: impl FnOnce(T, T) -> T) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(unite(one, other)),
        (one, other) => one.or(other),
    }
}

fn kinds(value: Value<'_>) -> u8 {
    match value.kind() {
        Kind::Null => NULL,
        Kind::False | Kind::True => BOOLEAN,
        Kind::Number if value.raw().contains(['.', 'e', 'E']) => NUMBER | FRACTION,
        Kind::Number => NUMBER,
        Kind::String => STRING,
        Kind::Array => ARRAY,
        Kind::Object => OBJECT,
    }
}
