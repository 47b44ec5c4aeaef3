//! What starts functions: requests, messages, objects, changes, schedules.

use app_model::{
    Auth, Exposure, Invocation, Reference, RoleBinding, Setting, Text, Trigger, TriggerKind, Value,
    When,
};
use model_builder::{Builder, Item, Properties};
use source_text::{Node, Place, SmolStr};

use crate::{FIRST, SECOND, SERVICE};

/// Roles that let their holder call a function, besides those that allow everything.
const INVOKERS: [&str; 8] = [
    "roles/cloudfunctions.invoker",
    "roles/cloudfunctions.admin",
    "roles/cloudfunctions.developer",
    "roles/run.invoker",
    "roles/run.servicesInvoker",
    "roles/run.admin",
    "roles/owner",
    "roles/editor",
];

/// Roles that let their holder cause events of a topic or bucket.
const SENDERS: [&str; 10] = [
    "roles/pubsub.publisher",
    "roles/pubsub.editor",
    "roles/pubsub.admin",
    "roles/storage.objectCreator",
    "roles/storage.objectUser",
    "roles/storage.objectAdmin",
    "roles/storage.admin",
    "roles/storage.legacyBucketWriter",
    "roles/storage.legacyBucketOwner",
    "roles/owner",
];

/// Reads every trigger.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let mut found = Vec::new();
    for item in builder.of_type(FIRST) {
        of_first(builder, item, &mut found);
    }
    for item in builder.of_type(SECOND) {
        of_second(builder, item, &mut found);
    }
    for item in builder.of_type(SERVICE) {
        let knative = ["metadata", "annotations", "run.googleapis.com/ingress"];
        let ingress = builder.properties(item).text(&["ingress"]);
        let ingress = ingress.or_else(|| builder.properties(item).text(&knative));
        found.push(request(builder, item, item.place(), item.when.clone(), ingress.as_ref()));
    }
    for item in builder.of_type("eventarc.googleapis.com/Trigger") {
        found.extend(of_eventarc(builder, item));
    }
    for item in builder.of_type("pubsub.googleapis.com/Subscription") {
        found.extend(of_subscription(builder, item));
    }
    for item in builder.of_type("cloudscheduler.googleapis.com/Job") {
        of_job(builder, item, &mut found);
    }
    builder.app.triggers.extend(found);
}

fn of_first(builder: &Builder<'_>, item: &Item<'_>, found: &mut Vec<Trigger>) {
    let properties = builder.properties(item);
    for (when, trigger) in properties.mappings(&["httpsTrigger"]) {
        let Some(when) = builder.evaluator.both(&item.when, &when) else { continue };
        let ingress = properties.text(&["ingressSettings"]);
        found.push(request(builder, item, trigger.place, when, ingress.as_ref()));
    }
    for (when, trigger) in properties.mappings(&["eventTrigger"]) {
        let Some(when) = builder.evaluator.both(&item.when, &when) else { continue };
        let inner = Properties::new(builder.evaluator, &trigger);
        found.push(event(builder, item, inner, when, &["resource"]));
    }
}

fn of_second(builder: &Builder<'_>, item: &Item<'_>, found: &mut Vec<Trigger>) {
    let properties = builder.properties(item);
    let events = properties.mappings(&["eventTrigger"]);
    // With or without events the function has an address; who may call it is told by bindings.
    let ingress = properties.text(&["serviceConfig", "ingressSettings"]);
    let address = request(builder, item, item.place(), item.when.clone(), ingress.as_ref());
    if events.is_empty() || address.auth.open().is_some() {
        found.push(address);
    }
    for (when, trigger) in events {
        let Some(when) = builder.evaluator.both(&item.when, &when) else { continue };
        let inner = Properties::new(builder.evaluator, &trigger);
        found.push(event(builder, item, inner, when, &["pubsubTopic"]));
    }
}

