//! The query of an address: what was chosen on a page, and the address of the page with another choice.

use std::fmt::Write as _;

/// Longest value that is looked at, in bytes.
const LONGEST: usize = 1_000;
/// Members that are looked at.
const MOST: usize = 32;

/// Names and values of a query, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    members: Vec<(String, String)>,
}

impl Query {
    /// Reads `severity=high&text=a+b%20c`. What is no UTF-8 becomes a replacement character.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let members = text.split('&').filter(|it| !it.is_empty()).take(MOST).map(|member| {
            let (name, value) = member.split_once('=').unwrap_or((member, ""));
            (decode(name), decode(value))
        });
        Self { members: members.collect() }
    }

    /// The value of a name; empty when it is missing.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        let found = self.members.iter().find(|(it, _)| it == name);
        found.map_or("", |(_, value)| value)
    }

    /// Whether a member has this value.
    #[must_use]
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == value
    }

    /// A number, 0 when it is none.
    #[must_use]
    pub fn number(&self, name: &str) -> usize {
        self.get(name).parse().unwrap_or_default()
    }

    /// The query with one other value; the page goes back to the first one.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let kept = self.members.iter().filter(|(it, _)| it != name && it != "page");
        let mut members: Vec<_> = kept.cloned().collect();
        if !value.is_empty() {
            members.push((name.to_owned(), value.to_owned()));
        }
        Self { members }
    }

    /// The address of a page with this query.
    #[must_use]
    pub fn link(&self, path: &str) -> String {
        let mut link = path.to_owned();
        for (at, (name, value)) in self.members.iter().enumerate() {
            link.push(if at == 0 { '?' } else { '&' });
            encode(&mut link, name);
            link.push('=');
            encode(&mut link, value);
        }
        link
    }

    /// Members beside one, for the hidden fields of a form.
    pub(crate) fn others<'q>(
        &'q self,
        names: &'q [&'q str],
    ) -> impl Iterator<Item = (&'q str, &'q str)> {
        let kept = self.members.iter().filter(move |(it, _)| !names.contains(&it.as_str()));
        kept.map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// The address of a page with members.
pub(crate) fn link(path: &str, members: &[(&str, &str)]) -> String {
    let members =
        members.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Query { members }.link(path)
}

fn encode(to: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            to.push(char::from(byte));
        } else {
            // Writing to a text can not fail.
            let _ = write!(to, "%{byte:02X}");
        }
    }
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len().min(LONGEST));
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if out.len() >= LONGEST {
            break;
        }
        let pair = text.get(at + 1..at + 3).filter(|_| *byte == b'%');
        let escaped = pair
            .filter(|pair| pair.bytes().all(|it| it.is_ascii_hexdigit()))
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (escaped, byte) {
            (Some(value), _) => {
                out.push(value);
                at += 3;
                continue;
            }
            (None, b'+') => out.push(b' '),
            (None, other) => out.push(*other),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Query, link};

    #[test]
    fn escapes_and_pluses_are_read() {
        let query = Query::parse("text=a+b%20c%zz&page=3&x");
        assert_eq!(query.get("text"), "a b c%zz");
        assert_eq!(query.number("page"), 3);
        assert_eq!(query.with("text", "é&").link("/findings"), "/findings?x=&text=%C3%A9%26");
    }

    proptest! {
        #[test]
        fn a_link_says_what_it_was_made_of(value in "\\PC{0,40}") {
            let made = link("/", &[("v", &value)]);
            let read = Query::parse(made.trim_start_matches("/?"));
            prop_assert_eq!(read.get("v"), value);
        }
    }
}
