//! Where a value comes from, as far as it may name a resource of a cloud or stand for one.

use std::rc::Rc;

use code_ir::SmolStr;

use crate::{
    engine::path_text,
    service_call::Provenance,
    value::{Constant, Shape, Value},
};

/// Identifiers of one object at most.
const IDENTIFIERS: usize = 8;

/// Where a value comes from. Values without one are nothing but their shape.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Origin {
    /// As a text.
    pub(crate) text: Option<Provenance>,
    /// Keys of a mapping that are not constant.
    pub(crate) keys: Option<Provenance>,
    /// The client or resource that it is.
    pub(crate) made: Option<Made>,
}

/// How a client or an object that stands for a resource was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Made {
    /// What identifies the resource.
    pub(crate) identifiers: Vec<(SmolStr, Provenance)>,
    /// The region.
    pub(crate) region: Option<Provenance>,
    /// Whether it was made with credentials of its own.
    pub(crate) has_own_credentials: bool,
    /// Parameters that each of its calls has.
    pub(crate) bound: Vec<(SmolStr, Provenance)>,
    /// The recorded call that it is a request of.
    pub(crate) request: Option<usize>,
}

impl Made {
    fn or(&self, other: &Self) -> Self {
        let name = |(name, _): &(SmolStr, Provenance)| name.clone();
        let is_alike = self.identifiers.iter().map(name).eq(other.identifiers.iter().map(name));
        let identifiers = if is_alike {
            let both = self.identifiers.iter().zip(&other.identifiers);
            both.map(|((name, a), (_, b))| (name.clone(), a.clone().or(b.clone()))).collect()
        } else {
            // Of which of the two is not known.
            let all = self.identifiers.iter().chain(&other.identifiers);
            all.map(|(name, _)| (name.clone(), Provenance::Unknown)).take(IDENTIFIERS).collect()
        };
        let region = match (&self.region, &other.region) {
            (None, None) => None,
            (Some(a), Some(b)) => Some(a.clone().or(b.clone())),
            _ => Some(Provenance::Unknown),
        };
        Self {
            identifiers,
            region,
            has_own_credentials: self.has_own_credentials && other.has_own_credentials,
            bound: if self.bound == other.bound { self.bound.clone() } else { Vec::new() },
            request: self.request.filter(|own| other.request == Some(*own)),
        }
    }
}

/// One or the other.
fn either<T>(a: Option<T>, b: Option<T>, or: impl FnOnce(T, T) -> T) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(or(a, b)),
        (a, b) => a.or(b),
    }
}

impl Value {
    /// The same value that comes from somewhere.
    pub(crate) fn with_origin(mut self, origin: Origin) -> Self {
        self.origin = Some(Rc::new(origin));
        self
    }

    /// The same value as this text.
    pub(crate) fn with_text(self, text: Provenance) -> Self {
        self.with_origin(Origin { text: Some(text), ..Origin::default() })
    }

    /// The same value under a key that is not constant.
    pub(crate) fn under_key(self, key: &Self) -> Self {
        let mut origin = self.origin.as_deref().cloned().unwrap_or_default();
        origin.keys = Some(key.provenance());
        self.with_origin(origin)
    }

    /// How the client or resource that it is was made.
    pub(crate) fn made(&self) -> Option<&Made> {
        self.origin.as_ref()?.made.as_ref()
    }

    /// Where it comes from as a text.
    pub(crate) fn provenance(&self) -> Provenance {
        if let Some(text) = self.origin.as_ref().and_then(|origin| origin.text.clone()) {
            return text;
        }
        of_shape(&self.shape).unwrap_or(Provenance::Unknown)
    }

    /// Whether both come from the same.
    pub(crate) fn has_same_origin(&self, other: &Self) -> bool {
        match (&self.origin, &other.origin) {
            (None, None) => true,
            (Some(a), Some(b)) => Rc::ptr_eq(a, b) || a == b,
            _ => false,
        }
    }

    /// Where one or the other comes from.
    pub(crate) fn joined_origin(&self, other: &Self) -> Option<Rc<Origin>> {
        let (a, b) = match (&self.origin, &other.origin) {
            (None, None) => return None,
            (Some(a), Some(b)) if Rc::ptr_eq(a, b) => return Some(Rc::clone(a)),
            (a, b) => (a.as_deref(), b.as_deref()),
        };
        let is_text = a.is_some_and(|a| a.text.is_some()) || b.is_some_and(|b| b.text.is_some());
        let text = match (is_text, is_nothing(&self.shape), is_nothing(&other.shape)) {
            (false, ..) => None,
            // Nothing names nothing.
            (true, true, _) => Some(other.provenance()),
            (true, _, true) => Some(self.provenance()),
            (true, ..) => Some(self.provenance().or(other.provenance())),
        };
        let keys =
            either(a.and_then(|a| a.keys.clone()), b.and_then(|b| b.keys.clone()), Provenance::or);
        let made = |origin: Option<&Origin>, shape: &Shape| match origin {
            Some(origin) => origin.made.clone(),
            // It may be another one of which nothing is known.
            None if matches!(shape, Shape::Instance(_) | Shape::Library(_)) => {
                Some(Made { region: Some(Provenance::Unknown), ..Made::default() })
            }
            None => None,
        };
        let made = either(made(a, &self.shape), made(b, &other.shape), |a, b| a.or(&b));
        Some(Rc::new(Origin { text, keys, made }))
    }
}

