//! From evaluated blocks to the resources of a template.

use std::collections::BTreeSet;

use source_text::{Kind, Map, Node, SmolStr};
use terraform_language::{Block, Evaluated};

use crate::{defaults, functions, policy, scope::Scope, tables, turn};

/// The resources of a configuration.
#[derive(Clone, Debug, Default)]
pub struct Lowered {
    /// `Resources` of the template: by Terraform address, a mapping of `Type`, `Properties` and
    /// perhaps `Condition`.
    pub resources: Map,
    /// Further `Conditions` of the template: the negations of those of the configuration.
    pub conditions: Map,
    /// Types that no table tells of: secrets are looked for in them, and nothing else.
    pub not_looked_at: BTreeSet<SmolStr>,
}

/// Writes the resources of Google's providers as those of a template.
#[must_use]
pub fn lower(evaluated: &Evaluated) -> Lowered {
    let mut lowered = Lowered::default();
    if !evaluated.resources.iter().any(|block| block.kind.starts_with("google_")) {
        return lowered;
    }
    let scope = Scope::new(evaluated);
    for block in &evaluated.resources {
        if block.kind.starts_with("google_") {
            lowered.add(&scope, block);
        }
    }
    lowered
}

impl Lowered {
    fn add(&mut self, scope: &Scope<'_>, block: &Block) {
        let (type_, properties) = match (policy::form_of(&block.kind), tables::of(&block.kind)) {
            (Some((base, form)), _) => {
                (SmolStr::new_static(policy::ASSET), policy::properties(scope, block, base, form))
            }
            (None, Some(one)) if one.asset.is_empty() => return,
            (None, Some(one)) => {
                let mut properties = turn::block(scope, &block.body, one.rows, "");
                properties.place = block.place;
                functions::complete(scope, block, &mut properties);
                defaults::set(&block.kind, &mut properties);
                (SmolStr::new_static(one.asset), properties)
            }
            (None, None) => {
                self.not_looked_at.insert(block.kind.clone());
                let type_ = SmolStr::new(format!("Terraform::{}", block.kind));
                (type_, turn::block(scope, &block.body, &[], ""))
            }
        };
        let mut map = Map::new();
        map.insert("Type", Node::text(block.place, type_));
        if let Some((name, holds)) = &block.condition {
            let name = if *holds { name.clone() } else { self.negated(name, block) };
            map.insert("Condition", Node::text(block.place, name));
        }
        map.insert("Properties", properties);
        let node = Node::new(block.place, Kind::Map(map));
        self.resources.insert_at(block.address.clone(), block.place, node);
    }

    /// The condition that holds when another does not.
    fn negated(&mut self, name: &SmolStr, block: &Block) -> SmolStr {
        let place = block.place;
        let own = SmolStr::new(format!("!({name})"));
        if !self.conditions.contains(&own) {
            let inner = Node::map(place, [("Condition", Node::text(place, name.clone()))]);
            let not = Node::map(place, [("Fn::Not", Node::list(place, vec![inner]))]);
            self.conditions.insert(own.clone(), not);
        }
        own
    }
}
