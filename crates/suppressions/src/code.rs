//! Markers in comments of code: behind the code that they are about, or on a line of their own above
//! it.

use code_ir::Language;
use finding::RuleKey;
use rules::Check;
use source_text::{Comment, FileId, Place};

use crate::{
    lines::Held,
    marker::{Marker, OWN, own},
};

/// Markers of other scanners of code, and the digits or words of their checks.
struct Word {
    start: &'static str,
    source: &'static str,
    /// Whether it holds for every flaw of its line when it names no check.
    is_for_all: bool,
}

static WORDS: [Word; 5] = [
    Word { start: "nosec", source: "nosec", is_for_all: true },
    Word { start: "#nosec", source: "nosec", is_for_all: true },
    Word { start: "nosemgrep", source: "nosemgrep", is_for_all: true },
    Word { start: "NOSONAR", source: "NOSONAR", is_for_all: true },
    Word { start: "noqa:", source: "noqa", is_for_all: false },
];

/// Checks of others (bandit's and ruff's numbers, gosec's) and the rules of ours that look at the
/// same. Names that no rule has yet hold for nothing.
static PEERS: &[(&[&str], &[&str])] = &[
    (&["102", "307", "G201"], &["code-injection"]),
    (&["301", "302", "403"], &["unsafe-deserialization"]),
    (&["303", "324", "G401", "G501"], &["weak-hash"]),
    (&["304", "305", "G405"], &["weak-cipher"]),
    (&["105", "106", "107", "G101"], &["secret-in-code"]),
    (&["108", "377"], &["predictable-temporary-file"]),
    (&["201"], &["debug-mode"]),
    (&["502", "503", "504"], &["outdated-tls-version"]),
    (&["507", "G106"], &["unverified-host-key"]),
    (&["113"], &["missing-request-timeout"]),
    (&["313", "314", "317", "318", "319"], &["external-entities"]),
    (&["310", "G107"], &["request-forgery"]),
    (&["311", "G404"], &["weak-random", "predictable-random"]),
    (&["501", "G402"], &["disabled-tls-verification"]),
    (&["602", "603", "604", "605", "606", "607", "G204"], &["command-injection"]),
    (&["608", "G202"], &["sql-injection"]),
    (
        &["701", "702", "703", "704"],
        &["disabled-autoescape", "template-injection", "cross-site-scripting"],
    ),
    (&["G304", "G305"], &["path-traversal"]),
];

/// The markers of a text of code; `above` lines of its file stand before its first.
#[must_use]
pub fn of_code(text: &str, file: FileId, language: Language, above: u32) -> Vec<Marker> {
    if !may_hold_any(text) {
        return Vec::new();
    }
    let sign = if matches!(language, Language::Python | Language::Ruby) { "#" } else { "//" };
    let lines: Vec<&str> = text.lines().collect();
    let mut markers = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some((before, words)) = comment_of(line, sign) else { continue };
        let number = |index: usize| u32::try_from(index + 1).unwrap_or(u32::MAX) + above;
        let here = number(index);
        let about = if before.trim().is_empty() {
            let mut below = lines.iter().enumerate().skip(index + 1);
            below.find(|(_, line)| holds_code(line, sign)).map_or(here, |(at, _)| number(at))
        } else {
            here
        };
        let column = u32::try_from(before.chars().count() + 1).unwrap_or(1);
        let end = u32::try_from(line.chars().count() + 1).unwrap_or(column);
        let place = Place { file, line: here, column, end_line: here, end_column: end };
        let held = Held::of_code(about);
        if let Some(rest) = words.strip_prefix(OWN) {
            let comment = Comment { place, text: words.into() };
            markers.extend(own(rest.trim(), &comment, held));
        } else {
            markers.extend(of_peer(words, place, &held));
        }
    }
    markers
}

/// A cheap look before lines are taken apart.
fn may_hold_any(text: &str) -> bool {
    text.contains(OWN) || WORDS.iter().any(|word| text.contains(word.start))
}

/// What stands before a comment that is a marker, and its words. A sign within a text makes no
/// comment unless a marker follows it, which nobody writes there.
fn comment_of<'a>(line: &'a str, sign: &str) -> Option<(&'a str, &'a str)> {
    line.match_indices(sign).find_map(|(at, _)| {
        let words = line.get(at + sign.len()..)?.trim_start_matches(['/', ' ', '\t']).trim_end();
        let is_marker = words.starts_with(OWN)
            || WORDS.iter().any(|word| {
                words.strip_prefix(word.start).is_some_and(|rest| {
                    word.start.ends_with(':') || !rest.starts_with(char::is_alphanumeric)
                })
            });
        is_marker.then(|| (line.get(..at).unwrap_or_default(), words))
    })
}

