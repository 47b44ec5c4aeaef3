//! SAS-3.2 `unsigned-code`: a function runs code whose origin nobody checks.

use app_model::{Application, Code};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::of_lambda, rank::AboutFunction, settings::missing};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 2 },
        name: "unsigned-code",
        summary: "A function is deployed without code signing",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[345, 347],
        since: "0.1.0",
        docs: include_str!("unsigned_code.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    of_lambda(app)
        // Lambda checks signatures of archives only: images have digests, and code in the
        // template cannot be signed.
        .filter(|function| !matches!(function.code, Code::Image(_) | Code::Inline(_)))
        .filter_map(|function| {
            let spot = missing(function.code_signing.as_ref(), &function.when, function.place)?;
            let message = format!(
                "`{}` runs any code that somebody with deployment rights uploads, signed or not",
                function.name
            );
            let finding = RULE.info.finding(spot.place, message).function(&function.name);
            let fix = "Set `CodeSigningConfigArn` to a configuration that enforces signatures";
            Some(finding.under(&spot.when).fix(fix))
        })
        .collect()
}
