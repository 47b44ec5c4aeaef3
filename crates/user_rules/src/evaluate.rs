//! Evaluation in bounded steps: three values, one choice of conditional values at a time, faults with places.

use std::sync::Arc;

use app_model::{Application, Expression, Place, Property, PropertyKind};
use source_text::SmolStr;

use crate::{
    calls,
    program::{Binary, Each, Kind, Part, Program, What},
    truth::{Truth, equal, number, order},
    worlds::Worlds,
};

/// Why an evaluation ended without a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The steps of the rule are used up.
    Steps,
    /// The rule asks something that has no answer.
    Fault {
        /// Where, in characters of the expression.
        at: u32,
        message: String,
    },
}

pub(crate) type Outcome = Result<Property, Stop>;

/// What evaluates expressions of one rule over one application.
#[derive(Debug)]
pub(crate) struct Machine<'a> {
    pub(crate) app: &'a Application,
    /// Steps that are left.
    pub(crate) steps: u64,
    pub(crate) worlds: Worlds,
    slots: Vec<Property>,
}

pub(crate) fn fault<T>(at: u32, message: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Fault { at, message: message.into() })
}

/// A value at no place.
pub(crate) fn plain(kind: PropertyKind) -> Property {
    Property { place: Place::default(), kind }
}

impl<'a> Machine<'a> {
    pub(crate) fn new(app: &'a Application, steps: u64) -> Self {
        Self { app, steps, worlds: Worlds::default(), slots: Vec::new() }
    }

    /// Evaluates a program whose first variables are `variables`.
    pub(crate) fn run(&mut self, program: &Program, variables: &[Property]) -> Outcome {
        self.slots.clear();
        self.slots.extend_from_slice(variables);
        self.slots.resize(program.slots.max(variables.len()), Property::default());
        self.value(&program.root)
    }

