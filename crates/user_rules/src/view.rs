//! The application as expressions see it, filled in the order of the schema.

mod apis;
mod identities;

use std::{collections::HashMap, sync::Arc};

use app_model::{
    Application, Auth, Code, Declared, Exposure, Expression, Function, Invocation, Place, Property,
    PropertyKind, Setting, Target, Text, Throttle, Trigger, Value, When,
};
use source_text::SmolStr;

/// What a view is made of.
pub(crate) struct Views<'a> {
    app: &'a Application,
    declared: HashMap<&'a str, &'a Declared>,
}

/// A record while it is filled.
pub(crate) struct Fields {
    place: Place,
    entries: Vec<(SmolStr, Property)>,
}

/// The application as expressions see it.
pub(crate) fn view(app: &Application) -> Property {
    let declared = app.declared.iter().map(|it| (it.name.as_str(), it)).collect();
    let views = Views { app, declared };
    let mut fields = Fields::new(app.place);
    fields.list("functions", app.functions.iter().map(|it| views.function(it)));
    fields.list("triggers", app.triggers.iter().map(trigger));
    fields.list("apis", app.apis.iter().map(|it| views.api(it)));
    fields.list("roles", app.identities.iter().map(|it| views.role(it)));
    fields.list("policies", app.resource_policies.iter().map(identities::policy));
    fields.list("permissions", app.permissions.iter().map(identities::permission));
    fields.list("resources", app.declared.iter().map(|it| views.resource(it)));
    fields.list("parameters", app.parameters.iter().map(parameter));
    fields.list("outputs", app.outputs.iter().map(output));
    fields.bool("incomplete", app.incomplete);
    fields.record()
}

impl Fields {
    pub(crate) fn new(place: Place) -> Self {
        Self { place, entries: Vec::new() }
    }

    pub(crate) fn record(self) -> Property {
        Property::new(self.place, PropertyKind::Map(self.entries.into()))
    }

    pub(crate) fn put(&mut self, name: &'static str, value: Property) {
        self.entries.push((SmolStr::new_static(name), value));
    }

    /// A fact without a place of its own: it stands where the record stands.
    fn kind(&mut self, name: &'static str, kind: PropertyKind) {
        self.put(name, Property::new(self.place, kind));
    }

    pub(crate) fn bool(&mut self, name: &'static str, value: bool) {
        self.kind(name, PropertyKind::Bool(value));
    }

    pub(crate) fn text(&mut self, name: &'static str, value: impl Into<SmolStr>) {
        self.kind(name, PropertyKind::Text(value.into()));
    }

    pub(crate) fn optional(&mut self, name: &'static str, value: Option<&str>) {
        self.kind(name, value.map_or(PropertyKind::Null, |it| PropertyKind::Text(it.into())));
    }

    pub(crate) fn when(&mut self, when: &When) {
        self.optional("when", when.words().as_deref());
    }

    /// A list stands where its first item stands.
    pub(crate) fn list(&mut self, name: &'static str, items: impl Iterator<Item = Property>) {
        let items: Arc<[Property]> = items.collect();
        let place = items.first().map_or(self.place, |it| it.place);
        self.put(name, Property::new(place, PropertyKind::List(items)));
    }

    pub(crate) fn names<'n>(
        &mut self,
        name: &'static str,
        names: impl Iterator<Item = &'n SmolStr>,
    ) {
        let place = self.place;
        self.list(name, names.map(|it| Property::text(place, it.clone())));
    }

    pub(crate) fn setting<T: Scalar>(&mut self, name: &'static str, setting: Option<&Setting<T>>) {
        let value = setting.map_or_else(
            || Property { place: self.place, ..Property::default() },
            property_of_setting,
        );
        self.put(name, value);
    }

    pub(crate) fn settings(&mut self, name: &'static str, settings: &[Setting<SmolStr>]) {
        self.list(name, settings.iter().map(property_of_setting));
    }

    pub(crate) fn throttle(&mut self, throttle: Option<&Throttle>) {
        self.setting("rate_limit", throttle.and_then(|it| it.rate.as_ref()));
        self.setting("burst_limit", throttle.and_then(|it| it.burst.as_ref()));
    }
}

