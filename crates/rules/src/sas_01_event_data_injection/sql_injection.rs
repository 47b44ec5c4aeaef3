//! SAS-1.10 `sql-injection`: data of an event becomes part of an SQL statement.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, injections},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 10 },
        name: "sql-injection",
        summary: "Data of an event becomes part of an SQL statement",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[89],
        since: "0.1.0",
        docs: include_str!("sql_injection.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Sql,
    harm: "as part of a statement: whoever sends it reads and changes what the database holds",
    fix: "Pass the data as a parameter of the statement (`execute(\"… WHERE id = %s\", (id,))`), \
          and choose names of tables and columns from a list of constants",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    injections(code, &RULE.info, DANGER)
}
