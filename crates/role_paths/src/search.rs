//! Paths through the graph, the surest and shortest first.

use std::collections::{HashMap, HashSet, VecDeque};

use iam_policy::escalation::Certainty;
use value::When;

use crate::{Edge, NodeKind, RoleGraph, Way};

/// A way from a node to the administrator.
#[derive(Clone, Debug, PartialEq)]
pub struct RolePath {
    /// Numbers of its edges, in order.
    pub edges: Vec<usize>,
    /// As sure as its least sure edge.
    pub certainty: Certainty,
    /// All that must hold besides, in words.
    pub only_when: Vec<String>,
    /// When all of it stands in the deployment.
    pub when: When,
}

const LEVELS: [Certainty; 3] = [Certainty::Certain, Certainty::Conditional, Certainty::Possible];

impl RoleGraph {
    /// Joins nodes and edges, and finds the best way from every node to the administrator.
    pub(crate) fn finish(&mut self) {
        self.from = vec![Vec::new(); self.nodes.len()];
        self.to = vec![Vec::new(); self.nodes.len()];
        for (number, edge) in self.edges.iter().enumerate() {
            if let Some(list) = self.from.get_mut(edge.from) {
                list.push(number);
            }
            if let Some(list) = self.to.get_mut(edge.to) {
                list.push(number);
            }
        }
        self.towards = vec![None; self.nodes.len()];
        for level in LEVELS {
            self.search(level);
        }
    }

    /// Breadth first against the edges, which finds the shortest way of those that are sure enough.
    fn search(&mut self, level: Certainty) {
        let mut queue = VecDeque::from([self.administrator()]);
        let mut seen: HashSet<usize> = queue.iter().copied().collect();
        while let Some(node) = queue.pop_front() {
            let edges = self.to.get(node).map_or(&[][..], Vec::as_slice);
            for number in edges {
                let Some(edge) = self.edges.get(*number) else { continue };
                if edge.certainty > level || !seen.insert(edge.from) {
                    continue;
                }
                queue.push_back(edge.from);
                if let Some(slot @ None) = self.towards.get_mut(edge.from) {
                    *slot = Some((*number, level));
                }
            }
        }
    }

    /// The best way from a node to the administrator, if there is any.
    #[must_use]
    pub fn path_from(&self, node: usize) -> Option<RolePath> {
        let mut edges = Vec::new();
        let mut at = node;
        while at != self.administrator() && edges.len() <= self.nodes.len() {
            let (number, _) = self.towards.get(at).copied().flatten()?;
            edges.push(number);
            at = self.edges.get(number)?.to;
        }
        (!edges.is_empty()).then(|| self.path(edges))
    }

    /// Ways from a node to the administrator, one for each edge that leads away from its role; the
    /// surest and shortest first, at most `limit`.
    #[must_use]
    pub fn paths_from(&self, node: usize, limit: usize) -> Vec<RolePath> {
        let mut prefix = Vec::new();
        let mut at = node;
        // A function has its role's ways and no other.
        while let [only] = self.from.get(at).map_or(&[][..], Vec::as_slice)
            && let Some(edge) = self.edges.get(*only)
            && edge.way == Way::RunsAs
            && prefix.len() < 2
        {
            prefix.push(*only);
            at = edge.to;
        }
        let mut found: Vec<RolePath> = Vec::new();
        let mut reached = HashSet::new();
        let edges = self.from.get(at).map_or(&[][..], Vec::as_slice);
        let mut edges: Vec<usize> = edges.to_vec();
        edges.sort_by_key(|number| self.edges.get(*number).map(|edge| edge.certainty));
        for number in edges {
            let Some(edge) = self.edges.get(number) else { continue };
            // Several ways to the same node are one way here: they are told together.
            if !reached.insert(edge.to) {
                continue;
            }
            let rest = if edge.to == self.administrator() {
                Vec::new()
            } else if let Some(path) = self.path_from(edge.to) {
                path.edges
            } else {
                continue;
            };
            let all: Vec<usize> = prefix.iter().copied().chain([number]).chain(rest).collect();
            let comes_back = all.iter().skip(prefix.len() + 1).any(|number| {
                self.edges.get(*number).is_some_and(|edge| edge.from == at || edge.to == at)
            });
            if !comes_back {
                found.push(self.path(all));
            }
        }
        found.sort_by_key(|path| (path.certainty, path.edges.len()));
        found.truncate(limit);
        found
    }

    /// The best path of every function, and of every role and user under which nothing runs, that
    /// reaches the administrator: those of functions that the internet reaches first. A document
    /// counts when it stands alone.
    #[must_use]
    pub fn paths(&self) -> Vec<(usize, RolePath)> {
        let starts = self.nodes.iter().enumerate().filter(|(number, node)| match node.kind {
            NodeKind::Function => true,
            NodeKind::Document => self.nodes.len() == 3,
            NodeKind::Role | NodeKind::User => {
                let edges = self.to.get(*number).map_or(&[][..], Vec::as_slice);
                !edges.iter().any(|it| self.edges.get(*it).is_some_and(|it| it.way == Way::RunsAs))
            }
            _ => false,
        });
        let mut found: Vec<(usize, RolePath)> =
            starts.filter_map(|(number, _)| Some((number, self.path_from(number)?))).collect();
        let is_inner =
            |number: usize| self.nodes.get(number).is_some_and(|node| !node.is_internet_reachable);
        found.sort_by_key(|(number, path)| {
            (is_inner(*number), path.certainty, path.edges.len(), *number)
        });
        found
    }

    /// The edge of a path that is best taken away: of those that can be, the one that most paths
    /// of the application go through, of equals the first.
    #[must_use]
    pub fn cut(&self, path: &RolePath, all: &[(usize, RolePath)]) -> Option<&Edge> {
        let mut uses: HashMap<(usize, usize), usize> = HashMap::new();
        for (_, other) in all {
            for edge in other.edges.iter().filter_map(|number| self.edges.get(*number)) {
                *uses.entry((edge.from, edge.to)).or_default() += 1;
            }
        }
        let edges = path.edges.iter().filter_map(|number| self.edges.get(*number));
        let cuttable = edges.filter(|edge| edge.way != Way::RunsAs && !edge.by.is_empty());
        cuttable.rev().max_by_key(|edge| uses.get(&(edge.from, edge.to)).copied())
    }

    /// The edges that join the same two nodes as an edge: all must go to cut the way.
    pub fn beside<'a>(&'a self, edge: &'a Edge) -> impl Iterator<Item = &'a Edge> {
        self.edges_from(edge.from).filter(move |other| other.to == edge.to)
    }

    fn path(&self, edges: Vec<usize>) -> RolePath {
        let mut path = RolePath {
            edges,
            certainty: Certainty::Certain,
            only_when: Vec::new(),
            when: When::ALWAYS,
        };
        for edge in path.edges.iter().filter_map(|number| self.edges.get(*number)) {
            path.certainty = path.certainty.max(edge.certainty);
            path.when = path.when.and(&edge.when).unwrap_or_else(|| path.when.clone());
            for words in &edge.only_when {
                if !path.only_when.contains(words) {
                    path.only_when.push(words.clone());
                }
            }
        }
        path
    }
}
