//! What the author wrote and the expansion of SAM leaves no trace of.

use std::collections::{HashMap, HashSet};

use source_text::{Map, Node, SmolStr};

/// Notes from the template as it was before the expansion.
#[derive(Debug, Default)]
pub struct Written {
    /// Logical ids of the SAM connectors.
    pub connectors: HashSet<SmolStr>,
    /// Definitions of state machines that stand as mappings, which SAM makes texts of, by logical id.
    pub machines: HashMap<SmolStr, Node>,
    /// Logical ids of the interfaces whose definition the author wrote; others get theirs from the
    /// events of functions, or have routes of their own.
    pub defined_apis: HashSet<SmolStr>,
}

impl Written {
    /// Takes notes from a template whose tags are lowered.
    pub fn of(document: &Node) -> Self {
        let mut written = Self::default();
        let resources = document.get("Resources").and_then(Node::as_map);
        for (name, resource) in resources.into_iter().flat_map(Map::iter) {
            let property = |key: &str| resource.at(&["Properties", key]);
            match resource.get("Type").and_then(Node::as_str) {
                Some("AWS::Serverless::Connector") => {
                    written.connectors.insert(name.clone());
                }
                Some("AWS::Serverless::StateMachine") => {
                    let definition = property("Definition");
                    let definition = definition.map(|node| (name.clone(), node.clone()));
                    written.machines.extend(definition);
                }
                Some(_) => {
                    let keys = ["Body", "DefinitionBody", "DefinitionUri"];
                    if keys.iter().any(|key| property(key).is_some()) {
                        written.defined_apis.insert(name.clone());
                    }
                }
                None => {}
            }
        }
        written
    }
}
