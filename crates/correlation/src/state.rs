//! The state of one correlation, and what one more event does to it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sigma::{Correlation, CorrelationKind, Criterion, Figure, Wanted};

use crate::{
    correlator::Losses,
    groups::{Group, Seen},
    sketch::Sketch,
};

/// Windows of a rate that are remembered.
const MOST_WINDOWS: usize = 48;

/// Numbers of which a percentile is taken.
const MOST_NUMBERS: usize = 1_000;

/// Bounds on the state of one correlation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Groups and entries of them together.
    pub(crate) weight: usize,
    /// Entries of one group.
    pub(crate) entries: usize,
}

/// The state of one correlation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    groups: BTreeMap<String, Group>,
    weight: usize,
    /// Values of groups that had to be forgotten.
    sketch: Sketch,
}

/// One event, as a correlation sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step<'s> {
    pub(crate) time: i64,
    pub(crate) id: Option<&'s str>,
    /// Which of the correlation's rules matched, by position.
    pub(crate) position: usize,
    pub(crate) group: &'s str,
    pub(crate) value: Option<&'s str>,
}

/// Why an alert is given: in words, with the ids of the last events.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fired {
    pub(crate) explanation: String,
    pub(crate) ids: Vec<String>,
}

impl State {
    /// Takes an event in, and tells why an alert is to be given, if one is.
    pub(crate) fn step(
        &mut self,
        correlation: &Correlation,
        step: Step<'_>,
        bounds: Bounds,
        losses: &mut Losses,
    ) -> Option<Fired> {
        let span = correlation.timespan_s.max(1);
        self.sketch.turn(step.time.div_euclid(span));
        let is_new = !self.groups.contains_key(step.group);
        let sketch = &self.sketch;
        let group =
            self.groups.entry(step.group.to_owned()).or_insert_with(|| Group::new(step.time));
        let before = if is_new { 0 } else { group.weight() };
        group.note(step.time, step.id);
        let said = rule(correlation, group, step, bounds, sketch, losses);
        let fired =
            said.map(|explanation| Fired { explanation, ids: group.ids.iter().cloned().collect() });
        self.weight = self.weight.saturating_sub(before) + group.weight();
        if self.weight > bounds.weight {
            self.shrink(correlation, step.time, bounds, losses);
        }
        fired
    }

    /// Forgets groups that are over, and when that is not enough, those of the oldest events.
    fn shrink(&mut self, correlation: &Correlation, now: i64, bounds: Bounds, losses: &mut Losses) {
        let span = correlation.timespan_s;
        let keeps_long = matches!(correlation.kind, CorrelationKind::RateVsBaseline { .. });
        let oldest = now - if keeps_long { span.saturating_mul(4) } else { span };
        self.groups.retain(|_, group| {
            group.values.retain(|_, seen| seen.last >= oldest);
            group.last >= oldest
        });
        self.weigh();
        let wanted = bounds.weight / 4 * 3;
        if self.weight <= wanted {
            return;
        }
        let mut by_age: Vec<_> =
            self.groups.iter().map(|(name, group)| (group.last, name.clone())).collect();
        by_age.sort();
        for (_, name) in by_age {
            if self.weight <= wanted {
                break;
            }
            let Some(group) = self.groups.remove(&name) else { continue };
            losses.groups += 1;
            self.weight = self.weight.saturating_sub(group.weight());
            for (value, seen) in &group.values {
                let count = u16::try_from(seen.now + seen.before).unwrap_or(u16::MAX).max(1);
                self.sketch.add(&key(&name, value), count);
            }
        }
    }

    fn weigh(&mut self) {
        self.weight = self.groups.values().map(Group::weight).sum();
    }
}

fn key(group: &str, value: &str) -> String {
    format!("{group}\u{1e}{value}")
}

