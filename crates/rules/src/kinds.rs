//! The resources of an application by kind, each with what is known of it.

use std::{
    borrow::Borrow,
    collections::{HashMap, HashSet},
};

use app_model::{
    Alarm, Application, Bucket, Database, Details, Distribution, DomainName, EventRule, Function,
    Instance, Key, LayerVersion, Literal, LogGroup, NetworkRules, Platform, Queue, Resolver,
    Resource, Secret, SigningConfig, StateMachine, Stream, Subscription, Table, Topic, Trail,
};

use crate::settings::Spot;

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
    keys, Key, Key;
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

/// Texts, numbers and switches of resources by path, for properties that the model has no field for.
pub(crate) struct PropertyTexts<'a>(HashMap<&'a str, Vec<&'a Literal>>);

impl<'a> PropertyTexts<'a> {
    /// Looks at every resource once.
    pub(crate) fn of(app: &'a Application) -> Self {
        let mut by_resource: HashMap<&str, Vec<&Literal>> = HashMap::new();
        for literal in &app.literals {
            by_resource.entry(&literal.resource).or_default().push(literal);
        }
        Self(by_resource)
    }

    /// What stands at a path of a resource; several where a list lies on the way.
    pub(crate) fn at(&self, resource: &str, path: &str) -> impl Iterator<Item = &'a Literal> {
        let all = self.0.get(resource).map_or(&[][..], Vec::as_slice);
        all.iter().copied().filter(move |literal| literal.path == path)
    }

    /// Where something at a path has a value that `claim` holds for.
    pub(crate) fn wrong(
        &self,
        resource: &Resource,
        path: &str,
        mut claim: impl FnMut(&str) -> bool,
    ) -> Option<Spot> {
        self.at(&resource.name, path).find_map(|literal| {
            let (when, _) = literal.value.find(|text| claim(text))?;
            Some(Spot { place: literal.place, when: resource.when.and(when)? })
        })
    }

    /// Whether nothing stands at a path, nor at a part of it that might hold it when deployed.
    pub(crate) fn lacks(&self, resource: &str, path: &str) -> bool {
        let all = self.0.get(resource).map_or(&[][..], Vec::as_slice);
        !all.iter().any(|literal| {
            path.strip_prefix(literal.path.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    /// Whether something stands at a path or below it.
    pub(crate) fn holds_below(&self, resource: &str, path: &str) -> bool {
        let all = self.0.get(resource).map_or(&[][..], Vec::as_slice);
        all.iter().any(|literal| {
            let rest = literal.path.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    /// Where something at a path has a wrong value, or is left out.
    pub(crate) fn wrong_or_missing(
        &self,
        resource: &Resource,
        path: &str,
        claim: impl FnMut(&str) -> bool,
    ) -> Option<Spot> {
        self.wrong(resource, path, claim).or_else(|| {
            self.lacks(&resource.name, path)
                .then(|| Spot { place: resource.place, when: resource.when.clone() })
        })
    }
}

/// The functions that AWS Lambda runs: claims about its settings hold of no others.
pub(crate) fn of_lambda(app: &Application) -> impl Iterator<Item = &Function> {
    app.functions.iter().filter(|function| function.platform == Platform::Aws)
}

/// Whether a resource is one of Google Cloud.
pub(crate) fn is_google(resource: &Resource) -> bool {
    resource.type_name.contains(".googleapis.com/")
}

/// The resources of one type.
pub(crate) fn of_type<'a>(
    app: &'a Application,
    type_name: &'a str,
) -> impl Iterator<Item = &'a Resource> {
    app.resources.iter().filter(move |resource| resource.type_name == type_name)
}
