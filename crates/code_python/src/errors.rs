//! What the parser could not read, in our words.

use code_ir::{Module, Span};
use ruff_python_parser::ParseError;

use crate::lowering::span_of;

/// More say nothing new.
const MAX_ERRORS: usize = 20;

const PYTHON_2: &str =
    "this is Python 2, which no runtime has any more; what reads as Python 3 is analysed";

/// Adds the parser's errors to the module's: all that matter, or one for Python 2.
pub(crate) fn report(module: &mut Module, text: &str, errors: &[ParseError]) {
    let shown = errors.iter().take(MAX_ERRORS);
    let old = shown.clone().map(|e| span_of(e.location)).find(|span| is_python_2(text, *span));
    match old {
        Some(span) => module.errors.push((span, PYTHON_2.to_owned())),
        None => module.errors.extend(shown.map(|e| (span_of(e.location), message(e)))),
    }
    module.errors.truncate(MAX_ERRORS);
}

fn message(error: &ParseError) -> String {
    let text = error.error.to_string();
    let mut chars = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let Some(first) = chars.next() else { return "syntax error".to_owned() };
    let message: String = first.to_lowercase().chain(chars).collect();
    message.trim_end_matches('.').to_owned()
}

/// Whether the line of an error is one that Python 2 would have read.
fn is_python_2(text: &str, span: Span) -> bool {
    let at = span.start as usize;
    let (Some(before), Some(after)) = (text.get(..at), text.get(at..)) else { return false };
    let start = before.rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
    let end = after.find(['\n', '\r']).map_or(text.len(), |newline| at + newline);
    let Some(line) = text.get(start..end) else { return false };
    // After `if x:` or the like the statement may stand on the same line.
    std::iter::once(line)
        .chain(line.split(": ").skip(1))
        .chain(line.split(';').skip(1))
        .any(is_python_2_statement)
}

fn is_python_2_statement(line: &str) -> bool {
    let line = line.trim_start();
    let after = |word: &str| {
        let rest = line.strip_prefix(word)?;
        rest.starts_with([' ', '\t', '"', '\'', '`']).then(|| rest.trim_start())
    };
    // `print x`, but not `print = x`, `print (x)` or `print.x`.
    let is_value = |rest: &str| {
        rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '\'' | '`' | '%'))
    };
    if after("print").is_some_and(is_value) || after("exec").is_some_and(is_value) {
        return true;
    }
    // `except X, e:` and `except (X, Y), e:`.
    if let Some(rest) = after("except").filter(|_| !line.contains(" as "))
        && let Some(head) = rest.split(':').next()
        && let Some((_, name)) = head.rsplit_once(',')
        && name.trim().chars().all(|c| c.is_alphanumeric() || c == '_')
    {
        return true;
    }
    // `raise X, "why"`.
    if let Some(rest) = after("raise")
        && let Some((class, _)) = rest.split_once(',')
        && class.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
    {
        return true;
    }
    line.contains('`') && line.matches('`').count().is_multiple_of(2) && !line.contains(['"', '\''])
        || line.contains("<>")
}