/// A value of one word.
pub(crate) trait Scalar {
    fn kind(&self) -> PropertyKind;
}

impl Scalar for SmolStr {
    fn kind(&self) -> PropertyKind {
        PropertyKind::Text(self.clone())
    }
}

impl Scalar for i64 {
    fn kind(&self) -> PropertyKind {
        PropertyKind::Integer(*self)
    }
}

impl Scalar for f64 {
    fn kind(&self) -> PropertyKind {
        PropertyKind::Number(*self)
    }
}

impl Scalar for bool {
    fn kind(&self) -> PropertyKind {
        PropertyKind::Bool(*self)
    }
}

/// A value that may be known, one of several, or unresolved.
pub(crate) fn property_of_value<T: Scalar>(place: Place, value: &Value<T>) -> Property {
    let kind = match value {
        Value::Known(value) => value.kind(),
        Value::OneOf(choices) => PropertyKind::OneOf(
            choices
                .iter()
                .map(|choice| (choice.when.clone(), Property::new(place, choice.value.kind())))
                .collect(),
        ),
        Value::Unresolved(expression) => PropertyKind::Unresolved(Arc::new(expression.clone())),
    };
    Property::new(place, kind)
}

fn property_of_setting<T: Scalar>(setting: &Setting<T>) -> Property {
    let value = property_of_value(setting.place, &setting.value);
    let Some(absent) = &setting.absent else { return value };
    let null = Property { place: setting.place, ..Property::default() };
    let mut choices = match value.kind {
        PropertyKind::OneOf(choices) => choices.to_vec(),
        kind => opposite(absent)
            .map(|when| vec![(when, Property::new(setting.place, kind))])
            .unwrap_or_default(),
    };
    choices.push((absent.clone(), null));
    Property::new(setting.place, PropertyKind::OneOf(choices.into()))
}

/// The opposite of a single condition.
pub(crate) fn opposite(when: &When) -> Option<When> {
    match when.conditions.as_slice() {
        [(name, holds)] if when.parameters.is_empty() && when.defaults.is_empty() => {
            Some(When::condition(name.clone(), !holds))
        }
        _ => None,
    }
}

pub(crate) fn unknown(place: Place, words: &str) -> Property {
    Property::new(place, PropertyKind::Unresolved(Arc::new(Expression::opaque(words))))
}

pub(crate) fn texts(place: Place, items: &[Text]) -> Property {
    Property::list(place, items.iter().map(|it| property_of_value(place, it)))
}

pub(crate) fn auth(place: Place, auth: &Auth) -> Property {
    match auth {
        Auth::Unknown => unknown(place, "what a caller must prove"),
        Auth::NoneWhen(when, other) => {
            let none = (when.clone(), Property::text(place, "none"));
            let other = opposite(when).map(|when| (when, Property::text(place, other.as_str())));
            let choices: Vec<_> = [Some(none), other].into_iter().flatten().collect();
            Property::new(place, PropertyKind::OneOf(choices.into()))
        }
        known => Property::text(place, known.as_str()),
    }
}

fn exposure(place: Place, exposure: Exposure) -> Property {
    match exposure {
        Exposure::Unknown => unknown(place, "who can cause it"),
        known => Property::text(place, known.as_str()),
    }
}

