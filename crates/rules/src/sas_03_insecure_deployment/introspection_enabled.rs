//! SAS-3.19 `introspection-enabled`: a GraphQL API tells everybody its whole schema.

use app_model::{ApiKind, Application};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction, settings::wrong_or_missing};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 19 },
        name: "introspection-enabled",
        summary: "A GraphQL API tells its schema to whoever may call it",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[200],
        since: "0.1.0",
        docs: include_str!("introspection_enabled.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.apis
        .iter()
        .filter(|api| api.kind == ApiKind::GraphQl && !api.is_private)
        .filter_map(|api| {
            let introspection = api.introspection.as_ref();
            let spot = wrong_or_missing(introspection, &api.when, api.place, |word| {
                word.eq_ignore_ascii_case("ENABLED")
            })?;
            let message = format!(
                "`{}` tells every type and operation of its schema to whoever may call it",
                api.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&api.name);
            let fix = "Set `IntrospectionConfig` to `DISABLED` where strangers may call";
            Some(found.under(&spot.when).fix(fix))
        })
        .collect()
}