    /// Takes steps; what is left must be enough.
    pub(crate) fn spend(&mut self, steps: usize) -> Result<(), Stop> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        self.steps = self.steps.checked_sub(steps).ok_or(Stop::Steps)?;
        Ok(())
    }

    /// The value of a part, one choice taken.
    pub(crate) fn value(&mut self, part: &Part) -> Outcome {
        let value = self.raw(part)?;
        Ok(self.settle(value))
    }

    /// One choice of a value that hangs on conditions.
    pub(crate) fn settle(&mut self, mut value: Property) -> Property {
        while let PropertyKind::OneOf(choices) = &value.kind {
            let place = value.place;
            value = self.worlds.choose(choices).unwrap_or_else(|| {
                let text = "a value for other deployments";
                let what = Arc::new(Expression::opaque(text));
                Property::new(place, PropertyKind::Unresolved(what))
            });
        }
        value
    }

    /// The items of a list that are there, or the keys of a mapping; `None` when it is not known.
    pub(crate) fn items(
        &mut self,
        at: u32,
        value: &Property,
    ) -> Result<Option<Vec<Property>>, Stop> {
        match &value.kind {
            PropertyKind::List(items) => {
                self.spend(items.len())?;
                let mut found = Vec::with_capacity(items.len());
                for item in items.iter() {
                    let settled = self.settle(item.clone());
                    let is_left_out = matches!(settled.kind, PropertyKind::Null)
                        && crate::worlds::is_conditional(item);
                    if !is_left_out {
                        found.push(settled);
                    }
                }
                Ok(Some(found))
            }
            PropertyKind::Map(entries) => {
                self.spend(entries.len())?;
                let keys =
                    entries.iter().map(|(key, value)| Property::text(value.place, key.clone()));
                Ok(Some(keys.collect()))
            }
            PropertyKind::Null => Ok(Some(Vec::new())),
            PropertyKind::Unresolved(_) => Ok(None),
            _ => fault(at, format!("{} is no list", words(value))),
        }
    }

    /// The value of a part, choices not taken.
    pub(crate) fn raw(&mut self, part: &Part) -> Outcome {
        self.spend(1)?;
        match &part.kind {
            Kind::Literal(value) => Ok(value.clone()),
            Kind::Variable(slot) => Ok(self.slots.get(*slot).cloned().unwrap_or_default()),
            Kind::Select(of, field) => {
                let of = self.value(of)?;
                select(part.at, &of, field)
            }
            Kind::Has(of, field) => {
                let of = self.value(of)?;
                let found = select(part.at, &of, field)?;
                let found = self.settle(found);
                Ok(match (&of.kind, &found.kind) {
                    (PropertyKind::Unresolved(what), _) => Truth::Unknown(Arc::clone(what)),
                    (_, PropertyKind::Null) => Truth::False,
                    _ => Truth::True,
                }
                .into_property())
            }
            Kind::Index(of, index) => {
                let (of, index) = (self.value(of)?, self.value(index)?);
                item_of(part.at, &of, &index)
            }
            Kind::List(items) => {
                let items: Vec<_> =
                    items.iter().map(|it| self.raw(it)).collect::<Result<_, _>>()?;
                Ok(plain(PropertyKind::List(items.into())))
            }
            Kind::Map(entries) => {
                let mut found = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    let name = self.value(key)?;
                    let PropertyKind::Text(name) = name.kind else {
                        return fault(key.at, "a key must be a text");
                    };
                    found.push((name, self.raw(value)?));
                }
                Ok(plain(PropertyKind::Map(found.into())))
            }
            Kind::Not(of) => {
                let at = of.at;
                let of = self.value(of)?;
                Ok(truth(at, of)?.negated().into_property())
            }
            Kind::Negate(of) => {
                let of = self.value(of)?;
                negate(part.at, of)
            }
            Kind::And(one, two) => self.both(one, two, false),
            Kind::Or(one, two) => self.both(one, two, true),
            Kind::Conditional(test, one, two) => {
                let tested = self.value(test)?;
                match truth(test.at, tested)? {
                    Truth::True => self.raw(one),
                    Truth::False => self.raw(two),
                    unknown @ Truth::Unknown(_) => Ok(unknown.into_property()),
                }
            }
            Kind::Binary(binary, one, two) => {
                let (one, two) = (self.value(one)?, self.value(two)?);
                self.binary(part.at, *binary, &one, &two)
            }
            Kind::Call(function, arguments) => calls::call(self, part.at, function, arguments),
            Kind::Each(each) => self.each(each),
        }
    }

    /// `&&`, and `||` when `decides` is true: one side that decides settles it, whatever the other is.
    fn both(&mut self, one: &Part, two: &Part, decides: bool) -> Outcome {
        let (mut unknown, mut fault) = (None, None);
        for part in [one, two] {
            match self.value(part).and_then(|value| truth(part.at, value)) {
                Ok(Truth::Unknown(what)) => {
                    unknown.get_or_insert(what);
                }
                Ok(Truth::True) if decides => return Ok(Truth::True.into_property()),
                Ok(Truth::False) if !decides => return Ok(Truth::False.into_property()),
                Ok(_) => {}
                Err(Stop::Steps) => return Err(Stop::Steps),
                Err(stop) => {
                    fault.get_or_insert(stop);
                }
            }
        }
        undecided(unknown, fault, Truth::from(!decides))
    }

    fn binary(&mut self, at: u32, binary: Binary, one: &Property, two: &Property) -> Outcome {
        self.spend(weight(one).max(weight(two)) / 16)?;
        match binary {
            Binary::Equal => Ok(equal(one, two).into_property()),
            Binary::NotEqual => Ok(equal(one, two).negated().into_property()),
            Binary::In => self.holds_item(at, one, two),
            _ => {
                if let Some(what) = unknown_of(one).or_else(|| unknown_of(two)) {
                    return Ok(Truth::Unknown(what).into_property());
                }
                match binary {
                    Binary::Less
                    | Binary::LessOrEqual
                    | Binary::Greater
                    | Binary::GreaterOrEqual => compare(at, binary, one, two),
                    Binary::Add => self.add(at, one, two),
                    _ => arithmetic(at, binary, one, two),
                }
            }
        }
    }

    fn holds_item(&mut self, at: u32, one: &Property, two: &Property) -> Outcome {
        let Some(items) = self.items(at, two)? else { return Ok(two.clone()) };
        let mut unknown = None;
        for item in &items {
            match equal(one, item) {
                Truth::True => return Ok(Truth::True.into_property()),
                Truth::False => {}
                Truth::Unknown(what) => {
                    unknown.get_or_insert(what);
                }
            }
        }
        undecided(unknown, None, Truth::False)
    }

    fn add(&mut self, at: u32, one: &Property, two: &Property) -> Outcome {
        match (&one.kind, &two.kind) {
            (PropertyKind::List(first), PropertyKind::List(second)) => {
                self.spend(first.len() + second.len())?;
                let items: Vec<_> = first.iter().chain(second.iter()).cloned().collect();
                Ok(plain(PropertyKind::List(items.into())))
            }
            (PropertyKind::Text(first), PropertyKind::Text(second)) => {
                self.spend((first.len() + second.len()) / 16)?;
                Ok(plain(PropertyKind::Text(format!("{first}{second}").into())))
            }
            _ => arithmetic(at, Binary::Add, one, two),
        }
    }

    fn each(&mut self, each: &Each) -> Outcome {
        let range = self.value(&each.range)?;
        let Some(items) = self.items(each.range.at, &range)? else { return Ok(range) };
        let (mut unknown, mut fault, mut count) = (None, None, 0);
        let mut collected = Vec::new();
        for item in items {
            if let Some(slot) = self.slots.get_mut(each.slot) {
                *slot = item;
            }
            let tested = match &each.test {
                None => Ok(Truth::True),
                Some(test) => self.value(test).and_then(|value| truth(test.at, value)),
            };
            match (each.what, tested) {
                (What::All, Ok(Truth::False)) => return Ok(Truth::False.into_property()),
                (What::Exists, Ok(Truth::True)) => return Ok(Truth::True.into_property()),
                (What::ExistsOne, Ok(Truth::True)) => count += 1,
                (What::Collect, Ok(Truth::True)) => {
                    if let Some(value) = &each.value {
                        collected.push(self.raw(value)?);
                    }
                }
                (_, Ok(Truth::Unknown(what))) => {
                    unknown.get_or_insert(what);
                }
                (_, Ok(_)) => {}
                (_, Err(Stop::Steps)) => return Err(Stop::Steps),
                (_, Err(stop)) => {
                    fault.get_or_insert(stop);
                }
            }
        }
        if each.what == What::Collect && unknown.is_none() && fault.is_none() {
            return Ok(Property::new(range.place, PropertyKind::List(collected.into())));
        }
        let ended = match each.what {
            What::All => Truth::True,
            What::ExistsOne => Truth::from(count == 1),
            What::Exists | What::Collect => Truth::False,
        };
        undecided(unknown, fault, ended)
    }
}

