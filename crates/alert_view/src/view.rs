//! What is shown, and what changes it.

use std::collections::{BTreeMap, VecDeque};

use alert_form::Alert;
use sigma::Severity;

use crate::functions::{FunctionLine, Functions};

/// Alerts that are kept; the oldest go first.
const MOST_ALERTS: usize = 10_000;
/// Incidents that are kept; those that were quiet longest go first.
const MOST_INCIDENTS: usize = 2_000;
/// Minutes of which rates are kept.
pub(crate) const MINUTES: usize = 120;
/// Longest filter, in characters.
const LONGEST_FILTER: usize = 200;
/// Alerts that a page is.
const PAGE: usize = 10;

const LEVELS: [Severity; 5] =
    [Severity::Informational, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

/// A key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A character.
    Character(char),
    /// The arrow.
    Up,
    /// The arrow.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the first.
    Home,
    /// To the last.
    End,
    /// To the next pane.
    Tab,
    /// Opens and closes the details.
    Enter,
    /// Back.
    Escape,
    /// Takes the last character of a filter.
    Backspace,
}

/// What a key asks of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing.
    Stay,
    /// To end.
    Quit,
}

/// Which list keys move in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    /// Alerts, newest first.
    #[default]
    Alerts,
    /// Incidents, the one with the last alert first.
    Incidents,
    /// Functions, the one with the most alerts first.
    Functions,
}

/// Alerts of one incident.
#[derive(Clone, Debug)]
pub(crate) struct IncidentLine {
    pub(crate) id: String,
    pub(crate) level: Severity,
    pub(crate) alerts: u64,
    pub(crate) actor: String,
    /// Number of its last alert.
    pub(crate) last: u64,
    pub(crate) last_time: String,
}

/// Everything that is shown.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Oldest first.
    alerts: VecDeque<Alert>,
    /// Number of the first of them.
    first: u64,
    incidents: BTreeMap<String, IncidentLine>,
    functions: Functions,
    /// Alerts by minute since 1970.
    minutes: BTreeMap<i64, u64>,
    pub(crate) pane: Pane,
    /// Of each pane, the line that is chosen, from the top.
    chosen: [usize; 3],
    pub(crate) has_details: bool,
    pub(crate) filter: String,
    pub(crate) is_typing: bool,
    /// Alerts from this level on are shown.
    pub(crate) level: usize,
    /// What stands in the last line.
    pub(crate) status: String,
}

impl View {
    /// A view of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes an alert in. Who looks at an older one goes on looking at it.
    pub fn add(&mut self, alert: Alert) {
        if let Some(time) = alert.moment() {
            *self.minutes.entry(time.div_euclid(60)).or_default() += 1;
            while self.minutes.len() > MINUTES {
                self.minutes.pop_first();
            }
        }
        let number = self.first + self.alerts.len() as u64;
        self.functions.add(&alert);
        self.add_to_incident(&alert, number);
        let is_shown = self.shows(&alert);
        self.alerts.push_back(alert);
        if self.alerts.len() > MOST_ALERTS {
            self.alerts.pop_front();
            self.first += 1;
        }
        if let [chosen, ..] = &mut self.chosen
            && is_shown
            && *chosen > 0
        {
            *chosen += 1;
        }
    }

    fn add_to_incident(&mut self, alert: &Alert, number: u64) {
        let Some(id) = &alert.incident else { return };
        if !self.incidents.contains_key(id) && self.incidents.len() >= MOST_INCIDENTS {
            let oldest = self.incidents.values().min_by_key(|it| it.last).map(|it| it.id.clone());
            self.incidents.remove(&oldest.unwrap_or_default());
        }
        let line = self.incidents.entry(id.clone()).or_insert_with(|| IncidentLine {
            id: id.clone(),
            level: alert.level,
            alerts: 0,
            actor: alert.actor.clone().unwrap_or_default(),
            last: number,
            last_time: String::new(),
        });
        line.alerts += 1;
        line.level = line.level.max(alert.level);
        line.last = number;
        line.last_time = alert.time.clone().unwrap_or_default();
    }

