//! The edges that known ways up make between principals and what runs in the application.

use std::{cell::RefCell, collections::HashMap};

use app_model::{IdentityKind, SmolStr};
use iam_policy::{
    Effect, Policy, Statement, Term,
    escalation::{
        Ask, Certainty, Held, Holder, Name, Need, On, Path, PathKind, Wanted, generic, held,
        names_agree, new_thing,
    },
};
use value::When;

use crate::{
    Edge, Grant, Way,
    build::{Running, plain},
    principal::Principal,
    trust::{self, Trust},
};

/// What edges are made between.
pub(crate) struct Principals<'a> {
    pub(crate) all: &'a [Principal<'a>],
    pub(crate) things: &'a [Running],
    /// Node of the first principal.
    pub(crate) first: usize,
    /// Node of roles that the input does not hold.
    pub(crate) other: usize,
    pub(crate) administrator: usize,
    /// What was found out already.
    pub(crate) known: Known,
}

/// Answers that many ways ask for.
#[derive(Default)]
pub(crate) struct Known {
    /// Whether a role (its number) trusts a service.
    trusts: RefCell<HashMap<(usize, &'static str), Option<Trust>>>,
    /// Whether one principal may do something that another may not.
    adds: RefCell<HashMap<(usize, usize), bool>>,
}

/// What one way up is wanted on.
#[derive(Clone, Copy, Default)]
struct Target<'a> {
    /// The role or user that is gained.
    principal: Option<&'a Principal<'a>>,
    /// What runs, and is changed.
    running: Option<&'a Wanted>,
}

/// A way up that stands open between two nodes.
struct Open {
    certainty: Certainty,
    only_when: Vec<String>,
    when: When,
    by: Vec<Grant>,
}

