//! Files of Azure among others: known by a cheap look, read, made the carrier.

use source_text::{Diagnostic, FileId, Limits, Node, ParseError, Parsed, parse_yaml};

use crate::{
    Options, could_be_template, looks_like_template, lower, of_function, without_comments,
};

/// A cheap look at a file: whether it may be a template, or the `function.json` of a function.
#[must_use]
pub fn could_be_known(path: &str, text: &str) -> bool {
    could_be_template(text) || (is_function(path) && text.contains("\"bindings\""))
}

/// Whether a document is a template, or describes a function; `path` is the file's, with `/`.
#[must_use]
pub fn is_known(path: &str, document: &Node) -> bool {
    looks_like_template(document) || (is_function(path) && function(path, document).is_some())
}

/// The carrier of a document that is known; any other as it is. What was not looked at is told.
#[must_use]
pub fn plain(
    file: FileId,
    path: &str,
    document: Node,
    options: &Options,
    diagnostics: &mut Vec<Diagnostic>,
) -> Node {
    if looks_like_template(&document) {
        let lowered = lower(file, &document, options);
        diagnostics.extend(lowered.diagnostics);
        return lowered.template;
    }
    let function = if is_function(path) { function(path, &document) } else { None };
    function.unwrap_or(document)
}

/// Reads YAML or JSON; in a template comments of JSON are allowed.
///
/// # Errors
/// [`ParseError`] when the text is neither, or exceeds a limit.
pub fn parse_text(file: FileId, text: &str, limits: &Limits) -> Result<Parsed, ParseError> {
    if !could_be_template(text) {
        return parse_yaml(file, text, limits);
    }
    let (plain, comments) = without_comments(file, text);
    let mut parsed = parse_yaml(file, &plain, limits)?;
    parsed.comments.extend(comments);
    Ok(parsed)
}

fn is_function(path: &str) -> bool {
    path == "function.json" || path.ends_with("/function.json")
}

/// A function is named as the folder that its file stands in.
fn function(path: &str, document: &Node) -> Option<Node> {
    let folder = path.rsplit('/').nth(1).unwrap_or("function");
    of_function(document, folder)
}
