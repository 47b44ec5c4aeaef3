//! Words beside a secret by which somebody accepts it.

/// Who accepted a secret, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The words that say so: `faasguard: allow`, or those of another scanner.
    pub by: &'static str,
    /// The reason given.
    pub reason: Option<String>,
    /// The last day on which it holds, as written; the caller knows which day it is.
    pub until: Option<String>,
}

/// Ours hold on the line of the secret and on the line before it.
const OWN: &str = "faasguard: allow ";

/// Names of the rule that tells of secrets in files.
const NAMES: [&str; 2] = ["secret-in-file", "SAS-7.24"];

/// Those of other scanners, which hold on the line of the secret.
const PEERS: [&str; 5] = [
    "gitleaks:allow",
    "betterleaks:allow",
    "trufflehog:ignore",
    "pragma: allowlist secret",
    "ripsecret: allow",
];

/// Longest line that is looked through, in bytes.
const LONGEST: usize = 4_096;

/// What is said on the line that holds `at`, or on the line before.
pub(crate) fn allowed(text: &[u8], at: usize) -> Option<Allowed> {
    let head = text.get(at.saturating_sub(LONGEST)..at).unwrap_or_default();
    let start =
        memchr::memrchr(b'\n', head).map_or(at - head.len(), |end| at - head.len() + end + 1);
    let rest = text.get(at..text.len().min(at + LONGEST)).unwrap_or_default();
    let end = memchr::memchr(b'\n', rest).map_or(at + rest.len(), |end| at + end);
    let line = String::from_utf8_lossy(text.get(start..end).unwrap_or_default());
    let of_peer = |by: &'static str| Allowed { by, reason: None, until: None };
    own(&line)
        .or_else(|| PEERS.into_iter().find(|words| line.contains(words)).map(of_peer))
        .or_else(|| {
            let last = start.checked_sub(1)?;
            let head = text.get(last.saturating_sub(LONGEST)..last)?;
            let from = memchr::memrchr(b'\n', head).map_or(0, |end| end + 1);
            let before = String::from_utf8_lossy(head.get(from..)?);
            let nextline = "pragma: allowlist nextline secret";
            own(&before).or_else(|| before.contains(nextline).then(|| of_peer(nextline)))
        })
}

/// `faasguard: allow secret-in-file -- reason (until 2027-01-31)`.
fn own(line: &str) -> Option<Allowed> {
    let (_, words) = line.split_once(OWN)?;
    let (words, until) = match words.rsplit_once("(until ") {
        Some((before, day)) => (before, day.split(')').next().map(|day| day.trim().to_owned())),
        None => (words, None),
    };
    let (names, reason) = match words.split_once("--") {
        Some((names, reason)) => (names, reason.trim().trim_end_matches(['*', '/', '-', '>', ' '])),
        None => (words, ""),
    };
    let mut told = names.split([',', ' ', '\t', '*', '"', '\'']);
    let is_named = told.any(|name| NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)));
    let reason = Some(reason.to_owned()).filter(|reason| !reason.is_empty());
    is_named.then_some(Allowed { by: "faasguard: allow", reason, until })
}

#[cfg(test)]
mod tests {
    use super::{Allowed, allowed};

    fn check(text: &str, expect: Option<(&str, Option<&str>, Option<&str>)>) {
        let at = text.find("SECRET").unwrap();
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let expect = expect.map(|(by, reason, until)| (by, owned(reason), owned(until)));
        let found =
            allowed(text.as_bytes(), at).map(|Allowed { by, reason, until }| (by, reason, until));
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn words_beside_a_secret_or_on_the_line_before_accept_it() {
        let own = "faasguard: allow";
        check("a = SECRET # faasguard: allow secret-in-file", Some((own, None, None)));
        check(
            "a = SECRET # faasguard: allow SAS-7.24 -- of a test",
            Some((own, Some("of a test"), None)),
        );
        check(
            "/* faasguard: allow x, secret-in-file -- r (until 2027-01-31) */\na = SECRET",
            Some((own, Some("r"), Some("2027-01-31"))),
        );
        check("a = SECRET # gitleaks:allow", Some(("gitleaks:allow", None, None)));
    }

    #[test]
    fn other_words_and_other_lines_do_not() {
        check("a = SECRET # faasguard: allow wildcard-action", None);
        check("# faasguard: allow secret-in-file\n\na = SECRET", None);
        check("# gitleaks:allow\na = SECRET", None);
        check("a = SECRET\n# faasguard: allow secret-in-file", None);
    }
}
