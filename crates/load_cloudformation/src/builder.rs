//! The application while it is put together, and the table of what every name stands for.

use std::collections::HashMap;

use app_model::{Application, Reference, When};
use cfn_template::{Evaluator, Resource, Template, Truth};
use indexmap::IndexMap;
use sam_transform::Origins;
use source_text::{Diagnostic, FileId, Node, Place, ReadFile, SmolStr};

use crate::{
    deliveries, functions, identities, links, literals, parts, permissions, policies,
    properties::Properties,
    references::{self, Names},
    services, triggers,
    written::Written,
};

/// Resources of one template that are looked at, those of a SAM transform counted: what is asked of
/// pairs of them must end soon in a hostile template, too.
const MAX_RESOURCES: usize = 20_000;

/// A resource that exists in some deployment, with its properties evaluated.
pub(crate) struct Item<'t> {
    /// As read.
    pub(crate) resource: &'t Resource,
    /// `Properties`, simplified.
    pub(crate) properties: Node,
    /// When it exists.
    pub(crate) when: When,
    /// Whether the SAM transform made it, and not the author.
    pub(crate) is_generated: bool,
}

impl Item<'_> {
    /// Logical id.
    pub(crate) fn name(&self) -> SmolStr {
        self.resource.logical_id.clone()
    }

    /// Where its logical id is written.
    #[expect(clippy::misnamed_getters, reason = "findings point at the name, not at the whole")]
    pub(crate) fn place(&self) -> Place {
        self.resource.key_place
    }

    /// Type.
    pub(crate) fn type_(&self) -> &str {
        &self.resource.type_
    }
}

