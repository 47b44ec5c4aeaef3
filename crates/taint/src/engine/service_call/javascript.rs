//! The AWS SDKs for JavaScript.
//!
//! Of version 3 each command is told where it is made: what it is sent with adds the region.

use code_ir::{SmolStr, Span};
use taint_models::NameId;

use super::{
    super::{Engine, call::Args},
    Noted,
    arguments::Told,
    boto3::is_foreign,
};
use crate::{
    origin::{Made, Origin},
    service_call::{Form, Sdk},
    value::{Constant, Key, Shape, Value},
};

/// Names of version 2 that begin like classes and are no services.
const NO_SERVICES: &[&str] = &[
    "Config",
    "Endpoint",
    "EventListeners",
    "HttpClient",
    "HttpRequest",
    "HttpResponse",
    "JSON",
    "MetadataService",
    "NodeHttpClient",
    "ParamValidator",
    "Request",
    "RequestSigner",
    "Response",
    "SequentialExecutor",
    "Service",
    "Token",
    "XHRClient",
    "XML",
];

/// Methods of clients that call nothing.
const INERT: &[&str] = &[
    "addListener",
    "apiVersion",
    "config",
    "createSet",
    "customizeRequests",
    "defineService",
    "destroy",
    "done",
    "endpoint",
    "httpOptions",
    "middlewareStack",
    "on",
    "promise",
    "setupRequestListeners",
    "toString",
    "use",
];

