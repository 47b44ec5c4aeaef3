//! What several arguments of an app tell together: its kind, its language, the settings that the
//! provider writes for it.

use source_text::{Kind, Node, Place, SmolStr};
use terraform_language::Block;
use terraform_tables::{Extra, Row, Scope, archive, reference, row::Turn, turn};

const SETTINGS: &str = "properties.siteConfig.appSettings";

/// The words of ARM for the sort of an app, by the end of the Terraform type.
fn kind_of(block: &Block) -> Option<&'static str> {
    let is_linux = block.kind.contains("linux")
        || block.body.get("os_type").and_then(Node::as_str).is_some_and(|os| os == "linux");
    let bare = block.kind.strip_prefix("azurerm_")?.trim_end_matches("_slot");
    Some(match (bare, is_linux) {
        ("logic_app_standard", _) => "functionapp,workflowapp",
        ("function_app_flex_consumption", _)
        | ("function_app" | "linux_function_app" | "windows_function_app", true) => {
            "functionapp,linux"
        }
        ("function_app" | "linux_function_app" | "windows_function_app", false) => "functionapp",
        ("app_service" | "linux_web_app" | "windows_web_app", true) => "app,linux",
        ("app_service" | "linux_web_app" | "windows_web_app", false) => "app",
        _ => return None,
    })
}

/// Completes the body of an app.
pub(crate) fn complete(scope: &Scope<'_>, block: &Block, body: &mut Node) {
    let Some(kind) = kind_of(block) else { return };
    turn::put(body, "kind", Node::text(block.place, kind));
    let site = Site { scope, block };
    if kind.starts_with("functionapp") {
        site.host(body);
        if let Some(file) = block.body.get("zip_deploy_file") {
            turn::put(body, "code", archive::located(scope, file));
        }
    }
    site.language(body, kind);
    // The provider sets what ARM leaves open.
    let is_old = matches!(
        block.kind.as_str(),
        "azurerm_function_app"
            | "azurerm_function_app_slot"
            | "azurerm_app_service"
            | "azurerm_app_service_slot"
            | "azurerm_logic_app_standard"
    );
    let ftps = if is_old { "AllAllowed" } else { "Disabled" };
    for (path, word) in [("ftpsState", ftps), ("minTlsVersion", "1.2")] {
        if body.at(&["properties", "siteConfig", path]).is_none() {
            let path = format!("properties.siteConfig.{path}");
            turn::put(body, &path, Node::text(block.place, word));
        }
    }
    let logging = ["properties", "siteConfig", "httpLoggingEnabled"];
    if kind.starts_with("app") && logs_nothing(block) && body.at(&logging).is_none() {
        turn::put(body, &logging.join("."), Node::bool(block.place, false));
    }
}

/// Whether the provider switches all logs of requests off, as no block asks for any. One that may be
/// there in some deployments asks.
fn logs_nothing(block: &Block) -> bool {
    const ASKS: [&str; 3] =
        ["http_logs", "failed_request_tracing", "failed_request_tracing_enabled"];
    let Some(logs) = block.body.get("logs").filter(|node| !node.is_null()) else { return true };
    match logs.as_list() {
        Some([]) => true,
        Some([only]) => {
            only.as_map().is_some_and(|map| ASKS.iter().all(|argument| !map.contains(argument)))
        }
        _ => false,
    }
}

struct Site<'a> {
    scope: &'a Scope<'a>,
    block: &'a Block,
}

