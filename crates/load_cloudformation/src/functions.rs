//! `AWS::Lambda::Function` and what hangs on it: invoke settings, aliases.

use app_model::{Build, Code, Function, Layer, Platform, Setting, Variable, When, Written};
use source_text::{Node, SmolStr};

use model_builder::{Builder, Item, Properties};

/// Reads every function, then the settings that stand in resources of their own.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let functions: Vec<Function> =
        builder.of_type("AWS::Lambda::Function").map(|item| function(builder, item)).collect();
    builder.app.functions = functions;
    read_invoke_settings(builder);
    read_aliases(builder);
}

fn function(builder: &Builder<'_>, item: &Item<'_>) -> Function {
    let properties = builder.properties(item);
    Function {
        name: item.name(),
        place: item.place(),
        when: item.when.clone(),
        platform: Platform::Aws,
        runtime: properties.text(&["Runtime"]),
        handler: properties.text(&["Handler"]),
        code: code(item, properties),
        build: build(item, properties),
        layers: properties
            .items(&["Layers"])
            .into_iter()
            .map(|(when, node)| Layer {
                arn: builder.evaluator.text(&node),
                place: node.place,
                when,
            })
            .collect(),
        role: properties.at(&["Role"]).and_then(|node| role(builder, node)),
        role_arn: properties.text(&["Role"]),
        environment: environment(properties, &["Environment", "Variables"]),
        timeout_s: properties.integer(&["Timeout"]),
        memory_mib: properties.integer(&["MemorySize"]),
        ephemeral_storage_mib: properties.integer(&["EphemeralStorage", "Size"]),
        reserved_concurrency: properties.integer(&["ReservedConcurrentExecutions"]),
        provisioned_concurrency: None,
        tracing: properties.text(&["TracingConfig", "Mode"]),
        dead_letter: properties.text(&["DeadLetterConfig", "TargetArn"]),
        failure_destination: None,
        success_destination: None,
        file_systems: properties
            .items(&["FileSystemConfigs"])
            .iter()
            .filter_map(|(_, node)| Properties::new(properties.evaluator, node).text(&["Arn"]))
            .collect(),
        maximum_event_age_s: None,
        maximum_retries: None,
        code_signing: properties.text(&["CodeSigningConfigArn"]),
        kms_key: properties.text(&["KmsKeyArn"]),
        vpc: presence(properties, "VpcConfig"),
        durable: presence(properties, "DurableConfig"),
        log_format: properties.text(&["LoggingConfig", "LogFormat"]),
        application_log_level: properties.text(&["LoggingConfig", "ApplicationLogLevel"]),
        log_group: properties.text(&["LoggingConfig", "LogGroup"]),
        recursive_loop: properties.text(&["RecursiveLoop"]),
        snap_start: properties.text(&["SnapStart", "ApplyOn"]),
        alias: None,
        physical_name: properties.text(&["FunctionName"]),
    }
}

/// The role's logical id when it stands in the template.
fn role(builder: &Builder<'_>, node: &Node) -> Option<SmolStr> {
    builder.evaluator.alternatives(node).into_iter().find_map(|(_, node)| {
        builder
            .referents(&node)
            .into_iter()
            .map(|reference| reference.name)
            .find(|name| builder.items.get(name).is_some_and(|i| i.type_() == "AWS::IAM::Role"))
    })
}

/// Environment variables, also of conditional mappings.
pub(crate) fn environment(properties: Properties<'_>, path: &[&str]) -> Vec<Variable> {
    let mut variables = Vec::new();
    for (when, mapping) in properties.mappings(path) {
        for (name, entry) in mapping.as_map().into_iter().flat_map(source_text::Map::entries) {
            let inner = Properties::new(properties.evaluator, &mapping);
            let Some(setting) = inner.setting(&entry.value, when.clone(), &|e, n| e.text(n)) else {
                continue;
            };
            variables.push(Variable {
                name: name.clone(),
                name_place: entry.key_place,
                value: setting.value,
                place: setting.place,
                written: written(properties, &entry.value, &when),
            });
        }
    }
    variables
}

/// Every text that a value may be, parameters by their names.
pub(crate) fn written(properties: Properties<'_>, node: &Node, when: &When) -> Vec<Written> {
    properties
        .evaluator
        .alternatives_when(node, when)
        .into_iter()
        .filter(|(_, node)| !node.is_null())
        .map(|(when, node)| Written { when, text: properties.evaluator.expression(&node).text })
        .collect()
}

/// Where a mapping is written, as a setting that is true wherever the mapping is there.
fn presence(properties: Properties<'_>, key: &str) -> Option<Setting<bool>> {
    let node = properties.at(&[key])?;
    properties.setting(node, When::ALWAYS, &|_, _| app_model::Value::Known(true))
}

