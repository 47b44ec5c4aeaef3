//! Functions and what hangs on them: logs, URL, asynchronous settings, concurrency; layers.

use source_text::{Kind, Map, Node, Place, SmolStr};

use crate::{
    names,
    place_text::{Here, capitalised, copy, is_on, items, map_of, unresolved},
    roles,
    service::Service,
    template::{Template, properties},
};

/// Seconds that a function may run when nothing is said.
const TIMEOUT_S: i64 = 6;
/// Memory of a function when nothing is said.
const MEMORY_MIB: i64 = 1024;

/// A declared function.
pub(crate) struct Function {
    /// As declared.
    pub(crate) name: SmolStr,
    /// The name within logical ids.
    pub(crate) normalised: String,
    /// Logical id.
    pub(crate) id: String,
    /// Where the name is written.
    pub(crate) place: Place,
    node: Node,
}

impl Function {
    pub(crate) fn new(name: &SmolStr, place: Place, node: Node) -> Self {
        let normalised = names::normalised(name);
        Self {
            name: name.clone(),
            id: format!("{normalised}LambdaFunction"),
            normalised,
            place,
            node,
        }
    }

    /// A setting of the function itself.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.node.get(key).filter(|node| !node.is_null())
    }

    /// A setting of the function, or of all functions.
    pub(crate) fn or_provider<'a>(&'a self, service: &'a Service, key: &str) -> Option<&'a Node> {
        // `vpc: ~` and the like switch a setting off for one function.
        match self.node.get(key) {
            Some(node) if node.is_null() => None,
            Some(node) => Some(node),
            None => service.provider(&[key]),
        }
    }
}

/// Adds the resources of a function, its events aside.
pub(crate) fn add(service: &Service, function: &Function, template: &mut Template) {
    let here = Here(function.place);
    let mut map = Map::new();
    map.insert("FunctionName", physical_name(service, function));
    code(service, function, &mut map);
    runtime(service, function, &mut map);
    let timeout = function.or_provider(service, "timeout").cloned();
    map.insert("Timeout", timeout.unwrap_or_else(|| here.integer(TIMEOUT_S)));
    let memory = function.or_provider(service, "memorySize").cloned();
    map.insert("MemorySize", memory.unwrap_or_else(|| here.integer(MEMORY_MIB)));
    map.insert("Role", roles::role_of(service, function));
    environment(service, function, &mut map, template);
    settings(service, function, &mut map);
    let place = function.place;
    template.add(function.id.clone(), place, "AWS::Lambda::Function", map, &function.name);
    if let Some(condition) = function.get("condition") {
        template.set(&function.id, "Condition", condition.clone());
    }
    if let Some(metadata) = image_metadata(service, function) {
        template.set(&function.id, "Metadata", metadata);
    }
    log_group(service, function, template);
    url(function, template);
    invoke_settings(function, template);
    provisioned(function, template);
}

fn physical_name(service: &Service, function: &Function) -> Node {
    match function.get("name") {
        Some(name) => name.clone(),
        None if service.name.is_empty() => {
            unresolved(function.place, format!("${{service}}-{}-{}", service.stage, function.name))
        }
        None => {
            let name = format!("{}-{}-{}", service.name, service.stage, function.name);
            Node::text(function.place, name)
        }
    }
}

/// The folder of the service, an archive, or an image.
fn code(service: &Service, function: &Function, map: &mut Map) {
    let here = Here(function.place);
    if let Some(image) = function.get("image") {
        map.insert("PackageType", here.text("Image"));
        let uri = image.get("uri").or_else(|| image.get("name")).unwrap_or(image);
        let named = uri.as_str().and_then(|name| service.provider(&["ecr", "images", name]));
        let uri = match named {
            Some(built) => built.get("uri").cloned().unwrap_or_else(|| {
                unresolved(built.place, "the image that is built when the service is deployed")
            }),
            None => uri.clone(),
        };
        let uri =
            if uri.as_map().is_some_and(|map| !map.contains("Fn::Unresolved") && map.len() > 1) {
                unresolved(image.place, "the image that is built when the service is deployed")
            } else {
                uri
            };
        map.insert("Code", here.map([("ImageUri", uri)]));
        let mut config = Map::new();
        copy(image, &mut config, &[("command", "Command"), ("entryPoint", "EntryPoint")]);
        if !config.is_empty() {
            map.insert("ImageConfig", Node::new(image.place, Kind::Map(config)));
        }
        return;
    }
    let artifact = function
        .get("package")
        .and_then(|node| node.get("artifact"))
        .or_else(|| service.top(&["package", "artifact"]));
    // Some plugins package a folder of its own for each function.
    let module =
        function.get("module").filter(|_| service.has_plugin("serverless-python-requirements"));
    let code = artifact.or(module).cloned().unwrap_or_else(|| here.text("."));
    map.insert("Code", code);
    copy(&function.node, map, &[("handler", "Handler")]);
}

