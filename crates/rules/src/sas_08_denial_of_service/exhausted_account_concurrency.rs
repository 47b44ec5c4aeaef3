//! SAS-8.14 `exhausted-account-concurrency`: functions reserve what all others need.

use app_model::{Application, Setting, When};
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, demand::largest, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 14 },
        name: "exhausted-account-concurrency",
        summary: "Functions reserve so much concurrency that none is left for others",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[770, 400],
        since: "0.1.0",
        docs: include_str!("exhausted_account_concurrency.md"),
    },
    check: Check::Application(check),
};

/// Of the 1,000 that an account has, AWS keeps 100 unreserved.
const RESERVABLE: i64 = 900;

fn check(app: &Application) -> Vec<Finding> {
    finding(app).into_iter().collect()
}

fn finding(app: &Application) -> Option<Finding> {
    let reserved: Vec<(&Setting<i64>, When, i64)> = app
        .functions
        .iter()
        .filter(|function| function.platform == app_model::Platform::Aws)
        .filter_map(|function| {
            let setting = function.reserved_concurrency.as_ref()?;
            let (when, number) = largest(Some(setting))?;
            Some((setting, function.when.and(&when)?, number.max(0)))
        })
        .collect();
    let sum = reserved.iter().fold(0_i64, |sum, (_, _, number)| sum.saturating_add(*number));
    if sum <= RESERVABLE {
        return None;
    }
    let (largest, _, _) = reserved.iter().max_by_key(|(_, _, number)| *number)?;
    // Functions of different deployments never reserve together.
    let when = reserved.iter().try_fold(When::ALWAYS, |all, (_, when, _)| all.and(when))?;
    let message = format!(
        "the functions reserve {sum} concurrent invocations together: of the 1000 that an account \
         has by default, 900 can be reserved, so that deployment fails or other applications stand \
         still"
    );
    Some(
        RULE.info
            .finding(largest.place, message)
            .confidence(Confidence::Medium)
            .property("ReservedConcurrentExecutions")
            .under(&when)
            .fix("Lower the reservations, or raise the quota of the account first"),
    )
}
