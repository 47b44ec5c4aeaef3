//! Reads JSON with places, one pass and no recursion, onto the same builder as YAML.

use super::build::{Builder, Collection, Scalar, Tag};
use super::{Limits, ParseError, Parsed, to_u32};
use crate::{FileId, Place};

/// Reads one JSON value (RFC 8259) that fills `text`.
pub(super) fn read_json(file: FileId, text: &str, limits: &Limits) -> Result<Parsed, ParseError> {
    let mut reader = Reader {
        file,
        rest: text,
        line: 1,
        column: 1,
        open: Vec::new(),
        builder: Builder::new(file, limits),
    };
    reader.document()?;
    Ok(reader.builder.into_parsed())
}

struct Reader<'t> {
    file: FileId,
    rest: &'t str,
    line: u32,
    column: u32,
    open: Vec<Collection>,
    builder: Builder,
}

impl<'t> Reader<'t> {
    fn document(&mut self) -> Result<(), ParseError> {
        self.value()?;
        while let Some(collection) = self.open.last().copied() {
            self.blanks();
            match (collection, self.peek()) {
                (Collection::List, Some(']')) | (Collection::Map, Some('}')) => self.close()?,
                (_, Some(',')) => {
                    self.take();
                    self.item(collection)?;
                }
                (Collection::List, _) => return Err(self.wrong("expected `,` or `]`")),
                (Collection::Map, _) => return Err(self.wrong("expected `,` or `}`")),
            }
        }
        self.blanks();
        if self.rest.is_empty() { Ok(()) } else { Err(self.wrong("expected the end of the file")) }
    }

    /// The first or next item of a collection; a mapping's comes with its key.
    fn item(&mut self, collection: Collection) -> Result<(), ParseError> {
        self.blanks();
        if collection == Collection::Map {
            if self.peek() != Some('"') {
                return Err(self.wrong("expected a key in double quotes"));
            }
            self.text()?;
            self.blanks();
            if self.peek() != Some(':') {
                return Err(self.wrong("expected `:` after the key"));
            }
            self.take();
        }
        self.value()
    }

    /// A scalar, or the opening of a collection with the opening of its first item, and so on.
    fn value(&mut self) -> Result<(), ParseError> {
        loop {
            self.blanks();
            let collection = match self.peek() {
                Some('{') => Collection::Map,
                Some('[') => Collection::List,
                Some('"') => return self.text(),
                _ => return self.word(),
            };
            let start = self.here();
            self.take();
            let place = start.to(self.here());
            self.builder.open(collection, place, Tag::None, 0)?;
            self.open.push(collection);
            self.blanks();
            match (collection, self.peek()) {
                (Collection::List, Some(']')) | (Collection::Map, Some('}')) => {
                    return self.close();
                }
                (Collection::List, _) => {}
                (Collection::Map, Some('"')) => {
                    self.text()?;
                    self.blanks();
                    if self.peek() != Some(':') {
                        return Err(self.wrong("expected `:` after the key"));
                    }
                    self.take();
                }
                (Collection::Map, _) => {
                    return Err(self.wrong("expected a key in double quotes or `}`"));
                }
            }
        }
    }

    fn close(&mut self) -> Result<(), ParseError> {
        let start = self.here();
        self.take();
        self.open.pop();
        self.builder.close(Some(start.to(self.here())))
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> Result<(), ParseError> {
        let start = self.here();
        let length = self
            .rest
            .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '+' | '.'))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(length);
        if !matches!(word, "true" | "false" | "null") && !is_json_number(word) {
            return Err(self.wrong("expected a value"));
        }
        self.rest = rest;
        self.column = self.column.saturating_add(to_u32(length));
        let place = start.to(self.here());
        self.builder.scalar(Scalar { place, text: word, plain: true, tag: Tag::None, anchor: 0 })
    }

    /// A text in double quotes.
    fn text(&mut self) -> Result<(), ParseError> {
        let start = self.here();
        self.take();
        let begin = self.rest;
        let length = begin.find(['"', '\\', '\n', '\r']).unwrap_or(begin.len());
        let (plain, rest) = begin.split_at(length);
        if plain.bytes().any(|b| b < 0x20) {
            return Err(self.wrong("a control character in a text must be escaped"));
        }
        self.column = self.column.saturating_add(to_u32(plain.chars().count()));
        self.rest = rest;
        let unescaped = if self.peek() == Some('"') { None } else { Some(self.escaped(plain)?) };
        self.take();
        let place = start.to(self.here());
        let text = unescaped.as_deref().unwrap_or(plain);
        self.builder.scalar(Scalar { place, text, plain: false, tag: Tag::None, anchor: 0 })
    }

    /// The text from its first escape on, up to the closing quote.
    fn escaped(&mut self, plain: &'t str) -> Result<String, ParseError> {
        let mut text = plain.to_owned();
        loop {
            match self.peek() {
                Some('"') => return Ok(text),
                Some('\\') => {
                    self.take();
                    let c = self.escape()?;
                    text.push(c);
                }
                Some(c) if c >= ' ' => {
                    self.take();
                    text.push(c);
                }
                Some(_) => return Err(self.wrong("a control character in a text must be escaped")),
                None => return Err(self.wrong("a text is not closed")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, ParseError> {
        let c = match self.peek() {
            Some(c @ ('"' | '\\' | '/')) => c,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => {
                self.take();
                return self.unicode();
            }
            _ => return Err(self.wrong("unknown escape in a text")),
        };
        self.take();
        Ok(c)
    }

    fn unicode(&mut self) -> Result<char, ParseError> {
        let high = self.hex()?;
        if !(0xd800..0xdc00).contains(&high) || !self.rest.starts_with("\\u") {
            // Half of a surrogate pair is no character; it is shown as such and the rest is read.
            return Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let before = (self.rest, self.column);
        self.take();
        self.take();
        let low = self.hex()?;
        if !(0xdc00..0xe000).contains(&low) {
            (self.rest, self.column) = before;
            return Ok(char::REPLACEMENT_CHARACTER);
        }
        let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
        Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Result<u32, ParseError> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(16)) else {
                return Err(self.wrong("expected four hexadecimal digits after `\\u`"));
            };
            code = code * 16 + digit;
            self.take();
        }
        Ok(code)
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.take();
        }
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn take(&mut self) {
        let mut chars = self.rest.chars();
        let taken = chars.next();
        self.rest = chars.as_str();
        let line_ends = match taken {
            Some('\n') => true,
            Some('\r') => !self.rest.starts_with('\n'),
            _ => false,
        };
        if line_ends {
            self.line = self.line.saturating_add(1);
            self.column = 1;
        } else if taken.is_some() {
            self.column = self.column.saturating_add(1);
        }
    }

    fn here(&self) -> Place {
        let (line, column) = (self.line, self.column);
        Place { file: self.file, line, column, end_line: line, end_column: column }
    }

    fn wrong(&self, reason: &str) -> ParseError {
        ParseError::Syntax { place: self.here(), reason: reason.to_owned() }
    }
}

/// Whether `text` is a number by the grammar of JSON.
pub(crate) fn is_json_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|e| digits(e.strip_prefix(['-', '+']).unwrap_or(e)))
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