/// The address of a function.
fn request(
    builder: &Builder<'_>,
    item: &Item<'_>,
    place: Place,
    when: When,
    ingress: Option<&Setting<SmolStr>>,
) -> Trigger {
    let (auth, opened) = auth(builder, item);
    Trigger {
        function: item.name(),
        kind: TriggerKind::Http,
        place: opened.unwrap_or(place),
        when,
        auth,
        exposure: exposure(ingress),
        route: Some("its https address".to_owned()),
        invocation: Invocation::Synchronous,
        ..Trigger::default()
    }
}

/// Who gets to the address by the network. Without a word it is the internet.
fn exposure(ingress: Option<&Setting<SmolStr>>) -> Exposure {
    let Some(ingress) = ingress else { return Exposure::Internet };
    let is_open = |word: &SmolStr| {
        matches!(word.as_str(), "ALLOW_ALL" | "INGRESS_TRAFFIC_ALL" | "all")
            || word.ends_with("_UNSPECIFIED")
    };
    let is_balanced = |word: &SmolStr| {
        word.ends_with("_GCLB") || word.ends_with("LOAD_BALANCER") || word.ends_with("balancing")
    };
    if ingress.absent.is_some() || ingress.value.any(is_open) {
        Exposure::Internet
    } else if ingress.value.any(is_balanced) || ingress.value.is_unresolved() {
        // Whether the load balancer stands on the internet is not told here.
        Exposure::Unknown
    } else {
        Exposure::Account
    }
}

/// What a caller must prove, and where somebody opened the function to all.
fn auth(builder: &Builder<'_>, item: &Item<'_>) -> (Auth, Option<Place>) {
    let mut any_account = None;
    for binding in builder.app.bindings.iter().filter(|it| is_on(it, &item.name(), &INVOKERS)) {
        match binding.principal.known().map(SmolStr::as_str) {
            Some("allUsers") if binding.when.is_always() || binding.when == item.when => {
                return (Auth::None, Some(binding.place));
            }
            Some("allUsers") => {
                let auth = Auth::NoneWhen(binding.when.clone(), Box::new(Auth::Iam));
                return (auth, Some(binding.place));
            }
            Some("allAuthenticatedUsers") => any_account = Some(binding.place),
            _ => {}
        }
    }
    match any_account {
        Some(place) => (Auth::Custom(SmolStr::new_static("any Google account")), Some(place)),
        None => (Auth::Iam, None),
    }
}

fn is_on(binding: &RoleBinding, name: &str, roles: &[&str]) -> bool {
    binding.scope_references.iter().any(|reference| reference.name == name)
        && binding.role.any(|role| roles.contains(&role.as_str()))
}

/// What an event trigger of either generation says.
fn event(
    builder: &Builder<'_>,
    item: &Item<'_>,
    trigger: Properties<'_>,
    when: When,
    source: &[&str],
) -> Trigger {
    let type_ = trigger.text(&["eventType"]);
    let filters = trigger.items(&["eventFilters"]);
    let node = trigger.at(source).cloned().or_else(|| {
        filters
            .iter()
            .find(|(_, filter)| {
                let attribute = filter.get("attribute").and_then(Node::as_str);
                matches!(attribute, Some("bucket" | "database" | "topic"))
            })
            .and_then(|(_, filter)| filter.get("value").cloned())
    });
    made(builder, item.name(), trigger.node.place, when, type_.as_ref(), node.as_ref())
}

fn made(
    builder: &Builder<'_>,
    function: SmolStr,
    place: Place,
    when: When,
    type_: Option<&Setting<SmolStr>>,
    source: Option<&Node>,
) -> Trigger {
    let references = source.map(|node| builder.referents(node)).unwrap_or_default();
    let (auth, exposure) = senders(builder, &references);
    Trigger {
        function,
        kind: type_.map_or(TriggerKind::Eventarc, |type_| kind(&type_.value)),
        place,
        when,
        auth,
        exposure,
        invocation: Invocation::Asynchronous,
        source: source.map(|node| builder.evaluator.text(node)),
        source_references: references,
        events: type_.map(|type_| type_.value.clone()).into_iter().collect(),
        ..Trigger::default()
    }
}

