//! Actions and resources of one statement that never meet.

use cloud_names::Arn;

use iam_policy::{
    Statement, Term,
    catalogue::{self, Fit, Known, ResourceGlob},
};

/// Most pairs of an action and a resource that are compared in one statement or policy.
const MAX_PAIRS: usize = 400_000;

/// How many pairs of an action and a resource may still be compared.
pub(super) struct Budget(usize);

impl Budget {
    pub(super) fn of_policy() -> Self {
        Self(MAX_PAIRS)
    }

    /// Whether all could be compared so far.
    pub(super) fn is_spent(&self) -> bool {
        self.0 == 0
    }

    fn take(&mut self, pairs: usize) -> bool {
        match self.0.checked_sub(pairs) {
            Some(rest) => self.0 = rest,
            None => self.0 = 0,
        }
        self.0 > 0
    }
}

/// An action for which no resource of its statement is one that it works on.
#[derive(Clone, Debug, PartialEq)]
pub struct IdleAction<'a> {
    /// As written.
    pub term: &'a Term,
    /// Whether the action, or every one that its wildcard takes in, works on `*` only.
    pub is_without_resources: bool,
    /// The shape of a resource that would fit; none when only `*` does.
    pub wanted: Option<String>,
}

/// A resource on which no action of its statement works.
#[derive(Clone, Debug, PartialEq)]
pub struct IdleResource<'a> {
    /// As written.
    pub term: &'a Term,
    /// The shape of a resource that some action of the statement works on.
    pub wanted: Option<String>,
    /// Whether it stands beside what lies below or above it, `photos` and `photos/*`: a habit that
    /// harms nobody.
    pub has_sibling: bool,
}

impl IdleAction<'_> {
    /// In words; `does` is what the statement does with actions: `allows`.
    #[must_use]
    pub fn message(&self, does: &str) -> String {
        let text = &self.term.text;
        if self.is_without_resources {
            return format!(
                "`{text}` cannot be limited to resources, so that this statement never {does} it; \
                 put it in a statement on `*`"
            );
        }
        match &self.wanted {
            Some(shape) => format!(
                "`{text}` works on `{shape}`, which no resource here is, so that this statement \
                 never {does} it"
            ),
            None => format!("no resource here is one that `{text}` works on: it {does} nothing"),
        }
    }
}

impl IdleResource<'_> {
    /// In words; `does` is what the statement does with actions: `allows`.
    #[must_use]
    pub fn message(&self, does: &str) -> String {
        let wanted = self
            .wanted
            .as_ref()
            .map_or_else(String::new, |shape| format!("; they work on `{shape}`"));
        format!("no action here works on `{}`: it {does} nothing{wanted}", self.term.text)
    }
}

/// One action term and what it takes in.
struct Actions<'a> {
    term: &'a Term,
    known: Vec<Known>,
}

/// The actions of a statement for which no `Resource` fits; none for other statements.
#[must_use]
pub fn idle_actions(statement: &Statement) -> Vec<IdleAction<'_>> {
    idle_actions_within(statement, &mut Budget::of_policy())
}

pub(super) fn idle_actions_within<'a>(
    statement: &'a Statement,
    budget: &mut Budget,
) -> Vec<IdleAction<'a>> {
    let Some(globs) = resource_globs(statement) else { return Vec::new() };
    let mut found = Vec::new();
    for actions in action_terms(statement) {
        if !budget.take(actions.known.len() * globs.len()) {
            break;
        }
        let is_idle = !actions.known.is_empty()
            && actions
                .known
                .iter()
                .all(|known| globs.iter().all(|(_, glob)| glob.fits(*known) == Fit::No));
        if is_idle {
            found.push(IdleAction {
                term: actions.term,
                is_without_resources: actions.known.iter().all(|known| !known.supports_resource),
                wanted: wanted(&actions.known, ""),
            });
        }
    }
    found
}

