//! SAS-1.9 `command-injection`: data of an event becomes part of a command.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, injections},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 9 },
        name: "command-injection",
        summary: "Data of an event becomes part of a command",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[78],
        since: "0.1.0",
        docs: include_str!("command_injection.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Command,
    harm: "as part of a command: whoever sends it runs programs as the function",
    fix: "Start the program without a shell and pass the data as one argument of a list; or quote it \
          with the function that the language has for this (`shlex.quote` in Python)",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    injections(code, &RULE.info, DANGER)
}
