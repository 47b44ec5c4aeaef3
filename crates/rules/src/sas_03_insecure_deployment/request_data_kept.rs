//! SAS-3.27 `request-data-kept`: a variable of the module keeps data of a request.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Code, Rule, code::flaws};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 27 },
        name: "request-data-kept",
        summary: "A variable of the module keeps data of a request",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[488, 668],
        since: "0.1.0",
        docs: include_str!("request_data_kept.md"),
    },
    check: Check::Code(check),
};

const HARM: &str = "keeps data of a request in the module: the next request, of another user, \
                    finds it there";

const FIX: &str = "Keep data of a request in variables of the handler; the module is for clients \
                   and settings";

fn check(code: &Code<'_>) -> Vec<Finding> {
    flaws(code, &RULE.info, "request-data-kept", HARM, FIX)
}