impl Engine<'_> {
    /// A call of a name of version 2.
    pub(super) fn javascript_v2(
        &mut self,
        (id, path): (NameId, &[SmolStr]),
        made: Option<&Made>,
        args: &Args,
        span: Span,
        result: Value,
    ) -> Value {
        if path.iter().any(|name| name == "Signers") {
            self.note_dynamic(None, "a request is signed by hand", span);
            return result;
        }
        let Some((service, rest)) = class_of(path) else { return result };
        match rest {
            [] => {
                let options = args.at(0).cloned();
                result.with_origin(self.made_of_options(made, options.as_ref()))
            }
            [upload] if upload == "ManagedUpload" => {
                let told = self.told_below(args.at(0), "params");
                self.note_v2(&service, "upload", Form::Helper, told, made, span);
                result
            }
            [method] => {
                let method = method.strip_suffix("Async").unwrap_or(method);
                self.v2_method(&service, method, made, args, span);
                result
            }
            [method, how] if !method.ends_with("()") && how == "bind" => {
                let (parent, _) = self.names.split(id);
                let origin = Origin { made: made.cloned(), ..Origin::default() };
                Value::of(Shape::Library(parent)).with_origin(origin)
            }
            [method, how]
                if !method.ends_with("()") && matches!(how.as_str(), "call" | "apply") =>
            {
                let mut own = Args { is_open: how == "apply", ..args.clone() };
                if !own.positional.is_empty() {
                    own.positional.remove(0);
                }
                if how == "apply" {
                    own.positional.clear();
                }
                self.v2_method(&service, method, made, &own, span);
                result
            }
            _ => result,
        }
    }

    fn v2_method(
        &mut self,
        service: &str,
        method: &str,
        made: Option<&Made>,
        args: &Args,
        span: Span,
    ) {
        if INERT.contains(&method) || method.ends_with("()") {
            return;
        }
        let inner = match method {
            "getSignedUrl" | "getSignedUrlPromise" => Some(Form::Presigned),
            "waitFor" => Some(Form::Waiter),
            "makeRequest" | "makeUnauthenticatedRequest" => Some(Form::Direct),
            _ => None,
        };
        if let Some(form) = inner {
            let told = self.tell_fields(args.at(1));
            if let Some(operation) = args.at(0).and_then(Value::as_text).cloned() {
                self.note_v2(service, &operation, form, told, made, span);
            } else {
                let service = SmolStr::new(service);
                self.note_dynamic(Some(&service), "the operation is decided when it runs", span);
            }
            return;
        }
        let mut told = self.tell_fields(args.at(0));
        told.is_open |= args.is_open;
        let (operation, form) = match method {
            "createPresignedPost" => ("putObject", Form::Presigned),
            "upload" => ("upload", Form::Helper),
            _ => (method, Form::Direct),
        };
        self.note_v2(service, operation, form, told, made, span);
    }

    fn note_v2(
        &mut self,
        service: &str,
        operation: &str,
        form: Form,
        told: Told,
        made: Option<&Made>,
        span: Span,
    ) {
        let noted = Noted {
            sdk: Sdk::JavaScriptV2,
            service: SmolStr::new(service),
            resource: SmolStr::default(),
            operation: SmolStr::new(operation),
            form,
            arguments: told.arguments,
            has_unknown_arguments: told.is_open,
        };
        self.note_call(noted, made, span, true);
    }

    /// A call of a name of version 3.
    pub(super) fn javascript_v3(
        &mut self,
        path: &[SmolStr],
        made: Option<&Made>,
        args: &Args,
        span: Span,
        result: Value,
    ) -> Value {
        let Some((package, rest)) = package_of(path) else { return result };
        match (package, rest) {
            ("lib-storage", [name]) if name == "Upload" => {
                let client = self.field_of(args.at(0), "client");
                let told = self.told_below(args.at(0), "params");
                let made = client.as_ref().and_then(Value::made).cloned();
                self.note_v3(package, "Upload", Form::Helper, told, made.as_ref(), span);
                result
            }
            ("s3-request-presigner", [name]) if name == "getSignedUrl" => {
                let client = args.at(0).and_then(Value::made).cloned();
                self.send_command(args.at(1), client.as_ref(), Form::Presigned, "client-s3", span);
                result
            }
            ("s3-presigned-post", [name]) if name == "createPresignedPost" => {
                let made = args.at(0).and_then(Value::made).cloned();
                let told = self.tell_fields(args.at(1));
                let form = Form::Presigned;
                self.note_v3("client-s3", "PutObject", form, told, made.as_ref(), span);
                result
            }
            ("rds-signer" | "dsql-signer", [_] | [_, _]) => {
                self.signer(package, rest, made, args, span, result)
            }
            (name, _) if name.starts_with("signature-v4") || name == "s3-request-presigner" => {
                self.note_dynamic(None, "a request is signed by hand", span);
                result
            }
            ("credential-providers", [name]) if name == "fromTemporaryCredentials" => {
                let told = self.told_below(args.at(0), "params");
                self.note_v3("client-sts", "AssumeRole", Form::Helper, told, None, span);
                result
            }
            (_, [name]) if package.starts_with("client-") || package.starts_with("lib-") => {
                self.v3_function(package, name, args, span, result)
            }
            (_, [_, method]) if package.starts_with("client-") || package.starts_with("lib-") => {
                self.v3_method(package, method, made, args, span, result)
            }
            _ => result,
        }
    }

    /// A signer of tokens of a database.
    fn signer(
        &mut self,
        package: &str,
        rest: &[SmolStr],
        made: Option<&Made>,
        args: &Args,
        span: Span,
        result: Value,
    ) -> Value {
        let [_, method] = rest else {
            let told = self.tell_fields(args.at(0));
            let made = Made { bound: told.arguments, ..Made::default() };
            return result.with_origin(Origin { made: Some(made), ..Origin::default() });
        };
        self.note_v3(package, method, Form::Helper, Told::default(), made, span);
        result
    }

    /// A command, a client, a paginator or a waiter.
    fn v3_function(
        &mut self,
        package: &str,
        name: &str,
        args: &Args,
        span: Span,
        result: Value,
    ) -> Value {
        let walked =
            [("paginate", Form::Paginator), ("waitUntil", Form::Waiter), ("waitFor", Form::Waiter)];
        for (start, form) in walked {
            let Some(operation) = name.strip_prefix(start) else { continue };
            let client = self.field_of(args.at(0), "client");
            let made = client.as_ref().and_then(Value::made).cloned();
            let told = self.tell_fields(args.at(1));
            self.note_v3(package, operation, form, told, made.as_ref(), span);
            return result;
        }
        if let Some(operation) = name.strip_suffix("Command") {
            let told = self.tell_fields(args.at(0));
            let at = self.note_v3(package, operation, Form::Direct, told, None, span);
            let made = Made { request: at, ..Made::default() };
            return result.with_origin(Origin { made: Some(made), ..Origin::default() });
        }
        let is_class = name.starts_with(|c: char| c.is_ascii_uppercase());
        if is_class && !name.ends_with("Exception") {
            let options = args.at(0).cloned();
            return result.with_origin(self.made_of_options(None, options.as_ref()));
        }
        result
    }

    fn v3_method(
        &mut self,
        package: &str,
        method: &str,
        made: Option<&Made>,
        args: &Args,
        span: Span,
        result: Value,
    ) -> Value {
        match method {
            "send" => {
                self.send_command(args.at(0), made, Form::Direct, package, span);
                result
            }
            "from" => {
                let made = args.at(0).and_then(Value::made).cloned();
                result.with_origin(Origin { made, ..Origin::default() })
            }
            name if INERT.contains(&name) || name.ends_with("()") => result,
            "bind" | "resolveMiddleware" | "serialize" => result,
            _ => {
                let mut told = self.tell_fields(args.at(0));
                told.is_open |= args.is_open;
                self.note_v3(package, method, Form::Direct, told, made, span);
                result
            }
        }
    }

    /// A command is sent, or a request signed that it stands for.
    fn send_command(
        &mut self,
        command: Option<&Value>,
        client: Option<&Made>,
        form: Form,
        package: &str,
        span: Span,
    ) {
        let Some(command) = command else { return };
        let service = SmolStr::new(package);
        for shape in command.shape.alternatives() {
            let request = command.made().and_then(|made| made.request);
            let known = request.and_then(|at| self.analysis.calls.get_mut(at));
            if let Some(call) = known {
                if form != Form::Direct {
                    call.form = form;
                }
                if let Some(region) = client.and_then(|client| client.region.clone()) {
                    let known = call.region.take();
                    call.region = Some(known.map_or(region.clone(), |known| known.or(region)));
                }
                call.has_own_credentials |= client.is_some_and(|it| it.has_own_credentials);
                continue;
            }
            // A declared type tells the operation, when nothing else does.
            let name = match shape {
                Shape::Instance(id) | Shape::Library(id) => self.sdk_name(*id),
                _ => None,
            };
            let operation = name.as_ref().and_then(|name| {
                let (package, rest) = package_of(&name.path)?;
                let [name] = rest else { return None };
                Some((SmolStr::new(package), SmolStr::new(name.strip_suffix("Command")?)))
            });
            match operation {
                Some((package, operation)) => {
                    let told = Told { is_open: true, ..Told::default() };
                    self.note_v3(&package, &operation, form, told, client, span);
                }
                None => self.note_dynamic(
                    Some(&service),
                    "which command is sent is decided when it runs",
                    span,
                ),
            }
        }
    }

    fn note_v3(
        &mut self,
        package: &str,
        operation: &str,
        form: Form,
        told: Told,
        made: Option<&Made>,
        span: Span,
    ) -> Option<usize> {
        let noted = Noted {
            sdk: Sdk::JavaScriptV3,
            service: SmolStr::new(package),
            resource: SmolStr::default(),
            operation: SmolStr::new(operation),
            form,
            arguments: told.arguments,
            has_unknown_arguments: told.is_open,
        };
        self.note_call(noted, made, span, true)
    }

    /// How a client is made with options.
    pub(super) fn made_of_options(
        &mut self,
        known: Option<&Made>,
        options: Option<&Value>,
    ) -> Origin {
        let mut made = known.cloned().unwrap_or_default();
        let is_given = |value: &Value| value.as_constant() != Some(&Constant::None);
        // A client of another client has its region.
        let inner = ["client", "service"].iter().find_map(|name| self.field_of(options, name));
        let inner = inner.as_ref().and_then(Value::made).cloned();
        if let Some(inner) = options.and_then(Value::made).cloned().or(inner) {
            made = inner;
        }
        if let Some(region) = self.field_of(options, "region").filter(is_given) {
            made.region = Some(region.provenance());
        }
        let credentials = self.field_of(options, "credentials");
        let key = [credentials.as_ref(), options];
        let key = key.into_iter().find_map(|of| self.field_of(of, "accessKeyId"));
        made.has_own_credentials |= key.as_ref().is_some_and(is_foreign);
        made.bound.extend(self.told_below(options, "params").arguments);
        Origin { made: Some(made), ..Origin::default() }
    }

    /// A field of a structure that the program wrote.
    pub(super) fn field_of(&self, value: Option<&Value>, name: &str) -> Option<Value> {
        let map = self.heap.map(value?.as_object()?)?;
        map.get(&Key::Name(SmolStr::new(name))).cloned()
    }

    /// The fields of a field of a structure.
    fn told_below(&mut self, value: Option<&Value>, name: &str) -> Told {
        let field = self.field_of(value, name);
        let is_known = value.is_some_and(|value| value.as_object().is_some());
        let mut told = self.tell_fields(field.as_ref());
        told.is_open |= !is_known;
        told
    }

    /// Whether a name is an operation of a client of version 2 or 3.
    pub(super) fn is_javascript_operation(path: &[SmolStr], is_v2: bool) -> bool {
        let rest = if is_v2 {
            class_of(path).map(|(_, rest)| rest)
        } else {
            package_of(path).and_then(|(_, rest)| rest.get(1..))
        };
        match rest {
            Some([name]) => !INERT.contains(&name.as_str()) && !name.ends_with("()"),
            _ => false,
        }
    }

    /// The service of a client, when a name is one.
    pub(super) fn javascript_service(path: &[SmolStr], is_v2: bool) -> Option<SmolStr> {
        if is_v2 {
            let (service, rest) = class_of(path)?;
            return rest.is_empty().then_some(service);
        }
        let (package, rest) = package_of(path)?;
        let [name] = rest else { return None };
        let is_client = name.ends_with("Client") || name.ends_with("DynamoDBDocument");
        (is_client && !name.ends_with("Command")).then(|| SmolStr::new(package))
    }
}

