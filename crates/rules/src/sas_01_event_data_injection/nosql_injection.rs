//! SAS-1.11 `nosql-injection`: data of an event becomes part of a query of a document store.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, injections},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 11 },
        name: "nosql-injection",
        summary: "Data of an event becomes part of a query of a document store",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[943],
        since: "0.1.0",
        docs: include_str!("nosql_injection.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Nosql,
    harm: "as part of a query: operators in it (`{\"$ne\": \"\"}`) match what was not asked for",
    fix: "Turn each value into a text or number before it goes into the query (`String(name)`, a \
          schema), and pass values of DynamoDB expressions in `ExpressionAttributeValues`",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    injections(code, &RULE.info, DANGER)
}