impl Views<'_> {
    /// Tags by key, out of a list of pairs or a mapping.
    pub(crate) fn tags(&self, place: Place, name: &str) -> Property {
        let tags = self.properties_of(name).and_then(|it| it.get("Tags"));
        let Some(tags) = tags else { return Property::map::<SmolStr>(place, []) };
        match &tags.kind {
            PropertyKind::Map(_) | PropertyKind::Unresolved(_) | PropertyKind::OneOf(_) => {
                tags.clone()
            }
            PropertyKind::List(items) => {
                let pairs = items.iter().filter_map(|item| {
                    let PropertyKind::Text(key) = &item.get("Key")?.kind else { return None };
                    Some((key.clone(), item.get("Value").cloned().unwrap_or_default()))
                });
                Property::map(tags.place, pairs)
            }
            _ => Property::map::<SmolStr>(place, []),
        }
    }

    fn properties_of(&self, name: &str) -> Option<&Property> {
        self.declared.get(name).map(|it| &it.properties)
    }

    pub(crate) fn properties(&self, place: Place, name: &str) -> Property {
        let properties = self.properties_of(name).cloned();
        properties.unwrap_or_else(|| Property::map::<SmolStr>(place, []))
    }

    fn resource(&self, declared: &Declared) -> Property {
        let mut fields = Fields::new(declared.place);
        fields.text("name", declared.name.clone());
        fields.text("type", declared.type_name.clone());
        fields.bool("generated", declared.is_generated);
        fields.put("tags", self.tags(declared.place, &declared.name));
        fields.put("properties", declared.properties.clone());
        fields.when(&declared.when);
        fields.record()
    }

    pub(crate) fn targets(&self, place: Place, targets: &[Target]) -> Property {
        Property::list(
            place,
            targets.iter().map(|target| {
                let mut fields = Fields::new(target.place);
                fields.text("resource", target.resource.clone());
                let declared = self.declared.get(target.resource.as_str());
                fields.optional("type", declared.map(|it| it.type_name.as_str()));
                fields.names("actions", target.actions.iter());
                fields.bool("wide", target.is_wide);
                fields.record()
            }),
        )
    }

    fn function(&self, function: &Function) -> Property {
        let place = function.place;
        let mut fields = Fields::new(place);
        fields.text("name", function.name.clone());
        fields.setting("physical_name", function.physical_name.as_ref());
        fields.setting("runtime", function.runtime.as_ref());
        fields.setting("handler", function.handler.as_ref());
        fields.put("code", code(place, &function.code));
        let layers = function.layers.iter().map(|it| property_of_value(it.place, &it.arn));
        fields.list("layers", layers);
        fields.optional("role", function.role.as_deref());
        fields.setting("role_arn", function.role_arn.as_ref());
        let variables = function.environment.iter();
        let variables =
            variables.map(|it| (it.name.clone(), property_of_value(it.place, &it.value)));
        fields.put("environment", Property::map(place, variables));
        limits(function, &mut fields);
        let targets = function.role.as_ref().map_or(&[][..], |role| self.app.targets(role));
        let triggers = self.app.triggers_of(&function.name).map(trigger);
        fields.list("triggers", triggers);
        fields.put("targets", self.targets(place, targets));
        let reach = self.app.reach(&function.name);
        let exposed = reach.map(|it| exposure(place, it.exposure));
        fields.put("exposure", exposed.unwrap_or(Property { place, ..Property::default() }));
        fields.bool("unauthenticated", reach.is_some_and(|it| it.unauthenticated));
        let hops = reach.map_or(&[][..], |it| it.hops.as_slice());
        fields.list("path", hops.iter().map(|it| Property::text(place, it.as_str())));
        fields.put("tags", self.tags(place, &function.name));
        fields.put("properties", self.properties(place, &function.name));
        fields.when(&function.when);
        fields.record()
    }
}

fn code(place: Place, code: &Code) -> Property {
    let (kind, location) = match code {
        Code::Unknown => ("unknown", None),
        Code::Local(it) => ("local", Some(it)),
        Code::Remote(it) => ("remote", Some(it)),
        // The code itself is no location.
        Code::Inline(_) => ("inline", None),
        Code::Image(it) => ("image", it.as_ref()),
    };
    let mut fields = Fields::new(location.map_or(place, |it| it.place));
    fields.text("kind", kind);
    fields.setting("location", location);
    fields.record()
}

