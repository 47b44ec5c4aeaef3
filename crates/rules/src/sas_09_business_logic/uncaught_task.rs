//! SAS-9.4 `uncaught-task`: a task of a workflow fails when others have done their work, and is
//! neither tried again nor made good.

use std::{
    collections::{HashMap, HashSet},
    iter::successors,
};

use app_model::{Application, Place, Resource, State, StateMachine, Task};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    deeds::{Abilities, Deeds},
    grants::list_of,
    kinds::state_machines,
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 9, rule: 4 },
        name: "uncaught-task",
        summary: "A task of a workflow has neither `Catch` nor `Retry`",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[755, 841],
        since: "0.1.0",
        docs: include_str!("uncaught_task.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut abilities = Abilities::of(app);
    state_machines(app)
        .filter_map(|(resource, machine)| finding(&mut abilities, resource, machine))
        .collect()
}

fn finding(
    abilities: &mut Abilities<'_>,
    resource: &Resource,
    machine: &StateMachine,
) -> Option<Finding> {
    if machine.kind.as_ref().is_some_and(|kind| kind.value.may_be("EXPRESS")) {
        return None;
    }
    let flow = Flow::of(abilities, machine);
    let mut uncaught: Vec<(Place, &Task)> = machine
        .tasks
        .iter()
        .filter(|task| !task.has_catch && !task.has_retry && flow.breaks_off(&task.name))
        .map(|task| (flow.place(task), task))
        .collect();
    uncaught.sort_by_key(|(place, _)| *place);
    let (place, _) = uncaught.first()?;
    let names: Vec<String> = uncaught.iter().map(|(_, task)| task.name.to_string()).collect();
    let message = format!(
        "a failure of {} ends the workflow `{}` half-way: what earlier steps did is not undone",
        list_of(&names),
        resource.name
    );
    Some(
        RULE.info
            .finding(*place, message)
            .resource(&resource.name)
            .property("States")
            .under(&resource.when)
            .fix("Add `Retry` for passing faults and `Catch` with a step that makes good"),
    )
}

/// States nested deeper than this are followed no further; of a state in one of its own name there
/// is no end.
const MAX_DEPTH: usize = 16;

/// The order of the steps of a workflow, and which of them do something.
struct Flow<'a> {
    states: HashMap<&'a str, &'a State>,
    /// Steps before which something was done.
    after_deed: HashSet<&'a str>,
    /// Steps that do something, or after which something is done.
    before_deed: HashSet<&'a str>,
}

impl<'a> Flow<'a> {
    fn of(abilities: &mut Abilities<'_>, machine: &'a StateMachine) -> Self {
        let states: HashMap<&str, &State> =
            machine.states.iter().map(|state| (state.name.as_str(), state)).collect();
        let mut follow: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut precede: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut draw = |from: &'a str, to: &'a str| {
            follow.entry(from).or_default().push(to);
            precede.entry(to).or_default().push(from);
        };
        for state in &machine.states {
            if let Some(parent) = &state.parent {
                draw(parent, &state.name);
            }
            // What follows a map or parallel state follows all steps in it.
            let around = successors(Some(state), |inner| {
                states.get(inner.parent.as_ref()?.as_str()).copied()
            });
            for outer in around.take(MAX_DEPTH) {
                outer.next.iter().for_each(|next| draw(&state.name, next));
            }
        }
        let deeds: Vec<&str> = machine
            .tasks
            .iter()
            .filter(|task| abilities.of_task(task) == Deeds::Acts)
            .map(|task| task.name.as_str())
            .collect();
        let after_deed = reached(&deeds, &follow);
        let mut before_deed = reached(&deeds, &precede);
        before_deed.extend(deeds);
        Self { states, after_deed, before_deed }
    }

    /// Whether a failure of a step leaves something done and something undone.
    fn breaks_off(&self, step: &str) -> bool {
        self.after_deed.contains(step) && self.before_deed.contains(step)
    }

    /// Where the name of a task's state is written.
    fn place(&self, task: &Task) -> Place {
        self.states.get(task.name.as_str()).map_or(task.place, |state| state.place)
    }
}

/// The steps that lie behind `starts` along `edges`.
fn reached<'a>(starts: &[&'a str], edges: &HashMap<&'a str, Vec<&'a str>>) -> HashSet<&'a str> {
    let mut open = starts.to_vec();
    let mut found = HashSet::new();
    while let Some(step) = open.pop() {
        for next in edges.get(step).into_iter().flatten() {
            if found.insert(*next) {
                open.push(next);
            }
        }
    }
    found
}