/// The resources of a statement on which none of its actions works. Nothing when no action fits any
/// of them: that is told by [`idle_actions`].
#[must_use]
pub fn idle_resources(statement: &Statement) -> Vec<IdleResource<'_>> {
    idle_resources_within(statement, &mut Budget::of_policy())
}

pub(super) fn idle_resources_within<'a>(
    statement: &'a Statement,
    budget: &mut Budget,
) -> Vec<IdleResource<'a>> {
    let Some(globs) = resource_globs(statement) else { return Vec::new() };
    if globs.len() < 2 {
        return Vec::new();
    }
    let terms: Vec<_> = action_terms(statement).collect();
    // An action that AWS does not list may work on anything.
    let all_known = terms.iter().all(|actions| !actions.known.is_empty())
        && terms.len() == statement.actions.len();
    let known: Vec<Known> = terms.into_iter().flat_map(|actions| actions.known).collect();
    if !all_known || known.is_empty() || !budget.take(known.len() * globs.len()) {
        return Vec::new();
    }
    let fits = |glob: &ResourceGlob| known.iter().any(|known| glob.fits(*known) != Fit::No);
    let idle: Vec<_> =
        globs.iter().filter(|(_, glob)| !fits(glob)).map(|(term, _)| *term).collect();
    if idle.len() == globs.len() {
        return Vec::new();
    }
    let wanted_of = |term: &Term| {
        // Actions of the resource's own service say best what was meant.
        let arn = Arn::parse_pattern(&term.text).ok()?;
        let own: Vec<_> =
            known.iter().copied().filter(|known| known.service == arn.service).collect();
        let kind = arn.resource.split(['/', ':']).next().unwrap_or_default();
        wanted(&own, kind)
    };
    let has_sibling = |term: &Term| {
        let text = term.text.as_str();
        globs.iter().any(|(other, _)| {
            let other = other.text.as_str();
            other != text && (other.starts_with(text) || text.starts_with(other))
        })
    };
    idle.into_iter()
        .map(|term| IdleResource { term, wanted: wanted_of(term), has_sibling: has_sibling(term) })
        .collect()
}

/// The resources ready to be compared. `None` when every action has its resource: one is `*`, or the
/// statement is of another form.
fn resource_globs(statement: &Statement) -> Option<Vec<(&Term, ResourceGlob)>> {
    let is_plain = statement.not_actions.is_empty()
        && statement.not_resources.is_empty()
        && !statement.resources.is_empty()
        && !statement.resources.iter().any(Term::is_everything);
    // What a policy on a resource or a role is about is told by where it stands.
    let has_principal = !statement.principals.is_empty() || !statement.not_principals.is_empty();
    if !is_plain || has_principal {
        return None;
    }
    // Nothing but actions of every service: no globs are needed.
    if statement.actions.iter().all(Term::is_every_action) {
        return None;
    }
    Some(statement.resources.iter().map(|term| (term, ResourceGlob::new(&term.text))).collect())
}

/// The actions that are written out, with what AWS lists of them. An action that is known only from
/// AWS's own policies takes in nothing here; one of every service works on something anywhere.
fn action_terms(statement: &Statement) -> impl Iterator<Item = Actions<'_>> {
    statement
        .actions
        .iter()
        .filter(|term| term.resolved && !term.text.starts_with('*'))
        .map(|term| Actions { term, known: catalogue::expand(&term.text).collect() })
}

/// The plainest shape of a resource that one of the actions works on: one of the type `kind` before
/// others, one that every request names before others, of the action's own service before others, a
/// short one before a long one.
fn wanted(known: &[Known], kind: &str) -> Option<String> {
    let uses = known.iter().flat_map(|known| known.resource_types());
    let shapes = uses.map(|used| {
        let arn = used.resource.arn();
        let is_own = arn.split(':').nth(2) == Some(used.resource.service);
        let is_kind = arn.splitn(6, ':').nth(5).is_some_and(|rest| rest.starts_with(kind));
        (!is_kind, !used.required, !is_own, arn.len(), arn)
    });
    shapes.min().map(|(.., arn)| arn)
}
