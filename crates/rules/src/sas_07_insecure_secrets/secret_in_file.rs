//! SAS-7.24 `secret-in-file`: a secret stands in a file that is kept or deployed.

use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, SecretCommits, Severity};

use crate::{Check, FileCertainty, FileSecret, Rule};

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
    let title = &secret.title;
    let named = if secret.name.is_empty() { String::new() } else { format!(" as `{}`", secret.name) };
    let message = match &secret.commits {
        Some(commits) => format!("{title} stands{named} in the history: {}", in_history(commits)),
        None if secret.is_ignored => format!(
            "{title} stands{named} in a file that git ignores: whoever has the folder, or a package made of it, has it"
        ),
        None => format!("{title} stands{named} in a file: whoever reads the file or its package has it"),
    };
    let mut finding = RULE
        .info
        .finding(secret.place, message)
        .property(format!("{}:{}", secret.kind, secret.hash))
        .fix(if secret.commits.is_some() { FIX_HISTORY } else { FIX })
        .confidence(match secret.certainty {
            FileCertainty::Proven | FileCertainty::Shape => Confidence::High,
            FileCertainty::Name => Confidence::Medium,
        })
        .secret(secret.told());
    if secret.is_for_show && secret.certainty != FileCertainty::Proven {
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
    let mut words = format!("commit {} of {} brought it in", short(&first.id), day(&first.date));
    if first.path != last.path {
        words.push_str(&format!(" (`{}`, line {})", first.path, first.line));
    }
    if last.id != first.id {
        words.push_str(&format!(", {} of {} wrote it last", short(&last.id), day(&last.date)));
    }
    words.push_str(if *is_in_head { ", and it is still there" } else { ", and it is gone by now" });
    words
}

#[cfg(test)]
mod tests {
    use finding::{Confidence, SecretCommit, SecretCommits, Severity};
    use source_text::Place;

    use super::secret_in_file;
    use crate::{FileCertainty, FileSecret};

    fn secret(certainty: FileCertainty, is_for_show: bool) -> FileSecret {
        FileSecret {
            place: Place::default(),
            kind: "github-token".into(),
            title: "a GitHub token".into(),
            name: "TOKEN".into(),
            hash: "0123456789ab".to_owned(),
            preview: "ghp_…".to_owned(),
            certainty,
            is_for_show,
            is_ignored: false,
            commits: None,
        }
    }

    #[test]
    fn a_test_is_milder_unless_the_token_was_issued() {
        let judged = |certainty, is_for_show| {
            let finding = secret_in_file(&secret(certainty, is_for_show));
            (finding.severity, finding.confidence)
        };
        assert_eq!(judged(FileCertainty::Shape, false), (Severity::High, Confidence::High));
        assert_eq!(judged(FileCertainty::Name, false), (Severity::High, Confidence::Medium));
        assert_eq!(judged(FileCertainty::Shape, true), (Severity::Medium, Confidence::Low));
        assert_eq!(judged(FileCertainty::Proven, true), (Severity::High, Confidence::High));
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
        let told = FileSecret { commits: Some(commits), ..secret(FileCertainty::Shape, false) };
        assert_eq!(
            secret_in_file(&told).message,
            "a GitHub token stands as `TOKEN` in the history: commit aaaaaaaaaa of 2025-01-31 brought it in, bbbbbbbbbb of 2025-02-01 wrote it last, and it is gone by now"
        );
    }
}
