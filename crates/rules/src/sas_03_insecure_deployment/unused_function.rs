//! SAS-3.100 `unused-function`: a deployed function has not run for a long time.

use app_model::{Application, Idle, LiveFunction};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 100 },
        name: "unused-function",
        summary: "A deployed function has not run for a long time",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[1059, 561],
        since: "0.1.0",
        docs: include_str!("unused_function.md"),
    },
    check: Check::Application(check),
};

/// A quarter: jobs at the end of each quarter run within it.
const DAYS: i64 = 92;

fn check(app: &Application) -> Vec<Finding> {
    app.live
        .functions
        .iter()
        .filter_map(|function| {
            let words = idle(function)?;
            let name = &function.function;
            let message =
                format!("`{name}` {words}, but whoever reaches it still has its role and data");
            let fix = format!("remove `{name}` with its role and triggers, or tell why it stays");
            Some(RULE.info.finding(function.place, message).function(name).resource(name).fix(fix))
        })
        .collect()
}

/// In words, how long a function did not run; `None` when it did, or when it is new.
fn idle(function: &LiveFunction) -> Option<String> {
    let idle = function.idle.filter(|idle| idle.is_at_least(DAYS))?;
    // A new function had no time to run, and one of unknown age may be new.
    let age = function.age_days.filter(|age| *age >= DAYS)?;
    Some(match idle {
        Idle::Days(days) => format!("did not run for {days} days"),
        Idle::Never => format!("never ran as far as AWS remembers, and is {age} days old"),
    })
}

#[cfg(test)]
mod tests {
    use app_model::{Idle, LiveFunction};

    use super::idle;

    fn function(idle: Option<Idle>, age_days: Option<i64>) -> LiveFunction {
        LiveFunction { idle, age_days, ..LiveFunction::default() }
    }

    #[test]
    fn only_a_function_that_had_time_to_run_is_unused() {
        assert!(idle(&function(Some(Idle::Days(92)), Some(400))).is_some());
        assert!(idle(&function(Some(Idle::Never), Some(92))).is_some());
        assert!(idle(&function(Some(Idle::Days(91)), Some(400))).is_none());
        assert!(idle(&function(Some(Idle::Never), Some(10))).is_none());
        assert!(idle(&function(Some(Idle::Never), None)).is_none());
        assert!(idle(&function(None, Some(400))).is_none());
    }
}
