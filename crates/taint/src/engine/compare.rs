//! Comparisons: decided for constants, and what they prove of variables.

use std::rc::Rc;

use code_ir::CompareOperator;
use taint_models::{Kind, Kinds};

use super::{
    Engine, access::is_testable, expression::key_of, fold::number, source::tells_of_input,
};
use crate::{
    heap::Object,
    value::{Constant, Fact, Facts, Shape, Value, View, ViewPart},
};

impl Engine<'_> {
    /// `left op right`.
    pub(crate) fn compare(
        &mut self,
        operator: CompareOperator,
        left: &Value,
        right: &Value,
    ) -> Value {
        for (value, other) in [(left, right), (right, left)] {
            if is_testable(value) {
                self.note_tested(&value.taint, Some(other));
            }
        }
        let truth = self.decide(operator, left, right);
        let facts = self.proven(operator, left, right);
        let shape = truth.map_or(Shape::Unknown, |truth| Shape::Constant(Constant::Bool(truth)));
        Value { shape, facts, ..Value::default() }
    }

    fn decide(&self, operator: CompareOperator, left: &Value, right: &Value) -> Option<bool> {
        match operator {
            CompareOperator::Equal | CompareOperator::Is => equal(left, right),
            CompareOperator::NotEqual | CompareOperator::IsNot => equal(left, right).map(|is| !is),
            CompareOperator::In => self.contains(right, left),
            CompareOperator::NotIn => self.contains(right, left).map(|is| !is),
            CompareOperator::InstanceOf => None,
            CompareOperator::Less
            | CompareOperator::LessOrEqual
            | CompareOperator::Greater
            | CompareOperator::GreaterOrEqual => {
                let (a, b) = (left.as_constant()?, right.as_constant()?);
                let order = match (a, b) {
                    (Constant::Text(a), Constant::Text(b)) => a.cmp(b),
                    _ => number(a)?.partial_cmp(&number(b)?)?,
                };
                Some(match operator {
                    CompareOperator::Less => order.is_lt(),
                    CompareOperator::LessOrEqual => order.is_le(),
                    CompareOperator::Greater => order.is_gt(),
                    _ => order.is_ge(),
                })
            }
        }
    }

    /// Whether `member` is in `whole`.
    fn contains(&self, whole: &Value, member: &Value) -> Option<bool> {
        if let (Some(text), Some(part)) = (whole.as_text(), member.as_text()) {
            return Some(text.contains(part.as_str()));
        }
        match self.heap.get(whole.as_object()?)? {
            Object::List(list) if list.rest.is_none() => {
                let mut sure = true;
                for item in &list.items {
                    match equal(item, member) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => sure = false,
                    }
                }
                sure.then_some(false)
            }
            Object::Map(map) if map.class.is_none() => {
                let key = key_of(member)?;
                if map.get(&key).is_some() {
                    return Some(true);
                }
                (map.is_closed && map.rest.is_none()).then_some(false)
            }
            _ => None,
        }
    }

    /// What the comparison proves of the variables whose values it looks at.
    fn proven(&self, operator: CompareOperator, left: &Value, right: &Value) -> Option<Rc<Facts>> {
        let mut facts = Facts::default();
        if let Some(facts) = told_again(operator, left, right) {
            return Some(facts);
        }
        if let Some(facts) = is_found(operator, left, right) {
            return Some(facts);
        }
        match operator {
            CompareOperator::Equal | CompareOperator::Is => {
                facts.yes = Self::equals(left, right);
                facts.yes.extend(Self::equals(right, left));
            }
            CompareOperator::NotEqual | CompareOperator::IsNot => {
                facts.no = Self::equals(left, right);
                facts.no.extend(Self::equals(right, left));
            }
            CompareOperator::In => {
                facts.yes = self.is_listed(left, right);
                facts.yes.extend(below_folder(left, right));
                facts.no = part_absent(right, left);
            }
            CompareOperator::NotIn => {
                facts.no = self.is_listed(left, right);
                facts.no.extend(below_folder(left, right));
                facts.yes = part_absent(right, left);
            }
            // The text of an error that the program made itself is meant to be read.
            CompareOperator::InstanceOf => {
                let is_meant = match right.shape {
                    Shape::Class(_) => true,
                    Shape::Library(id) => tells_of_input(self.names.split(id).1),
                    _ => false,
                };
                if is_meant {
                    facts.yes = about(left, Kinds::one(Kind::Error), None);
                }
            }
            CompareOperator::Less | CompareOperator::LessOrEqual => {
                facts.yes = Self::below_bound(left, right);
                facts.no = Self::below_bound(right, left);
            }
            CompareOperator::Greater | CompareOperator::GreaterOrEqual => {
                facts.yes = Self::below_bound(right, left);
                facts.no = Self::below_bound(left, right);
            }
        }
        (!facts.yes.is_empty() || !facts.no.is_empty()).then(|| Rc::new(facts))
    }

    /// A value that equals something clean is that.
    fn equals(value: &Value, other: &Value) -> Vec<Fact> {
        if let Some(named) = named_error(value, other) {
            return named;
        }
        // A path that is one of the program's own leads nowhere else.
        let is_path = value.is_of_resolved() && other.as_constant() != Some(&Constant::None);
        if is_path && other.taint.is_clean() {
            return about(value, Kinds::one(Kind::Path), None);
        }
        if value.views.is_none() || !Self::is_trusted(other) {
            return Vec::new();
        }
        let constant = match other.as_constant() {
            Some(Constant::None) | None => None,
            Some(constant) => Some(constant),
        };
        about(value, Kinds::INPUT, constant)
    }

    /// Whether nothing hostile decides what a value is: a constant, configuration.
    fn is_trusted(value: &Value) -> bool {
        match &value.shape {
            Shape::Constant(constant) => *constant != Constant::None,
            Shape::OneOf(shapes) => {
                let is_written = |shape: &Shape| match shape {
                    Shape::Constant(constant) => *constant != Constant::None,
                    _ => false,
                };
                value.taint.is_clean() && shapes.iter().all(is_written)
            }
            Shape::Unknown | Shape::Library(_) => {
                value.taint.is_clean() && matches!(value.shape, Shape::Library(_))
            }
            _ => false,
        }
    }

    /// `value in (constants)`.
    pub(crate) fn is_listed(&self, value: &Value, list: &Value) -> Vec<Fact> {
        if value.views.is_none() {
            return Vec::new();
        }
        let is_constant = |value: &Value| value.as_constant().is_some() && value.taint.is_clean();
        let closed = match &list.shape {
            Shape::Object(id) => match self.heap.get(*id) {
                Some(Object::List(list)) => {
                    !(list.items.is_empty() && list.rest.is_none())
                        && list.items.iter().chain(&list.rest).all(is_constant)
                }
                // Keys of a mapping that the program wrote itself.
                Some(Object::Map(map)) => {
                    map.class.is_none()
                        && !map.entries.is_empty()
                        && map.rest.as_ref().is_none_or(|rest| rest.taint.is_clean())
                }
                _ => false,
            },
            // A setting or an import that nothing hostile is in; a constant text holds its parts only.
            Shape::Library(_) | Shape::Class(_) => list.taint.is_clean(),
            Shape::Constant(Constant::Text(_)) => true,
            _ => false,
        };
        if closed { about(value, Kinds::INPUT, None) } else { Vec::new() }
    }

    /// What a call of a test on a value proves: `x.isdigit()`.
    pub(crate) fn proof(value: &Value, clears: Kinds, when_true: bool) -> Option<Rc<Facts>> {
        let facts = about(value, clears, None);
        if facts.is_empty() {
            return None;
        }
        Some(Rc::new(if when_true {
            Facts { yes: facts, no: Vec::new() }
        } else {
            Facts { yes: Vec::new(), no: facts }
        }))
    }
}

