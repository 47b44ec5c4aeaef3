//! Actions that AWS does not have.

use iam_policy::{Statement, Term, catalogue};

/// Longer names are no typing errors of an action's name.
const MAX_NAME: usize = 64;

/// An action of a statement that AWS does not have.
#[derive(Clone, Debug, PartialEq)]
pub struct UnknownAction<'a> {
    /// As written.
    pub term: &'a Term,
    /// What is unknown about it.
    pub reason: UnknownReason,
}

/// What is unknown about an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnknownReason {
    /// The text is no action: `s3 GetObject`.
    Malformed,
    /// AWS has no such service.
    Service(String),
    /// The service has no such action, or none that the wildcard takes in; the nearest, if any.
    Name(Option<String>),
}

impl UnknownAction<'_> {
    /// In words; `does` is what the statement does with actions: `allows`.
    #[must_use]
    pub fn message(&self, does: &str) -> String {
        let text = &self.term.text;
        match &self.reason {
            UnknownReason::Malformed => format!("`{text}` is not an action: it {does} nothing"),
            UnknownReason::Service(service) => {
                format!("AWS has no service `{service}`: `{text}` {does} nothing")
            }
            UnknownReason::Name(meant) => {
                let meant = meant
                    .as_ref()
                    .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                format!("no action of AWS is `{text}`: it {does} nothing{meant}")
            }
        }
    }
}

/// The actions of a statement that AWS does not have, those of `NotAction` included.
///
/// Known is what the Service Authorization Reference lists, and what AWS's own managed policies name
/// besides: some actions are retired or were never documented. A wildcard is known when it takes in
/// one known action.
pub fn unknown_actions(statement: &Statement) -> impl Iterator<Item = UnknownAction<'_>> {
    statement.actions.iter().chain(&statement.not_actions).filter_map(unknown_action)
}

/// What is unknown about one action; `None` when AWS has it, or only deployment knows.
#[must_use]
pub fn unknown_action(term: &Term) -> Option<UnknownAction<'_>> {
    if !term.resolved || catalogue::is_known(&term.text) {
        return None;
    }
    let Some(action) = term.action() else {
        // A placeholder in a resolved text is a policy variable, which actions do not have.
        return Some(UnknownAction { term, reason: UnknownReason::Malformed });
    };
    let reason =
        if !action.service.contains(['*', '?']) && !catalogue::service_exists(&action.service) {
            UnknownReason::Service(action.service.to_string())
        } else {
            UnknownReason::Name(nearest_action(&action.service, &action.name))
        };
    Some(UnknownAction { term, reason })
}

/// The action of a service whose name is nearest, at most an edit in four letters away.
#[must_use]
pub fn nearest_action(service: &str, name: &str) -> Option<String> {
    if name.len() > MAX_NAME || name.contains(['*', '?']) {
        return None;
    }
    let name = name.to_ascii_lowercase();
    catalogue::actions_of(service)
        .map(|known| (distance(&known.name.to_ascii_lowercase(), &name), known))
        .filter(|(distance, _)| *distance <= (name.len() / 4).min(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known.to_string())
}

/// Insertions, removals and replacements of bytes between two texts.
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, from) in left.bytes().enumerate() {
        let mut diagonal = above;
        let mut before = above + 1;
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (cell, to) in row.iter_mut().skip(1).zip(right.bytes()) {
            let replaced = diagonal + usize::from(from != to);
            diagonal = *cell;
            *cell = replaced.min(diagonal + 1).min(before + 1);
            before = *cell;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest_action};

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("getitem", "getitem"), 0);
        assert_eq!(distance("getitem", "getitems"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn a_near_name_is_proposed_and_a_far_one_is_not() {
        assert_eq!(nearest_action("dynamodb", "getitems").as_deref(), Some("dynamodb:GetItem"));
        assert_eq!(nearest_action("dynamodb", "removeeverything"), None);
    }
}
