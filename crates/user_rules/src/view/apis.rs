//! Interfaces with their routes and stages.

use app_model::{Api, ApiKind, Auth, Cors, IntegrationKind, Property, Route, SmolStr, Stage};

use super::{Fields, Views, auth, identities::statements, property_of_value, texts};

impl Views<'_> {
    pub(crate) fn api(&self, api: &Api) -> Property {
        let place = api.place;
        let mut fields = Fields::new(place);
        fields.text("name", api.name.clone());
        fields.text(
            "kind",
            match api.kind {
                ApiKind::Rest => "rest",
                ApiKind::Http => "http",
                ApiKind::WebSocket => "websocket",
                ApiKind::GraphQl => "graphql",
            },
        );
        fields.bool("private", api.is_private);
        fields.list("routes", api.routes.iter().map(|it| route(api, it)));
        fields.list("stages", api.stages.iter().map(|it| stage(api, it)));
        fields.names("authorizers", api.authorizers.iter().map(|it| &it.name));
        let cors = api.cors.as_ref().map(cors);
        fields.put("cors", cors.unwrap_or(Property { place, ..Property::default() }));
        fields.bool("firewall", api.has_firewall);
        fields.bool("default_endpoint_disabled", api.default_endpoint_disabled);
        fields.bool("definition_unread", api.definition_unread);
        let policy = api.resource_policy.as_ref();
        let found = policy.map(|it| statements(&api.name, it)).unwrap_or_default();
        fields.list("statements", found.into_iter());
        fields.put("tags", self.tags(place, &api.name));
        fields.put("properties", self.properties(place, &api.name));
        fields.when(&api.when);
        fields.record()
    }
}

fn cors(cors: &Cors) -> Property {
    let mut fields = Fields::new(cors.place);
    fields.put("origins", texts(cors.place, &cors.origins));
    fields.put("headers", texts(cors.place, &cors.headers));
    fields.put("methods", texts(cors.place, &cors.methods));
    fields.setting("credentials", cors.credentials.as_ref());
    fields.record()
}

fn route(api: &Api, route: &Route) -> Property {
    let mut fields = Fields::new(route.place);
    fields.text("api", api.name.clone());
    fields.text("label", route.label());
    fields.text("method", route.method.clone());
    fields.text("path", route.path.clone());
    fields.put("auth", auth(route.place, &route.auth));
    fields.optional("authorizer", authorizer(&route.auth).map(SmolStr::as_str));
    fields.bool("api_key_required", route.api_key_required);
    fields.bool("validated", route.validated);
    let (mut function, mut service) = (None, None);
    let kind = match &route.integration.kind {
        IntegrationKind::Function(name) => {
            function = Some(name);
            Some("function")
        }
        IntegrationKind::ForeignFunction => Some("foreign-function"),
        IntegrationKind::Service(name) => {
            service = Some(name);
            Some("service")
        }
        IntegrationKind::Http => Some("http"),
        IntegrationKind::Mock => Some("mock"),
        IntegrationKind::Unknown => None,
    };
    fields.optional("integration", kind);
    fields.optional("function", function.map(SmolStr::as_str));
    fields.optional("service", service.map(SmolStr::as_str));
    let uri = route.integration.uri.as_ref().map(|it| property_of_value(route.place, it));
    fields.put("uri", uri.unwrap_or(Property { place: route.place, ..Property::default() }));
    fields.throttle(route.throttle.as_ref());
    fields.when(&route.when);
    fields.record()
}

fn authorizer(auth: &Auth) -> Option<&SmolStr> {
    match auth {
        Auth::Custom(name) | Auth::Jwt(name) | Auth::Cognito(name) => Some(name),
        Auth::NoneWhen(_, other) => authorizer(other),
        _ => None,
    }
}

fn stage(api: &Api, stage: &Stage) -> Property {
    let mut fields = Fields::new(stage.place);
    fields.text("api", api.name.clone());
    fields.text("name", stage.name.clone());
    fields.setting("access_log", stage.access_log.as_ref());
    fields.setting("access_log_format", stage.access_log_format.as_ref());
    fields.setting("execution_log_level", stage.execution_log_level.as_ref());
    fields.setting("data_trace", stage.data_trace.as_ref());
    fields.setting("tracing", stage.tracing.as_ref());
    fields.setting("cache", stage.cache.as_ref());
    fields.setting("cache_encrypted", stage.cache_encrypted.as_ref());
    fields.throttle(stage.throttle.as_ref());
    fields.when(&stage.when);
    fields.record()
}