fn holds_code(line: &str, sign: &str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && !line.starts_with(sign)
}

/// `nosec B602`, `nosemgrep: some.rule.id`, `noqa: S602`.
fn of_peer(words: &str, place: Place, held: &Held) -> Vec<Marker> {
    let found = WORDS.iter().find_map(|word| Some((word, words.strip_prefix(word.start)?)));
    let Some((word, rest)) = found else { return Vec::new() };
    let rest = rest.trim_start_matches([':', ' ']);
    let names: Vec<&str> = rest
        .split([',', ' '])
        .take_while(|name| *name != "--" && *name != "-")
        .filter(|name| !name.is_empty())
        .collect();
    let of_names: Vec<RuleKey> = names.iter().flat_map(|name| rules_for(name)).collect();
    let is_check = |name: &&str| {
        name.trim_start_matches(['B', 'S', 'G']).bytes().all(|byte| byte.is_ascii_digit())
    };
    let names_check = names.iter().any(is_check) || word.source == "nosemgrep" && !names.is_empty();
    let rules = match (of_names.is_empty(), names_check) {
        (false, _) => of_names,
        (true, false) if word.is_for_all => every_rule_of_code(),
        // A check that we do not know: what it names of ours cannot be told, but for its words.
        (true, _) => Vec::new(),
    };
    if rules.is_empty() {
        return Vec::new();
    }
    vec![Marker {
        place,
        rule: words.to_owned(),
        rules,
        source: word.source.to_owned(),
        reason: None,
        until: None,
        held: held.clone(),
        is_ours: false,
        fault: None,
    }]
}

fn every_rule_of_code() -> Vec<RuleKey> {
    let of_code = |rule: &&rules::Rule| matches!(rule.check, Check::Code(_));
    rules::all().filter(of_code).map(|rule| rule.info.id.into()).collect()
}

/// Rules of ours that look at the same as a check of another scanner: by its number, or, for the
/// long ids of semgrep, by the words of ours that it holds.
fn rules_for(name: &str) -> Vec<RuleKey> {
    let bare = name.trim_start_matches(['B', 'S']);
    let by_number = PEERS.iter().filter(|(ids, _)| ids.contains(&bare) || ids.contains(&name));
    let mut names: Vec<&str> = by_number.flat_map(|(_, names)| names.iter().copied()).collect();
    if name.contains(['.', '-']) {
        let lower = name.to_ascii_lowercase();
        for (word, rule) in [
            ("sql", "sql-injection"),
            ("subprocess", "command-injection"),
            ("exec", "command-injection"),
            ("command", "command-injection"),
            ("deserial", "unsafe-deserialization"),
            ("pickle", "unsafe-deserialization"),
            ("ssrf", "request-forgery"),
            ("path-traversal", "path-traversal"),
            ("eval", "code-injection"),
            ("xss", "cross-site-scripting"),
        ] {
            if lower.contains(word) {
                names.push(rule);
            }
        }
    }
    names.into_iter().filter_map(rules::by_name).map(|rule| rule.info.id.into()).collect()
}

#[cfg(test)]
mod tests {
    use code_ir::Language;
    use source_text::FileId;

    use super::of_code;

    fn check(language: Language, text: &str, expect: &[(&str, u32)]) {
        let markers = of_code(text, FileId(0), language, 0);
        let found: Vec<(&str, u32)> =
            markers.iter().map(|it| (it.source.as_str(), it.held.first_line())).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn a_comment_is_about_its_line_or_about_the_code_below_it() {
        let own = "x = '#' # faasguard: allow command-injection -- r\n";
        check(Language::Python, own, &[("inline", 1)]);
        let above = "// faasguard: allow command-injection\n// more\n\nrun(x)\n";
        check(Language::JavaScript, above, &[("inline", 4)]);
        check(Language::Python, "# faasguards: allow x\n", &[]);
    }

    #[test]
    fn markers_of_other_scanners_hold_for_what_they_name() {
        check(Language::Python, "run(x)  # nosec\n", &[("nosec", 1)]);
        check(Language::Python, "run(x)  # nosec B602, B607 - why\n", &[("nosec", 1)]);
        check(Language::Python, "run(x)  # noqa: S602\n", &[("noqa", 1)]);
        check(Language::Python, "run(x)  # noqa: E501\n", &[]);
        check(Language::Python, "run(x)  # nosec B999\n", &[]);
        check(Language::Go, "run(x) // #nosec G204\n", &[("nosec", 1)]);
    }
}
