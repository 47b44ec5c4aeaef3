//! The rules of code, run on each module with each application that begins in it.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
};

use app_code::Owner;
use app_model::{Application, SmolStr};
use finding::Finding;
use rules::{Code, Rule};
use taint::Analysis;

/// What the rules found, and the rules that a fault of ours ended.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub(super) findings: Vec<Finding>,
    pub(super) faults: Vec<&'static Rule>,
}

/// Judges all modules. Of equal findings (a route that two files of a program serve) one stays.
pub(super) fn judge(
    apps: &[&Application],
    owners: &[Owner],
    analyses: Vec<Analysis>,
    rules: &[&'static Rule],
) -> Judged {
    let mut judged = Judged::default();
    let none = Application::default();
    for analysis in analyses {
        for part in parts(owners, analysis) {
            let app = part.app.and_then(|app| apps.get(app).copied()).unwrap_or(&none);
            let code = Code { app, entries: &part.entries, analysis: &part.analysis };
            for rule in rules {
                match catch_unwind(AssertUnwindSafe(|| rule.code_findings(&code))) {
                    Ok(found) => judged.findings.extend(found),
                    Err(_) => judged.faults.push(rule),
                }
            }
        }
    }
    judged.faults.dedup_by_key(|rule| rule.info.id);
    let mut told = BTreeSet::new();
    judged.findings.retain(|finding| {
        told.insert((
            finding.place,
            finding.rule,
            finding.message.clone(),
            finding.function.clone(),
        ))
    });
    judged
}

/// What an analysis tells about the entry points of one application, or about none.
struct Part {
    app: Option<usize>,
    entries: Vec<SmolStr>,
    /// Indexes of all entry points that became those of this part.
    indexes: Vec<usize>,
    analysis: Analysis,
}

/// Parts an analysis by applications; indexes of entry points are those of the part. Constants, which
/// belong to no entry point, go to the first part.
fn parts(owners: &[Owner], analysis: Analysis) -> Vec<Part> {
    // Named one by one, so that what an analysis will tell one day is not lost here.
    let Analysis {
        flows,
        remarks,
        sent,
        accesses,
        decisions,
        calls,
        dynamic_calls,
        identities,
        reads,
        literals,
        libraries,
        unfinished,
        cuts,
    } = analysis;
    let mut parts: Vec<Part> = Vec::new();
    let mut place = |entry: Option<usize>| {
        let owner = entry.and_then(|entry| owners.get(entry));
        let app = owner.map(|owner| owner.app);
        let at = parts.iter().position(|part| part.app == app).unwrap_or_else(|| {
            let analysis = Analysis { libraries: libraries.clone(), ..Analysis::default() };
            parts.push(Part { app, entries: Vec::new(), indexes: Vec::new(), analysis });
            parts.len() - 1
        });
        (at, entry.zip(owner))
    };
    let mut entries: BTreeSet<usize> = BTreeSet::new();
    entries.extend(flows.iter().filter_map(|flow| flow.entry));
    entries.extend(remarks.iter().filter_map(|remark| remark.entry));
    entries.extend(sent.iter().filter_map(|sent| sent.entry));
    entries.extend(accesses.iter().filter_map(|access| access.entry));
    entries.extend(decisions.iter().filter_map(|decision| decision.entry));
    entries.extend(calls.iter().filter_map(|call| call.entry));
    entries.extend(dynamic_calls.iter().filter_map(|call| call.entry));
    entries.extend(&identities);
    entries.extend(&unfinished);
    entries.extend(reads.iter().map(|(entry, _)| *entry));
    let mut placed: Vec<(usize, usize, SmolStr)> = Vec::new();
    for entry in entries {
        if let (at, Some((entry, owner))) = place(Some(entry)) {
            placed.push((at, entry, owner.function.clone()));
        }
    }
    place(None);
    for (at, entry, function) in placed {
        if let Some(part) = parts.get_mut(at) {
            part.entries.push(function);
            part.indexes.push(entry);
        }
    }
    if let Some(first) = parts.first_mut() {
        first.analysis.literals = literals;
    }
    // An entry point of no template is told as code that nobody names.
    let of = |entry: Option<usize>| entry.filter(|entry| owners.get(*entry).is_some());
    share(&mut parts, flows, |it| &mut it.entry, of, |to| &mut to.flows);
    share(&mut parts, remarks, |it| &mut it.entry, of, |to| &mut to.remarks);
    share(&mut parts, sent, |it| &mut it.entry, of, |to| &mut to.sent);
    share(&mut parts, accesses, |it| &mut it.entry, of, |to| &mut to.accesses);
    share(&mut parts, decisions, |it| &mut it.entry, of, |to| &mut to.decisions);
    share(&mut parts, calls, |it| &mut it.entry, of, |to| &mut to.calls);
    share(&mut parts, dynamic_calls, |it| &mut it.entry, of, |to| &mut to.dynamic_calls);
    for part in &mut parts {
        part.analysis.cuts.clone_from(&cuts);
    }
    for entry in unfinished {
        if let Some((part, Some(entry))) = find(&mut parts, Some(entry)) {
            part.analysis.unfinished.push(entry);
        }
    }
    for entry in identities {
        if let Some((part, Some(entry))) = find(&mut parts, Some(entry)) {
            part.analysis.identities.push(entry);
        }
    }
    for (entry, path) in reads {
        if let Some((part, Some(entry))) = find(&mut parts, Some(entry)) {
            part.analysis.reads.push((entry, path));
        }
    }
    parts
}

/// Gives each of some things to the part of its entry point, whose index there it gets.
fn share<T>(
    parts: &mut [Part],
    all: Vec<T>,
    entry: fn(&mut T) -> &mut Option<usize>,
    owned: impl Fn(Option<usize>) -> Option<usize>,
    list: fn(&mut Analysis) -> &mut Vec<T>,
) {
    for mut one in all {
        let slot = entry(&mut one);
        if let Some((part, own)) = find(parts, owned(*slot)) {
            *slot = own;
            list(&mut part.analysis).push(one);
        }
    }
}

/// The part of an entry point and its index there.
fn find(parts: &mut [Part], entry: Option<usize>) -> Option<(&mut Part, Option<usize>)> {
    let Some(entry) = entry else {
        return parts.iter_mut().find(|part| part.app.is_none()).map(|part| (part, None));
    };
    parts.iter_mut().find_map(|part| {
        let at = part.indexes.iter().position(|known| *known == entry)?;
        Some((part, Some(at)))
    })
}

#[cfg(test)]
mod tests {
    use app_code::Owner;
    use source_text::Place;
    use taint::{Analysis, DynamicCall};

    use super::parts;

    #[test]
    fn a_module_of_two_applications_is_judged_for_each() {
        let owner = |app, function: &str| Owner { app, function: function.into() };
        let owners = [owner(0, "A"), owner(1, "A"), owner(0, "B")];
        let reads = vec![(0, "a".to_owned()), (1, "b".to_owned()), (2, "c".to_owned())];
        let parts = parts(&owners, Analysis { reads, ..Analysis::default() });
        let shown: Vec<_> = parts
            .iter()
            .map(|part| (part.app, part.entries.join("+"), part.analysis.reads.len()))
            .collect();
        assert_eq!(
            shown,
            [
                (Some(0), "A+B".to_owned(), 2),
                (Some(1), "A".to_owned(), 1),
                (None, String::new(), 0)
            ]
        );
    }

    #[test]
    fn calls_of_services_come_to_the_application_of_their_entry_point() {
        let owner = |app, function: &str| Owner { app, function: function.into() };
        let owners = [owner(0, "A"), owner(1, "B")];
        let call = |entry| DynamicCall {
            place: Place::default(),
            entry,
            within: "".into(),
            service: None,
            reason: "".into(),
        };
        let dynamic_calls = vec![call(Some(1)), call(None), call(Some(0)), call(Some(1))];
        let analysis = Analysis { dynamic_calls, unfinished: vec![1], ..Analysis::default() };
        let shown: Vec<_> = parts(&owners, analysis)
            .iter()
            .map(|part| {
                (part.app, part.analysis.dynamic_calls.len(), part.analysis.unfinished.len())
            })
            .collect();
        assert_eq!(shown, [(Some(0), 1, 0), (Some(1), 2, 1), (None, 1, 0)]);
    }
}
