//! SAS-1.22 `log-injection`: data of an event becomes a line of the log.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use source_text::Place;
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, injections_on_people},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 22 },
        name: "log-injection",
        summary: "Data of an event becomes a line of the log",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[117],
        since: "0.1.0",
        docs: include_str!("log_injection.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Log,
    harm: "as a line of the log: line breaks in it write lines that never happened",
    fix: "Log as JSON (Powertools' `Logger`, `pino`), or take out line breaks before",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    // A whole event in the log is a matter of its own, SAS-5.26.
    let whole: Vec<Place> = code.flows(Kind::Event).map(|flow| flow.place).collect();
    let mut findings = injections_on_people(code, &RULE.info, DANGER);
    findings.retain(|finding| !whole.contains(&finding.place));
    findings
}