/// `match is None`, `isValid(x) === false`: the comparison says what the test said, or the opposite.
fn told_again(operator: CompareOperator, left: &Value, right: &Value) -> Option<Rc<Facts>> {
    let (test, constant) = match (left.as_constant(), right.as_constant()) {
        (None, Some(constant)) => (left, constant),
        (Some(constant), None) => (right, constant),
        _ => return None,
    };
    let is_same = match operator {
        CompareOperator::Equal | CompareOperator::Is => true,
        CompareOperator::NotEqual | CompareOperator::IsNot => false,
        _ => return None,
    };
    let says_true = match constant {
        Constant::None | Constant::Bool(false) => !is_same,
        Constant::Bool(true) => is_same,
        _ => return None,
    };
    let facts = test.facts.as_ref()?;
    Some(if says_true {
        Rc::clone(facts)
    } else {
        Rc::new(Facts { yes: facts.no.clone(), no: facts.yes.clone() })
    })
}

/// `LIST.indexOf(x) !== -1`: the value is one of the list.
fn is_found(operator: CompareOperator, left: &Value, right: &Value) -> Option<Rc<Facts>> {
    let is_position = |view: &View| view.part == ViewPart::Position;
    let views = left.views.as_deref().filter(|views| views.iter().all(is_position))?;
    let is_in = match (operator, right.as_int()?) {
        (CompareOperator::NotEqual | CompareOperator::IsNot | CompareOperator::Greater, -1)
        | (CompareOperator::GreaterOrEqual, 0) => true,
        (CompareOperator::Equal | CompareOperator::Is | CompareOperator::LessOrEqual, -1)
        | (CompareOperator::Less, 0) => false,
        _ => return None,
    };
    let whole = views.iter().map(|view| View { part: ViewPart::Whole, ..view.clone() }).collect();
    let facts =
        about(&Value { views: Some(Rc::new(whole)), ..Value::default() }, Kinds::INPUT, None);
    Some(Rc::new(if is_in {
        Facts { yes: facts, no: Vec::new() }
    } else {
        Facts { yes: Vec::new(), no: facts }
    }))
}

