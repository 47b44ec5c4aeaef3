//! Deployment templates of Azure Resource Manager.

use std::path::Path;

use source_text::{Diagnostic, FileId, Node, ParseError, Parsed, parse_yaml};

use crate::{Request, template::LIMITS};

/// Reads YAML or JSON; in a template of Azure comments of JSON are allowed.
pub(crate) fn parse(file: FileId, text: &str) -> Result<Parsed, ParseError> {
    if !arm_template::could_be_template(text) {
        return parse_yaml(file, text, &LIMITS);
    }
    let (plain, comments) = arm_template::without_comments(file, text);
    let mut parsed = parse_yaml(file, &plain, &LIMITS)?;
    parsed.comments.extend(comments);
    Ok(parsed)
}

/// Whether a file may describe a function of Azure, by its name and a cheap look at its text.
pub(crate) fn could_be_function(path: &Path, text: &str) -> bool {
    path.file_name() == Some("function.json".as_ref()) && text.contains("\"bindings\"")
}

/// The carrier of a `function.json`: its function is named as the folder that it stands in.
pub(crate) fn function(path: &Path, document: &Node) -> Option<Node> {
    let name = path.parent()?.file_name()?.to_str()?;
    arm_template::of_function(document, name)
}

/// The carrier of a template of Azure; any other document as it is.
pub(crate) fn plain(
    file: FileId,
    document: Node,
    request: &Request,
    diagnostics: &mut Vec<Diagnostic>,
) -> Node {
    if !arm_template::looks_like_template(&document) {
        return document;
    }
    let options = arm_template::Options { parameters: request.parameters.clone() };
    let lowered = arm_template::lower(file, &document, &options);
    diagnostics.extend(lowered.diagnostics);
    lowered.template
}
