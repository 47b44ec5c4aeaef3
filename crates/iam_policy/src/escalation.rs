//! Sets of actions that let whoever holds them become an administrator.

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

/// Every known path.
pub static PATHS: &[Path] = &[];

/// The paths all of whose actions `allows` says yes to.
pub fn open_paths(allows: impl Fn(&str) -> bool) -> impl Iterator<Item = &'static Path> {
    PATHS.iter().filter(move |path| path.actions.iter().all(|action| allows(action)))
}

/// The paths that policies open together, with the statements that open each.
#[must_use]
pub fn paths_of<'a>(policies: &[&'a Policy]) -> Vec<(&'static Path, Vec<&'a Statement>)> {
    let _ = policies;
    Vec::new()
}