/// Where the image of a function is built from, as `sam build` writes it.
fn image_metadata(service: &Service, function: &Function) -> Option<Node> {
    let image = function.get("image")?;
    let name = image.get("name").unwrap_or(image).as_str()?;
    let built = service.provider(&["ecr", "images", name])?;
    let path = built.get("path").or_else(|| built.as_str().map(|_| built))?;
    let here = Here(path.place);
    let recipe = built.get("file").cloned().unwrap_or_else(|| here.text("Dockerfile"));
    Some(here.map([("DockerContext", path.clone()), ("Dockerfile", recipe)]))
}

fn runtime(service: &Service, function: &Function, map: &mut Map) {
    if function.get("image").is_some() {
        return;
    }
    let runtime = function.or_provider(service, "runtime").cloned();
    map.insert(
        "Runtime",
        runtime.unwrap_or_else(|| {
            let version = service.top(&["frameworkVersion"]).and_then(Node::scalar_text);
            let version = version.unwrap_or_default();
            let major = version.trim_start_matches(|letter: char| !letter.is_ascii_digit());
            let default = if major.starts_with('3') { "nodejs14.x" } else { "nodejs20.x" };
            Node::text(function.place, default)
        }),
    );
}

/// Variables of the provider under those of the function; `null` takes one away.
fn environment(service: &Service, function: &Function, map: &mut Map, template: &mut Template) {
    let mut variables = Map::new();
    let mut place = None;
    for node in
        [service.provider(&["environment"]), function.get("environment")].into_iter().flatten()
    {
        place = Some(node.place);
        for part in items(Some(node)) {
            if let Some((key, _)) = part.single()
                && key.starts_with("Fn::")
            {
                let message =
                    format!("some environment variables of `{}` are not known", function.name);
                template.warning(part.place, message);
                continue;
            }
            for (name, entry) in part.as_map().into_iter().flat_map(Map::entries) {
                if entry.value.is_null() {
                    variables.remove(name);
                } else {
                    variables.insert_at(name.clone(), entry.key_place, entry.value.clone());
                }
            }
        }
    }
    if let Some(place) = place.filter(|_| !variables.is_empty()) {
        let variables = Node::new(place, Kind::Map(variables));
        map.insert("Environment", Here(place).map([("Variables", variables)]));
    }
}

fn settings(service: &Service, function: &Function, map: &mut Map) {
    copy(
        &function.node,
        map,
        &[("reservedConcurrency", "ReservedConcurrentExecutions"), ("description", "Description")],
    );
    let layers = function.get("layers").or_else(|| service.provider(&["layers"]));
    if let Some(layers) = layers {
        map.insert("Layers", layers.clone());
    }
    if let Some(vpc) = function.or_provider(service, "vpc").filter(|node| is_on(Some(node))) {
        let mut config = Map::new();
        copy(
            vpc,
            &mut config,
            &[("securityGroupIds", "SecurityGroupIds"), ("subnetIds", "SubnetIds")],
        );
        let is_function = vpc.single().is_some_and(|(key, _)| key.starts_with("Fn::"));
        let config =
            if is_function { vpc.clone() } else { Node::new(vpc.place, Kind::Map(config)) };
        map.insert("VpcConfig", config);
    }
    let old = function.get("awsKmsKeyArn");
    if let Some(key) = old.or_else(|| function.or_provider(service, "kmsKeyArn")) {
        map.insert("KmsKeyArn", key.clone());
    }
    if let Some(tracing) = tracing(service, function) {
        let mode = match (tracing.as_bool(), tracing.as_str()) {
            (Some(true), _) => Node::text(tracing.place, "Active"),
            (Some(false), _) => Node::text(tracing.place, "PassThrough"),
            _ => tracing.clone(),
        };
        map.insert("TracingConfig", Here(tracing.place).map([("Mode", mode)]));
    }
    if let Some(target) = function.get("onError") {
        map.insert("DeadLetterConfig", Here(target.place).map([("TargetArn", target.clone())]));
    }
    if let Some(size) = function.get("ephemeralStorageSize") {
        map.insert("EphemeralStorage", Here(size.place).map([("Size", size.clone())]));
    }
    if let Some(architecture) = function.or_provider(service, "architecture") {
        map.insert("Architectures", Here(architecture.place).list([architecture.clone()]));
    }
    if let Some(system) = function.get("fileSystemConfig") {
        let system = capitalised(system, 2);
        map.insert("FileSystemConfigs", Here(system.place).list([system]));
    }
    if let Some(true) = function.get("snapStart").and_then(Node::as_bool) {
        let here = Here(function.place);
        map.insert("SnapStart", here.map([("ApplyOn", here.text("PublishedVersions"))]));
    }
    let logs = function.get("logs").or_else(|| service.provider(&["logs", "lambda"]));
    if let Some(logs) = logs.filter(|node| node.as_map().is_some()) {
        map.insert("LoggingConfig", capitalised(logs, 1));
    }
    let tags = [service.provider(&["tags"]), function.get("tags")];
    let tags: Vec<Node> = tags
        .into_iter()
        .flat_map(|node| map_of(node).into_iter().flat_map(Map::iter))
        .map(|(key, value)| {
            let here = Here(value.place);
            here.map([("Key", here.text(key.clone())), ("Value", value.clone())])
        })
        .collect();
    if !tags.is_empty() {
        map.insert("Tags", Here(function.place).list(tags));
    }
}

