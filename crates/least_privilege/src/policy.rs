//! The smallest policy that allows a set of needs, and its text.

use std::collections::{BTreeMap, BTreeSet};

use app_model::{Place, SmolStr};
use source_text::{Node, to_json_compact};

use crate::need::{Need, Restriction};

/// A policy document: statements that allow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// In the order of their first action, then of their first resource.
    pub statements: Vec<Allow>,
}

/// One statement that allows.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Allow {
    /// Sorted.
    pub actions: Vec<SmolStr>,
    /// Sorted, in the notation of `Fn::Sub`.
    pub resources: Vec<SmolStr>,
    /// All of them must hold.
    pub restrictions: Vec<Restriction>,
}

/// What is allowed, apart from its reasons: an action on a resource under conditions.
pub(crate) type Grant = (SmolStr, SmolStr, Vec<Restriction>);

impl Document {
    /// The document with as few statements as it takes to allow the needs and nothing else.
    #[must_use]
    pub fn of(needs: &[Need]) -> Self {
        let grants = needs
            .iter()
            .map(|need| (need.action.clone(), need.resource.clone(), need.restrictions.clone()));
        Self::of_grants(grants)
    }

    pub(crate) fn of_grants(grants: impl IntoIterator<Item = Grant>) -> Self {
        let mut by_restriction: BTreeMap<Vec<Restriction>, BTreeSet<(SmolStr, SmolStr)>> =
            BTreeMap::new();
        for (action, resource, restrictions) in grants {
            by_restriction.entry(restrictions).or_default().insert((action, resource));
        }
        let mut statements: Vec<Allow> = by_restriction
            .into_iter()
            .flat_map(|(restrictions, pairs)| {
                rectangles(&without_covered(pairs)).into_iter().map(move |(actions, resources)| {
                    Allow { actions, resources, restrictions: restrictions.clone() }
                })
            })
            .collect();
        statements.sort();
        Self { statements }
    }

    /// The document as a tree of JSON; `resource` draws each resource and each value of a condition.
    #[must_use]
    pub fn to_node(&self, draw: &dyn Fn(&str) -> Node) -> Node {
        let place = Place::default();
        let statements = self.statements.iter().map(|allow| allow.to_node(draw)).collect();
        Node::map(
            place,
            [
                ("Version", Node::text(place, "2012-10-17")),
                ("Statement", Node::list(place, statements)),
            ],
        )
    }

    /// The document as a tree of plain JSON, holes in the notation of `Fn::Sub`.
    #[must_use]
    pub fn to_json(&self) -> Node {
        self.to_node(&|text| Node::text(Place::default(), text))
    }

    /// The grants in one line, without those that keep any function running (logs, traces, network):
    /// `` `dynamodb:PutItem` on `…` ``; `nothing` when there is none.
    #[must_use]
    pub fn in_words(&self) -> String {
        let told = self
            .statements
            .iter()
            .filter(|allow| allow.actions.iter().any(|action| !crate::is_plumbing(action)));
        let one = |allow: &Allow| {
            let list = |all: &[SmolStr]| {
                all.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
            };
            format!("{} on {}", list(&allow.actions), list(&allow.resources))
        };
        let all: Vec<String> = told.map(one).collect();
        if all.is_empty() { "nothing".to_owned() } else { all.join("; ") }
    }

    /// Characters that IAM counts: all but white space, holes as they are written.
    #[must_use]
    pub fn size(&self) -> usize {
        let text = to_json_compact(&self.to_json());
        text.chars().filter(|c| !c.is_whitespace()).count()
    }
}

impl Allow {
    fn to_node(&self, draw: &dyn Fn(&str) -> Node) -> Node {
        let place = Place::default();
        let one_or_all = |items: Vec<Node>| match <[Node; 1]>::try_from(items) {
            Ok([one]) => one,
            Err(items) => Node::list(place, items),
        };
        let actions = self.actions.iter().map(|action| Node::text(place, action.clone())).collect();
        let resources = self.resources.iter().map(|resource| draw(resource)).collect();
        let mut parts = vec![
            ("Effect", Node::text(place, "Allow")),
            ("Action", one_or_all(actions)),
            ("Resource", one_or_all(resources)),
        ];
        if !self.restrictions.is_empty() {
            let mut operators: BTreeMap<&str, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
            for restriction in &self.restrictions {
                let keys = operators.entry(&restriction.operator).or_default();
                keys.entry(&restriction.key).or_default().push(&restriction.value);
            }
            let condition = operators.into_iter().map(|(operator, keys)| {
                let keys = keys
                    .into_iter()
                    .map(|(key, values)| (key, one_or_all(values.into_iter().map(draw).collect())));
                (operator, Node::map(place, keys))
            });
            parts.push(("Condition", Node::map(place, condition)));
        }
        Node::map(place, parts)
    }
}

