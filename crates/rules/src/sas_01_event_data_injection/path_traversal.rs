//! SAS-1.13 `path-traversal`: data of an event becomes part of a path.

use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use taint::Kind;

use crate::{
    Check, Code, Rule,
    code::{Danger, injections},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 13 },
        name: "path-traversal",
        summary: "Data of an event becomes part of a path",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[22],
        since: "0.1.0",
        docs: include_str!("path_traversal.md"),
    },
    check: Check::Code(check),
};

const DANGER: Danger = Danger {
    kind: Kind::Path,
    harm: "as part of a path: `../` in it leads to any file that the function can read or write",
    fix: "Take only the last part of the name (`os.path.basename`, `path.basename`), or resolve \
          the path and check that it still begins with the folder",
};

fn check(code: &Code<'_>) -> Vec<Finding> {
    injections(code, &RULE.info, DANGER)
}
