//! What starts functions: the bindings of each, subscriptions of Event Grid.

use app_model::{Auth, Exposure, Invocation, Setting, SmolStr, Text, Trigger, TriggerKind, Value};
use model_builder::{Builder, Item, Properties};
use source_text::Node;

use crate::{FUNCTIONS, apps, parent, surface};

/// Reads every trigger.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let mut triggers = Vec::new();
    for item in builder.of_type(FUNCTIONS) {
        of_function(builder, item, &mut triggers);
    }
    for type_ in [
        "Microsoft.EventGrid/eventSubscriptions",
        "Microsoft.EventGrid/systemTopics/eventSubscriptions",
        "Microsoft.EventGrid/topics/eventSubscriptions",
    ] {
        triggers.extend(builder.of_type(type_).filter_map(|item| of_subscription(builder, item)));
    }
    triggers.sort_by_key(|trigger| trigger.place);
    builder.app.triggers.extend(triggers);
}

fn of_function(builder: &Builder<'_>, item: &Item<'_>, triggers: &mut Vec<Trigger>) {
    let app = apps::app_of(builder, item);
    let site = parent(builder, item);
    let properties = builder.properties(item);
    if properties.boolean(&["properties", "isDisabled"]).is_some_and(|it| it.value.all(|off| *off))
    {
        return;
    }
    for (when, binding) in properties.items(&["properties", "config", "bindings"]) {
        let Some(when) = builder.evaluator.both(&item.when, &when) else { continue };
        let binding = Properties::new(properties.evaluator, &binding);
        let Some(kind) = binding.text(&["type"]) else { continue };
        let Some((kind, invocation)) = kind.value.known().and_then(|it| kind_of(it)) else {
            continue;
        };
        let mut trigger = Trigger {
            function: app.clone(),
            kind,
            place: binding.node.place,
            when,
            route: Some(apps::function_name(item).to_string()),
            auth: Auth::Service,
            exposure: Exposure::Service,
            invocation,
            source: source(binding),
            ..Trigger::default()
        };
        if kind == TriggerKind::Http {
            (trigger.auth, trigger.place) = auth(binding);
            trigger.route = Some(route(binding, &apps::function_name(item)));
            trigger.exposure = Exposure::Internet;
            if let Some(site) = site {
                trigger.exposure = surface::exposure(builder, site);
                if trigger.auth == Auth::None && surface::asks_for_login(builder, site) {
                    trigger.auth = Auth::Jwt(SmolStr::new_static("App Service authentication"));
                }
            }
        } else if kind == TriggerKind::Schedule {
            trigger.route =
                binding.text(&["schedule"]).map(|schedule| schedule.value.display().to_owned());
        }
        triggers.push(trigger);
    }
}

/// What a type of binding (`httpTrigger`, in any case of letters) starts, and how; nothing for
/// bindings that start nothing.
#[must_use]
pub fn kind_of(type_: &str) -> Option<(TriggerKind, Invocation)> {
    use Invocation::{Asynchronous, Polled, Synchronous};
    Some(match type_.to_ascii_lowercase().as_str() {
        "httptrigger" => (TriggerKind::Http, Synchronous),
        "timertrigger" => (TriggerKind::Schedule, Asynchronous),
        "queuetrigger" => (TriggerKind::StorageQueue, Polled),
        "blobtrigger" => (TriggerKind::Blob, Polled),
        "servicebustrigger" => (TriggerKind::ServiceBus, Polled),
        "eventhubtrigger" => (TriggerKind::EventHub, Polled),
        "eventgridtrigger" => (TriggerKind::EventGrid, Asynchronous),
        "cosmosdbtrigger" => (TriggerKind::CosmosDb, Polled),
        "kafkatrigger" => (TriggerKind::Kafka, Polled),
        "rabbitmqtrigger" => (TriggerKind::Mq, Polled),
        "sqltrigger" => (TriggerKind::Sql, Polled),
        "signalrtrigger" | "webpubsubtrigger" => (TriggerKind::SignalR, Asynchronous),
        "orchestrationtrigger" | "activitytrigger" | "entitytrigger" => {
            (TriggerKind::Durable, Asynchronous)
        }
        other if other.ends_with("trigger") => (TriggerKind::Other, Asynchronous),
        _ => return None,
    })
}

/// What sends the event: the queue, path, topic or hub that the binding names.
fn source(binding: Properties<'_>) -> Option<Text> {
    let keys =
        ["queueName", "path", "topicName", "eventHubName", "containerName", "collectionName"];
    keys.iter().find_map(|key| Some(binding.text(&[key])?.value))
}

/// Who may call: a key of the function is asked for unless the level is `anonymous`.
fn auth(binding: Properties<'_>) -> (Auth, source_text::Place) {
    let Some(level) = binding.text(&["authLevel"]) else {
        return (Auth::ApiKey, binding.node.place);
    };
    let place = level.place;
    let is_open = |text: &SmolStr| text.eq_ignore_ascii_case("anonymous");
    let auth = match &level.value {
        Value::Unresolved(_) => Auth::Unknown,
        value => match value.find(is_open) {
            None => Auth::ApiKey,
            Some(_) if value.all(is_open) => Auth::None,
            Some((when, _)) => Auth::NoneWhen(when.clone(), Box::new(Auth::ApiKey)),
        },
    };
    (auth, place)
}

/// `GET /api/orders`: the methods and the route below the prefix `api`, which a host may change.
fn route(binding: Properties<'_>, function: &str) -> String {
    let methods: Vec<String> = binding
        .texts(&["methods"])
        .iter()
        .map(|method| method.value.display().to_ascii_uppercase())
        .collect();
    let methods = if methods.is_empty() { "ANY".to_owned() } else { methods.join("|") };
    let route = binding.text(&["route"]);
    let route = route.as_ref().map_or(function, |route| route.value.display());
    format!("{methods} /api/{}", route.trim_start_matches('/'))
}

/// A subscription of Event Grid that calls a function of an app of the template.
fn of_subscription(builder: &Builder<'_>, item: &Item<'_>) -> Option<Trigger> {
    let properties = builder.properties(item);
    let destination = properties.below(&["properties", "destination"])?;
    let kind: Setting<SmolStr> = destination.text(&["endpointType"])?;
    if !kind.value.may_be("AzureFunction") {
        return None;
    }
    let target = destination.at(&["properties", "resourceId"])?;
    let function = app_behind(builder, target)?;
    let source = properties.at(&["scope"]).or_else(|| properties.at(&["parent"]));
    Some(Trigger {
        function,
        kind: TriggerKind::EventGrid,
        place: destination.node.place,
        when: item.when.clone(),
        auth: Auth::Service,
        exposure: Exposure::Service,
        invocation: Invocation::Asynchronous,
        source: source.map(|node| builder.evaluator.text(node)),
        source_references: source.map_or_else(Vec::new, |node| builder.referents(node)),
        ..Trigger::default()
    })
}

/// The app of the function that a node refers to.
fn app_behind(builder: &Builder<'_>, node: &Node) -> Option<SmolStr> {
    builder.referents(node).into_iter().find_map(|reference| {
        let item = builder.items.get(&reference.name)?;
        let name =
            if item.type_() == FUNCTIONS { apps::app_of(builder, item) } else { item.name() };
        builder.app.functions.iter().any(|it| it.name == name).then_some(name)
    })
}