/// What the kind of correlation says of a group with one more event.
fn rule(
    correlation: &Correlation,
    group: &mut Group,
    step: Step<'_>,
    bounds: Bounds,
    sketch: &Sketch,
    losses: &mut Losses,
) -> Option<String> {
    let span = correlation.timespan_s.max(1);
    let from = step.time - span;
    let words = Words(span);
    match &correlation.kind {
        CorrelationKind::EventCount(criteria) => {
            losses.entries += u64::from(group.enter(step.time, 0.0, from, bounds.entries));
            let count = group.entries.len();
            let holds = holds(criteria, count_of(count));
            tell(group, step.time, span, holds).then(|| format!("{count} events within {words}"))
        }
        CorrelationKind::ValueCount { criteria, .. } => {
            let value = step.value?;
            seen(group, value, step.time, bounds, losses);
            group.values.retain(|_, seen| seen.last >= from);
            let count = group.values.len();
            let holds = holds(criteria, count_of(count));
            tell(group, step.time, span, holds)
                .then(|| format!("{count} different values within {words}"))
        }
        CorrelationKind::Figure { figure, criteria, .. } => {
            let number = step.value?.trim().parse().ok().filter(|it: &f64| it.is_finite())?;
            let most = bounds.entries.min(MOST_NUMBERS);
            losses.entries += u64::from(group.enter(step.time, number, from, most));
            let found = self::figure(*figure, group);
            let holds = holds(criteria, found);
            tell(group, step.time, span, holds)
                .then(|| format!("{found} over {} events within {words}", group.entries.len()))
        }
        CorrelationKind::Temporal { is_ordered, wanted } => {
            temporal(correlation, group, step, *is_ordered, wanted)
                .then(|| format!("events of the rules within {words}"))
        }
        CorrelationKind::FirstSeen { learn_s, .. } => {
            let value = step.value?;
            let known = group.values.get(value).is_some_and(|seen| seen.last >= from)
                || sketch.count(&key(step.group, value)) > 0;
            seen(group, value, step.time, bounds, losses);
            let has_learnt = step.time - group.first >= *learn_s;
            (!known && has_learnt).then(|| format!("`{}` not seen before in {words}", show(value)))
        }
        CorrelationKind::Rare { most, among, .. } => {
            let value = step.value?;
            turn(group, step.time.div_euclid(span));
            group.count += 1;
            let own = seen(group, value, step.time, bounds, losses);
            let count = own.now + own.before + sketch.count(&key(step.group, value));
            let all = group.count + group.before.back().copied().unwrap_or(0);
            (count <= *most && all >= *among)
                .then(|| format!("`{}` {count} times among {all} events", show(value)))
        }
        CorrelationKind::RateVsBaseline { factor, least, windows } => {
            rate(group, step.time.div_euclid(span), *factor, *least, *windows)
        }
    }
}

/// Begins the window of that number: what was counted becomes what was counted before.
fn turn(group: &mut Group, window: i64) {
    if group.window == 0 && group.count == 0 {
        group.window = window;
    }
    let passed = window - group.window;
    if passed <= 0 {
        return;
    }
    group.before.push_back(group.count);
    for _ in 1..passed.min(count_i64(MOST_WINDOWS)) {
        group.before.push_back(0);
    }
    while group.before.len() > MOST_WINDOWS {
        group.before.pop_front();
    }
    for seen in group.values.values_mut() {
        seen.before = if passed == 1 { seen.now } else { 0 };
        seen.now = 0;
    }
    (group.window, group.count) = (window, 0);
}

fn rate(group: &mut Group, window: i64, factor: f64, least: u64, windows: u64) -> Option<String> {
    if window < group.window {
        return None; // late: its window is over
    }
    turn(group, window);
    group.count += 1;
    let known = group.before.len();
    let sum: u64 = group.before.iter().sum();
    let mean = count_of(usize::try_from(sum).unwrap_or(usize::MAX)) / count_of(known.max(1));
    let now = count_of(usize::try_from(group.count).unwrap_or(usize::MAX));
    let holds = known as u64 >= windows && group.count >= least && now >= factor * mean;
    if !holds || group.told == Some(window) {
        return None;
    }
    group.told = Some(window);
    Some(format!("{} events against {mean:.1} in a window before", group.count))
}

