//! The constant pieces of a text that is put together, and what they look like.

use std::rc::Rc;

use crate::value::Value;

/// Stands in [`Pieces`] where something unknown stands in the text.
pub(crate) const HOLE: char = '\u{fffc}';

/// Characters that are kept of a text.
const LONGEST: usize = 4096;

/// Names of tags that a browser knows.
const TAGS: &str = "a article aside audio b blockquote body br button canvas center code div em embed \
    fieldset figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img \
    input label li link main meta nav object ol option p pre script section select small \
    span strong style sub sup svg table tbody td textarea tfoot th thead title tr u ul video";

/// The constant pieces of a text with [`HOLE`] between them. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pieces(Rc<str>);

impl Pieces {
    /// The pieces of a text that is made of parts; nothing when none of them is constant.
    pub(crate) fn of<'a>(parts: impl IntoIterator<Item = &'a Value>) -> Option<Self> {
        let mut made = String::new();
        for part in parts {
            match (part.as_constant(), &part.pieces) {
                (Some(constant), _) => push(&mut made, &constant.display("None")),
                (None, Some(pieces)) => push(&mut made, &pieces.0),
                (None, None) => push_hole(&mut made),
            }
        }
        Self::new(made)
    }

    fn new(text: String) -> Option<Self> {
        let is_known = text.chars().any(|c| c != HOLE);
        (is_known && text.len() <= LONGEST).then(|| Self(text.into()))
    }

    /// A template whose places to fill stay unknown: `%s`, `{}`, `{name}`, `%{name}`.
    pub(crate) fn of_template(text: &str) -> Option<Self> {
        let mut made = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['%', '{']) {
            let (before, found) = rest.split_at(at);
            push(&mut made, before);
            let length = placeholder(found);
            if length == 0 {
                let first = found.chars().next().map_or(1, char::len_utf8);
                push(&mut made, found.get(..first).unwrap_or_default());
                rest = found.get(first..).unwrap_or_default();
            } else {
                push_hole(&mut made);
                rest = found.get(length..).unwrap_or_default();
            }
        }
        push(&mut made, rest);
        Self::new(made)
    }

    /// The text with holes.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Number of places that something unknown fills.
    pub(crate) fn holes(&self) -> usize {
        self.0.matches(HOLE).count()
    }

    /// The constant that the text begins with.
    pub(crate) fn start(&self) -> &str {
        self.0.split(HOLE).next().unwrap_or_default()
    }

    /// What two texts have in common: how they begin.
    pub(crate) fn common(&self, other: &Self) -> Option<Self> {
        if self == other {
            return Some(self.clone());
        }
        let same = self
            .0
            .char_indices()
            .zip(other.0.chars())
            .find(|((_, a), b)| a != b)
            .map(|((at, _), _)| at);
        let end = same.unwrap_or(self.0.len().min(other.0.len()));
        let mut made = self.0.get(..end)?.to_owned();
        push_hole(&mut made);
        Self::new(made)
    }
}

impl Value {
    /// Constant pieces that both have, constants being texts that are all piece.
    pub(crate) fn common_pieces(&self, other: &Self) -> Option<Pieces> {
        let of = |value: &Self| match &value.pieces {
            None if value.as_text().is_some() => Pieces::of([value]),
            pieces => pieces.clone(),
        };
        if self.pieces.is_none() && other.pieces.is_none() {
            return None;
        }
        of(self)?.common(&of(other)?)
    }
}

fn push(made: &mut String, text: &str) {
    if made.ends_with(HOLE)
        && let Some(rest) = text.strip_prefix(HOLE)
    {
        made.push_str(rest);
    } else {
        made.push_str(text);
    }
}

fn push_hole(made: &mut String) {
    if !made.ends_with(HOLE) {
        made.push(HOLE);
    }
}

/// Length of the place to fill that a text begins with; 0 when it is none.
fn placeholder(text: &str) -> usize {
    let mut letters = text.char_indices();
    let closing = |from: usize, end: char| {
        let inner =
            text.get(from..).and_then(|rest| rest.split_once(end)).map(|(inner, _)| inner)?;
        let is_name = inner.chars().all(|c| c.is_ascii_alphanumeric() || "_.[]!:<>".contains(c));
        is_name.then_some(from + inner.len() + 1)
    };
    match (letters.next(), letters.next()) {
        (Some((_, '{')), _) => closing(1, '}').unwrap_or(0),
        (Some((_, '%')), Some((_, '{'))) => closing(2, '}').unwrap_or(0),
        (Some((_, '%')), Some((_, '('))) => closing(2, ')').map_or(0, |end| end + 1),
        (Some((_, '%')), Some((at, c))) if c.is_ascii_alphanumeric() || c == '-' || c == '.' => {
            text.get(at..)
                .and_then(|rest| rest.find(|c: char| c.is_ascii_alphabetic()))
                .map_or(0, |end| at + end + 1)
        }
        _ => 0,
    }
}

