//! SAS-5.13 `unstructured-logs`: log lines of a function are plain text.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::of_lambda, rank::AboutFunction, settings::wrong_or_missing};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 13 },
        name: "unstructured-logs",
        summary: "Log lines of a function are plain text",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("unstructured_logs.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    of_lambda(app)
        .filter_map(|function| {
            let format = function.log_format.as_ref();
            let spot = wrong_or_missing(format, &function.when, function.place, |word| {
                word.eq_ignore_ascii_case("Text")
            })?;
            let message = format!(
                "log lines of `{}` are plain text, which cannot be searched by field, and into \
                 which a caller can slip lines of their own",
                function.name
            );
            let found = RULE.info.finding(spot.place, message).function(&function.name);
            Some(found.under(&spot.when).fix("Set `LogFormat` to `JSON` under `LoggingConfig`"))
        })
        .collect()
}
