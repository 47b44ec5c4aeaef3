//! Who changes which function.

use serde::{Deserialize, Serialize};
use sigma::Severity;

use crate::{alert::Alert, detector::DEPLOYER, facts::Facts, known::Known};

const DEPLOYERS: usize = 16;

/// Who changed a function so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Deployers {
    changes: u64,
    first: Option<i64>,
    /// Principals, and whether they are a person.
    by: Known<bool>,
}

impl Default for Deployers {
    fn default() -> Self {
        Self { changes: 0, first: None, by: Known::new(DEPLOYERS) }
    }
}

impl Deployers {
    pub(crate) fn limit(&mut self) {
        self.by.limit_to(DEPLOYERS);
    }
}

/// Whether a request changes what a function is or who may start it.
pub(crate) fn is_change(facts: &Facts<'_>) -> bool {
    facts.service == "lambda"
        && !facts.has_failed()
        && matches!(
            &*facts.action,
            "CreateFunction"
                | "UpdateFunctionCode"
                | "UpdateFunctionConfiguration"
                | "PublishVersion"
                | "UpdateAlias"
                | "AddPermission"
                | "CreateFunctionUrlConfig"
                | "UpdateFunctionUrlConfig"
                | "CreateEventSourceMapping"
                | "PutFunctionConcurrency"
                | "DeleteFunctionConcurrency"
                | "PutFunctionCodeSigningConfig"
                | "DeleteFunctionCodeSigningConfig"
                | "DeleteFunction"
        )
}

/// Judges a change, and learns who made it. The first deployer of a function is nobody's news; after
/// three changes, or `learn_s` seconds, somebody new is.
pub(crate) fn judge(
    facts: &Facts<'_>,
    functions: &mut Known<Deployers>,
    learn_s: i64,
) -> Option<Alert> {
    let function = facts.function()?;
    let known = functions.touch(&function, facts.time);
    let is_person = facts.is_person();
    let is_known = known.by.contains(&facts.principal);
    let is_old = known.first.is_some_and(|first| facts.time.saturating_sub(first) >= learn_s);
    let alert = (!is_known && (known.changes >= 3 || (known.changes > 0 && is_old))).then(|| {
        let people = known.by.iter().any(|(_, is_person)| *is_person);
        let names: Vec<&str> = known.by.names().take(6).collect();
        let is_worse = is_person && !people;
        let mut explanation = vec![format!(
            "`{}` by `{}`; the {} changes so far were made by {}",
            facts.action,
            facts.principal,
            known.changes,
            names.join(", "),
        )];
        if is_worse {
            explanation.push("no person changed this function before".to_owned());
        }
        let level = if is_worse { Severity::High } else { DEPLOYER.level };
        Alert { detector: &DEPLOYER, level, function: Some(function.clone()), explanation }
    });
    known.first = Some(known.first.map_or(facts.time, |first| first.min(facts.time)));
    known.changes = known.changes.saturating_add(1);
    *known.by.touch(&facts.principal, facts.time) = is_person;
    alert
}
