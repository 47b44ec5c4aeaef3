//! What is known of the role of a function: where and how it is used.

use serde::{Deserialize, Serialize};
use sigma::Severity;

use crate::{
    alert::Alert,
    detector::{Detector, REGION, SERVICE},
    facts::Facts,
    known::Known,
};

const KEYS: usize = 32;
const SESSIONS: usize = 64;
const NETWORKS: usize = 32;
const LANES: usize = 96;
const FEW: usize = 8;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// Family of the user agents that AWS's clients have inside of a function.
pub(crate) const LAMBDA: &str = "lambda";

/// Services whose calls rule over identities, secrets, machines or functions.
const RULING: [&str; 11] = [
    "iam",
    "organizations",
    "sts",
    "ec2",
    "secretsmanager",
    "ssm",
    "lambda",
    "cloudtrail",
    "sso",
    "kms",
    "account",
];

/// What the role of a function does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Role {
    first: Option<i64>,
    last: i64,
    pub(crate) events: u64,
    /// Names of sessions that are a function's.
    pub(crate) sessions: Known<()>,
    /// Families of user agents.
    pub(crate) agents: Known<()>,
    pub(crate) networks: Known<()>,
    pub(crate) regions: Known<()>,
    pub(crate) lanes: Known<Lane>,
    /// A bit an hour of the day, UTC.
    hours: u32,
    pub(crate) asks_who_it_is: bool,
    pub(crate) keys: Known<Key>,
}

/// Calls of a role to one service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Lane {
    pub(crate) by_endpoint: u64,
    pub(crate) around: u64,
}

/// What is known of one set of temporary credentials.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(crate) networks: Known<()>,
    pub(crate) regions: Known<()>,
    /// Differences that were told, a bit each.
    pub(crate) told: u32,
}

impl Default for Key {
    fn default() -> Self {
        Self { networks: Known::new(FEW), regions: Known::new(FEW), told: 0 }
    }
}

impl Default for Role {
    fn default() -> Self {
        Self {
            first: None,
            last: 0,
            events: 0,
            sessions: Known::new(SESSIONS),
            agents: Known::new(FEW),
            networks: Known::new(NETWORKS),
            regions: Known::new(NETWORKS),
            lanes: Known::new(LANES),
            hours: 0,
            asks_who_it_is: false,
            keys: Known::new(KEYS),
        }
    }
}

impl Role {
    /// Known long and well enough that what is new is news.
    pub(crate) fn is_settled(&self, time: i64, learn_s: i64) -> bool {
        self.events >= 50 && self.first.is_some_and(|first| time.saturating_sub(first) >= learn_s)
    }

    /// Seen at this hour of some day; only asked of roles that were seen for a week.
    pub(crate) fn is_usual_hour(&self, time: i64) -> bool {
        let is_long = self.first.is_some_and(|first| self.last.saturating_sub(first) >= 7 * DAY);
        !is_long || self.hours & hour_bit(time) != 0
    }

    /// Alerts about what the role never did before.
    pub(crate) fn news(&self, facts: &Facts<'_>, learn_s: i64, alerts: &mut Vec<Alert>) {
        if !self.is_settled(facts.time, learn_s) {
            return;
        }
        let role = &facts.principal;
        if !self.lanes.contains(&facts.service) {
            let known: Vec<&str> = self.lanes.names().take(12).collect();
            let why = format!(
                "`{role}` calls `{}` ({}) for the first time in {} events; it used {}",
                facts.service,
                facts.action,
                self.events,
                known.join(", "),
            );
            let level =
                if RULING.contains(&&*facts.service) { Severity::Medium } else { Severity::Low };
            alerts.push(alert(&SERVICE, level, facts, why));
        }
        if !facts.region.is_empty()
            && !is_global(&facts.service)
            && !self.regions.is_empty()
            && !self.regions.contains(&facts.region)
        {
            let known: Vec<&str> = self.regions.names().collect();
            let why = format!(
                "`{role}` calls `{}` in {} for the first time; it worked in {}",
                facts.service,
                facts.region,
                known.join(", "),
            );
            alerts.push(alert(&REGION, REGION.level, facts, why));
        }
    }

    /// Takes an event as normal.
    pub(crate) fn learn(&mut self, facts: &Facts<'_>, agent: &str, access_key: &str) {
        let time = facts.time;
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = self.last.max(time);
        self.events = self.events.saturating_add(1);
        self.hours |= hour_bit(time);
        self.agents.touch(agent, time);
        let lane = self.lanes.touch(&facts.service, time);
        let by_endpoint = facts.event.vpc_endpoint.is_some();
        lane.by_endpoint = lane.by_endpoint.saturating_add(u64::from(by_endpoint));
        lane.around = lane.around.saturating_add(u64::from(!by_endpoint));
        self.asks_who_it_is |= asks_who_it_is(facts);
        let network = facts.network();
        if let Some(network) = &network {
            self.networks.touch(network, time);
        }
        let is_placed = !facts.region.is_empty() && !is_global(&facts.service);
        if is_placed {
            self.regions.touch(&facts.region, time);
        }
        if !access_key.is_empty() {
            let key = self.keys.touch(access_key, time);
            if let Some(network) = &network {
                key.networks.touch(network, time);
            }
            if is_placed {
                key.regions.touch(&facts.region, time);
            }
        }
    }

    /// Holds the limits of this program after a snapshot was read.
    pub(crate) fn limit(&mut self) {
        self.sessions.limit_to(SESSIONS);
        self.agents.limit_to(FEW);
        self.networks.limit_to(NETWORKS);
        self.regions.limit_to(NETWORKS);
        self.lanes.limit_to(LANES);
        self.keys.limit_to(KEYS);
    }
}

/// The question that whoever finds credentials asks first.
pub(crate) fn asks_who_it_is(facts: &Facts<'_>) -> bool {
    facts.service == "sts" && facts.action == "GetCallerIdentity"
}

/// Services whose events all stand in one region, wherever the caller is.
pub(crate) fn is_global(service: &str) -> bool {
    matches!(
        service,
        "iam" | "sts" | "organizations" | "route53" | "cloudfront" | "account" | "signin"
    )
}

fn hour_bit(time: i64) -> u32 {
    let hour = time.rem_euclid(DAY) / HOUR;
    u32::try_from(hour).map_or(0, |hour| 1 << hour)
}

pub(crate) fn alert(
    detector: &'static Detector,
    level: Severity,
    facts: &Facts<'_>,
    why: String,
) -> Alert {
    let function = facts.issued_to().map(std::borrow::Cow::into_owned);
    Alert { detector, level, function, explanation: vec![why] }
}
