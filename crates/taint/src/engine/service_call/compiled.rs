//! The AWS SDKs for Java, .NET and Ruby. Requests are built; they carry what they are built of to the
//! call that they are given to.

use code_ir::{SmolStr, Span};

use super::{
    super::{Engine, call::Args},
    Family, Noted,
    arguments::Told,
};
use crate::{
    origin::{Made, Origin},
    service_call::{Form, Provenance, Sdk},
    value::{Shape, Value},
};

/// Parameters that a request carries at most.
const BOUND: usize = 64;

/// Methods that give or set up clients, or end them.
const INERT: &[&str] = &[
    "build",
    "builder",
    "create",
    "close",
    "Dispose",
    "shutdown",
    "standard",
    "defaultClient",
    "toBuilder",
    "utilities",
    "serviceClientConfiguration",
    "waiter",
    "waiters",
    "serviceName",
    "hashCode",
    "toString",
    "tableSchema",
    "tableName",
    "keyFrom",
    "new",
    "config",
    "dynamoDbClient",
];

/// Methods of Ruby's resources that give another one.
const RUBY_PARTS: &[&str] = &[
    "bucket", "object", "objects", "table", "queue", "topic", "client", "stream", "instance",
    "function",
];

fn is_ruby_part(name: &str) -> bool {
    RUBY_PARTS.contains(&name.trim_end_matches("()"))
}

/// Parts of names of packages of Java and namespaces of .NET in which there are no clients.
const NO_SERVICES: &[&str] =
    &["runtime", "Core", "Runtime", "Util", "XRay", "RegionEndpoint", "model", "Model", "types"];

