//! SAS-2.2 `unauthenticated-route`: a route of an API reaches its target without any authorizer.

use app_model::{
    Api, ApiKind, Application, Integration, IntegrationKind, Resource, Route, RouteForm,
};
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    deeds::{Abilities, Deeds},
    kinds::{PropertyTexts, of_type},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 2 },
        name: "unauthenticated-route",
        summary: "A route of an API asks nobody who they are",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[306],
        since: "0.1.0",
        docs: include_str!("unauthenticated_route.md"),
    },
    check: Check::Application(check),
};

/// Services behind a route without a function between, which SAS-9.5
/// `unauthenticated-direct-integration` tells more of.
const DIRECT: [&str; 8] =
    ["dynamodb", "events", "firehose", "kinesis", "s3", "sns", "sqs", "states"];

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut abilities = Abilities::of(app);
    for api in app.apis.iter().filter(|api| !api.is_private) {
        // Behind `$connect` lie all routes of a WebSocket API.
        let of_all = (api.kind == ApiKind::WebSocket)
            .then(|| api.routes.iter().map(|route| deeds(&mut abilities, route)).max())
            .flatten();
        for route in api.routes.iter().filter(|route| asks(api, route)) {
            let deeds = of_all.unwrap_or_else(|| deeds(&mut abilities, route));
            findings.extend(of_route(app, api, route, deeds));
        }
    }
    let texts = PropertyTexts::of(app);
    for form in ELSEWHERE {
        let routes = of_type(app, form.type_name);
        findings.extend(routes.filter_map(|route| of_route_elsewhere(app, &texts, route, &form)));
    }
    findings
}

/// How a route of an API made elsewhere is written.
struct Elsewhere {
    type_name: &'static str,
    noun: &'static str,
    /// Property that names the API.
    api: &'static str,
    /// Property that names the route.
    label: &'static str,
    /// Whether nobody is asked when nothing is written.
    open_by_default: bool,
}

const ELSEWHERE: [Elsewhere; 2] = [
    Elsewhere {
        type_name: "AWS::ApiGateway::Method",
        noun: "method",
        api: "RestApiId",
        label: "HttpMethod",
        open_by_default: false,
    },
    Elsewhere {
        type_name: "AWS::ApiGatewayV2::Route",
        noun: "route",
        api: "ApiId",
        label: "RouteKey",
        open_by_default: true,
    },
];

/// A route that is added to an API of another template, whose policy may still close it.
fn of_route_elsewhere(
    app: &Application,
    texts: &PropertyTexts<'_>,
    route: &Resource,
    form: &Elsewhere,
) -> Option<Finding> {
    let name = route.name.as_str();
    let is_here = texts.at(name, form.api).any(|literal| {
        literal.value.unresolved().is_some_and(|open| {
            open.references.iter().any(|it| app.resources.iter().any(|r| r.name == it.name))
        })
    });
    let may_be = |path: &str, word: &str| {
        texts.at(name, path).any(|it| it.value.any(|text| text.eq_ignore_ascii_case(word)))
    };
    let label = texts.at(name, form.label).next().map_or("ANY", |it| it.value.display());
    // Routes of a WebSocket are named by the message; only `$connect` is asked.
    let is_message = form.label == "RouteKey"
        && !label.contains('/')
        && !["$default", "$connect"].contains(&label);
    let asks_nothing = label.to_ascii_uppercase().starts_with("OPTIONS")
        || is_message
        || may_be("Integration.Type", "MOCK")
        || may_be("ApiKeyRequired", "true");
    if is_here || asks_nothing || texts.lacks(name, form.api) {
        return None;
    }
    let is_open = |word: &str| word.eq_ignore_ascii_case("NONE");
    let spot = if form.open_by_default {
        texts.wrong_or_missing(route, "AuthorizationType", is_open)
    } else {
        texts.wrong(route, "AuthorizationType", is_open)
    }?;
    let message = format!(
        "anybody on the internet can call the {} `{name}` (`{label}`) of an API made \
         elsewhere, unless a policy of that API closes it",
        form.noun
    );
    let found = RULE.info.finding(spot.place, message).resource(name).property(label);
    let confidence = found.confidence.min(Confidence::Medium);
    let found = found.confidence(confidence).under(&spot.when);
    Some(found.fix(format!(
        "Set `AuthorizationType` and `AuthorizerId` on the {}, or accept a public route with a \
         reason",
        form.noun
    )))
}

/// Whether a caller could be asked for a proof here at all: a WebSocket is asked when it connects,
/// a browser's pre-flight question carries no proof, and a fixed answer tells nothing.
fn asks(api: &Api, route: &Route) -> bool {
    match api.kind {
        _ if matches!(&route.integration.kind, IntegrationKind::Service(service)
            if DIRECT.contains(&service.as_str())) =>
        {
            false
        }
        ApiKind::GraphQl => false,
        ApiKind::WebSocket => route.path == "$connect",
        ApiKind::Rest | ApiKind::Http => {
            !route.is_preflight() && route.integration.kind != IntegrationKind::Mock
        }
    }
}

