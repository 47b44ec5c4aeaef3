//! Nodes and edges of the graph.

use iam_policy::escalation::{Certainty, Path, Thing};
use source_text::{Place, SmolStr};
use value::When;

/// Who comes to hold what. Made by [`crate::graph`].
#[derive(Clone, Debug, Default)]
pub struct RoleGraph {
    /// Functions first, in the order of the application; the last two are
    /// [`NodeKind::OtherRole`] and [`NodeKind::Administrator`].
    pub nodes: Vec<Node>,
    /// The edges, in the order of the node from which they lead.
    pub edges: Vec<Edge>,
    /// Numbers of the edges that lead away from each node.
    pub(crate) from: Vec<Vec<usize>>,
    /// Numbers of the edges that lead to each node.
    pub(crate) to: Vec<Vec<usize>>,
    /// The best edge from each node towards the administrator, and how sure the whole way is.
    pub(crate) towards: Vec<Option<(usize, Certainty)>>,
}

/// Somebody or something that has permissions.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Logical name; words for the two that stand for what the input does not hold.
    pub name: SmolStr,
    /// Where its name is written.
    pub place: Option<Place>,
    /// Whether anybody on the internet can cause it to run.
    pub is_internet_reachable: bool,
    /// The way from outside to it, outermost first, itself the last; empty without one.
    pub reach: Vec<String>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
    /// A function.
    Function,
    /// Something else that runs under a role.
    Running(Thing),
    /// A role.
    Role,
    /// A user.
    User,
    /// A policy document by itself: whoever has it.
    Document,
    /// A role that the input does not hold.
    OtherRole,
    /// Everything in the account.
    Administrator,
}

impl NodeKind {
    /// The word in every output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Running(thing) => thing.as_str(),
            Self::Role => "role",
            Self::User => "user",
            Self::Document => "policy",
            Self::OtherRole => "other-role",
            Self::Administrator => "administrator",
        }
    }
}

/// How whoever holds one node comes to hold the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// Number of the node where it starts.
    pub from: usize,
    /// Number of the node where it ends.
    pub to: usize,
    /// How.
    pub way: Way,
    /// How sure it is.
    pub certainty: Certainty,
    /// What must hold besides, in words.
    pub only_when: Vec<String>,
    /// When all that it takes stands in the deployment.
    pub when: When,
    /// What lets it: statements of policies, then of trust policies.
    pub by: Vec<Grant>,
    /// Whether what is gained may do something that whoever gains it may not, as far as is known.
    pub adds: bool,
}

/// A statement that takes part in an edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The action that it allows.
    pub action: SmolStr,
    /// The text that takes the action in, as it is written: `iam:*`.
    pub written: SmolStr,
    /// Where the statement stands.
    pub place: Place,
    /// Whether it is in the trust policy of the role that is gained.
    pub is_trust: bool,
}

/// Ways from one node to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It runs under the role.
    RunsAs,
    /// It is an administrator already.
    Is,
    /// A known way up.
    Path(&'static Path),
    /// Nobody can tell from the input what it may do.
    NotKnown,
}

impl Way {
    /// The id in outputs: that of the known way up, or a word.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::RunsAs => "runs-as",
            Self::Is => "is",
            Self::Path(path) => path.id,
            Self::NotKnown => "not-known",
        }
    }
}

impl RoleGraph {
    /// The node of a function, role, user or other thing with this name; of several, the function.
    #[must_use]
    pub fn node(&self, name: &str) -> Option<usize> {
        let named = self.nodes.iter().enumerate().filter(|(_, node)| node.name == name);
        named.min_by_key(|(_, node)| node.kind).map(|(number, _)| number)
    }

    /// The number of the administrator's node.
    #[must_use]
    pub fn administrator(&self) -> usize {
        self.nodes.len().saturating_sub(1)
    }

    /// The edges that lead away from a node.
    pub fn edges_from(&self, node: usize) -> impl Iterator<Item = &Edge> {
        let numbers = self.from.get(node).map_or(&[][..], Vec::as_slice);
        numbers.iter().filter_map(|number| self.edges.get(*number))
    }
}
