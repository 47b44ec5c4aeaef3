//! What the supervisor decides by.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::egress::AllowList;
use crate::names::Names;
use crate::paths::{PathRules, fits};
use crate::resolver::Resolver;

/// Everything that is decided, made once before the function starts.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches")]
pub(crate) struct Policy {
    /// Whether anything is refused (mode `block`), or all is only told.
    pub(crate) refuses: bool,
    /// Whether a question that could not be judged is let through.
    pub(crate) opens_on_fault: bool,
    /// Files.
    pub(crate) paths: PathRules,
    /// Programs.
    pub(crate) programs: ProgramRules,
    /// Hosts; `None`: any.
    pub(crate) egress: Option<AllowList>,
    /// Whether metadata services are out of bounds.
    pub(crate) refuses_metadata: bool,
    /// Whether sockets of the function can be taken over to connect them.
    pub(crate) takes_sockets: bool,
    /// What addresses are called.
    pub(crate) names: Arc<Names>,
    /// Who answers questions for names; where hosts are listed and a resolver is known.
    pub(crate) resolver: Option<Arc<Resolver>>,
}

/// Which programs may be started.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProgramRules {
    /// Patterns of the settings; `None`: any, and each is told.
    pub(crate) allow: Option<Vec<PathBuf>>,
    /// What the runtime is made of: programs, and folders of programs.
    pub(crate) runtime: Vec<PathBuf>,
}

impl ProgramRules {
    /// Whether a program may be started, by the path that was asked for or by where it really is.
    pub(crate) fn allows(&self, asked: &Path, real: &Path) -> bool {
        let Some(patterns) = &self.allow else { return true };
        self.runtime.iter().any(|root| real.starts_with(root) || asked.starts_with(root))
            || patterns.iter().any(|pattern| fits(pattern, asked) || fits(pattern, real))
    }
}

#[cfg(test)]
mod tests {
    use super::ProgramRules;
    use std::path::Path;

    #[test]
    fn a_program_is_allowed_by_its_name_or_by_its_place() {
        let rules = ProgramRules {
            allow: Some(vec!["/usr/bin/git*".into()]),
            runtime: vec!["/var/lang".into()],
        };
        let allows = |asked: &str, real: &str| rules.allows(Path::new(asked), Path::new(real));
        assert!(allows("/bin/git", "/usr/bin/git"));
        assert!(allows("/var/lang/bin/python3", "/var/lang/bin/python3.12"));
        assert!(!allows("/bin/sh", "/usr/bin/dash"));
        assert!(!allows("/tmp/git", "/tmp/git"));
    }
}