fn parameter(parameter: &app_model::Parameter) -> Property {
    let mut fields = Fields::new(parameter.place);
    fields.text("name", parameter.name.clone());
    fields.text("type", parameter.kind.clone());
    fields.bool("no_echo", parameter.no_echo);
    fields.setting("default", parameter.default.as_ref());
    fields.record()
}

fn output(output: &app_model::Output) -> Property {
    let mut fields = Fields::new(output.place);
    fields.text("name", output.name.clone());
    fields.put("value", property_of_value(output.place, &output.value));
    fields.bool("exported", output.exported);
    fields.when(&output.when);
    fields.record()
}

fn limits(function: &Function, fields: &mut Fields) {
    fields.setting("timeout_s", function.timeout_s.as_ref());
    fields.setting("memory_mib", function.memory_mib.as_ref());
    fields.setting("ephemeral_storage_mib", function.ephemeral_storage_mib.as_ref());
    fields.setting("reserved_concurrency", function.reserved_concurrency.as_ref());
    fields.setting("provisioned_concurrency", function.provisioned_concurrency.as_ref());
    fields.setting("tracing", function.tracing.as_ref());
    fields.setting("dead_letter", function.dead_letter.as_ref());
    fields.setting("failure_destination", function.failure_destination.as_ref());
    fields.setting("success_destination", function.success_destination.as_ref());
    fields.setting("maximum_event_age_s", function.maximum_event_age_s.as_ref());
    fields.setting("maximum_retries", function.maximum_retries.as_ref());
    fields.setting("code_signing", function.code_signing.as_ref());
    fields.setting("kms_key", function.kms_key.as_ref());
    fields.setting("vpc", function.vpc.as_ref());
    fields.setting("durable", function.durable.as_ref());
    fields.settings("file_systems", &function.file_systems);
    fields.setting("log_format", function.log_format.as_ref());
    fields.setting("application_log_level", function.application_log_level.as_ref());
    fields.setting("log_group", function.log_group.as_ref());
    fields.setting("recursive_loop", function.recursive_loop.as_ref());
    fields.setting("snap_start", function.snap_start.as_ref());
    fields.setting("alias", function.alias.as_ref());
}

fn trigger(trigger: &Trigger) -> Property {
    let place = trigger.place;
    let mut fields = Fields::new(place);
    fields.text("function", trigger.function.clone());
    fields.text("kind", trigger.kind.as_str());
    fields.optional("route", trigger.route.as_deref());
    fields.optional("api", trigger.api.as_deref());
    fields.put("auth", auth(place, &trigger.auth));
    fields.put("exposure", exposure(place, trigger.exposure));
    fields.text(
        "invocation",
        match trigger.invocation {
            Invocation::Synchronous => "synchronous",
            Invocation::Asynchronous => "asynchronous",
            Invocation::Polled => "polled",
        },
    );
    fields.bool("validated", trigger.validated);
    fields.throttle(trigger.throttle.as_ref());
    let source = trigger.source.as_ref().map(|it| property_of_value(place, it));
    fields.put("source", source.unwrap_or(Property { place, ..Property::default() }));
    fields.setting("filter", trigger.filter.as_ref());
    fields.put("events", texts(place, &trigger.events));
    let polling = trigger.polling.as_ref();
    fields.setting("enabled", polling.and_then(|it| it.enabled.as_ref()));
    fields.setting("batch_size", polling.and_then(|it| it.batch_size.as_ref()));
    let concurrency = polling.and_then(|it| it.maximum_concurrency.as_ref());
    fields.setting("maximum_concurrency", concurrency);
    fields.setting("maximum_retries", polling.and_then(|it| it.maximum_retries.as_ref()));
    let age = polling.and_then(|it| it.maximum_record_age_s.as_ref());
    fields.setting("maximum_record_age_s", age);
    fields.when(&trigger.when);
    fields.record()
}