fn select(at: u32, of: &Property, field: &SmolStr) -> Outcome {
    match &of.kind {
        PropertyKind::Map(_) => Ok(of
            .get(field)
            .cloned()
            // What is missing would stand where its owner stands.
            .unwrap_or(Property { place: of.place, kind: PropertyKind::Null })),
        PropertyKind::Null | PropertyKind::Unresolved(_) => Ok(of.clone()),
        _ => fault(at, format!("{} has no field `{field}`", words(of))),
    }
}

fn item_of(at: u32, of: &Property, index: &Property) -> Outcome {
    match (&of.kind, &index.kind) {
        (PropertyKind::Unresolved(_) | PropertyKind::Null, _) => Ok(of.clone()),
        (_, PropertyKind::Unresolved(_)) => Ok(index.clone()),
        (PropertyKind::List(items), PropertyKind::Integer(number)) => {
            let item = usize::try_from(*number).ok().and_then(|it| items.get(it));
            Ok(item.cloned().unwrap_or(Property { place: of.place, kind: PropertyKind::Null }))
        }
        (PropertyKind::Map(_), PropertyKind::Text(key)) => select(at, of, key),
        _ => fault(at, format!("{} has no item {}", words(of), words(index))),
    }
}

fn negate(at: u32, of: Property) -> Outcome {
    match of.kind {
        PropertyKind::Integer(it) => match it.checked_neg() {
            Some(it) => Ok(plain(PropertyKind::Integer(it))),
            None => fault(at, "this number is too large"),
        },
        PropertyKind::Number(it) => Ok(plain(PropertyKind::Number(-it))),
        PropertyKind::Unresolved(_) => Ok(of),
        _ => fault(at, format!("{} is no number", words(&of))),
    }
}

/// What comes out when nothing decided: the fault, what is not known, or `otherwise`.
fn undecided(unknown: Option<Arc<Expression>>, fault: Option<Stop>, otherwise: Truth) -> Outcome {
    match (fault, unknown) {
        (Some(stop), _) => Err(stop),
        (None, Some(what)) => Ok(Truth::Unknown(what).into_property()),
        (None, None) => Ok(otherwise.into_property()),
    }
}

