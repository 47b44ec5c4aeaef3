//! SAS-6.10 `lookalike-package`: the name of a package is nearly that of a far better known one.

use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use lock_integrity::{FactKind, Trick};

use crate::{
    Check, Packages, Rule,
    lock_facts::{self, Seen, Told},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 10 },
        name: "lookalike-package",
        summary: "The name of a package is nearly that of a far better known one",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[506, 1357],
        since: "0.1.0",
        docs: include_str!("lookalike_package.md"),
    },
    check: Check::Packages(check),
};

fn check(packages: &Packages<'_>) -> Vec<Finding> {
    lock_facts::findings(packages, &RULE.info, tell)
}

fn tell(seen: &Seen<'_>) -> Option<Told> {
    let FactKind::Lookalike { of, trick } = &seen.fact.kind else { return None };
    let name = &seen.first()?.name;
    let message =
        format!("`{name}` is nearly the name of the well-known `{of}`: {}", words(*trick));
    let fix = format!("Write `{of}` if that was meant; else allow the name with a reason");
    // Names that nobody chooses by chance are surer than those which are merely near.
    let confidence = match trick {
        Trick::Glyph | Trick::Transposed | Trick::Doubled => Confidence::Medium,
        _ => Confidence::Low,
    };
    Some(Told::new(message, format!("name/{name}"), fix).confidence(confidence))
}

fn words(trick: Trick) -> &'static str {
    match trick {
        Trick::Glyph => "it differs in letters that look the same",
        Trick::Transposed => "two letters have changed places",
        Trick::Doubled => "a letter stands there twice, or once instead of twice",
        Trick::Dropped => "a letter is missing",
        Trick::Inserted => "there is a letter too many",
        Trick::Replaced => "one letter is another",
        Trick::Separators => "only its separators differ",
        Trick::Decorated => "it adds a word that says nothing",
        Trick::Scope => "the scope looks like the real one",
    }
}