/// The service of version 2 that a name begins with, and what follows it.
fn class_of(path: &[SmolStr]) -> Option<(SmolStr, &[SmolStr])> {
    let (root, mut rest) = path.split_first()?;
    while rest.first().is_some_and(|name| name == "default") {
        rest = rest.get(1..)?;
    }
    let service = match root.strip_prefix("aws-sdk/clients/") {
        Some(file) if file != "all" => SmolStr::new(file),
        _ => {
            let (name, tail) = rest.split_first()?;
            rest = tail;
            name.clone()
        }
    };
    let is_file = root.starts_with("aws-sdk/clients/");
    let is_class = service.starts_with(|c: char| c.is_ascii_uppercase());
    let is_none = NO_SERVICES.contains(&service.as_str())
        || service.ends_with("Credentials")
        || service.ends_with("CredentialProviderChain");
    if !(is_class || is_file) || is_none || service.ends_with("()") {
        return None;
    }
    match rest {
        [name, tail @ ..] if name == "DocumentClient" => {
            Some((SmolStr::new("DynamoDB.DocumentClient"), tail))
        }
        // `import { S3 } from "aws-sdk/clients/s3"`.
        [name, tail @ ..] if is_file && name.eq_ignore_ascii_case(&service) => {
            Some((name.clone(), tail))
        }
        [name, ..] if name == "Converter" || name == "Types" || name == "Presigner" => None,
        _ => Some((service, rest)),
    }
}

/// The package of version 3 that a name is of, and what follows it.
fn package_of(path: &[SmolStr]) -> Option<(&str, &[SmolStr])> {
    let (root, rest) = path.split_first()?;
    let package = root.strip_prefix("@aws-sdk/").or_else(|| root.strip_prefix("@smithy/"))?;
    let rest = match rest {
        [name, tail @ ..] if name == "default" => tail,
        _ => rest,
    };
    Some((package, rest))
}

/// Whether a name is all of version 2: its services are its fields.
pub(super) fn is_whole_v2(path: &[SmolStr]) -> bool {
    match path {
        [root] => root == "aws-sdk" || root == "aws-sdk/clients/all",
        [root, name] => root == "aws-sdk" && name == "default",
        _ => false,
    }
}
