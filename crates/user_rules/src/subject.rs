//! What a rule is asked of: which things of an application, with which variables, under which conditions.

use app_model::{Application, Property, PropertyKind, When};
use source_text::SmolStr;

use crate::{
    compile::Variable,
    schema::{self, Type},
};

/// What a rule is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Application,
    Function,
    Trigger,
    Api,
    Route,
    Stage,
    Role,
    Statement,
    Policy,
    Permission,
    Resource,
    Parameter,
    Output,
}

/// One thing that a rule is asked of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Target {
    /// Values of the variables after `app`.
    pub(crate) variables: Vec<Property>,
    /// When it exists.
    pub(crate) when: When,
    /// Logical name of the function that a finding is about.
    pub(crate) function: Option<String>,
    /// Logical name of the resource that a finding is about.
    pub(crate) resource: Option<String>,
    /// What tells it apart from others of the same resource.
    pub(crate) part: Option<String>,
}

impl Subject {
    /// Every subject by its word.
    pub(crate) const WORDS: [(&'static str, Self); 13] = [
        ("application", Self::Application),
        ("function", Self::Function),
        ("trigger", Self::Trigger),
        ("api", Self::Api),
        ("route", Self::Route),
        ("stage", Self::Stage),
        ("role", Self::Role),
        ("statement", Self::Statement),
        ("policy", Self::Policy),
        ("permission", Self::Permission),
        ("resource", Self::Resource),
        ("parameter", Self::Parameter),
        ("output", Self::Output),
    ];

    /// The subject of a word.
    pub(crate) fn find(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, subject)| *subject)
    }

    /// Variables in the order of their slots. `function` is a reserved word of CEL, so it is `fn`.
    pub(crate) fn variables(self) -> Vec<Variable> {
        let mut records = vec![("app", &schema::APPLICATION)];
        records.extend(match self {
            Self::Application => vec![],
            Self::Function => vec![("fn", &schema::FUNCTION), ("role", &schema::ROLE)],
            Self::Trigger => vec![("trigger", &schema::TRIGGER), ("fn", &schema::FUNCTION)],
            Self::Api => vec![("api", &schema::API)],
            Self::Route => vec![("route", &schema::ROUTE), ("api", &schema::API)],
            Self::Stage => vec![("stage", &schema::STAGE), ("api", &schema::API)],
            Self::Role => vec![("role", &schema::ROLE)],
            Self::Statement => vec![
                ("statement", &schema::STATEMENT),
                ("role", &schema::ROLE),
                ("policy", &schema::POLICY),
            ],
            Self::Policy => vec![("policy", &schema::POLICY)],
            Self::Permission => vec![("permission", &schema::PERMISSION)],
            Self::Resource => vec![("resource", &schema::RESOURCE)],
            Self::Parameter => vec![("parameter", &schema::PARAMETER)],
            Self::Output => vec![("output", &schema::OUTPUT)],
        });
        let typed = |(name, record)| (SmolStr::new_static(name), Type::Record(record));
        records.into_iter().map(typed).collect()
    }

    /// Everything of an application that a rule is asked of. `view` is that of `app`.
    pub(crate) fn targets(self, app: &Application, view: &Property) -> Vec<Target> {
        match self {
            Self::Application => vec![Target::default()],
            Self::Function => zip(view, "functions", &app.functions, |function, of| {
                let role = function.role.as_deref();
                let role = role.map(|name| named(view, "roles", name)).unwrap_or_default();
                Target {
                    variables: vec![of, role],
                    when: function.when.clone(),
                    function: Some(function.name.to_string()),
                    ..Target::default()
                }
            }),
            Self::Trigger => zip(view, "triggers", &app.triggers, |trigger, of| Target {
                variables: vec![of, named(view, "functions", &trigger.function)],
                when: trigger.when.clone(),
                function: Some(trigger.function.to_string()),
                resource: None,
                part: Some(format!(
                    "{} {}",
                    trigger.kind.as_str(),
                    trigger.route.as_deref().unwrap_or_default()
                )),
            }),
            Self::Api => zip(view, "apis", &app.apis, |api, of| {
                of_resource(vec![of], &api.when, &api.name, None)
            }),
            Self::Route | Self::Stage => self.below_apis(app, view),
            Self::Role => zip(view, "roles", &app.identities, |role, of| {
                of_resource(vec![of], &role.when, &role.name, None)
            }),
            Self::Statement => statements(app, view),
            Self::Policy => zip(view, "policies", &app.resource_policies, |policy, of| {
                of_resource(vec![of], &policy.when, &policy.name, None)
            }),
            Self::Permission => zip(view, "permissions", &app.permissions, |permission, of| {
                let function = permission.function.as_ref().map(ToString::to_string);
                let target = of_resource(vec![of], &permission.when, &permission.name, None);
                Target { function, ..target }
            }),
            Self::Resource => zip(view, "resources", &app.declared, |resource, of| {
                let target = of_resource(vec![of], &resource.when, &resource.name, None);
                let is_function = app.function(&resource.name).is_some();
                let function = is_function.then(|| resource.name.to_string());
                Target { function, ..target }
            }),
            Self::Parameter => zip(view, "parameters", &app.parameters, |parameter, of| {
                of_resource(vec![of], &When::ALWAYS, &parameter.name, None)
            }),
            Self::Output => zip(view, "outputs", &app.outputs, |output, of| {
                of_resource(vec![of], &output.when, &output.name, None)
            }),
        }
    }

    fn below_apis(self, app: &Application, view: &Property) -> Vec<Target> {
        let mut targets = Vec::new();
        for (api, of_api) in app.apis.iter().zip(items(view, "apis")) {
            let parts: Vec<(&When, String)> = if self == Self::Route {
                api.routes.iter().map(|it| (&it.when, it.label())).collect()
            } else {
                api.stages.iter().map(|it| (&it.when, it.name.to_string())).collect()
            };
            let list = if self == Self::Route { "routes" } else { "stages" };
            for ((when, part), of) in parts.into_iter().zip(items(of_api, list)) {
                let Some(when) = api.when.and(when) else { continue };
                let variables = vec![of.clone(), of_api.clone()];
                targets.push(of_resource(variables, &when, &api.name, Some(part)));
            }
        }
        targets
    }
}

