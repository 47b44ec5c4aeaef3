//! Alerts put together by actor and time.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};
use sigma::Severity;

/// An incident ends when its actor was quiet for so long.
const QUIET_S: i64 = 3_600;
/// An incident is never longer.
const LONGEST_S: i64 = 24 * 3_600;
/// Different techniques from which on an incident is worse than its worst alert.
const BROAD: usize = 4;
/// Entries that a timeline keeps; more are counted.
const ENTRIES: usize = 200;
/// Incidents that are kept; the oldest go first.
const INCIDENTS: usize = 10_000;

/// What a rule or a detector says of an event, as incidents need it.
#[derive(Clone, Copy, Debug)]
pub struct Signal<'a> {
    /// Seconds since 1970.
    pub time: i64,
    /// ARN of the role behind a session, else of the user, else the name of the service.
    pub actor: &'a str,
    /// Whose trail has the event.
    pub account: &'a str,
    /// UUID of the rule.
    pub rule_id: &'a str,
    /// Title of the rule.
    pub rule: &'a str,
    /// How critical.
    pub level: Severity,
    /// Tags of the rule, of which the techniques of ATT&CK are kept.
    pub tags: &'a [&'a str],
    /// `eventID`
    pub event_id: &'a str,
    /// `eventName`
    pub event_name: &'a str,
}

/// Names an incident: the same alerts give the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IncidentId(u64);

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "inc-{:016x}", self.0)
    }
}

/// Alerts of one actor that lie close together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// Its name.
    pub id: IncidentId,
    /// Who.
    pub actor: String,
    /// Accounts in whose trails it stands.
    pub accounts: BTreeSet<String>,
    /// The first event, in seconds since 1970.
    pub first: i64,
    /// The last event.
    pub last: i64,
    /// Techniques of ATT&CK, as `T1078.004`.
    pub techniques: BTreeSet<String>,
    /// Number of alerts.
    pub alerts: u64,
    /// Alerts in the order of their time: the first ones.
    pub timeline: Vec<Entry>,
    worst: u8,
}

/// One alert of a timeline; the same rule on following events of one name is one entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// Of the first event.
    pub time: i64,
    /// Title of the rule.
    pub rule: String,
    /// Its id.
    pub rule_id: String,
    /// Level, as a word.
    pub level: String,
    /// Of the first event.
    pub event_id: String,
    /// `eventName`
    pub event_name: String,
    /// Events.
    pub count: u64,
}

const LEVELS: [Severity; 5] =
    [Severity::Informational, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

impl Incident {
    /// How critical it is: as its worst alert, and one more when it spreads over many techniques.
    #[must_use]
    pub fn level(&self) -> Severity {
        let broad = u8::from(self.techniques.len() >= BROAD && self.worst >= 2);
        let at = usize::from(self.worst.saturating_add(broad));
        LEVELS.get(at).copied().unwrap_or(Severity::Critical)
    }

    fn takes(&self, time: i64) -> bool {
        let first = self.first.min(time);
        let last = self.last.max(time);
        time >= self.first.saturating_sub(QUIET_S)
            && time <= self.last.saturating_add(QUIET_S)
            && last.saturating_sub(first) <= LONGEST_S
    }

    fn add(&mut self, signal: &Signal<'_>) {
        self.first = self.first.min(signal.time);
        self.last = self.last.max(signal.time);
        self.alerts = self.alerts.saturating_add(1);
        self.worst = self.worst.max(rank(signal.level));
        if self.accounts.len() < 64 {
            self.accounts.insert(signal.account.to_owned());
        }
        for tag in signal.tags {
            if let Some(technique) = technique(tag)
                && self.techniques.len() < 64
            {
                self.techniques.insert(technique);
            }
        }
        if let Some(last) = self.timeline.last_mut()
            && last.rule_id == signal.rule_id
            && last.event_name == signal.event_name
            && last.time <= signal.time
        {
            last.count = last.count.saturating_add(1);
            return;
        }
        if self.timeline.len() >= ENTRIES {
            return;
        }
        let entry = Entry {
            time: signal.time,
            rule: signal.rule.to_owned(),
            rule_id: signal.rule_id.to_owned(),
            level: signal.level.word().to_owned(),
            event_id: signal.event_id.to_owned(),
            event_name: signal.event_name.to_owned(),
            count: 1,
        };
        // Events come late and out of order.
        let at = self.timeline.partition_point(|it| it.time <= entry.time);
        self.timeline.insert(at, entry);
    }
}

fn rank(level: Severity) -> u8 {
    LEVELS.iter().zip(0..).find(|(it, _)| **it == level).map_or(0, |(_, rank)| rank)
}

/// `T1078.004` of the tag `attack.t1078.004`.
fn technique(tag: &str) -> Option<String> {
    let rest = tag.strip_prefix("attack.")?;
    let digits = rest.strip_prefix(['t', 'T'])?;
    digits.starts_with(|it: char| it.is_ascii_digit()).then(|| format!("T{digits}"))
}

/// Incidents, as alerts come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Incidents {
    /// By actor; of each, in the order in which they began.
    by_actor: BTreeMap<String, Vec<Incident>>,
    count: usize,
}

