//! SAS-5.64 `silenced-host-log`: a host writes no line about executions.

use app_model::{Application, Host, Setting, SmolStr};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, azure::hosts, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 64 },
        name: "silenced-host-log",
        summary: "The host of a function app writes nothing about executions that fail",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("silenced_host_log.md"),
    },
    check: Check::Application(check),
};

/// Categories that tell of an execution that failed, and what is lost without each.
const CATEGORIES: [(&str, &str); 2] =
    [("Host.Results", "which executions failed"), ("Function", "what functions log and throw")];

fn check(app: &Application) -> Vec<Finding> {
    hosts(app)
        .filter_map(|(function, host)| {
            let (setting, lost) = CATEGORIES.iter().find_map(|(category, lost)| {
                Some((level(host, category).filter(|it| is_off(it))?, lost))
            })?;
            let message = format!(
                "the host of the function app `{}` does not write {lost}: failures and attacks leave \
                 no trace",
                function.name
            );
            let found = RULE.info.finding(setting.place, message).held_by(app, function);
            let fix = "Set `Information`, or at least `Error`, and sample what is too much";
            Some(found.property("logLevel").under(&function.when).fix(fix))
        })
        .collect()
}

/// The level of a category: its own, that of a category above it, or the default.
fn level<'a>(host: &'a Host, category: &str) -> Option<&'a Setting<SmolStr>> {
    let of =
        |name: &str| host.log_levels.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    let above = category.split_once('.').map(|(above, _)| above);
    let found = of(category).or_else(|| of(above?)).or_else(|| of("default"));
    found.map(|(_, setting)| setting)
}

fn is_off(setting: &Setting<SmolStr>) -> bool {
    setting.value.any(|level| level.eq_ignore_ascii_case("none"))
}