/// A value as a truth value.
pub(crate) fn truth(at: u32, value: Property) -> Result<Truth, Stop> {
    match value.kind {
        PropertyKind::Bool(it) => Ok(it.into()),
        PropertyKind::Unresolved(what) => Ok(Truth::Unknown(what)),
        PropertyKind::Text(ref text) if text == "true" || text == "false" => {
            Ok((text == "true").into())
        }
        _ => {
            let hint = match value.kind {
                PropertyKind::Null => {
                    "; what may be missing is asked with `== true` or `.or(false)`"
                }
                _ => "",
            };
            fault(at, format!("{} is neither true nor false{hint}", words(&value)))
        }
    }
}

pub(crate) fn unknown_of(value: &Property) -> Option<Arc<Expression>> {
    match &value.kind {
        PropertyKind::Unresolved(what) => Some(Arc::clone(what)),
        _ => None,
    }
}

fn compare(at: u32, binary: Binary, one: &Property, two: &Property) -> Outcome {
    let Some(order) = order(one, two) else {
        let is_null = |it: &Property| matches!(it.kind, PropertyKind::Null);
        let hint = if is_null(one) || is_null(two) {
            "; give what is missing a value with `.or(…)`, or ask `has(…)` first"
        } else {
            ""
        };
        let sign = binary.sign();
        let message = format!("`{sign}` cannot compare {} and {}{hint}", words(one), words(two));
        return fault(at, message);
    };
    Ok(Truth::from(match binary {
        Binary::Less => order.is_lt(),
        Binary::LessOrEqual => order.is_le(),
        Binary::Greater => order.is_gt(),
        _ => order.is_ge(),
    })
    .into_property())
}

fn arithmetic(at: u32, binary: Binary, one: &Property, two: &Property) -> Outcome {
    let whole = |value: &Property| match &value.kind {
        PropertyKind::Integer(it) => Some(*it),
        PropertyKind::Text(text) => text.trim().parse().ok(),
        _ => None,
    };
    if let (Some(first), Some(second)) = (whole(one), whole(two)) {
        let result = match binary {
            Binary::Add => first.checked_add(second),
            Binary::Subtract => first.checked_sub(second),
            Binary::Multiply => first.checked_mul(second),
            Binary::Divide => first.checked_div(second),
            _ => first.checked_rem(second),
        };
        return match result {
            Some(whole) => Ok(plain(PropertyKind::Integer(whole))),
            None => fault(at, "this is divided by zero, or the number becomes too large"),
        };
    }
    let (Some(first), Some(second)) = (number(one), number(two)) else {
        let sign = binary.sign();
        return fault(
            at,
            format!("`{sign}` cannot put together {} and {}", words(one), words(two)),
        );
    };
    let result = match binary {
        Binary::Add => first + second,
        Binary::Subtract => first - second,
        Binary::Multiply => first * second,
        Binary::Divide => first / second,
        _ => first % second,
    };
    Ok(plain(PropertyKind::Number(result)))
}

/// Bytes of a text, items of a list.
fn weight(value: &Property) -> usize {
    match &value.kind {
        PropertyKind::Text(text) => text.len(),
        PropertyKind::List(items) => items.len() * 16,
        PropertyKind::Map(entries) => entries.len() * 16,
        _ => 0,
    }
}

/// What a value is, for messages.
pub(crate) fn words(value: &Property) -> String {
    let cut = |text: &str| text.chars().take(40).collect::<String>();
    match &value.kind {
        PropertyKind::Null => "null".to_owned(),
        PropertyKind::Bool(it) => format!("`{it}`"),
        PropertyKind::Integer(it) => format!("`{it}`"),
        PropertyKind::Number(it) => format!("`{it}`"),
        PropertyKind::Text(text) => format!("the text `{}`", cut(text)),
        PropertyKind::List(_) => "a list".to_owned(),
        PropertyKind::Map(_) => "a mapping".to_owned(),
        PropertyKind::OneOf(_) => "a value that hangs on conditions".to_owned(),
        PropertyKind::Unresolved(what) => format!("`{}`", cut(&what.text)),
    }
}
