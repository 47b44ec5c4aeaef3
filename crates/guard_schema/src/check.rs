//! A value against a schema.

use std::cell::Cell;

use json_tape::{Kind, Text, Value};

use crate::Violation;
use crate::decimal::Decimal;
use crate::equal::{equals_constant, has_equals};
use crate::format::Format;
use crate::schema::{ArrayCheck, Check, Id, ObjectCheck, Schema, Types};

/// Schemas that are looked at for one value, in all.
pub(crate) const STEPS: u32 = 1_000_000;
/// Schemas within schemas, and values within values, at one time.
const DEPTH: u32 = 512;
/// Longest name of a member in a pointer, in characters.
const NAME: usize = 64;

pub(crate) fn check(schema: &Schema, value: Value<'_>, steps: u32) -> Result<(), Violation> {
    let checker = Checker { schema, steps: Cell::new(steps), is_spent: Cell::new(false) };
    let way = Way { depth: 0, is_told: true };
    match checker.node(schema.root, value, way) {
        _ if checker.is_spent.get() => Err(too_much()),
        Ok(()) => Ok(()),
        Err(violation) => Err(violation.map_or_else(too_much, |it| *it)),
    }
}

fn too_much() -> Violation {
    Violation {
        pointer: String::new(),
        keyword: "limit",
        message: "takes too many steps to check".to_owned(),
    }
}

struct Checker<'s> {
    schema: &'s Schema,
    steps: Cell<u32>,
    /// The steps were used up: no answer below counts any more, `not` least of all.
    is_spent: Cell<bool>,
}

/// How a schema was come to.
#[derive(Clone, Copy)]
struct Way {
    depth: u32,
    /// Whether a violation is told, or only that there is one.
    is_told: bool,
}

impl Way {
    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    fn silent(self) -> Self {
        Self { depth: self.depth + 1, is_told: false }
    }

    fn violation(self, keyword: &'static str, message: impl FnOnce() -> String) -> Failure {
        let violation = || Violation { pointer: String::new(), keyword, message: message() };
        self.is_told.then(|| Box::new(violation()))
    }
}

/// `None` where nobody asks what is wrong.
type Failure = Option<Box<Violation>>;
type Checked = Result<(), Failure>;

/// Puts a name in front of the pointer.
fn within(failure: Failure, name: impl FnOnce() -> String) -> Failure {
    failure.map(|mut violation| {
        let name: String = name().chars().take(NAME).collect();
        let name = name.replace('~', "~0").replace('/', "~1");
        violation.pointer.insert_str(0, &format!("/{name}"));
        violation
    })
}