/// The application while it is put together.
pub(crate) struct Builder<'t> {
    pub(crate) template: &'t Template,
    pub(crate) evaluator: &'t Evaluator<'t>,
    /// Every resource that can exist, in order.
    pub(crate) items: IndexMap<SmolStr, Item<'t>>,
    /// Indexes of the items of each type: rooms ask for their types one after the other.
    by_type: HashMap<&'t str, Vec<usize>>,
    /// Physical names that the template gives.
    pub(crate) names: Names,
    /// Where generated resources come from.
    pub(crate) origins: Origins,
    /// Files beside the template, and which file it is itself.
    pub(crate) files: Option<(&'t dyn ReadFile, FileId)>,
    /// What the author wrote and the expansion leaves no trace of.
    pub(crate) written: Written,
    /// Definitions of interfaces that stand in local files, by logical id.
    pub(crate) definitions: IndexMap<SmolStr, Node>,
    pub(crate) app: Application,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl<'t> Builder<'t> {
    /// Evaluates the properties of every resource whose condition can hold.
    pub(crate) fn new(
        template: &'t Template,
        evaluator: &'t Evaluator<'t>,
        origins: Origins,
        definitions: IndexMap<SmolStr, Node>,
    ) -> Self {
        let mut items = IndexMap::new();
        let mut diagnostics = Vec::new();
        for (name, resource) in &template.resources {
            if items.len() >= MAX_RESOURCES {
                let message = format!(
                    "only the first {MAX_RESOURCES} resources were looked at; a stack has 500 at most"
                );
                diagnostics.push(Diagnostic::error(resource.key_place, message));
                break;
            }
            if references::references(&resource.properties).iter().any(|to| to.name == *name) {
                let message = format!("`{name}` refers to itself; it can not be deployed");
                diagnostics.push(Diagnostic::warning(resource.key_place, message));
            }
            let Some(when) = existence(evaluator, resource.condition.as_ref()) else { continue };
            let properties = evaluator.simplify_when(&resource.properties, &when);
            let is_generated = origins.resources.get(name).is_some_and(|source| source != name);
            items.insert(name.clone(), Item { resource, properties, when, is_generated });
        }
        let mut by_type: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, item) in items.values().enumerate() {
            by_type.entry(item.resource.type_.as_str()).or_default().push(index);
        }
        let names = Names::collect(&items);
        Self {
            template,
            evaluator,
            items,
            by_type,
            names,
            origins,
            files: None,
            written: Written::default(),
            definitions,
            app: Application::default(),
            diagnostics,
        }
    }

    /// Reads every room, then draws the edges.
    pub(crate) fn build(&mut self) {
        functions::read(self);
        identities::read(self);
        policies::read(self);
        permissions::read(self);
        services::read(self);
        triggers::read(self);
        deliveries::read(self);
        literals::read(self);
        parts::read(self);
        links::finish(self);
        self.app.link();
    }

    /// The text of a file that is named relative to the template. What cannot be read is told where
    /// it matters, as an unknown.
    pub(crate) fn file_beside(&self, path: &str) -> Option<String> {
        let (reader, template) = self.files?;
        let file = reader.read(template, path).ok()?;
        Some(reader.sources().get(file).text.clone())
    }

    /// Properties of an item.
    pub(crate) fn properties<'a>(&'a self, item: &'a Item<'t>) -> Properties<'a> {
        Properties::new(self.evaluator, &item.properties)
    }

    /// Items of a type, in order.
    pub(crate) fn of_type<'a>(&'a self, type_: &str) -> impl Iterator<Item = &'a Item<'t>> + 'a {
        let indexes = self.by_type.get(type_).map_or(&[][..], Vec::as_slice);
        indexes.iter().filter_map(|index| self.items.get_index(*index).map(|(_, item)| item))
    }

    /// The first resource of the template that `node` refers to: by `Ref`, `GetAtt`, `Sub`, or by
    /// a physical name in an ARN or alone.
    pub(crate) fn referent(&self, node: &Node) -> Option<SmolStr> {
        self.referents(node).into_iter().next().map(|reference| reference.name)
    }

    /// Every resource of the template that `node` refers to, in order.
    pub(crate) fn referents(&self, node: &Node) -> Vec<Reference> {
        let mut found: Vec<Reference> = references::references(node)
            .into_iter()
            .filter(|reference| self.items.contains_key(&reference.name))
            .collect();
        if found.is_empty() {
            found.extend(self.names.in_node(node));
        }
        found
    }

    /// Resources of the template that the `${…}` of a text name.
    pub(crate) fn placeholders(&self, text: &str) -> Vec<Reference> {
        cloud_names::placeholders(text)
            .map(cloud_names::split_reference)
            .filter(|(name, _)| self.items.contains_key(*name))
            .map(|(name, attribute)| Reference {
                name: SmolStr::new(name),
                attribute: attribute.map(SmolStr::new),
            })
            .collect()
    }

    /// The first function of the template that `node` refers to, versions and aliases followed.
    pub(crate) fn function_behind(&self, node: &Node) -> Option<SmolStr> {
        self.referents(node).into_iter().find_map(|reference| self.follow_function(reference.name))
    }

    fn follow_function(&self, name: SmolStr) -> Option<SmolStr> {
        let item = self.items.get(&name)?;
        match item.type_() {
            "AWS::Lambda::Function" => Some(name),
            "AWS::Lambda::Alias" | "AWS::Lambda::Version" | "AWS::Lambda::Url" => {
                let target = item
                    .properties
                    .get("FunctionName")
                    .or_else(|| item.properties.get("TargetFunctionArn"))?;
                references::references(target)
                    .into_iter()
                    .find(|reference| {
                        self.items
                            .get(&reference.name)
                            .is_some_and(|item| item.type_() == "AWS::Lambda::Function")
                    })
                    .map(|reference| reference.name)
            }
            _ => None,
        }
    }
}

/// When a resource exists; `None` when its condition never holds.
pub(crate) fn existence(evaluator: &Evaluator<'_>, condition: Option<&SmolStr>) -> Option<When> {
    let Some(name) = condition else { return Some(When::ALWAYS) };
    match evaluator.condition(name) {
        Truth::True => Some(When::ALWAYS),
        Truth::False => None,
        Truth::Unknown => Some(When::condition(name.clone(), true)),
    }
}
