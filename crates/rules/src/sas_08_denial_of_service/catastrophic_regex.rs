//! SAS-8.23 `catastrophic-regex`: a regular expression backtracks without end on a hostile text.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{injection, words},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 23 },
        name: "catastrophic-regex",
        summary: "A regular expression backtracks without end on a hostile text",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[1333],
        since: "0.1.0",
        docs: include_str!("catastrophic_regex.md"),
    },
    check: Check::Code(check),
};

const HARM: &str = "which takes some texts in ever more ways: a few dozen characters keep the \
                    function busy until its timeout";

const FIX: &str = "Write the expression so that each text fits in one way (`(a+)+` is `a+`), or bound \
                   the length of the text first";

fn check(code: &Code<'_>) -> Vec<Finding> {
    code.flows(Kind::Backtracking)
        .filter(|flow| flow.trust > taint::Trust::Producer)
        .map(|flow| {
            let (source, pattern) = (words(&flow.source), words(&flow.sink));
            let message = format!("{source} is matched against {pattern}, {HARM}");
            injection(code, &RULE.info, flow, message, FIX)
        })
        .collect()
}