/// Leaves out pairs whose resource another pair of the same action takes in.
fn without_covered(pairs: BTreeSet<(SmolStr, SmolStr)>) -> BTreeSet<(SmolStr, SmolStr)> {
    let mut globs: BTreeMap<SmolStr, Vec<cloud_names::Pattern>> = BTreeMap::new();
    for (action, resource) in pairs.iter().filter(|(_, resource)| resource.contains('*')) {
        let pattern = cloud_names::Pattern::new(resource);
        globs.entry(action.clone()).or_default().push(pattern);
    }
    let is_covered = |action: &SmolStr, resource: &SmolStr| {
        let mut asked = None;
        globs.get(action).is_some_and(|globs| {
            globs.iter().filter(|glob| glob.as_str() != resource.as_str()).any(|glob| {
                let asked = asked.get_or_insert_with(|| cloud_names::Pattern::new(resource));
                // Of two that take in each other, the shorter one stays.
                glob.covers(asked)
                    && (!asked.covers(glob)
                        || (glob.as_str().len(), glob.as_str()) < (resource.len(), resource))
            })
        })
    };
    let covered: Vec<(SmolStr, SmolStr)> =
        pairs.iter().filter(|(action, resource)| is_covered(action, resource)).cloned().collect();
    let mut pairs = pairs;
    for pair in &covered {
        pairs.remove(pair);
    }
    pairs
}

type Rectangle = (Vec<SmolStr>, Vec<SmolStr>);

/// Covers pairs of actions and resources by rectangles that hold nothing else: the better one of two
/// ways to group them, which is the fewest in nearly every policy.
fn rectangles(pairs: &BTreeSet<(SmolStr, SmolStr)>) -> Vec<Rectangle> {
    let by_resource = group(pairs.iter().map(|(action, resource)| (resource, action)))
        .into_iter()
        .collect::<Vec<Rectangle>>();
    let by_action = group(pairs.iter().map(|(action, resource)| (action, resource)))
        .into_iter()
        .map(|(resources, actions)| (actions, resources))
        .collect::<Vec<Rectangle>>();
    let length = |all: &[Rectangle]| {
        let texts = all.iter().flat_map(|(a, b)| a.iter().chain(b));
        (all.len(), texts.map(|text| text.len() + 3).sum::<usize>())
    };
    if length(&by_action) < length(&by_resource) { by_action } else { by_resource }
}

/// Groups the keys that have the same set of values.
fn group<'a>(
    pairs: impl Iterator<Item = (&'a SmolStr, &'a SmolStr)>,
) -> BTreeMap<Vec<SmolStr>, Vec<SmolStr>> {
    let mut values: BTreeMap<&SmolStr, Vec<SmolStr>> = BTreeMap::new();
    for (key, value) in pairs {
        values.entry(key).or_default().push(value.clone());
    }
    let mut groups: BTreeMap<Vec<SmolStr>, Vec<SmolStr>> = BTreeMap::new();
    for (key, mut values) in values {
        values.sort();
        groups.entry(values).or_default().push(key.clone());
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::Document;
    use crate::need::Need;

    fn document(pairs: &[(&str, &str)]) -> Document {
        let needs: Vec<Need> = pairs
            .iter()
            .map(|(action, resource)| Need {
                action: (*action).into(),
                resource: (*resource).into(),
                ..Need::default()
            })
            .collect();
        Document::of(&needs)
    }

    #[test]
    fn actions_on_the_same_resources_share_a_statement() {
        let document = document(&[
            ("logs:CreateLogStream", "arn:a"),
            ("logs:PutLogEvents", "arn:a"),
            ("logs:CreateLogStream", "arn:b"),
            ("logs:PutLogEvents", "arn:b"),
            ("s3:GetObject", "arn:c"),
        ]);
        let shown: Vec<String> = document
            .statements
            .iter()
            .map(|allow| format!("{} on {}", allow.actions.join("+"), allow.resources.join("+")))
            .collect();
        assert_eq!(
            shown,
            ["logs:CreateLogStream+logs:PutLogEvents on arn:a+arn:b", "s3:GetObject on arn:c"]
        );
    }

    #[test]
    fn what_a_wider_resource_takes_in_is_left_out() {
        let document = document(&[
            ("s3:GetObject", "arn:aws:s3:::photos/*"),
            ("s3:GetObject", "arn:aws:s3:::photos/a"),
            ("s3:PutObject", "arn:aws:s3:::photos/a"),
        ]);
        assert_eq!(document.statements.len(), 2);
        assert_eq!(document.statements[0].resources, ["arn:aws:s3:::photos/*"]);
    }
}
