//! Settings of Azure's resources by path: what many rules ask of them.

use std::collections::HashMap;

use app_model::{Application, Details, Function, Host, Literal, Resource};
use finding::{Finding, RuleInfo};

use crate::{kinds::PropertyTexts, rank::AboutFunction, settings::Spot};

/// Apps and their slots.
pub(crate) const SITES: &[&str] = &["Microsoft.Web/sites", "Microsoft.Web/sites/slots"];

/// A setting of some types, and which values of it are wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// Types in their usual spelling.
    pub(crate) types: &'static [&'static str],
    /// Keys from the body of the resource on, parted by dots; lists do not count.
    pub(crate) path: &'static str,
    /// When it is wrong.
    pub(crate) wrong: Wrong,
    /// Another setting and its values that make up for it; without values whatever it is.
    pub(crate) unless: &'static [(&'static str, &'static [&'static str])],
    /// What to set.
    pub(crate) fix: &'static str,
}

/// When a setting is wrong; values are compared in any case of letters.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wrong {
    /// One of these is written.
    Is(&'static [&'static str]),
    /// Something else than these is written, or nothing.
    IsNotOrMissing(&'static [&'static str]),
    /// A whole number that is less, but not 0.
    Below(i64),
    /// Nothing is written.
    Missing,
}

/// The settings of an application's resources.
pub(crate) struct Settings<'a> {
    texts: PropertyTexts<'a>,
    all: HashMap<&'a str, Vec<&'a Literal>>,
    /// Resources that hold the configuration of an app, by the app.
    web: HashMap<&'a str, Vec<&'a Resource>>,
}

impl<'a> Settings<'a> {
    /// Looks at every resource once.
    pub(crate) fn of(app: &'a Application) -> Self {
        let mut all: HashMap<&str, Vec<&Literal>> = HashMap::new();
        for literal in &app.literals {
            all.entry(&literal.resource).or_default().push(literal);
        }
        let mut web: HashMap<&str, Vec<&Resource>> = HashMap::new();
        for resource in &app.resources {
            if !resource.type_name.ends_with("/config") {
                continue;
            }
            let of = || all.get(resource.name.as_str()).into_iter().flatten();
            if !of().any(|literal| literal.path == "name" && is_named(literal, "web")) {
                continue;
            }
            let parents = of().filter(|literal| literal.path == "parent");
            for parent in parents.filter_map(|literal| literal.value.unresolved()) {
                for reference in &parent.references {
                    web.entry(&reference.name).or_default().push(resource);
                }
            }
        }
        Self { texts: PropertyTexts::of(app), all, web }
    }

    /// Where a resource has a setting wrong.
    pub(crate) fn spot(&self, resource: &Resource, row: &Row) -> Option<Spot> {
        let makes_up = |(path, values): &(&str, &[&str])| {
            if values.is_empty() {
                return self.is_written(resource, path);
            }
            self.wrong(resource, path, |text| is_one_of(text, values)).is_some()
        };
        if row.unless.iter().any(makes_up) {
            return None;
        }
        match row.wrong {
            Wrong::Is(values) => self.wrong(resource, row.path, |text| is_one_of(text, values)),
            Wrong::IsNotOrMissing(values) => self
                .wrong(resource, row.path, |text| !is_one_of(text, values))
                .or_else(|| self.missing(resource, row.path)),
            Wrong::Below(least) => self.wrong(resource, row.path, |text| {
                text.parse::<i64>().is_ok_and(|number| number > 0 && number < least)
            }),
            Wrong::Missing => self.missing(resource, row.path),
        }
    }

    fn wrong(
        &self,
        resource: &Resource,
        path: &str,
        mut claim: impl FnMut(&str) -> bool,
    ) -> Option<Spot> {
        self.texts.wrong(resource, path, &mut claim).or_else(|| {
            let (web, inner) = self.config(resource, path)?;
            web.iter().find_map(|web| self.texts.wrong(web, &inner, &mut claim))
        })
    }

    fn missing(&self, resource: &Resource, path: &str) -> Option<Spot> {
        let is_missing = !self.is_written(resource, path);
        is_missing.then(|| Spot { place: resource.place, when: resource.when.clone() })
    }

    /// Whether the last part of the name of a resource is this one.
    pub(crate) fn is_named(&self, resource: &Resource, name: &str) -> bool {
        let of = self.all.get(resource.name.as_str()).into_iter().flatten();
        of.into_iter().any(|literal| literal.path == "name" && is_named(literal, name))
    }

    /// Whether a resource stands below another one.
    pub(crate) fn is_below(&self, resource: &Resource, owner: &str) -> bool {
        let of = self.all.get(resource.name.as_str()).into_iter().flatten();
        let parents = of.filter(|literal| literal.path == "parent");
        let mut parents = parents.filter_map(|literal| literal.value.unresolved());
        parents.any(|parent| parent.references.iter().any(|it| it.name == owner))
    }