impl Checker<'_> {
    fn node(&self, id: Id, value: Value<'_>, way: Way) -> Checked {
        let Some(steps) = self.steps.get().checked_sub(1).filter(|_| way.depth < DEPTH) else {
            self.is_spent.set(true);
            return Err(None);
        };
        self.steps.set(steps);
        let Some(node) = self.schema.nodes.get(id) else { return Ok(()) };
        node.checks.iter().try_for_each(|check| self.one(check, value, way))
    }

    fn holds(&self, id: Id, value: Value<'_>, way: Way) -> bool {
        self.node(id, value, way.silent()).is_ok()
    }

    fn one(&self, check: &Check, value: Value<'_>, way: Way) -> Checked {
        match check {
            Check::Never => Err(way.violation("false", || "is not allowed".to_owned())),
            Check::Types(types) => check_type(*types, value, way),
            Check::Enum(constants) => {
                let is_one = constants.iter().any(|constant| equals_constant(value, constant));
                when(is_one, || {
                    way.violation("enum", || "is none of the values it may have".to_owned())
                })
            }
            Check::Const(constant) => when(equals_constant(value, constant), || {
                way.violation("const", || "is not the one value it may have".to_owned())
            }),
            Check::MinLength(_) | Check::MaxLength(_) | Check::Pattern(_) => match value.text() {
                Some(text) => check_text(check, text, way),
                None => Ok(()),
            },
            Check::Format(format, name) => check_format(*format, name, value, way),
            Check::Minimum(..) | Check::Maximum(..) | Check::MultipleOf(_) => {
                if value.kind() == Kind::Number { check_number(check, value, way) } else { Ok(()) }
            }
            Check::Object(check) if value.kind() == Kind::Object => self.object(check, value, way),
            Check::Array(check) if value.kind() == Kind::Array => self.array(check, value, way),
            Check::Object(_) | Check::Array(_) => Ok(()),
            Check::AllOf(all) => all.iter().try_for_each(|id| self.node(*id, value, way.deeper())),
            Check::AnyOf(any) => when(any.iter().any(|id| self.holds(*id, value, way)), || {
                way.violation("anyOf", || "is none of the things it may be".to_owned())
            }),
            Check::OneOf(one) => {
                let count = one.iter().filter(|id| self.holds(**id, value, way)).take(2).count();
                when(count == 1, || {
                    way.violation("oneOf", || match count {
                        0 => "is none of the things of which it must be one".to_owned(),
                        _ => "is more than one of the things of which it must be one".to_owned(),
                    })
                })
            }
            Check::Not(id) => when(!self.holds(*id, value, way), || {
                way.violation("not", || "is what it must not be".to_owned())
            }),
            Check::If(condition, then, otherwise) => {
                let next = if self.holds(*condition, value, way) { then } else { otherwise };
                next.map_or(Ok(()), |id| self.node(id, value, way.deeper()))
            }
            Check::Ref(id) => self.node(*id, value, way.deeper()),
        }
    }

    fn object(&self, check: &ObjectCheck, object: Value<'_>, way: Way) -> Checked {
        let mut count = 0;
        let mut scratch = String::new();
        for member in object.members() {
            count += 1;
            let name = member.name.decode(&mut scratch);
            self.member(check, name, member.value, way)
                .map_err(|it| within(it, || name.to_owned()))?;
            if let Some(names) = check.names {
                when(self.allows_name(names, member.name, way), || {
                    way.violation("propertyNames", || "has a name it may not have".to_owned())
                })?;
            }
        }
        check_count(
            count,
            check.least,
            check.most,
            "minProperties",
            "maxProperties",
            "members",
            way,
        )?;
        for name in &check.required {
            when(object.member(name).is_some(), || {
                way.violation("required", || format!("has no member `{name}`"))
            })?;
        }
        for (name, others) in &check.dependent {
            if object.member(name).is_some() {
                let missing = others.iter().find(|other| object.member(other).is_none());
                when(missing.is_none(), || {
                    let other = missing.map_or("", String::as_str);
                    way.violation("dependentRequired", || {
                        format!("has a member `{name}` but none `{other}`")
                    })
                })?;
            }
        }
        for (name, id) in &check.dependent_schemas {
            if object.member(name).is_some() {
                self.node(*id, object, way.deeper())?;
            }
        }
        Ok(())
    }

    fn member(&self, check: &ObjectCheck, name: &str, value: Value<'_>, way: Way) -> Checked {
        let mut is_known = false;
        let place = check.properties.binary_search_by(|(known, _)| known.as_str().cmp(name));
        if let Some((_, id)) = place.ok().and_then(|place| check.properties.get(place)) {
            is_known = true;
            self.node(*id, value, way.deeper())?;
        }
        for (pattern, id) in &check.patterns {
            if pattern.is_match(name) {
                is_known = true;
                self.node(*id, value, way.deeper())?;
            }
        }
        match check.additional {
            Some(id) if !is_known => self.node(id, value, way.deeper()).map_err(|failure| {
                // That it is not allowed says little; that nobody knows it says more.
                failure.map(|mut violation| {
                    if violation.keyword == "false" && violation.pointer.is_empty() {
                        violation.keyword = "additionalProperties";
                        "is a member that nobody expects".clone_into(&mut violation.message);
                    }
                    violation
                })
            }),
            _ => Ok(()),
        }
    }

    /// A name is a string in no document, so that it is checked as a text.
    fn allows_name(&self, id: Id, name: Text<'_>, way: Way) -> bool {
        let mut tape = json_tape::Tape::new();
        let quoted = format!("\"{}\"", name.raw());
        let limits = json_tape::Limits::default();
        tape.read(quoted.as_bytes(), &limits).is_ok_and(|it| self.holds(id, it.root(), way))
    }

    fn array(&self, check: &ArrayCheck, array: Value<'_>, way: Way) -> Checked {
        let mut count = 0_u64;
        let mut contained = 0_u64;
        let mut prefix = check.prefix.iter();
        for element in array.elements() {
            if let Some(id) = prefix.next().or(check.rest.as_ref()) {
                self.node(*id, element, way.deeper())
                    .map_err(|it| within(it, || count.to_string()))?;
            }
            if let Some((id, ..)) = check.contains {
                contained += u64::from(self.holds(id, element, way));
            }
            count += 1;
        }
        check_count(count, check.least, check.most, "minItems", "maxItems", "elements", way)?;
        if let Some((_, least, most)) = check.contains {
            let most_name = "maxContains";
            check_count(
                contained,
                Some(least),
                most,
                "contains",
                most_name,
                "fitting elements",
                way,
            )?;
        }
        when(!check.is_unique || !has_equals(array), || {
            way.violation("uniqueItems", || "has the same element twice".to_owned())
        })
    }
}

