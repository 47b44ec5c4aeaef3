//! Function apps: runtime, settings, identity, network.

use app_model::{Code, Function, Platform, Setting, Text, Value, Variable, When, Written};
use model_builder::{Builder, Item, Properties};
use source_text::{Map, Node, SmolStr};

use crate::{FUNCTIONS, SITES, configs, parent, short_name};

/// Reads every function app; a function whose app stands elsewhere is one of its own.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let mut functions: Vec<Function> = SITES
        .iter()
        .flat_map(|type_| builder.of_type(type_))
        .filter(|site| is_function_app(builder, site))
        .map(|site| app(builder, site))
        .collect();
    for item in builder.of_type(FUNCTIONS) {
        if parent(builder, item).is_none() {
            functions.push(Function {
                name: item.name(),
                place: item.place(),
                when: item.when.clone(),
                platform: Platform::Azure,
                ..Function::default()
            });
        }
    }
    functions.sort_by_key(|function| function.place);
    builder.app.functions.extend(functions);
}

/// Whether an app runs functions: its kind says so, or a setting that only those have.
fn is_function_app(builder: &Builder<'_>, site: &Item<'_>) -> bool {
    let kind = builder.properties(site).text(&["kind"]);
    if let Some(kind) = kind
        && kind.value.any(|kind| kind.to_ascii_lowercase().contains("functionapp"))
    {
        return true;
    }
    let properties = builder.properties(site);
    properties.at(&["properties", "functionAppConfig"]).is_some()
        || settings(builder, site).iter().any(|it| it.name.starts_with("FUNCTIONS_"))
}

fn app(builder: &Builder<'_>, site: &Item<'_>) -> Function {
    let properties = builder.properties(site);
    let environment = settings(builder, site);
    let scale = ["properties", "functionAppConfig", "scaleAndConcurrency"];
    let below = |key: &'static str| [scale.as_slice(), &[key]].concat();
    Function {
        name: site.name(),
        place: site.place(),
        when: site.when.clone(),
        platform: Platform::Azure,
        runtime: runtime(properties, &environment),
        memory_mib: properties.integer(&below("instanceMemoryMB")),
        reserved_concurrency: properties
            .integer(&below("maximumInstanceCount"))
            .or_else(|| config_integer(builder, site, "functionAppScaleLimit")),
        vpc: properties.text(&["properties", "virtualNetworkSubnetId"]).map(|setting| Setting {
            value: Value::Known(true),
            place: setting.place,
            absent: setting.absent,
        }),
        code: properties.text(&["code"]).map_or(Code::Unknown, Code::Local),
        physical_name: properties.text(&["name"]),
        environment,
        ..Function::default()
    }
}

/// A number in the configuration of an app, in the app or in a resource of its own.
fn config_integer(builder: &Builder<'_>, site: &Item<'_>, key: &str) -> Option<Setting<i64>> {
    let own = builder.properties(site).integer(&["properties", "siteConfig", key]);
    own.or_else(|| {
        configs(builder, site, "web")
            .find_map(|config| builder.properties(config).integer(&["properties", key]))
    })
}

/// `python|3.11`, `node|20`: the language and, where it is told, its version.
fn runtime(properties: Properties<'_>, environment: &[Variable]) -> Option<Setting<SmolStr>> {
    let flex = ["properties", "functionAppConfig", "runtime"];
    if let Some(runtime) = properties.below(&flex) {
        let name = runtime.text(&["name"])?;
        let version = runtime.text(&["version"]);
        return Some(with_version(name, version.as_ref().map(|it| &it.value)));
    }
    let stack = properties.text(&["properties", "siteConfig", "linuxFxVersion"]);
    if let Some(stack) = stack.filter(|it| !it.value.any(SmolStr::is_empty)) {
        return Some(Setting { value: lower(stack.value), ..stack });
    }
    let variable =
        |name: &str| environment.iter().find(|variable| variable.name.eq_ignore_ascii_case(name));
    let worker = variable("FUNCTIONS_WORKER_RUNTIME")?;
    let name = Setting { value: lower(worker.value.clone()), place: worker.place, absent: None };
    let version = variable("WEBSITE_NODE_DEFAULT_VERSION")
        .filter(|_| worker.value.may_be("node"))
        .map(|it| it.value.clone());
    Some(with_version(name, version.as_ref()))
}

fn lower(text: Text) -> Text {
    text.map(|text| SmolStr::new(text.to_lowercase()))
}

fn with_version(name: Setting<SmolStr>, version: Option<&Text>) -> Setting<SmolStr> {
    let Some((_, version)) = version.and_then(Value::first) else { return name };
    let version = version.trim_start_matches('~').to_owned();
    let value = name.value.map(|name| SmolStr::new(format!("{}|{version}", name.to_lowercase())));
    Setting { value, ..name }
}

/// App settings, which are environment variables of the functions, and connection strings.
fn settings(builder: &Builder<'_>, site: &Item<'_>) -> Vec<Variable> {
    let properties = builder.properties(site);
    let mut variables = listed(properties, "appSettings", "value");
    variables.extend(listed(properties, "connectionStrings", "connectionString"));
    for name in ["appsettings", "connectionstrings"] {
        for config in configs(builder, site, name) {
            for (when, mapping) in builder.properties(config).mappings(&["properties"]) {
                let Some(when) = builder.evaluator.both(&when, &config.when) else { continue };
                variables.extend(mapped(properties, &mapping, &when));
            }
        }
    }
    variables
}

/// `[{name, value}]` in the configuration of the app.
fn listed(properties: Properties<'_>, list: &str, key: &str) -> Vec<Variable> {
    let mut variables = Vec::new();
    for (when, pair) in properties.items(&["properties", "siteConfig", list]) {
        let Some(map) = pair.as_map() else { continue };
        let name = map.get("name").and_then(|it| properties.evaluator.text(it).known().cloned());
        let (Some(name), Some(value)) = (name, map.get(key)) else { continue };
        let name_place = map.get("name").map_or(value.place, |it| it.place);
        variables.extend(variable(properties, name, name_place, value, &when));
    }
    variables
}

/// `{name: value}`, or `{name: {value, type}}`, of a config resource.
fn mapped(properties: Properties<'_>, mapping: &Node, when: &When) -> Vec<Variable> {
    let entries = mapping.as_map().into_iter().flat_map(Map::entries);
    entries
        .filter_map(|(name, entry)| {
            let value = entry.value.get("value").unwrap_or(&entry.value);
            variable(properties, name.clone(), entry.key_place, value, when)
        })
        .collect()
}

fn variable(
    properties: Properties<'_>,
    name: SmolStr,
    name_place: source_text::Place,
    value: &Node,
    when: &When,
) -> Option<Variable> {
    let setting =
        properties.setting(value, when.clone(), &|evaluator, node| evaluator.text(node))?;
    let written = properties
        .evaluator
        .alternatives_when(value, when)
        .into_iter()
        .filter(|(_, node)| !node.is_null())
        .map(|(when, node)| Written { when, text: properties.evaluator.expression(&node).text })
        .collect();
    Some(Variable { name, name_place, value: setting.value, place: setting.place, written })
}

/// The app that a function, or something below an app, belongs to.
pub(crate) fn app_of(builder: &Builder<'_>, item: &Item<'_>) -> SmolStr {
    match parent(builder, item) {
        Some(site) => site.name(),
        None => item.name(),
    }
}

/// The name of a function in its app.
pub(crate) fn function_name(item: &Item<'_>) -> SmolStr {
    short_name(item)
}
