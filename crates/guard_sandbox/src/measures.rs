//! What is enforced, what is only told, and what is neither: for the log, so that nobody believes
//! in a protection that is not there.

use std::fmt;

use guard_settings::{Mode, Settings};
use serde::Serialize;

use crate::egress::AllowList;
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

/// What there is to stand on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tiers {
    pub(crate) can_filter: bool,
    pub(crate) can_ask: bool,
    pub(crate) has_hooks: bool,
}

pub(crate) fn measures(
    settings: &Settings,
    facts: &Facts,
    policy: &Policy,
    tiers: Tiers,
) -> Vec<Measure> {
    let Tiers { can_filter, can_ask, has_hooks } = tiers;
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
    let strength = if blocks { Strength::Checked } else { Strength::Told };
    let hooks =
        has_hooks.then_some((strength, Tier::T2, "in Python and Node; native code goes past"));
    let system_calls = can_filter.then_some((Strength::Enforced, Tier::T4, ""));
    let connects = policy.takes_sockets.then_some(if blocks {
        (Strength::Enforced, Tier::T5, "")
    } else {
        (Strength::Told, Tier::T5, "")
    });
    let is_named = policy.egress.as_ref().is_some_and(AllowList::has_names);
    let egress = match (&policy.egress, connects) {
        (Some(_), _) if can_ask && is_named && policy.resolver.is_none() => Some((
            Strength::Checked,
            Tier::T5,
            "names cannot be told, so any address at their ports",
        )),
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
        all.push(measure("egress", egress.or(hooks), "connections are not seen"));
    }
    let is_wanted = settings.processes.is_some();
    let landlock = by_landlock(is_wanted && abi > 0, "files in memory are checked only");
    let hooked = hooks.filter(|_| is_wanted);
    let found = landlock.or_else(|| asked(is_wanted)).or(hooked);
    all.push(measure("processes", found, "programs are not seen"));
    let is_wanted = settings.files.is_some();
    let landlock = by_landlock(is_wanted && abi > 0, "`/proc/*/environ` is checked only");
    let hooked = hooks.filter(|_| is_wanted);
    let found = landlock.or_else(|| asked(is_wanted)).or(hooked);
    all.push(measure("files", found, "files are not seen"));
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

#[cfg(test)]
mod tests {
    use super::Strength;
    use crate::confinement::Confinement;
    use crate::facts::{Fact, Facts, Mechanism, Tier};
    use crate::place::Place;
    use guard_settings::Settings;

    /// What is told about one protection, with everything there but what is switched off.
    fn told(settings: &str, off: &str, of: &str) -> (Strength, Option<Tier>) {
        let mut facts = Facts::default();
        for mechanism in Mechanism::ALL {
            facts.set(Fact::yes(mechanism, Some(7)));
        }
        let settings = Settings::parse(settings).unwrap();
        let facts = facts.without(off);
        let confinement = Confinement::prepare(&settings, &facts, &Place::default()).unwrap();
        let measures = confinement.measures();
        let found = measures.iter().find(|measure| measure.of == of).unwrap();
        (found.strength, found.tier)
    }

    #[test]
    fn nothing_is_promised_that_is_not_there() {
        use Strength::{Checked, Enforced, Missing, Told};
        let all = r#"{"egress": {}, "processes": {}, "files": {}}"#;
        for (off, egress, processes) in [
            ("T6", (Enforced, Some(Tier::T5)), (Checked, Some(Tier::T5))),
            ("pidfd-getfd,T6", (Checked, Some(Tier::T5)), (Checked, Some(Tier::T5))),
            ("T4,T5,T6", (Checked, Some(Tier::T2)), (Checked, Some(Tier::T2))),
        ] {
            assert_eq!(told(all, off, "egress"), egress, "{off}");
            assert_eq!(told(all, off, "processes"), processes, "{off}");
            assert_eq!(told(all, off, "files"), processes, "{off}");
        }
        assert_eq!(told("{}", "T6", "files"), (Told, Some(Tier::T5)));
        assert_eq!(told("{}", "T4,T5,T6", "files"), (Missing, None));
        assert_eq!(told("{}", "T4", "system-calls"), (Missing, None));
        assert_eq!(told("{}", "", "system-calls"), (Enforced, Some(Tier::T4)));
        let watched = r#"{"mode": "monitor", "egress": {}, "processes": {}}"#;
        assert_eq!(told(watched, "", "egress"), (Told, Some(Tier::T5)));
        assert_eq!(told(watched, "", "processes"), (Told, Some(Tier::T5)));
    }
}