fn of_route(app: &Application, api: &Api, route: &Route, deeds: Deeds) -> Option<Finding> {
    let when = api.when.and(&route.when)?.and(route.auth.open()?)?;
    let label = route.label();
    let (leads_to, severity) = behind(api, route, deeds);
    let message = format!(
        "anybody on the internet can call `{label}` of the {} `{}`, which {leads_to}",
        api.kind.words(),
        api.name
    );
    let finding = RULE.info.finding(route.place, message);
    let function = match &route.integration.kind {
        IntegrationKind::Function(name) => app.function(name),
        _ => None,
    };
    let finding = match function {
        Some(function) => {
            // The way in is this route, whichever is the shortest.
            let name = function.name.to_string();
            let way = ["internet".to_owned(), format!("{} {label}", api.name), name];
            let hops = app.attack_path(function, None).hops;
            let behind = hops.into_iter().skip_while(|hop| *hop != function.name).skip(1);
            finding.about(app, function, None).path(way.into_iter().chain(behind).collect())
        }
        None => finding,
    };
    let finding = finding.severity(severity).resource(&api.name).property(label);
    Some(finding.under(&when).fix(fix(api, route)))
}

/// What a route leads to, in words, and how bad it is that anybody gets there.
fn behind(api: &Api, route: &Route, deeds: Deeds) -> (String, Severity) {
    match &route.integration.kind {
        IntegrationKind::Function(name) => {
            let starts = format!("starts `{name}`");
            match deeds {
                Deeds::Nothing => {
                    (format!("{starts}, whose role may only write logs"), Severity::Medium)
                }
                Deeds::Reads | Deeds::Acts => (starts, Severity::High),
            }
        }
        IntegrationKind::ForeignFunction => {
            ("starts a function elsewhere".to_owned(), Severity::High)
        }
        IntegrationKind::Service(service) => {
            (format!("calls `{service}` directly"), Severity::High)
        }
        IntegrationKind::Http if route.integration.via_vpc_link => {
            ("makes the backend behind its VPC link public".to_owned(), Severity::High)
        }
        IntegrationKind::Http if adds_proof(api, &route.integration) => {
            ("calls an HTTP backend with a proof of the gateway's own".to_owned(), Severity::High)
        }
        // Who calls the backend itself gets as far.
        IntegrationKind::Http => {
            ("only passes it on to an HTTP backend on the internet".to_owned(), Severity::Low)
        }
        IntegrationKind::Mock | IntegrationKind::Unknown => {
            ("has no authorizer".to_owned(), Severity::High)
        }
    }
}

/// What a route may do through its function.
fn deeds(abilities: &mut Abilities<'_>, route: &Route) -> Deeds {
    match &route.integration.kind {
        IntegrationKind::Function(name) => abilities.of_function(name),
        IntegrationKind::Mock => Deeds::Nothing,
        _ => Deeds::Acts,
    }
}

/// Parts of the names of headers and parameters that hold a proof.
const PROOFS: [&str; 6] = ["auth", "key", "password", "secret", "signature", "token"];

/// Whether the gateway adds to a request what the caller need not know: a certificate, or a header
/// or parameter with a proof in it that does not come from the request.
fn adds_proof(api: &Api, integration: &Integration) -> bool {
    let is_proof = |name: &str| {
        let name = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
        PROOFS.iter().any(|part| name.contains(part))
    };
    let from_request = |value: &str| {
        let value = value.trim_start_matches(['$', '{']);
        ["method.", "request.", "route.", "context."].iter().any(|start| value.starts_with(start))
    };
    api.stages.iter().any(|stage| stage.shows_certificate)
        || integration
            .request_parameters
            .iter()
            .any(|(name, set)| is_proof(name) && !from_request(set.value.display()))
}

/// How an authorizer is put before a route, by how the route is written.
fn fix(api: &Api, route: &Route) -> String {
    let how = match (api.kind, route.form) {
        (ApiKind::WebSocket, _) => {
            "Set `AuthorizationType` on the `$connect` route to `AWS_IAM`, or to `CUSTOM` with a Lambda \
             authorizer as `AuthorizerId`"
        }
        (_, RouteForm::Event) => {
            "Set `Auth.Authorizer` on the event or `Auth.DefaultAuthorizer` on the API"
        }
        (_, RouteForm::Definition) => {
            "Name under `security` of the operation a scheme with `x-amazon-apigateway-authorizer`"
        }
        (ApiKind::Rest, RouteForm::Resource) => {
            "Set `AuthorizationType` and `AuthorizerId` on the method"
        }
        (_, RouteForm::Resource) => "Set `AuthorizationType` and `AuthorizerId` on the route",
        (_, RouteForm::Target) => {
            "Write the route with `AuthorizationType` and `AuthorizerId` instead of `Target`"
        }
    };
    format!("{how}, or accept a public route with a reason")
}
