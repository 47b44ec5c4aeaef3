//! Which of the formats a file is.

use source_text::{FileId, Map, Node};

use crate::{commands, configuration, lowered::Lowered, service};

/// A cheap look at a text: whether it may be of one of the formats.
#[must_use]
pub fn could_be_read(text: &str) -> bool {
    configuration::could_be_configuration(text) || commands::could_hold_commands(text)
}

/// The file as a template, when one of its documents is of Google Cloud; `None` for others, and for
/// templates of CloudFormation whatever they hold.
#[must_use]
pub fn read(file: FileId, text: &str, documents: &[Node]) -> Option<Lowered> {
    if !could_be_read(text) || documents.iter().any(cfn_template::looks_like_template) {
        return None;
    }
    let of_document = documents.iter().find_map(|document| {
        if configuration::is_configuration(document) {
            Some(configuration::lower(document))
        } else if service::is_service(document) {
            Some(service::lower_service(document))
        } else {
            None
        }
    });
    of_document.or_else(|| {
        let holds = commands::could_hold_commands(text);
        holds.then(|| commands::lower_commands(file, text, documents.first())).flatten()
    })
}

/// Whether a document is a template that was made here.
#[must_use]
pub fn is_lowered(document: &Node) -> bool {
    let resources = document.get("Resources").and_then(Node::as_map);
    resources.into_iter().flat_map(Map::values).any(|resource| {
        let type_ = resource.get("Type").and_then(Node::as_str).unwrap_or_default();
        type_.contains(".googleapis.com/") || type_.starts_with("Deployment::")
    })
}
