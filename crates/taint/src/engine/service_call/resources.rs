//! What boto3 documents of the objects that stand for resources: identifiers, parts, collections, actions.
//!
//! One line a type in `boto3_resources.txt`: `service.Type`, identifiers, parts, references, collections,
//! actions, with a bar between. A part is `Name:Type(…)`, and in the parentheses stands where each
//! identifier comes from: a number is that identifier of the whole, `*` an argument, `=Name` the argument
//! of that name, `?` the answer of the service.

use std::{collections::HashMap, sync::OnceLock};

use code_ir::SmolStr;

use super::super::call::Args;
use crate::{origin::Made, service_call::Provenance, value::Value};

/// From boto3 1.43.11 (`resources-1.json`), Apache-2.0.
const TABLE: &str = include_str!("boto3_resources.txt");

/// A type of resource.
#[derive(Debug, Default)]
pub(super) struct Resource {
    pub(super) identifiers: Vec<&'static str>,
    parts: Vec<Part>,
    references: Vec<Part>,
    collections: Vec<Part>,
    actions: Vec<(&'static str, Option<Part>)>,
}

/// A resource that another one leads to.
#[derive(Debug)]
pub(super) struct Part {
    name: &'static str,
    pub(super) type_: &'static str,
    sources: Vec<&'static str>,
}

impl Part {
    fn read(text: &'static str) -> Option<Self> {
        let (name, rest) = text.split_once(':')?;
        let (type_, sources) = rest.strip_suffix(')')?.split_once('(')?;
        Some(Self {
            name,
            type_,
            sources: sources.split(',').filter(|it| !it.is_empty()).collect(),
        })
    }

    /// A resource that its service makes of what identifies it.
    pub(super) fn of_service(service: &str, type_: &str) -> Option<Self> {
        let (name, known) = types().get_key_value(format!("{service}.{type_}").as_str())?;
        let type_ = name.rsplit('.').next()?;
        Some(Self { name: type_, type_, sources: vec!["*"; known.identifiers.len()] })
    }

    /// What identifies it, when the whole is identified so and it is called with these arguments.
    pub(super) fn identified(&self, service: &str, whole: &Made, args: &Args) -> Made {
        let names = resource(service, self.type_).map(|it| it.identifiers.as_slice());
        let mut input = 0;
        let identifiers =
            names.unwrap_or_default().iter().zip(&self.sources).map(|(name, source)| {
                let value = match *source {
                    "*" => {
                        input += 1;
                        let given = args.at(input - 1).or_else(|| args.by_name(name));
                        given.map(Value::provenance)
                    }
                    "?" => None,
                    _ => match source.strip_prefix('=') {
                        Some(name) => args.by_name(name).map(Value::provenance),
                        None => source.parse().ok().and_then(|at: usize| {
                            whole.identifiers.get(at).map(|(_, value)| value.clone())
                        }),
                    },
                };
                (SmolStr::new_static(name), value.unwrap_or(Provenance::Unknown))
            });
        Made { identifiers: identifiers.collect(), ..whole.clone() }
    }
}

impl Resource {
    fn find<'a>(parts: &'a [Part], name: &str) -> Option<&'a Part> {
        parts.iter().find(|part| part.name == name)
    }

    /// `bucket.Object`.
    pub(super) fn part(&self, name: &str) -> Option<&Part> {
        Self::find(&self.parts, name)
    }

    /// `instance.vpc`.
    pub(super) fn reference(&self, name: &str) -> Option<&Part> {
        Self::find(&self.references, name)
    }

    /// `bucket.objects`.
    pub(super) fn collection(&self, name: &str) -> Option<&Part> {
        Self::find(&self.collections, name)
    }

    /// Whether it has an action.
    pub(super) fn has_action(&self, name: &str) -> bool {
        self.actions.iter().any(|(known, _)| *known == name)
    }

    /// The resource that an action gives.
    pub(super) fn given(&self, name: &str) -> Option<&Part> {
        self.actions.iter().find(|(known, _)| *known == name)?.1.as_ref()
    }
}

/// A type of a service; the empty type is the service itself.
pub(super) fn resource(service: &str, type_: &str) -> Option<&'static Resource> {
    if type_.is_empty() {
        types().get(service)
    } else {
        types().get(format!("{service}.{type_}").as_str())
    }
}

fn types() -> &'static HashMap<&'static str, Resource> {
    static TYPES: OnceLock<HashMap<&'static str, Resource>> = OnceLock::new();
    TYPES.get_or_init(|| TABLE.lines().filter_map(read).collect())
}

fn read(line: &'static str) -> Option<(&'static str, Resource)> {
    let mut fields = line.split('|');
    let name = fields.next()?;
    let mut words = || fields.next().unwrap_or_default().split_whitespace();
    let identifiers = words().collect();
    let parts = words().filter_map(Part::read).collect();
    let references = words().filter_map(Part::read).collect();
    let collections = words().filter_map(Part::read).collect();
    let actions = words().map(|word| match Part::read(word) {
        Some(part) => (part.name, Some(part)),
        None => (word, None),
    });
    let actions = actions.collect();
    Some((name, Resource { identifiers, parts, references, collections, actions }))
}

#[cfg(test)]
mod tests {
    use super::resource;

    #[test]
    fn the_table_is_read() {
        let bucket = resource("s3", "Bucket").map(|it| {
            let object = it.part("Object").map(|part| (part.type_, part.sources.clone()));
            let objects = it.collection("objects").map(|part| part.type_);
            let put = it.given("put_object").map(|part| part.type_);
            (it.identifiers.clone(), object, objects, put)
        });
        let expected =
            (vec!["name"], Some(("Object", vec!["0", "*"])), Some("ObjectSummary"), Some("Object"));
        assert_eq!(bucket, Some(expected));
        assert!(resource("sqs", "").is_some_and(|it| it.part("Queue").is_some()));
    }
}
