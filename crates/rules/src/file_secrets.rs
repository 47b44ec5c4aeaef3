//! What the rule about secrets in files looks at: each secret with its place, never its value.

use app_model::{Application, Function};
use finding::{Finding, Secret, SecretCommits, Suppressed};
use secret_scan::{Allowed, Found, is_for_show};
use source_text::{FileId, Place};

use crate::rank::AboutFunction;

/// A secret in a file, an entry of a package, or a commit.
#[derive(Clone, Debug)]
pub struct FileSecret {
    /// Where it is written.
    pub place: Place,
    /// Which secret, without its value.
    pub found: Found,
    /// Whether the file by its path is a test, an example or a document.
    pub is_for_show: bool,
    /// Whether git keeps the file out of the repository.
    pub is_ignored: bool,
    /// Which commits have it, when it was looked for in a history.
    pub commits: Option<SecretCommits>,
}

impl FileSecret {
    /// A secret in a file with a path.
    #[must_use]
    pub fn new(file: FileId, path: &str, found: Found) -> Self {
        let Found { line, column, .. } = found;
        let place = Place { file, line, column, end_line: line, end_column: column };
        Self { place, found, is_for_show: is_for_show(path), is_ignored: false, commits: None }
    }

    /// What words beside it say, when they hold on a day (`YYYY-MM-DD`).
    #[must_use]
    pub fn accepted(&self, today: &str) -> Option<Suppressed> {
        let Allowed { by, reason, until } = self.found.allowed.as_ref()?;
        let source = if by.starts_with("faasguard") { "inline" } else { by }.to_owned();
        let is_over = until.as_ref().is_some_and(|until| until.as_str() < today);
        let (reason, until) = (reason.clone(), until.clone());
        (!is_over).then_some(Suppressed { source, reason, until })
    }

    /// What a finding tells of it.
    pub(crate) fn told(&self) -> Secret {
        Secret {
            kind: self.found.kind.to_string(),
            hash: self.found.hash.clone(),
            preview: self.found.preview.clone(),
            commits: self.commits.clone(),
        }
    }
}

/// A finding about what lies in the code of functions: it tells of the one that is easiest to reach,
/// with the way to it. A secret is as bad behind a route as without one.
#[must_use]
pub fn of_functions(finding: Finding, holders: &[(&Application, &Function)]) -> Finding {
    let reach = |(app, function): &(&Application, &Function)| {
        app.reach(&function.name).map(|reach| (reach.exposure, reach.unauthenticated))
    };
    // Of equals the first of the template stays.
    let worst = holders.iter().reduce(|best, it| if reach(it) > reach(best) { it } else { best });
    let Some((app, function)) = worst else { return finding };
    let severity = finding.severity;
    finding.about(app, function, None).severity(severity)
}
