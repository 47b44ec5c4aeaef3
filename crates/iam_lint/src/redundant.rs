//! Statements that another of the policy makes superfluous, and terms that another takes in.

use cloud_names::Pattern;
use source_text::Place;

use super::note;
use iam_policy::{Policy, Statement, Term, grammar::Fault};

/// Most statements that are compared with one another.
const MAX_STATEMENTS: usize = 100;

/// Most terms of one list that are compared with one another.
const MAX_TERMS: usize = 300;

/// What one statement is about, ready to be compared.
struct Globs<'a> {
    statement: &'a Statement,
    actions: Vec<Glob<'a>>,
    resources: Vec<Glob<'a>>,
}

/// A glob, and the text before its first wildcard, which tells most pairs apart.
struct Glob<'a> {
    text: &'a str,
    head: &'a str,
    pattern: Pattern,
}

impl<'a> Glob<'a> {
    fn new(term: &'a Term, pattern: Pattern) -> Self {
        let text = term.text.as_str();
        let head = text.split(['*', '?', '$']).next().unwrap_or_default();
        Self { text, head, pattern }
    }

    fn has_wildcard(&self) -> bool {
        self.head.len() < self.text.len()
    }

    fn covers(&self, other: &Self) -> bool {
        let Some(begin) = other.text.get(..self.head.len()) else { return false };
        if self.text.len() == self.head.len() + 1 && self.text.ends_with('*') && begin == self.head
        {
            return true;
        }
        begin.eq_ignore_ascii_case(self.head)
            && (self.has_wildcard() || self.text.len() == other.text.len())
            && self.pattern.covers(&other.pattern)
    }
}

pub(super) fn lint(policy: &Policy, faults: &mut Vec<Fault>) {
    let globs: Vec<_> = policy
        .statements
        .iter()
        .take(MAX_STATEMENTS)
        .filter(|statement| is_plain(statement))
        .map(Globs::new)
        .collect();
    for (at, one) in globs.iter().enumerate() {
        let covering = globs.iter().enumerate().find(|(other_at, other)| {
            // Of two alike the later one is superfluous.
            *other_at != at && other.covers(one) && (*other_at < at || !one.covers(other))
        });
        if let Some((_, other)) = covering {
            let message = format!(
                "{} says all of this already; remove one",
                name(other.statement, other.statement.place)
            );
            faults.push(note("redundant-statement", one.statement.place, message));
        } else {
            one.lint_terms(faults);
        }
    }
}

/// Whether a statement is of actions and resources, in every deployment.
fn is_plain(statement: &Statement) -> bool {
    statement.not_actions.is_empty()
        && statement.not_resources.is_empty()
        && statement.when.is_always()
        && !statement.actions.is_empty()
        && statement.actions.len() <= MAX_TERMS
        && statement.resources.len() <= MAX_TERMS
        && statement.actions.iter().chain(&statement.resources).all(|term| term.when.is_always())
}

fn name(statement: &Statement, place: Place) -> String {
    match &statement.sid {
        Some(sid) if !sid.is_empty() => format!("the statement `{sid}`"),
        _ if place.line > 0 => format!("the statement in line {}", place.line),
        _ => "another statement".to_owned(),
    }
}

impl<'a> Globs<'a> {
    fn new(statement: &'a Statement) -> Self {
        Self {
            statement,
            actions: statement.actions.iter().map(|t| Glob::new(t, t.action_glob())).collect(),
            resources: statement
                .resources
                .iter()
                .map(|t| Glob::new(t, t.resource_glob()))
                .collect(),
        }
    }

    /// Whether this statement matches all that `other` does, with the same effect.
    fn covers(&self, other: &Self) -> bool {
        let (own, its) = (self.statement, other.statement);
        let holds = own.conditions.is_empty() || same_conditions(own, its);
        let same_principals = own.principals == its.principals
            || (own.principals.len() == its.principals.len()
                && own
                    .principals
                    .iter()
                    .zip(&its.principals)
                    .all(|(a, b)| a.kind == b.kind && a.term.text == b.term.text));
        own.effect == its.effect
            && holds
            && same_principals
            && own.not_principals.is_empty()
            && its.not_principals.is_empty()
            && all_covered(&self.actions, &other.actions)
            && all_covered(&self.resources, &other.resources)
    }

    /// Terms of one list that another term of it takes in.
    fn lint_terms(&self, faults: &mut Vec<Fault>) {
        let lists = [
            (&self.statement.actions, &self.actions),
            (&self.statement.resources, &self.resources),
        ];
        for (terms, globs) in lists {
            let wild: Vec<_> = globs
                .iter()
                .zip(terms)
                .enumerate()
                .filter(|(_, (glob, _))| glob.has_wildcard())
                .collect();
            for (at, (term, glob)) in terms.iter().zip(globs).enumerate() {
                let wider = wild.iter().find(|(other_at, (other, _))| {
                    *other_at != at && other.covers(glob) && (*other_at < at || !glob.covers(other))
                });
                if let Some((_, (_, wider))) = wider {
                    let message = format!("`{}` takes `{}` in; remove one", wider.text, term.text);
                    faults.push(note("redundant-term", term.place, message));
                }
            }
        }
    }
}

fn all_covered(wide: &[Glob<'_>], narrow: &[Glob<'_>]) -> bool {
    (wide.is_empty() && narrow.is_empty())
        || (!narrow.is_empty()
            && narrow.iter().all(|glob| wide.iter().any(|other| other.covers(glob))))
}

/// Whether two statements have the same conditions, in whatever order.
fn same_conditions(one: &Statement, other: &Statement) -> bool {
    one.conditions.len() == other.conditions.len()
        && one.conditions.iter().all(|condition| {
            other.conditions.iter().any(|its| {
                condition.operator == its.operator
                    && condition.is_on(&its.key)
                    && condition.when.is_always()
                    && its.when.is_always()
                    && condition.values.len() == its.values.len()
                    && condition.values.iter().zip(&its.values).all(|(a, b)| a.text == b.text)
            })
        })
}