impl Site<'_> {
    fn argument(&self, name: &str) -> Option<&Node> {
        self.block.body.get(name)
    }

    fn nested(&self, name: &str) -> Option<&Node> {
        self.argument(name)?.as_list()?.first()
    }

    /// The settings with which the host of functions starts.
    fn host(&self, body: &mut Node) {
        let value = |name: &str| self.argument(name).map(|node| self.scope.value(node));
        let uses_identity =
            self.argument("storage_uses_managed_identity").and_then(Node::as_bool) == Some(true);
        let account = value("storage_account_name");
        if let Some(account) = account.as_ref().filter(|_| uses_identity) {
            add(body, "AzureWebJobsStorage__accountName", account.clone());
        } else if let Some(secret) = value("storage_key_vault_secret_id") {
            let place = secret.place;
            let parts = vec![
                Node::text(place, "@Microsoft.KeyVault(SecretUri="),
                secret,
                Node::text(place, ")"),
            ];
            add(body, "AzureWebJobsStorage", joined(place, parts));
        } else if let Some(key) = value("storage_account_access_key") {
            let place = key.place;
            let mut parts = vec![Node::text(place, "DefaultEndpointsProtocol=https;AccountName=")];
            parts.extend(account);
            parts.extend([Node::text(place, ";AccountKey="), key]);
            add(body, "AzureWebJobsStorage", joined(place, parts));
        } else if let Some(key) = value("storage_access_key") {
            add(body, "DEPLOYMENT_STORAGE_CONNECTION_STRING", key.clone());
            let path = "properties.functionAppConfig.deployment.storage.authentication\
                        .storageAccountConnectionStringName";
            let name = Node::text(key.place, "DEPLOYMENT_STORAGE_CONNECTION_STRING");
            turn::put(body, path, name);
        }
        if let Some(version) = value("functions_extension_version").or_else(|| value("version")) {
            add(body, "FUNCTIONS_EXTENSION_VERSION", version);
        }
        let config = self.nested("site_config");
        for (argument, name) in [
            ("application_insights_connection_string", "APPLICATIONINSIGHTS_CONNECTION_STRING"),
            ("application_insights_key", "APPINSIGHTS_INSTRUMENTATIONKEY"),
        ] {
            if let Some(node) = config.and_then(|config| config.get(argument)) {
                add(body, name, self.scope.value(node));
            }
        }
    }

    /// The language and its version.
    fn language(&self, body: &mut Node, kind: &str) {
        const WORDS: [(&str, &str, &str); 7] = [
            ("python_version", "PYTHON", "python"),
            ("node_version", "NODE", "node"),
            ("java_version", "JAVA", "java"),
            ("powershell_core_version", "POWERSHELL", "powershell"),
            ("dotnet_version", "DOTNET", "dotnet"),
            ("php_version", "PHP", ""),
            ("ruby_version", "RUBY", ""),
        ];
        let config = self.nested("site_config");
        let stack = config.and_then(|config| config.get("application_stack"));
        let Some(stack) = stack.and_then(Node::as_list).and_then(<[Node]>::first) else { return };
        let is_on = |name: &str| stack.get(name).and_then(Node::as_bool) == Some(true);
        let is_function = kind.starts_with("functionapp");
        if let Some(image) = container(stack) {
            turn::put(body, "properties.siteConfig.linuxFxVersion", image);
            return;
        }
        if is_on("use_custom_runtime") {
            add(body, "FUNCTIONS_WORKER_RUNTIME", Node::text(stack.place, "custom"));
            return;
        }
        let found = WORDS.iter().find_map(|word| Some((word, stack.get(word.0)?)));
        let Some(((argument, word, worker), version)) = found else { return };
        let is_isolated = *argument == "dotnet_version" && is_on("use_dotnet_isolated_runtime");
        let version = self.scope.value(version);
        let place = version.place;
        if is_function && !worker.is_empty() {
            let worker = if is_isolated { "dotnet-isolated" } else { worker };
            add(body, "FUNCTIONS_WORKER_RUNTIME", Node::text(place, worker));
        }
        if kind.contains("linux") {
            let word = if is_isolated { "DOTNET-ISOLATED" } else { word };
            let parts = vec![Node::text(place, format!("{word}|")), version];
            turn::put(body, "properties.siteConfig.linuxFxVersion", joined(place, parts));
            return;
        }
        let path = match *argument {
            "dotnet_version" => "properties.siteConfig.netFrameworkVersion",
            "java_version" => "properties.siteConfig.javaVersion",
            "powershell_core_version" => "properties.siteConfig.powerShellVersion",
            "php_version" => "properties.siteConfig.phpVersion",
            "python_version" => "properties.siteConfig.pythonVersion",
            "node_version" => {
                add(body, "WEBSITE_NODE_DEFAULT_VERSION", version);
                return;
            }
            _ => return,
        };
        turn::put(body, path, version);
    }
}

/// `DOCKER|registry/image:tag` of the third and of the fourth version of the provider.
fn container(stack: &Node) -> Option<Node> {
    let docker = stack.get("docker").and_then(Node::as_list).and_then(<[Node]>::first);
    let (image, tag) = if let Some(docker) = docker {
        (docker.get("image_name")?, docker.get("image_tag"))
    } else {
        let image = stack.get("docker_image_name").or_else(|| stack.get("docker_image"))?;
        (image, stack.get("docker_image_tag"))
    };
    let tag = tag.and_then(Node::scalar_text);
    let registry = docker
        .and_then(|docker| docker.get("registry_url"))
        .or_else(|| stack.get("docker_registry_url"))
        .and_then(Node::as_str)
        .map(|url| url.trim_start_matches("https://").trim_end_matches('/'));
    let mut text = String::from("DOCKER|");
    if let Some(registry) = registry {
        text.push_str(registry);
        text.push('/');
    }
    text.push_str(&image.scalar_text()?);
    if let Some(tag) = tag {
        text.push(':');
        text.push_str(&tag);
    }
    Some(Node::text(image.place, text))
}

