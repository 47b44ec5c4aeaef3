//! A role, a user or a document by itself: its name, what it is allowed, what is not known of it.

use app_model::{Application, Identity, IdentityKind, Text};
use iam_policy::{
    Condition, Effect, Policy, Statement, Term,
    escalation::{Holder, Name, Path, Thing, paths},
    managed::{self, Reach},
};
use source_text::{Place, SmolStr};
use value::When;

use crate::names::{Names, physical, policy_arn};

/// A principal with all of its policies, names put in.
pub(crate) struct Principal<'a> {
    pub(crate) identity: &'a Identity,
    pub(crate) arn: Name,
    policies: Vec<Policy>,
    boundary: Option<Policy>,
    unknown_boundary: Option<SmolStr>,
    /// ARNs of the policies of the account's own that are attached to it.
    pub(crate) own_policies: Vec<Name>,
    /// Policies that are attached to it and whose content is not known.
    pub(crate) unknown: Vec<(Place, SmolStr)>,
    pub(crate) trust: Option<Policy>,
}

impl<'a> Principal<'a> {
    pub(crate) fn new(app: &Application, identity: &'a Identity, names: &Names) -> Self {
        let own = physical(&identity.name, identity.physical_name.as_ref());
        let arn = match identity.kind {
            IdentityKind::User => Thing::User.arn(&own),
            _ => Thing::Role.arn(&own),
        };
        let mut principal = Self {
            identity,
            arn: Name::new(&arn),
            policies: Vec::new(),
            boundary: None,
            unknown_boundary: None,
            own_policies: Vec::new(),
            unknown: Vec::new(),
            trust: identity.trust.as_ref().map(|trust| names.fill_policy(trust)),
        };
        for attached in &identity.policies {
            let mut policy = names.fill_policy(&attached.document);
            policy.statements.retain_mut(|statement| match statement.when.and(&attached.when) {
                Some(when) => {
                    statement.when = when;
                    true
                }
                None => false,
            });
            principal.policies.push(policy);
            // Inline policies have no versions; managed ones that name the role do.
            if let app_model::Origin::Resource(name) = &attached.origin
                && app.resource(name).is_some_and(|it| it.type_name == "AWS::IAM::ManagedPolicy")
            {
                principal.own_policies.push(Name::new(&policy_arn(name)));
            }
        }
        for attached in &identity.managed {
            principal.attach(app, &attached.arn, attached.place, &attached.when);
        }
        if let Some(boundary) = &identity.boundary {
            principal.limit(app, names, &boundary.value, boundary.place);
        }
        principal
    }

    fn attach(&mut self, app: &Application, arn: &Text, place: Place, when: &When) {
        for (own_when, text) in texts(arn) {
            let Some(when) = when.and(&own_when) else { continue };
            if let Some(policy) = of_aws(&text, place, &when) {
                self.policies.push(policy);
            } else if let Some(name) = referent(app, arn) {
                let is_arn = name.starts_with("arn:");
                let arn = if is_arn { name.to_string() } else { policy_arn(&name) };
                self.own_policies.push(Name::new(&arn));
            } else {
                self.own_policies.push(Name::new(&text));
                self.unknown.push((place, text));
            }
        }
    }

    fn limit(&mut self, app: &Application, names: &Names, arn: &Text, place: Place) {
        let of_template = referent(app, arn).and_then(|name| {
            let all = app.identities.iter().flat_map(|identity| &identity.policies);
            all.into_iter().find(|policy| policy.name == name)
        });
        let known = match of_template {
            Some(policy) => Some(names.fill_policy(&policy.document)),
            None => arn.known().and_then(|text| of_aws(text, place, &When::ALWAYS)),
        };
        match known {
            Some(policy) => self.boundary = Some(policy),
            None => self.unknown_boundary = Some(arn.display().into()),
        }
    }

