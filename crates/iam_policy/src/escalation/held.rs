//! Whether policies let their holder do one action on what a way up needs.

use smol_str::SmolStr;
use value::When;

use super::{
    Name,
    conditions::{Verdict, compete, judge},
};
use crate::{Effect, Policy, Statement, Term, catalogue};

/// The policies of one principal.
#[derive(Clone, Debug, Default)]
pub struct Holder<'a> {
    /// Policies that are attached to it.
    pub policies: Vec<&'a Policy>,
    /// Its permissions boundary: only what this allows as well is allowed.
    pub boundary: Option<&'a Policy>,
    /// A permissions boundary that is not known, as it is named: all hangs on it then.
    pub unknown_boundary: Option<SmolStr>,
}

/// What is known of the requests of a way up.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask<'a> {
    /// Services, one of which a role is passed to.
    pub passed_to: &'a [&'a str],
}

/// What an action is wanted on. Names may hold placeholders of the template.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// This very thing, by ARN.
    One(Name),
    /// Any thing of a kind; the pattern has a placeholder where the name stands.
    Another(Name),
    /// Any thing of a kind that does not exist yet: a glob.
    New(Name),
    /// The action has no resource-level permissions.
    Everything,
}

/// How sure it is that something is allowed; the surest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// Allowed in any case.
    #[default]
    Certain,
    /// Allowed when a condition holds that the input does not decide.
    Conditional,
    /// Not known: it hangs on names or policies that the input does not tell.
    Possible,
}

impl Certainty {
    /// The word in every output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Conditional => "conditional",
            Self::Possible => "possible",
        }
    }
}

/// What allows an action.
#[derive(Clone, Debug)]
pub struct Held<'a> {
    /// The action: `iam:PassRole`.
    pub action: &'static str,
    /// The statement that allows it.
    pub by: &'a Statement,
    /// How sure it is.
    pub certainty: Certainty,
    /// Conditions that must hold, in words.
    pub only_when: Vec<String>,
    /// When the statement stands in the deployment.
    pub when: When,
}

/// Three-valued answers, the surest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Yes,
    Maybe,
    No,
}

/// What lets a principal do `action` on what is wanted: the surest statement, `None` when nothing
/// does or something denies it.
///
/// Conditions on keys that the way up decides (`iam:PassedToService`) or whoever asks may choose are
/// decided; every other leaves the action allowed only when it holds.
#[must_use]
pub fn held<'a>(
    holder: &Holder<'a>,
    action: &'static str,
    wanted: &Wanted,
    ask: &Ask<'_>,
) -> Option<Held<'a>> {
    let everything = Wanted::Everything;
    let is_limited = catalogue::supports_resource(action) != Some(false);
    let wanted = if is_limited { wanted } else { &everything };
    let mut found = by_policies(&holder.policies, action, wanted, ask)?;
    if let Some(boundary) = holder.boundary {
        let within = by_policies(&[boundary], action, wanted, ask)?;
        found.certainty = found.certainty.max(within.certainty);
        add_new(&mut found.only_when, within.only_when);
    }
    if let Some(name) = &holder.unknown_boundary {
        found.certainty = found.certainty.max(Certainty::Conditional);
        add_new(&mut found.only_when, vec![format!("the permissions boundary `{name}` allows it")]);
    }
    Some(found)
}

/// Whether some statement may allow the action on anything: most ways up end here.
pub(super) fn may_do(holder: &Holder<'_>, action: &str) -> bool {
    let statements = holder.policies.iter().flat_map(|policy| policy.allows());
    let mut may = statements.map(|statement| fit_action(statement, action).0 != Fit::No);
    may.any(|may| may)
}