    /// What stands in the last line besides the keys.
    pub fn say(&mut self, status: impl Into<String>) {
        self.status = status.into();
    }

    /// Takes a key.
    pub fn press(&mut self, key: Key) -> Outcome {
        if self.is_typing {
            self.press_in_filter(key);
            return Outcome::Stay;
        }
        match key {
            Key::Character('q') => return Outcome::Quit,
            Key::Character('j') | Key::Down => self.step(1),
            Key::Character('k') | Key::Up => self.step(-1),
            Key::PageDown => self.step(PAGE.cast_signed()),
            Key::PageUp => self.step(-PAGE.cast_signed()),
            Key::Character('g') | Key::Home => self.choose(0),
            Key::Character('G') | Key::End => self.choose(usize::MAX),
            Key::Enter => self.has_details = !self.has_details,
            Key::Tab => self.turn(),
            Key::Character('/') => self.is_typing = true,
            Key::Character('l') => {
                self.level = (self.level + 1) % LEVELS.len();
                self.choose(0);
            }
            Key::Escape if self.has_details => self.has_details = false,
            Key::Escape => {
                self.filter.clear();
                self.choose(0);
            }
            _ => {}
        }
        Outcome::Stay
    }

    fn press_in_filter(&mut self, key: Key) {
        match key {
            Key::Character(character)
                if !character.is_control() && self.filter.chars().count() < LONGEST_FILTER =>
            {
                self.filter.push(character);
            }
            Key::Backspace => {
                self.filter.pop();
            }
            Key::Enter => self.is_typing = false,
            Key::Escape => {
                self.filter.clear();
                self.is_typing = false;
            }
            _ => {}
        }
        self.chosen = [0; 3];
    }

    fn turn(&mut self) {
        self.pane = match self.pane {
            Pane::Alerts => Pane::Incidents,
            Pane::Incidents => Pane::Functions,
            Pane::Functions => Pane::Alerts,
        };
    }

    fn step(&mut self, by: isize) {
        let at = self.chosen();
        self.choose(at.saturating_add_signed(by));
    }

    fn choose(&mut self, at: usize) {
        let count = match self.pane {
            Pane::Alerts => self.shown().count(),
            Pane::Incidents => self.incidents.len(),
            Pane::Functions => self.functions.len(),
        };
        if let Some(chosen) = self.chosen.get_mut(self.pane as usize) {
            *chosen = at.min(count.saturating_sub(1));
        }
    }

    /// The line that is chosen in the pane of the keys.
    pub(crate) fn chosen(&self) -> usize {
        self.chosen_in(self.pane)
    }

    pub(crate) fn chosen_in(&self, pane: Pane) -> usize {
        self.chosen.get(pane as usize).copied().unwrap_or_default()
    }

    /// The lowest level that is shown.
    pub(crate) fn lowest(&self) -> Severity {
        LEVELS.get(self.level).copied().unwrap_or(Severity::Informational)
    }

    fn shows(&self, alert: &Alert) -> bool {
        alert.level >= self.lowest() && (self.filter.is_empty() || self.matches(alert))
    }

    /// Whether every word of the filter stands somewhere in the alert, in any case.
    fn matches(&self, alert: &Alert) -> bool {
        let texts = [
            &alert.actor,
            &alert.account,
            &alert.region,
            &alert.function,
            &alert.incident,
            &alert.explanation,
            &alert.event_id,
        ];
        let texts =
            texts.into_iter().flatten().chain([&alert.rule, &alert.event_name, &alert.rule_id]);
        let all = texts.map(|it| it.to_lowercase()).collect::<Vec<_>>().join("\n");
        self.filter.to_lowercase().split_whitespace().all(|word| all.contains(word))
    }

