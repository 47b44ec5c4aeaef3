//! SAS-6.27 `partly-signed-functions`: a function takes unsigned code while others take signed only.

use app_model::{Application, Code, Function};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction, settings::missing};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 27 },
        name: "partly-signed-functions",
        summary: "A function takes unsigned code, though others of the application do not",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[345, 347],
        since: "0.1.0",
        docs: include_str!("partly_signed_functions.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let is_signed = |function: &&Function| {
        missing(function.code_signing.as_ref(), &function.when, function.place).is_none()
    };
    let Some(signed) = app.functions.iter().filter(|it| is_archive(it)).find(is_signed) else {
        return Vec::new();
    };
    app.functions
        .iter()
        .filter(|function| is_archive(function))
        .filter_map(|function| {
            let spot = missing(function.code_signing.as_ref(), &function.when, function.place)?;
            let message = format!(
                "`{}` runs code that nobody signed, while `{}` takes signed code only",
                function.name, signed.name
            );
            let finding = RULE.info.finding(spot.place, message).function(&function.name);
            let fix = "Set `CodeSigningConfigArn` to the configuration of the other function";
            Some(finding.under(&spot.when).fix(fix))
        })
        .collect()
}

/// Lambda checks signatures of archives only.
fn is_archive(function: &Function) -> bool {
    !matches!(function.code, Code::Image(_) | Code::Inline(_))
}
