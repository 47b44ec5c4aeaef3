//! SAS-8.11 `unbounded-graphql-query`: one query may ask a `GraphQL` API for as much as it likes.

use app_model::{Api, ApiKind, Application, Setting, When};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 11 },
        name: "unbounded-graphql-query",
        summary: "One query may ask a GraphQL API for as much as it likes",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[770, 400],
        since: "0.1.0",
        docs: include_str!("unbounded_graphql_query.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.apis
        .iter()
        .filter(|api| api.kind == ApiKind::GraphQl && !api.is_private && is_public(api))
        .filter_map(|api| {
            let when = unlimited(api.query_depth_limit.as_ref())?
                .and(&unlimited(api.resolver_count_limit.as_ref())?)?
                .and(&api.when)?;
            let message = format!(
                "`{}` limits neither the depth of a query nor its resolvers: one nested query of \
                 anybody with the API key starts thousands of reads",
                api.name
            );
            Some(
                RULE.info
                    .finding(api.place, message)
                    .resource(&api.name)
                    .property("QueryDepthLimit")
                    .under(&when)
                    .fix("Set `QueryDepthLimit` and `ResolverCountLimit`"),
            )
        })
        .collect()
}

/// An API key is in every client, so that whoever has the client may ask.
fn is_public(api: &Api) -> bool {
    api.graphql_auth.iter().any(|kind| kind.value.may_be("API_KEY"))
}

/// When a limit is left out or 0, which is none.
fn unlimited(setting: Option<&Setting<i64>>) -> Option<When> {
    let Some(setting) = setting else { return Some(When::ALWAYS) };
    setting
        .absent
        .clone()
        .or_else(|| setting.value.find(|it| *it == 0).map(|(when, _)| when.clone()))
}