impl Principals<'_> {
    /// Adds the edges of the principal with a number.
    pub(crate) fn add_edges(&self, number: usize, edges: &mut Vec<Edge>) {
        let Some(own) = self.all.get(number) else { return };
        let mut found = Vec::new();
        let mentioned = own.mentioned();
        for path in &mentioned {
            match path.kind {
                PathKind::OwnPolicy => found.extend(self.own_edge(number, own, path)),
                PathKind::OtherPrincipal | PathKind::PassRole => {
                    self.add_to_principals(number, own, path, &mut found);
                }
                PathKind::RunningRole => self.add_to_running(number, own, path, &mut found),
            }
            found.extend(self.other_edge(number, own, path));
        }
        self.add_by_name(number, own, &mentioned, &mut found);
        edges.extend(prune(found));
    }

    /// A way by which the principal changes its own permissions.
    fn own_edge(&self, number: usize, own: &Principal<'_>, path: &'static Path) -> Option<Edge> {
        let is_role = own.identity.kind == IdentityKind::Role;
        let changes_itself =
            path.needs.iter().any(|need| matches!(need.on, On::Own | On::OwnPolicy));
        let holder = own.holder();
        let mut open = if path.needs.iter().any(|need| need.on == On::OwnPolicy) {
            // Only a policy of the account's own that is attached can be rewritten.
            let is_known = own.identity.kind != IdentityKind::Detached;
            let policies = is_known.then_some(&own.own_policies);
            match policies {
                Some(policies) => policies
                    .iter()
                    .filter_map(|name| open(&holder, path, |_| vec![Wanted::One(name.clone())]))
                    .min_by_key(|open| open.certainty)?,
                None => open(&holder, path, |need| vec![generic(*need)])?,
            }
        } else {
            open(&holder, path, |need| {
                let is_user = need.action.contains("User");
                match need.on {
                    On::Own if own.identity.kind == IdentityKind::Detached => vec![generic(*need)],
                    // A role has no policies of a user's: those of some user are meant.
                    On::Own if is_user && is_role => {
                        vec![generic(Need { on: On::User, ..*need })]
                    }
                    On::Own => vec![Wanted::One(own.arn.clone())],
                    _ => vec![generic(*need)],
                }
            })?
        };
        if path.is_for_users() && own.identity.kind != IdentityKind::User {
            open.certainty = open.certainty.max(Certainty::Conditional);
            open.only_when.push("whoever has the role also acts as that user".to_owned());
        }
        if changes_itself && own.is_capped() {
            // What the principal gives itself stays within its boundary, unless it removes that.
            let one = Wanted::One(own.arn.clone());
            let free = held(&holder, "iam:DeleteRolePermissionsBoundary", &one, &Ask::default())?;
            open.certainty = open.certainty.max(free.certainty);
            open.by.push(grant(&free, free.action));
        }
        Some(self.edge(number, self.administrator, path, open))
    }

    /// Ways to the roles and users of the application.
    fn add_to_principals(
        &self,
        number: usize,
        own: &Principal<'_>,
        path: &'static Path,
        found: &mut Vec<Edge>,
    ) {
        let holder = own.holder();
        let changed = self.something_to_change(&holder, path);
        let wants_user = path.needs.iter().any(|need| need.on == On::User);
        for (other, target) in self.all.iter().enumerate() {
            let kind = if wants_user { IdentityKind::User } else { IdentityKind::Role };
            if other == number || target.identity.kind != kind {
                continue;
            }
            let trust = if path.needs_trust() {
                trust::of_principal(target, own)
            } else if path.trusts.is_empty() {
                None
            } else {
                self.trust_of(other, target, path)
            };
            if trust.is_none() && (path.needs_trust() || !path.trusts.is_empty()) {
                continue;
            }
            let wanted = Target { principal: Some(target), running: changed.as_ref() };
            let Some(open) = open(&holder, path, |need| wanted_on(*need, wanted)) else {
                continue;
            };
            let Some(open) = open.and_trust(trust) else { continue };
            let to =
                if path.writes_permissions() { self.administrator } else { self.first + other };
            found.push(self.edge(number, to, path, open));
        }
    }

    /// Roles that name the principal in their trust: it needs no permission to assume them.
    fn add_by_name(
        &self,
        number: usize,
        own: &Principal<'_>,
        mentioned: &[&'static Path],
        found: &mut Vec<Edge>,
    ) {
        let Some(path) = iam_policy::escalation::paths().find(|path| path.id == "sts-001") else {
            return;
        };
        for (other, target) in self.all.iter().enumerate() {
            let to = self.first + other;
            let is_found = mentioned.contains(&path)
                && found.iter().any(|edge| {
                    edge.to == to
                        && edge.way == Way::Path(path)
                        && edge.certainty == Certainty::Certain
                });
            if other == number || is_found || target.identity.kind != IdentityKind::Role {
                continue;
            }
            // Nearly every role of an account trusts a service alone.
            if !trust::names_principals(target) {
                continue;
            }
            let trust = trust::of_principal(target, own);
            let Some(trust) = trust.filter(|trust| trust.is_by_name) else { continue };
            let allowed = assume_anything();
            let mut holder = own.holder();
            holder.policies.push(&allowed);
            let one = Wanted::One(target.arn.clone());
            let Some(may) = held(&holder, "sts:AssumeRole", &one, &Ask::default()) else {
                continue;
            };
            let open = Open {
                certainty: may.certainty,
                only_when: may.only_when,
                when: may.when,
                by: Vec::new(),
            };
            found.extend(open.and_trust(Some(trust)).map(|open| self.edge(number, to, path, open)));
        }
    }

    /// Ways to what runs in the application under another role.
    fn add_to_running(
        &self,
        number: usize,
        own: &Principal<'_>,
        path: &'static Path,
        found: &mut Vec<Edge>,
    ) {
        let thing = path.needs.iter().find_map(|need| match need.on {
            On::Running(thing) => Some(thing),
            _ => None,
        });
        let holder = own.holder();
        for running in self.things.iter().filter(|it| Some(it.thing) == thing) {
            if running.role == Some(number) {
                continue;
            }
            let one = Wanted::One(running.arn.clone());
            let wanted = Target { principal: None, running: Some(&one) };
            let open = open(&holder, path, |need| wanted_on(*need, wanted));
            found.extend(open.map(|open| self.edge(number, running.node, path, open)));
        }
    }

    /// The way to roles that the input does not hold, where the policies take in such.
    fn other_edge(&self, number: usize, own: &Principal<'_>, path: &'static Path) -> Option<Edge> {
        if path.kind == PathKind::OwnPolicy {
            return None;
        }
        let holder = own.holder();
        let ask = Ask { passed_to: path.trusts };
        let mut open = open(&holder, path, |need| vec![generic(*need)])?;
        let is_elsewhere = |need: &Need| {
            let found = held(&holder, need.action, &generic(*need), &ask);
            found.is_some_and(|found| {
                found.certainty != Certainty::Possible || self.names_others(found.by)
            })
        };
        let about = |on: On| matches!(on, On::Role | On::User | On::Running(_) | On::RolePolicy);
        if !path.needs.iter().filter(|need| about(need.on)).all(is_elsewhere) {
            return None;
        }
        let to = if path.writes_permissions() { self.administrator } else { self.other };
        open.certainty = Certainty::Possible;
        open.only_when.push(match path.trusts.first() {
            Some(service) => format!("a role that trusts `{service}` is there"),
            None => "such a one is there".to_owned(),
        });
        Some(self.edge(number, to, path, open))
    }

    /// Whether a statement names something that is not in the application.
    fn names_others(&self, statement: &Statement) -> bool {
        let is_ours = |term: &Term| {
            let name = Name::new(&term.text);
            let things = self.things.iter().map(|it| &it.arn);
            things.chain(self.all.iter().map(|it| &it.arn)).any(|own| own.covers(&name))
        };
        statement.resources.is_empty() || !statement.resources.iter().all(is_ours)
    }

    /// What a way that passes a role changes, whatever role that has now: the surest of all that is
    /// there.
    fn something_to_change(&self, holder: &Holder<'_>, path: &'static Path) -> Option<Wanted> {
        let (need, thing) = path.needs.iter().find_map(|need| match need.on {
            On::Running(thing) => Some((*need, thing)),
            _ => None,
        })?;
        let ask = Ask { passed_to: path.trusts };
        let certainty =
            |wanted: &Wanted| held(holder, need.action, wanted, &ask).map(|found| found.certainty);
        let any = generic(need);
        if certainty(&any) == Some(Certainty::Certain) {
            return Some(any);
        }
        let ours = self.things.iter().filter(|it| it.thing == thing);
        let all = ours.map(|it| Wanted::One(it.arn.clone())).chain([any]);
        let rated = all.filter_map(|wanted| Some((certainty(&wanted)?, wanted)));
        rated.min_by_key(|(certainty, _)| *certainty).map(|(_, wanted)| wanted)
    }

    fn trust_of(&self, other: usize, target: &Principal<'_>, path: &'static Path) -> Option<Trust> {
        let service = *path.trusts.first()?;
        let mut known = self.known.trusts.borrow_mut();
        let trust = known.entry((other, service));
        trust.or_insert_with(|| trust::of_services(target, path.trusts)).clone()
    }

    /// Whether what is gained adds to what whoever gains it may do; unknown principals may.
    fn adds(&self, gained: usize, own: usize) -> bool {
        let (Some(more), Some(less)) = (self.all.get(gained), self.all.get(own)) else {
            return true;
        };
        *self.known.adds.borrow_mut().entry((gained, own)).or_insert_with(|| more.adds_to(less))
    }

    fn edge(&self, number: usize, to: usize, path: &'static Path, open: Open) -> Edge {
        let running = self.things.iter().find(|it| it.node == to).map(|it| it.role);
        // Of what runs under a role that the input does not hold, nothing is known.
        let role = running.unwrap_or_else(|| to.checked_sub(self.first));
        Edge {
            adds: role.is_none_or(|role| self.adds(role, number)),
            only_when: open.only_when,
            when: open.when,
            by: open.by,
            ..plain(self.first + number, to, Way::Path(path), open.certainty)
        }
    }
}

