//! SAS-7.24 `secret-in-file`: a secret stands in a file that is kept or deployed.

use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, SecretCommits, Severity};
use secret_patterns::Certainty;
use secret_scan::{Checked, Found};

use crate::{Check, FileSecret, Rule};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 24 },
        name: "secret-in-file",
        summary: "A secret stands in a file that is kept or deployed",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[798, 312],
        since: "0.1.0",
        docs: include_str!("secret_in_file.md"),
    },
    check: Check::Files(secret_in_file),
};

/// The finding about one secret: `secrets` tells it as `scan` does.
///
/// In tests, examples and documents most of what looks like a secret was made up: it is milder and
/// less sure there, unless a checksum proves that it was issued.
#[must_use]
pub fn secret_in_file(secret: &FileSecret) -> Finding {
    let Found { title, name, .. } = &secret.found;
    let named = if name.is_empty() { String::new() } else { format!(" as `{name}`") };
    let message = match &secret.commits {
        Some(commits) => format!("{title} stands{named} in the history: {}", in_history(commits)),
        None if secret.is_ignored => format!(
            "{title} stands{named} in a file that git ignores: whoever has the folder, or a package made of it, has it"
        ),
        None => {
            format!("{title} stands{named} in a file: whoever reads the file or its package has it")
        }
    };
    let mut finding = RULE
        .info
        .finding(secret.place, message)
        .property(format!("{}:{}", secret.found.kind, secret.found.hash))
        .fix(if secret.commits.is_some() { FIX_HISTORY } else { FIX })
        .confidence(match secret.found.certainty {
            Certainty::Certain => Confidence::High,
            Certainty::Likely => Confidence::Medium,
        })
        .secret(secret.told());
    if secret.is_for_show && secret.found.checked != Checked::Holds {
        finding = finding.severity(RULE.info.severity.lowered()).confidence(Confidence::Low);
    }
    finding
}

const FIX: &str = "Replace the secret where it is issued, keep the new one in Secrets Manager or as a \
                   SecureString, and read it when the function starts";

const FIX_HISTORY: &str = "Replace the secret where it is issued: whoever has a copy of the repository \
                           has it, also after it is taken out of the history";

fn in_history(commits: &SecretCommits) -> String {
    let short = |id: &str| id.chars().take(10).collect::<String>();
    let day = |date: &str| date.split('T').next().unwrap_or_default().to_owned();
    let SecretCommits { first, last, is_in_head, .. } = commits;
    let brought = format!("commit {} of {} brought it in", short(&first.id), day(&first.date));
    let from = if first.path == last.path {
        String::new()
    } else {
        format!(" (`{}`, line {})", first.path, first.line)
    };
    let wrote = if last.id == first.id {
        String::new()
    } else {
        format!(", {} of {} wrote it last", short(&last.id), day(&last.date))
    };
    let now = if *is_in_head { "and it is still there" } else { "and it is gone by now" };
    format!("{brought}{from}{wrote}, {now}")
}

#[cfg(test)]
mod tests {
    use finding::{Confidence, SecretCommit, SecretCommits, Severity};
    use secret_patterns::Certainty;
    use secret_scan::{Checked, Found};
    use source_text::FileId;

    use super::secret_in_file;
    use crate::FileSecret;

    fn secret(certainty: Certainty, checked: Checked, path: &str) -> FileSecret {
        let found = Found {
            kind: "github-token".into(),
            title: "a GitHub token".into(),
            name: "TOKEN".into(),
            range: 0..40,
            line: 1,
            column: 1,
            hash: "0123456789ab".to_owned(),
            preview: "ghp_…".to_owned(),
            certainty,
            checked,
            allowed: None,
        };
        FileSecret::new(FileId::default(), path, found)
    }

    #[test]
    fn a_test_is_milder_unless_the_token_was_issued() {
        use Certainty::{Certain, Likely};
        let judged = |certainty, checked, path| {
            let finding = secret_in_file(&secret(certainty, checked, path));
            (finding.severity, finding.confidence)
        };
        let none = Checked::None;
        assert_eq!(judged(Certain, none, ".env"), (Severity::High, Confidence::High));
        assert_eq!(judged(Likely, none, ".env"), (Severity::High, Confidence::Medium));
        assert_eq!(judged(Certain, none, "tests/.env"), (Severity::Medium, Confidence::Low));
        assert_eq!(judged(Certain, Checked::Holds, "tests/a"), (Severity::High, Confidence::High));
    }

    #[test]
    fn a_history_says_who_brought_it_and_whether_it_is_gone() {
        let commit = |id: &str, date: &str| SecretCommit {
            id: id.repeat(40),
            date: date.to_owned(),
            path: ".env".to_owned(),
            line: 3,
        };
        let commits = SecretCommits {
            first: commit("a", "2025-01-31T10:00:00Z"),
            last: commit("b", "2025-02-01T10:00:00Z"),
            times: 2,
            is_in_head: false,
        };
        let told = FileSecret {
            commits: Some(commits),
            ..secret(Certainty::Certain, Checked::None, ".env")
        };
        assert_eq!(
            secret_in_file(&told).message,
            "a GitHub token stands as `TOKEN` in the history: commit aaaaaaaaaa of 2025-01-31 brought it in, bbbbbbbbbb of 2025-02-01 wrote it last, and it is gone by now"
        );
    }
}
