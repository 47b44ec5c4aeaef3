//! What is enforced, what is only told, and what is neither: for the log, so that nobody believes
//! in a protection that is not there.

use std::fmt;

use guard_settings::{Mode, Settings};
use serde::Serialize;

use crate::facts::{Facts, Tier};
use crate::policy::Policy;

/// How far a protection goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// Not there, though the settings ask for it or it would be on.
    Missing,
    /// What happens is told.
    Told,
    /// What is checked is refused; code that runs in several threads of the function and aims at
    /// the guard can slip through.
    Checked,
    /// What is not allowed does not happen.
    Enforced,
}

/// One protection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Measure {
    /// Of what: `egress`, `processes`, `files`, `metadata`, `system-calls`, `signals`.
    pub of: &'static str,
    /// How far it goes.
    pub strength: Strength,
    /// The tier that carries it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// What is not covered, or why it is missing.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub but: &'static str,
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}", self.of, self.strength)?;
        if let Some(tier) = self.tier {
            write!(f, " by {tier:?}")?;
        }
        if !self.but.is_empty() {
            write!(f, " ({})", self.but)?;
        }
        Ok(())
    }
}

/// The line for the log that tells all measures, its line end included.
#[must_use]
pub fn measures_line(facts: &Facts, measures: &[Measure]) -> String {
    #[derive(Serialize)]
    struct Line<'a> {
        faasguard: &'static str,
        kernel: &'a str,
        measures: &'a [Measure],
    }
    let line = Line { faasguard: "confinement", kernel: &facts.kernel, measures };
    let mut text = serde_json::to_string(&line).unwrap_or_default();
    text.push('\n');
    text
}

pub(crate) fn measures(
    settings: &Settings,
    facts: &Facts,
    policy: &Policy,
    can_filter: bool,
    can_ask: bool,
) -> Vec<Measure> {
    if settings.mode == Mode::Off {
        return Vec::new();
    }
    let blocks = settings.mode == Mode::Block;
    let abi = if blocks { facts.landlock_abi() } else { 0 };
    let asked = |wanted: bool| match (can_ask, blocks && wanted) {
        (false, _) => None,
        (true, false) => Some((Strength::Told, Tier::T5, "")),
        (true, true) => Some((Strength::Checked, Tier::T5, "threads can race the check")),
    };
    let by_landlock = |is_there: bool, but| is_there.then_some((Strength::Enforced, Tier::T6, but));
    let system_calls = can_filter.then_some((Strength::Enforced, Tier::T4, ""));
    let connects = policy.takes_sockets.then_some(if blocks {
        (Strength::Enforced, Tier::T5, "")
    } else {
        (Strength::Told, Tier::T5, "")
    });
    let egress = match (&policy.egress, connects) {
        (Some(_), Some((Strength::Enforced, tier, _))) if abi < 4 => {
            Some((Strength::Enforced, tier, "several datagrams in one call are checked only"))
        }
        (Some(_), Some(found)) => Some(found),
        (Some(list), None) => asked(true).or_else(|| {
            by_landlock(abi >= 4 && list.ports().is_some(), "ports only, whatever the host")
        }),
        (None, _) => None,
    };
    let mut all = vec![
        measure("system-calls", system_calls, "no filter can be installed"),
        measure(
            "metadata",
            connects.or_else(|| asked(policy.refuses_metadata)),
            "connections are not seen",
        ),
        measure(
            "signals",
            by_landlock(abi >= 6, "").or_else(|| {
                can_filter.then_some((
                    Strength::Checked,
                    Tier::T4,
                    "the own process group is not covered",
                ))
            }),
            "the function can end the guard",
        ),
    ];
    if settings.egress.is_some() {
        all.push(measure("egress", egress, "connections are not seen"));
    }
    let is_wanted = settings.processes.is_some();
    let landlock = by_landlock(is_wanted && abi > 0, "files in memory are checked only");
    all.push(measure("processes", landlock.or_else(|| asked(is_wanted)), "programs are not seen"));
    let is_wanted = settings.files.is_some();
    let landlock = by_landlock(is_wanted && abi > 0, "`/proc/*/environ` is checked only");
    all.push(measure("files", landlock.or_else(|| asked(is_wanted)), "files are not seen"));
    all
}

fn measure(
    of: &'static str,
    found: Option<(Strength, Tier, &'static str)>,
    otherwise: &'static str,
) -> Measure {
    match found {
        Some((strength, tier, but)) => Measure { of, strength, tier: Some(tier), but },
        None => Measure { of, strength: Strength::Missing, tier: None, but: otherwise },
    }
}
