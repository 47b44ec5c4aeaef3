//! SAS-5.20 `graphql-without-logs`: nobody can tell later what a GraphQL API was asked.

use app_model::{ApiKind, Application};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule, kinds::WrittenProperties, rank::AboutFunction, settings::wrong_or_missing,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 20 },
        name: "graphql-without-logs",
        summary: "A GraphQL API writes no logs",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("graphql_without_logs.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let written = WrittenProperties::of(app);
    app.apis
        .iter()
        .filter(|api| api.kind == ApiKind::GraphQl)
        .filter_map(|api| {
            let level = api.field_log_level.as_ref();
            // A configuration without a level still logs requests.
            if level.is_none() && written.has(&api.name, "LogConfig") {
                return None;
            }
            let spot = wrong_or_missing(level, &api.when, api.place, |level| level == "NONE")?;
            let message = format!(
                "nobody can tell later what `{}` was asked, nor which fields were refused",
                api.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&api.name);
            let fix = "Set `LogConfig` with `FieldLogLevel: ERROR` and a role that writes logs";
            Some(found.property("LogConfig").under(&spot.when).fix(fix))
        })
        .collect()
}