/// What a need of a way is wanted on.
fn wanted_on(need: Need, target: Target<'_>) -> Vec<Wanted> {
    match (need.on, target) {
        (On::Role | On::User, Target { principal: Some(principal), .. }) => {
            vec![Wanted::One(principal.arn.clone())]
        }
        (On::RolePolicy, Target { principal: Some(principal), .. }) => {
            principal.own_policies.iter().cloned().map(Wanted::One).collect()
        }
        (On::Running(_), Target { running: Some(wanted), .. }) => vec![wanted.clone()],
        (On::New(thing), _) => vec![new_thing(thing)],
        _ => vec![generic(need)],
    }
}

/// Whether a path stands open; each need on the surest of what it is wanted on.
fn open<'a>(
    holder: &Holder<'a>,
    path: &'static Path,
    wanted: impl Fn(&Need) -> Vec<Wanted>,
) -> Option<Open> {
    let ask = Ask { passed_to: path.trusts };
    let mut open = Open {
        certainty: Certainty::Certain,
        only_when: Vec::new(),
        when: When::ALWAYS,
        by: Vec::new(),
    };
    let mut all: Vec<Held<'a>> = Vec::new();
    for need in path.needs {
        let choices = wanted(need);
        let mut best: Option<Held<'a>> = None;
        for choice in choices {
            let Some(found) = held(holder, need.action, &choice, &ask) else { continue };
            let rank = |it: &Held<'_>| (it.certainty, it.only_when.len());
            if best.as_ref().is_none_or(|known| rank(&found) < rank(known)) {
                best = Some(found);
            }
            if best.as_ref().is_some_and(|known| known.certainty == Certainty::Certain) {
                break;
            }
        }
        let found = best?;
        open.certainty = open.certainty.max(found.certainty);
        open.when = open.when.and(&found.when)?;
        for words in &found.only_when {
            if !open.only_when.contains(words) {
                open.only_when.push(words.clone());
            }
        }
        if found.certainty == Certainty::Possible {
            let names = "what the statement names is what is needed here".to_owned();
            if !open.only_when.contains(&names) {
                open.only_when.push(names);
            }
        }
        open.by.push(grant(&found, need.action));
        all.push(found);
    }
    open.by.dedup();
    names_agree(path, &all).then_some(open)
}

