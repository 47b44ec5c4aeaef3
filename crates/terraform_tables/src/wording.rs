//! Terraform's names in messages that speak of a template's properties.

use std::{collections::HashMap, fmt::Write as _};

use crate::row::{Owner, Row, Shape, Turn, Type};

/// Terraform's words for the properties that the tables of a provider tell of.
#[derive(Debug)]
pub struct Wording {
    types: Vec<&'static Type>,
    /// By Terraform type, the words by property.
    words: HashMap<&'static str, HashMap<String, &'static str>>,
    start: &'static str,
    is_property: fn(&str) -> bool,
}

impl Wording {
    /// The words of the tables whose types begin with `start` (`aws_`); `is_property` tells a word
    /// that is spelled like a property from other words in back-ticks.
    pub fn new(
        types: impl Iterator<Item = &'static Type>,
        start: &'static str,
        is_property: fn(&str) -> bool,
    ) -> Self {
        let types: Vec<&'static Type> = types.collect();
        let words = types.iter().map(|one| {
            let mut words = HashMap::new();
            collect(one.rows, &mut words);
            (one.kind, words)
        });
        Self { words: words.collect(), types, start, is_property }
    }

    /// The message with the properties that it names in back-ticks (`` `MemorySize` ``) as Terraform
    /// spells them (`` `memory_size` ``), for a finding about the resources at `addresses`.
    ///
    /// A word is a property when it is spelled like one and a table tells of it: one of these types,
    /// of parts of them, of their family, or any.
    #[must_use]
    pub fn said(&self, message: &str, addresses: &[&str]) -> String {
        let kinds: Vec<&str> =
            addresses.iter().filter_map(|address| kind_of(self.start, address)).collect();
        let mut said = String::with_capacity(message.len());
        for (at, piece) in message.split('`').enumerate() {
            if at > 0 {
                said.push('`');
            }
            match (at % 2 == 1).then(|| self.word_of(piece, &kinds)).flatten() {
                Some(word) => {
                    let _ = write!(said, "{word}");
                }
                None => said.push_str(piece),
            }
        }
        said
    }

    fn word_of(&self, piece: &str, kinds: &[&str]) -> Option<String> {
        // `AuthType: AWS_IAM` is an argument with its value.
        if let Some((property, value)) = piece.split_once(": ") {
            let is_word = value.chars().all(|it| it.is_ascii_alphanumeric() || "_-.*".contains(it));
            let is_bare = value.parse::<f64>().is_ok() || matches!(value, "true" | "false");
            let word = self.word_of(property, kinds).filter(|_| is_word)?;
            return Some(if is_bare {
                format!("{word} = {value}")
            } else {
                format!("{word} = \"{value}\"")
            });
        }
        if !(self.is_property)(piece) {
            return None;
        }
        let one = |property: &str| -> Option<String> {
            let of_kind = kinds.iter().find_map(|kind| self.words.get(kind)?.get(property));
            let of_part = || {
                let mut parts = self.types.iter().filter(|one| is_part_of(one, kinds));
                parts.find_map(|one| self.words.get(one.kind)?.get(property))
            };
            // `aws_apigatewayv2_…` before `aws_api_gateway_…`: what hangs on one another shares a start.
            let of_family = || {
                let mut kin = self
                    .types
                    .iter()
                    .filter(|one| kinds.iter().any(|kind| family(kind) == family(one.kind)));
                kin.find_map(|one| self.words.get(one.kind)?.get(property))
            };
            let of_any =
                || self.types.iter().find_map(|one| self.words.get(one.kind)?.get(property));
            of_kind
                .or_else(of_part)
                .or_else(of_family)
                .or_else(of_any)
                .map(|word| (*word).to_owned())
        };
        let words: Option<Vec<String>> = piece.split('.').map(one).collect();
        words.map(|words| words.join("."))
    }
}

fn collect(rows: &'static [Row], words: &mut HashMap<String, &'static str>) {
    for (from, to, turn) in rows {
        if let Turn::One(inner) | Turn::Many(inner) = turn {
            collect(inner, words);
        }
        let last = to.rsplit('.').next().unwrap_or(to);
        if !last.is_empty() && last != "*" {
            words.entry(last.to_owned()).or_insert(from);
        }
    }
}

/// `aws_apigatewayv2` of `aws_apigatewayv2_route`.
fn family(kind: &str) -> &str {
    let second = kind.match_indices('_').nth(1).map_or(kind.len(), |(at, _)| at);
    kind.get(..second).unwrap_or(kind)
}

fn is_part_of(one: &Type, kinds: &[&str]) -> bool {
    match one.shape {
        Shape::Part(Owner::In(_, owner) | Owner::Same(owner, _), _) => kinds.contains(&owner),
        Shape::Resource(..) | Shape::Nothing => false,
    }
}

/// `aws_sqs_queue` of `module.a["x.y"].aws_sqs_queue.q[0]`.
fn kind_of<'a>(start: &str, address: &'a str) -> Option<&'a str> {
    let at = address
        .rfind(start)
        .filter(|at| *at == 0 || address.get(..*at).is_some_and(|it| it.ends_with('.')));
    let first = at.or_else(|| address.find(start))?;
    address.get(first..)?.split(['.', '[']).next()
}
