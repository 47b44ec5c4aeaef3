//! What the addresses of a configuration stand for, and values with references as the
//! template writes them.

use std::{cell::Cell, collections::HashMap};

use source_text::{Kind, Map, Node, Place, SmolStr};
use terraform_language::{Block, Evaluated};

use crate::{
    provider::{self, Provider},
    reference,
    row::Shape,
};

/// Arguments of other resources that one value is followed through.
const MAX_DEPTH: usize = 12;

/// Nodes that all values together may have: what refers to what refers to much grows without bound.
const BUDGET: usize = 2_000_000;

/// The blocks of a configuration by address and by name.
#[derive(Debug)]
pub(crate) struct Index<'a> {
    evaluated: &'a Evaluated,
    providers: &'a [&'a dyn Provider],
    blocks: HashMap<&'a str, &'a Block>,
    /// The first instance of a block with `count` or `for_each`, by the address without a key.
    instances: HashMap<&'a str, &'a Block>,
    named: HashMap<(&'a str, SmolStr), &'a Block>,
    budget: Cell<usize>,
}

impl<'a> Index<'a> {
    pub(crate) fn new(evaluated: &'a Evaluated, providers: &'a [&'a dyn Provider]) -> Self {
        let (mut blocks, mut instances, mut named) =
            (HashMap::new(), HashMap::new(), HashMap::new());
        for block in evaluated.resources.iter().chain(&evaluated.data) {
            blocks.insert(block.address.as_str(), block);
            if let Some(bare) = without_key(&block.address) {
                instances.entry(bare).or_insert(block);
            }
        }
        for block in &evaluated.resources {
            let Some(provider) = provider::of(providers, &block.kind) else { continue };
            let name = block.body.get(provider.name_argument(&block.kind));
            if let Some(name) = name.and_then(Node::scalar_text) {
                named.entry((block.kind.as_str(), name)).or_insert(block);
            }
        }
        Self { evaluated, providers, blocks, instances, named, budget: Cell::new(BUDGET) }
    }
}

/// The blocks of a configuration, seen from the resources of one provider.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The configuration.
    pub evaluated: &'a Evaluated,
    /// The provider in whose spelling arguments without a row are written.
    pub provider: &'a dyn Provider,
    index: &'a Index<'a>,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(index: &'a Index<'a>, provider: &'a dyn Provider) -> Self {
        Self { evaluated: index.evaluated, provider, index }
    }

    /// The block at an address; of several instances the one of the key, or the first.
    #[must_use]
    pub fn block(&self, address: &str) -> Option<&'a Block> {
        let bare = without_key(address).unwrap_or(address);
        let index = self.index;
        index
            .blocks
            .get(address)
            .or_else(|| index.instances.get(address))
            .or_else(|| index.blocks.get(bare))
            .copied()
    }

    /// The resource of a type that has this name.
    #[must_use]
    pub fn by_name(&self, kind: &str, name: &str) -> Option<&'a Block> {
        self.index.named.get(&(kind, SmolStr::new(name))).copied()
    }

    /// The block and the attribute that a value, as the evaluation gives it, refers to.
    #[must_use]
    pub fn referred<'n>(&self, node: &'n Node) -> Option<(&'a Block, &'n str)> {
        let (address, attribute) = get_att(node)?;
        Some((self.block(address)?, attribute))
    }

    /// The value with its references as the template writes them.
    #[must_use]
    pub fn value(&self, node: &Node) -> Node {
        self.rewrite(node, MAX_DEPTH)
    }

    fn rewrite(&self, node: &Node, depth: usize) -> Node {
        let Some(left) = self.index.budget.get().checked_sub(1) else {
            return Node::null(node.place);
        };
        self.index.budget.set(left);
        if let Some((address, attribute)) = get_att(node) {
            return self.reference(node.place, address, attribute, depth);
        }
        let kind = match &node.kind {
            Kind::List(items) => {
                Kind::List(items.iter().map(|item| self.rewrite(item, depth)).collect())
            }
            Kind::Map(map) => {
                let mut rewritten = Map::new();
                for (key, entry) in map.entries() {
                    let value = self.rewrite(&entry.value, depth);
                    rewritten.insert_at(key.clone(), entry.key_place, value);
                }
                Kind::Map(rewritten)
            }
            other => other.clone(),
        };
        Node::new(node.place, kind)
    }

    fn reference(&self, place: Place, address: &str, attribute: &str, depth: usize) -> Node {
        let first = attribute.split(['.', '[']).next().unwrap_or(attribute);
        let Some(block) = self.block(address) else {
            let kind = address.strip_prefix("data.").unwrap_or(address);
            return reference::get_att(place, address, &self.owner(kind).spelled(first));
        };
        let provider = self.owner(&block.kind);
        if let Some(value) = provider.of_data(block, attribute, place) {
            return value;
        }
        let shape = provider.table(&block.kind).map(|one| one.shape);
        if matches!(shape, Some(Shape::Resource(..)))
            && let Some(value) = provider.attribute(block, attribute, place)
        {
            return value;
        }
        if let Some(written) = written(&block.body, attribute)
            && depth > 0
        {
            let mut value = self.rewrite(written, depth - 1);
            value.place = place;
            return value;
        }
        // What another resource only adds to has the identity of that resource.
        if let Some(Shape::Part(owner, _)) = shape
            && depth > 0
            && first == "id"
            && let crate::row::Owner::In(argument, _) = owner
            && let Some(owner) = block.body.get(argument)
        {
            return self.rewrite(owner, depth - 1);
        }
        reference::get_att(place, &block.address, &provider.spelled(first))
    }

    /// The provider of a type; the one whose resources are written when no other claims it.
    fn owner(&self, kind: &str) -> &'a dyn Provider {
        provider::of(self.index.providers, kind).unwrap_or(self.provider)
    }
}

/// The parts of `{"Fn::GetAtt": [ADDRESS, ATTRIBUTE]}`.
#[must_use]
pub fn get_att(node: &Node) -> Option<(&str, &str)> {
    let (key, value) = node.single()?;
    match value.as_list() {
        Some([address, attribute]) if key == "Fn::GetAtt" => {
            Some((address.as_str()?, attribute.as_str()?))
        }
        _ => None,
    }
}

/// The argument at the end of a path such as `vpc_config.0.subnet_ids`.
fn written<'n>(body: &'n Node, path: &str) -> Option<&'n Node> {
    path.split(['.', '[', ']']).filter(|part| !part.is_empty()).try_fold(body, |node, part| {
        match node.as_list() {
            Some(items) => items.get(part.parse::<usize>().ok()?),
            None => node.get(part.trim_matches('"')),
        }
    })
}

/// `aws_sqs_queue.q` of `aws_sqs_queue.q["blue"]`.
fn without_key(address: &str) -> Option<&str> {
    if !address.ends_with(']') {
        return None;
    }
    // A key may hold any letter; keys of modules before it stand further left.
    let text = address.rfind("[\"").filter(|_| address.ends_with("\"]"));
    address.get(..text.or_else(|| address.rfind('['))?)
}

#[cfg(test)]
mod tests {
    use super::without_key;

    #[test]
    fn the_key_of_an_instance_is_cut_off() {
        assert_eq!(without_key("aws_sqs_queue.q[0]"), Some("aws_sqs_queue.q"));
        assert_eq!(without_key(r#"module.a["x"].b.c["y[1]"]"#), Some(r#"module.a["x"].b.c"#));
        assert_eq!(without_key("module.a[0].b.c"), None);
    }
}
