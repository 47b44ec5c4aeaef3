//! Services of Cloud Run in the form of Knative.

use source_text::Node;

use crate::lowered::{Lowered, Writer};

/// Whether a document is a service.
#[must_use]
pub fn is_service(document: &Node) -> bool {
    let text = |key: &str| document.get(key).and_then(Node::as_str);
    text("apiVersion") == Some("serving.knative.dev/v1") && text("kind") == Some("Service")
}

/// Writes a service as a template: who may call it does not stand in the file.
#[must_use]
pub fn lower_service(document: &Node) -> Lowered {
    let mut writer = Writer::default();
    let name = document.at(&["metadata", "name"]);
    let text = name.and_then(Node::as_str).unwrap_or("service");
    let place = name.map_or(document.place, |name| name.place);
    writer.add(text, place, "run.googleapis.com/Service", document.clone());
    writer.finish(document.place)
}