fn grant(found: &Held<'_>, action: &'static str) -> Grant {
    let place = found.term().map_or(found.by.place, |term| term.place);
    let action = SmolStr::new_static(action);
    // An exception names what it leaves out, not the action.
    let by_name = found.by.not_actions.is_empty().then(|| found.term()).flatten();
    let written = by_name.map_or_else(|| action.clone(), |term| term.text.clone());
    Grant { action, written, place, is_trust: false }
}

impl Open {
    /// The same, if the role also trusts whoever asks.
    fn and_trust(mut self, trust: Option<Trust>) -> Option<Self> {
        let Some(trust) = trust else { return Some(self) };
        self.certainty = self.certainty.max(trust.certainty);
        self.when = self.when.and(&trust.when)?;
        self.only_when.extend(trust.only_when);
        let action = SmolStr::new_static("sts:AssumeRole");
        self.by.extend(trust.place.map(|place| Grant {
            written: action.clone(),
            action,
            place,
            is_trust: true,
        }));
        Some(self)
    }
}

/// Of several ways between the same two nodes, those whose actions are not more than another's
/// that is as sure.
fn prune(mut found: Vec<Edge>) -> Vec<Edge> {
    let known: Vec<(usize, Way, Certainty)> =
        found.iter().map(|edge| (edge.to, edge.way, edge.certainty)).collect();
    found.retain(|edge| {
        !known.iter().any(|(to, way, certainty)| match (edge.way, way) {
            (Way::Path(path), Way::Path(other)) => {
                *to == edge.to && *certainty <= edge.certainty && path.is_longer_than(other)
            }
            _ => false,
        })
    });
    found
}

/// A policy that allows to assume any role, as a trust policy that names a principal does.
fn assume_anything() -> Policy {
    let place = source_text::Place::default();
    let statement = Statement {
        sid: None,
        effect: Effect::Allow,
        actions: vec![Term::known(place, "sts:AssumeRole")],
        not_actions: Vec::new(),
        resources: vec![Term::known(place, "*")],
        not_resources: Vec::new(),
        principals: Vec::new(),
        not_principals: Vec::new(),
        conditions: Vec::new(),
        when: When::ALWAYS,
        place,
    };
    Policy { statements: vec![statement], ..Policy::default() }
}
