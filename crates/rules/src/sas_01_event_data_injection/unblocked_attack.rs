//! SAS-1.100 `unblocked-attack`: attacks reached a handler, since its guard only watches.

use app_model::{Application, PassedAttacks};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 100 },
        name: "unblocked-attack",
        summary: "Attacks reached the handler, since the guard of the function only watches",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[20, 693],
        since: "0.1.0",
        docs: include_str!("unblocked_attack.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.live.attacks.iter().filter_map(|attacks| finding(app, attacks)).collect()
}

fn finding(app: &Application, attacks: &PassedAttacks) -> Option<Finding> {
    let PassedAttacks { function, count, what, when } = attacks;
    let function = app.function(function)?;
    let name = &function.name;
    let reached = match count {
        1 => format!("an attack ({what}) reached the handler of `{name}`"),
        count => format!("{count} attacks ({what}) reached the handler of `{name}`"),
    };
    let message = format!("{reached}{when}, since its guard only watches");
    let fix = "Set `mode` of the guard to `block`; `faasguard guard settings --learned LOG` writes what honest events need";
    let found = RULE.info.finding(function.place, message);
    Some(found.about(app, function, None).property("guard.mode").fix(fix))
}
