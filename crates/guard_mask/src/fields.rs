//! Fields that the settings name, by name or by path.

use crate::kind::Kind;

/// The names and paths of the settings.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    names: Vec<Vec<u8>>,
    /// Steps of each path.
    pub(crate) paths: Vec<Vec<Step>>,
}

/// One step of a path, from the root down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// The member of an object, in lower case and without `_` and `-`.
    Member(Vec<u8>),
    /// Every member or element.
    Any,
    /// An element of a list.
    Element(usize),
}

impl Fields {
    /// Reads names (`password`) and paths (`user.address.street`, `items[*].note`).
    pub(crate) fn new<'a>(fields: impl IntoIterator<Item = &'a str>) -> Self {
        let mut read = Self::default();
        for field in fields {
            let steps = steps(field);
            match steps.as_slice() {
                [] => {}
                [Step::Member(name)] => read.names.push(name.clone()),
                _ => read.paths.push(steps),
            }
        }
        read
    }

    /// The words that have to stand in a line before one of the names can: the longest run of
    /// letters and digits of each, since `-` and `_` may be written or not.
    pub(crate) fn words<'a>(fields: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        let mut words = Vec::new();
        for field in fields {
            let named = |piece: &&str| piece.contains(char::is_alphanumeric);
            let pieces = field.rsplit('.').map(|piece| piece.split('[').next().unwrap_or(piece));
            let last = pieces.clone().find(named).unwrap_or_default();
            let tail: String =
                last.chars().filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-')).collect();
            let lower = tail.to_lowercase();
            let pieces = split_words(&lower, &tail);
            words.extend(pieces.into_iter().max_by_key(String::len));
        }
        words
    }

    /// Whether the settings have this name alone; of a flat record's `user.password` the last part
    /// counts too.
    pub(crate) fn kind_of(&self, name: &[u8]) -> Option<Kind> {
        if self.names.is_empty() {
            return None;
        }
        let fits = |name: &[u8], known: &[u8]| {
            let kept = name.iter().filter(|byte| !matches!(byte, b'_' | b'-'));
            kept.map(u8::to_ascii_lowercase).eq(known.iter().copied())
        };
        let last = name.rsplit(|byte| *byte == b'.').next().unwrap_or(name);
        let is_known = self.names.iter().any(|known| fits(name, known) || fits(last, known));
        is_known.then_some(Kind::Field)
    }

    /// The same for a name of which nobody knows where in its document it stands: the last name of
    /// a path is enough.
    pub(crate) fn kind_at_end_of_path(&self, name: &[u8]) -> Option<Kind> {
        let name = normal(name);
        let ends = |path: &Vec<Step>| {
            let member = path.iter().rev().find(|step| matches!(step, Step::Member(_)));
            matches!(member, Some(Step::Member(last)) if *last == name)
        };
        self.paths.iter().any(ends).then_some(Kind::Field)
    }
}

/// Cut where the case changes and at `_` and `-`.
fn split_words(lower: &str, written: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (low, high) in lower.chars().zip(written.chars()) {
        if matches!(low, '_' | '-') || high.is_uppercase() {
            words.push(String::new());
        }
        if let (Some(word), true) = (words.last_mut(), low.is_alphanumeric()) {
            word.push(low);
        }
    }
    words
}

pub(crate) fn normal(name: &[u8]) -> Vec<u8> {
    name.iter().filter(|byte| !matches!(byte, b'_' | b'-')).map(u8::to_ascii_lowercase).collect()
}

/// Reads what the settings call a path of a field; a member with other letters stands in brackets and
/// quotes.
fn steps(field: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = field;
    while !rest.is_empty() {
        if let Some((name, after)) = rest.strip_prefix("[\"").and_then(|in_| in_.split_once("\"]"))
        {
            steps.push(Step::Member(normal(name.as_bytes())));
            rest = after;
        } else if let Some(inside) = rest.strip_prefix('[') {
            let (inner, after) = inside.split_once(']').unwrap_or((inside, ""));
            steps.push(match (inner, inner.parse()) {
                ("*", _) => Step::Any,
                (_, Ok(number)) => Step::Element(number),
                (name, Err(_)) => Step::Member(normal(name.as_bytes())),
            });
            rest = after;
        } else {
            let (name, after) = rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()));
            match name {
                "" => {}
                "*" => steps.push(Step::Any),
                name => steps.push(Step::Member(normal(name.as_bytes()))),
            }
            rest = after.strip_prefix('.').unwrap_or(after);
        }
    }
    steps
}
