//! The text of a finding: words with `${expression}` between them.

use app_model::{Property, PropertyKind};

use crate::{
    compile::{Fault, Variable, compile},
    evaluate::{Machine, Stop},
    program::Program,
    truth::scalar_text,
};

/// Longest text that one value becomes, in characters.
const LONGEST_VALUE: usize = 200;
/// Items of a list that are told.
const MOST_ITEMS: usize = 8;

/// A text with holes.
#[derive(Debug)]
pub(crate) struct Message {
    parts: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Words(String),
    Value(Program),
}

impl Message {
    /// Reads a text; `$${` is a plain `${`.
    pub(crate) fn parse(text: &str, variables: &[Variable]) -> Result<Self, Fault> {
        let mut parts = Vec::new();
        let mut words = String::new();
        let mut rest = text;
        let at = |rest: &str| {
            let before = text.len() - rest.len();
            let before = text.get(..before).unwrap_or_default().chars().count();
            u32::try_from(before).unwrap_or(0)
        };
        while let Some(found) = rest.find("${") {
            let (before, tail) = rest.split_at(found);
            if let Some(before) = before.strip_suffix('$') {
                words.push_str(before);
                words.push_str("${");
                rest = tail.get(2..).unwrap_or_default();
                continue;
            }
            words.push_str(before);
            let inside = tail.get(2..).unwrap_or_default();
            let Some(end) = closing(inside) else {
                let message = "this `${` has no `}`; a plain one is written `$${`".to_owned();
                return Err(Fault { at: at(tail), message });
            };
            let expression = inside.get(..end).unwrap_or_default();
            let (program, _) = compile(expression, variables)
                .map_err(|fault| Fault { at: at(inside) + fault.at, ..fault })?;
            parts.push(Piece::Words(std::mem::take(&mut words)));
            parts.push(Piece::Value(program));
            rest = inside.get(end + 1..).unwrap_or_default();
        }
        words.push_str(rest);
        parts.push(Piece::Words(words));
        Ok(Self { parts })
    }

    /// The text for the target whose variables are given.
    pub(crate) fn render(
        &self,
        machine: &mut Machine<'_>,
        variables: &[Property],
    ) -> Result<String, Stop> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Piece::Words(words) => text.push_str(words),
                Piece::Value(program) => {
                    let value = machine.run(program, variables)?;
                    text.push_str(&shown(&value));
                }
            }
        }
        Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

/// The bracket that ends an expression; those in texts and mappings do not.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote, mut is_escaped) = (0_usize, None, false);
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(open), _) if open == letter => quote = None,
            (None, '"' | '\'') => quote = Some(letter),
            (None, '{') => depth += 1,
            (None, '}') => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Some(at),
            },
            _ => {}
        }
    }
    None
}

/// A value for people.
fn shown(value: &Property) -> String {
    let text = match &value.kind {
        PropertyKind::Unresolved(what) => what.text.to_string(),
        PropertyKind::List(items) => {
            let mut texts: Vec<String> = items.iter().take(MOST_ITEMS).map(shown).collect();
            if items.len() > MOST_ITEMS {
                texts.push("…".to_owned());
            }
            texts.join(", ")
        }
        PropertyKind::Map(entries) => {
            entries.iter().take(MOST_ITEMS).map(|it| it.0.as_str()).collect::<Vec<_>>().join(", ")
        }
        PropertyKind::OneOf(choices) => {
            choices.first().map(|(_, value)| shown(value)).unwrap_or_default()
        }
        PropertyKind::Null => "nothing".to_owned(),
        other => scalar_text(other).unwrap_or_default(),
    };
    if text.chars().count() <= LONGEST_VALUE {
        return text;
    }
    text.chars().take(LONGEST_VALUE).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::closing;

    #[test]
    fn brackets_in_texts_and_mappings_end_nothing() {
        assert_eq!(closing("a} b"), Some(1));
        assert_eq!(closing("{'}': 1}['}']} b"), Some(13));
        assert_eq!(closing(r"'\'}'} b"), Some(5));
        assert_eq!(closing("'}"), None);
    }
}
