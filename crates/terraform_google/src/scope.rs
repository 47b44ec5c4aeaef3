//! What the addresses of a configuration stand for, and values with references that the reader of
//! the resources follows.

use std::{cell::Cell, collections::HashMap};

use source_text::{Kind, Map, Node, Place, SmolStr};
use terraform_language::{Block, Evaluated};

/// Arguments of other resources that one value is followed through.
const MAX_DEPTH: usize = 12;

/// Nodes that all values together may have: what refers to what refers to much grows without bound.
const BUDGET: usize = 2_000_000;

/// Attributes that stand for the resource itself: a reference to them stays a reference to it.
const IDENTITY: [&str; 18] = [
    "account_id",
    "crypto_key_id",
    "dataset_id",
    "email",
    "folder_id",
    "gateway_id",
    "https_trigger_url",
    "id",
    "member",
    "name",
    "org_id",
    "project_id",
    "repository_id",
    "secret_id",
    "self_link",
    "table_id",
    "unique_id",
    "uri",
];

/// Arguments that name a resource, the likeliest first.
const NAMES: [&str; 9] = [
    "name",
    "account_id",
    "secret_id",
    "dataset_id",
    "table_id",
    "repository_id",
    "project_id",
    "api_id",
    "queue_id",
];

/// The blocks of a configuration by address and by name.
pub(crate) struct Scope<'a> {
    /// The configuration.
    pub(crate) evaluated: &'a Evaluated,
    blocks: HashMap<&'a str, &'a Block>,
    /// The first instance of a block with `count` or `for_each`, by the address without a key.
    instances: HashMap<&'a str, &'a Block>,
    named: HashMap<(&'a str, SmolStr), &'a Block>,
    budget: Cell<usize>,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(evaluated: &'a Evaluated) -> Self {
        let (mut blocks, mut instances, mut named) =
            (HashMap::new(), HashMap::new(), HashMap::new());
        for block in evaluated.resources.iter().chain(&evaluated.data) {
            blocks.insert(block.address.as_str(), block);
            if let Some(bare) = without_key(&block.address) {
                instances.entry(bare).or_insert(block);
            }
        }
        for block in evaluated.resources.iter().filter(|block| block.kind.starts_with("google_")) {
            let name = NAMES.iter().find_map(|name| block.body.get(name)?.scalar_text());
            if let Some(name) = name {
                named.entry((block.kind.as_str(), name)).or_insert(block);
            }
        }
        Self { evaluated, blocks, instances, named, budget: Cell::new(BUDGET) }
    }

    /// The block at an address; of several instances the one of the key, or the first.
    pub(crate) fn block(&self, address: &str) -> Option<&'a Block> {
        let bare = without_key(address).unwrap_or(address);
        self.blocks
            .get(address)
            .or_else(|| self.instances.get(address))
            .or_else(|| self.blocks.get(bare))
            .copied()
    }

    /// The block that a value, as the evaluation gives it, is an attribute of.
    pub(crate) fn referred(&self, node: &Node) -> Option<&'a Block> {
        let (address, _) = get_att(node)?;
        self.block(address)
    }

    /// The value with its references to arguments of other resources followed.
    pub(crate) fn value(&self, node: &Node) -> Node {
        self.rewrite(node, MAX_DEPTH)
    }

    /// A reference to a resource; a name that is written out becomes one, when a resource of the
    /// configuration has it.
    pub(crate) fn named(&self, node: &Node, kind: &str) -> Node {
        let short = node.as_str().map(|text| text.rsplit('/').next().unwrap_or(text));
        match short.and_then(|name| self.named.get(&(kind, SmolStr::new(name)))) {
            Some(block) => reference(node.place, &block.address, "name"),
            None => self.value(node),
        }
    }

    fn rewrite(&self, node: &Node, depth: usize) -> Node {
        let Some(left) = self.budget.get().checked_sub(1) else { return Node::null(node.place) };
        self.budget.set(left);
        if let Some((address, attribute)) = get_att(node) {
            return self.attribute(node, address, attribute, depth);
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

    fn attribute(&self, node: &Node, address: &str, attribute: &str, depth: usize) -> Node {
        let Some(block) = self.block(address) else { return node.clone() };
        let first = attribute.split(['.', '[']).next().unwrap_or(attribute);
        let is_data = block.address.contains("data.");
        if IDENTITY.contains(&first) && !is_data {
            return reference(node.place, &block.address, first);
        }
        if let Some(written) = written(&block.body, attribute)
            && depth > 0
        {
            let mut value = self.rewrite(written, depth - 1);
            value.place = node.place;
            return value;
        }
        reference(node.place, &block.address, attribute)
    }
}

/// `{"Fn::GetAtt": [ADDRESS, ATTRIBUTE]}`.
pub(crate) fn reference(place: Place, address: &str, attribute: &str) -> Node {
    let parts = vec![Node::text(place, address), Node::text(place, attribute)];
    Node::map(place, [("Fn::GetAtt", Node::list(place, parts))])
}

/// The parts of `{"Fn::GetAtt": [ADDRESS, ATTRIBUTE]}`.
fn get_att(node: &Node) -> Option<(&str, &str)> {
    let (key, value) = node.single()?;
    match value.as_list() {
        Some([address, attribute]) if key == "Fn::GetAtt" => {
            Some((address.as_str()?, attribute.as_str()?))
        }
        _ => None,
    }
}

/// The argument at the end of a path such as `settings.0.tier`.
fn written<'n>(body: &'n Node, path: &str) -> Option<&'n Node> {
    path.split(['.', '[', ']']).filter(|part| !part.is_empty()).try_fold(body, |node, part| {
        match node.as_list() {
            Some(items) => items.get(part.parse::<usize>().ok()?),
            None => node.get(part.trim_matches('"')),
        }
    })
}

/// `google_pubsub_topic.t` of `google_pubsub_topic.t["blue"]`.
fn without_key(address: &str) -> Option<&str> {
    if !address.ends_with(']') {
        return None;
    }
    // A key may hold any letter; keys of modules before it stand further left.
    let text = address.rfind("[\"").filter(|_| address.ends_with("\"]"));
    address.get(..text.or_else(|| address.rfind('['))?)
}