fn by_policies<'a>(
    policies: &[&'a Policy],
    action: &'static str,
    wanted: &Wanted,
    ask: &Ask<'_>,
) -> Option<Held<'a>> {
    let statements = || policies.iter().flat_map(|policy| policy.statements.iter());
    let mut best: Option<Held<'a>> = None;
    for statement in statements().filter(|statement| statement.is_allow()) {
        let Some(candidate) = allows(statement, action, wanted, ask) else { continue };
        let rank = |it: &Held<'_>| (it.certainty, it.only_when.len(), !it.when.is_always());
        if best.as_ref().is_none_or(|known| rank(&candidate) < rank(known)) {
            best = Some(candidate);
        }
    }
    let mut best = best?;
    for statement in statements().filter(|statement| !statement.is_allow()) {
        match denies(statement, action, wanted, ask) {
            (Fit::No, _) => {
                let at = |allow| statement.conditions.iter().find(|deny| compete(allow, deny));
                let Some(deny) = best.by.conditions.iter().find_map(at) else { continue };
                best.certainty = best.certainty.max(Certainty::Conditional);
                let words = format!("`{}` may be one that no `Deny` is about", deny.key);
                add_new(&mut best.only_when, vec![words]);
            }
            (Fit::Yes, none) if none.is_empty() => return None,
            (fit, unless) => {
                let least =
                    if fit == Fit::Yes { Certainty::Conditional } else { Certainty::Possible };
                best.certainty = best.certainty.max(least);
                add_new(&mut best.only_when, unless);
            }
        }
    }
    Some(best)
}

fn allows<'a>(
    statement: &'a Statement,
    action: &'static str,
    wanted: &Wanted,
    ask: &Ask<'_>,
) -> Option<Held<'a>> {
    let (by_action, action_when) = fit_action(statement, action);
    if by_action == Fit::No {
        return None;
    }
    let (by_resource, resource_when) = fit_resource(statement, wanted);
    if by_resource == Fit::No {
        return None;
    }
    let when = statement.when.and(&action_when)?.and(&resource_when)?;
    let mut only_when = Vec::new();
    for condition in &statement.conditions {
        match judge(condition, Effect::Allow, ask) {
            Verdict::Holds => {}
            Verdict::Fails => return None,
            Verdict::Unknown(words) => only_when.push(words),
        }
    }
    let certainty = if by_action.max(by_resource) == Fit::Maybe {
        Certainty::Possible
    } else if only_when.is_empty() {
        Certainty::Certain
    } else {
        Certainty::Conditional
    };
    Some(Held { action, by: statement, certainty, only_when, when })
}

/// How well a `Deny` takes in what is wanted, and what must not be for it to leave that open.
fn denies(
    statement: &Statement,
    action: &'static str,
    wanted: &Wanted,
    ask: &Ask<'_>,
) -> (Fit, Vec<String>) {
    let (by_action, action_when) = fit_action(statement, action);
    if by_action == Fit::No {
        return (Fit::No, Vec::new());
    }
    let (by_resource, resource_when) = fit_resource(statement, wanted);
    let mut fit = by_action.max(by_resource);
    // That some of several are denied leaves the others, unless all but some are.
    let leaves_others = by_resource == Fit::Maybe && statement.not_resources.is_empty();
    if leaves_others && !matches!(wanted, Wanted::One(_)) {
        fit = Fit::No;
    }
    if fit == Fit::No {
        return (fit, Vec::new());
    }
    let mut holds = Vec::new();
    for condition in &statement.conditions {
        match judge(condition, Effect::Deny, ask) {
            Verdict::Holds => {}
            Verdict::Fails => return (Fit::No, Vec::new()),
            Verdict::Unknown(words) => holds.push(words),
        }
    }
    let when = statement.when.and(&action_when).and_then(|when| when.and(&resource_when));
    let Some(when) = when else { return (Fit::No, Vec::new()) };
    holds.extend(when.words());
    if holds.is_empty() {
        return (fit, Vec::new());
    }
    let joined = holds.join(" and ");
    (fit, vec![format!("a `Deny` leaves it open, which holds when {joined}")])
}

