//! Stages of interfaces: limits, logs, caches.

use app_model::{Route, Stage, Throttle};
use source_text::{Node, SmolStr};

use model_builder::{Builder, Item, Properties};

use crate::functions::environment;

/// Stages of one type that belong to the interface `api`.
pub(super) fn of_api<'a>(
    builder: &'a Builder<'_>,
    type_: &'static str,
    api: &'a str,
) -> impl Iterator<Item = &'a Item<'a>> + 'a {
    builder.of_type(type_).filter(move |item| belongs(builder, item, api))
}

/// Whether an item names the interface as its own.
pub(super) fn belongs(builder: &Builder<'_>, item: &Item<'_>, api: &str) -> bool {
    ["RestApiId", "ApiId"].iter().any(|key| {
        item.properties
            .get(key)
            .is_some_and(|node| builder.referents(node).iter().any(|r| r.name == api))
    })
}

/// A stage of a REST API, with its `MethodSettings`; limits of single methods go to the routes.
pub(super) fn rest(builder: &Builder<'_>, item: &Item<'_>, routes: &mut [Route]) -> Stage {
    let properties = builder.properties(item);
    let mut stage = common(builder, item);
    stage.tracing = properties.boolean(&["TracingEnabled"]);
    stage.cache = properties.boolean(&["CacheClusterEnabled"]);
    method_settings(properties, &mut stage, routes);
    stage
}

/// Reads `MethodSettings` of a stage or of a deployment's `StageDescription`.
fn method_settings(properties: Properties<'_>, stage: &mut Stage, routes: &mut [Route]) {
    for (_, node) in properties.items(&["MethodSettings"]) {
        let settings = Properties::new(properties.evaluator, &node);
        let text = |key: &str| {
            settings.at(&[key]).and_then(Node::as_str).unwrap_or("*").replace("~1", "/")
        };
        let (method, path) = (text("HttpMethod"), text("ResourcePath"));
        let throttle = throttle(settings);
        let is_all = method == "*" && (path == "/*" || path == "*");
        if is_all {
            stage.throttle = throttle.or(stage.throttle.take());
        } else if throttle.is_some() {
            for route in routes.iter_mut().filter(|route| {
                (method == "*" || route.method.eq_ignore_ascii_case(&method))
                    && (path == "/*" || *route.path == *path)
            }) {
                route.throttle.clone_from(&throttle);
            }
        }
        // A single method that logs whole requests leaks as much as all of them would.
        let data_trace = settings.boolean(&["DataTraceEnabled"]);
        if data_trace.as_ref().is_some_and(|set| set.value.any(|on| *on)) || is_all {
            stage.data_trace = data_trace.or(stage.data_trace.take());
        }
        if is_all {
            stage.execution_log_level = settings.text(&["LoggingLevel"]);
            stage.cache_encrypted = settings.boolean(&["CacheDataEncrypted"]);
        }
    }
}

/// A stage of an HTTP or WebSocket API; limits of single routes go to the routes.
pub(super) fn http(builder: &Builder<'_>, item: &Item<'_>, routes: &mut [Route]) -> Stage {
    let properties = builder.properties(item);
    let mut stage = common(builder, item);
    if let Some(defaults) = properties.below(&["DefaultRouteSettings"]) {
        stage.throttle = throttle(defaults);
        stage.data_trace = defaults.boolean(&["DataTraceEnabled"]);
        stage.execution_log_level = defaults.text(&["LoggingLevel"]);
    }
    let by_route = properties.at(&["RouteSettings"]).and_then(Node::as_map);
    for (key, node) in by_route.into_iter().flat_map(source_text::Map::iter) {
        let limit = throttle(Properties::new(properties.evaluator, node));
        for route in routes.iter_mut().filter(|route| route.label() == key.as_str()) {
            route.throttle.clone_from(&limit);
        }
    }
    stage
}

fn common(builder: &Builder<'_>, item: &Item<'_>) -> Stage {
    let properties = builder.properties(item);
    let path = if properties.at(&["AccessLogSettings"]).is_some() {
        "AccessLogSettings"
    } else {
        "AccessLogSetting"
    };
    let variables = if properties.at(&["StageVariables"]).is_some() {
        environment(properties, &["StageVariables"])
    } else {
        environment(properties, &["Variables"])
    };
    Stage {
        name: item.name(),
        place: item.place(),
        when: item.when.clone(),
        access_log: properties.text(&[path, "DestinationArn"]),
        access_log_format: properties.text(&[path, "Format"]),
        variables,
        shows_certificate: properties.at(&["ClientCertificateId"]).is_some(),
        ..Stage::default()
    }
}

/// A limit, when one is written.
fn throttle(properties: Properties<'_>) -> Option<Throttle> {
    let rate = properties.number(&["ThrottlingRateLimit"]);
    let burst = properties.number(&["ThrottlingBurstLimit"]);
    let place = rate.as_ref().or(burst.as_ref())?.place;
    Some(Throttle { rate, burst, place })
}

/// The name under which a deployment makes a stage itself, without a stage resource.
pub(super) fn deployment_stage(
    builder: &Builder<'_>,
    item: &Item<'_>,
    routes: &mut [Route],
) -> Option<Stage> {
    let properties = builder.properties(item);
    properties.at(&["StageName"])?;
    let mut stage = Stage {
        name: SmolStr::new(format!("{}.Stage", item.name())),
        place: item.place(),
        when: item.when.clone(),
        ..Stage::default()
    };
    if let Some(description) = properties.below(&["StageDescription"]) {
        stage.access_log = description.text(&["AccessLogSetting", "DestinationArn"]);
        stage.tracing = description.boolean(&["TracingEnabled"]);
        stage.cache = description.boolean(&["CacheClusterEnabled"]);
        stage.throttle = throttle(description);
        stage.data_trace = description.boolean(&["DataTraceEnabled"]);
        stage.execution_log_level = description.text(&["LoggingLevel"]);
        stage.variables = environment(description, &["Variables"]);
        stage.shows_certificate = description.at(&["ClientCertificateId"]).is_some();
        method_settings(description, &mut stage, routes);
    }
    Some(stage)
}
