//! The parts of a policy document.

use smol_str::SmolStr;
use source_text::Place;
use value::When;

use crate::{Condition, Term};

/// A policy document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    /// `2012-10-17`, `2008-10-17`; IAM takes the older when none is written.
    pub version: Option<SmolStr>,
    /// The statements, in order.
    pub statements: Vec<Statement>,
    /// Where the document is written.
    pub place: Place,
}

/// One statement of a policy. The default allows nothing, as it names nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statement {
    /// `Sid`.
    pub sid: Option<SmolStr>,
    /// Allow or deny.
    pub effect: Effect,
    /// `Action`.
    pub actions: Vec<Term>,
    /// `NotAction`: every action but these.
    pub not_actions: Vec<Term>,
    /// `Resource`.
    pub resources: Vec<Term>,
    /// `NotResource`: every resource but these.
    pub not_resources: Vec<Term>,
    /// `Principal`: who may, in policies on resources and roles.
    pub principals: Vec<Principal>,
    /// `NotPrincipal`: everybody but these.
    pub not_principals: Vec<Principal>,
    /// `Condition`: all of them must hold.
    pub conditions: Vec<Condition>,
    /// When the statement stands in the policy.
    pub when: When,
    /// Where the statement is written.
    pub place: Place,
}

/// What a statement does with what it matches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Lets it through unless something denies it.
    #[default]
    Allow,
    /// Refuses it, whatever allows it.
    Deny,
}

/// Somebody whom a statement is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Principal {
    /// Which kind of name it is.
    pub kind: PrincipalKind,
    /// The name; `*` for anybody.
    pub term: Term,
}

/// Kinds of principals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PrincipalKind {
    /// `"Principal": "*"`.
    Any,
    /// Accounts, roles, users: `"AWS": …`.
    Aws,
    /// A service of AWS: `"Service": "lambda.amazonaws.com"`.
    Service,
    /// An identity provider: `"Federated": …`.
    Federated,
    /// A CloudFront identity in old bucket policies: `"CanonicalUser": …`.
    CanonicalUser,
}

impl Principal {
    /// Whether it takes in everybody: `"*"`, `{"AWS": "*"}`.
    #[must_use]
    pub fn is_anybody(&self) -> bool {
        matches!(self.kind, PrincipalKind::Any | PrincipalKind::Aws) && self.term.is_everything()
    }

    /// The account it names whole or by a role or user in it; `None` when it is not told.
    #[must_use]
    pub fn account(&self) -> Option<SmolStr> {
        if self.kind != PrincipalKind::Aws {
            return None;
        }
        if cloud_names::is_account_id(&self.term.text) {
            return Some(self.term.text.clone());
        }
        let account = cloud_names::Arn::parse(&self.term.text).ok()?.account;
        cloud_names::is_account_id(&account).then_some(account)
    }
}

impl Policy {
    /// The statements that allow.
    pub fn allows(&self) -> impl Iterator<Item = &Statement> {
        self.statements.iter().filter(|statement| statement.effect == Effect::Allow)
    }

    /// The statements that deny.
    pub fn denies(&self) -> impl Iterator<Item = &Statement> {
        self.statements.iter().filter(|statement| statement.effect == Effect::Deny)
    }
}
