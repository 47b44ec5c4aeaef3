//! The shape of an intrinsic function in the tree: a mapping with one key.

use source_text::{Kind, Node, SmolStr};

/// An intrinsic function and its argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Ref,
    GetAtt,
    Sub,
    Join,
    Select,
    Split,
    FindInMap,
    If,
    Equals,
    And,
    Or,
    Not,
    Base64,
    Length,
    ToJsonString,
    Cidr,
    GetAZs,
    ImportValue,
    Transform,
    /// What another format says and only a deployment knows; its argument is that text.
    Unresolved,
    /// Any other `Fn::…`, of the language or not.
    Other,
}

/// The function with this long-form key.
pub(crate) fn function_of_key(key: &str) -> Option<Function> {
    if key == "Ref" {
        return Some(Function::Ref);
    }
    Some(match key.strip_prefix("Fn::")? {
        "GetAtt" => Function::GetAtt,
        "Sub" => Function::Sub,
        "Join" => Function::Join,
        "Select" => Function::Select,
        "Split" => Function::Split,
        "FindInMap" => Function::FindInMap,
        "If" => Function::If,
        "Equals" => Function::Equals,
        "And" => Function::And,
        "Or" => Function::Or,
        "Not" => Function::Not,
        "Base64" => Function::Base64,
        "Length" => Function::Length,
        "ToJsonString" => Function::ToJsonString,
        "Cidr" => Function::Cidr,
        "GetAZs" => Function::GetAZs,
        "ImportValue" => Function::ImportValue,
        "Transform" => Function::Transform,
        "Unresolved" => Function::Unresolved,
        _ => Function::Other,
    })
}

/// The function that `node` is, with its argument.
pub(crate) fn function(node: &Node) -> Option<(Function, &Node)> {
    let (key, argument) = node.single()?;
    Some((function_of_key(key)?, argument))
}

/// The name that a `Ref` names.
pub(crate) fn ref_name(node: &Node) -> Option<&SmolStr> {
    match node.single()? {
        (key, Node { kind: Kind::Text(name), .. }) if key == "Ref" => Some(name),
        _ => None,
    }
}

/// Whether `node` is `AWS::NoValue`.
pub(crate) fn is_no_value(node: &Node) -> bool {
    ref_name(node).is_some_and(|name| name == "AWS::NoValue")
}

/// The parts of `Fn::If`: condition name, value when true, value when false.
pub(crate) fn if_parts(node: &Node) -> Option<(&SmolStr, &Node, &Node)> {
    let (Function::If, argument) = function(node)? else { return None };
    match argument.as_list()? {
        [Node { kind: Kind::Text(name), .. }, yes, no] => Some((name, yes, no)),
        _ => None,
    }
}

/// Whether nothing in `node` hangs on an intrinsic function.
pub(crate) fn is_plain(node: &Node) -> bool {
    match &node.kind {
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => true,
        Kind::List(items) => items.iter().all(is_plain),
        Kind::Map(map) => {
            map.iter().all(|(key, value)| function_of_key(key).is_none() && is_plain(value))
        }
        Kind::Tagged(..) => false,
    }
}
