//! Each flaw is told once, however many functions run the code that has it.

use std::collections::{BTreeSet, HashMap};

use app_code::Owner;
use app_model::Application;
use source_text::{Place, SmolStr};
use taint::{Analysis, Flow, Remark};

/// Functions that have what stands at a place, beside the one that it is told of.
pub(super) type Shared = HashMap<Place, BTreeSet<(usize, SmolStr)>>;

/// Puts the analyses of all modules together. Of equal flows and remarks the worst stays: the one
/// that is trusted least, then the one of a function, then of the function that is reached easiest,
/// then of the first.
pub(super) fn together(
    apps: &[&Application],
    owners: &[Owner],
    analyses: Vec<Analysis>,
) -> (Analysis, Shared) {
    let mut whole = Analysis::default();
    let mut shared = Shared::new();
    let mut note = |place: Place, entry: Option<usize>| {
        if let Some(owner) = entry.and_then(|entry| owners.get(entry)) {
            let names = shared.entry(place).or_default();
            names.insert((owner.app, owner.function.clone()));
        }
    };
    let mut flows: HashMap<_, Flow> = HashMap::new();
    let mut remarks: HashMap<_, Remark> = HashMap::new();
    for analysis in analyses {
        for flow in analysis.flows {
            note(flow.place, flow.entry);
            let key = (flow.place, flow.kind, flow.sink.clone());
            let rank = |flow: &Flow| (flow.trust, rank(apps, owners, flow.entry), !flow.is_guess);
            match flows.get(&key) {
                Some(known) if rank(known) >= rank(&flow) => {}
                _ => {
                    flows.insert(key, flow);
                }
            }
        }
        for remark in analysis.remarks {
            note(remark.place, remark.entry);
            let key = (remark.place, remark.check.clone());
            match remarks.get(&key) {
                Some(known)
                    if rank(apps, owners, known.entry) >= rank(apps, owners, remark.entry) => {}
                _ => {
                    remarks.insert(key, remark);
                }
            }
        }
        whole.sent.extend(analysis.sent);
        whole.reads.extend(analysis.reads);
        whole.unfinished.extend(analysis.unfinished);
    }
    whole.flows = flows.into_values().collect();
    whole.flows.sort_by(|a, b| (a.place, a.kind, &a.sink).cmp(&(b.place, b.kind, &b.sink)));
    whole.remarks = remarks.into_values().collect();
    whole.remarks.sort_by(|a, b| (a.place, &a.check).cmp(&(b.place, &b.check)));
    (whole, shared)
}

/// How easily an entry point is reached; larger is worse.
fn rank(
    apps: &[&Application],
    owners: &[Owner],
    entry: Option<usize>,
) -> (bool, app_model::Exposure, bool, std::cmp::Reverse<usize>) {
    let owner = entry.and_then(|entry| owners.get(entry));
    let reach = owner.and_then(|owner| apps.get(owner.app)?.reach(&owner.function));
    (
        owner.is_some(),
        reach.map(|reach| reach.exposure).unwrap_or_default(),
        reach.is_some_and(|reach| reach.unauthenticated),
        std::cmp::Reverse(entry.unwrap_or(usize::MAX)),
    )
}