/// The setting that decides about tracing.
pub(crate) fn tracing<'a>(service: &'a Service, function: &'a Function) -> Option<&'a Node> {
    function.get("tracing").or_else(|| service.provider(&["tracing", "lambda"]))
}

fn log_group(service: &Service, function: &Function, template: &mut Template) {
    if is_on(function.get("disableLogs")) || is_on(service.provider(&["disableLogs"])) {
        return;
    }
    let here = Here(function.place);
    let name = match physical_name(service, function).scalar_text() {
        Some(name) => here.text(format!("/aws/lambda/{name}")),
        None => here.join("", [here.text("/aws/lambda/"), physical_name(service, function)]),
    };
    let mut map = properties([("LogGroupName", name)]);
    if let Some(days) = function.or_provider(service, "logRetentionInDays") {
        map.insert("RetentionInDays", days.clone());
    }
    if let Some(policy) = function.or_provider(service, "logDataProtectionPolicy") {
        map.insert("DataProtectionPolicy", policy.clone());
    }
    let id = format!("{}LogGroup", function.normalised);
    template.add(id, function.place, "AWS::Logs::LogGroup", map, &function.name);
}

/// `url: true`, or a mapping with `authorizer`, `cors`, `invokeMode`.
fn url(function: &Function, template: &mut Template) {
    let Some(url) = function.get("url").filter(|node| is_on(Some(node))) else { return };
    let here = Here(url.place);
    let auth = match url.get("authorizer") {
        Some(node) if node.as_str().is_some_and(|text| text.eq_ignore_ascii_case("aws_iam")) => {
            Node::text(node.place, "AWS_IAM")
        }
        Some(node) if node.as_map().is_some() => node.clone(),
        _ => here.text("NONE"),
    };
    let is_open = auth.as_str() == Some("NONE");
    let mut map = properties([
        ("TargetFunctionArn", here.get_att(function.id.as_str(), "Arn")),
        ("AuthType", auth),
    ]);
    if let Some(cors) = url.get("cors").filter(|node| is_on(Some(node))) {
        map.insert("Cors", url_cors(cors));
    }
    if let Some(mode) = url.get("invokeMode") {
        map.insert("InvokeMode", mode.clone());
    }
    let id = format!("{}LambdaFunctionUrl", function.normalised);
    template.add(id, url.place, "AWS::Lambda::Url", map, &function.name);
    if is_open {
        let map = properties([
            ("FunctionName", here.get_att(function.id.as_str(), "Arn")),
            ("Action", here.text("lambda:InvokeFunctionUrl")),
            ("Principal", here.text("*")),
            ("FunctionUrlAuthType", here.text("NONE")),
        ]);
        let id = format!("{}LambdaPermissionFnUrl", function.normalised);
        template.add(id, url.place, "AWS::Lambda::Permission", map, &function.name);
    }
}

