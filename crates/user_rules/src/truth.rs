//! Equality and order of values of which parts may not be known.

use std::{cmp::Ordering, sync::Arc};

use app_model::{Expression, Property, PropertyKind};
use cloud_names::{Pattern, Piece, has_placeholder, pieces};

/// True, false, or not known, with what is not known.
#[derive(Clone, Debug)]
pub(crate) enum Truth {
    True,
    False,
    Unknown(Arc<Expression>),
}

impl From<bool> for Truth {
    fn from(it: bool) -> Self {
        if it { Self::True } else { Self::False }
    }
}

impl Truth {
    pub(crate) fn negated(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            unknown @ Self::Unknown(_) => unknown,
        }
    }

    /// The value that expressions see.
    pub(crate) fn into_property(self) -> Property {
        Property { kind: self.into_kind(), ..Property::default() }
    }

    fn into_kind(self) -> PropertyKind {
        match self {
            Self::True => PropertyKind::Bool(true),
            Self::False => PropertyKind::Bool(false),
            Self::Unknown(what) => PropertyKind::Unresolved(what),
        }
    }
}

/// Whether two values that were settled are equal. Numbers and truth values count as text, as in
/// CloudFormation.
pub(crate) fn equal(one: &Property, two: &Property) -> Truth {
    use PropertyKind as K;
    match (&one.kind, &two.kind) {
        // What is written and not known is there all the same.
        (K::Null, K::Unresolved(_)) | (K::Unresolved(_), K::Null) => Truth::False,
        (K::Unresolved(what), K::Unresolved(other)) => {
            if what.text == other.text && has_placeholder(&what.text) {
                Truth::True
            } else {
                Truth::Unknown(Arc::clone(what))
            }
        }
        (K::Unresolved(what), other) | (other, K::Unresolved(what)) => match scalar_text(other) {
            Some(text) if has_placeholder(&what.text) && !may_be(&what.text, &text) => Truth::False,
            // A list or mapping may come out of an expression, too.
            _ => Truth::Unknown(Arc::clone(what)),
        },
        (K::Null, K::Null) => Truth::True,
        (K::List(one), K::List(two)) => all_equal(one, two),
        (K::Map(one), K::Map(two)) => {
            if one.len() != two.len() {
                return Truth::False;
            }
            let pairs = one.iter().map(|(key, value)| {
                let other = two.iter().find(|(name, _)| name == key);
                other.map_or(Truth::False, |(_, other)| equal(value, other))
            });
            every(pairs)
        }
        _ => order(one, two).is_some_and(Ordering::is_eq).into(),
    }
}

fn all_equal(one: &[Property], two: &[Property]) -> Truth {
    if one.len() != two.len() {
        return Truth::False;
    }
    every(one.iter().zip(two).map(|(one, two)| equal(one, two)))
}

fn every(mut truths: impl Iterator<Item = Truth>) -> Truth {
    let mut unknown = None;
    let is_false = truths.any(|truth| match truth {
        Truth::True => false,
        Truth::False => true,
        Truth::Unknown(what) => {
            unknown.get_or_insert(what);
            false
        }
    });
    match unknown {
        _ if is_false => Truth::False,
        Some(what) => Truth::Unknown(what),
        None => Truth::True,
    }
}

/// The order of two scalars; `None` when they have none.
pub(crate) fn order(one: &Property, two: &Property) -> Option<Ordering> {
    use PropertyKind as K;
    match (&one.kind, &two.kind) {
        (K::Bool(one), K::Bool(two)) => Some(one.cmp(two)),
        (K::Integer(one), K::Integer(two)) => Some(one.cmp(two)),
        (K::Text(one), K::Text(two)) => Some(one.cmp(two)),
        (K::Bool(truth), K::Text(text)) => text.parse::<bool>().ok().map(|other| truth.cmp(&other)),
        (K::Text(text), K::Bool(truth)) => text.parse::<bool>().ok().map(|it| it.cmp(truth)),
        _ => number(one)?.partial_cmp(&number(two)?),
    }
}

/// The number that a scalar is; text that reads as one counts.
#[expect(clippy::cast_precision_loss, reason = "numbers of templates are far below 2^53")]
pub(crate) fn number(value: &Property) -> Option<f64> {
    match &value.kind {
        PropertyKind::Integer(it) => Some(*it as f64),
        PropertyKind::Number(it) => Some(*it),
        PropertyKind::Text(text) => text.trim().parse().ok().filter(|it: &f64| it.is_finite()),
        _ => None,
    }
}

/// The text of a scalar.
pub(crate) fn scalar_text(kind: &PropertyKind) -> Option<String> {
    match kind {
        PropertyKind::Bool(it) => Some(it.to_string()),
        PropertyKind::Integer(it) => Some(it.to_string()),
        PropertyKind::Number(it) => Some(it.to_string()),
        PropertyKind::Text(it) => Some(it.to_string()),
        _ => None,
    }
}

/// Whether a text with holes may be `text`.
fn may_be(holed: &str, text: &str) -> bool {
    Pattern::literal(holed).may_match(text)
}

/// What is asked of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Begins,
    Ends,
    Holds,
}

/// Whether a text with holes begins with, ends with, or holds `part`: the letters that are known often
/// decide it.
pub(crate) fn ask_holed(what: &Arc<Expression>, asked: Asked, part: &str) -> Truth {
    let unknown = || Truth::Unknown(Arc::clone(what));
    if part.is_empty() {
        return Truth::True;
    }
    let text = |piece: Option<Piece<'_>>| match piece {
        Some(Piece::Text(text)) => text.to_owned(),
        _ => String::new(),
    };
    let known: String = match asked {
        Asked::Holds => {
            let holds = pieces(&what.text).any(|piece| match piece {
                Piece::Text(text) => text.contains(part),
                Piece::Placeholder(_) => false,
            });
            return if holds { Truth::True } else { unknown() };
        }
        Asked::Begins => text(pieces(&what.text).next()),
        Asked::Ends => text(pieces(&what.text).last()),
    };
    if !has_placeholder(&what.text) {
        return unknown();
    }
    let (is_so, may_be_so) = match asked {
        Asked::Begins => (known.starts_with(part), part.starts_with(&known)),
        _ => (known.ends_with(part), part.ends_with(&known)),
    };
    match (is_so, may_be_so) {
        (true, _) => Truth::True,
        (false, true) => unknown(),
        (false, false) => Truth::False,
    }
}
