//! Known flaws of one package at one place, as one entry: a package that is some versions behind has
//! dozens, and one upgrade mends them all.

use std::{cmp::Reverse, collections::HashMap};

use finding::{Finding, Severity};

use super::ending::count;

/// Names of further flaws that are listed for each severity.
const LISTED: usize = 4;

/// What is written as one entry.
pub(super) struct Entry<'a> {
    /// The worst of them.
    pub(super) first: &'a Finding,
    /// The others, worst first.
    pub(super) more: Vec<&'a Finding>,
}

/// Each finding as an entry of its own.
pub(super) fn apart<'a>(findings: &[&'a Finding]) -> Vec<Entry<'a>> {
    findings.iter().map(|first| Entry { first, more: Vec::new() }).collect()
}

/// Findings, worst first, with the known flaws of one package at one place put together when the
/// same remedy mends them; everything else stays apart.
pub(super) fn together<'a>(findings: &[&'a Finding]) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry<'a>> = Vec::new();
    let mut at = HashMap::new();
    for &finding in findings {
        let key = finding.component.as_ref().filter(|_| !finding.advisories.is_empty()).map(|it| {
            let fix = finding.fix.as_ref().map(|fix| &fix.description);
            (finding.rule, finding.place, &it.purl, fix, finding.suppressed.is_some())
        });
        let known = key.and_then(|key| {
            let next = entries.len();
            let known = *at.entry(key).or_insert(next);
            entries.get_mut(known)
        });
        match known {
            Some(entry) => entry.more.push(finding),
            None => entries.push(Entry { first: finding, more: Vec::new() }),
        }
    }
    entries
}

/// `33 more known flaws: 2 high (GHSA-…, GHSA-…), 31 medium (GHSA-…, … and 27 more)`.
pub(super) fn text(more: &[&Finding]) -> String {
    let mut severities: Vec<Severity> = more.iter().map(|finding| finding.severity).collect();
    severities.sort_by_key(|severity| Reverse(*severity));
    severities.dedup();
    let parts: Vec<String> = severities
        .into_iter()
        .map(|severity| {
            let of_it = || more.iter().filter(|finding| finding.severity == severity);
            let number = of_it().count();
            let mut names: Vec<&str> = of_it()
                .filter_map(|finding| finding.advisories.first())
                .map(String::as_str)
                .take(LISTED)
                .collect();
            let rest = (number > names.len()).then(|| format!("… {} more", number - names.len()));
            names.extend(rest.as_deref());
            format!("{number} {severity} ({})", names.join(", "))
        })
        .collect();
    let verbose = if more.len() > LISTED { "; `--verbose` shows each" } else { "" };
    format!("{}: {}{verbose}", count(more.len(), "more known flaw"), parts.join(", "))
}
