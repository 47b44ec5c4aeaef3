//! Who may ask: one of each kind between which the statements can tell.

use cloud_names::is_account_id;
use iam_evaluation::{PrincipalId, Request, Truth, statement_matches};
use iam_policy::{Effect, Policy, Principal, PrincipalKind, Statement, Term};
use smol_str::SmolStr;
use source_text::Place;
use value::When;

use crate::program::{Holds, Kind, Named, Whom};

/// An account that no policy names, if this one is not named.
const STRANGER: &str = "999999999999";

/// Somebody who asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Person {
    /// ARN or name, as in [`PrincipalId::name`]; of a hole its text.
    pub(crate) name: SmolStr,
    /// The kind of a principal whose name only deployment knows.
    pub(crate) hole: Option<Kind>,
}

impl Person {
    fn known(name: impl Into<SmolStr>) -> Self {
        Self { name: name.into(), hole: None }
    }

    /// Whether `whom` is about this person.
    pub(crate) fn is_meant(&self, whom: &Whom) -> Holds {
        if whom.is_absent {
            return Holds::YES;
        }
        let mut any = Holds::NO;
        for named in &whom.named {
            let one = self.is_named(named, whom.but);
            any = any.or(Holds { must: one.must && !named.is_uncertain, may: one.may });
        }
        if whom.but.is_some() { any.not() } else { any }
    }

    /// Whether `Principal`, or `NotPrincipal` of a statement of effect `but`, takes this person in.
    fn is_named(&self, named: &Named, but: Option<Effect>) -> Holds {
        let Some(kind) = self.hole else { return self.is_named_in_policy(named, but) };
        if matches!(named.kind, Kind::Any | Kind::Aws) && named.name == "*" {
            return Holds::YES;
        }
        if named.kind != kind && named.kind != Kind::Any {
            return Holds::NO;
        }
        if named.is_hole && named.name == self.name { Holds::YES } else { Holds::UNKNOWN }
    }

    /// What the evaluation says.
    fn is_named_in_policy(&self, named: &Named, but: Option<Effect>) -> Holds {
        let everything = vec![Term::known(Place::default(), "*")];
        let (principals, not_principals) = match but {
            None => (vec![principal(named)], Vec::new()),
            Some(_) => (Vec::new(), vec![principal(named)]),
        };
        let statement = Statement {
            sid: None,
            effect: but.unwrap_or(Effect::Allow),
            actions: everything.clone(),
            not_actions: Vec::new(),
            resources: everything,
            not_resources: Vec::new(),
            principals,
            not_principals,
            conditions: Vec::new(),
            when: When::ALWAYS,
            place: Place::default(),
        };
        let request = Request::new(PrincipalId::new(self.name.clone()), "a:b", "*");
        let holds = match statement_matches(&Policy::default(), &statement, &request) {
            Truth::Yes => Holds::YES,
            Truth::No => Holds::NO,
            Truth::Unknown => Holds::UNKNOWN,
        };
        if but.is_some() { holds.not() } else { holds }
    }
}

fn principal(named: &Named) -> Principal {
    let term = Term::known(Place::default(), named.name.clone());
    Principal {
        kind: match named.kind {
            Kind::Any => PrincipalKind::Any,
            Kind::Aws => PrincipalKind::Aws,
            Kind::Service => PrincipalKind::Service,
            Kind::Federated => PrincipalKind::Federated,
            Kind::CanonicalUser => PrincipalKind::CanonicalUser,
        },
        term: Term { resolved: !named.is_hole, ..term },
    }
}

/// One person of each kind that statements with these principals can tell apart.
pub(crate) fn people<'a>(all: impl Iterator<Item = &'a Whom>) -> Vec<Person> {
    let mut named: Vec<&Named> = Vec::new();
    let mut is_anybody_named = false;
    for whom in all {
        is_anybody_named |= !whom.is_absent;
        named.extend(&whom.named);
    }
    if !is_anybody_named {
        // Policies of users and roles: whose they are decides, not who asks.
        return vec![Person::known("arn:aws:iam::111122223333:role/example")];
    }
    named.sort_unstable();
    named.dedup();
    let mut people = Vec::new();
    let mut accounts = vec![SmolStr::new_static(STRANGER)];
    for one in &named {
        if one.is_hole {
            people.push(Person { name: one.name.clone(), hole: Some(one.kind) });
            continue;
        }
        if one.name == "*" {
            continue;
        }
        if let Some(account) = principal(one).account() {
            accounts.push(account);
        }
        if let Some((account, role)) = role(&one.name) {
            people
                .push(Person::known(format!("arn:aws:sts::{account}:assumed-role/{role}/example")));
        }
        // An account's id names its root user, who is among the people by the ARN.
        if !is_account_id(&one.name) {
            people.push(Person::known(one.name.clone()));
        }
    }
    people.push(Person::known("*"));
    accounts.sort_unstable();
    accounts.dedup();
    for account in accounts {
        for resource in ["role/example", "user/example", "root"] {
            people.push(Person::known(format!("arn:aws:iam::{account}:{resource}")));
        }
    }
    people.push(Person::known("example.amazonaws.com"));
    people.push(Person::known("identity.example.com"));
    people.push(Person::known(format!("arn:aws:iam::{STRANGER}:saml-provider/example")));
    people
}

/// Account and name of a role, without its path.
fn role(arn: &str) -> Option<(&str, &str)> {
    let mut parts = arn.splitn(6, ':');
    let account = parts.nth(4)?;
    let path = parts.next()?.strip_prefix("role/")?;
    Some((account, path.rsplit('/').next()?))
}
