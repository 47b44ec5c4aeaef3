//! Each flaw is told once, however many functions run the code that has it.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap, hash_map},
    hash::Hash,
};

use app_code::Owner;
use app_model::{Application, Exposure};
use source_text::{Place, SmolStr};
use taint::{Analysis, Flow, Kind};

/// Functions that run what stands at a place.
pub(super) type Runners = HashMap<Place, BTreeSet<(usize, SmolStr)>>;

/// Takes out of the analyses what another one tells worse. Of equal flows, remarks and messages one
/// stays: the one that is trusted least, then that of a function, then of the function that is
/// reached easiest, then the first.
pub(super) fn tell_once(
    apps: &[&Application],
    owners: &[Owner],
    analyses: &mut [Analysis],
) -> Runners {
    let runners = runners(owners, analyses);
    let rank = |entry| rank(apps, owners, entry);
    keep_worst(
        analyses,
        |analysis| &mut analysis.flows,
        |flow| (place_of(flow), flow.kind, name_of(flow)),
        |flow| (flow.trust, !flow.is_guess, rank(flow.entry)),
    );
    keep_worst(
        analyses,
        |analysis| &mut analysis.remarks,
        |remark| (remark.place, remark.check.clone()),
        |remark| rank(remark.entry),
    );
    keep_worst(
        analyses,
        |analysis| &mut analysis.sent,
        |sent| {
            let place = sent.hops.last().map(|(place, _)| *place);
            (place, sent.service.clone(), sent.at.clone(), sent.fields.clone())
        },
        |sent| (sent.trust, rank(sent.entry)),
    );
    runners
}

/// Where a flow is told: what gets out does so once in a line, whichever of its calls is looked at.
fn place_of(flow: &Flow) -> Place {
    if is_told(flow.kind) {
        Place { column: 0, end_line: 0, end_column: 0, ..flow.place }
    } else {
        flow.place
    }
}

fn name_of(flow: &Flow) -> String {
    if is_told(flow.kind) { String::new() } else { flow.sink.clone() }
}

/// Whether a kind is a thing that must not get out.
fn is_told(kind: Kind) -> bool {
    matches!(kind, Kind::Secret | Kind::Error | Kind::Personal | Kind::Event | Kind::Environment)
}

/// Keeps of all items with the same key the one of the highest rank, the first of equals.
fn keep_worst<T, K: Hash + Eq, R: Ord>(
    analyses: &mut [Analysis],
    list: impl Fn(&mut Analysis) -> &mut Vec<T>,
    key: impl Fn(&T) -> K,
    rank: impl Fn(&T) -> R,
) {
    let mut worst: HashMap<K, (R, usize)> = HashMap::new();
    let mut number = 0;
    for analysis in analyses.iter_mut() {
        for item in list(analysis).iter() {
            let found = (rank(item), number);
            number += 1;
            match worst.entry(key(item)) {
                hash_map::Entry::Occupied(mut known) if known.get().0 < found.0 => {
                    known.insert(found);
                }
                hash_map::Entry::Occupied(_) => {}
                hash_map::Entry::Vacant(place) => {
                    place.insert(found);
                }
            }
        }
    }
    let kept: BTreeSet<usize> = worst.into_values().map(|(_, number)| number).collect();
    number = 0;
    for analysis in analyses {
        list(analysis).retain(|_| {
            number += 1;
            kept.contains(&(number - 1))
        });
    }
}

fn runners(owners: &[Owner], analyses: &[Analysis]) -> Runners {
    let mut runners = Runners::new();
    for analysis in analyses {
        let flows = analysis.flows.iter().map(|flow| (flow.place, flow.entry));
        let remarks = analysis.remarks.iter().map(|remark| (remark.place, remark.entry));
        let sent = analysis.sent.iter();
        let sent = sent.filter_map(|sent| Some((sent.hops.last()?.0, sent.entry)));
        for (place, entry) in flows.chain(remarks).chain(sent) {
            if let Some(owner) = entry.and_then(|entry| owners.get(entry)) {
                let functions = runners.entry(place).or_default();
                functions.insert((owner.app, owner.function.clone()));
            }
        }
    }
    runners
}

/// How easily an entry point is reached; larger is worse.
fn rank(
    apps: &[&Application],
    owners: &[Owner],
    entry: Option<usize>,
) -> (bool, Exposure, bool, Reverse<usize>) {
    let owner = entry.and_then(|entry| owners.get(entry));
    let reach = owner.and_then(|owner| apps.get(owner.app)?.reach(&owner.function));
    (
        owner.is_some(),
        reach.map(|reach| reach.exposure).unwrap_or_default(),
        reach.is_some_and(|reach| reach.unauthenticated),
        Reverse(entry.unwrap_or(usize::MAX)),
    )
}

#[cfg(test)]
mod tests {
    use app_code::Owner;
    use app_model::Application;
    use source_text::Place;
    use taint::{Analysis, Remark};

    use super::tell_once;

    fn remark(line: u32, entry: Option<usize>) -> Analysis {
        let place = Place { line, ..Place::default() };
        let remark = Remark { check: "weak-hash".into(), place, entry, ..blank() };
        Analysis { remarks: vec![remark], ..Analysis::default() }
    }

    fn blank() -> Remark {
        Remark {
            check: "".into(),
            place: Place::default(),
            subject: String::new(),
            detail: "".into(),
            entry: None,
            within: "".into(),
            name: "".into(),
            hops: Vec::new(),
        }
    }

    #[test]
    fn a_flaw_of_shared_code_is_told_of_the_first_function() {
        let owners = ["A", "B"].map(|function| Owner { app: 0, function: function.into() });
        let mut analyses =
            [remark(3, None), remark(3, Some(1)), remark(3, Some(0)), remark(4, None)];
        let runners = tell_once(&[&Application::default()], &owners, &mut analyses);
        let told: Vec<Vec<Option<usize>>> =
            analyses.iter().map(|it| it.remarks.iter().map(|it| it.entry).collect()).collect();
        assert_eq!(told, [vec![], vec![], vec![Some(0)], vec![None]]);
        let place = Place { line: 3, ..Place::default() };
        let functions: Vec<&str> = runners[&place].iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(functions, ["A", "B"]);
    }
}
