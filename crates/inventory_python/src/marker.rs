//! Environment markers (PEP 508), decided for a Lambda function as far as they can be.

use std::collections::BTreeSet;

/// Deepest nesting of parentheses that is followed.
const DEEPEST: usize = 50;

/// What is known of the environment in which markers are decided.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `3.12`, when known.
    pub python: Option<String>,
    /// The extras that were asked for, normalised.
    pub extras: BTreeSet<String>,
}

/// Whether a marker holds: `None` when the environment does not tell, or it is no marker.
///
/// A function runs `CPython` on Linux; the version of Python and the processor are often not known.
#[must_use]
pub fn holds(marker: &str, environment: &Environment) -> Option<bool> {
    let tokens = tokens(marker)?;
    let mut reader = Reader { tokens: &tokens, environment, depth: 0 };
    let value = reader.any()?;
    if reader.tokens.is_empty() { value } else { None }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Operator(String),
    Open,
    Close,
}

fn tokens(marker: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut chars = marker.chars().peekable();
    while let Some(c) = chars.next() {
        tokens.push(match c {
            c if c.is_whitespace() => continue,
            '(' => Token::Open,
            ')' => Token::Close,
            '\'' | '"' => {
                let mut text = String::new();
                loop {
                    match chars.next()? {
                        end if end == c => break Token::Text(text),
                        inside => text.push(inside),
                    }
                }
            }
            '<' | '>' | '=' | '!' | '~' => {
                let mut text = String::from(c);
                while let Some(next) = chars.next_if(|c| *c == '=') {
                    text.push(next);
                }
                Token::Operator(text)
            }
            c if c.is_ascii_alphabetic() || c == '_' => {
                let mut text = String::from(c);
                while let Some(c) =
                    chars.next_if(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
                {
                    text.push(c);
                }
                Token::Word(text)
            }
            _ => return None,
        });
    }
    Some(tokens)
}

struct Reader<'a> {
    tokens: &'a [Token],
    environment: &'a Environment,
    depth: usize,
}

/// The outer option: whether it is a marker; the inner one: whether it holds, as far as known.
type Answer = Option<Option<bool>>;

impl Reader<'_> {
    fn next(&mut self) -> Option<Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first.clone())
    }

    fn word(&mut self, word: &str) -> bool {
        let is = matches!(self.tokens.first(), Some(Token::Word(text)) if text == word);
        if is {
            self.next();
        }
        is
    }

    fn any(&mut self) -> Answer {
        let mut value = self.all()?;
        while self.word("or") {
            value = match (value, self.all()?) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            };
        }
        Some(value)
    }

    fn all(&mut self) -> Answer {
        let mut value = self.one()?;
        while self.word("and") {
            value = match (value, self.one()?) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
        }
        Some(value)
    }

    fn one(&mut self) -> Answer {
        if self.tokens.first() == Some(&Token::Open) {
            self.next();
            self.depth += 1;
            if self.depth > DEEPEST {
                return None;
            }
            let value = self.any()?;
            self.depth -= 1;
            return (self.next()? == Token::Close).then_some(value);
        }
        let left = self.next()?;
        let operator = match self.next()? {
            Token::Operator(text) => text,
            Token::Word(text) if text == "in" => text,
            Token::Word(text) if text == "not" && self.word("in") => "not in".to_owned(),
            _ => return None,
        };
        let right = self.next()?;
        Some(match (left, right) {
            (Token::Word(name), Token::Text(text)) => self.compare(&name, &operator, &text, false),
            (Token::Text(text), Token::Word(name)) => self.compare(&name, &operator, &text, true),
            _ => return None,
        })
    }

    fn compare(&self, name: &str, operator: &str, text: &str, turned: bool) -> Option<bool> {
        if name == "extra" {
            let has = self.environment.extras.contains(&crate::key(text));
            return match operator {
                "==" => Some(has),
                "!=" => Some(!has),
                _ => None,
            };
        }
        if name == "python_version" || name == "python_full_version" {
            return compare_versions(self.environment.python.as_deref()?, operator, text, turned);
        }
        let value = match name {
            "os_name" => "posix",
            "sys_platform" => "linux",
            "platform_system" => "Linux",
            "platform_python_implementation" => "CPython",
            "implementation_name" => "cpython",
            _ => return None,
        };
        let (left, right) = if turned { (text, value) } else { (value, text) };
        Some(match operator {
            "==" | "===" => left == right,
            "!=" => left != right,
            "in" => right.contains(left),
            "not in" => !right.contains(left),
            _ => return None,
        })
    }
}

/// Compares the minor version of Python, which is all that is known, with a version in a marker.
fn compare_versions(python: &str, operator: &str, text: &str, turned: bool) -> Option<bool> {
    if matches!(operator, "in" | "not in") && !turned {
        let listed = text.split([',', ' ']).any(|one| one == python);
        return Some(listed == (operator == "in"));
    }
    let numbers = |text: &str| -> Option<Vec<u32>> {
        text.trim_end_matches(".*").split('.').map(|part| part.parse().ok()).take(2).collect()
    };
    let ordering = numbers(python)?.cmp(&numbers(text)?);
    let ordering = if turned { ordering.reverse() } else { ordering };
    Some(match operator {
        "==" | "===" => ordering.is_eq(),
        "!=" => ordering.is_ne(),
        "<" => ordering.is_lt(),
        "<=" => ordering.is_le(),
        ">" => ordering.is_gt(),
        ">=" | "~=" => ordering.is_ge(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Environment, holds};

    #[test]
    fn markers_are_decided_as_far_as_the_environment_is_known() {
        let extras = ["socks".to_owned()].into();
        let known = Environment { python: Some("3.12".to_owned()), extras };
        let unknown = Environment::default();
        for (marker, with, without) in [
            ("sys_platform == 'win32'", Some(false), Some(false)),
            ("os_name == \"posix\" and python_version < '3.9'", Some(false), None),
            ("python_version >= '3.9'", Some(true), None),
            ("'3.10' <= python_version", Some(true), None),
            ("extra == 'Socks'", Some(true), Some(false)),
            ("(extra == 'x') or platform_system != 'Windows'", Some(true), Some(true)),
            ("platform_machine == 'arm64' or sys_platform == 'linux'", Some(true), Some(true)),
            ("python_version in '3.11,3.12'", Some(true), None),
            ("python_version <", None, None),
            ("(os_name == 'posix'", None, None),
        ] {
            assert_eq!(holds(marker, &known), with, "{marker}");
            assert_eq!(holds(marker, &unknown), without, "{marker}");
        }
    }

    #[test]
    fn endless_parentheses_are_no_marker() {
        assert_eq!(holds(&"(".repeat(1 << 16), &Environment::default()), None);
    }
}
