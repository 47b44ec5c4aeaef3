//! SAS-7.21 `weak-cipher`: a cipher that is broken is used.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Code, Rule, code::flaws};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 21 },
        name: "weak-cipher",
        summary: "A cipher that is broken is used",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[327],
        since: "0.1.0",
        docs: include_str!("weak_cipher.md"),
    },
    check: Check::Code(check),
};

const HARM: &str = "is broken: what it hides can be read or changed";

const FIX: &str = "Take AES-GCM or ChaCha20-Poly1305 with a fresh nonce for each text";

fn check(code: &Code<'_>) -> Vec<Finding> {
    flaws(code, &RULE.info, "weak-cipher", HARM, FIX)
}