fn code(item: &Item<'_>, properties: Properties<'_>) -> Code {
    if let Some(image) = properties.text(&["Code", "ImageUri"]) {
        return Code::Image(Some(image));
    }
    if properties.text(&["PackageType"]).is_some_and(|kind| kind.value.may_be("Image")) {
        return Code::Image(None);
    }
    if let Some(text) = properties.text(&["Code", "ZipFile"]) {
        return Code::Inline(text);
    }
    // The SAM transform leaves a local folder as it stands; `sam build` and `aws cloudformation
    // package` replace it by an object in a bucket.
    if let Some(path) = properties.text(&["Code"])
        && properties.at(&["Code"]).is_some_and(|node| node.as_map().is_none())
    {
        let is_remote = path.value.any(|path| path.starts_with("s3://"));
        return if is_remote { Code::Remote(path) } else { Code::Local(path) };
    }
    if let Some(path) = asset_path(item) {
        return Code::Local(path);
    }
    properties.text(&["Code", "S3Key"]).map_or(Code::Unknown, Code::Remote)
}

/// What the metadata of a resource says to `sam build` and to CDK.
fn build(item: &Item<'_>, properties: Properties<'_>) -> Build {
    let metadata = item.resource.metadata.as_ref();
    let at = |keys: &[&str]| {
        let node = metadata.and_then(|node| node.at(keys))?;
        Some(Setting::known(node.place, SmolStr::new(node.as_str()?)))
    };
    let entry_points = metadata
        .and_then(|node| node.at(&["BuildProperties", "EntryPoints"])?.as_list())
        .unwrap_or_default()
        .iter()
        .filter_map(|node| Some(Setting::known(node.place, SmolStr::new(node.as_str()?))))
        .collect();
    let is_image = metadata.is_some_and(|node| node.get("aws:asset:dockerfile-path").is_some());
    Build {
        entry_points,
        image_context: at(&["DockerContext"])
            .or_else(|| at(&["aws:asset:path"]).filter(|_| is_image)),
        image_recipe: at(&["Dockerfile"]).or_else(|| at(&["aws:asset:dockerfile-path"])),
        image_command: properties.texts(&["ImageConfig", "Command"]).into_iter().next(),
    }
}

/// CDK notes the asset folder in the metadata of the resource.
pub(crate) fn asset_path(item: &Item<'_>) -> Option<Setting<SmolStr>> {
    let node = item.resource.metadata.as_ref()?.get("aws:asset:path")?;
    Some(Setting::known(node.place, SmolStr::new(node.as_str()?)))
}

/// `AWS::Lambda::EventInvokeConfig`: what happens to asynchronous events that fail.
fn read_invoke_settings(builder: &mut Builder<'_>) {
    let mut settings = Vec::new();
    for item in builder.of_type("AWS::Lambda::EventInvokeConfig") {
        let properties = builder.properties(item);
        let Some(function) =
            properties.at(&["FunctionName"]).and_then(|node| builder.function_behind(node))
        else {
            continue;
        };
        settings.push((
            function,
            properties.text(&["DestinationConfig", "OnFailure", "Destination"]),
            properties.text(&["DestinationConfig", "OnSuccess", "Destination"]),
            properties.integer(&["MaximumEventAgeInSeconds"]),
            properties.integer(&["MaximumRetryAttempts"]),
        ));
    }
    for (name, failure, success, age, retries) in settings {
        if let Some(function) = function_mut(builder, &name) {
            function.failure_destination = failure.or(function.failure_destination.take());
            function.success_destination = success.or(function.success_destination.take());
            function.maximum_event_age_s = age.or(function.maximum_event_age_s.take());
            function.maximum_retries = retries.or(function.maximum_retries.take());
        }
    }
}

/// Aliases and versions with provisioned concurrency.
fn read_aliases(builder: &mut Builder<'_>) {
    let mut found = Vec::new();
    for (type_, key) in [
        ("AWS::Lambda::Alias", "ProvisionedConcurrencyConfig"),
        ("AWS::Lambda::Version", "ProvisionedConcurrencyConfig"),
    ] {
        for item in builder.of_type(type_) {
            let properties = builder.properties(item);
            let Some(function) =
                properties.at(&["FunctionName"]).and_then(|node| builder.function_behind(node))
            else {
                continue;
            };
            let provisioned = properties.integer(&[key, "ProvisionedConcurrentExecutions"]);
            let alias =
                if type_ == "AWS::Lambda::Alias" { properties.text(&["Name"]) } else { None };
            found.push((function, provisioned, alias));
        }
    }
    for (name, provisioned, alias) in found {
        if let Some(function) = function_mut(builder, &name) {
            function.provisioned_concurrency =
                provisioned.or(function.provisioned_concurrency.take());
            function.alias = alias.or(function.alias.take());
        }
    }
}

fn function_mut<'a>(builder: &'a mut Builder<'_>, name: &str) -> Option<&'a mut Function> {
    builder.app.functions.iter_mut().find(|function| function.name == name)
}
