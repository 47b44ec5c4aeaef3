//! SAS-6.15 `unpinned-repository`: a package is taken from a branch or tag of a repository.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use lock_integrity::FactKind;

use crate::{
    Check, Packages, Rule,
    lock_facts::{self, Seen, Told},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 15 },
        name: "unpinned-repository",
        summary: "A package is taken from a branch or tag of a repository, which can be moved",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[494, 829],
        since: "0.1.0",
        docs: include_str!("unpinned_repository.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    lock_facts::findings(packages, &RULE.info, tell)
}

fn tell(seen: &Seen<'_>) -> Option<Told> {
    let FactKind::UnpinnedRepository { reference } = &seen.fact.kind else { return None };
    let package = seen.first()?;
    let name = &package.name;
    let (from, severity) = match reference {
        Some(reference) if is_version(reference) => (format!("at `{reference}`"), Severity::Low),
        Some(reference) => (format!("at `{reference}`"), Severity::Medium),
        None => ("as it is at the time".to_owned(), Severity::Medium),
    };
    let at = package.origin.host.as_ref().map(|host| format!(" at `{host}`")).unwrap_or_default();
    let message =
        format!("`{name}` is taken {from} from a repository{at}: whoever can push there decides");
    let fix = "Name the commit: forty digits of its hash";
    Some(Told::new(message, format!("repository/{name}"), fix).severity(severity))
}

/// Whether a reference looks like the tag of a release, which honest authors do not move.
fn is_version(reference: &str) -> bool {
    let plain = reference.trim_start_matches("refs/tags/").trim_start_matches(['v', 'V']);
    plain.contains('.') && plain.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::is_version;

    #[test]
    fn tags_of_releases_are_told_from_branches() {
        assert!(is_version("v1.2.3") && is_version("2.0") && is_version("refs/tags/v1.0"));
        assert!(!is_version("main") && !is_version("v2-next") && !is_version("release/1.2"));
    }
}
