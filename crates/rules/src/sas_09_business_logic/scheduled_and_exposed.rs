//! SAS-9.8 `scheduled-and-exposed`: anybody can start what was meant to run by the clock.

use app_model::{Application, Exposure, Function, Platform, Trigger, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 9, rule: 8 },
        name: "scheduled-and-exposed",
        summary: "Anybody can start a function that a schedule runs",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[841, 306],
        since: "0.1.0",
        docs: include_str!("scheduled_and_exposed.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.functions.iter().filter_map(|function| finding(app, function)).collect()
}

fn finding(app: &Application, function: &Function) -> Option<Finding> {
    // Each trigger of a function app starts a function of its own.
    if function.platform == Platform::Azure {
        return None;
    }
    let schedule = app
        .triggers_of(&function.name)
        .find(|trigger| trigger.kind == TriggerKind::Schedule && !keeps_warm(trigger))?;
    let (open, outside) = app
        .triggers_of(&function.name)
        .filter(|trigger| trigger.exposure == Exposure::Internet)
        .find_map(|trigger| Some((trigger.auth.open()?, trigger)))?;
    let way = outside.label()?;
    let message = format!(
        "`{}` runs by the schedule `{}`, but anybody on the internet can run it at any time \
         through {}",
        function.name,
        schedule.route.as_deref().unwrap_or_default(),
        match outside.kind {
            TriggerKind::FunctionUrl => "its function URL".to_owned(),
            _ => format!("`{way}`"),
        }
    );
    let when = function.when.and(&outside.when)?.and(open)?.and(&schedule.when)?;
    Some(
        RULE.info
            .finding(outside.place, message)
            .about(app, function, None)
            .property(way)
            .hop(schedule.place, "the schedule starts it here")
            .under(&when)
            .fix("Put the scheduled work into a function of its own, or authorize the route"),
    )
}

/// Whether a schedule only keeps instances warm: it runs every few minutes.
fn keeps_warm(trigger: &Trigger) -> bool {
    let Some(rate) = trigger.route.as_deref().and_then(|text| text.strip_prefix("rate(")) else {
        return false;
    };
    let mut words = rate.trim_end_matches(')').split_whitespace();
    let count = words.next().and_then(|count| count.parse::<u32>().ok());
    let unit = words.next().unwrap_or_default();
    count.is_some_and(|count| count <= 15) && unit.starts_with("minute")
}