fn url_cors(cors: &Node) -> Node {
    let here = Here(cors.place);
    if cors.as_map().is_none() {
        return here.map([
            ("AllowOrigins", here.texts(["*"])),
            ("AllowHeaders", here.texts(["Content-Type", "X-Amz-Date", "Authorization"])),
            ("AllowMethods", here.texts(["*"])),
        ]);
    }
    let mut map = Map::new();
    copy(
        cors,
        &mut map,
        &[
            ("allowedOrigins", "AllowOrigins"),
            ("allowedHeaders", "AllowHeaders"),
            ("allowedMethods", "AllowMethods"),
            ("allowCredentials", "AllowCredentials"),
            ("exposedResponseHeaders", "ExposeHeaders"),
            ("maxAge", "MaxAge"),
        ],
    );
    if !map.contains("AllowOrigins") {
        map.insert("AllowOrigins", here.texts(["*"]));
    }
    Node::new(cors.place, Kind::Map(map))
}

/// `destinations`, `maximumEventAge`, `maximumRetryAttempts`.
fn invoke_settings(function: &Function, template: &mut Template) {
    let mut map = Map::new();
    copy(
        &function.node,
        &mut map,
        &[
            ("maximumEventAge", "MaximumEventAgeInSeconds"),
            ("maximumRetryAttempts", "MaximumRetryAttempts"),
        ],
    );
    let mut config = Map::new();
    for (key, property) in [("onSuccess", "OnSuccess"), ("onFailure", "OnFailure")] {
        let destination = function.get("destinations").and_then(|node| node.get(key));
        if let Some(destination) = destination.filter(|node| !node.is_null()) {
            let arn = destination_arn(destination);
            config.insert(property, Here(destination.place).map([("Destination", arn)]));
        }
    }
    if map.is_empty() && config.is_empty() {
        return;
    }
    let here = Here(function.place);
    if !config.is_empty() {
        map.insert("DestinationConfig", Node::new(function.place, Kind::Map(config)));
    }
    map.insert("FunctionName", here.reference(function.id.as_str()));
    map.insert("Qualifier", here.text("$LATEST"));
    let id = format!("{}LambdaEvConf", function.normalised);
    template.add(id, function.place, "AWS::Lambda::EventInvokeConfig", map, &function.name);
}

/// An ARN, `{type, arn}`, or the name of another function.
pub(crate) fn destination_arn(node: &Node) -> Node {
    if let Some(arn) = node.get("arn") {
        return arn.clone();
    }
    match node.as_str() {
        Some(name) if !name.starts_with("arn:") => {
            Here(node.place).get_att(format!("{}LambdaFunction", names::normalised(name)), "Arn")
        }
        _ => node.clone(),
    }
}

fn provisioned(function: &Function, template: &mut Template) {
    let Some(count) = function.get("provisionedConcurrency") else { return };
    let here = Here(count.place);
    let version = format!("{}LambdaVersion", function.normalised);
    let map = properties([("FunctionName", here.reference(function.id.as_str()))]);
    template.add(version.clone(), count.place, "AWS::Lambda::Version", map, &function.name);
    let map = properties([
        ("FunctionName", here.reference(function.id.as_str())),
        ("FunctionVersion", here.get_att(version, "Version")),
        ("Name", here.text("provisioned")),
        (
            "ProvisionedConcurrencyConfig",
            here.map([("ProvisionedConcurrentExecutions", count.clone())]),
        ),
    ]);
    let id = format!("{}ProvConcLambdaAlias", function.normalised);
    template.add(id, count.place, "AWS::Lambda::Alias", map, &function.name);
}

/// `layers:` of the service.
pub(crate) fn add_layers(service: &Service, template: &mut Template) {
    for (name, entry) in map_of(service.top(&["layers"])).into_iter().flat_map(Map::entries) {
        let mut map = Map::new();
        copy(
            &entry.value,
            &mut map,
            &[
                ("compatibleRuntimes", "CompatibleRuntimes"),
                ("description", "Description"),
                ("licenseInfo", "LicenseInfo"),
            ],
        );
        let path = entry.value.at(&["package", "artifact"]).or_else(|| entry.value.get("path"));
        let path = path.cloned().unwrap_or_else(|| Node::text(entry.key_place, name.clone()));
        map.insert("Content", path);
        let id = format!("{}LambdaLayer", names::normalised(name));
        template.add(id.clone(), entry.key_place, "AWS::Lambda::LayerVersion", map, name);
        for (index, account) in items(entry.value.get("allowedAccounts")).into_iter().enumerate() {
            let here = Here(account.place);
            let map = properties([
                ("Action", here.text("lambda:GetLayerVersion")),
                ("LayerVersionArn", here.reference(id.as_str())),
                ("Principal", account.clone()),
            ]);
            let id = format!("{}LambdaLayerPermission{index}", names::normalised(name));
            template.add(id, account.place, "AWS::Lambda::LayerVersionPermission", map, name);
        }
    }
}
