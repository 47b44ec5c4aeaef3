//! SAS-3.28 `disabled-tls-verification`: a connection accepts any certificate.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Code, Rule, code::flaws};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 28 },
        name: "disabled-tls-verification",
        summary: "A connection accepts any certificate",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[295],
        since: "0.1.0",
        docs: include_str!("disabled_tls_verification.md"),
    },
    check: Check::Code(check),
};

const HARM: &str = "accepts any certificate: whoever stands between reads and changes what is sent";

const FIX: &str = "Leave verification on, and name the authority of an internal service \
                   (`verify=\"ca.pem\"`, `ca: …`)";

fn check(code: &Code<'_>) -> Vec<Finding> {
    flaws(code, &RULE.info, "disabled-tls-verification", HARM, FIX)
}
