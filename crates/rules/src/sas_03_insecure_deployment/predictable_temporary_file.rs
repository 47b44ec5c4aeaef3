//! SAS-3.29 `predictable-temporary-file`: a temporary file has a name that can be known.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Code, Rule, code::flaws};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 29 },
        name: "predictable-temporary-file",
        summary: "A temporary file has a name that can be known",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[377],
        since: "0.1.0",
        docs: include_str!("predictable_temporary_file.md"),
    },
    check: Check::Code(check),
};

const HARM: &str = "only makes up a name: another invocation or library can take it before the \
                    file is made";

const FIX: &str = "Let the library make the file (`tempfile.NamedTemporaryFile`, \
                   `tempfile.mkstemp`)";

fn check(code: &Code<'_>) -> Vec<Finding> {
    flaws(code, &RULE.info, "predictable-temporary-file", HARM, FIX)
}
