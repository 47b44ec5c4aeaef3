//! SAS-8.18 `unbounded-step-loop`: a state machine repeats a step without pause or end.

use std::collections::HashMap;

use app_model::{Application, Details, Resource, State, StateMachine, When};
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 18 },
        name: "unbounded-step-loop",
        summary: "A state machine repeats a step without pause or end",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[834, 770],
        since: "0.1.0",
        docs: include_str!("unbounded_step_loop.md"),
    },
    check: Check::Application(check),
};

/// Retries above which a step is not tried but hammered.
const MANY: i64 = 20;

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in &app.resources {
        let Details::StateMachine(machine) = &resource.details else { continue };
        findings.extend(machine.states.iter().filter_map(|state| retries(resource, state)));
        findings.extend(polling(resource, machine));
    }
    findings
}

fn retries(resource: &Resource, state: &State) -> Option<Finding> {
    let (attempts, (when, times)) = state
        .retry_attempts
        .iter()
        .find_map(|attempts| Some((attempts, attempts.value.find(|times| *times > MANY)?)))?;
    let message = format!(
        "the step `{}` of `{}` is tried again up to {times} times: a failure that lasts is paid \
         for as often, in every execution",
        state.name, resource.name
    );
    let found = of(resource, state, message).under(when);
    Some(Finding { place: attempts.place, ..found }.fix("Lower `MaxAttempts` to 20 or less"))
}

/// A choice that leads back to itself without a pause on the way.
fn polling(resource: &Resource, machine: &StateMachine) -> Option<Finding> {
    let by_name: HashMap<&str, &State> =
        machine.states.iter().map(|state| (state.name.as_str(), state)).collect();
    let choice = machine
        .states
        .iter()
        .filter(|state| state.kind == "Choice")
        .take(MOST_CHOICES)
        .find(|choice| comes_back(choice, &by_name))?;
    let message = format!(
        "the choice `{}` of `{}` leads back to itself without a `Wait`: as long as it does not \
         come true, the steps between run as fast as they can",
        choice.name, resource.name
    );
    let found = of(resource, choice, message).confidence(Confidence::Low).under(&When::ALWAYS);
    Some(found.fix("Put a `Wait` into the loop and count its rounds"))
}

/// Choices of one machine that are followed, so that a hostile definition costs no more.
const MOST_CHOICES: usize = 100;

/// Whether a way leads from a choice back to it over steps that call something and do not wait.
fn comes_back(choice: &State, by_name: &HashMap<&str, &State>) -> bool {
    let mut open: Vec<(&str, bool)> =
        choice.next.iter().map(|name| (name.as_str(), false)).collect();
    let mut seen: HashMap<&str, bool> = HashMap::new();
    while let Some((name, has_called)) = open.pop() {
        if name == choice.name {
            if has_called {
                return true;
            }
            continue;
        }
        let Some(state) = by_name.get(name).filter(|state| state.kind != "Wait") else { continue };
        let has_called = has_called || state.kind == "Task";
        if seen.get(name).is_some_and(|before| *before || !has_called) {
            continue;
        }
        seen.insert(name, has_called);
        open.extend(state.next.iter().map(|next| (next.as_str(), has_called)));
    }
    false
}

fn of(resource: &Resource, state: &State, message: String) -> Finding {
    RULE.info
        .finding(state.place, message)
        .resource(&resource.name)
        .property(state.name.as_str())
        .when(resource.when.words())
}
