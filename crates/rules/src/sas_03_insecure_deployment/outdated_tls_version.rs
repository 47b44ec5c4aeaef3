//! SAS-3.32 `outdated-tls-version`: a connection may use a TLS version that is broken.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Code, Rule, code::flaws};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 32 },
        name: "outdated-tls-version",
        summary: "A connection may use a TLS version that is broken",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[327],
        since: "0.1.0",
        docs: include_str!("outdated_tls_version.md"),
    },
    check: Check::Code(check),
};

const HARM: &str = "allows a version that is broken: whoever stands between reads what is sent";

const FIX: &str = "Ask for TLS 1.2 or later (`context.minimum_version = \
                   ssl.TLSVersion.TLSv1_2`), or leave the default";

fn check(code: &Code<'_>) -> Vec<Finding> {
    flaws(code, &RULE.info, "weak-tls-version", HARM, FIX)
}