impl Incidents {
    /// Puts an alert into the incident that it belongs to, or begins one. Enrichment
    /// ([`Severity::Informational`]) begins none.
    pub fn add(&mut self, signal: &Signal<'_>) -> Option<IncidentId> {
        let known = self.by_actor.get_mut(signal.actor);
        let open = known.and_then(|all| all.iter_mut().rev().find(|it| it.takes(signal.time)));
        if let Some(incident) = open {
            incident.add(signal);
            return Some(incident.id);
        }
        if signal.level == Severity::Informational {
            return None;
        }
        if self.count >= INCIDENTS {
            self.forget();
        }
        let id = IncidentId(fingerprint(&[
            signal.actor,
            signal.account,
            &signal.time.to_string(),
            signal.rule_id,
            signal.event_id,
        ]));
        let mut incident = Incident {
            id,
            actor: signal.actor.to_owned(),
            accounts: BTreeSet::new(),
            first: signal.time,
            last: signal.time,
            techniques: BTreeSet::new(),
            alerts: 0,
            timeline: Vec::new(),
            worst: 0,
        };
        incident.add(signal);
        self.by_actor.entry(signal.actor.to_owned()).or_default().push(incident);
        self.count += 1;
        Some(id)
    }

    /// All incidents, the worst first, then the first ones.
    #[must_use]
    pub fn all(&self) -> Vec<&Incident> {
        let mut all: Vec<&Incident> = self.by_actor.values().flatten().collect();
        all.sort_by_key(|it| (std::cmp::Reverse(it.level()), it.first, it.id));
        all
    }

    /// Forgets the eighth that ended first.
    fn forget(&mut self) {
        let mut ends: Vec<i64> = self.by_actor.values().flatten().map(|it| it.last).collect();
        ends.sort_unstable();
        let mut left = (ends.len() / 8).max(1);
        let Some(&until) = ends.get(left - 1) else { return };
        for all in self.by_actor.values_mut() {
            all.retain(|it| {
                let goes = it.last <= until && left > 0;
                left -= usize::from(goes);
                !goes
            });
        }
        self.by_actor.retain(|_, all| !all.is_empty());
        self.count = self.by_actor.values().map(Vec::len).sum();
    }
}

/// FNV-1a over texts, each ended by a zero.
fn fingerprint(texts: &[&str]) -> u64 {
    let bytes = texts.iter().flat_map(|it| it.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::{Incidents, Severity, Signal};

    fn signal<'a>(time: i64, actor: &'a str, tags: &'a [&'a str]) -> Signal<'a> {
        Signal {
            time,
            actor,
            account: "111122223333",
            rule_id: "r",
            rule: "R",
            level: Severity::High,
            tags,
            event_id: "e",
            event_name: "GetSecretValue",
        }
    }

    #[test]
    fn alerts_of_one_actor_within_an_hour_are_one_incident() {
        let mut incidents = Incidents::default();
        let first = incidents.add(&signal(0, "ana", &[]));
        assert_eq!(incidents.add(&signal(3_000, "ana", &[])), first);
        assert_ne!(incidents.add(&signal(3_000, "bo", &[])), first);
        assert_ne!(incidents.add(&signal(9_000, "ana", &[])), first);
        let counts: Vec<u64> = incidents.all().iter().map(|it| it.alerts).collect();
        assert_eq!(counts, [2, 1, 1]);
    }

    #[test]
    fn many_techniques_make_an_incident_worse() {
        let mut incidents = Incidents::default();
        let tags = ["attack.t1", "attack.t1078.004", "attack.t3", "attack.t4", "attack.impact"];
        incidents.add(&signal(0, "ana", &tags[..3]));
        assert_eq!(incidents.all()[0].level(), Severity::High);
        incidents.add(&signal(1, "ana", &tags));
        assert_eq!(incidents.all()[0].level(), Severity::Critical);
        assert!(incidents.all()[0].techniques.contains("T1078.004"));
    }

    #[test]
    fn a_late_event_stands_in_its_place() {
        let mut incidents = Incidents::default();
        incidents.add(&signal(100, "ana", &[]));
        incidents.add(&Signal { event_name: "ListSecrets", ..signal(50, "ana", &[]) });
        let times: Vec<i64> = incidents.all()[0].timeline.iter().map(|it| it.time).collect();
        assert_eq!(times, [50, 100]);
    }
}
