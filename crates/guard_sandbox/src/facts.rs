//! What the place where a function runs offers for its protection, as it was found by trying.

use std::fmt;

use serde::Serialize;

/// How near to the kernel a protection stands; higher ones are harder to get round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Tier {
    /// The proxy before the Runtime API.
    T0,
    /// The pipes of the function's output.
    T1,
    /// Hooks inside the language.
    T2,
    /// Looking at `/proc` and `/tmp` between invocations.
    T3,
    /// A fixed filter of system calls.
    T4,
    /// A filter that asks a supervisor.
    T5,
    /// Landlock.
    T6,
}

/// One thing that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mechanism {
    /// A socket on the loopback.
    Loopback,
    /// A pipe.
    Pipes,
    /// `python3` is there; the value is its minor version.
    PythonHook,
    /// `node` is there; the value is its major version.
    NodeHook,
    /// `/proc` of a child can be read.
    ProcOfChildren,
    /// Limits of core dumps can be set.
    CoreLimit,
    /// A child can be traced. Not used; told because attackers ask the same.
    Ptrace,
    /// A file in memory. Not used; told for the same reason.
    Memfd,
    /// `prctl(PR_SET_NO_NEW_PRIVS)`; the value is 1 where it was set before.
    NoNewPrivs,
    /// A filter of system calls.
    SeccompFilter,
    /// A filter that asks, and its listener.
    UserNotification,
    /// The listener can let a call go on.
    NotifyContinue,
    /// The listener can put descriptors into the asking process.
    NotifyAddFd,
    /// Memory of a child can be read (`process_vm_readv`).
    ReadMemory,
    /// A descriptor that stands for a process.
    Pidfd,
    /// A descriptor of a child can be taken over.
    PidfdGetfd,
    /// Landlock; the value is the version of its interface.
    Landlock,
}

impl Mechanism {
    /// Every one, in the order of the report.
    pub const ALL: [Self; 17] = [
        Self::Loopback,
        Self::Pipes,
        Self::PythonHook,
        Self::NodeHook,
        Self::ProcOfChildren,
        Self::CoreLimit,
        Self::Ptrace,
        Self::Memfd,
        Self::NoNewPrivs,
        Self::SeccompFilter,
        Self::UserNotification,
        Self::NotifyContinue,
        Self::NotifyAddFd,
        Self::ReadMemory,
        Self::Pidfd,
        Self::PidfdGetfd,
        Self::Landlock,
    ];

    /// The word for it, in reports and settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Loopback => "loopback",
            Self::Pipes => "pipes",
            Self::PythonHook => "python-hook",
            Self::NodeHook => "node-hook",
            Self::ProcOfChildren => "proc-of-children",
            Self::CoreLimit => "core-limit",
            Self::NoNewPrivs => "no-new-privs",
            Self::SeccompFilter => "seccomp-filter",
            Self::UserNotification => "user-notification",
            Self::NotifyContinue => "notify-continue",
            Self::NotifyAddFd => "notify-add-fd",
            Self::ReadMemory => "read-memory",
            Self::Pidfd => "pidfd",
            Self::PidfdGetfd => "pidfd-getfd",
            Self::Ptrace => "ptrace",
            Self::Memfd => "memfd",
            Self::Landlock => "landlock",
        }
    }

    /// The tier that stands on it.
    #[must_use]
    pub fn tier(self) -> Tier {
        match self {
            Self::Loopback => Tier::T0,
            Self::Pipes => Tier::T1,
            Self::PythonHook | Self::NodeHook => Tier::T2,
            Self::ProcOfChildren | Self::CoreLimit | Self::Memfd | Self::Ptrace => Tier::T3,
            Self::NoNewPrivs | Self::SeccompFilter => Tier::T4,
            Self::UserNotification
            | Self::NotifyContinue
            | Self::NotifyAddFd
            | Self::ReadMemory
            | Self::Pidfd
            | Self::PidfdGetfd => Tier::T5,
            Self::Landlock => Tier::T6,
        }
    }

    fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

/// What came of trying one mechanism.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// The tier that stands on it.
    pub tier: Tier,
    /// What was tried.
    pub mechanism: Mechanism,
    /// Whether it worked.
    pub available: bool,
    /// A version or the like, where the mechanism has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<u32>,
    /// Why not, in words; empty when it worked.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

