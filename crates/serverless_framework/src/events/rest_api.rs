//! What all routes of the REST API share: the API, its deployment and stage, keys and plans.

use source_text::{Kind, Map, Node, Place};

use super::rest::API;
use crate::{
    place_text::{Here, is_on, items},
    service::Service,
    template::{Template, properties},
};

pub(super) fn finish(service: &Service, place: Place, template: &mut Template) {
    let here = Here(place);
    api(service, here, template);
    // An interface that stands elsewhere has its stage there.
    if service.provider(&["apiGateway", "restApiId"]).is_some() {
        return;
    }
    let deployment = properties([
        ("RestApiId", here.reference(API)),
        ("StageName", here.text(service.stage.clone())),
    ]);
    template.add(
        "ApiGatewayDeployment",
        place,
        "AWS::ApiGateway::Deployment",
        deployment,
        "provider",
    );
    stage(service, here, template);
    keys(service, here, template);
}

fn api(service: &Service, here: Here, template: &mut Template) {
    let name = format!("{}-{}", service.stage, service.name);
    let mut map = properties([("Name", here.text(name))]);
    if let Some(kind) = service.provider(&["endpointType"]) {
        let word = kind.scalar_text().unwrap_or_default().to_uppercase();
        let at = Here(kind.place);
        map.insert("EndpointConfiguration", at.map([("Types", at.list([at.text(word)]))]));
    }
    let policy = service
        .provider(&["apiGateway", "resourcePolicy"])
        .or_else(|| service.provider(&["resourcePolicy"]));
    if let Some(statements) = policy {
        let at = Here(statements.place);
        let document =
            at.map([("Version", at.text("2012-10-17")), ("Statement", statements.clone())]);
        map.insert("Policy", document);
    }
    if let Some(off) = service.provider(&["apiGateway", "disableDefaultEndpoint"]) {
        map.insert("DisableExecuteApiEndpoint", off.clone());
    }
    template.add(API, here.0, "AWS::ApiGateway::RestApi", map, "provider");
}

/// The stage: tracing and logs of `provider.tracing.apiGateway` and `provider.logs.restApi`.
fn stage(service: &Service, here: Here, template: &mut Template) {
    let mut map = properties([
        ("RestApiId", here.reference(API)),
        ("DeploymentId", here.reference("ApiGatewayDeployment")),
        ("StageName", here.text(service.stage.clone())),
    ]);
    if let Some(tracing) = service.provider(&["tracing", "apiGateway"]) {
        map.insert("TracingEnabled", tracing.clone());
    }
    let logs = service.provider(&["logs", "restApi"]).filter(|node| is_on(Some(node)));
    if let Some(logs) = logs {
        let at = Here(logs.place);
        let off = |key: &str| logs.get(key).is_some_and(|node| node.as_bool() == Some(false));
        if !off("accessLogging") {
            let group = format!("/aws/api-gateway/{}-{}", service.name, service.stage);
            let made = properties([("LogGroupName", at.text(group))]);
            log_group("ApiGatewayLogGroup", service, at, made, template);
            map.insert(
                "AccessLogSetting",
                access_log(at, "ApiGatewayLogGroup", logs.get("format")),
            );
        }
        if !off("executionLogging") {
            let level = logs.get("level").cloned().unwrap_or_else(|| at.text("INFO"));
            let data = logs.get("fullExecutionData").cloned().unwrap_or_else(|| at.bool(true));
            let settings = at.map([
                ("HttpMethod", at.text("*")),
                ("ResourcePath", at.text("/*")),
                ("LoggingLevel", level),
                ("DataTraceEnabled", data),
            ]);
            map.insert("MethodSettings", at.list([settings]));
        }
    }
    template.add("ApiGatewayStage", here.0, "AWS::ApiGateway::Stage", map, "provider");
}

/// The log group of an interface.
pub(super) fn log_group(
    id: &'static str,
    service: &Service,
    at: Here,
    mut map: Map,
    template: &mut Template,
) {
    if let Some(days) = service.provider(&["logRetentionInDays"]) {
        map.insert("RetentionInDays", days.clone());
    }
    template.add(id, at.0, "AWS::Logs::LogGroup", map, "provider");
}

/// Where an interface writes who called, in the author's format or the framework's.
pub(super) fn access_log(at: Here, group: &str, format: Option<&Node>) -> Node {
    let format = format.cloned().unwrap_or_else(|| {
        at.text("requestId: $context.requestId, ip: $context.identity.sourceIp, status: $context.status")
    });
    at.map([("DestinationArn", at.get_att(group, "Arn")), ("Format", format)])
}

/// `apiKeys` and `usagePlan`, new and old.
fn keys(service: &Service, here: Here, template: &mut Template) {
    let setting =
        |key: &str| service.provider(&["apiGateway", key]).or_else(|| service.provider(&[key]));
    let keys = items(setting("apiKeys"));
    for (index, key) in keys.iter().enumerate() {
        let at = Here(key.place);
        let mut map = properties([("Enabled", at.bool(true))]);
        let name = key.get("name").or_else(|| key.as_str().map(|_| *key));
        if let Some(name) = name {
            map.insert("Name", name.clone());
        }
        if let Some(value) = key.get("value") {
            map.insert("Value", value.clone());
        }
        let id = format!("ApiGatewayApiKey{}", index + 1);
        template.add(id, key.place, "AWS::ApiGateway::ApiKey", map, "provider");
    }
    let plan = setting("usagePlan");
    if keys.is_empty() && plan.is_none() {
        return;
    }
    let at = Here(plan.map_or(here.0, |node| node.place));
    let stage = at.map([("ApiId", at.reference(API)), ("Stage", at.text(service.stage.clone()))]);
    let mut map = properties([("ApiStages", at.list([stage]))]);
    for (from, to, names) in [
        ("throttle", "Throttle", &[("rateLimit", "RateLimit"), ("burstLimit", "BurstLimit")][..]),
        ("quota", "Quota", &[("limit", "Limit"), ("offset", "Offset"), ("period", "Period")]),
    ] {
        if let Some(node) = plan.and_then(|plan| plan.get(from)) {
            let mut inner = Map::new();
            crate::place_text::copy(node, &mut inner, names);
            map.insert(to, Node::new(node.place, Kind::Map(inner)));
        }
    }
    template.add("ApiGatewayUsagePlan", at.0, "AWS::ApiGateway::UsagePlan", map, "provider");
}