    pub(crate) fn holder(&self) -> Holder<'_> {
        Holder {
            policies: self.policies.iter().collect(),
            boundary: self.boundary.as_ref(),
            unknown_boundary: self.unknown_boundary.clone(),
        }
    }

    /// Whether its permissions boundary stays whatever policies it gives itself.
    pub(crate) fn is_capped(&self) -> bool {
        self.boundary.as_ref().is_some_and(|boundary| !boundary.statements.iter().any(is_admin))
    }

    /// The ways up all of whose actions some statement mentions, on whatever resource.
    pub(crate) fn mentioned(&self) -> Vec<&'static Path> {
        let statements: Vec<&Statement> = self.statements().collect();
        let mentions = |action: &str| {
            statements.iter().any(|statement| {
                statement.is_allow()
                    && (!statement.not_actions.is_empty()
                        || statement.actions.iter().any(|term| {
                            term.matches_action(action)
                                || term.is_open() && term.action_glob().may_match(action)
                        }))
            })
        };
        paths().filter(|path| path.actions().all(mentions)).collect()
    }

    pub(crate) fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.policies.iter().flat_map(|policy| &policy.statements)
    }

    /// A statement that allows every action on every resource.
    pub(crate) fn everything(&self) -> Option<&Statement> {
        self.statements().find(|statement| is_admin(statement))
    }

    /// Whether it may do something that `other` may not, as far as patterns tell. Writing logs and
    /// traces, which every function does, is nothing.
    pub(crate) fn adds_to(&self, other: &Self) -> bool {
        let is_plain = |statement: &Statement| {
            statement.not_actions.is_empty()
                && statement.actions.iter().all(|term| {
                    let service = term.text.split(':').next().unwrap_or_default();
                    matches!(service, "logs" | "xray")
                })
        };
        let allows =
            || self.statements().filter(|statement| statement.is_allow() && !is_plain(statement));
        allows().any(|statement| !other.statements().any(|wider| takes_in(wider, statement)))
    }
}

fn is_admin(statement: &Statement) -> bool {
    statement.is_admin()
}

/// Whether one `Allow` certainly takes in another.
fn takes_in(wider: &Statement, statement: &Statement) -> bool {
    let every = |own: &[Term], others: &[Term], covers: fn(&Term, &Term) -> bool| {
        others.iter().all(|term| own.iter().any(|wide| covers(wide, term)))
    };
    wider.is_allow()
        && wider.conditions.is_empty()
        && wider.not_actions.is_empty()
        && wider.not_resources.is_empty()
        && statement.not_actions.is_empty()
        && every(&wider.actions, &statement.actions, |a, b| {
            a.text == b.text || a.action_glob().covers(&b.action_glob())
        })
        && (wider.is_on_every_resource()
            || statement.not_resources.is_empty()
                && every(&wider.resources, &statement.resources, |a, b| {
                    a.text == b.text || Name::new(&a.text).covers(&Name::new(&b.text))
                }))
}

/// Every text that a value may be, with its condition; of an open one, the expression.
fn texts(value: &Text) -> Vec<(When, SmolStr)> {
    match value.unresolved() {
        Some(expression) => vec![(When::ALWAYS, expression.text.clone())],
        None => value.possible().map(|(when, text)| (when.clone(), text.clone())).collect(),
    }
}

/// The policy of the input that a value names: a resource of the template, or an ARN of an account.
fn referent(app: &Application, arn: &Text) -> Option<SmolStr> {
    let mut all = app.identities.iter().flat_map(|identity| &identity.policies);
    if let Some(expression) = arn.unresolved() {
        let names = |policy: &&app_model::AttachedPolicy| {
            expression.references.iter().any(|reference| reference.name == policy.name)
        };
        return all.find(names).map(|policy| policy.name.clone());
    }
    let known = arn.known()?;
    all.find(|policy| policy.name == *known).map(|policy| policy.name.clone())
}

/// A policy that AWS keeps, as statements at the place where it is attached.
///
/// Where the table knows only that an action is limited to some resources, the resource stays open;
/// where it knows of a condition, that is named after the policy.
fn of_aws(text: &str, place: Place, when: &When) -> Option<Policy> {
    let policy = managed::find(text)?;
    let mut policy_read = Policy { version: None, statements: Vec::new(), place };
    let statement = |terms: Vec<Term>| Statement {
        sid: None,
        effect: Effect::Allow,
        actions: terms,
        not_actions: Vec::new(),
        resources: vec![Term::known(place, "*")],
        not_resources: Vec::new(),
        principals: Vec::new(),
        not_principals: Vec::new(),
        conditions: Vec::new(),
        when: when.clone(),
        place,
    };
    for wanted in [Reach::Everything, Reach::Conditional, Reach::Narrow] {
        let grants = policy.allows().filter(|(_, reach)| *reach == wanted);
        let terms: Vec<Term> = grants.map(|(action, _)| Term::known(place, action)).collect();
        if terms.is_empty() {
            continue;
        }
        let mut read = statement(terms);
        match wanted {
            Reach::Everything => {}
            Reach::Conditional => read.conditions.push(Condition {
                operator: "StringEquals".into(),
                key: format!("the condition in {}", policy.name).into(),
                values: vec![Term::known(place, "met")],
                when: When::ALWAYS,
                place,
            }),
            Reach::Narrow => {
                read.resources = vec![Term::unresolved(place, "${of the policy}", Vec::new())];
            }
        }
        policy_read.statements.push(read);
    }
    let all_but: Vec<Term> =
        policy.allows_all_but().map(|action| Term::known(place, action)).collect();
    if !all_but.is_empty() {
        policy_read.statements.push(Statement { not_actions: all_but, ..statement(Vec::new()) });
    }
    Some(policy_read)
}
