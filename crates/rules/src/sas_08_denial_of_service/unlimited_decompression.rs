//! SAS-8.24 `unlimited-decompression`: sent bytes are unpacked without a limit.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, overloads},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 24 },
        name: "unlimited-decompression",
        summary: "Sent bytes are unpacked without a limit",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[409],
        since: "0.1.0",
        docs: include_str!("unlimited_decompression.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Archive,
    harm: "without a limit: a small request that unpacks to gigabytes takes the memory of the function",
    fix: "Give the largest size that the result may have (`maxOutputLength`, `decompressobj().decompress(data, limit)`), or look at the sizes in the archive first",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    overloads(code, &RULE.info, DANGER)
}
