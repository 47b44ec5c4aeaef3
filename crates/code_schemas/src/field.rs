//! Limits that code gives beside a type: `Field(gt=0)`, `constr(max_length=5)`, `Annotated[…]`.

use code_ir::{Argument, Constant, Expr, ExprKind, Spread};
use serde_json::Value;

use crate::names::{At, Names};
use crate::pattern::{self, End};
use crate::shape::{Library, Shape};

/// What a call of `Field` and its like say.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "they are told apart, and none excludes another")]
pub(crate) struct Facts {
    pub(crate) limits: Limits,
    /// Whether the value may be left out.
    pub(crate) has_default: bool,
    /// Whether it is said that the value must be given.
    pub(crate) is_needed: bool,
    /// Whether the default is `None`.
    pub(crate) is_none: bool,
    pub(crate) alias: Alias,
    /// Whether something is said that is not understood.
    pub(crate) is_opaque: bool,
}

/// The name under which a value is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Alias {
    /// That of the field.
    #[default]
    None,
    Text(String),
    /// Another one, or one of several.
    Unknown,
}

/// Limits, wherever they are given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limits {
    above: Option<Value>,
    least: Option<Value>,
    below: Option<Value>,
    most: Option<Value>,
    multiple_of: Option<Value>,
    shortest: Option<u64>,
    longest: Option<u64>,
    fewest: Option<u64>,
    greatest: Option<u64>,
    pattern: Option<String>,
    is_changed: bool,
    takes_numbers: bool,
}

impl Facts {
    /// Reads the arguments of `Field`, `constr`, `dataclasses.field`, `Body` …; `first` tells what the
    /// first argument without a name is.
    pub(crate) fn read<'p>(
        names: &Names<'p>,
        at: At,
        arguments: &'p [Argument],
        first: Option<&str>,
        library: Library,
    ) -> Self {
        let mut facts = Self::default();
        for (index, argument) in arguments.iter().enumerate() {
            if argument.spread != Spread::No {
                facts.is_opaque = true;
                facts.has_default = true;
                facts.alias = Alias::Unknown;
                continue;
            }
            let name = match (&argument.name, first) {
                (Some(name), _) => name.as_str(),
                (None, Some(first)) if index == 0 => first,
                (None, _) => {
                    facts.is_opaque = true;
                    continue;
                }
            };
            let (_, value) = names.value(at, &argument.value);
            facts.argument(name, value, library);
        }
        facts
    }

    fn argument(&mut self, name: &str, value: &Expr, library: Library) {
        match name {
            "default" => match &value.kind {
                ExprKind::Constant(Constant::Ellipsis) => self.is_needed = true,
                kind => {
                    self.has_default = true;
                    self.is_none = matches!(kind, ExprKind::Constant(Constant::None));
                }
            },
            "default_factory" => self.has_default = true,
            // A field that is not given is set by the class itself.
            "init" => self.is_opaque |= !is_true(value),
            "alias" if self.alias == Alias::None => self.alias = alias(value),
            "validation_alias" => self.alias = alias(value),
            _ => self.limits.set(name, value, library),
        }
    }
}

fn is_true(value: &Expr) -> bool {
    matches!(value.kind, ExprKind::Constant(Constant::Bool(true)))
}

fn alias(value: &Expr) -> Alias {
    match &value.kind {
        ExprKind::Constant(Constant::None) => Alias::None,
        ExprKind::Constant(Constant::Text(text)) => Alias::Text(text.to_string()),
        _ => Alias::Unknown,
    }
}

/// A number that the schema can hold exactly.
pub(crate) fn number(value: &Expr) -> Option<Value> {
    match &value.kind {
        ExprKind::Constant(Constant::Int(number)) => Some(Value::from(*number)),
        ExprKind::Constant(Constant::Float(number)) if number.abs() < 9e15 => {
            serde_json::Number::from_f64(*number).map(Value::Number)
        }
        _ => None,
    }
}

