//! Values to the trees that rules read.

use source_text::{Kind as NodeKind, Map, Node, Place, SmolStr};

use crate::evaluator::Evaluator;
use crate::value::{Kind, Unknown, Value, number_text};

impl Evaluator<'_> {
    /// The tree of a value; what is not known takes the shape of a function of CloudFormation.
    pub(crate) fn node(&mut self, value: &Value) -> Node {
        if !self.charge(1) {
            return unresolved(value.place, "…".into(), Vec::new());
        }
        let place = value.place;
        match &value.kind {
            Kind::Null => Node::null(place),
            Kind::Bool(value) => Node::bool(place, *value),
            Kind::Number(number) => number_node(place, *number),
            Kind::Text(text) => Node::text(place, text.clone()),
            Kind::List(items) => {
                Node::list(place, items.it.iter().map(|item| self.node(item)).collect())
            }
            Kind::Map(map) => {
                let mut node = Map::new();
                for (key, value) in &map.it {
                    node.insert(key.clone(), self.node(value));
                }
                Node::new(place, NodeKind::Map(node))
            }
            Kind::Unknown(unknown) => self.unknown_node(place, &unknown.it),
        }
    }

    fn unknown_node(&mut self, place: Place, unknown: &Unknown) -> Node {
        match unknown {
            Unknown::Object(object) => get_att(place, &object.address, "id"),
            Unknown::Attribute { address, path } => get_att(place, address, path),
            Unknown::Parameter(name) => function(place, "Ref", Node::text(place, name.clone())),
            Unknown::Join(parts) => {
                let parts = parts.iter().map(|part| self.node(part)).collect();
                let arguments = vec![Node::text(place, ""), Node::list(place, parts)];
                function(place, "Fn::Join", Node::list(place, arguments))
            }
            Unknown::Json(value) => function(place, "Fn::ToJsonString", self.node(value)),
            Unknown::If { condition, name, yes, no } => {
                let name = self.condition(name, condition);
                let branch = |it: &mut Self, value: &Value| match value.kind {
                    Kind::Null => {
                        function(value.place, "Ref", Node::text(value.place, "AWS::NoValue"))
                    }
                    _ => it.node(value),
                };
                let (yes, no) = (branch(self, yes), branch(self, no));
                let arguments = vec![Node::text(place, name), yes, no];
                function(place, "Fn::If", Node::list(place, arguments))
            }
            Unknown::Truth(name, values) => {
                let values = values.iter().map(|value| match *name {
                    "Fn::Equals" => self.node(value),
                    _ => self.truth(value),
                });
                let values = values.collect();
                function(place, name, Node::list(place, values))
            }
            Unknown::Expression { text, references } => {
                let references = references.iter().map(|it| self.node(it)).collect();
                unresolved(place, text.clone(), references)
            }
            Unknown::Failed(text) => unresolved(place, text.clone(), Vec::new()),
        }
    }

    /// A truth value as a condition of CloudFormation.
    fn truth(&mut self, value: &Value) -> Node {
        let place = value.place;
        let node = self.node(value);
        let is_truth = matches!(
            value.as_unknown(),
            Some(Unknown::Truth(..) | Unknown::Expression { .. } | Unknown::Failed(_))
        );
        if is_truth {
            return node;
        }
        let sides = vec![node, Node::text(place, "true")];
        function(place, "Fn::Equals", Node::list(place, sides))
    }

    /// Registers a condition and gives the name under which it stands.
    pub(crate) fn condition(&mut self, name: &SmolStr, condition: &Value) -> SmolStr {
        let node = self.truth(condition);
        let mut free = name.clone();
        let mut number = 1;
        while let Some(known) = self.conditions.get(&free) {
            if known.same(&node) {
                return free;
            }
            number += 1;
            if number > 100 || !self.charge(1) {
                return free;
            }
            // The same words in another module, or instance, are another condition.
            free = smol_str::format_smolstr!("{name} ({number})");
        }
        self.conditions.insert(free.clone(), node);
        free
    }
}

/// The tree of a value all of which is known.
pub(crate) fn known_node(value: &Value) -> Option<Node> {
    let place = value.place;
    Some(match &value.kind {
        Kind::Null => Node::null(place),
        Kind::Bool(value) => Node::bool(place, *value),
        Kind::Number(number) => number_node(place, *number),
        Kind::Text(text) => Node::text(place, text.clone()),
        Kind::List(items) => {
            let items: Option<Vec<Node>> = items.it.iter().map(known_node).collect();
            Node::list(place, items?)
        }
        Kind::Map(map) => {
            let mut node = Map::new();
            for (key, value) in &map.it {
                node.insert(key.clone(), known_node(value)?);
            }
            Node::new(place, NodeKind::Map(node))
        }
        Kind::Unknown(_) => Node::text(place, value.as_text()?),
    })
}

fn number_node(place: Place, number: f64) -> Node {
    Node::new(place, NodeKind::Number(number_text(number)))
}

pub(crate) fn function(place: Place, name: &'static str, argument: Node) -> Node {
    let mut map = Map::new();
    map.insert(SmolStr::new_static(name), argument);
    Node::new(place, NodeKind::Map(map))
}

pub(crate) fn get_att(place: Place, address: &SmolStr, path: &str) -> Node {
    let arguments = vec![Node::text(place, address.clone()), Node::text(place, path)];
    function(place, "Fn::GetAtt", Node::list(place, arguments))
}

/// An expression that is not decided, with what it refers to.
pub(crate) fn unresolved(place: Place, text: SmolStr, references: Vec<Node>) -> Node {
    let text = Node::text(place, text);
    if references.is_empty() {
        return function(place, "Fn::Unresolved", text);
    }
    let mut arguments = vec![text];
    arguments.extend(references);
    function(place, "Fn::Unresolved", Node::list(place, arguments))
}
