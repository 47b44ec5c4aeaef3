//! Policies as templates of CloudFormation write them: names by `!GetAtt` and `!Sub`.

use app_model::{Resource, SmolStr};
use source_text::{Kind, Node, Place};

use crate::{
    Names,
    policy::Document,
    shapes::{self, Meaning},
};

/// How texts with holes are drawn in a template.
#[derive(Clone, Copy, Debug)]
pub struct Draw<'n, 'a> {
    /// The names of the template.
    pub names: &'n Names<'a>,
    /// Whether functions are short tags (`!Sub`), as YAML has them, or mappings (`Fn::Sub`).
    pub has_tags: bool,
}

impl Draw<'_, '_> {
    /// A text as a template writes it.
    #[must_use]
    pub fn text(&self, text: &str) -> Node {
        let place = Place::default();
        if let Some((resource, rest)) = self.begins_with(text) {
            let shape = shapes::of(&resource.type_name);
            let whole = shape.and_then(|it| it.arns.iter().find(|(_, behind)| behind.is_empty()));
            let by_reference = shape.is_some_and(|it| it.reference == Meaning::Arn);
            let name = &resource.name;
            match (whole, by_reference, rest) {
                (_, true, "") => return self.function("Ref", Node::text(place, name.clone())),
                (Some((attribute, _)), _, "") => return self.get_att(name, attribute),
                (_, true, rest) => return self.sub(&format!("${{{name}}}{rest}")),
                (Some((attribute, _)), _, rest) => {
                    return self.sub(&format!("${{{name}.{attribute}}}{rest}"));
                }
                (None, false, _) => {}
            }
        }
        if cloud_names::has_placeholder(text) { self.sub(text) } else { Node::text(place, text) }
    }

    /// The resource whose ARN a text begins with, when only deployment knows its name, and the rest.
    fn begins_with<'t>(&self, text: &'t str) -> Option<(&Resource, &'t str)> {
        let fitting = self.names.arns().filter_map(|(resource, arn)| {
            if resource.physical_name.is_some() {
                return None;
            }
            let rest = text.strip_prefix(arn)?;
            (rest.is_empty() || rest.starts_with(['/', ':'])).then_some((resource, rest))
        });
        fitting.min_by_key(|(_, rest)| rest.len())
    }

    fn sub(&self, text: &str) -> Node {
        self.function("Sub", Node::text(Place::default(), text))
    }

    fn get_att(&self, name: &SmolStr, attribute: &str) -> Node {
        let place = Place::default();
        if self.has_tags {
            return self.function("GetAtt", Node::text(place, format!("{name}.{attribute}")));
        }
        let parts = vec![Node::text(place, name.clone()), Node::text(place, attribute)];
        self.function("GetAtt", Node::list(place, parts))
    }

    fn function(&self, name: &str, argument: Node) -> Node {
        let place = Place::default();
        if self.has_tags {
            return Node::new(place, Kind::Tagged(SmolStr::new(name), Box::new(argument)));
        }
        let key = if name == "Ref" { name.to_owned() } else { format!("Fn::{name}") };
        Node::map(place, [(key, argument)])
    }
}

/// A policy document as a template writes it.
#[must_use]
pub fn template_policy(document: &Document, draw: Draw<'_, '_>) -> Node {
    document.to_node(&|text| draw.text(text))
}
