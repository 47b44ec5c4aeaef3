//! Which field of an event: `Records[*].s3.object.key`.

use std::fmt;
use std::str::FromStr;

/// A path from the root of an event to a field, or to many.
///
/// Members are separated by dots, `[*]` is every element of a list, `[2]` one, `*` every member.
/// A member with other letters stands in brackets and quotes: `headers["x-forwarded-for"]`. A path
/// goes on into JSON that stands in a text: `body.userId` is the member `userId` of the JSON text
/// `body`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath {
    /// From the root down; empty for the whole event.
    pub steps: Vec<Step>,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The member of an object.
    Member(String),
    /// Every member of an object.
    AnyMember,
    /// One element of a list, from 0.
    Element(u32),
    /// Every element of a list.
    AnyElement,
}

/// Why a text is no path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` is no path of a field: {reason} at character {at}")]
pub struct FieldPathError {
    /// The text.
    pub path: String,
    /// What is wrong.
    pub reason: &'static str,
    /// Offset in bytes.
    pub at: usize,
}

impl FromStr for FieldPath {
    type Err = FieldPathError;

    fn from_str(text: &str) -> Result<Self, FieldPathError> {
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let at = text.len() - rest.len();
            let fault = |reason| FieldPathError { path: text.to_owned(), reason, at };
            if let Some(inside) = rest.strip_prefix('[') {
                let (step, after) = bracket(inside).map_err(fault)?;
                steps.push(step);
                rest = after;
                continue;
            }
            if let Some(after) = rest.strip_prefix('.') {
                if steps.is_empty() {
                    return Err(fault("a dot without a member before it"));
                }
                rest = after;
            } else if !steps.is_empty() {
                return Err(fault("a dot is missing"));
            }
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            match name {
                "" => return Err(fault("a member without a name")),
                "*" => steps.push(Step::AnyMember),
                name => steps.push(Step::Member(name.to_owned())),
            }
            rest = after;
        }
        Ok(Self { steps })
    }
}

/// Reads what stands behind a `[`, up to and with its `]`.
fn bracket(inside: &str) -> Result<(Step, &str), &'static str> {
    if let Some(after) = inside.strip_prefix("*]") {
        return Ok((Step::AnyElement, after));
    }
    if let Some(quoted) = inside.strip_prefix('"') {
        let mut name = String::new();
        let mut characters = quoted.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => name.extend(characters.next().map(|(_, escaped)| escaped)),
                '"' => {
                    let after = quoted.get(at + 1..).unwrap_or_default();
                    let after = after.strip_prefix(']').ok_or("a bracket is not closed")?;
                    return Ok((Step::Member(name), after));
                }
                other => name.push(other),
            }
        }
        return Err("a quote is not closed");
    }
    let (number, after) = inside.split_once(']').ok_or("a bracket is not closed")?;
    let number = number.parse().map_err(|_| "neither a number, `*` nor a quoted name")?;
    Ok((Step::Element(number), after))
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            match step {
                Step::AnyElement => f.write_str("[*]")?,
                Step::Element(number) => write!(f, "[{number}]")?,
                Step::Member(name) if needs_quotes(name) => {
                    write!(f, "[\"{}\"]", name.replace('\\', "\\\\").replace('"', "\\\""))?;
                }
                Step::Member(name) => {
                    write!(f, "{}{name}", if index == 0 { "" } else { "." })?;
                }
                Step::AnyMember => f.write_str(if index == 0 { "*" } else { ".*" })?,
            }
        }
        Ok(())
    }
}

fn needs_quotes(name: &str) -> bool {
    name.is_empty() || name == "*" || name.contains(['.', '[', ']', '"', '\\'])
}

#[cfg(test)]
mod tests {
    use super::{FieldPath, Step};

    #[test]
    fn paths_are_written_as_they_are_read() {
        for text in [
            "Records[*].s3.object.key",
            "body.userId",
            "headers.x-forwarded-for",
            "pathParameters.*",
            "[\"a.b\"].c[3]",
            "*.name",
            "",
        ] {
            assert_eq!(text.parse::<FieldPath>().unwrap().to_string(), text);
        }
        let quoted: FieldPath = r#"a["b\"c]"]"#.parse().unwrap();
        assert_eq!(quoted.steps[1], Step::Member("b\"c]".to_owned()));
    }

    #[test]
    fn what_is_no_path_is_told_with_its_place() {
        for (text, at) in [(".a", 0), ("a..b", 1), ("a[x]", 1), ("a[\"b", 1), ("a[*]b", 4)] {
            assert_eq!(text.parse::<FieldPath>().unwrap_err().at, at, "{text}");
        }
    }
}
