//! Which operations of AWS a call of an SDK is, and what it says of their parameters.

use std::borrow::Cow;

use aws_operations::{Given, Operation, Piece, Relation, Source, Step, When, relation};
use taint::{Provenance, ServiceCall};

use super::value::{Surroundings, Text};

/// Combinations of values of the arguments of one call at most; of more, the widest is taken.
const MAX_COMBINATIONS: usize = 64;

/// The operations of a call; in words, why they are not known.
pub(super) fn of(call: &ServiceCall) -> Result<Vec<Step>, String> {
    aws_operations::resolve(&call.service, &call.resource, &call.operation).ok_or_else(|| {
        let kind = match call.resource.as_str() {
            "" => String::new(),
            resource => format!(" on a `{resource}`"),
        };
        format!(
            "which operations `{}` of `{}`{kind} performs is not known",
            call.operation, call.service
        )
    })
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    Argument(String),
    Identifier(usize),
}

/// The arguments of a call that name resources, with the texts that each may have.
pub(super) struct Arguments {
    values: Vec<(Key, Vec<Text>)>,
    has_others: bool,
    /// How many combinations of values there are.
    pub(super) combinations: usize,
    /// Whether there were too many of them.
    pub(super) is_cut: bool,
}

impl Arguments {
    pub(super) fn of(around: &Surroundings<'_, '_>, call: &ServiceCall, step: &Step) -> Self {
        let asked = asked(step);
        let mut values: Vec<(Key, Vec<Text>)> = Vec::new();
        let mut add = |key: Key, value: &Provenance| {
            // What names no resource must not make the others uncertain by its many values.
            let is_asked = asked.iter().any(|asked| related(&key, asked) == Relation::Same);
            if !is_asked && !asked.iter().any(|asked| related(&key, asked) != Relation::None) {
                return;
            }
            let mut texts = around.texts(value);
            // Of what only lies around a parameter or inside it, no text is of use.
            if !is_asked {
                texts.retain(|text| *text == Text::Unknown);
                texts.dedup();
            }
            // Items of a list have the same name: each is touched.
            match values.iter_mut().find(|(known, _)| *known == key) {
                Some((_, known)) => {
                    let new: Vec<Text> =
                        texts.into_iter().filter(|text| !known.contains(text)).collect();
                    known.extend(new);
                }
                None => values.push((key, texts)),
            }
        };
        for (name, value) in &call.arguments {
            add(Key::Argument(name.to_string()), value);
        }
        for (at, (_, value)) in call.receiver.iter().enumerate() {
            add(Key::Identifier(at), value);
        }
        let count = |values: &[(Key, Vec<Text>)]| {
            values.iter().fold(1_usize, |all, (_, texts)| all.saturating_mul(texts.len().max(1)))
        };
        let is_cut = count(&values) > MAX_COMBINATIONS;
        if is_cut {
            for (_, texts) in values.iter_mut().filter(|(_, texts)| texts.len() > 1) {
                *texts = vec![Text::Unknown];
            }
        }
        let combinations = count(&values);
        Self { values, has_others: call.has_unknown_arguments, combinations, is_cut }
    }

    /// What one of the combinations says of a parameter of the operation.
    pub(super) fn given(&self, step: &Step, parameter: &str, combination: usize) -> Given<'_> {
        let argument = |name: &str| {
            let key = Key::Argument(name.to_owned());
            self.value(&key, combination).unwrap_or_else(|| self.around(&key))
        };
        let identifier =
            |at: usize| self.value(&Key::Identifier(at), combination).unwrap_or(Given::Unknown);
        step.given(parameter, &argument, &identifier)
    }

    /// What the arguments around and inside a parameter say of it, which is not told by itself.
    fn around(&self, asked: &Key) -> Given<'_> {
        let mut may_be = self.has_others;
        for (known, texts) in &self.values {
            match related(known, asked) {
                // Some of its fields are given.
                Relation::Below => return Given::Unknown,
                // A structure of which nothing is known.
                Relation::Above => may_be |= texts.contains(&Text::Unknown),
                Relation::Same | Relation::None => {}
            }
        }
        if may_be { Given::Perhaps } else { Given::Absent }
    }

    fn value(&self, key: &Key, combination: usize) -> Option<Given<'_>> {
        let mut rest = combination;
        for (known, texts) in &self.values {
            let count = texts.len().max(1);
            let at = rest % count;
            rest /= count;
            if related(known, key) == Relation::Same {
                return Some(match texts.get(at) {
                    Some(Text::Known(text)) => Given::Text(Cow::Borrowed(text)),
                    Some(Text::Arn(text)) => Given::Arn(Cow::Borrowed(text)),
                    Some(Text::Unknown) | None => Given::Unknown,
                });
            }
        }
        None
    }
}

/// How what is known lies to what is asked for.
fn related(known: &Key, asked: &Key) -> Relation {
    match (known, asked) {
        (Key::Argument(known), Key::Argument(asked)) => relation(known, asked),
        (Key::Identifier(known), Key::Identifier(asked)) if known == asked => Relation::Same,
        _ => Relation::None,
    }
}

/// Where the parameters come from that the needs of an operation ask for.
fn asked(step: &Step) -> Vec<Key> {
    let mut asked: Vec<Key> = Vec::new();
    for parameter in parameters(step.operation) {
        asked.push(Key::Argument(parameter.to_owned()));
        for (renamed, source) in step.renames() {
            match source {
                _ if renamed != parameter => {}
                Source::Argument(name) => asked.push(Key::Argument(name.to_owned())),
                Source::Identifier(at) => asked.push(Key::Identifier(at)),
                Source::Unknown | Source::Text(_) => {}
            }
        }
    }
    asked
}

/// The parameters that the needs of an operation ask for.
fn parameters(operation: Operation) -> Vec<&'static str> {
    let mut found = Vec::new();
    let of_condition = |when: When| match when {
        When::Given(name) | When::NotGiven(name) => Some(name),
        When::Always => None,
    };
    for need in operation.needs() {
        found.extend(of_condition(need.when));
        for template in need.resources() {
            found.extend(of_condition(template.when));
            for piece in template.pieces() {
                if let Piece::Hole(hole) = piece {
                    found.extend(hole.parameters());
                }
            }
        }
    }
    found
}
