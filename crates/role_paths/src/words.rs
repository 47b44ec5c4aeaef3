//! Edges and paths in words.

use source_text::SmolStr;

use crate::{Edge, NodeKind, RoleGraph, RolePath, Way};

impl RoleGraph {
    /// The name of a node.
    #[must_use]
    pub fn name(&self, node: usize) -> &str {
        self.nodes.get(node).map_or("", |node| &node.name)
    }

    /// The nodes of a path by name: the way from outside to its first, then the others.
    #[must_use]
    pub fn hops(&self, start: usize, path: &RolePath) -> Vec<String> {
        let reach = self.nodes.get(start).map(|node| node.reach.clone()).unwrap_or_default();
        let mut hops = if reach.is_empty() { vec![self.name(start).to_owned()] } else { reach };
        let edges = path.edges.iter().filter_map(|number| self.edges.get(*number));
        hops.extend(edges.map(|edge| self.name(edge.to).to_owned()));
        hops
    }

    /// What an edge is, as a sentence without a dot: `` `Worker` runs as `WorkerRole` ``.
    #[must_use]
    pub fn sentence(&self, edge: &Edge) -> String {
        let (from, to) = (self.name(edge.from), self.name(edge.to));
        match edge.way {
            Way::RunsAs => format!("`{from}` runs as `{to}`"),
            Way::Is => format!("`{from}` may do everything"),
            Way::NotKnown => format!("what `{from}` may do is not known"),
            Way::Path(path) => {
                let target = match self.nodes.get(edge.to).map(|node| node.kind) {
                    Some(NodeKind::Administrator | NodeKind::OtherRole) | None => String::new(),
                    Some(_) => format!(": `{to}`"),
                };
                format!("whoever has `{from}` can {}{target}", path.gain)
            }
        }
    }

    /// How to take an edge away.
    #[must_use]
    pub fn remedy(&self, edge: &Edge) -> String {
        let (from, to) = (self.name(edge.from), self.name(edge.to));
        if edge.way == Way::Is {
            return format!("give `{from}` only the actions that its code calls");
        }
        if edge.way == Way::NotKnown {
            return format!("look at the policies of `{from}` that are not in the input");
        }
        let mut actions: Vec<&SmolStr> = Vec::new();
        let is_by_trust_alone = edge.by.iter().all(|grant| grant.is_trust);
        if is_by_trust_alone {
            return format!("leave `{from}` out of the trust policy of `{to}`");
        }
        for grant in self.beside(edge).filter_map(key) {
            if !actions.contains(&grant) {
                actions.push(grant);
            }
        }
        let list = actions.iter().map(|action| format!("`{action}`")).collect::<Vec<_>>();
        let list = list.join(", ");
        let has_pass_role = actions.iter().any(|action| *action == "iam:PassRole");
        match self.nodes.get(edge.to).map(|node| node.kind) {
            Some(NodeKind::Administrator) => format!("take {list} out of `{from}`"),
            Some(NodeKind::OtherRole) | None => format!(
                "name under `Resource` only what `{from}` may use {list} on{}",
                if has_pass_role { ", and pin `iam:PassedToService`" } else { "" }
            ),
            Some(_) => format!("leave `{to}` out of what `{from}` may use {list} on"),
        }
    }
}

/// What is written for the action without which an edge is not there: the one that hands a role over,
/// or the first.
fn key(edge: &Edge) -> Option<&SmolStr> {
    let own = || edge.by.iter().filter(|grant| !grant.is_trust);
    let passes = own().find(|grant| grant.action == "iam:PassRole");
    passes.or_else(|| own().next()).map(|grant| &grant.written)
}