fn count(value: &Expr) -> Option<u64> {
    match &value.kind {
        ExprKind::Constant(Constant::Int(number)) => u64::try_from(*number).ok(),
        _ => None,
    }
}

impl Limits {
    /// Takes one limit over; what has no name here limits nothing.
    pub(crate) fn set(&mut self, name: &str, value: &Expr, library: Library) {
        match name {
            "gt" => self.above = number(value),
            "ge" => self.least = number(value),
            "lt" => self.below = number(value),
            "le" => self.most = number(value),
            "multiple_of" => self.multiple_of = number(value).filter(Value::is_i64),
            "min_length" => self.shortest = count(value),
            "max_length" => self.longest = count(value),
            "min_items" => self.fewest = count(value),
            "max_items" => self.greatest = count(value),
            "pattern" | "regex" => {
                // The engine of version 2 is Rust's, whose `$` is the end.
                let end = if library == Library::Two { End::Text } else { End::Line };
                self.pattern = value.as_text().and_then(|text| pattern::translate(text, end));
            }
            "strip_whitespace" | "to_lower" | "to_upper" | "curtail_length" => {
                self.is_changed |= !matches!(
                    value.kind,
                    ExprKind::Constant(Constant::Bool(false) | Constant::None)
                );
            }
            "coerce_numbers_to_str" => self.takes_numbers |= !is_false(value),
            _ => {}
        }
    }

    /// Puts the limits on a shape. A limit that such a value does not have is passed over.
    pub(crate) fn limit(&self, shape: &mut Shape, library: Library) {
        match shape {
            Shape::Int(bounds) | Shape::Float(bounds) => {
                both(&mut bounds.above, self.above.as_ref());
                both(&mut bounds.least, self.least.as_ref());
                both(&mut bounds.below, self.below.as_ref());
                both(&mut bounds.most, self.most.as_ref());
                if matches!(shape, Shape::Int(_)) && library == Library::Two {
                    let Shape::Int(bounds) = shape else { return };
                    bounds.multiple_of =
                        self.multiple_of.clone().filter(|it| it.as_i64() > Some(0));
                }
            }
            Shape::Text(text) => {
                text.takes_numbers |= self.takes_numbers;
                if self.is_changed {
                    // What is left of a text after its blanks are cut off is not longer.
                    text.most = None;
                    text.pattern = None;
                    text.least = None;
                    return;
                }
                both(&mut text.least, self.shortest.as_ref());
                both(&mut text.most, self.longest.as_ref());
                both(&mut text.pattern, self.pattern.as_ref());
            }
            Shape::List { least, most, .. } => {
                // Version 1 puts the length of a text on the texts in a list.
                let is_new = library == Library::Two;
                both(least, self.fewest.or(self.shortest.filter(|_| is_new)).as_ref());
                both(most, self.greatest.or(self.longest.filter(|_| is_new)).as_ref());
            }
            Shape::Dict { least, .. } if library == Library::Two => {
                both(least, self.shortest.as_ref());
            }
            // `Optional[int]`: the limits are those of the number.
            Shape::Union(members) => {
                let mut others = members.iter_mut().filter(|member| **member != Shape::Null);
                if let (Some(only), None) = (others.next(), others.next()) {
                    self.limit(only, library);
                }
            }
            _ => {}
        }
    }
}

/// Takes a limit over. Of two that differ it is not known which one holds.
fn both<T: Clone + PartialEq>(own: &mut Option<T>, given: Option<&T>) {
    match (&own, given) {
        (_, None) => {}
        (None, Some(given)) => *own = Some(given.clone()),
        (Some(known), Some(given)) if known == given => {}
        (Some(_), Some(_)) => *own = None,
    }
}

fn is_false(value: &Expr) -> bool {
    matches!(value.kind, ExprKind::Constant(Constant::Bool(false)))
}