/// Whether the constant pieces of a text are those of an SQL statement: its verb at the beginning,
/// and the word that this verb needs.
pub(crate) fn looks_like_sql(text: &str) -> bool {
    let text = text.get(..text.len().min(2048)).unwrap_or(text).to_ascii_lowercase();
    let mut words = text
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != HOLE)
        .filter(|word| !word.is_empty());
    if !text.trim_start().starts_with(|c: char| c.is_ascii_lowercase()) {
        return false;
    }
    let Some(verb) = words.next() else { return false };
    let needed: &[&str] = match verb {
        "select" | "delete" => &["from"],
        "insert" | "replace" => &["into"],
        "update" => &["set"],
        "merge" => &["into", "using"],
        "with" => &["as"],
        "create" | "drop" | "alter" | "truncate" => {
            &["table", "database", "schema", "view", "index", "user", "role", "trigger"]
        }
        "grant" | "revoke" => &["on", "to"],
        _ => return false,
    };
    let mut rest: Vec<&str> = words.collect();
    // `WITH` introduces a query.
    if verb == "with" && !rest.contains(&"select") {
        return false;
    }
    rest.truncate(256);
    rest.iter().any(|word| needed.contains(word))
}

/// Whether the constant pieces of a text hold a tag of HTML; tags of other markup do not count.
pub(crate) fn looks_like_html(text: &str) -> bool {
    text.split('<').skip(1).any(|rest| {
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let is_tag = after
            .starts_with(|c: char| c == '>' || c == '/' || c.is_ascii_whitespace() || c == HOLE);
        // What stands at the end may go on in the next piece.
        (is_tag || after.is_empty()) && is_html_tag(&name.to_ascii_lowercase())
    })
}

fn is_html_tag(name: &str) -> bool {
    !name.is_empty() && TAGS.split(' ').any(|tag| tag == name)
}

#[cfg(test)]
mod tests {
    use super::{Pieces, looks_like_html, looks_like_sql};

    #[test]
    fn places_to_fill_are_holes() {
        let of = |text: &str| Pieces::of_template(text).map(|pieces| pieces.as_str().to_owned());
        let expected = Some("a\u{fffc}b".to_owned());
        for text in ["a%sb", "a{}b", "a{name}b", "a%(name)sb", "a%{name}b", "a%-10.3fb", "a{0}b"] {
            assert_eq!(of(text), expected, "{text}");
        }
        assert_eq!(of("100% { x: 1 }").as_deref(), Some("100% { x: 1 }"));
        assert_eq!(of("%s"), None);
    }

    #[test]
    fn two_texts_have_their_beginning_in_common() {
        let of = |text: &str| Pieces::of_template(text);
        let (Some(a), Some(b)) = (of("select 1 where %s"), of("select 1 or %s")) else { return };
        assert_eq!(
            a.common(&b).map(|c| c.as_str().to_owned()),
            Some("select 1 \u{fffc}".to_owned())
        );
    }

    #[test]
    fn a_statement_begins_with_its_verb_and_has_the_word_that_it_needs() {
        for text in [
            "SELECT * FROM users WHERE id = \u{fffc}",
            "\n  delete from orders where id=",
            "INSERT INTO `t` (a) VALUES ('\u{fffc}')",
            "UPDATE t SET a = 1",
            "drop table \u{fffc}",
            "with x as (select 1) select * from x",
        ] {
            assert!(looks_like_sql(text), "{text}");
        }
        for text in [
            "Select your plan, \u{fffc}",
            "update of \u{fffc} failed",
            "Dear \u{fffc}, select one from the list",
            "with kind regards as ever, \u{fffc}",
            "create \u{fffc}",
            "",
        ] {
            assert!(!looks_like_sql(text), "{text}");
        }
    }

    #[test]
    fn tags_of_html_are_told_from_other_angle_brackets() {
        for text in ["<div>\u{fffc}</div>", "\u{fffc}</b>", "<a href=\"\u{fffc}\">", "<h1> x"] {
            assert!(looks_like_html(text), "{text}");
        }
        for text in
            ["1 < 2", "<Response><Message>\u{fffc}", "a<b2", "<user@example.com>", "<<\u{fffc}>>"]
        {
            assert!(!looks_like_html(text), "{text}");
        }
    }
}
