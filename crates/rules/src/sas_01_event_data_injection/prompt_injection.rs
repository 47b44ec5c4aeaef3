//! SAS-1.27 `prompt-injection`: data of an event becomes an instruction to a language model.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, injections},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 27 },
        name: "prompt-injection",
        summary: "Data of an event becomes an instruction to a language model",
        severity: Severity::Medium,
        audience: Audience::Strict,
        cwe: &[1427],
        since: "0.1.0",
        docs: include_str!("prompt_injection.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Prompt,
    harm: "as an instruction to a language model: whoever sends it decides what the model says \
           and does",
    fix: "Send the data as a message of the user, apart from the system prompt, and take what \
          the model answers as data of that user",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    injections(code, &RULE.info, DANGER)
}
