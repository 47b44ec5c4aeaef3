//! Names of resources in the carrier, and texts that refer to them.

use std::collections::HashMap;

use source_text::{Kind, Map, Node, Place, SmolStr};

/// Longest text that is looked up, in bytes.
const MAX_TEXT: usize = 2_000;

/// What texts refer to: the resource, and which attribute of it.
#[derive(Debug, Default)]
pub(crate) struct Names {
    taken: HashMap<SmolStr, usize>,
    known: HashMap<String, Target>,
}

#[derive(Clone, Debug)]
struct Target {
    id: SmolStr,
    attribute: Option<&'static str>,
}

impl Names {
    /// A name that no other resource has: the wanted one, that with the kind behind it, a numbered one.
    pub(crate) fn give(&mut self, wanted: &str, kind: &str) -> SmolStr {
        let mut name = SmolStr::new(wanted);
        if self.taken.contains_key(&name) {
            name = SmolStr::new(format!("{wanted} ({kind})"));
        }
        let count = self.taken.entry(name.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            // INVARIANT: a numbered name ends in `#NUMBER`, which none without a number does here.
            name = SmolStr::new(format!("{name} #{count}"));
            self.taken.insert(name.clone(), 1);
        }
        name
    }

    /// Lets a text mean a resource; letters of any case.
    pub(crate) fn means(&mut self, text: &str, id: &SmolStr, attribute: Option<&'static str>) {
        let target = Target { id: id.clone(), attribute };
        self.known.entry(text.to_ascii_lowercase()).or_insert(target);
    }

    fn target(&self, text: &str) -> Option<&Target> {
        if text.len() > MAX_TEXT { None } else { self.known.get(&text.to_ascii_lowercase()) }
    }

    /// The resource that a text means.
    pub(crate) fn id(&self, text: &str) -> Option<&SmolStr> {
        self.target(text).map(|target| &target.id)
    }

    /// A value with references instead of the texts that mean other resources than `own`.
    pub(crate) fn linked(&self, node: &Node, own: &str) -> Node {
        let kind = match &node.kind {
            Kind::Text(text) => return self.text(node.place, text, own),
            Kind::List(items) => Kind::List(items.iter().map(|it| self.linked(it, own)).collect()),
            Kind::Map(map) => {
                let mut made = Map::new();
                for (key, entry) in map.entries() {
                    // A mapping by identity: `{ID: {}}`.
                    let name = match self.target(key).filter(|_| key.starts_with('/')) {
                        Some(target) => SmolStr::new(format!("${{{}}}", target.id)),
                        None => key.clone(),
                    };
                    made.insert_at(name, entry.key_place, self.linked(&entry.value, own));
                }
                Kind::Map(made)
            }
            other => other.clone(),
        };
        Node::new(node.place, kind)
    }

    fn text(&self, place: Place, text: &SmolStr, own: &str) -> Node {
        if let Some(reference) = self.reference(place, text, own) {
            return reference;
        }
        let member = text.strip_prefix("serviceAccount:");
        if let Some(reference) = member.and_then(|email| self.reference(place, email, own)) {
            let parts = vec![Node::text(place, "serviceAccount:"), reference];
            let join = vec![Node::text(place, ""), Node::list(place, parts)];
            return Node::map(place, [("Fn::Join", Node::list(place, join))]);
        }
        Node::text(place, text.clone())
    }

    fn reference(&self, place: Place, text: &str, own: &str) -> Option<Node> {
        let target = self.target(text).filter(|target| target.id != own)?;
        Some(match target.attribute {
            None => Node::map(place, [("Ref", Node::text(place, target.id.clone()))]),
            Some(attribute) => {
                let parts =
                    vec![Node::text(place, target.id.clone()), Node::text(place, attribute)];
                Node::map(place, [("Fn::GetAtt", Node::list(place, parts))])
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn names_are_given_once() {
        let mut names = Names::default();
        let given: Vec<_> = (0..4).map(|_| names.give("orders", "sites")).collect();
        assert_eq!(given, ["orders", "orders (sites)", "orders (sites) #2", "orders (sites) #3"]);
    }
}