impl Fact {
    pub(crate) fn yes(mechanism: Mechanism, value: Option<u32>) -> Self {
        Self { tier: mechanism.tier(), mechanism, available: true, value, reason: String::new() }
    }

    pub(crate) fn no(mechanism: Mechanism, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self { tier: mechanism.tier(), mechanism, available: false, value: None, reason }
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (tier, name) = (self.tier, self.mechanism.name());
        write!(f, "{tier:?}  {name:<18} {}", if self.available { "yes" } else { "no" })?;
        if let Some(value) = self.value {
            write!(f, "  {value}")?;
        }
        if !self.reason.is_empty() {
            write!(f, "  {}", self.reason)?;
        }
        Ok(())
    }
}

/// All that was found, each mechanism at most once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Facts {
    /// Release of the kernel: `6.1.0`.
    pub kernel: String,
    /// In the order of [`Mechanism::ALL`].
    pub facts: Vec<Fact>,
}

impl Facts {
    /// Whether a mechanism is there. What was not tried is not there.
    #[must_use]
    pub fn has(&self, mechanism: Mechanism) -> bool {
        self.facts.iter().any(|fact| fact.mechanism == mechanism && fact.available)
    }

    /// Version of Landlock's interface; 0 where it is not there, or may not be used for want of
    /// `no_new_privs`.
    #[must_use]
    pub fn landlock_abi(&self) -> u32 {
        if !self.has(Mechanism::NoNewPrivs) {
            return 0;
        }
        self.value(Mechanism::Landlock).unwrap_or(0)
    }

    /// The value of a mechanism that is there.
    #[must_use]
    pub fn value(&self, mechanism: Mechanism) -> Option<u32> {
        let fact = self.facts.iter().find(|fact| fact.mechanism == mechanism)?;
        fact.available.then_some(fact.value?)
    }

    /// The same facts, with what `names` names (tiers such as `T5`, mechanisms such as `landlock`,
    /// separated by commas) taken as not there: to test what is left without it.
    #[must_use]
    pub fn without(mut self, names: &str) -> Self {
        let names: Vec<&str> = names.split(',').map(str::trim).collect();
        for fact in &mut self.facts {
            let tier = format!("{:?}", fact.tier);
            if names.iter().any(|name| *name == fact.mechanism.name() || *name == tier) {
                *fact = Fact::no(fact.mechanism, "switched off");
            }
        }
        self
    }

    /// `{"schema":"faasguard-probe/1","kernel":…,"facts":[{"tier","mechanism","available",…}]}`.
    #[must_use]
    pub fn to_json(&self) -> String {
        #[derive(Serialize)]
        struct Report<'a> {
            schema: &'static str,
            #[serde(flatten)]
            facts: &'a Facts,
        }
        let report = Report { schema: "faasguard-probe/1", facts: self };
        serde_json::to_string(&report).unwrap_or_default()
    }

    /// Puts a fact in its place.
    pub(crate) fn set(&mut self, fact: Fact) {
        self.facts.retain(|old| old.mechanism != fact.mechanism);
        self.facts.push(fact);
        self.facts.sort_by_key(|fact| fact.mechanism);
    }
}

/// The mechanism that a child names by its number.
pub(crate) fn mechanism_of(number: u8) -> Option<Mechanism> {
    Mechanism::from_number(number)
}

#[cfg(test)]
mod tests {
    use super::{Fact, Facts, Mechanism};

    #[test]
    fn mechanisms_are_listed_once_in_their_order() {
        assert!(Mechanism::ALL.is_sorted());
        for (number, mechanism) in Mechanism::ALL.into_iter().enumerate() {
            assert_eq!(mechanism as usize, number);
        }
    }

    #[test]
    fn tiers_and_mechanisms_are_switched_off_by_name() {
        let mut facts = Facts::default();
        for mechanism in Mechanism::ALL {
            facts.set(Fact::yes(mechanism, Some(4)));
        }
        let less = facts.clone().without("T5, landlock");
        assert!(less.has(Mechanism::SeccompFilter) && !less.has(Mechanism::PidfdGetfd));
        assert_eq!((facts.landlock_abi(), less.landlock_abi()), (4, 0));
        assert_eq!(facts.clone().without(""), facts);
    }
}
