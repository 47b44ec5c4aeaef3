//! Functions of both generations, and services of Cloud Run.

use app_model::{Code, Function, Platform, Setting, Value, Variable, When, Written};
use model_builder::{Builder, Item, Properties};
use source_text::{Map, Node, SmolStr};

use crate::{FIRST, SECOND, SERVICE};

/// Instances at most that Cloud Run starts when nothing is written.
const DEFAULT_INSTANCES: i64 = 100;

/// Reads every function.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let mut found = Vec::new();
    found.extend(builder.of_type(FIRST).map(|item| first_generation(builder, item)));
    found.extend(builder.of_type(SECOND).map(|item| second_generation(builder, item)));
    found.extend(builder.of_type(SERVICE).map(|item| service(builder, item)));
    builder.app.functions.extend(found);
}

/// What functions of any kind have.
fn common(item: &Item<'_>) -> Function {
    Function {
        name: item.name(),
        place: item.place(),
        when: item.when.clone(),
        platform: Platform::Google,
        ..Function::default()
    }
}

fn first_generation(builder: &Builder<'_>, item: &Item<'_>) -> Function {
    let properties = builder.properties(item);
    let runtime = properties.text(&["runtime"]);
    Function {
        handler: handler(properties.text(&["entryPoint"]), runtime.as_ref()),
        runtime,
        code: code(properties, &["sourceArchiveUrl"], &["sourceRepository", "url"]),
        role: account(builder, properties, &["serviceAccountEmail"]),
        role_arn: properties.text(&["serviceAccountEmail"]),
        environment: of_mapping(properties, &["environmentVariables"]),
        timeout_s: seconds(properties.text(&["timeout"])),
        memory_mib: properties.integer(&["availableMemoryMb"]),
        reserved_concurrency: limit(properties.integer(&["maxInstances"])),
        kms_key: properties.text(&["kmsKeyName"]),
        vpc: presence(properties.text(&["vpcConnector"])),
        physical_name: properties.text(&["name"]),
        ..common(item)
    }
}

fn second_generation(builder: &Builder<'_>, item: &Item<'_>) -> Function {
    let properties = builder.properties(item);
    let runtime = properties.text(&["buildConfig", "runtime"]);
    let instances = properties.integer(&["serviceConfig", "maxInstanceCount"]);
    Function {
        handler: handler(properties.text(&["buildConfig", "entryPoint"]), runtime.as_ref()),
        runtime,
        code: code(
            properties,
            &["buildConfig", "source", "storageSource", "object"],
            &["buildConfig", "source", "repoSource", "repoName"],
        ),
        role: account(builder, properties, &["serviceConfig", "serviceAccountEmail"]),
        role_arn: properties.text(&["serviceConfig", "serviceAccountEmail"]),
        environment: of_mapping(properties, &["serviceConfig", "environmentVariables"]),
        timeout_s: seconds(properties.text(&["serviceConfig", "timeoutSeconds"])),
        memory_mib: mebibytes(properties.text(&["serviceConfig", "availableMemory"])),
        reserved_concurrency: or_default(limit(instances), item),
        kms_key: properties.text(&["kmsKeyName"]),
        vpc: presence(properties.text(&["serviceConfig", "vpcConnector"])),
        physical_name: properties.text(&["name"]),
        ..common(item)
    }
}

