//! Anomalies of archives as findings.

use std::collections::BTreeSet;

use code_package::{Anomaly, Kind};
use finding::{Finding, RuleInfo};

use crate::{Archive, Packages};

/// Entries of one kind that a finding names.
const MOST_NAMED: usize = 3;

/// One finding for each archive and kind of anomaly, whatever number of entries has it: how they came
/// there is one question. An archive that several functions have as code or layer is told of once.
pub(crate) fn odd(packages: &Packages<'_>, rule: &RuleInfo, kinds: &[Kind]) -> Vec<Finding> {
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for package in packages.packages {
        for archive in &package.archives {
            if !told.insert(archive.place) {
                continue;
            }
            let of_kinds = kinds.iter().filter_map(|kind| of_kind(rule, archive, *kind));
            found.extend(of_kinds.map(|finding| packages.about(finding, package)));
        }
    }
    found
}

/// What an archive has of one kind.
fn of_kind(rule: &RuleInfo, archive: &Archive, kind: Kind) -> Option<Finding> {
    let anomalies = &archive.audit.anomalies;
    let count = *anomalies.counts().get(&kind)?;
    let mut of_kind = anomalies.kept().iter().filter(|it| it.kind == kind);
    let first = of_kind.next()?;
    // The words of an anomaly end with what to do about it.
    let (what, fix) = first.message.rsplit_once("; ").unwrap_or((&first.message, ""));
    let mut message = match &first.entry {
        Some(entry) => format!("`{entry}`: {what}"),
        None => what.to_owned(),
    };
    if count > 1 {
        let others = of_kind.take(MOST_NAMED).filter_map(shown);
        let others: BTreeSet<String> =
            others.filter(|it| Some(it) != shown(first).as_ref()).collect();
        let others: Vec<String> = others.into_iter().collect();
        let among =
            if others.is_empty() { String::new() } else { format!(": {}", others.join(", ")) };
        let more = count - 1;
        message = format!("{message} ({more} more like it{among})");
    }
    // Kinds of one rule are findings of their own, whatever becomes of the words.
    let finding = rule.finding(archive.place, message).property(kind.as_str());
    Some(if fix.is_empty() { finding } else { finding.fix(capital(fix)) })
}

fn shown(anomaly: &Anomaly) -> Option<String> {
    anomaly.entry.as_ref().map(|entry| format!("`{entry}`"))
}

/// A fix is a sentence.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
