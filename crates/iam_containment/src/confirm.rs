//! A candidate made concrete and put to the evaluation: what it does not confirm is no witness.

use iam_evaluation::{PrincipalId, Request, Truth, statement_matches};
use iam_policy::{Condition, Effect, Policy, Principal, Statement, Term, catalogue};
use smol_str::SmolStr;
use value::When;

use cloud_names::{Piece, has_placeholder, pieces};

use crate::{
    atom::Key,
    domain::Given,
    explore::Symbol,
    glob::{Holes, is_policy_variable},
    person::Person,
    solve::Assignment,
};

/// A request and a deployment, symbols still open.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<'a> {
    pub(crate) action: &'a str,
    pub(crate) resource: &'a [Symbol],
    pub(crate) person: &'a Person,
    pub(crate) assignment: &'a Assignment,
}

impl Candidate<'_> {
    /// Whether the new policies certainly allow it and the old ones certainly do not.
    pub(crate) fn is_witness(&self, old: &[&Policy], new: &[&Policy], holes: &Holes) -> bool {
        let request = self.request(holes);
        let concrete = |policies: &[&Policy]| -> Vec<Policy> {
            policies.iter().map(|policy| self.policy(policy)).collect()
        };
        is_allowed(&concrete(new), &request) == Truth::Yes
            && is_allowed(&concrete(old), &request) == Truth::No
    }

    fn request(&self, holes: &Holes) -> Request {
        let text = |symbols: &[Symbol]| -> String {
            let mut text = String::new();
            for symbol in symbols {
                match symbol {
                    Symbol::Char(character) => text.push(*character),
                    Symbol::Hole(hole) => text.push_str(&self.filling(holes.name(*hole))),
                }
            }
            text
        };
        let resource = if catalogue::supports_resource(self.action) == Some(false) {
            // AWS asks about no resource.
            "*".to_owned()
        } else {
            text(self.resource)
        };
        let name = match self.person.hole {
            Some(_) => filling_of_deployment(&self.person.name),
            None => self.person.name.to_string(),
        };
        let mut request = Request::new(PrincipalId::new(name), self.action, resource);
        for (key, given) in self.assignment {
            match (key, given) {
                (Key::Context(key), Given::Absent) => {
                    request.context.set(key, Vec::<SmolStr>::new());
                }
                (Key::Context(key), Given::Values(values)) => {
                    request.context.set(key, values.iter().map(|value| text(value)));
                }
                _ => {}
            }
        }
        // Variables that nothing asks about have a value of their own.
        for name in holes.names().filter(|name| is_policy_variable(name)) {
            let key = variable_key(name);
            if !self.assignment.iter().any(|(known, _)| *known == Key::Context(key.clone())) {
                request.context.set(&key, [filling_of_deployment(name)]);
            }
        }
        request
    }

    /// What stands in the place of a hole.
    fn filling(&self, name: &str) -> String {
        if is_policy_variable(name) {
            let key = Key::Context(variable_key(name));
            let given = self.assignment.iter().find(|(known, _)| *known == key);
            if let Some((_, Given::Values(values))) = given
                && let [value] = values.as_slice()
            {
                let text = value.iter().map(|symbol| match symbol {
                    Symbol::Char(character) => Some(*character),
                    Symbol::Hole(_) => None,
                });
                if let Some(text) = text.collect() {
                    return text;
                }
            }
        }
        filling_of_deployment(name)
    }

    fn policy(&self, policy: &Policy) -> Policy {
        let statements = policy.statements.iter().filter(|statement| self.stands(&statement.when));
        Policy {
            version: policy.version.clone(),
            statements: statements.map(|statement| self.statement(statement)).collect(),
            place: policy.place,
        }
    }

    fn statement(&self, statement: &Statement) -> Statement {
        let principals = |principals: &[Principal]| -> Vec<Principal> {
            let standing = principals.iter().filter(|principal| self.stands(&principal.term.when));
            standing.map(|one| Principal { kind: one.kind, term: concrete(&one.term) }).collect()
        };
        Statement {
            sid: None,
            effect: statement.effect,
            actions: self.terms(&statement.actions),
            not_actions: self.terms(&statement.not_actions),
            resources: self.terms(&statement.resources),
            not_resources: self.terms(&statement.not_resources),
            principals: principals(&statement.principals),
            not_principals: principals(&statement.not_principals),
            conditions: statement
                .conditions
                .iter()
                .filter(|condition| self.stands(&condition.when))
                .map(|condition| Condition {
                    operator: condition.operator.clone(),
                    key: condition.key.clone(),
                    values: self.terms(&condition.values),
                    when: When::ALWAYS,
                    place: condition.place,
                })
                .collect(),
            when: When::ALWAYS,
            place: statement.place,
        }
    }

    fn terms(&self, terms: &[Term]) -> Vec<Term> {
        let mut standing: Vec<_> =
            terms.iter().filter(|term| self.stands(&term.when)).map(concrete).collect();
        if standing.is_empty() && !terms.is_empty() {
            // An empty list takes in nothing; a missing one would mean something else.
            standing.extend(terms.first().map(|term| Term::known(term.place, "")));
        }
        standing
    }

    /// Whether a part of a template stands in the deployment that was chosen.
    fn stands(&self, when: &When) -> bool {
        let given = |key: &Key| {
            self.assignment.iter().find(|(known, _)| known == key).and_then(
                |(_, given)| match given {
                    Given::Deployment(value) => Some(value.as_str()),
                    _ => None,
                },
            )
        };
        when.conditions.iter().all(|(name, is_true)| {
            let value = given(&Key::Condition(name.clone())).unwrap_or("false");
            value == if *is_true { "true" } else { "false" }
        }) && when
            .parameters
            .iter()
            .all(|(name, value)| given(&Key::Parameter(name.clone())) == Some(value))
            && when
                .defaults
                .iter()
                .all(|name| given(&Key::Default(name.clone())).unwrap_or("false") == "true")
    }
}

/// The key that a variable asks for: `aws:username` of `aws:username, 'nobody'`.
pub(crate) fn variable_key(name: &str) -> SmolStr {
    name.split(',').next().unwrap_or(name).trim().to_ascii_lowercase().into()
}

/// A text that no policy spells, the same for equal names.
pub(crate) fn filling_of_deployment(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = name.chars().map(plain).collect();
    format!("zq-{name}-qz")
}

/// A term with the holes of its template filled. Variables stay, the request fills them.
fn concrete(term: &Term) -> Term {
    if term.resolved {
        return Term { when: When::ALWAYS, ..term.clone() };
    }
    if !has_placeholder(&term.text) {
        return Term::known(term.place, filling_of_deployment(&term.text));
    }
    let mut text = String::new();
    for piece in pieces(&term.text) {
        match piece {
            Piece::Text(written) => text.push_str(written),
            Piece::Placeholder(name) if is_policy_variable(name) || name.len() == 1 => {
                text.push_str("${");
                text.push_str(name);
                text.push('}');
            }
            Piece::Placeholder(name) => text.push_str(&filling_of_deployment(name)),
        }
    }
    Term::known(term.place, text)
}

/// Whether a statement allows the request and none denies it.
pub(crate) fn is_allowed(policies: &[Policy], request: &Request) -> Truth {
    let says = |effect: Effect| {
        Truth::any(policies.iter().flat_map(|policy| {
            policy
                .statements
                .iter()
                .filter(move |statement| statement.effect == effect)
                .map(move |statement| statement_matches(policy, statement, request))
        }))
    };
    let allowed = says(Effect::Allow);
    if allowed == Truth::No { Truth::No } else { allowed.and(!says(Effect::Deny)) }
}
