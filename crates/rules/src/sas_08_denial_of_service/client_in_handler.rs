//! SAS-8.21 `client-in-handler`: a client is made anew for every event.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Code, Rule, code::flaws};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 21 },
        name: "client-in-handler",
        summary: "A client is made anew for every event",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[400],
        since: "0.1.0",
        docs: include_str!("client_in_handler.md"),
    },
    check: Check::Code(check),
};

const HARM: &str = "makes a client anew for every event: each pays for a handshake, and \
                    connections run out under load";

const FIX: &str = "Make the client once, outside of the handler, and use it again";

fn check(code: &Code<'_>) -> Vec<Finding> {
    flaws(code, &RULE.info, "client-in-handler", HARM, FIX)
}
