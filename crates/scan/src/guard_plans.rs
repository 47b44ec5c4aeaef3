//! The settings that the guard of each function of a scan should enforce.

use least_privilege::Names;
use settings_plan::{Asked, CodeFacts, Plan, plan};

use crate::{Outcome, Request, privileges::deployment};

/// Plans of the functions of one template.
#[derive(Debug)]
pub struct PlansOf {
    /// Path of the template, as shown.
    pub template: String,
    /// Of each function, in the order of the template.
    pub plans: Vec<Plan>,
}

/// The plans of every function of the applications that a scan kept.
#[must_use]
pub fn plans_of(outcome: &Outcome, request: &Request, asked: &Asked) -> Vec<PlansOf> {
    let deployment = deployment(request);
    let applications = outcome.applications.iter().zip(&outcome.code);
    let plans = applications.map(|(app, view)| {
        let names = Names::new(app, &deployment);
        let plans = app.functions.iter().map(|function| {
            let calls = view.calls.get(&function.name);
            let guard = view.guard.get(&function.name);
            let facts = calls.zip(guard).map(|(calls, guard)| CodeFacts {
                sinks: &guard.sinks,
                calls: &calls.calls,
                checks: Some(&guard.checks),
                literals: &guard.literals,
                is_whole: view.whole.contains(&function.name) && !calls.is_cut,
                has_unknown_calls: !calls.dynamic_calls.is_empty(),
                starts_programs: guard.starts_programs,
            });
            plan(&names, function, facts.as_ref(), asked)
        });
        PlansOf { template: outcome.sources.path(app.place.file), plans: plans.collect() }
    });
    plans.collect()
}
