//! SAS-3.103 `unattested-code`: what a function runs is none of the packages that were attested.

use app_model::{Application, Unattested};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 103 },
        name: "unattested-code",
        summary: "What a function runs is none of the packages that were attested",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[345, 494],
        since: "0.1.0",
        docs: include_str!("unattested_code.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.live.unattested.iter().filter_map(|it| finding(app, it)).collect()
}

fn finding(app: &Application, unattested: &Unattested) -> Option<Finding> {
    let Unattested { function, code_sha256 } = unattested;
    let function = app.function(function)?;
    let name = &function.name;
    let message = format!(
        "`{name}` was deployed from an unknown revision: no attestation names its code (`CodeSha256` `{code_sha256}`)"
    );
    let fix = "Deploy a package of your pipeline, which `faasguard package attest` signs, or find out who deployed this one";
    Some(
        RULE.info.finding(function.place, message).held_by(app, function).property("code").fix(fix),
    )
}