/// Facts about every variable that a value is a view of.
pub(crate) fn about(value: &Value, clears: Kinds, constant: Option<&Constant>) -> Vec<Fact> {
    let Some(views) = value.views.as_deref() else { return Vec::new() };
    views
        .iter()
        .map(|view| {
            let clears = match view.part {
                ViewPart::Whole => clears,
                ViewPart::Host => clears.and([Kind::Url, Kind::Redirect].into_iter().collect()),
                ViewPart::Resolved | ViewPart::Relative => clears.and(Kinds::one(Kind::Path)),
                // A text in quotes with none inside is a literal.
                ViewPart::Inner if clears.has(Kind::Sql) && !clears.has(Kind::Command) => {
                    clears.or(Kinds::one(Kind::Code))
                }
                ViewPart::Inner
                | ViewPart::End
                | ViewPart::Position
                | ViewPart::Parents
                | ViewPart::ErrorName => Kinds::NONE,
                ViewPart::Length => clears.and(Kinds::LENGTH),
                ViewPart::Number => clears.and(Kinds::SIZE),
                ViewPart::Type => clears.and(harmless_as(constant)),
            };
            let constant = constant.filter(|_| view.part == ViewPart::Whole).cloned();
            Fact { cell: view.cell.clone(), id: view.id, clears, constant }
        })
        .collect()
}

/// What a value of a type, by the name that `typeof` gives, does not endanger.
fn harmless_as(type_: Option<&Constant>) -> Kinds {
    match type_.and_then(Constant::text).map_or("", |name| name.as_str()) {
        "number" | "boolean" | "bigint" | "undefined" => Kinds::INPUT,
        // A text has no operators in it and is no object to merge.
        "string" => [Kind::Nosql, Kind::Attribute].into_iter().collect(),
        _ => Kinds::NONE,
    }
}

/// `"'" in x` is false: what a text without that part no longer endangers.
fn part_absent(whole: &Value, part: &Value) -> Vec<Fact> {
    let Some(part) = part.as_text() else { return Vec::new() };
    let clears: Kinds = match part.as_str() {
        // Texts in quotes cannot be left without one.
        "'" | "\"" => [Kind::Sql, Kind::Xpath].into_iter().collect(),
        ".." | "../" | "/" | "\\" | "..\\" | "." => Kinds::one(Kind::Path),
        "<" | ">" => Kinds::one(Kind::Html),
        "\n" | "\r" | "\r\n" => [Kind::Log, Kind::Header].into_iter().collect(),
        "(" | ")" | "*" => Kinds::one(Kind::Ldap),
        "{{" | "${" | "{%" => Kinds::one(Kind::Template),
        "://" | "//" => [Kind::Url, Kind::Redirect].into_iter().collect(),
        _ => Kinds::NONE,
    };
    if clears.is_empty() { Vec::new() } else { about(whole, clears, None) }
}

/// `error.name === "ValidationError"`: its text tells what is wrong with the input.
fn named_error(name: &Value, written: &Value) -> Option<Vec<Fact>> {
    let views = name.views.as_deref()?;
    let views = views.iter().filter(|view| view.part == ViewPart::ErrorName);
    let views: Vec<View> =
        views.map(|view| View { part: ViewPart::Whole, ..view.clone() }).collect();
    if views.is_empty() || !written.as_text().is_some_and(|text| tells_of_input(text)) {
        return None;
    }
    let error = Value { views: Some(Rc::new(views)), ..Value::default() };
    Some(about(&error, Kinds::one(Kind::Error), None))
}

/// `folder in path.parents`: the path leads nowhere but below the folder.
fn below_folder(folder: &Value, parents: &Value) -> Vec<Fact> {
    let is_parents = |view: &&View| view.part == ViewPart::Parents;
    let views = parents.views.as_deref().map(Vec::as_slice).unwrap_or_default();
    let views = views.iter().filter(is_parents);
    let views: Vec<View> =
        views.map(|view| View { part: ViewPart::Resolved, ..view.clone() }).collect();
    if views.is_empty() || !folder.taint.is_clean() || folder.as_constant().is_some() {
        return Vec::new();
    }
    let path = Value { views: Some(Rc::new(views)), ..Value::default() };
    about(&path, Kinds::one(Kind::Path), None)
}

/// Whether two values are equal, when that is known.
pub(crate) fn equal(left: &Value, right: &Value) -> Option<bool> {
    match (&left.shape, &right.shape) {
        (Shape::Constant(a), Shape::Constant(b)) => match (a, b) {
            (
                Constant::Int(_) | Constant::Float(_) | Constant::Bool(_),
                Constant::Int(_) | Constant::Float(_) | Constant::Bool(_),
            ) => Some(number(a)?.total_cmp(&number(b)?).is_eq()),
            _ => Some(a == b),
        },
        (
            Shape::Constant(Constant::None),
            Shape::Object(_) | Shape::Function(_) | Shape::Class(_),
        )
        | (
            Shape::Object(_) | Shape::Function(_) | Shape::Class(_),
            Shape::Constant(Constant::None),
        ) => Some(false),
        _ => None,
    }
}
