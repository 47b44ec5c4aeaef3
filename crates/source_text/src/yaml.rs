//! YAML and JSON text to [`Node`] trees, on `granit-parser`'s events.

mod build;
pub(crate) mod json;
mod reason;
pub(crate) mod scalar;
#[cfg(test)]
mod tests;

use granit_parser::{ErrorKind, Event, Marker, Parser, ScalarStyle, Span, StructureStyle};
use smol_str::SmolStr;

use self::build::{Builder, Collection, Scalar, Tag, depth_limit, too_deep};
use crate::{Diagnostic, FileId, Node, Place};

/// How far a key may reach before its `:`. YAML says 1,024, which long generated keys exceed;
/// what lies between is buffered, so that this also bounds memory.
const KEY_REACH: usize = 16 << 10;

/// Bounds on what one document may cost. Exceeding one is an error, never a crash.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Largest text, in bytes.
    pub bytes: usize,
    /// Deepest nesting of lists, mappings and tags; more than 1,000 counts as 1,000.
    pub depth: usize,
    /// Most nodes, counting what aliases repeat ("billion laughs").
    pub nodes: usize,
}

impl Limits {
    /// For `text` that is a part of another text, or that another text names: aliases may not make
    /// more of it than is written. A text can name a thousand parts; each with a full allowance
    /// would take all memory.
    #[must_use]
    pub fn of_part(text: &str) -> Self {
        let limits = Self::default();
        Self { nodes: limits.nodes.min(text.len() + 1_000), ..limits }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 16 << 20, depth: 200, nodes: 2_000_000 }
    }
}

/// A comment and where it stands; `text` is without the `#` and outer blanks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Where.
    pub place: Place,
    /// Without `#`.
    pub text: SmolStr,
}

/// What a text holds.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The documents, usually one; empty for an empty text.
    pub documents: Vec<Node>,
    /// Comments in order.
    pub comments: Vec<Comment>,
    /// Duplicate keys, non-text keys and the like.
    pub diagnostics: Vec<Diagnostic>,
}

/// Why a text was not read, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Not YAML or JSON.
    #[error("this is not valid YAML or JSON: {reason}")]
    Syntax {
        /// Where reading stopped.
        place: Place,
        /// The parser's words.
        reason: String,
    },
    /// A bound of [`Limits`] was exceeded.
    #[error("{what} exceeds the limit of {limit}")]
    Limit {
        /// Where.
        place: Place,
        /// What was too large, in words.
        what: &'static str,
        /// The bound.
        limit: usize,
    },
}

impl ParseError {
    /// Where reading stopped.
    #[must_use]
    pub fn place(&self) -> Place {
        match self {
            Self::Syntax { place, .. } | Self::Limit { place, .. } => *place,
        }
    }

    /// The remark of a run that goes on without this text.
    #[must_use]
    pub fn to_diagnostic(&self) -> Diagnostic {
        Diagnostic::error(self.place(), self.to_string())
    }
}

