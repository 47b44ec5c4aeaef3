//! SAS-8.10 `recursion-detection-off`: Lambda is told not to stop a function that starts itself.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use super::recursive_trigger;
use crate::{Check, Rule, kinds::of_lambda, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 10 },
        name: "recursion-detection-off",
        summary: "Lambda is told not to stop a function that starts itself",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[674, 834],
        since: "0.1.0",
        docs: include_str!("recursion_detection_off.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    of_lambda(app)
        .filter_map(|function| {
            let setting = function.recursive_loop.as_ref()?;
            let (when, _) = setting.value.find(|word| word.eq_ignore_ascii_case("Allow"))?;
            if recursive_trigger::reports(app, function) {
                return None;
            }
            let message = format!(
                "`{}` may start itself without end: the detection of loops is switched off",
                function.name
            );
            Some(
                RULE.info
                    .finding(setting.place, message)
                    .about(app, function, None)
                    .severity(RULE.info.severity)
                    .property("RecursiveLoop")
                    .under(when)
                    .fix("Remove `RecursiveLoop`, or end the recursion in the code and limit it"),
            )
        })
        .collect()
}
