//! Functions, with what alerts tell of them.

use std::collections::BTreeMap;

use alert_form::Alert;
use sigma::Severity;

/// Functions that are kept; those with the fewest alerts go first.
const MOST: usize = 2_000;

/// Names of events by which a function is changed; what comes behind is a version of the API.
const CHANGES: [&str; 8] = [
    "CreateFunction",
    "UpdateFunction",
    "AddPermission",
    "RemovePermission",
    "CreateEventSourceMapping",
    "UpdateEventSourceMapping",
    "DeleteFunction",
    "PutFunction",
];

/// A function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionLine {
    /// Its name or ARN.
    pub name: String,
    /// Alerts about it.
    pub alerts: u64,
    /// The worst of them.
    pub level: Severity,
    /// When an alert last told that it was changed.
    pub changed: Option<String>,
    /// By whom.
    pub changed_by: Option<String>,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Functions {
    by_name: BTreeMap<String, FunctionLine>,
}

impl Functions {
    pub(crate) fn add(&mut self, alert: &Alert) {
        let Some(name) = &alert.function else { return };
        if !self.by_name.contains_key(name) && self.by_name.len() >= MOST {
            let rarest = self.by_name.values().min_by_key(|it| it.alerts).map(|it| it.name.clone());
            self.by_name.remove(&rarest.unwrap_or_default());
        }
        let line = self.by_name.entry(name.clone()).or_insert_with(|| FunctionLine {
            name: name.clone(),
            alerts: 0,
            level: alert.level,
            changed: None,
            changed_by: None,
        });
        line.alerts += 1;
        line.level = line.level.max(alert.level);
        if CHANGES.iter().any(|it| alert.event_name.starts_with(it)) && alert.time >= line.changed {
            line.changed.clone_from(&alert.time);
            line.changed_by.clone_from(&alert.actor);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.by_name.len()
    }

    pub(crate) fn sorted(&self) -> Vec<&FunctionLine> {
        let mut all: Vec<_> = self.by_name.values().collect();
        all.sort_by(|one, two| (two.alerts, &one.name).cmp(&(one.alerts, &two.name)));
        all
    }
}
