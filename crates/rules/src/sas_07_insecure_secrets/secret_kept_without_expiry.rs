//! SAS-7.23 `secret-kept-without-expiry`: a secret is fetched once and kept without expiry.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Code, Rule, code::flaws};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 23 },
        name: "secret-kept-without-expiry",
        summary: "A secret is fetched once and kept without expiry",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[324, 613],
        since: "0.1.0",
        docs: include_str!("secret_kept_without_expiry.md"),
    },
    check: Check::Code(check),
};

const HARM: &str = "gets a secret once and keeps it as long as the execution environment lives: after a rotation the old one is used on";

const FIX: &str = "Cache it with an expiry: `parameters.get_secret(name, max_age=300)` of Powertools, the caching client of Secrets Manager, or the parameters extension";

fn check(code: &Code<'_>) -> Vec<Finding> {
    flaws(code, &RULE.info, "secret-kept-without-expiry", HARM, FIX)
}
