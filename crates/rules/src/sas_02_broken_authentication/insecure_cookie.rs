//! SAS-2.25 `insecure-cookie`: a cookie travels without protection.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Code, Rule, code::flaws};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 25 },
        name: "insecure-cookie",
        summary: "A cookie travels without protection",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[614, 1004],
        since: "0.1.0",
        docs: include_str!("insecure_cookie.md"),
    },
    check: Check::Code(check),
};

const HARM: &str = "sets a cookie that travels in the clear or that scripts of the page can read";

const FIX: &str = "Set `Secure`, `HttpOnly` and `SameSite` on the cookie";

fn check(code: &Code<'_>) -> Vec<Finding> {
    flaws(code, &RULE.info, "insecure-cookie", HARM, FIX)
}