/// Adds a setting of the app unless the author set it.
fn add(body: &mut Node, name: &str, value: Node) {
    let settings = body.at(&["properties", "siteConfig", "appSettings"]);
    let items = settings.and_then(Node::as_list).unwrap_or_default();
    let is_there = |item: &Node| item.get("name").and_then(Node::as_str) == Some(name);
    if items.iter().any(is_there) || settings.is_some_and(|node| node.as_list().is_none()) {
        return;
    }
    let place = value.place;
    let setting = Node::map(place, [("name", Node::text(place, name)), ("value", value)]);
    turn::push(body, SETTINGS, setting);
}

/// Text of parts; known parts in a row become one.
fn joined(place: Place, parts: Vec<Node>) -> Node {
    let mut made: Vec<Node> = Vec::new();
    for part in parts {
        let text = part.scalar_text();
        match (made.last_mut().map(|node| &mut node.kind), text) {
            (Some(Kind::Text(known)), Some(more)) => {
                *known = SmolStr::new(format!("{known}{more}"));
            }
            (_, Some(text)) => made.push(Node::text(part.place, text)),
            (_, None) => made.push(part),
        }
    }
    match made.as_slice() {
        [one] => one.clone(),
        _ => reference::join(place, made),
    }
}

/// Settings of an app that are resources of their own in ARM.
pub(crate) fn extras(scope: &Scope<'_>, block: &Block) -> Vec<Extra> {
    if kind_of(block).is_none() {
        return Vec::new();
    }
    let is_slot = block.kind.ends_with("_slot");
    let below = |end: &str| {
        let owner = if is_slot { "Microsoft.Web/sites/slots" } else { "Microsoft.Web/sites" };
        SmolStr::new(format!("{owner}/{end}"))
    };
    let mut found = Vec::new();
    let mut add = |argument: &str, type_: SmolStr, name: &str, properties: Node| {
        let place = properties.place;
        let pairs = [
            ("name", Node::text(place, name)),
            ("parent", reference::name_of(place, &block.address)),
            ("properties", properties),
        ];
        let id = SmolStr::new(format!("{}.{argument}", block.address));
        found.push(Extra { id, type_, properties: Node::map(place, pairs) });
    };
    for (argument, name, rows) in CONFIGS {
        let nested = block.body.get(argument).and_then(Node::as_list).and_then(<[Node]>::first);
        if let Some(nested) = nested.filter(|node| node.as_map().is_some()) {
            add(argument, below("config"), name, turn::block(scope, nested, rows));
        }
    }
    for (argument, name) in [
        ("webdeploy_publish_basic_authentication_enabled", "scm"),
        ("ftp_publish_basic_authentication_enabled", "ftp"),
    ] {
        if let Some(node) = block.body.get(argument) {
            let properties = Node::map(node.place, [("allow", scope.value(node))]);
            add(argument, below("basicPublishingCredentialsPolicies"), name, properties);
        }
    }
    found
}

const CONFIGS: [(&str, &str, &[Row]); 3] = [
    ("auth_settings", "authsettings", &[]),
    (
        "auth_settings_v2",
        "authsettingsV2",
        &[
            ("auth_enabled", "platform.enabled", Turn::As),
            ("runtime_version", "platform.runtimeVersion", Turn::As),
            ("require_authentication", "globalValidation.requireAuthentication", Turn::As),
            ("unauthenticated_action", "globalValidation.unauthenticatedClientAction", Turn::As),
            ("excluded_paths", "globalValidation.excludedPaths", Turn::As),
            ("default_provider", "globalValidation.redirectToProvider", Turn::As),
            ("require_https", "httpSettings.requireHttps", Turn::As),
            (
                "active_directory_v2",
                "identityProviders.azureActiveDirectory",
                Turn::One(&[("client_id", "registration.clientId", Turn::As)]),
            ),
            ("login", "login", Turn::One(&[])),
        ],
    ),
    (
        "logs",
        "logs",
        &[
            ("detailed_error_messages", "detailedErrorMessages.enabled", Turn::As),
            ("detailed_error_messages_enabled", "detailedErrorMessages.enabled", Turn::As),
            ("failed_request_tracing", "failedRequestsTracing.enabled", Turn::As),
            ("failed_request_tracing_enabled", "failedRequestsTracing.enabled", Turn::As),
            ("http_logs", "httpLogs", Turn::One(&[("file_system", "fileSystem", Turn::One(&[]))])),
            ("application_logs", "applicationLogs", Turn::One(&[])),
        ],
    ),
];
