//! What a policy says that has no effect, or more effect than meant.
//!
//! [`iam_policy::grammar`] asks whether IAM takes the document; this asks whether each part of it
//! can ever matter: an action that AWS has, a resource that the action works on, a condition that can
//! hold. All answers are certain as far as the [`iam_policy::catalogue`] is; what only
//! deployment knows is left alone.

#![deny(clippy::disallowed_methods)]

mod actions;
mod conditions;
mod redundant;
mod resources;
mod width;

use source_text::{Level, Place};

use self::resources::{Budget, idle_actions_within, idle_resources_within};
use iam_policy::{Effect, Policy, Statement, grammar::Fault};

pub use actions::{UnknownAction, UnknownReason, nearest_action, unknown_action, unknown_actions};
pub use conditions::{AlienKey, NeverHolds, alien_keys, never_holds};
pub use resources::{IdleAction, IdleResource, idle_actions, idle_resources};

/// Most statements that are looked at one by one; IAM's quotas allow some hundred.
const MAX_STATEMENTS: usize = 2_000;

/// Everything about a policy that has no effect or too much, in order of the places.
#[must_use]
pub fn lint(policy: &Policy) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut budget = Budget::of_policy();
    for statement in policy.statements.iter().take(MAX_STATEMENTS) {
        let was_spent = budget.is_spent();
        lint_statement(policy, statement, &mut budget, &mut faults);
        if budget.is_spent() && !was_spent {
            let message = "the resources from here on were not compared with the actions: there \
                           are too many";
            faults.push(warning("more-statements", statement.place, message));
        }
    }
    if let Some(statement) = policy.statements.get(MAX_STATEMENTS) {
        let more = policy.statements.len() - MAX_STATEMENTS;
        let message =
            format!("{more} statements from here on were not looked at; split the policy");
        faults.push(error("more-statements", statement.place, message));
    }
    redundant::lint(policy, &mut faults);
    width::lint(policy, &mut faults);
    faults.sort_by_key(|fault| (fault.place.line, fault.place.column));
    faults
}

fn lint_statement(
    policy: &Policy,
    statement: &Statement,
    budget: &mut Budget,
    faults: &mut Vec<Fault>,
) {
    let does = verb(statement);
    for unknown in unknown_actions(statement) {
        faults.push(error("unknown-action", unknown.term.place, unknown.message(does)));
    }
    for idle in idle_actions_within(statement, budget) {
        faults.push(error("action-never-applies", idle.term.place, idle.message(does)));
    }
    for idle in idle_resources_within(statement, budget) {
        let fault = error("resource-never-matches", idle.term.place, idle.message(does));
        let level = if idle.has_sibling { Level::Note } else { Level::Error };
        faults.push(Fault { level, ..fault });
    }
    for alien in alien_keys(statement) {
        let level = if alien.is_fatal { Level::Error } else { Level::Warning };
        let fault = error(alien.code(), alien.condition.place, alien.message(does));
        faults.push(Fault { level, ..fault });
    }
    for never in never_holds(statement) {
        let level = if never.is_fatal { Level::Error } else { Level::Warning };
        faults.push(Fault { level, ..error(never.code, never.place, never.message(does)) });
    }
    conditions::lint(policy, statement, faults);
}

/// What a statement does with what it matches, for messages.
#[must_use]
pub fn verb(statement: &Statement) -> &'static str {
    match statement.effect {
        Effect::Allow => "allows",
        Effect::Deny => "denies",
    }
}

fn error(code: &'static str, place: Place, message: impl Into<String>) -> Fault {
    Fault { code, level: Level::Error, place, message: message.into() }
}

fn warning(code: &'static str, place: Place, message: impl Into<String>) -> Fault {
    Fault { level: Level::Warning, ..error(code, place, message) }
}

fn note(code: &'static str, place: Place, message: impl Into<String>) -> Fault {
    Fault { level: Level::Note, ..error(code, place, message) }
}

#[cfg(test)]
mod tests;
