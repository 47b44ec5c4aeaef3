//! What new policies allow that old ones do not, in the words of their statements.

use iam_policy::{Effect, Policy, Statement, Term};
use smol_str::SmolStr;

use crate::{Containment, Limits, StatementAt, contains};

/// Parts of statements that are asked about one by one, at most.
const MAX_PARTS: usize = 400;

/// Statements that are read over all questions, about.
const MAX_STATEMENTS: usize = 1_000_000;

/// What is new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// In the order of the statements; none is part of another.
    pub changes: Vec<Change>,
    /// Whether every part was asked about.
    pub is_complete: bool,
}

/// A part of a statement that allows something new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// As written: `s3:*`; `*` for all but [`Self::not_actions`].
    pub action: SmolStr,
    /// `NotAction`, as written.
    pub not_actions: Vec<SmolStr>,
    /// As written; `*` for all but [`Self::not_resources`], and where no resource is written.
    pub resource: SmolStr,
    /// `NotResource`, as written.
    pub not_resources: Vec<SmolStr>,
    /// The principals, as written.
    pub principals: Vec<SmolStr>,
    /// Operator, key and values, as written.
    pub conditions: Vec<(SmolStr, SmolStr, Vec<SmolStr>)>,
    /// The statement.
    pub statement: StatementAt,
    /// Not [`Containment::Yes`]: the witness, or why nothing is known.
    pub answer: Containment,
}

/// What `new` allows that `old` does not.
#[must_use]
pub fn difference(old: &[&Policy], new: &[&Policy], limits: Limits) -> Difference {
    let mut difference = Difference { changes: Vec::new(), is_complete: true };
    if contains(old, new, limits) == Containment::Yes {
        return difference;
    }
    let denies: Vec<Policy> = new.iter().map(|policy| only_denies(policy)).collect();
    // The steps of all parts together stay a small multiple of those of the whole.
    let each = Limits { steps: limits.steps / 16, ..limits };
    // Each question reads all statements of both sides.
    let statements: usize = old.iter().chain(new).map(|policy| policy.statements.len()).sum();
    let mut left = (MAX_STATEMENTS / statements.max(1)).clamp(8, MAX_PARTS);
    for (at, policy) in new.iter().enumerate() {
        for (number, statement) in policy.statements.iter().enumerate() {
            if statement.effect == Effect::Deny {
                continue;
            }
            let place = StatementAt { policy: at, statement: number };
            let mut ask = |statement: &Statement| {
                left = left.checked_sub(1)?;
                let part = Policy { statements: vec![statement.clone()], ..only_denies(policy) };
                let mut all: Vec<&Policy> = denies.iter().collect();
                all.push(&part);
                Some(contains(old, &all, each))
            };
            let Some(changes) = changes_of(statement, place, &mut ask) else {
                difference.is_complete = false;
                return difference;
            };
            difference.changes.extend(changes);
        }
    }
    difference.changes = minimal(difference.changes);
    difference
}

fn only_denies(policy: &Policy) -> Policy {
    Policy {
        version: policy.version.clone(),
        statements: policy.denies().cloned().collect(),
        place: policy.place,
    }
}

/// The parts of one statement that are not contained; `None` when too many were asked about.
fn changes_of(
    statement: &Statement,
    place: StatementAt,
    ask: &mut dyn FnMut(&Statement) -> Option<Containment>,
) -> Option<Vec<Change>> {
    let whole = ask(statement)?;
    if whole == Containment::Yes {
        return Some(Vec::new());
    }
    let mut changes = Vec::new();
    for actions in parts(&statement.actions) {
        let part = Statement { actions, ..statement.clone() };
        let answer = if statement.actions.len() < 2 { whole.clone() } else { ask(&part)? };
        if answer == Containment::Yes {
            continue;
        }
        for resources in parts(&part.resources) {
            let single = Statement { resources, ..part.clone() };
            let answer = if part.resources.len() < 2 { answer.clone() } else { ask(&single)? };
            if answer != Containment::Yes {
                changes.push(change(&single, place, answer));
            }
        }
    }
    Some(changes)
}

/// Each term alone; the empty list as it is.
fn parts(terms: &[Term]) -> Vec<Vec<Term>> {
    if terms.is_empty() {
        return vec![Vec::new()];
    }
    terms.iter().map(|term| vec![term.clone()]).collect()
}

fn change(statement: &Statement, place: StatementAt, mut answer: Containment) -> Change {
    if let Containment::No(witness) = &mut answer {
        // It was asked with the denials before the part.
        witness.allowed_by = place;
    }
    let texts =
        |terms: &[Term]| -> Vec<SmolStr> { terms.iter().map(|term| term.text.clone()).collect() };
    let first = |terms: &[Term]| {
        terms.first().map_or_else(|| SmolStr::new_static("*"), |term| term.text.clone())
    };
    let named = statement.principals.iter().chain(&statement.not_principals);
    Change {
        action: first(&statement.actions),
        not_actions: texts(&statement.not_actions),
        resource: first(&statement.resources),
        not_resources: texts(&statement.not_resources),
        principals: named.map(|principal| principal.term.text.clone()).collect(),
        conditions: statement
            .conditions
            .iter()
            .map(|one| (one.operator.clone(), one.key.clone(), texts(&one.values)))
            .collect(),
        statement: place,
        answer,
    }
}

/// Without what another change takes in.
fn minimal(changes: Vec<Change>) -> Vec<Change> {
    let takes_in = |wide: &Change, narrow: &Change| {
        let glob = cloud_names::Pattern::new;
        let action = cloud_names::Pattern::ignoring_case;
        wide.conditions == narrow.conditions
            && wide.principals == narrow.principals
            && wide.not_actions == narrow.not_actions
            && wide.not_resources == narrow.not_resources
            && action(&wide.action).covers(&action(&narrow.action))
            && glob(&wide.resource).covers(&glob(&narrow.resource))
    };
    let mut kept: Vec<Change> = Vec::new();
    for change in changes {
        if kept.iter().any(|wide| takes_in(wide, &change)) {
            continue;
        }
        kept.retain(|narrow| !takes_in(&change, narrow));
        kept.push(change);
    }
    kept
}
