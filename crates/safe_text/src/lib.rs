//! How text of an input becomes harmless in each kind of output: terminals, XML, Markdown, quotations.

#![deny(clippy::disallowed_methods)]

use std::{borrow::Cow, fmt::Write as _};

pub use source_text::is_hidden;
use unicode_width::UnicodeWidthChar as _;

/// Makes every character that a terminal would obey visible: controls, escape sequences, line
/// breaks, bidirectional overrides, invisible format characters.
///
/// `\n` becomes the two characters `\` and `n`, ESC becomes `\u{1b}`; ordinary text is borrowed.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    Cow::Owned(shown)
}

/// Columns that visible text takes on a terminal.
#[must_use]
pub fn columns(text: &str) -> usize {
    text.chars().map(char_columns).sum()
}

/// Columns of one character; a combining mark takes none.
#[must_use]
pub fn char_columns(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// Shortens text to at most `limit` columns, the last one an ellipsis when something is lost.
#[must_use]
pub fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    // A text of few bytes has few columns: most are measured without looking at characters.
    if text.len() <= limit || columns(text) <= limit {
        return Cow::Borrowed(text);
    }
    let mut shown = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += char_columns(c);
        if used + 1 > limit {
            break;
        }
        shown.push(c);
    }
    shown.push('…');
    Cow::Owned(shown)
}

/// Appends text to an XML document, in a text node or a quoted attribute.
///
/// Characters that XML 1.0 can not hold, not even as a reference, are shown as [`visible`] does.
pub fn push_xml(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // As a reference, or a parser would turn it into a blank within an attribute.
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\u{fffe}' | '\u{ffff}' => out.extend(c.escape_default()),
            c if is_hidden(c) => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
}

/// [`push_xml`] to a new text.
#[must_use]
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    push_xml(&mut out, text);
    out
}

/// Text of an input for Markdown: no markup, link, mention, HTML or line break of its own survives.
/// Bits in back-ticks become code, as our messages quote so. Safe in a table's cell, too.
#[must_use]
pub fn markdown(text: &str) -> String {
    let shown = visible(text);
    let mut out = String::with_capacity(shown.len() + 16);
    let mut rest: &str = &shown;
    loop {
        let quoted = rest.split_once('`').and_then(|(plain, after)| {
            after.split_once('`').map(|(quoted, after)| (plain, quoted, after))
        });
        let Some((plain, quoted, after)) = quoted else { break };
        push_markdown_plain(&mut out, plain);
        out.push_str(&markdown_code(quoted));
        rest = after;
    }
    push_markdown_plain(&mut out, rest);
    out
}

/// Text of an input as Markdown code. Safe in a table's cell, too.
#[must_use]
pub fn markdown_code(text: &str) -> String {
    let shown = visible(text);
    let shown = shown.trim();
    if shown.is_empty() {
        String::new()
    } else if shown.contains(['`', '|']) {
        // A bar would end the cell and a back-tick the span; an element takes references.
        let mut out = "<code>".to_owned();
        push_markdown_plain(&mut out, shown);
        out.push_str("</code>");
        out
    } else {
        format!("`{shown}`")
    }
}

fn push_markdown_plain(out: &mut String, text: &str) {
    let mut previous = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' => out.push_str("&#124;"),
            // Some hosts look for formulas before, others after they read backslashes.
            '$' => out.push_str("<span>\\$</span>"),
            // Marks of lists and headings count only where a line starts.
            '-' | '+' | '=' if previous.is_none() => out.extend(['\\', c]),
            '.' | ')' if previous.is_some_and(|it: char| it.is_ascii_digit()) => {
                out.extend(['\\', c]);
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '!' | '~' | '#' | '^' => out.extend(['\\', c]),
            c => out.push(c),
        }
        // Code hosts look for mentions, references and addresses in what is left after Markdown, so
        // a backslash does not stop them; a blank without width does.
        let next = chars.peek().copied();
        let joins = match c {
            '@' | '#' | '!' | '~' | '%' | '&' => next.is_some_and(|it| !it.is_whitespace()),
            ':' => next == Some('/'),
            'w' | 'W' => next == Some('.'),
            'h' | 'H' => next == Some('-'),
            _ => false,
        };
        if joins {
            out.push_str("&#8203;");
        }
        previous = Some(c);
    }
}

/// Appends text as a JSON string, with its quotes: as DOT wants its texts.
pub fn push_quoted(out: &mut String, text: &str) {
    let _ = write!(out, "\"{}\"", visible(text).replace('\\', "\\\\").replace('"', "\\\""));
}