fn fit_action(statement: &Statement, action: &str) -> (Fit, When) {
    let fit = |term: &Term| {
        if term.matches_action(action) {
            Fit::Yes
        } else if term.is_open() && term.action_glob().may_match(action) {
            Fit::Maybe
        } else {
            Fit::No
        }
    };
    if statement.not_actions.is_empty() {
        return best(statement.actions.iter().map(|term| (fit(term), &term.when)));
    }
    all_but(statement.not_actions.iter().map(|term| (fit(term), &term.when)))
}

fn fit_resource(statement: &Statement, wanted: &Wanted) -> (Fit, When) {
    // A statement without resources, as in a policy on a role, holds on that role.
    if statement.resources.is_empty() && statement.not_resources.is_empty() {
        return (Fit::Yes, When::ALWAYS);
    }
    if statement.not_resources.is_empty() {
        let is_allow = statement.is_allow();
        return best(
            statement.resources.iter().map(|term| (fit_term(term, wanted, is_allow), &term.when)),
        );
    }
    let (fit, when) = all_but(
        // Of what is left out, it counts how much of what is wanted that is.
        statement.not_resources.iter().map(|term| (fit_term(term, wanted, false), &term.when)),
    );
    // What some exceptions leave of many things is enough for an `Allow`.
    if fit == Fit::Maybe && statement.is_allow() && !matches!(wanted, Wanted::One(_)) {
        return (Fit::Yes, when);
    }
    (fit, when)
}

/// The best of several, of equals one that stands there always.
fn best<'t>(fits: impl Iterator<Item = (Fit, &'t When)>) -> (Fit, When) {
    fits.min_by_key(|(fit, when)| (*fit, !when.is_always()))
        .map_or((Fit::No, When::ALWAYS), |(fit, when)| (fit, when.clone()))
}

/// Everything but what fits.
fn all_but<'t>(fits: impl Iterator<Item = (Fit, &'t When)>) -> (Fit, When) {
    let mut left = Fit::Yes;
    for (fit, when) in fits {
        left = match fit {
            Fit::Yes if when.is_always() => return (Fit::No, When::ALWAYS),
            Fit::Yes | Fit::Maybe => Fit::Maybe,
            Fit::No => left,
        };
    }
    (left, When::ALWAYS)
}

fn fit_term(term: &Term, wanted: &Wanted, one_is_enough: bool) -> Fit {
    if term.is_everything() {
        return Fit::Yes;
    }
    let name = match wanted {
        Wanted::Everything => return Fit::No,
        Wanted::One(name) | Wanted::Another(name) | Wanted::New(name) => name,
    };
    let own = Name::new(&term.text);
    if own.covers(name) {
        return Fit::Yes;
    }
    if !own.overlaps(name) {
        return Fit::No;
    }
    // Whoever makes something gives it a name that the glob takes in.
    let names_are_free = own.is_open_ended() && one_is_enough;
    if names_are_free && matches!(wanted, Wanted::New(_)) { Fit::Yes } else { Fit::Maybe }
}

fn add_new(list: &mut Vec<String>, more: Vec<String>) {
    for one in more {
        if !list.contains(&one) {
            list.push(one);
        }
    }
}

impl<'a> Held<'a> {
    /// The text of the statement that takes the action in, or leaves it out of a `NotAction`.
    #[must_use]
    pub fn term(&self) -> Option<&'a Term> {
        let by_name = self.by.actions.iter().find(|term| term.matches_action(self.action));
        by_name.or(self.by.actions.first()).or(self.by.not_actions.first())
    }

    /// Whether some resource that the statement names may be one that another statement names:
    /// what is made by one action must be what the next one works on.
    pub(super) fn may_share_with(&self, other: &Held<'_>) -> bool {
        let (own, others) = (&self.by.resources, &other.by.resources);
        let is_wide = |terms: &[Term]| terms.is_empty() || terms.iter().any(Term::is_everything);
        is_wide(own)
            || is_wide(others)
            || own.iter().any(|a| {
                let a = Name::new(&a.text);
                others.iter().any(|b| a.overlaps(&Name::new(&b.text)))
            })
    }
}
