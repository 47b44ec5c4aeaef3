//! Questions about one side alone, asked as containment.

use iam_policy::{Condition, Effect, Operator, Policy, Principal, PrincipalKind, Statement, Term};
use smol_str::SmolStr;
use source_text::Place;

use crate::{Containment, Limits, contains};

/// Whether the policies grant none of `actions` on `resource`, a glob; `None`: on no resource.
///
/// *Yes*: nothing of it is granted. *No*: the witness is.
#[must_use]
pub fn withhold(
    policies: &[&Policy],
    actions: &[SmolStr],
    resource: Option<&str>,
    limits: Limits,
) -> Containment {
    let known = |text: &str| Term::known(Place::default(), text);
    let all_else = Policy {
        version: Some(SmolStr::new_static("2012-10-17")),
        statements: vec![
            Statement {
                actions: vec![known("*")],
                resources: vec![known("*")],
                ..Statement::default()
            },
            Statement {
                effect: Effect::Deny,
                actions: actions.iter().map(|action| known(action)).collect(),
                resources: vec![known(resource.unwrap_or("*"))],
                ..Statement::default()
            },
        ],
        place: Place::default(),
    };
    contains(&[&all_else], policies, limits)
}

/// Whether the policies of a resource let in nobody but those whom they name: principals, or the
/// accounts, organisations, networks and resources that conditions pin.
///
/// *Yes*: nobody else. *No*: the witness comes from anywhere. Statements without a principal, as
/// policies of roles have them, let nobody in.
#[must_use]
pub fn exclude_public(policies: &[&Policy], limits: Limits) -> Containment {
    let named: Vec<Policy> = policies.iter().map(|policy| of_resource(policy)).collect();
    let mut expected = Policy { version: None, ..Policy::default() };
    let everything = || vec![Term::known(Place::default(), "*")];
    for policy in &named {
        // Variables have a meaning in the pinned values as they have in the policy.
        expected.version.clone_from(&policy.version);
        for statement in &policy.statements {
            for condition in &statement.conditions {
                if let Some(pinned) = pinned(condition) {
                    expected.statements.push(Statement {
                        actions: everything(),
                        resources: everything(),
                        conditions: vec![pinned],
                        ..Statement::default()
                    });
                }
            }
        }
    }
    expected.statements.sort_by(|a, b| words(a).cmp(&words(b)));
    expected.statements.dedup_by(|a, b| words(a) == words(b));
    let mut principals: Vec<Principal> = Vec::new();
    for policy in &named {
        let all =
            policy.statements.iter().flat_map(|s| s.principals.iter().chain(&s.not_principals));
        for principal in all {
            let is_open = principal.kind == PrincipalKind::Any || principal.term.is_everything();
            if !is_open && !principals.contains(principal) {
                principals.push(principal.clone());
            }
        }
    }
    if !principals.is_empty() {
        expected.statements.push(Statement {
            actions: everything(),
            resources: everything(),
            principals,
            ..Statement::default()
        });
    }
    let new: Vec<&Policy> = named.iter().collect();
    contains(&[&expected], &new, limits)
}

fn words(statement: &Statement) -> Option<(SmolStr, SmolStr, Vec<&SmolStr>)> {
    let condition = statement.conditions.first()?;
    let values = condition.values.iter().map(|term| &term.text).collect();
    Some((condition.operator.clone(), condition.key.to_ascii_lowercase().into(), values))
}

/// The statements that say something about principals.
fn of_resource(policy: &Policy) -> Policy {
    let names_somebody = |statement: &&Statement| {
        !statement.principals.is_empty() || !statement.not_principals.is_empty()
    };
    Policy {
        version: policy.version.clone(),
        statements: policy.statements.iter().filter(names_somebody).cloned().collect(),
        place: policy.place,
    }
}

/// The condition that holds when the source is one that `condition` names, negated or not.
///
/// Whoever has an account of AWS is signed in, and gives roles of it what tags they like: that names
/// nobody.
fn pinned(condition: &Condition) -> Option<Condition> {
    let key = condition.key.to_ascii_lowercase();
    let is_own_choice = key == "lambda:functionurlauthtype" || key.starts_with("aws:principaltag/");
    if is_own_choice || !condition.names_sources() {
        return None;
    }
    let operator = condition.parsed_operator()?;
    Some(Condition { operator: positive(operator)?, ..condition.clone() })
}

/// The operator without its negation, for a key that is there.
fn positive(operator: Operator) -> Option<SmolStr> {
    use iam_policy::Comparison;
    let name = match operator.comparison {
        Comparison::StringEquals => "StringEquals",
        Comparison::StringEqualsIgnoreCase => "StringEqualsIgnoreCase",
        Comparison::StringLike => "StringLike",
        Comparison::ArnLike => "ArnLike",
        Comparison::IpAddress => "IpAddress",
        _ => return None,
    };
    let quantifier = if operator.quantifier.is_some() { "ForAnyValue:" } else { "" };
    Some(format!("{quantifier}{name}").into())
}
