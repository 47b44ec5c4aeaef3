//! SAS-2.24 `unverified-jwt`: a token is read without checking its signature.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Code, Rule, code::flaws};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 24 },
        name: "unverified-jwt",
        summary: "A token is read without checking its signature",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[347],
        since: "0.1.0",
        docs: include_str!("unverified_jwt.md"),
    },
    check: Check::Code(check),
};

const HARM: &str = "reads a token that nobody checked: whoever makes one up is who they say they \
                    are";

const FIX: &str = "Verify the signature with the key of the issuer and a fixed algorithm \
                   (`jwt.decode(token, key, algorithms=[\"RS256\"])`, `jwt.verify`)";

fn check(code: &Code<'_>) -> Vec<Finding> {
    flaws(code, &RULE.info, "unverified-jwt", HARM, FIX)
}
