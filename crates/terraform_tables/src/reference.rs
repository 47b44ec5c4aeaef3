//! References as a template writes them.

use source_text::{Node, Place};

/// `{"Ref": ADDRESS}`.
#[must_use]
pub fn name_of(place: Place, address: &str) -> Node {
    Node::map(place, [("Ref", Node::text(place, address))])
}

/// `{"Fn::GetAtt": [ADDRESS, ATTRIBUTE]}`.
#[must_use]
pub fn get_att(place: Place, address: &str, attribute: &str) -> Node {
    let parts = vec![Node::text(place, address), Node::text(place, attribute)];
    Node::map(place, [("Fn::GetAtt", Node::list(place, parts))])
}

/// `{"Fn::Join": ["", PARTS]}`.
#[must_use]
pub fn join(place: Place, parts: Vec<Node>) -> Node {
    let arguments = vec![Node::text(place, ""), Node::list(place, parts)];
    Node::map(place, [("Fn::Join", Node::list(place, arguments))])
}

/// The address in a `Ref` or `Fn::GetAtt`, also within a text (`…/${aws_sqs_queue.q.name}`).
#[must_use]
pub fn referent(node: &Node) -> Option<&str> {
    let (key, value) = node.single()?;
    match key.as_str() {
        "Ref" => value.as_str().filter(|name| !name.starts_with("AWS::")),
        "Fn::GetAtt" => value.as_list()?.first()?.as_str(),
        "Fn::Join" => value.as_list()?.get(1)?.as_list()?.iter().find_map(referent),
        "Fn::If" => value.as_list()?.iter().skip(1).find_map(referent),
        _ => None,
    }
}