fn statements(app: &Application, view: &Property) -> Vec<Target> {
    let mut targets = Vec::new();
    for (role, of_role) in app.identities.iter().zip(items(view, "roles")) {
        let whens = role
            .policies
            .iter()
            .flat_map(|it| it.document.statements.iter().map(move |of| it.when.and(&of.when)));
        for ((at, when), of) in whens.enumerate().zip(items(of_role, "statements")) {
            let Some(when) = when.and_then(|when| role.when.and(&when)) else { continue };
            let variables = vec![of.clone(), of_role.clone(), Property::default()];
            targets.push(of_resource(
                variables,
                &when,
                &role.name,
                Some(format!("statement {at}")),
            ));
        }
    }
    for (policy, of_policy) in app.resource_policies.iter().zip(items(view, "policies")) {
        let whens = policy.document.statements.iter().map(|it| policy.when.and(&it.when));
        for ((at, when), of) in whens.enumerate().zip(items(of_policy, "statements")) {
            let Some(when) = when else { continue };
            let variables = vec![of.clone(), Property::default(), of_policy.clone()];
            let part = Some(format!("statement {at}"));
            targets.push(of_resource(variables, &when, &policy.name, part));
        }
    }
    targets
}

fn of_resource(
    variables: Vec<Property>,
    when: &When,
    name: &SmolStr,
    part: Option<String>,
) -> Target {
    Target { variables, when: when.clone(), function: None, resource: Some(name.to_string()), part }
}

fn zip<T>(
    view: &Property,
    list: &str,
    of_model: &[T],
    make: impl Fn(&T, Property) -> Target,
) -> Vec<Target> {
    of_model.iter().zip(items(view, list)).map(|(model, of)| make(model, of.clone())).collect()
}

fn items<'v>(of: &'v Property, list: &str) -> &'v [Property] {
    match of.get(list).map(|it| &it.kind) {
        Some(PropertyKind::List(items)) => items,
        _ => &[],
    }
}

fn named(view: &Property, list: &str, name: &str) -> Property {
    let is_it = |it: &&Property| match it.get("name").map(|it| &it.kind) {
        Some(PropertyKind::Text(found)) => found == name,
        _ => false,
    };
    items(view, list).iter().find(is_it).cloned().unwrap_or_default()
}
