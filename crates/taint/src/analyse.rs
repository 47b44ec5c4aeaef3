//! The analysis of a whole program.

use std::collections::BTreeMap;

use code_ir::SmolStr;
use code_program::{ModuleId, Program};
use taint_models::ModelSet;

use crate::{
    engine::{EntryRun, analyse_module},
    flow::Analysis,
    literals,
};

/// The symbol of a file whose decorators or calls register what is called.
pub const REGISTERED: &str = "*";

/// An entry point that a template names.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The file.
    pub module: ModuleId,
    /// Dotted name in it: `handler`, `Function.FunctionHandler`; [`REGISTERED`] where the file itself
    /// tells a framework what is called.
    pub symbol: SmolStr,
    /// Words of its triggers: `rest-api`, `sqs`; those that no model knows count as `direct`.
    pub events: Vec<SmolStr>,
}

/// Analyses one module with its entry points; their indexes are those in `entries`.
#[must_use]
pub fn analyse(
    program: &Program,
    models: &ModelSet,
    module: ModuleId,
    entries: &[(usize, &Entry)],
) -> Analysis {
    let Some(tree) = program.module(module) else { return Analysis::default() };
    let Some(models) = models.of(tree.language) else { return Analysis::default() };
    let runs: Vec<EntryRun> = entries
        .iter()
        .map(|(index, entry)| {
            let mut events: Vec<_> = entry
                .events
                .iter()
                .filter_map(|word| models.event(word).or_else(|| models.event("direct")))
                .collect();
            if events.is_empty() {
                events.extend(models.event("unknown"));
            }
            events.dedup();
            EntryRun { index: *index, symbol: entry.symbol.clone(), events }
        })
        .collect();
    let mut analysis = analyse_module(program, models, module, &runs);
    literals::collect(program, module, &mut analysis);
    literals::collect_libraries(program, module, &mut analysis);
    sort(&mut analysis);
    analysis
}

/// Orders by place, and keeps of several flows to one danger the one whose source is trusted least.
fn sort(analysis: &mut Analysis) {
    let mut best: BTreeMap<_, crate::Flow> = BTreeMap::new();
    for flow in analysis.flows.drain(..) {
        let key = (flow.place, flow.kind, flow.entry, flow.sink.clone());
        match best.get(&key) {
            Some(known) if known.trust >= flow.trust => {}
            _ => {
                best.insert(key, flow);
            }
        }
    }
    analysis.flows = best.into_values().collect();
    analysis.calls.sort_by_key(|call| (call.place, call.entry));
    analysis.dynamic_calls.sort_by_key(|call| (call.place, call.entry));
    analysis.remarks.sort_by(|a, b| (a.place, &a.check).cmp(&(b.place, &b.check)));
}
