//! Intrinsic functions as nodes: building them and telling them apart.

use source_text::{Kind, Node, Place, SmolStr};

/// Builds nodes at one place: that of the SAM source that causes them.
#[derive(Clone, Copy, Debug)]
pub struct Here(pub Place);

impl Here {
    /// Text.
    pub fn text(self, text: impl Into<SmolStr>) -> Node {
        Node::text(self.0, text)
    }

    /// A truth value.
    #[must_use]
    pub fn bool(self, value: bool) -> Node {
        Node::bool(self.0, value)
    }

    /// A whole number.
    #[must_use]
    pub fn integer(self, value: i64) -> Node {
        Node::integer(self.0, value)
    }

    /// A sequence.
    pub fn list(self, items: impl IntoIterator<Item = Node>) -> Node {
        Node::list(self.0, items.into_iter().collect())
    }

    /// A sequence of texts.
    pub fn texts<T: Into<SmolStr>>(self, items: impl IntoIterator<Item = T>) -> Node {
        Node::list(self.0, items.into_iter().map(|item| self.text(item)).collect())
    }

    /// A mapping.
    pub fn map<K: Into<SmolStr>>(self, pairs: impl IntoIterator<Item = (K, Node)>) -> Node {
        Node::map(self.0, pairs)
    }

    /// `{"Ref": id}`.
    pub fn reference(self, id: impl Into<SmolStr>) -> Node {
        self.map([("Ref", self.text(id))])
    }

    /// `{"Fn::GetAtt": [id, attribute]}`.
    pub fn get_att(self, id: impl Into<SmolStr>, attribute: impl Into<SmolStr>) -> Node {
        self.map([("Fn::GetAtt", self.list([self.text(id), self.text(attribute)]))])
    }

    /// `{"Fn::Sub": text}`.
    #[expect(clippy::should_implement_trait, reason = "named like the function of the template")]
    pub fn sub(self, text: impl Into<SmolStr>) -> Node {
        self.map([("Fn::Sub", self.text(text))])
    }

    /// `{"Fn::Sub": [text, variables]}`.
    pub fn sub_with<K: Into<SmolStr>>(
        self,
        text: impl Into<SmolStr>,
        variables: impl IntoIterator<Item = (K, Node)>,
    ) -> Node {
        self.map([("Fn::Sub", self.list([self.text(text), self.map(variables)]))])
    }

    /// `{"Fn::Join": [delimiter, values]}`.
    pub fn join(self, delimiter: &str, values: impl IntoIterator<Item = Node>) -> Node {
        self.map([("Fn::Join", self.list([self.text(delimiter), self.list(values)]))])
    }

    /// `{"Fn::If": [condition, then, otherwise]}`.
    pub fn if_(self, condition: impl Into<SmolStr>, then: Node, otherwise: Node) -> Node {
        self.map([("Fn::If", self.list([self.text(condition), then, otherwise]))])
    }

    /// `{"Ref": "AWS::NoValue"}`.
    #[must_use]
    pub fn no_value(self) -> Node {
        self.reference("AWS::NoValue")
    }

    /// `{name: [{"Condition": c}, …]}` for `Fn::And` and `Fn::Or`.
    pub fn conditions<T: Into<SmolStr>>(
        self,
        name: &str,
        conditions: impl IntoIterator<Item = T>,
    ) -> Node {
        let list = conditions.into_iter().map(|c| self.map([("Condition", self.text(c))]));
        self.map([(name, self.list(list))])
    }
}

/// Whether this is a mapping with one key that names an intrinsic function or a condition.
#[must_use]
pub fn is_intrinsic(node: &Node) -> bool {
    node.single().is_some_and(|(key, _)| {
        matches!(key.as_str(), "Ref" | "Condition") || key.starts_with("Fn::")
    })
}

/// Whether this is a mapping with exactly one key: what the translator takes for an intrinsic
/// function when it checks the type of a property.
pub(crate) fn looks_intrinsic(node: &Node) -> bool {
    node.single().is_some()
}

/// The argument of `name` when `node` is `{name: argument}`.
#[must_use]
pub fn argument<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    node.single().filter(|(key, _)| key.as_str() == name).map(|(_, value)| value)
}

/// Whether this is `{"Fn::If": …}`.
#[must_use]
pub fn is_if(node: &Node) -> bool {
    argument(node, "Fn::If").is_some()
}

/// Whether this is `{"Ref": "AWS::NoValue"}`.
pub fn is_no_value(node: &Node) -> bool {
    argument(node, "Ref").and_then(Node::as_str) == Some("AWS::NoValue")
}

/// The logical id behind `{"Ref": id}` or `{"Fn::GetAtt": [id, …]}` (or `id.attribute` as text).
pub fn logical_id_of(node: &Node) -> Option<SmolStr> {
    if let Some(Kind::Text(id)) = argument(node, "Ref").map(|node| &node.kind) {
        return Some(id.clone());
    }
    match &argument(node, "Fn::GetAtt")?.kind {
        Kind::List(items) => match items.as_slice() {
            [id, _] => id.as_str().map(SmolStr::new),
            _ => None,
        },
        Kind::Text(text) => match text.split_once('.') {
            Some((id, attribute)) if !attribute.contains('.') => Some(SmolStr::new(id)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether Python would count the value as false: nothing, `false`, 0, empty text, list, mapping.
///
/// The translator tests many properties this way, so a property that is empty acts as absent.
#[must_use]
pub fn is_falsy(node: &Node) -> bool {
    match &node.kind {
        Kind::Null => true,
        Kind::Bool(value) => !value,
        Kind::Number(text) => text.parse::<f64>() == Ok(0.0),
        Kind::Text(text) => text.is_empty(),
        Kind::List(items) => items.is_empty(),
        Kind::Map(map) => map.is_empty(),
        Kind::Tagged(..) => false,
    }
}
