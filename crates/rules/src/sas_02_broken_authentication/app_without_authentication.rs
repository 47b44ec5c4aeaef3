//! SAS-2.61 `app-without-authentication`: the authentication settings of an app are switched off.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, Settings, Wrong, about, subject},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 61 },
        name: "app-without-authentication",
        summary: "The authentication settings of an app are switched off",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[306],
        since: "0.1.0",
        docs: include_str!("app_without_authentication.md"),
    },
    check: Check::Application(check),
};

const CONFIGS: &[&str] = &["Microsoft.Web/sites/config", "Microsoft.Web/sites/slots/config"];

/// The name of the settings, and the switch in them.
const SWITCHES: [(&str, Row); 2] = [
    ("authsettings", switch("properties.enabled", "Set `enabled` to `true`")),
    ("authsettingsV2", switch("properties.platform.enabled", "Set `platform.enabled` to `true`")),
];

const fn switch(path: &'static str, fix: &'static str) -> Row {
    Row { types: CONFIGS, path, wrong: Wrong::IsNotOrMissing(&["true"]), unless: &[], fix }
}

fn check(app: &Application) -> Vec<Finding> {
    let configs = || app.resources.iter().filter(|it| CONFIGS.contains(&it.type_name.as_str()));
    if configs().next().is_none() {
        return Vec::new();
    }
    let settings = Settings::of(app);
    let mut findings = Vec::new();
    for (name, row) in SWITCHES {
        for config in configs().filter(|config| settings.is_named(config, name)) {
            let Some(spot) = settings.spot(config, &row) else { continue };
            let message = format!(
                "{} switches the sign-in of the platform off: the code alone decides who gets in",
                subject(app, config)
            );
            let found = about(app, config, RULE.info.finding(spot.place, message));
            findings.push(found.property(row.path).under(&spot.when).fix(row.fix));
        }
    }
    findings
}