    /// Alerts that are shown, newest first.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &Alert> {
        self.alerts.iter().rev().filter(|it| self.shows(it))
    }

    /// Number of alerts that are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.alerts.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.alerts.is_empty()
    }

    /// The one with the last alert first.
    pub(crate) fn incidents(&self) -> Vec<&IncidentLine> {
        let mut all: Vec<_> = self.incidents.values().collect();
        all.sort_by_key(|it| std::cmp::Reverse(it.last));
        all
    }

    /// The one with the most alerts first.
    pub(crate) fn functions(&self) -> Vec<&FunctionLine> {
        self.functions.sorted()
    }

    /// Alerts of the last minutes up to the latest, oldest first.
    pub(crate) fn rates(&self, count: usize) -> Vec<u64> {
        let Some((latest, _)) = self.minutes.last_key_value() else { return Vec::new() };
        let count = i64::try_from(count.min(MINUTES)).unwrap_or(0);
        let from = latest.saturating_sub(count) + 1;
        (from..=*latest).map(|it| self.minutes.get(&it).copied().unwrap_or(0)).collect()
    }
}

#[cfg(test)]
mod tests {
    use alert_form::Alert;

    use super::{Key, Outcome, View};

    fn alert(id: u32, level: &str) -> Alert {
        let line = format!(
            r#"{{"rule_id":"r","rule":"Rule {id}","level":"{level}","time":"2026-01-31T10:00:00Z","actor":"ana","event_name":"Invoke","function":"orders","incident":"inc-{}"}}"#,
            id % 2
        );
        Alert::parse(line.as_bytes()).unwrap()
    }

    fn shown(view: &View) -> Vec<String> {
        view.shown().map(|it| it.rule.clone()).collect()
    }

    #[test]
    fn the_newest_stands_first_and_levels_and_filters_hide() {
        let mut view = View::new();
        view.add(alert(1, "low"));
        view.add(alert(2, "high"));
        assert_eq!(shown(&view), ["Rule 2", "Rule 1"]);
        for _ in 0..3 {
            view.press(Key::Character('l'));
        }
        assert_eq!(shown(&view), ["Rule 2"]);
        view.press(Key::Character('l'));
        view.press(Key::Character('l'));
        view.press(Key::Character('/'));
        for character in "RULE 1q".chars() {
            assert_eq!(view.press(Key::Character(character)), Outcome::Stay);
        }
        view.press(Key::Backspace);
        view.press(Key::Enter);
        assert_eq!(shown(&view), ["Rule 1"]);
        view.press(Key::Escape);
        assert_eq!(shown(&view).len(), 2);
        assert_eq!(view.press(Key::Character('q')), Outcome::Quit);
    }

    #[test]
    fn who_looks_at_an_alert_goes_on_looking_at_it() {
        let mut view = View::new();
        view.add(alert(1, "low"));
        view.add(alert(2, "low"));
        view.press(Key::Down);
        view.add(alert(3, "low"));
        assert_eq!(view.shown().nth(view.chosen()).unwrap().rule, "Rule 1");
        view.press(Key::Home);
        view.add(alert(4, "low"));
        assert_eq!(
            view.shown().nth(view.chosen()).unwrap().rule,
            "Rule 4",
            "the first stays first"
        );
        view.press(Key::PageDown);
        assert_eq!(view.chosen(), 3);
    }

    #[test]
    fn incidents_and_functions_are_counted() {
        let mut view = View::new();
        (0..5).for_each(|it| view.add(alert(it, "low")));
        let incidents: Vec<_> =
            view.incidents().iter().map(|it| (it.id.clone(), it.alerts)).collect();
        assert_eq!(incidents, [("inc-0".to_owned(), 3), ("inc-1".to_owned(), 2)]);
        assert_eq!(view.functions()[0].alerts, 5);
        assert_eq!(view.rates(3), [0, 0, 5]);
    }
}
