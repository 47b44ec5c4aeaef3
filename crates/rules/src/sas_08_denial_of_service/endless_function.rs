//! SAS-8.61 `endless-function`: nothing ends an execution of a function app.

use app_model::{Application, SmolStr};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, azure::hosts, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 61 },
        name: "endless-function",
        summary: "Nothing ends an execution of a function app",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[400, 770],
        since: "0.1.0",
        docs: include_str!("endless_function.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    hosts(app)
        .filter_map(|(function, host)| {
            let timeout = host.timeout.as_ref()?;
            if !timeout.value.any(is_endless) {
                return None;
            }
            let message = format!(
                "nothing ends an execution of the function app `{}`: one that hangs holds its \
                 instance, and you pay for it",
                function.name
            );
            let found = RULE.info.finding(timeout.place, message).about(app, function, None);
            let fix =
                "Set `functionTimeout` to what the longest function needs, such as `00:10:00`";
            Some(found.property("functionTimeout").under(&function.when).fix(fix))
        })
        .collect()
}

fn is_endless(text: &SmolStr) -> bool {
    text.trim() == "-1"
}