/// A service in the form of Knative (`spec.template.spec`) or of the second interface (`template`).
fn service(builder: &Builder<'_>, item: &Item<'_>) -> Function {
    let properties = builder.properties(item);
    let is_knative = properties.at(&["spec"]).is_some();
    let (pod, name, accounts): (&[&str], &[&str], &str) = if is_knative {
        (&["spec", "template", "spec"], &["metadata", "name"], "serviceAccountName")
    } else {
        (&["template"], &["name"], "serviceAccount")
    };
    let below = properties.below(pod);
    let annotations = properties.below(&["spec", "template", "metadata", "annotations"]);
    let annotation = |key: &str| annotations.and_then(|it| it.text(&[key]));
    let instances = if is_knative {
        whole(annotation("autoscaling.knative.dev/maxScale"))
    } else {
        below.and_then(|it| it.integer(&["scaling", "maxInstanceCount"]))
    };
    let network = if is_knative {
        annotation("run.googleapis.com/vpc-access-connector")
            .or_else(|| annotation("run.googleapis.com/network-interfaces"))
    } else {
        below.and_then(|it| {
            let access = it.below(&["vpcAccess"])?;
            access
                .text(&["connector"])
                .or_else(|| Some(Setting::known(access.node.place, SmolStr::new_static("network"))))
        })
    };
    let containers = below.map(|it| it.items(&["containers"])).unwrap_or_default();
    let image = containers.iter().find_map(|(_, container)| {
        Properties::new(properties.evaluator, container).text(&["image"])
    });
    let runtime = properties.text(&["buildConfig", "baseImage"]).map(|image| Setting {
        value: image.value.map(|image| SmolStr::new(image.rsplit('/').next().unwrap_or(&image))),
        place: image.place,
        absent: image.absent,
    });
    Function {
        handler: handler(properties.text(&["buildConfig", "functionTarget"]), runtime.as_ref()),
        runtime,
        code: image.map_or(Code::Unknown, |image| Code::Image(Some(image))),
        role: below.and_then(|it| account(builder, it, &[accounts])),
        role_arn: below.and_then(|it| it.text(&[accounts])),
        environment: containers
            .iter()
            .flat_map(|(when, container)| of_list(properties, container, when))
            .collect(),
        timeout_s: below
            .and_then(|it| it.text(&["timeoutSeconds"]).or_else(|| it.text(&["timeout"])))
            .and_then(|timeout| seconds(Some(timeout))),
        reserved_concurrency: or_default(limit(instances), item),
        kms_key: below.and_then(|it| it.text(&["encryptionKey"])),
        vpc: presence(network),
        physical_name: properties.text(name),
        ..common(item)
    }
}

/// The entry point with the file that it stands in, as the buildpacks look for it: `main.py`,
/// `index.js`. Of other languages it names a class, or stands anywhere in a package.
fn handler(
    entry: Option<Setting<SmolStr>>,
    runtime: Option<&Setting<SmolStr>>,
) -> Option<Setting<SmolStr>> {
    let runtime = runtime.and_then(|runtime| runtime.value.first()).map(|(_, text)| text.as_str());
    let file = match runtime {
        Some(runtime) if runtime.starts_with("python") => "main.",
        Some(runtime) if runtime.starts_with("nodejs") => "index.",
        _ => "",
    };
    let entry = entry?;
    let value = entry.value.map(|text| SmolStr::new(format!("{file}{text}")));
    Some(Setting { value, place: entry.place, absent: entry.absent })
}

fn code(properties: Properties<'_>, archive: &[&str], repository: &[&str]) -> Code {
    properties
        .text(&["localSource"])
        .map(Code::Local)
        .or_else(|| properties.text(archive).map(Code::Remote))
        .or_else(|| properties.text(repository).map(Code::Remote))
        .unwrap_or_default()
}

/// The logical name of the account that a function runs as, when it stands in the template.
fn account(builder: &Builder<'_>, properties: Properties<'_>, path: &[&str]) -> Option<SmolStr> {
    let node = properties.at(path)?;
    builder.evaluator.alternatives(node).into_iter().find_map(|(_, node)| {
        builder
            .referents(&node)
            .into_iter()
            .map(|reference| reference.name)
            .find(|name| is_account(builder, name))
    })
}

/// Whether a resource is an account of a program.
pub(crate) fn is_account(builder: &Builder<'_>, name: &str) -> bool {
    let item = builder.items.get(name);
    item.is_some_and(|item| item.type_() == "iam.googleapis.com/ServiceAccount")
}

