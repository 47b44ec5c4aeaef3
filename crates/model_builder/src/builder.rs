//! The application while it is put together, and the table of what every name stands for.

use std::{collections::HashMap, fmt};

use app_model::{Application, Reference, When};
use cfn_template::{Evaluator, Resource, Template, Truth};
use indexmap::IndexMap;
use sam_core::Origins;
use source_text::{Diagnostic, FileId, Node, Place, ReadFile, SmolStr};

use crate::{
    properties::Properties,
    references::{self, Names},
    written::Written,
};

/// A resource that exists in some deployment, with its properties evaluated.
#[derive(Debug)]
pub struct Item<'t> {
    /// As read.
    pub resource: &'t Resource,
    /// `Properties`, simplified.
    pub properties: Node,
    /// When it exists.
    pub when: When,
    /// Whether the SAM transform made it, and not the author.
    pub is_generated: bool,
}

impl Item<'_> {
    /// Logical id.
    #[must_use]
    pub fn name(&self) -> SmolStr {
        self.resource.logical_id.clone()
    }

    /// Where its logical id is written.
    #[expect(clippy::misnamed_getters, reason = "findings point at the name, not at the whole")]
    #[must_use]
    pub fn place(&self) -> Place {
        self.resource.key_place
    }

    /// Type.
    #[must_use]
    pub fn type_(&self) -> &str {
        &self.resource.type_
    }
}

/// The application while it is put together.
pub struct Builder<'t> {
    /// The template.
    pub template: &'t Template,
    /// Decides its conditions and reads its values.
    pub evaluator: &'t Evaluator<'t>,
    /// Every resource that can exist, in order.
    pub items: IndexMap<SmolStr, Item<'t>>,
    /// Indexes of the items of each type: rooms ask for their types one after the other.
    by_type: HashMap<&'t str, Vec<usize>>,
    /// Physical names that the template gives.
    pub names: Names,
    /// Where generated resources come from.
    pub origins: Origins,
    /// Files beside the template, and which file it is itself.
    pub files: Option<(&'t dyn ReadFile, FileId)>,
    /// What the author wrote and the expansion leaves no trace of.
    pub written: Written,
    /// Definitions of interfaces that stand in local files, by logical id.
    pub definitions: IndexMap<SmolStr, Node>,
    /// What rooms have written so far.
    pub app: Application,
    /// What could not be read, or was read with a doubt.
    pub diagnostics: Vec<Diagnostic>,
}

impl fmt::Debug for Builder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("items", &self.items)
            .field("app", &self.app)
            .finish_non_exhaustive()
    }
}

impl<'t> Builder<'t> {
    /// Evaluates the properties of every resource whose condition can hold; of more than `most` the rest is told.
    pub fn new(
        template: &'t Template,
        evaluator: &'t Evaluator<'t>,
        (origins, definitions): (Origins, IndexMap<SmolStr, Node>),
        most: usize,
    ) -> Self {
        let mut items = IndexMap::new();
        let mut diagnostics = Vec::new();
        for (name, resource) in &template.resources {
            if items.len() >= most {
                let message = format!("only the first {most} resources were looked at");
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

    /// The text of a file that is named relative to the template. What cannot be read is told where
    /// it matters, as an unknown.
    #[must_use]
    pub fn file_beside(&self, path: &str) -> Option<String> {
        let (reader, template) = self.files?;
        let file = reader.read(template, path).ok()?;
        Some(reader.sources().get(file).text.clone())
    }

    /// Properties of an item.
    #[must_use]
    pub fn properties<'a>(&'a self, item: &'a Item<'t>) -> Properties<'a> {
        Properties::new(self.evaluator, &item.properties)
    }

    /// Items of a type, in order.
    pub fn of_type<'a>(&'a self, type_: &str) -> impl Iterator<Item = &'a Item<'t>> + 'a {
        let indexes = self.by_type.get(type_).map_or(&[][..], Vec::as_slice);
        indexes.iter().filter_map(|index| self.items.get_index(*index).map(|(_, item)| item))
    }

    /// The first resource of the template that `node` refers to: by `Ref`, `GetAtt`, `Sub`, or by
    /// a physical name in an ARN or alone.
    #[must_use]
    pub fn referent(&self, node: &Node) -> Option<SmolStr> {
        self.referents(node).into_iter().next().map(|reference| reference.name)
    }

    /// Every resource of the template that `node` refers to, in order.
    #[must_use]
    pub fn referents(&self, node: &Node) -> Vec<Reference> {
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
    pub fn placeholders(&self, text: &str) -> Vec<Reference> {
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
    #[must_use]
    pub fn function_behind(&self, node: &Node) -> Option<SmolStr> {
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
pub fn existence(evaluator: &Evaluator<'_>, condition: Option<&SmolStr>) -> Option<When> {
    let Some(name) = condition else { return Some(When::ALWAYS) };
    match evaluator.condition(name) {
        Truth::True => Some(When::ALWAYS),
        Truth::False => None,
        Truth::Unknown => Some(When::condition(name.clone(), true)),
    }
}
