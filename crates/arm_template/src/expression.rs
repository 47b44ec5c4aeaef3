//! Expressions of the template language: `[concat('app-', parameters('stage'))]`, read to a tree.

use smol_str::SmolStr;

/// Longest expression, in bytes; Resource Manager itself takes 24,576 characters.
const MAX_LENGTH: usize = 100_000;
/// Deepest nesting.
const MAX_DEPTH: usize = 64;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// `'text'`.
    Text(SmolStr),
    /// A whole number.
    Number(i64),
    /// `name(arguments)`; a function of the author has its namespace before a dot.
    Call(SmolStr, Vec<Expression>),
    /// `value.key`.
    Property(Box<Expression>, SmolStr),
    /// `value[index]`.
    Index(Box<Expression>, Box<Expression>),
}

/// Why a text is no expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Something stands at this byte that does not belong there.
    Syntax(usize),
    /// Deeper than 64 levels, or longer than 100,000 bytes.
    TooLarge,
}

/// The expression within the brackets of a text: `[…]`, but not `[[…` which is a text that begins
/// with a bracket.
#[must_use]
pub fn within(text: &str) -> Option<&str> {
    let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?;
    (!inner.starts_with('[')).then_some(inner)
}

/// Reads an expression without its outer brackets.
///
/// # Errors
/// [`Fault`] where the text does not follow the grammar or exceeds a limit.
pub fn parse(text: &str) -> Result<Expression, Fault> {
    if text.len() > MAX_LENGTH {
        return Err(Fault::TooLarge);
    }
    let mut parser = Parser { text, at: 0 };
    let expression = parser.value(0)?;
    parser.blanks();
    if parser.at < text.len() { Err(Fault::Syntax(parser.at)) } else { Ok(expression) }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn takes(&mut self, sign: &str) -> bool {
        let is_there = self.rest().starts_with(sign);
        if is_there {
            self.at += sign.len();
        }
        is_there
    }

    fn fault<T>(&self) -> Result<T, Fault> {
        Err(Fault::Syntax(self.at))
    }

    fn value(&mut self, depth: usize) -> Result<Expression, Fault> {
        if depth > MAX_DEPTH {
            return Err(Fault::TooLarge);
        }
        self.blanks();
        let mut value = match self.rest().chars().next() {
            Some('\'') => self.quoted()?,
            Some(sign) if sign.is_ascii_digit() || sign == '-' => self.number()?,
            Some(sign) if sign.is_alphabetic() || sign == '_' => self.call(depth)?,
            _ => return self.fault(),
        };
        // Each step nests the tree by one, so the tree is as deep as the steps are many.
        for _ in 0..MAX_DEPTH {
            self.blanks();
            if self.takes("?.") || self.takes(".") {
                self.blanks();
                let name = self.word();
                if name.is_empty() {
                    return self.fault();
                }
                value = Expression::Property(Box::new(value), SmolStr::new(name));
            } else if self.takes("[") {
                self.blanks();
                self.takes("?");
                let index = self.value(depth + 1)?;
                self.blanks();
                if !self.takes("]") {
                    return self.fault();
                }
                value = Expression::Index(Box::new(value), Box::new(index));
            } else {
                return Ok(value);
            }
        }
        Err(Fault::TooLarge)
    }

    /// A quote within is doubled.
    fn quoted(&mut self) -> Result<Expression, Fault> {
        self.takes("'");
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let Some(end) = rest.find('\'') else { return self.fault() };
            text.push_str(rest.get(..end).unwrap_or_default());
            self.at += end + 1;
            if !self.takes("'") {
                return Ok(Expression::Text(text.into()));
            }
            text.push('\'');
        }
    }

    fn number(&mut self) -> Result<Expression, Fault> {
        let rest = self.rest();
        let is_part = |sign: char| sign.is_ascii_digit();
        let first = usize::from(rest.starts_with('-'));
        let digits = rest.get(first..).unwrap_or_default();
        let end = first + digits.find(|sign| !is_part(sign)).unwrap_or(digits.len());
        let number = rest.get(..end).and_then(|text| text.parse().ok());
        let Some(number) = number else { return self.fault() };
        self.at += end;
        Ok(Expression::Number(number))
    }

    fn word(&mut self) -> &'t str {
        let rest = self.rest();
        let is_part = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '$' | '-');
        let end = rest.find(|sign| !is_part(sign)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn call(&mut self, depth: usize) -> Result<Expression, Fault> {
        let start = self.at;
        self.word();
        // A function of the author: `contoso.uniqueName(…)`.
        if self.takes(".") {
            self.word();
        }
        let name = SmolStr::new(self.text.get(start..self.at).unwrap_or_default());
        self.blanks();
        if !self.takes("(") {
            return self.fault();
        }
        let mut arguments = Vec::new();
        self.blanks();
        if self.takes(")") {
            return Ok(Expression::Call(name, arguments));
        }
        loop {
            arguments.push(self.value(depth + 1)?);
            self.blanks();
            if self.takes(")") {
                return Ok(Expression::Call(name, arguments));
            }
            if !self.takes(",") {
                return self.fault();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Expression, Fault, parse, within};

    #[test]
    fn calls_properties_and_indexes_nest() {
        let read = parse("reference(resourceId('A/b', 'c')).keys[0].value").unwrap();
        let Expression::Property(inner, key) = read else { panic!("{read:?}") };
        assert_eq!(key, "value");
        assert!(matches!(*inner, Expression::Index(..)));
        assert_eq!(parse(" 'it''s' "), Ok(Expression::Text("it's".into())));
        assert_eq!(parse("-3"), Ok(Expression::Number(-3)));
        assert_eq!(parse("a.b()"), Ok(Expression::Call("a.b".into(), Vec::new())));
    }

    #[test]
    fn what_is_no_expression_is_told_with_its_place() {
        assert_eq!(parse("concat('a'"), Err(Fault::Syntax(10)));
        assert_eq!(parse("'a' 'b'"), Err(Fault::Syntax(4)));
        assert_eq!(parse(&"f(".repeat(1_000)), Err(Fault::TooLarge));
        assert_eq!(parse(&format!("f(){}", ".a".repeat(1_000))), Err(Fault::TooLarge));
    }

    #[test]
    fn a_doubled_bracket_is_text() {
        assert_eq!(within("[concat('a')]"), Some("concat('a')"));
        assert_eq!(within("[[concat('a')]"), None);
        assert_eq!(within("plain"), None);
    }
}
