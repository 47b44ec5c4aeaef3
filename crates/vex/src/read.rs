//! Documents of either format.

mod cyclonedx;
mod openvex;

use jiff::Timestamp;
use serde_json::Value;

use crate::Statement;

/// The largest document that is read, in bytes.
pub const LARGEST: usize = 32 << 20;
/// Most packages of all statements.
const MOST_COVERS: usize = 500_000;
/// Most remarks that are kept.
const MOST_REMARKS: usize = 200;
/// The longest text that is taken over, in bytes; what is longer is cut.
const LONGEST_WORDS: usize = 4096;

/// The formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// `OpenVEX`.
    OpenVex,
    /// `CycloneDX`.
    CycloneDx,
}

/// What a document says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its format.
    pub format: Format,
    /// Its statements, in its order.
    pub statements: Vec<Statement>,
    /// What was not understood and therefore says nothing.
    pub remarks: Vec<Remark>,
    /// Number of remarks beyond those.
    pub remarks_left_out: usize,
}

/// What was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// JSON pointer to it: `/statements/3/products/0`.
    pub pointer: String,
    /// In words.
    pub what: String,
}

/// Why a document was not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VexError {
    /// It is larger than what is read.
    #[error("the document has {bytes} bytes, more than the {LARGEST} that are read")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It is no JSON, or nests too deep.
    #[error("line {line}: this is no JSON: {reason}")]
    NotJson {
        /// Line from 1.
        line: usize,
        /// What the parser says.
        reason: String,
    },
    /// It is JSON of another kind.
    #[error(
        "this is neither OpenVEX (`@context` begins with `https://openvex.dev/ns`) nor CycloneDX \
         (`bomFormat` is `CycloneDX`); its fields are {fields}"
    )]
    OtherFormat {
        /// The first names at its top, with commas.
        fields: String,
    },
    /// What holds the statements is no list.
    #[error("`{field}` must be a list")]
    NoList {
        /// Its name.
        field: &'static str,
    },
    /// It names more packages than are read.
    #[error("the document names more than {MOST_COVERS} packages in its statements")]
    TooMany,
}

/// Reads a document.
///
/// # Errors
/// [`VexError`] for what is no document of either format, or too large.
pub fn read(bytes: &[u8]) -> Result<Document, VexError> {
    if bytes.len() > LARGEST {
        return Err(VexError::TooLarge { bytes: bytes.len() });
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let document: Value = serde_json::from_slice(bytes)
        .map_err(|error| VexError::NotJson { line: error.line(), reason: error.to_string() })?;
    let context = text(&document, "@context").unwrap_or_default();
    if context.starts_with("https://openvex.dev/ns") || context.starts_with("openvex.dev/ns") {
        return openvex::read(&document);
    }
    if text(&document, "bomFormat") == Some("CycloneDX") {
        return cyclonedx::read(&document);
    }
    let names = document.as_object().into_iter().flat_map(serde_json::Map::keys).take(5);
    let names: Vec<String> = names.map(|it| format!("`{}`", short(it))).collect();
    let fields = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    Err(VexError::OtherFormat { fields })
}

/// What is collected on the way through a document.
struct Reading {
    statements: Vec<Statement>,
    remarks: Vec<Remark>,
    left_out: usize,
    covers: usize,
}

impl Reading {
    fn new() -> Self {
        Self { statements: Vec::new(), remarks: Vec::new(), left_out: 0, covers: 0 }
    }

    fn remark(&mut self, pointer: impl Into<String>, what: impl Into<String>) {
        if self.remarks.len() < MOST_REMARKS {
            self.remarks.push(Remark { pointer: pointer.into(), what: what.into() });
        } else {
            self.left_out += 1;
        }
    }

    fn add(&mut self, statement: Statement) -> Result<(), VexError> {
        self.covers += statement.covers.len();
        if self.covers > MOST_COVERS {
            return Err(VexError::TooMany);
        }
        self.statements.push(statement);
        Ok(())
    }

    /// The time of a field; a text that is none is told.
    fn time(&mut self, value: &Value, names: &[&str], pointer: &str) -> Option<Timestamp> {
        for name in names {
            let Some(text) = text(value, name) else { continue };
            match text.parse() {
                Ok(time) => return Some(time),
                Err(_) => self.remark(
                    format!("{pointer}/{name}"),
                    format!("`{}` is no time; `2026-01-31T10:00:00Z` would be one", short(text)),
                ),
            }
        }
        None
    }

    fn done(self, format: Format) -> Document {
        let Self { statements, remarks, left_out, .. } = self;
        Document { format, statements, remarks, remarks_left_out: left_out }
    }
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

/// Words of a field that are not empty.
fn words(value: &Value, name: &str) -> Option<String> {
    let text = text(value, name)?.trim();
    (!text.is_empty()).then(|| cut(text, LONGEST_WORDS).to_owned())
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// The beginning of a text, for a message.
fn short(text: &str) -> &str {
    cut(text, 80)
}

fn cut(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}
