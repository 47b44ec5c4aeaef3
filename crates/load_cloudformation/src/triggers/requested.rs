//! Callers who wait for an answer: routes of interfaces, function URLs, load balancers.

use app_model::{
    Api, ApiKind, Auth, AuthorizerKind, Exposure, IntegrationKind, Invocation, Route, Throttle,
    Trigger, TriggerKind,
};

use model_builder::{Builder, Item};

use crate::apis;

pub(super) fn read(builder: &mut Builder<'_>, triggers: &mut Vec<Trigger>) {
    apis::read(builder);
    for api in &builder.app.apis {
        for route in &api.routes {
            if let IntegrationKind::Function(name) = &route.integration.kind {
                let Some(mut trigger) = of_route(builder, api, route) else { continue };
                trigger.function = name.clone();
                triggers.push(trigger);
            }
        }
        for authorizer in &api.authorizers {
            let Some(function) = &authorizer.function else { continue };
            let kind = match authorizer.kind {
                AuthorizerKind::Token | AuthorizerKind::Request | AuthorizerKind::Other => {
                    TriggerKind::Authorizer
                }
                AuthorizerKind::Jwt | AuthorizerKind::Cognito | AuthorizerKind::Iam => continue,
            };
            triggers.push(Trigger {
                function: function.clone(),
                kind,
                place: authorizer.place,
                when: authorizer.when.clone(),
                api: Some(api.name.clone()),
                auth: Auth::Service,
                exposure: Exposure::Service,
                ..Trigger::default()
            });
        }
    }
    for item in builder.of_type("AWS::Lambda::Url") {
        triggers.extend(of_url(builder, item));
    }
    for item in builder.of_type("AWS::ElasticLoadBalancingV2::TargetGroup") {
        triggers.extend(of_target_group(builder, item));
    }
}

/// What leads through a route; `None` when it and its interface never exist together.
fn of_route(builder: &Builder<'_>, api: &Api, route: &Route) -> Option<Trigger> {
    let kind = match api.kind {
        ApiKind::Rest => TriggerKind::RestApi,
        ApiKind::Http => TriggerKind::HttpApi,
        ApiKind::WebSocket => TriggerKind::WebSocket,
        ApiKind::GraphQl => TriggerKind::GraphQl,
    };
    Some(Trigger {
        kind,
        place: route.place,
        when: builder.evaluator.both(&route.when, &api.when)?,
        route: Some(route.label()),
        api: Some(api.name.clone()),
        auth: route.auth.clone(),
        exposure: if api.is_private { Exposure::Account } else { Exposure::Internet },
        invocation: Invocation::Synchronous,
        throttle: limit_of(builder, api, route),
        validated: route.validated,
        body_fields: route.body_fields.clone(),
        ..Trigger::default()
    })
}

/// The limit that a request to a route meets first: its own, its stage's, or, where a key is asked
/// for, that of the usage plan.
fn limit_of(builder: &Builder<'_>, api: &Api, route: &Route) -> Option<Throttle> {
    let of_plan = || {
        let plan = builder.of_type("AWS::ApiGateway::UsagePlan").find(|plan| {
            plan.properties
                .get("ApiStages")
                .is_some_and(|node| builder.referents(node).iter().any(|r| r.name == api.name))
        })?;
        let throttle = builder.properties(plan).below(&["Throttle"])?;
        Some(Throttle {
            rate: throttle.number(&["RateLimit"]),
            burst: throttle.number(&["BurstLimit"]),
            place: throttle.node.place,
        })
    };
    route
        .throttle
        .clone()
        .or_else(|| api.stages.iter().find_map(|stage| stage.throttle.clone()))
        .or_else(|| route.api_key_required.then(of_plan).flatten())
}

/// `AWS::Lambda::Url`.
fn of_url(builder: &Builder<'_>, item: &Item<'_>) -> Option<Trigger> {
    let properties = builder.properties(item);
    let function = builder.function_behind(properties.at(&["TargetFunctionArn"])?)?;
    let auth_type = properties.text(&["AuthType"]);
    let auth = auth_type.as_ref().map_or(Auth::Unknown, |setting| {
        apis::conditional(&setting.value, |word| match word {
            "NONE" => Auth::None,
            "AWS_IAM" => Auth::Iam,
            _ => Auth::Unknown,
        })
    });
    Some(Trigger {
        function,
        kind: TriggerKind::FunctionUrl,
        place: auth_type.map_or_else(|| item.place(), |setting| setting.place),
        when: item.when.clone(),
        auth,
        exposure: Exposure::Internet,
        cors: properties.below(&["Cors"]).map(apis::cors),
        ..Trigger::default()
    })
}

/// A target group of kind `lambda`; whether its load balancer is public is read from the one load
/// balancer of the template, when there is one.
fn of_target_group(builder: &Builder<'_>, item: &Item<'_>) -> Option<Trigger> {
    let properties = builder.properties(item);
    if !properties.text(&["TargetType"])?.value.may_be("lambda") {
        return None;
    }
    let function = builder.function_behind(properties.at(&["Targets"])?)?;
    let balancers: Vec<_> = builder.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer").collect();
    let is_internal = |item: &&Item<'_>| {
        builder
            .properties(item)
            .text(&["Scheme"])
            .is_some_and(|scheme| scheme.value.may_be("internal"))
    };
    let exposure = match balancers.as_slice() {
        [] => Exposure::Unknown,
        all if all.iter().all(is_internal) => Exposure::Account,
        _ => Exposure::Internet,
    };
    Some(Trigger {
        function,
        kind: TriggerKind::LoadBalancer,
        place: item.place(),
        when: item.when.clone(),
        route: Some("load balancer".to_owned()),
        auth: balancer_auth(builder),
        exposure,
        ..Trigger::default()
    })
}

/// Listeners can ask for a sign-in; rules of a listener are not followed one by one.
fn balancer_auth(builder: &Builder<'_>) -> Auth {
    let asks =
        ["AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::ListenerRule"]
            .iter()
            .flat_map(|type_| builder.of_type(type_))
            .flat_map(|item| {
                let properties = builder.properties(item);
                let mut actions = properties.items(&["DefaultActions"]);
                actions.extend(properties.items(&["Actions"]));
                actions
            })
            .filter_map(|(_, action)| {
                action.get("Type").and_then(source_text::Node::as_str).map(str::to_owned)
            })
            .find(|kind| kind.starts_with("authenticate-"));
    asks.map_or(Auth::None, |kind| Auth::Custom(kind.into()))
}