impl Engine<'_> {
    /// A call of a name of such an SDK.
    pub(super) fn compiled_sdk(
        &mut self,
        family: Family,
        path: &[SmolStr],
        made: Option<&Made>,
        args: &Args,
        span: Span,
        result: Value,
    ) -> Value {
        let Some((method, before)) = path.split_last() else { return result };
        if method == "of" && before.last().is_some_and(|name| name == "Region") {
            return match args.at(0) {
                Some(name) => result.with_text(name.provenance()),
                None => result,
            };
        }
        if let Some(built) = self.built(path, made, args) {
            return result.with_origin(Origin { made: Some(built), ..Origin::default() });
        }
        if family == Family::Ruby {
            return self.ruby_sdk(path, made, args, span, result);
        }
        let Some(client) = client_of(family, before) else { return result };
        if method == client.factory {
            // `table(name, schema)`, but `LoadTable(client, name)`.
            let at = usize::from(family == Family::DotNet);
            let name = args.at(at).map(Value::provenance);
            let mut known = made.cloned().unwrap_or_default();
            known.identifiers =
                name.map(|name| (SmolStr::new_static("name"), name)).into_iter().collect();
            return result.with_origin(Origin { made: Some(known), ..Origin::default() });
        }
        if client.resource == "DynamoDbTable" && method == "index" {
            let mut known = made.cloned().unwrap_or_default();
            let name = args.at(0).map(|name| (SmolStr::new_static("index"), name.provenance()));
            known.identifiers.extend(name);
            return result.with_origin(Origin { made: Some(known), ..Origin::default() });
        }
        if INERT.contains(&method.as_str()) || method.ends_with("()") || !client.is_built {
            let mut made = made.cloned().unwrap_or_default();
            if matches!(method.as_str(), "region" | "withRegion") {
                made.region = args.at(0).map(|region| self.region_of(region));
            }
            return result.with_origin(Origin { made: Some(made), ..Origin::default() });
        }
        let (operation, form) = operation_of(method, client.is_helper);
        let mut told = self.told_of_inputs(args);
        let named = Args { positional: Vec::new(), ..args.clone() };
        told.arguments.extend(self.tell_arguments(&named).arguments);
        self.add_built_by_functions(args, span, &mut told);
        if form == Form::Presigned {
            for (name, _) in &mut told.arguments {
                *name = SmolStr::new(name.rsplit('.').next().unwrap_or(name));
            }
        }
        let noted = Noted {
            sdk: client.sdk,
            service: client.service,
            resource: client.resource,
            operation: SmolStr::new(operation),
            form,
            arguments: told.arguments,
            has_unknown_arguments: told.is_open,
        };
        self.note_call(noted, made, span, true);
        result
    }

    /// A region by its constant: `Region.EU_WEST_1`.
    fn region_of(&self, value: &Value) -> Provenance {
        let Shape::Library(id) = &value.shape else { return value.provenance() };
        let name = self.names.split(*id).1.to_ascii_lowercase().replace('_', "-");
        Provenance::Literal(SmolStr::new(name))
    }

    /// What a request or builder carries after a call: `PutItemRequest.builder().tableName(…)`,
    /// `new PutItemRequest().withTableName(…)`, `new PutItemRequest { TableName = … }`.
    fn built(&mut self, path: &[SmolStr], made: Option<&Made>, args: &Args) -> Option<Made> {
        let (method, before) = path.split_last()?;
        let is_request = |name: &SmolStr| {
            name.ends_with("Request") || before.iter().any(|it| it == "model" || it == "Model")
        };
        let is_whole = is_request(method) && method.starts_with(|c: char| c.is_ascii_uppercase());
        let starts = before.iter().any(|name| name.starts_with("builder"))
            && !before.iter().any(|name| is_client(name));
        let is_part = before.iter().any(is_request) || starts || before.is_empty();
        if !is_whole && !is_part {
            return None;
        }
        let mut built = made.cloned().unwrap_or_default();
        if is_whole {
            built.bound.extend(self.told_of_inputs(args).arguments);
            let named = Args { positional: Vec::new(), ..args.clone() };
            built.bound.extend(self.tell_arguments(&named).arguments);
            return Some(built);
        }
        let name = method.strip_prefix("with").filter(|it| !it.is_empty()).unwrap_or(method);
        if matches!(name, "build" | "builder" | "toBuilder") {
            return Some(built);
        }
        for value in &args.positional {
            let inner = value.made().filter(|made| !made.bound.is_empty());
            if let Some(inner) = inner {
                let below = |(below, value): &(SmolStr, Provenance)| {
                    (SmolStr::new(format!("{name}.{below}")), value.clone())
                };
                built.bound.extend(inner.bound.iter().map(below));
            } else {
                let named = vec![(SmolStr::new(name), value.clone())];
                let own = Args { named, ..Args::default() };
                built.bound.extend(self.tell_arguments(&own).arguments);
            }
        }
        built.bound.truncate(BOUND);
        Some(built)
    }

    /// A call of Ruby: `Aws::S3::Client.new.get_object(…)`, `Aws::S3::Resource.new.bucket(name).…`.
    fn ruby_sdk(
        &mut self,
        path: &[SmolStr],
        made: Option<&Made>,
        args: &Args,
        span: Span,
        result: Value,
    ) -> Value {
        let [_, service, class, inner @ ..] = path else { return result };
        let mut known = made.cloned().unwrap_or_default();
        let Some((method, parts)) = inner.split_last() else {
            known.region = args.by_name("region").map(Value::provenance);
            let names = args.positional.iter().map(|it| (class.clone(), it.provenance()));
            known.identifiers.extend(names);
            return result.with_origin(Origin { made: Some(known), ..Origin::default() });
        };
        if RUBY_PARTS.contains(&method.as_str()) {
            let names = args.positional.iter().map(|it| (method.clone(), it.provenance()));
            known.identifiers.extend(names);
            return result.with_origin(Origin { made: Some(known), ..Origin::default() });
        }
        if INERT.contains(&method.as_str()) || parts.iter().any(|it| !is_ruby_part(it)) {
            return result;
        }
        let resource = parts.last().map(|it| it.trim_end_matches("()"));
        let resource = resource.unwrap_or(if class == "Client" { "" } else { class });
        let (told, form) = (self.told_of_both(args), operation_of(method, class != "Client").1);
        let noted = Noted {
            sdk: Sdk::Ruby,
            service: service.clone(),
            resource: SmolStr::new(resource),
            operation: method.clone(),
            form,
            arguments: told.arguments,
            has_unknown_arguments: told.is_open,
        };
        self.note_call(noted, Some(&known), span, true);
        result
    }

    /// `client.getObject(b -> b.bucket("x"))`: what the function does with a builder.
    fn add_built_by_functions(&mut self, args: &Args, span: Span, told: &mut Told) {
        for value in &args.positional {
            if !matches!(value.shape, Shape::Function(_)) {
                continue;
            }
            let id = self.names.intern("software.amazon.awssdk.builder()");
            let builder = Value::of(Shape::Instance(id));
            let (built, changes) =
                self.alternative(|engine| engine.call_value(value, Args::of(vec![builder]), span));
            self.heap.merge(vec![changes, Vec::new()]);
            match built.made() {
                Some(made) => told.arguments.extend(made.bound.iter().cloned()),
                None => told.is_open = true,
            }
        }
    }
}

/// A client, or what stands for a resource, that a name begins with.
struct Client {
    sdk: Sdk,
    service: SmolStr,
    resource: SmolStr,
    /// Whether it is there, not only being made.
    is_built: bool,
    /// Whether its methods are above operations.
    is_helper: bool,
    /// The method that gives what stands for a resource.
    factory: &'static str,
}

fn is_client(name: &str) -> bool {
    name.ends_with("Client")
        || name.ends_with("ClientBuilder")
        || matches!(name, "S3Presigner" | "S3TransferManager" | "DynamoDbTable" | "DynamoDbIndex")
        || matches!(
            name,
            "DynamoDBMapper" | "TransferUtility" | "DynamoDBContext" | "TransferManager"
        )
        || name.starts_with("Amazon")
        || name.starts_with("AWS")
        || name.starts_with("IAmazon")
}