fn when(is_met: bool, failure: impl FnOnce() -> Failure) -> Checked {
    if is_met { Ok(()) } else { Err(failure()) }
}

fn check_count(
    count: u64,
    least: Option<u64>,
    most: Option<u64>,
    too_few: &'static str,
    too_many: &'static str,
    what: &str,
    way: Way,
) -> Checked {
    if let Some(least) = least.filter(|least| count < *least) {
        return Err(way.violation(too_few, || format!("has fewer than {least} {what}")));
    }
    match most.filter(|most| count > *most) {
        Some(most) => Err(way.violation(too_many, || format!("has more than {most} {what}"))),
        None => Ok(()),
    }
}

fn check_type(types: Types, value: Value<'_>, way: Way) -> Checked {
    let is_one = match value.kind() {
        Kind::Null => types.has(Types::NULL),
        Kind::True | Kind::False => types.has(Types::BOOLEAN),
        Kind::Object => types.has(Types::OBJECT),
        Kind::Array => types.has(Types::ARRAY),
        Kind::String => types.has(Types::STRING),
        Kind::Number => {
            types.has(Types::NUMBER)
                || types.has(Types::INTEGER) && Decimal::read(value.raw()).is_integer()
        }
    };
    when(is_one, || way.violation("type", || format!("must be {}", types.words())))
}

fn check_text(check: &Check, text: Text<'_>, way: Way) -> Checked {
    let mut scratch = String::new();
    let text = text.decode(&mut scratch);
    // Bytes are at least as many as characters, so most lengths need no count.
    let length = || u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
    let bytes = u64::try_from(text.len()).unwrap_or(u64::MAX);
    match check {
        Check::MinLength(least) => when(bytes >= *least && length() >= *least, || {
            way.violation("minLength", || format!("is shorter than {least} characters"))
        }),
        Check::MaxLength(most) => when(bytes <= *most || length() <= *most, || {
            way.violation("maxLength", || format!("is longer than {most} characters"))
        }),
        Check::Pattern(pattern) => when(pattern.is_match(text), || {
            way.violation("pattern", || "does not have the pattern that it must have".to_owned())
        }),
        _ => Ok(()),
    }
}

fn check_format(format: Format, name: &str, value: Value<'_>, way: Way) -> Checked {
    let is_met = match format {
        Format::Int32 | Format::Int64 => {
            let (least, most) = match format {
                Format::Int32 => ("-2147483648", "2147483647"),
                _ => ("-9223372036854775808", "9223372036854775807"),
            };
            let number = || Decimal::read(value.raw());
            value.kind() != Kind::Number
                || (number().compare(Decimal::read(least)).is_ge()
                    && number().compare(Decimal::read(most)).is_le())
        }
        _ => value.text().is_none_or(|text| {
            let mut scratch = String::new();
            format.allows(text.decode(&mut scratch))
        }),
    };
    when(is_met, || way.violation("format", || format!("has not the form `{name}`")))
}

fn check_number(check: &Check, value: Value<'_>, way: Way) -> Checked {
    let number = Decimal::read(value.raw());
    match check {
        Check::Minimum(bound, is_outside) => {
            let order = number.compare(Decimal::read(bound));
            when(order.is_gt() || (order.is_eq() && !is_outside), || {
                way.violation("minimum", || format!("is less than it may be ({bound})"))
            })
        }
        Check::Maximum(bound, is_outside) => {
            let order = number.compare(Decimal::read(bound));
            when(order.is_lt() || (order.is_eq() && !is_outside), || {
                way.violation("maximum", || format!("is more than it may be ({bound})"))
            })
        }
        Check::MultipleOf(divisor) => when(number.is_multiple_of(*divisor), || {
            way.violation("multipleOf", || "is no multiple of what it must be one of".to_owned())
        }),
        _ => Ok(()),
    }
}
