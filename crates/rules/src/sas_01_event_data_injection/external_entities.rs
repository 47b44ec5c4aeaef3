//! SAS-1.20 `external-entities`: XML of an event is parsed with entities.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, flaws, injections},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 20 },
        name: "external-entities",
        summary: "XML of an event is parsed with entities",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[611],
        since: "0.1.0",
        docs: include_str!("external_entities.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Xml,
    harm: "as XML whose entities are resolved: whoever sends it reads files and makes the \
           function call addresses",
    fix: "Switch entities off (`XMLParser(resolve_entities=False, no_network=True)`), or parse \
          with `defusedxml`",
};

const TOLD: &str = "is told to resolve entities: XML from outside reads files and calls addresses";

fn check(code: &Code<'_>) -> Vec<Finding> {
    let mut findings = injections(code, &RULE.info, DANGER);
    findings.extend(flaws(code, &RULE.info, "external-entities", TOLD, DANGER.fix));
    findings
}
