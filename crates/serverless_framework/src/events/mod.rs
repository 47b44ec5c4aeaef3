//! Events: what calls a function, and the resources that the framework makes for it.

mod brokers;
mod http_api;
mod polled;
mod pushed;
mod rest;
mod rest_api;
mod rules;
mod websocket;

use std::collections::HashMap;

use source_text::{Kind, Map, Node, Place, SmolStr};

use crate::{
    functions::Function,
    place_text::{Here, items},
    service::Service,
    template::Template,
};

/// What the events of all functions share.
#[derive(Debug, Default)]
pub(crate) struct Used {
    /// Where the first route of the REST API is written.
    pub(crate) rest: Option<Place>,
    /// Where the first route of the HTTP API is written.
    pub(crate) http: Option<Place>,
    /// Where the first route of the WebSocket API is written.
    pub(crate) websocket: Option<Place>,
    /// Where the first event of CloudFront is written.
    pub(crate) edge: Option<(Place, Vec<Node>)>,
    /// Events by function and kind, for their logical ids.
    counts: HashMap<(SmolStr, &'static str), usize>,
}

impl Used {
    /// The number of an event of its kind, from 1.
    fn next(&mut self, function: &Function, kind: &'static str) -> usize {
        let count = self.counts.entry((function.name.clone(), kind)).or_insert(0);
        *count += 1;
        *count
    }
}

/// One event of a function.
pub(crate) struct Event<'a> {
    pub(crate) service: &'a Service,
    pub(crate) function: &'a Function,
    /// Where its kind is written.
    pub(crate) place: Place,
    /// What stands behind the kind: a mapping, text, `null`.
    pub(crate) node: &'a Node,
}

impl Event<'_> {
    /// A setting, when the event is a mapping.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.node.get(key).filter(|node| !node.is_null())
    }

    pub(crate) fn here(&self) -> Here {
        Here(self.place)
    }

    /// The ARN of the function.
    pub(crate) fn arn(&self) -> Node {
        self.here().get_att(self.function.id.as_str(), "Arn")
    }

    /// `false` switches an event off.
    pub(crate) fn enabled(&self) -> Option<&Node> {
        self.get("enabled")
    }
}

/// Adds what the events of a function make.
pub(crate) fn add(
    service: &Service,
    function: &Function,
    template: &mut Template,
    used: &mut Used,
) {
    for part in items(function.get("events")) {
        let Kind::Map(map) = &part.kind else {
            if let Some(kind) = part.as_str() {
                let null = Node::null(part.place);
                let event = Event { service, function, place: part.place, node: &null };
                one(kind, &event, template, used);
            } else {
                let message = format!("an event is a mapping, but this is {}", part.kind_name());
                template.error(part.place, message);
            }
            continue;
        };
        if map.contains("Fn::Unresolved") {
            let message =
                format!("an event of `{}` is not known; it is not looked at", function.name);
            template.error(part.place, message);
            continue;
        }
        for (kind, entry) in map.entries() {
            let event = Event { service, function, place: entry.key_place, node: &entry.value };
            one(kind, &event, template, used);
        }
    }
}

fn one(kind: &str, event: &Event<'_>, template: &mut Template, used: &mut Used) {
    match kind {
        "http" => rest::add(event, template, used),
        "httpApi" => http_api::add(event, template, used),
        "websocket" => websocket::add(event, template, used),
        "sqs" => polled::queue(event, template, used),
        "stream" => polled::stream(event, template, used),
        "msk" | "kafka" | "activemq" | "rabbitmq" => brokers::add(kind, event, template, used),
        "s3" => pushed::bucket(event, template, used),
        "sns" => pushed::topic(event, template, used),
        "schedule" => rules::schedule(event, template, used),
        "eventBridge" => rules::event_bridge(event, template, used),
        "cloudwatchEvent" => rules::cloudwatch_event(event, template, used),
        "cloudwatchLog" => pushed::log(event, template, used),
        "iot" => rules::iot(event, template, used),
        "cognitoUserPool" => pushed::user_pool(event, template),
        "alb" => pushed::load_balancer(event, template, used),
        "cloudFront" => pushed::edge(event, template, used),
        "alexaSkill" | "alexaSmartHome" => pushed::alexa(kind, event, template, used),
        "iotFleetProvisioning" => {
            let id = format!("{}LambdaPermissionIotFleet", event.function.normalised);
            template.permit(id, event.place, &event.function.id, "iot.amazonaws.com", None);
        }
        other => {
            let message =
                format!("events of the kind `{other}` are not known; this one is not looked at");
            template.error(event.place, message);
        }
    }
}

/// Adds what all events of a kind share.
pub(crate) fn finish(service: &Service, template: &mut Template, used: &Used) {
    if let Some(place) = used.rest {
        rest_api::finish(service, place, template);
    }
    if let Some(place) = used.http {
        http_api::finish(service, place, template);
    }
    if let Some(place) = used.websocket {
        websocket::finish(service, place, template);
    }
    if let Some((place, associations)) = &used.edge {
        pushed::distribution(service, *place, associations, template);
    }
}

/// Copies settings of the event under other names: `(from, to)`.
pub(crate) fn put_alike(event: &Event<'_>, to: &mut Map, names: &[(&str, &'static str)]) {
    crate::place_text::copy(event.node, to, names);
}
