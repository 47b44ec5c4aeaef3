//! Which resources of a template wait for which: a policy must not name what waits for its role.

use std::collections::{BTreeMap, BTreeSet};

use app_model::SmolStr;
use source_text::{Kind, Node};

/// What each resource of a plain template refers to.
#[derive(Clone, Debug, Default)]
pub struct Dependencies {
    of: BTreeMap<SmolStr, BTreeSet<SmolStr>>,
}

impl Dependencies {
    /// Reads a template without SAM resources whose short tags are lowered.
    #[must_use]
    pub fn of(template: &Node) -> Self {
        let mut of = BTreeMap::new();
        let resources = template.get("Resources").and_then(Node::as_map);
        for (name, resource) in resources.into_iter().flat_map(source_text::Map::iter) {
            let mut found = BTreeSet::new();
            if let Some(properties) = resource.get("Properties") {
                collect(properties, &mut found);
            }
            match resource.get("DependsOn").map(|node| &node.kind) {
                Some(Kind::Text(name)) => {
                    found.insert(name.clone());
                }
                Some(Kind::List(names)) => {
                    found.extend(names.iter().filter_map(|it| it.as_str().map(SmolStr::new)));
                }
                _ => {}
            }
            of.insert(name.clone(), found);
        }
        Self { of }
    }

    /// Whether `later` waits for `first`, by whatever way; also when both are the same.
    #[must_use]
    pub fn waits(&self, later: &str, first: &str) -> bool {
        let mut open = vec![later];
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        while let Some(name) = open.pop() {
            if name == first {
                return true;
            }
            if seen.insert(name) {
                open.extend(self.of.get(name).into_iter().flatten().map(SmolStr::as_str));
            }
        }
        false
    }
}

fn collect(node: &Node, found: &mut BTreeSet<SmolStr>) {
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|item| collect(item, found)),
        Kind::Tagged(_, inner) => collect(inner, found),
        Kind::Map(map) => {
            for (key, value) in map.iter() {
                match (key.as_str(), value.as_list()) {
                    ("Ref", _) => found.extend(value.as_str().map(SmolStr::new)),
                    ("Fn::GetAtt", Some([name, ..])) => {
                        found.extend(name.as_str().map(SmolStr::new));
                    }
                    ("Fn::Sub", Some([text, rest @ ..])) => {
                        names_in(text, found);
                        for it in rest {
                            collect(it, found);
                        }
                    }
                    ("Fn::Sub", None) => names_in(value, found),
                    _ => collect(value, found),
                }
            }
        }
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => {}
    }
}

fn names_in(text: &Node, found: &mut BTreeSet<SmolStr>) {
    let names = cloud_names::placeholders(text.as_str().unwrap_or_default());
    found.extend(names.map(|name| SmolStr::new(cloud_names::split_reference(name).0)));
}

#[cfg(test)]
mod tests {
    use source_text::{FileId, Limits, parse_yaml};

    use super::Dependencies;

    #[test]
    fn who_waits_is_told_along_chains() {
        let text = "
Resources:
  Bucket:
    Properties:
      NotificationConfiguration: {Function: {Fn::GetAtt: [F, Arn]}}
  F:
    Properties:
      Role: {Fn::Sub: 'x${Role.Arn}'}
  Role: {}
  Table: {DependsOn: [Role]}
";
        let parsed = parse_yaml(FileId::default(), text, &Limits::default()).unwrap();
        let dependencies = Dependencies::of(&parsed.documents[0]);
        assert!(dependencies.waits("Bucket", "Role"));
        assert!(dependencies.waits("Table", "Role"));
        assert!(dependencies.waits("Role", "Role"));
        assert!(!dependencies.waits("Role", "Bucket"));
    }
}