/// Reads `text`, which stands in `file`, as JSON when it is JSON and as YAML otherwise.
///
/// Plain scalars are read by the rules of YAML 1.1, as CloudFormation does: `yes` is a truth
/// value, a date is text. Aliases and merge keys are replaced by copies that keep the places of
/// the original. Of a key that stands twice the last value holds, with a warning.
///
/// # Errors
/// [`ParseError`] when the text is not YAML or a limit is exceeded.
pub fn parse_yaml(file: FileId, text: &str, limits: &Limits) -> Result<Parsed, ParseError> {
    if text.len() > limits.bytes {
        let what = "the size of the text in bytes";
        return Err(ParseError::Limit { place: Place::whole(file), what, limit: limits.bytes });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.trim_start().starts_with(['{', '[', '"']) {
        return read_yaml(file, text, limits);
    }
    // JSON proper first: tabs, long keys and long lines are no matter there, and it is faster.
    let json = match json::read_json(file, text, limits) {
        Err(error @ ParseError::Syntax { .. }) => error,
        other => return other,
    };
    read_yaml(file, text, limits).map_err(|yaml| {
        // The reading that came further is the one the author meant.
        if at(&json) > at(&yaml) { json } else { yaml }
    })
}

/// Reads `text` as JSON (RFC 8259) and nothing else, with the places and limits of [`parse_yaml`].
///
/// # Errors
/// [`ParseError`] when the text is not JSON or a limit is exceeded.
pub fn parse_json(file: FileId, text: &str, limits: &Limits) -> Result<Parsed, ParseError> {
    if text.len() > limits.bytes {
        let what = "the size of the text in bytes";
        return Err(ParseError::Limit { place: Place::whole(file), what, limit: limits.bytes });
    }
    json::read_json(file, text.strip_prefix('\u{feff}').unwrap_or(text), limits)
}

fn at(error: &ParseError) -> (u32, u32) {
    (error.place().line, error.place().column)
}

fn read_yaml(file: FileId, text: &str, limits: &Limits) -> Result<Parsed, ParseError> {
    let options = granit_parser::options! {
        bom_inside_document_as_content: true,
        block_scalar_eof_without_line_feed: true,
        max_buffered_comment_events: limits.nodes,
        simple_key_max_lookahead: KEY_REACH,
        flow_nesting_limit: depth_limit(limits),
        block_nesting_limit: depth_limit(limits),
    };
    let mut builder = Builder::new(file, limits);
    let mut flows = Vec::new();
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = next.map_err(|error| {
            let place = place(file, *error.marker(), *error.marker());
            if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
                too_deep(place, depth_limit(limits))
            } else {
                ParseError::Syntax { place, reason: reason::reason(error.kind()) }
            }
        })?;
        let place = place(file, span.start, span.end);
        match event {
            Event::Scalar(text, style, anchor, tag) => builder.scalar(Scalar {
                place,
                // The parser writes an absent value as `~`, which nobody wrote.
                text: if span.start.index() == span.end.index() { "" } else { &text },
                plain: style == ScalarStyle::Plain,
                tag: read_tag(file, tag.as_deref(), &span),
                anchor,
            })?,
            Event::SequenceStart(style, anchor, tag) => {
                flows.push(style == StructureStyle::Flow);
                let tag = read_tag(file, tag.as_deref(), &span);
                builder.open(Collection::List, place, tag, anchor)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                flows.push(style == StructureStyle::Flow);
                let tag = read_tag(file, tag.as_deref(), &span);
                builder.open(Collection::Map, place, tag, anchor)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let bracket = flows.pop().unwrap_or(false);
                builder.close(bracket.then_some(place))?;
            }
            Event::Alias(anchor) => builder.alias(place, anchor)?,
            Event::Comment(text, _) => builder.comment(place, &text)?,
            Event::DocumentEnd => builder.end_document(),
            _ => {}
        }
    }
    Ok(builder.into_parsed())
}

fn read_tag(file: FileId, tag: Option<&granit_parser::Tag>, span: &Span) -> Tag {
    let Some(tag) = tag else { return Tag::None };
    if let Some(core) = tag.suffix_in_namespace("tag:yaml.org,2002:") {
        return Tag::Core(SmolStr::new(core));
    }
    let (handle, suffix) = tag.parts();
    if matches!((handle, suffix), ("", "!") | ("!", "")) {
        return Tag::Core(SmolStr::new_static("str"));
    }
    let name = if handle == "!" { SmolStr::new(suffix) } else { [handle, suffix].concat().into() };
    let name = name.strip_prefix('!').map(SmolStr::new).unwrap_or(name);
    let at = span.tag_span().unwrap_or_else(|| Span::empty(span.tag_start().unwrap_or(span.start)));
    Tag::Named(name, place(file, at.start, at.end))
}

fn place(file: FileId, start: Marker, end: Marker) -> Place {
    Place {
        file,
        line: to_u32(start.line()),
        column: to_u32(start.col() + 1),
        end_line: to_u32(end.line()),
        end_column: to_u32(end.col() + 1),
    }
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
