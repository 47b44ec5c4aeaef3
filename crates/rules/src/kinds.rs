//! The resources of an application by kind, each with what is known of it.

use std::{borrow::Borrow, collections::HashSet};

use app_model::{
    Alarm, Application, Bucket, Database, Details, Distribution, DomainName, EventRule, Instance,
    LayerVersion, LogGroup, NetworkRules, Queue, Resolver, Resource, Secret, SigningConfig,
    StateMachine, Stream, Subscription, Table, Topic, Trail,
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
    graphql_resolvers, Resolver, Resolver;
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

/// Properties that resources have, whether or not the model knows their values: a `RedrivePolicy`
/// may come whole from a parameter.
pub(crate) struct WrittenProperties<'a>(HashSet<(&'a str, &'a str)>);

impl<'a> WrittenProperties<'a> {
    /// Looks at every resource once.
    pub(crate) fn of(app: &'a Application) -> Self {
        let top = |path: &'a str| path.split('.').next().unwrap_or(path);
        Self(app.literals.iter().map(|l| (l.resource.as_str(), top(&l.path))).collect())
    }

    /// Whether a resource has a property.
    pub(crate) fn has(&self, resource: &str, property: &str) -> bool {
        self.0.contains(&(resource, property))
    }
}
