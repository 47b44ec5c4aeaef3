//! Sets of actions that let whoever holds them become an administrator.

mod paths;

use cloud_names::Breadth;
pub use paths::PATHS;

use crate::{Policy, Statement};

/// One way up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Path {
    /// Stable id, as in the public list of such paths: `iam-005`.
    pub id: &'static str,
    /// How it works.
    pub kind: PathKind,
    /// The actions, all of which are needed.
    pub actions: &'static [&'static str],
    /// What one gains, as the end of "whoever holds them can …".
    pub gain: &'static str,
}

/// Ways in which permissions grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PathKind {
    /// Changes the own permissions.
    OwnPolicy,
    /// Takes the place of another principal.
    OtherPrincipal,
    /// Starts something new under a stronger role (`iam:PassRole`).
    PassRole,
    /// Takes over something that already runs under a stronger role.
    RunningRole,
}

impl Path {
    /// Whether another path needs only some of these actions: reporting that one is enough.
    #[must_use]
    pub fn is_longer_than(&self, other: &Path) -> bool {
        self.actions.len() > other.actions.len()
            && other.actions.iter().all(|action| self.actions.contains(action))
    }
}

/// The paths all of whose actions `allows` says yes to.
pub fn open_paths(allows: impl Fn(&str) -> bool) -> impl Iterator<Item = &'static Path> {
    PATHS.iter().filter(move |path| path.actions.iter().all(|action| allows(action)))
}

/// The shortest paths that the policies of one role open together, each with the statements that
/// open it: one for each action, in the order of [`Path::actions`].
///
/// An action counts when a statement allows it on every resource, of the service or of the type
/// that the action works on. A condition closes the way, save on `iam:PassedToService`, which
/// leaves open the very service of the path. A `Deny` without condition on every resource takes
/// an action away.
#[must_use]
pub fn paths_of<'a>(policies: &[&'a Policy]) -> Vec<(&'static Path, Vec<&'a Statement>)> {
    let opener = |action: &str| -> Option<&'a Statement> {
        let is_denied = policies.iter().flat_map(|policy| policy.denies()).any(|statement| {
            statement.matches_action(action)
                && statement.conditions.is_empty()
                && statement.when.is_always()
                && statement.is_on_every_resource()
        });
        if is_denied {
            return None;
        }
        policies
            .iter()
            .flat_map(|policy| policy.allows())
            .find(|statement| statement.matches_action(action) && is_wide(statement, action))
    };
    let mut open: Vec<(&'static Path, Vec<&'a Statement>)> = Vec::new();
    for path in PATHS {
        let statements: Option<Vec<_>> = path.actions.iter().map(|action| opener(action)).collect();
        open.extend(statements.map(|statements| (path, statements)));
    }
    let all: Vec<&'static Path> = open.iter().map(|(path, _)| *path).collect();
    open.retain(|(path, _)| !all.iter().any(|other| path.is_longer_than(other)));
    open
}

/// Whether a statement holds on all that a way up would want to use.
fn is_wide(statement: &Statement, action: &str) -> bool {
    let conditions_leave_open = statement.conditions.iter().all(|condition| {
        action.eq_ignore_ascii_case("iam:PassRole") && condition.is_on("iam:PassedToService")
    });
    let service = action.split(':').next().unwrap_or_default();
    let takes_all = statement.resources.iter().any(|term| match term.breadth() {
        Breadth::Everything => true,
        Breadth::Service { service: named } | Breadth::Type { service: named, .. } => {
            named == service
        }
        _ => false,
    });
    conditions_leave_open && (takes_all || !statement.not_resources.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{PATHS, open_paths};
    use crate::catalogue;

    #[test]
    fn every_path_is_made_of_actions_that_exist() {
        for path in PATHS {
            for action in path.actions {
                assert!(catalogue::exists(action), "{}: {action}", path.id);
            }
        }
        assert!(PATHS.len() >= 60);
    }

    #[test]
    fn a_path_opens_only_with_all_of_its_actions() {
        let ids = |held: &[&str]| -> Vec<_> {
            open_paths(|action| held.contains(&action)).map(|path| path.id).collect()
        };
        assert_eq!(ids(&["iam:PassRole", "ec2:RunInstances"]), ["ec2-001"]);
        assert!(ids(&["iam:PassRole"]).is_empty());
    }
}