/// A limit of 0 is none.
fn limit(setting: Option<Setting<i64>>) -> Option<Setting<i64>> {
    setting.filter(|setting| !setting.value.all(|number| *number == 0))
}

fn or_default(setting: Option<Setting<i64>>, item: &Item<'_>) -> Option<Setting<i64>> {
    setting.or_else(|| Some(Setting::known(item.place(), DEFAULT_INSTANCES)))
}

fn presence(setting: Option<Setting<SmolStr>>) -> Option<Setting<bool>> {
    let setting = setting?;
    Some(Setting { value: Value::Known(true), place: setting.place, absent: setting.absent })
}

/// `60s`, `3.5s` or a number of seconds.
fn seconds(setting: Option<Setting<SmolStr>>) -> Option<Setting<i64>> {
    numbers(setting, |text| {
        let number = text.trim_end_matches('s').split('.').next().unwrap_or_default();
        number.parse().ok()
    })
}

fn whole(setting: Option<Setting<SmolStr>>) -> Option<Setting<i64>> {
    numbers(setting, |text| text.parse().ok())
}

/// `256M`, `256Mi`, `1G`, `1Gi`, or a number of MiB.
fn mebibytes(setting: Option<Setting<SmolStr>>) -> Option<Setting<i64>> {
    numbers(setting, |text| {
        let digits = text.trim_end_matches(|it: char| it.is_ascii_alphabetic());
        let number: i64 = digits.parse().ok()?;
        Some(match text.get(digits.len()..) {
            Some("G" | "Gi") => number.saturating_mul(1024),
            Some("K" | "Ki" | "k") => number / 1024,
            _ => number,
        })
    })
}

/// A text as a number; nothing when a text is none.
fn numbers(
    setting: Option<Setting<SmolStr>>,
    read: impl Fn(&str) -> Option<i64>,
) -> Option<Setting<i64>> {
    let setting = setting?;
    if setting.value.possible().any(|(_, text)| read(text).is_none()) {
        return None;
    }
    let value = setting.value.map(|text| read(&text).unwrap_or_default());
    Some(Setting { value, place: setting.place, absent: setting.absent })
}

/// Environment variables in a mapping, conditional ones too.
fn of_mapping(properties: Properties<'_>, path: &[&str]) -> Vec<Variable> {
    let mut variables = Vec::new();
    for (when, mapping) in properties.mappings(path) {
        for (name, entry) in mapping.as_map().into_iter().flat_map(Map::entries) {
            let inner = Properties::new(properties.evaluator, &mapping);
            variables.extend(variable(inner, name, &entry.value, entry.key_place, &when));
        }
    }
    variables
}

/// Environment variables of a container: a list of names and values. Those that come from a secret
/// have no value here.
fn of_list(properties: Properties<'_>, container: &Node, when: &When) -> Vec<Variable> {
    let container = Properties::new(properties.evaluator, container);
    let mut variables = Vec::new();
    for (inner, pair) in container.items(&["env"]) {
        let Some(when) = properties.evaluator.both(when, &inner) else { continue };
        let (Some(name), Some(value)) = (pair.get("name"), pair.get("value")) else { continue };
        let Some(text) = name.as_str() else { continue };
        variables.extend(variable(container, &SmolStr::new(text), value, name.place, &when));
    }
    variables
}

fn variable(
    properties: Properties<'_>,
    name: &SmolStr,
    node: &Node,
    name_place: source_text::Place,
    when: &When,
) -> Option<Variable> {
    let setting = properties.setting(node, when.clone(), &|e, n| e.text(n))?;
    let written = properties
        .evaluator
        .alternatives_when(node, when)
        .into_iter()
        .filter(|(_, node)| !node.is_null())
        .map(|(when, node)| Written { when, text: properties.evaluator.expression(&node).text })
        .collect();
    Some(Variable {
        name: name.clone(),
        name_place,
        value: setting.value,
        place: setting.place,
        written,
    })
}
