//! The bodies of blocks: arguments, nested blocks, `dynamic`.

use indexmap::IndexMap;
use source_text::{Place, SmolStr};

use crate::configuration::Sort;
use crate::evaluated::Block;
use crate::evaluator::Evaluator;
use crate::expression::items_of;
use crate::instances::names;
use crate::scope::{Names, Scope};
use crate::syntax::{Body, ExprKind, Section};
use crate::value::{Kind, Unknown, Value};

/// Arguments of Terraform itself, which no provider sees.
const OWN_ARGUMENTS: &[&str] = &["count", "for_each", "provider", "depends_on"];
/// Those of a call of a module or of a provider's settings besides.
const OWN_OF_CALLS: &[&str] = &["providers", "source", "version"];
const OWN_BLOCKS: &[&str] = &["lifecycle", "provisioner", "connection"];

/// What may stand at the top of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Own {
    /// A body of a resource or of a data source: Terraform's own words are no arguments.
    Words,
    /// A call of a module, or the settings of a provider, which have more such words.
    Call,
    /// Any other body.
    None,
}

impl Own {
    /// Whether a name is a word of Terraform itself.
    fn holds(self, name: &str) -> bool {
        let is_own = OWN_ARGUMENTS.contains(&name) || OWN_BLOCKS.contains(&name);
        match self {
            Self::None => false,
            Self::Words => is_own,
            Self::Call => is_own || OWN_OF_CALLS.contains(&name),
        }
    }
}

/// Whether an argument of a call of a module is Terraform's own, no input.
pub(crate) fn is_own_of_calls(name: &str) -> bool {
    Own::Call.holds(name)
}