fn is_nothing(shape: &Shape) -> bool {
    matches!(shape, Shape::Constant(Constant::None))
}

/// What a shape alone tells; nothing of what names nothing.
fn of_shape(shape: &Shape) -> Option<Provenance> {
    match shape {
        Shape::Constant(Constant::None) => None,
        Shape::Constant(constant) => Some(Provenance::Literal(constant.display(""))),
        Shape::Event(path) if !path.path.is_empty() => {
            Some(Provenance::Event(path_text(&path.path)))
        }
        Shape::OneOf(shapes) => {
            let known = shapes.iter().filter(|shape| !is_nothing(shape));
            known.map(|one| of_shape(one).unwrap_or(Provenance::Unknown)).reduce(Provenance::or)
        }
        _ => Some(Provenance::Unknown),
    }
}

/// A text made of a template whose places are filled: `%s`, `%(name)s`, `{}`, `{0}`, `{name}`.
pub(crate) fn filled(
    template: &str,
    values: &[Value],
    named: &dyn Fn(&str) -> Option<Provenance>,
) -> Provenance {
    let mut parts = Vec::new();
    let mut rest = template;
    let mut next = 0;
    let is_percent = !template.contains('{');
    let mark = if is_percent { '%' } else { '{' };
    let literal = |text: &str| {
        let text = if is_percent { text.to_owned() } else { text.replace("}}", "}") };
        Provenance::Literal(SmolStr::new(text))
    };
    let mut take = |at: Option<usize>| {
        let at = at.unwrap_or_else(|| {
            next += 1;
            next - 1
        });
        values.get(at).map_or(Provenance::Unknown, Value::provenance)
    };
    while let Some((before, after)) = rest.split_once(mark) {
        parts.push(literal(before));
        if let Some(after) = after.strip_prefix(mark) {
            parts.push(Provenance::Literal(SmolStr::new(mark.to_string())));
            rest = after;
            continue;
        }
        let name_end = if is_percent { ')' } else { '}' };
        let is_named = !is_percent || after.starts_with('(');
        if is_named {
            let Some((inner, tail)) = after.split_once(name_end) else { break };
            let inner = inner.trim_start_matches('(');
            let name = inner.split([':', '!']).next().unwrap_or_default();
            let part = match name.parse::<usize>() {
                Ok(at) => take(Some(at)),
                Err(_) if name.is_empty() => take(None),
                Err(_) => named(name).unwrap_or(Provenance::Unknown),
            };
            let is_plain = inner == name || inner.ends_with(":s");
            parts.push(if is_plain { part } else { Provenance::Unknown });
            rest = if is_percent { tail.get(1..).unwrap_or_default() } else { tail };
            continue;
        }
        let end = after.find(|c: char| c.is_ascii_alphabetic()).map_or(after.len(), |at| at + 1);
        let part = take(None);
        parts.push(if after.starts_with(['s', 'd']) { part } else { Provenance::Unknown });
        rest = after.get(end..).unwrap_or_default();
    }
    parts.push(literal(rest));
    Provenance::text(parts)
}

#[cfg(test)]
mod tests {
    use super::filled;
    use crate::{service_call::Provenance, value::Value};

    #[test]
    fn templates_are_filled_in_order_by_number_and_by_name() {
        let variable = Provenance::Environment("T".into());
        let values = [Value::text("a"), Value::unknown().with_text(variable.clone())];
        let named = |name: &str| (name == "x").then(|| Provenance::Literal("n".into()));
        let shown = |template: &str| filled(template, &values, &named);
        let literal = |text: &str| Provenance::Literal(text.into());
        let expected = Provenance::Pieces(vec![literal("a/"), variable.clone(), literal("!")]);
        for template in ["%s/%s!", "{}/{}!", "{0}/{1}!"] {
            assert_eq!(shown(template), expected, "{template}");
        }
        assert_eq!(shown("{x}-%"), literal("n-%"));
        assert_eq!(shown("%(x)s"), literal("n"));
        assert_eq!(shown("100%%"), literal("100%"));
        assert_eq!(shown("{{x}}"), literal("{x}"));
        assert_eq!(shown("{:>3}"), Provenance::Unknown);
    }
}