fn temporal(
    correlation: &Correlation,
    group: &mut Group,
    step: Step<'_>,
    is_ordered: bool,
    wanted: &Wanted,
) -> bool {
    let from = step.time - correlation.timespan_s;
    group.rules.resize(correlation.rules.len(), (None, None));
    let chain = match step.position.checked_sub(1) {
        None => Some(step.time),
        Some(before) => {
            group.rules.get(before).and_then(|(_, chain)| chain.filter(|start| *start >= from))
        }
    };
    if let Some(own) = group.rules.get_mut(step.position) {
        own.0 = own.0.max(Some(step.time));
        own.1 = own.1.max(chain);
    }
    let within = |at: usize| {
        group.rules.get(at).and_then(|(last, _)| *last).is_some_and(|last| last >= from)
    };
    let matched = (0..group.rules.len()).filter(|at| within(*at)).count();
    let in_order = || {
        let last = group.rules.iter().map(|(last, _)| last.filter(|last| *last >= from));
        last.flatten().is_sorted()
    };
    let holds = match wanted {
        Wanted::Every if is_ordered => {
            let last = group.rules.last().and_then(|(_, chain)| *chain);
            step.position + 1 == group.rules.len() && last.is_some_and(|start| start >= from)
        }
        Wanted::Every => matched == group.rules.len(),
        Wanted::Count(criteria) => {
            holds(criteria, count_of(matched)) && (!is_ordered || in_order())
        }
        Wanted::Expression(expression) => expression.holds(&within) && (!is_ordered || in_order()),
    };
    if holds {
        group.rules.clear(); // the next alert needs events of its own
    }
    holds
}

/// Notes a value, and gives what is known of it.
fn seen(group: &mut Group, value: &str, time: i64, bounds: Bounds, losses: &mut Losses) -> Seen {
    if group.values.len() >= bounds.entries && !group.values.contains_key(value) {
        let oldest = group.values.iter().min_by_key(|(_, seen)| seen.last);
        if let Some(name) = oldest.map(|(name, _)| name.clone()) {
            group.values.remove(&name);
            losses.entries += 1;
        }
    }
    let own = group.values.entry(value.to_owned()).or_default();
    own.last = own.last.max(time);
    own.now += 1;
    *own
}

/// Whether to tell that a bound holds: not again while it goes on within the timespan.
fn tell(group: &mut Group, time: i64, span: i64, holds: bool) -> bool {
    if !holds {
        group.told = None;
        return false;
    }
    if group.told.is_some_and(|told| time - told <= span) {
        return false;
    }
    group.told = Some(time);
    true
}

fn figure(figure: Figure, group: &Group) -> f64 {
    let sum: f64 = group.entries.iter().map(|(_, number)| number).sum();
    match figure {
        Figure::Sum => sum,
        Figure::Mean => sum / count_of(group.entries.len().max(1)),
        Figure::Percentile(percent) => {
            let mut numbers: Vec<f64> = group.entries.iter().map(|(_, number)| *number).collect();
            numbers.sort_by(f64::total_cmp);
            let rank = (percent / 100.0 * count_of(numbers.len())).ceil().max(1.0);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a rank: positive, at most the number of numbers"
            )]
            let at = rank as usize - 1;
            numbers.get(at).or(numbers.last()).copied().unwrap_or(0.0)
        }
    }
}

fn holds(criteria: &[Criterion], number: f64) -> bool {
    criteria.iter().all(|it| it.order.holds(number, it.number))
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn count_of(count: usize) -> f64 {
    count as f64
}

fn count_i64(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A value of several fields, for people.
fn show(value: &str) -> String {
    value.replace('\u{1f}', ", ")
}

/// Seconds in words: `90s`, `5m`, `30d`.
struct Words(i64);

impl std::fmt::Display for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (unit, word) in [(86_400, "d"), (3_600, "h"), (60, "m")] {
            if self.0 % unit == 0 {
                return write!(f, "{}{word}", self.0 / unit);
            }
        }
        write!(f, "{}s", self.0)
    }
}
