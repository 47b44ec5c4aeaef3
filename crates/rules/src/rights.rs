//! What rules of rights look at: the needs of functions and what their roles are allowed.

use app_model::{Application, Function, SmolStr};
use finding::Severity;
use iam_policy::catalogue;
use least_privilege::Privileges;

use crate::grants;

/// The privileges of the functions of an application.
#[derive(Clone, Copy, Debug)]
pub struct Rights<'a> {
    /// The application.
    pub app: &'a Application,
    /// Of each function, in the order of the template.
    pub privileges: &'a [Privileges],
}

impl<'a> Rights<'a> {
    /// The functions all of whose needs are known, and whose role is nobody else's.
    pub(crate) fn known(&self) -> impl Iterator<Item = (&'a Function, &'a Privileges)> + use<'a> {
        let app = self.app;
        self.privileges
            .iter()
            .filter(|it| it.needs.is_complete() && it.comparison.has_own_role)
            .filter_map(move |it| Some((app.function(&it.needs.function)?, it)))
    }
}

/// Harm of what is granted and not needed: one step below that of a grant on everything, as it takes a
/// flaw in the code to use it.
pub(crate) fn harm<'n>(actions: impl IntoIterator<Item = &'n SmolStr>) -> Severity {
    let worst = actions
        .into_iter()
        .flat_map(|action| catalogue::expand(action))
        .map(|it| grants::harm(&it));
    match worst.max() {
        Some(Severity::High | Severity::Critical) => Severity::Medium,
        _ => Severity::Low,
    }
}

/// What a function needs in one line, for those who mend its policy.
pub(crate) fn exact(privileges: &Privileges) -> String {
    privileges.policy.document.in_words()
}