impl Evaluator<'_> {
    /// A body as a mapping; what is `null` is left out.
    pub(crate) fn body(&mut self, body: &Body, place: Place, own: Own, scope: Scope<'_>) -> Value {
        let mut map: IndexMap<SmolStr, Value> = IndexMap::new();
        for argument in &body.arguments {
            if own.holds(&argument.name) {
                continue;
            }
            let value = self.eval(&argument.value, scope);
            if !value.is_null() {
                map.insert(argument.name.clone(), value);
            }
        }
        let mut blocks: IndexMap<SmolStr, Vec<Value>> = IndexMap::new();
        for section in &body.blocks {
            if own != Own::None && OWN_BLOCKS.contains(&section.kind.as_str()) {
                continue;
            }
            if section.kind == "dynamic" {
                self.dynamic(section, scope, &mut blocks);
            } else {
                let value = self.body(&section.body, section.place, Own::None, scope);
                blocks.entry(section.kind.clone()).or_default().push(value);
            }
        }
        map.extend(blocks.into_iter().map(|(name, items)| (name, Value::list(place, items))));
        Value::map(place, map)
    }

    fn dynamic(
        &mut self,
        section: &Section,
        scope: Scope<'_>,
        out: &mut IndexMap<SmolStr, Vec<Value>>,
    ) {
        let [kind] = section.labels.as_slice() else { return };
        let Some(content) = section.body.blocks.iter().find(|block| block.kind == "content") else {
            return;
        };
        let Some(for_each) = section.body.argument("for_each") else { return };
        let iterator = match section.body.argument("iterator").map(|it| &it.kind) {
            Some(ExprKind::Name(name) | ExprKind::Text(name)) => name.clone(),
            _ => kind.clone(),
        };
        let collection = self.eval(for_each, scope);
        let made = self.dynamic_blocks(&collection, &iterator, content, scope);
        out.entry(kind.clone()).or_default().extend(made);
    }

    /// The blocks that a collection makes; those of an undecided branch hang on its condition.
    fn dynamic_blocks(
        &mut self,
        collection: &Value,
        iterator: &SmolStr,
        content: &Section,
        scope: Scope<'_>,
    ) -> Vec<Value> {
        if let Some(Unknown::If { condition, name, yes, no }) = collection.as_unknown() {
            if !self.charge(1) {
                return Vec::new();
            }
            let under = |made: Vec<Value>, holds: bool| {
                made.into_iter().map(move |block| {
                    let place = block.place;
                    let nothing = Value::null(place);
                    let (yes, no) = if holds { (block, nothing) } else { (nothing, block) };
                    let (condition, name) = (condition.clone(), name.clone());
                    Value::unknown(place, Unknown::If { condition, name, yes, no })
                })
            };
            let yes = self.dynamic_blocks(yes, iterator, content, scope);
            let no = self.dynamic_blocks(no, iterator, content, scope);
            return under(yes, true).chain(under(no, false)).collect();
        }
        let place = collection.place;
        let items = items_of(collection).unwrap_or_else(|| {
            let mut references = Vec::new();
            collection.references(&mut references);
            let open = |word: &str| {
                Value::expression(place, format!("{iterator}.{word}"), references.clone())
            };
            vec![(open("key"), open("value"))]
        });
        let mut made = Vec::new();
        for (key, value) in items {
            if !self.charge(1) {
                break;
            }
            // Of a set, key and value are the same; a list that came from one looks like a list.
            let map = IndexMap::from([
                (SmolStr::new_static("key"), key),
                (SmolStr::new_static("value"), value),
            ]);
            let bindings = [(iterator.clone(), Value::map(place, map))];
            let names = Names { bindings: &bindings, outer: scope.names };
            let scope = Scope { module: scope.module, names: Some(&names) };
            made.push(self.body(&content.body, content.place, Own::None, scope));
        }
        made
    }

    /// Every instance of the resources (or data sources) of a module.
    pub(crate) fn blocks(&mut self, module: usize, sort: Sort, out: &mut Vec<Block>) {
        let configuration = self.configuration_of(module);
        let prefix = self.prefix(module);
        let (declared, word) = match sort {
            Sort::Data => (&configuration.data, "data."),
            _ => (&configuration.resources, ""),
        };
        for (position, declaration) in declared.iter().enumerate() {
            let instances = self.instances(module, sort, position);
            let condition = instances
                .condition
                .as_ref()
                .map(|(value, name, holds)| (self.condition(name, value), *holds));
            let base = format!("{prefix}{word}{}.{}", declaration.kind, declaration.name);
            for (key, value) in &instances.items {
                if out.len() >= self.options.instances || !self.charge(1) {
                    self.too_many(declaration.place);
                    return;
                }
                let body = if sort == Sort::Data {
                    self.data_body(module, position, key)
                } else {
                    let bindings = names(declaration.place, key, value.as_ref());
                    let names = Names { bindings: &bindings, outer: None };
                    let scope = Scope { module, names: Some(&names) };
                    self.body(&declaration.body, declaration.place, Own::Words, scope)
                };
                out.push(Block {
                    kind: declaration.kind.clone(),
                    name: declaration.name.clone(),
                    address: key.address(&base),
                    folder: SmolStr::new(&configuration.folder),
                    place: declaration.place,
                    body: self.node(&body),
                    condition: condition.clone(),
                });
            }
        }
    }

    fn too_many(&mut self, place: Place) {
        let message =
            format!("more than {} resources; the rest is not looked at", self.options.instances);
        self.tell(source_text::Diagnostic::error(place, message));
    }

    /// The providers of a module.
    pub(crate) fn providers(&mut self, module: usize, out: &mut Vec<Block>) {
        let configuration = self.configuration_of(module);
        let prefix = self.prefix(module);
        for declaration in &configuration.providers {
            let scope = Scope::of(module);
            let body = self.body(&declaration.body, declaration.place, Own::Call, scope);
            out.push(Block {
                kind: declaration.kind.clone(),
                name: declaration.name.clone(),
                address: smol_str::format_smolstr!("{prefix}provider.{}", declaration.kind),
                folder: SmolStr::new(&configuration.folder),
                place: declaration.place,
                body: self.node(&body),
                condition: None,
            });
        }
    }

    /// A call of a module whose configuration is not at hand.
    pub(crate) fn unread_module(&mut self, module: usize, position: usize) -> Option<Block> {
        let configuration = self.configuration_of(module);
        let declaration = configuration.modules.get(position)?;
        let source = declaration.body.text("source").cloned().unwrap_or_default();
        let scope = Scope::of(module);
        let body = self.body(&declaration.body, declaration.place, Own::Call, scope);
        Some(Block {
            kind: source,
            name: declaration.name.clone(),
            address: smol_str::format_smolstr!(
                "{}module.{}",
                self.prefix(module),
                declaration.name
            ),
            folder: SmolStr::new(&configuration.folder),
            place: declaration.place,
            body: self.node(&body),
            condition: None,
        })
    }
}

/// The value at `name` of a body that was evaluated.
pub(crate) fn argument<'v>(body: &'v Value, name: &str) -> Option<&'v Value> {
    match &body.kind {
        Kind::Map(map) => map.it.get(name),
        _ => None,
    }
}