fn kind(type_: &Text) -> TriggerKind {
    let has = |word: &str| type_.any(|text| text.contains(word));
    if has("pubsub") {
        TriggerKind::PubSub
    } else if has("google.storage") || has("cloud.storage") {
        TriggerKind::Blob
    } else if has("firestore") || has("firebase") || has("datastore") {
        TriggerKind::Firestore
    } else {
        TriggerKind::Eventarc
    }
}

/// Who can cause events of a topic or bucket.
fn senders(builder: &Builder<'_>, sources: &[Reference]) -> (Auth, Exposure) {
    let open = builder.app.bindings.iter().find(|binding| {
        binding.principal.may_be("allUsers")
            && sources.iter().any(|source| is_on(binding, &source.name, &SENDERS))
    });
    match open {
        Some(binding) if binding.when.is_always() => (Auth::None, Exposure::Internet),
        Some(binding) => {
            let auth = Auth::NoneWhen(binding.when.clone(), Box::new(Auth::Service));
            (auth, Exposure::Internet)
        }
        None => (Auth::Service, Exposure::Service),
    }
}

/// A trigger of Eventarc that calls a service or function.
fn of_eventarc(builder: &Builder<'_>, item: &Item<'_>) -> Option<Trigger> {
    let properties = builder.properties(item);
    let function = function_in(builder, properties.at(&["destination"])?)?;
    let criteria = properties.items(&["matchingCriteria"]);
    let value_of = |names: &[&str]| {
        criteria.iter().find_map(|(_, one)| {
            let attribute = one.get("attribute")?.as_str()?;
            names.contains(&attribute).then(|| one.get("value").cloned())?
        })
    };
    let type_ = value_of(&["type"])
        .and_then(|node| Some(Setting::known(node.place, SmolStr::new(node.as_str()?))));
    let topic = properties.at(&["transport", "pubsub", "topic"]).cloned();
    let source = topic.or_else(|| value_of(&["bucket", "database"]));
    let place = item.place();
    Some(made(builder, function, place, item.when.clone(), type_.as_ref(), source.as_ref()))
}

/// A subscription that pushes messages to a function's address.
fn of_subscription(builder: &Builder<'_>, item: &Item<'_>) -> Option<Trigger> {
    let properties = builder.properties(item);
    let function = function_in(builder, properties.at(&["pushConfig", "pushEndpoint"])?)?;
    let mut trigger =
        made(builder, function, item.place(), item.when.clone(), None, properties.at(&["topic"]));
    trigger.kind = TriggerKind::PubSub;
    Some(trigger)
}

/// A schedule that calls functions, or sends to a topic that starts some.
fn of_job(builder: &Builder<'_>, item: &Item<'_>, found: &mut Vec<Trigger>) {
    let properties = builder.properties(item);
    let mut functions: Vec<SmolStr> = Vec::new();
    if let Some(uri) = properties.at(&["httpTarget", "uri"]) {
        functions.extend(function_in(builder, uri));
    }
    if let Some(topic) = properties.at(&["pubsubTarget", "topicName"]) {
        let topics = builder.referents(topic);
        let fed = found.iter().filter(|trigger| {
            trigger
                .source_references
                .iter()
                .any(|source| topics.iter().any(|topic| topic.name == source.name))
        });
        functions.extend(fed.map(|trigger| trigger.function.clone()));
    }
    let schedule = properties.text(&["schedule"]);
    found.extend(functions.into_iter().map(|function| Trigger {
        function,
        kind: TriggerKind::Schedule,
        place: item.place(),
        when: item.when.clone(),
        route: schedule.as_ref().map(|schedule| schedule.value.display().to_owned()),
        auth: Auth::Service,
        exposure: Exposure::Service,
        invocation: Invocation::Asynchronous,
        source: Some(Value::Known(item.name())),
        ..Trigger::default()
    }));
}

/// The first function that a tree refers to.
fn function_in(builder: &Builder<'_>, node: &Node) -> Option<SmolStr> {
    model_builder::references(node)
        .into_iter()
        .map(|reference| reference.name)
        .find(|name| builder.app.functions.iter().any(|function| function.name == *name))
}
