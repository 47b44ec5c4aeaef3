//! SAS-3.30 `unverified-host-key`: an SSH client trusts any server.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Code, Rule, code::flaws};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 30 },
        name: "unverified-host-key",
        summary: "An SSH client trusts any server",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[322],
        since: "0.1.0",
        docs: include_str!("unverified_host_key.md"),
    },
    check: Check::Code(check),
};

const HARM: &str = "trusts any server: whoever stands between is taken for it, and reads what is \
                    sent";

const FIX: &str = "Load the known key of the server and refuse others (`load_host_keys`, \
                   `RejectPolicy`)";

fn check(code: &Code<'_>) -> Vec<Finding> {
    flaws(code, &RULE.info, "unverified-host-key", HARM, FIX)
}
