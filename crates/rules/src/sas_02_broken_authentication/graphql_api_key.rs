//! SAS-2.9 `graphql-api-key`: a GraphQL API takes an API key for a proof.

use app_model::{Api, ApiKind, Application};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 9 },
        name: "graphql-api-key",
        summary: "A GraphQL API is open to whoever has its API key",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[287, 798],
        since: "0.1.0",
        docs: include_str!("graphql_api_key.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.apis
        .iter()
        .filter(|api| api.kind == ApiKind::GraphQl && !api.is_private)
        .filter_map(of_api)
        .collect()
}

fn of_api(api: &Api) -> Option<Finding> {
    let (at, setting) =
        api.graphql_auth.iter().enumerate().find(|(_, kind)| kind.value.may_be("API_KEY"))?;
    let (when, _) = setting.value.find(|kind| kind == "API_KEY")?;
    let (message, severity) = if at == 0 {
        let message = format!(
            "whoever has the API key of `{}` can call every field of it: clients carry the key, so \
             it proves nothing",
            api.name
        );
        (message, RULE.info.severity)
    } else {
        let message = format!(
            "`{}` also takes an API key, which opens every field that the schema marks with \
             `@aws_api_key`",
            api.name
        );
        (message, Severity::Low)
    };
    Some(
        RULE.info
            .finding(setting.place, message)
            .severity(severity)
            .resource(&api.name)
            .property("AuthenticationType")
            .under(&api.when.and(when)?)
            .fix("Use `AMAZON_COGNITO_USER_POOLS`, `OPENID_CONNECT`, `AWS_IAM` or `AWS_LAMBDA`"),
    )
}
