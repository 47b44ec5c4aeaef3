//! What logs are judged by: one row a check.

use finding::Severity;

/// A check.
#[derive(Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name in every output.
    pub name: &'static str,
    /// The serverless risk that it is about: 5 is SAS-5.
    pub risk: u8,
    /// How bad it is.
    pub severity: Severity,
    /// What it is, in a few words.
    pub title: &'static str,
    /// What to do.
    pub advice: &'static str,
}

/// The check of a name. Names are written once, below.
pub(crate) fn check(name: &str) -> &'static Check {
    CHECKS.iter().find(|check| check.name == name).unwrap_or(&CHECKS[0])
}

/// Every check.
pub static CHECKS: [Check; 17] = [
    Check {
        name: "logged-secret",
        risk: 7,
        severity: Severity::High,
        title: "A secret stands in the log",
        advice: "change the secret, stop logging the value, and mask the log (`redact.logs` of the guard)",
    },
    Check {
        name: "logged-personal-data",
        risk: 7,
        severity: Severity::Medium,
        title: "Personal data stands in the log",
        advice: "log an id of your own instead, mask the log, and let the group expire",
    },
    Check {
        name: "error-rate",
        risk: 10,
        severity: Severity::Medium,
        title: "Many invocations fail",
        advice: "mend the most frequent cluster of errors first",
    },
    Check {
        name: "unhandled-error",
        risk: 10,
        severity: Severity::Low,
        title: "Errors that nobody catches end invocations",
        advice: "catch the error in the handler and answer without details",
    },
    Check {
        name: "new-error",
        risk: 5,
        severity: Severity::Medium,
        title: "An error that was never seen before",
        advice: "look at the deployments and events of that time",
    },
    Check {
        name: "timeouts",
        risk: 8,
        severity: Severity::Medium,
        title: "Invocations time out",
        advice: "give calls to other services a time limit below that of the function; a caller who can cause this can run up the bill",
    },
    Check {
        name: "out-of-memory",
        risk: 8,
        severity: Severity::Medium,
        title: "Invocations run out of memory",
        advice: "bound what an event may make the function load, or give it more memory",
    },
    Check {
        name: "memory-close-to-limit",
        risk: 8,
        severity: Severity::Low,
        title: "The memory is nearly used up",
        advice: "bound what an event may make the function load, or give it more memory",
    },
    Check {
        name: "memory-over-provisioned",
        risk: 8,
        severity: Severity::Low,
        title: "Less than half of the memory is used",
        advice: "try less memory; less of it also is less processor, so watch the duration",
    },
    Check {
        name: "failed-initialisation",
        risk: 10,
        severity: Severity::Medium,
        title: "Environments fail to start",
        advice: "look at the imports and the code outside of the handler",
    },
    Check {
        name: "throttled-calls",
        risk: 8,
        severity: Severity::Low,
        title: "Services refuse calls because there are too many",
        advice: "retry with growing pauses, and limit the concurrency of the function",
    },
    Check {
        name: "dropped-records",
        risk: 5,
        severity: Severity::Medium,
        title: "The platform threw away records of the log",
        advice: "log less; what is lost cannot be investigated",
    },
    Check {
        name: "debug-logging",
        risk: 5,
        severity: Severity::Low,
        title: "Most of the log is for debugging",
        advice: "set the level to INFO; details of every step cost money and tell an intruder much",
    },
    Check {
        name: "blocked-attacks",
        risk: 1,
        severity: Severity::Medium,
        title: "The guard refused attacks",
        advice: "look who sends them, and mend the sink that they aim at",
    },
    Check {
        name: "flagged-attacks",
        risk: 1,
        severity: Severity::High,
        title: "The guard saw attacks and let them pass",
        advice: "set its mode to `block`",
    },
    Check {
        name: "guard-alarm",
        risk: 3,
        severity: Severity::High,
        title: "The function did what the guard watches for",
        advice: "look at the code that does it; an intruder within the function does the same",
    },
    Check {
        name: "guard-fault",
        risk: 5,
        severity: Severity::Medium,
        title: "The guard could not do all that it should",
        advice: "look at the detail of the events in the log",
    },
];

#[cfg(test)]
mod tests {
    use super::{CHECKS, check};

    #[test]
    fn names_are_unique_and_found() {
        for one in &CHECKS {
            assert_eq!(CHECKS.iter().filter(|it| it.name == one.name).count(), 1);
            assert_eq!(check(one.name), one);
            assert!((1..=10).contains(&one.risk));
        }
    }
}
