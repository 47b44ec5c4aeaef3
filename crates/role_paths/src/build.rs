//! The graph of an application: its nodes, who runs as whom, who is an administrator already.

use app_model::{Application, Exposure, IdentityKind, SmolStr};
use iam_policy::escalation::{Ask, Certainty, Name, Thing, Wanted, held};
use value::When;

use crate::{
    Edge, Grant, Node, NodeKind, RoleGraph, Way,
    edges::{Known, Principals},
    names::{Names, physical, running},
    principal::Principal,
};

/// Something that runs under a role.
pub(crate) struct Running {
    pub(crate) node: usize,
    pub(crate) thing: Thing,
    pub(crate) arn: Name,
    /// Number of its role among the principals.
    pub(crate) role: Option<usize>,
}

/// The graph of who comes to hold what in an application.
///
/// Time grows with principals times ways up that each one's policies mention times what runs in the
/// application; a principal that mentions none costs one look at its statements.
#[must_use]
pub fn graph(app: &Application) -> RoleGraph {
    let names = Names::new(app);
    let principals: Vec<Principal<'_>> =
        app.identities.iter().map(|identity| Principal::new(app, identity, &names)).collect();
    let mut graph = RoleGraph::default();
    let things = add_running(app, &principals, &mut graph);
    let first = graph.nodes.len();
    for principal in &principals {
        let identity = principal.identity;
        graph.nodes.push(Node {
            kind: match identity.kind {
                IdentityKind::Role => NodeKind::Role,
                IdentityKind::User | IdentityKind::Group => NodeKind::User,
                IdentityKind::Detached => NodeKind::Document,
            },
            name: identity.name.clone(),
            place: Some(identity.place),
            is_internet_reachable: false,
            reach: Vec::new(),
        });
    }
    let other = graph.nodes.len();
    let administrator = other + 1;
    for (kind, name) in
        [(NodeKind::OtherRole, "a role outside"), (NodeKind::Administrator, "administrator")]
    {
        graph.nodes.push(Node {
            kind,
            name: name.into(),
            place: None,
            is_internet_reachable: false,
            reach: Vec::new(),
        });
    }
    for running in &things {
        let to = running.role.map_or(other, |role| first + role);
        graph.edges.push(plain(running.node, to, Way::RunsAs, Certainty::Certain));
    }
    let all = Principals {
        all: &principals,
        things: &things,
        first,
        other,
        administrator,
        known: Known::default(),
    };
    for (number, principal) in principals.iter().enumerate() {
        let from = first + number;
        let already = is_administrator(principal, from, administrator);
        let is_sure = already.as_ref().is_some_and(|edge| edge.certainty == Certainty::Certain);
        graph.edges.extend(already);
        // Nobody gains anything who has everything.
        if !is_sure {
            all.add_edges(number, &mut graph.edges);
        }
        for (place, text) in &principal.unknown {
            graph.edges.push(Edge {
                only_when: vec![format!("`{text}` allows it, which is not known here")],
                by: vec![Grant {
                    action: "*".into(),
                    written: text.clone(),
                    place: *place,
                    is_trust: false,
                }],
                ..plain(from, administrator, Way::NotKnown, Certainty::Possible)
            });
        }
    }
    let unknown = plain(other, administrator, Way::NotKnown, Certainty::Possible);
    let words = "that role is an administrator's, which is not told here".to_owned();
    graph.edges.push(Edge { only_when: vec![words], ..unknown });
    graph.finish();
    graph
}

/// An edge that no statement lets and nothing hinders.
pub(crate) fn plain(from: usize, to: usize, way: Way, certainty: Certainty) -> Edge {
    Edge {
        from,
        to,
        way,
        certainty,
        only_when: Vec::new(),
        when: When::ALWAYS,
        by: Vec::new(),
        adds: true,
    }
}

/// Functions and other things that run under roles.
fn add_running(
    app: &Application,
    principals: &[Principal<'_>],
    graph: &mut RoleGraph,
) -> Vec<Running> {
    let mut found = Vec::new();
    let number_of = |name: &SmolStr| principals.iter().position(|it| it.identity.name == *name);
    for function in &app.functions {
        let own = physical(&function.name, function.physical_name.as_ref());
        found.push(Running {
            node: graph.nodes.len(),
            thing: Thing::Function,
            arn: Name::new(&Thing::Function.arn(&own)),
            role: function.role.as_ref().and_then(number_of),
        });
        let reach = app.reach(&function.name);
        graph.nodes.push(Node {
            kind: NodeKind::Function,
            name: function.name.clone(),
            place: Some(function.place),
            is_internet_reachable: reach.is_some_and(|it| it.exposure == Exposure::Internet),
            reach: reach.map_or_else(Vec::new, |it| it.hops.clone()),
        });
    }
    for resource in &app.resources {
        let Some(thing) = running(resource) else { continue };
        for role in resource.roles.iter().filter_map(number_of) {
            found.push(Running {
                node: graph.nodes.len(),
                thing,
                arn: Name::new(&thing.arn(&physical(&resource.name, None))),
                role: Some(role),
            });
        }
        if found.last().is_some_and(|last| last.node == graph.nodes.len()) {
            graph.nodes.push(Node {
                kind: NodeKind::Running(thing),
                name: resource.written_name().clone(),
                place: Some(resource.place),
                is_internet_reachable: false,
                reach: Vec::new(),
            });
        }
    }
    found
}

/// Whether a principal may do everything, permissions themselves included.
fn is_administrator(principal: &Principal<'_>, from: usize, to: usize) -> Option<Edge> {
    principal.everything()?;
    let holder = principal.holder();
    let any_user = Wanted::Another(Name::new(&Thing::User.arn("${Other}")));
    let found = held(&holder, "iam:PutUserPolicy", &any_user, &Ask::default())?;
    if !found.by.is_admin() {
        return None;
    }
    let place = found.term().map_or(found.by.place, |term| term.place);
    Some(Edge {
        only_when: found.only_when,
        when: found.when,
        by: vec![Grant { action: "*".into(), written: "*".into(), place, is_trust: false }],
        ..plain(from, to, Way::Is, found.certainty)
    })
}