fn client_of(family: Family, path: &[SmolStr]) -> Option<Client> {
    // The first segment names the vendor.
    let at = path.iter().position(|name| name != "Amazon" && is_client(name)).or_else(|| {
        let is_document = |name: &SmolStr| {
            matches!(name.as_str(), "DynamoDB" | "Table" | "S3Client" | "Index") && path.len() > 3
        };
        path.iter().position(is_document)
    })?;
    let packages = path.get(..at)?;
    if packages.iter().any(|name| NO_SERVICES.contains(&name.as_str())) {
        return None;
    }
    let class = path.get(at)?;
    let after = path.get(at + 1..)?;
    let last = after.last().map(SmolStr::as_str);
    let (sdk, service) = match family {
        Family::JavaV2 => {
            let known = packages
                .iter()
                .position(|name| matches!(name.as_str(), "services" | "enhanced" | "transfer"));
            let service = match known {
                Some(at) if packages.get(at).is_some_and(|it| it == "services") => {
                    packages.get(at + 1)?.clone()
                }
                Some(at) if packages.get(at).is_some_and(|it| it == "enhanced") => {
                    SmolStr::new_static("dynamodb")
                }
                Some(at) => SmolStr::new(packages.get(at..)?.join(".")),
                // A class that was imported with all of its package.
                None if class.starts_with("DynamoDbEnhanced") => SmolStr::new_static("dynamodb"),
                None => {
                    let name = class.strip_suffix("Client")?;
                    SmolStr::new(name.strip_suffix("Async").unwrap_or(name).to_ascii_lowercase())
                }
            };
            (Sdk::JavaV2, service)
        }
        Family::JavaV1 => {
            let known = packages.iter().position(|name| name == "services")?;
            (Sdk::JavaV1, SmolStr::new(packages.get(known + 1..)?.join(".")))
        }
        Family::DotNet => {
            let service = if let Some(namespace) = packages.get(1..) {
                SmolStr::new(namespace.join("."))
            } else {
                let name = class.strip_prefix('I').unwrap_or(class).strip_prefix("Amazon")?;
                SmolStr::new(name.strip_suffix("Client").unwrap_or(name))
            };
            (Sdk::DotNet, service)
        }
        _ => return None,
    };
    let is_class = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase());
    let is_built = match last {
        None => !class.ends_with("Builder"),
        Some("build()" | "create()" | "defaultClient()" | "waiter()" | "waiters()") => true,
        Some(last) => is_table(last) || is_class(last),
    };
    let table = last.is_some_and(is_table)
        || matches!(class.as_str(), "DynamoDbTable" | "DynamoDbIndex" | "Table");
    let is_index = last == Some("index()") || class == "DynamoDbIndex";
    Some(Client {
        sdk,
        resource: SmolStr::new_static(match family {
            Family::JavaV2 if is_index => "DynamoDbIndex",
            Family::JavaV2 if table => "DynamoDbTable",
            Family::JavaV2 if class.starts_with("DynamoDbEnhanced") => "DynamoDbEnhancedClient",
            _ if table => "Table",
            _ => "",
        }),
        is_helper: table || service.contains("transfer") || service.contains("Transfer"),
        service,
        is_built,
        factory: match family {
            Family::JavaV2 => "table",
            Family::JavaV1 => "getTable",
            _ => "LoadTable",
        },
    })
}

fn is_table(name: &str) -> bool {
    matches!(
        name,
        "table()" | "getTable()" | "LoadTable()" | "index()" | "getIndex()" | "LoadTable"
    )
}

/// The operation that a method is, and how it calls it.
fn operation_of(method: &str, is_helper: bool) -> (&str, Form) {
    if is_helper {
        return (method, Form::Helper);
    }
    for (start, form) in [("presign", Form::Presigned), ("waitUntil", Form::Waiter)] {
        if let Some(operation) = method.strip_prefix(start).filter(|it| !it.is_empty()) {
            return (operation, form);
        }
    }
    match method.strip_suffix("Paginator") {
        Some(operation) => (operation, Form::Paginator),
        None => (method.strip_suffix("Async").unwrap_or(method), Form::Direct),
    }
}

/// Whether a name of C# whose namespace is not known is one of its SDK.
pub(super) fn is_bare_dotnet(root: &str) -> bool {
    let is_service = root.strip_prefix('I').unwrap_or(root).starts_with("Amazon");
    is_service || root.ends_with("Request")
}

/// Whether a name of Java that no import tells the package of is one of its SDK.
pub(super) fn is_bare_java(path: &[SmolStr]) -> bool {
    let Some((root, rest)) = path.split_first() else { return false };
    let is_made = rest.first().is_some_and(|name| {
        matches!(name.as_str(), "builder" | "builder()" | "create" | "create()")
    });
    let is_named =
        root.ends_with("Request") || (root.ends_with("Client") && !root.contains("Http"));
    is_named && is_made
}
