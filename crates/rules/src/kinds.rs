//! The resources of an application by kind, each with what is known of it.

use std::borrow::Borrow;

use app_model::{
    Alarm, Application, Bucket, Database, Details, Distribution, DomainName, EventRule, Instance,
    LayerVersion, LogGroup, NetworkRules, Queue, Resource, Secret, SigningConfig, StateMachine,
    Stream, Subscription, Table, Topic, Trail,
};

macro_rules! kinds {
    ($($name:ident, $variant:ident, $type:ty;)*) => {$(
        pub(crate) fn $name(app: &Application) -> impl Iterator<Item = (&Resource, &$type)> {
            app.resources.iter().filter_map(|resource| match &resource.details {
                Details::$variant(details) => Some((resource, Borrow::<$type>::borrow(details))),
                _ => None,
            })
        }
    )*};
}

kinds! {
    alarms, Alarm, Alarm;
    buckets, Bucket, Bucket;
    databases, Database, Database;
    distributions, Distribution, Distribution;
    domains, DomainName, DomainName;
    event_rules, EventRule, EventRule;
    instances, Instance, Instance;
    layers, LayerVersion, LayerVersion;
    log_groups, LogGroup, LogGroup;
    network_rules, NetworkRules, NetworkRules;
    queues, Queue, Queue;
    secrets, Secret, Secret;
    signing_configs, SigningConfig, SigningConfig;
    state_machines, StateMachine, StateMachine;
    streams, Stream, Stream;
    subscriptions, Subscription, Subscription;
    tables, Table, Table;
    topics, Topic, Topic;
    trails, Trail, Trail;
}

/// Whether a property is written whose value the model does not know, such as `RedrivePolicy` by a
/// parameter.
pub(crate) fn writes(app: &Application, resource: &str, property: &str) -> bool {
    app.literals.iter().any(|literal| {
        literal.resource == resource
            && literal
                .path
                .strip_prefix(property)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}
