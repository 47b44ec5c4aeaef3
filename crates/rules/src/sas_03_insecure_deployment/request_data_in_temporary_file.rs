//! SAS-3.33 `request-data-in-temporary-file`: data of a request stays in a file below /tmp.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Code, Rule, code::flaws};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 33 },
        name: "request-data-in-temporary-file",
        summary: "Data of a request stays in a file below /tmp",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[377, 459],
        since: "0.1.0",
        docs: include_str!("request_data_in_temporary_file.md"),
    },
    check: Check::Code(check),
};

const HARM: &str = "puts data of a request below `/tmp`, and nothing removes it: later invocations in the same execution environment find it";

const FIX: &str = "Use `tempfile.TemporaryDirectory`, or remove the file in `finally`";

fn check(code: &Code<'_>) -> Vec<Finding> {
    flaws(code, &RULE.info, "request-data-in-temporary-file", HARM, FIX)
}