    /// Whether something stands at a path or below it, or a part of it comes from elsewhere.
    pub(crate) fn is_written(&self, resource: &Resource, path: &str) -> bool {
        let below = |name: &str, path: &str| {
            self.all.get(name).into_iter().flatten().any(|literal| {
                literal.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'))
            })
        };
        let is_there = |name: &str, path: &str| !self.texts.lacks(name, path) || below(name, path);
        is_there(&resource.name, path)
            || self
                .config(resource, path)
                .is_some_and(|(web, inner)| web.iter().any(|it| is_there(&it.name, &inner)))
    }

    /// Resources with the configuration of an app, and the path in them.
    fn config(&self, resource: &Resource, path: &str) -> Option<(&[&'a Resource], String)> {
        let inner = path.strip_prefix("properties.siteConfig.")?;
        let web = self.web.get(resource.name.as_str())?;
        Some((web.as_slice(), format!("properties.{inner}")))
    }
}

fn is_one_of(text: &str, values: &[&str]) -> bool {
    values.iter().any(|value| value.eq_ignore_ascii_case(text))
}

/// Whether the last part of a name is this one: `web` of `orders/web` and `${site}/web`.
fn is_named(literal: &Literal, name: &str) -> bool {
    let written = literal.value.display();
    written.rsplit(['/', '}']).next().is_some_and(|last| last.eq_ignore_ascii_case(name))
}

/// What is wrong by these rows; `message` makes the words of a finding, given its subject.
pub(crate) fn findings(
    app: &Application,
    info: &RuleInfo,
    rows: &[Row],
    message: impl Fn(&str) -> String,
) -> Vec<Finding> {
    let asked = |resource: &&Resource| {
        rows.iter().any(|row| row.types.contains(&resource.type_name.as_str()))
    };
    let resources: Vec<&Resource> = app.resources.iter().filter(asked).collect();
    if resources.is_empty() {
        return Vec::new();
    }
    let settings = Settings::of(app);
    let mut findings = Vec::new();
    for resource in resources {
        for row in rows.iter().filter(|row| row.types.contains(&resource.type_name.as_str())) {
            let Some(spot) = settings.spot(resource, row) else { continue };
            let text = message(&subject(app, resource));
            let found = about(app, resource, info.finding(spot.place, text));
            findings.push(found.property(row.path).under(&spot.when).fix(row.fix));
        }
    }
    findings
}

/// Function apps whose `host.json` was found.
pub(crate) fn hosts(app: &Application) -> impl Iterator<Item = (&Function, &Host)> {
    app.functions.iter().filter_map(|function| match &app.resource(&function.name)?.details {
        Details::FunctionApp(details) => Some((function, details.host.as_ref()?)),
        _ => None,
    })
}

/// Names the function app, or the resource, that a finding is about.
pub(crate) fn about(app: &Application, resource: &Resource, finding: Finding) -> Finding {
    match app.function(&resource.name) {
        Some(function) => finding.held_by(app, function),
        None => finding.resource(&resource.name),
    }
}

/// The resource in words: ``the vault `orders` ``.
pub(crate) fn subject(app: &Application, resource: &Resource) -> String {
    let is_function = app.function(&resource.name).is_some();
    let noun = match resource.type_name.as_str() {
        "Microsoft.Web/sites" | "Microsoft.Web/sites/slots" if is_function => "function app",
        "Microsoft.Web/sites" => "app",
        "Microsoft.Web/sites/slots" => "slot",
        "Microsoft.Web/sites/config" | "Microsoft.Web/sites/slots/config" => "app configuration",
        "Microsoft.Storage/storageAccounts"
        | "Terraform::azurerm_storage_account_network_rules" => "storage account",
        "Microsoft.Storage/storageAccounts/blobServices/containers" => "blob container",
        "Microsoft.KeyVault/vaults" => "key vault",
        "Microsoft.KeyVault/vaults/secrets" => "secret",
        "Microsoft.KeyVault/vaults/keys" => "key",
        "Microsoft.DocumentDB/databaseAccounts" => "Cosmos DB account",
        "Microsoft.Cache/Redis" => "cache",
        "Microsoft.EventGrid/topics" => "Event Grid topic",
        "Microsoft.EventGrid/domains" => "Event Grid domain",
        "Microsoft.EventHub/namespaces" => "Event Hubs namespace",
        "Microsoft.ServiceBus/namespaces" => "Service Bus namespace",
        "Microsoft.ContainerRegistry/registries" => "registry",
        "Microsoft.ApiManagement/service" => "API Management service",
        "Microsoft.CognitiveServices/accounts" => "AI service",
        "Microsoft.AppConfiguration/configurationStores" => "configuration store",
        "Microsoft.SignalRService/signalR" | "Microsoft.SignalRService/webPubSub" => {
            "messaging service"
        }
        "Microsoft.Insights/logprofiles" => "log profile",
        other if other.starts_with("Microsoft.Sql/") || other.starts_with("Microsoft.DBfor") => {
            "database server"
        }
        _ => "resource",
    };
    format!("the {noun} `{}`", resource.name)
}
