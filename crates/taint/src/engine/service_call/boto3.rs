//! boto3 and what makes clients like its: clients, resources, paginators, waiters, helpers.

use code_ir::{SmolStr, Span};
use taint_models::NameId;

use super::{
    super::{Engine, call::Args},
    Noted,
    arguments::Told,
    resources::{Part, resource},
};
use crate::{
    origin::{Made, Origin},
    service_call::{Form, Provenance, Sdk},
    value::{Constant, Shape, Value},
};

/// Methods of clients that call nothing.
const INERT: &[&str] = &[
    "can_paginate",
    "close",
    "waiter_names",
    "exceptions",
    "meta",
    "get_available_subresources",
    "batch_writer",
    "__enter__",
    "__exit__",
    "__aenter__",
    "__aexit__",
    "__call__",
];

/// Methods of clients of S3 above operations, with the names of what they take by position.
const HELPERS: &[(&str, &[&str])] = &[
    ("upload_file", &["Filename", "Bucket", "Key"]),
    ("upload_fileobj", &["Fileobj", "Bucket", "Key"]),
    ("download_file", &["Bucket", "Key", "Filename"]),
    ("download_fileobj", &["Bucket", "Key", "Fileobj"]),
    ("copy", &["CopySource", "Bucket", "Key"]),
    ("generate_presigned_post", &["Bucket", "Key"]),
    ("generate_db_auth_token", &["DBHostname", "Port", "DBUsername", "Region"]),
];

/// Names of boto3 that are no services.
const NO_SERVICES: &[&str] = &[
    "client",
    "Session",
    "session",
    "setup_default_session",
    "DEFAULT_SESSION",
    "exceptions",
    "set_stream_logger",
    "compat",
];

/// What a name of boto3 is.
enum Type<'a> {
    Client(&'a str),
    Paginator(&'a str, &'a str),
    Waiter(&'a str, &'a str),
    /// A type of resource; the empty one is the service.
    Resource(&'a str, &'a str),
}

/// The type that a name begins with, and what follows it.
fn type_of(path: &[SmolStr]) -> Option<(Type<'_>, &[SmolStr])> {
    let (first, rest) = path.split_first()?;
    let (type_, rest) = match first.as_str() {
        "boto3" => {
            let (service, rest) = rest.split_first()?;
            match (service.as_str(), rest.first().map(SmolStr::as_str)) {
                (name, _) if NO_SERVICES.contains(&name) => return None,
                ("dynamodb", Some("conditions" | "types")) | ("s3", Some("transfer")) => {
                    return None;
                }
                ("resource", _) => {
                    let (service, rest) = rest.split_first()?;
                    (Type::Resource(service, ""), rest)
                }
                (_, Some("paginator")) => (Type::Paginator(service, rest.get(1)?), rest.get(2..)?),
                (_, Some("waiter")) => (Type::Waiter(service, rest.get(1)?), rest.get(2..)?),
                (_, Some(name)) if is_type(service, name) => {
                    (Type::Resource(service, name), rest.get(1..)?)
                }
                _ => (Type::Client(service), rest),
            }
        }
        stub => {
            let service = ["mypy_boto3_", "types_boto3_", "types_aiobotocore_"];
            let service = service.iter().find_map(|start| stub.strip_prefix(start))?;
            let is_module = |name: &&SmolStr| {
                matches!(name.as_str(), "client" | "service_resource" | "paginator" | "waiter")
            };
            let skipped = usize::from(rest.first().as_ref().is_some_and(is_module));
            let name = rest.get(skipped)?;
            let rest = rest.get(skipped + 1..)?;
            if name.ends_with("Client") {
                (Type::Client(service), rest)
            } else if name.ends_with("ServiceResource") {
                (Type::Resource(service, ""), rest)
            } else {
                resource(service, name)?;
                (Type::Resource(service, name), rest)
            }
        }
    };
    match (&type_, rest) {
        (Type::Resource(service, _), [meta, client, rest @ ..])
            if meta == "meta" && client == "client" =>
        {
            Some((Type::Client(service), rest))
        }
        _ => Some((type_, rest)),
    }
}

fn is_type(service: &str, name: &str) -> bool {
    name == "BatchWriter" || resource(service, name).is_some()
}

/// A service as boto3 names it: stubs write an underscore for a hyphen.
fn service_name(service: &str) -> SmolStr {
    SmolStr::new(service.replace('_', "-"))
}

impl Engine<'_> {
    /// A call of a name of boto3.
    pub(super) fn boto3(
        &mut self,
        path: &[SmolStr],
        made: Option<&Made>,
        args: &Args,
        span: Span,
        result: Value,
    ) -> Value {
        let last = path.last().map(SmolStr::as_str).unwrap_or_default();
        let is_factory = path.len() == 2 || path.iter().any(|name| name.ends_with("ession"));
        match last {
            "client" | "create_client" | "resource" if is_factory => {
                return self.boto3_made(last, made, args, result);
            }
            "Session" | "get_session" if is_factory => {
                return result.with_origin(made_with(None, args));
            }
            "SigV4Auth" | "S3SigV4Auth" | "SigV4QueryAuth" | "RequestSigner" => {
                self.note_dynamic(None, "a request is signed by hand", span);
                return result;
            }
            _ => {}
        }
        let Some((type_, rest)) = type_of(path) else { return result };
        // Of what a call gave.
        if rest.iter().rev().skip(1).any(|name| name == "exceptions" || name == "meta") {
            return result;
        }
        match (type_, rest) {
            (Type::Client(service), [method]) => {
                self.boto3_client(service, method, made, args, span, result)
            }
            (Type::Client(service), [method, how]) if how == "bind" || method.ends_with("()") => {
                let _ = service;
                result
            }
            (Type::Paginator(service, operation), [method]) if method == "paginate" => {
                let told = self.tell_arguments(args);
                self.note_client_call(service, operation, Form::Paginator, told, made, span);
                result
            }
            (Type::Waiter(service, name), [method]) if method == "wait" => {
                let told = self.tell_arguments(args);
                self.note_client_call(service, name, Form::Waiter, told, made, span);
                result
            }
            (Type::Resource(service, type_), [method]) => {
                self.boto3_resource((service, type_), method, made, args, span, result)
            }
            (Type::Resource(service, type_), [collection, .., method])
                if resource(service, type_)
                    .is_some_and(|it| it.collection(collection).is_some()) =>
            {
                let told = self.tell_arguments(args);
                let operation = format!("{collection}.{method}");
                self.note_resource_call((service, type_), &operation, told, made, span);
                let origin = Origin { made: made.cloned(), ..Origin::default() };
                result.with_origin(origin)
            }
            _ => result,
        }
    }

    /// `boto3.client("s3")`.
    fn boto3_made(
        &mut self,
        how: &str,
        session: Option<&Made>,
        args: &Args,
        result: Value,
    ) -> Value {
        let start = if how == "resource" { "boto3.resource" } else { "boto3" };
        let service = args.at(0).or_else(|| args.by_name("service_name"));
        let names: Option<Vec<SmolStr>> = service.and_then(|service| {
            let alternatives = service.shape.alternatives().iter();
            let known = alternatives.map(|shape| match shape {
                Shape::Constant(Constant::Text(name)) => Some(name.clone()),
                _ => None,
            });
            let is_certain = service.origin.is_none();
            known.collect::<Option<Vec<_>>>().filter(|_| is_certain)
        });
        let names = names.unwrap_or_else(|| vec![SmolStr::new_static("?")]);
        let shapes = names.iter().map(|name| {
            let id = self.names.intern(&format!("{start}.{name}"));
            Shape::Instance(self.models.canonical(id))
        });
        let shape = shapes.reduce(|all, shape| all.or(&shape)).unwrap_or_default();
        Value { shape, ..result }.with_origin(made_with(session, args))
    }

    fn boto3_client(
        &mut self,
        service: &str,
        method: &SmolStr,
        made: Option<&Made>,
        args: &Args,
        span: Span,
        result: Value,
    ) -> Value {
        let first = |name: &str| args.at(0).or_else(|| args.by_name(name));
        match method.as_str() {
            "get_paginator" => {
                let name = first("operation_name").cloned();
                self.boto3_inner(service, "paginator", name.as_ref(), made, span, result)
            }
            "get_waiter" => {
                let name = first("waiter_name").cloned();
                self.boto3_inner(service, "waiter", name.as_ref(), made, span, result)
            }
            "generate_presigned_url" => {
                let operation = first("ClientMethod").and_then(Value::as_text).cloned();
                let params = args.at(1).or_else(|| args.by_name("Params")).cloned();
                let told = self.tell_fields(params.as_ref());
                match operation {
                    Some(operation) => {
                        let form = Form::Presigned;
                        self.note_client_call(service, &operation, form, told, made, span);
                    }
                    None => self.note_dynamic(
                        Some(&service_name(service)),
                        "the operation of a presigned request is decided when it runs",
                        span,
                    ),
                }
                result
            }
            name if INERT.contains(&name) || name.ends_with("()") => result,
            name => {
                let told = self.tell_arguments(&positioned("", name, args));
                let (operation, form) = match name {
                    "generate_presigned_post" => ("put_object", Form::Presigned),
                    _ if HELPERS.iter().any(|(known, _)| *known == name) => (name, Form::Helper),
                    _ => (name, Form::Direct),
                };
                self.note_client_call(service, operation, form, told, made, span);
                Self::boto3_answer(name, args, result)
            }
        }
    }

    /// What of an answer names the resource that was asked for.
    fn boto3_answer(operation: &str, args: &Args, result: Value) -> Value {
        let asked = match operation {
            "get_queue_url" | "create_queue" => args.by_name("QueueName"),
            _ => None,
        };
        let Some(asked) = asked.map(Value::provenance) else { return result };
        let between = Provenance::Literal(SmolStr::new_static("/"));
        let url = Provenance::text([Provenance::Unknown, between, asked]);
        let made = Made { identifiers: vec![("QueueUrl".into(), url)], ..Made::default() };
        result.with_origin(Origin { made: Some(made), ..Origin::default() })
    }

    /// A paginator or waiter of an operation.
    fn boto3_inner(
        &mut self,
        service: &str,
        what: &str,
        name: Option<&Value>,
        made: Option<&Made>,
        span: Span,
        result: Value,
    ) -> Value {
        let Some(name) = name.and_then(Value::as_text) else {
            let reason = format!("which {what} is used is decided when it runs");
            self.note_dynamic(Some(&service_name(service)), &reason, span);
            return result;
        };
        let id = self.names.intern(&format!("boto3.{service}.{what}.{name}"));
        let origin = Origin { made: made.cloned(), ..Origin::default() };
        Value { shape: Shape::Instance(id), ..result }.with_origin(origin)
    }

    fn note_client_call(
        &mut self,
        service: &str,
        operation: &str,
        form: Form,
        told: Told,
        made: Option<&Made>,
        span: Span,
    ) {
        if service == "?" {
            self.note_dynamic(None, "the service is decided when it runs", span);
            return;
        }
        let noted = Noted {
            sdk: Sdk::Boto3Client,
            service: service_name(service),
            resource: SmolStr::default(),
            operation: SmolStr::new(operation),
            form,
            arguments: told.arguments,
            has_unknown_arguments: told.is_open,
        };
        self.note_call(noted, made, span, true);
    }

    fn note_resource_call(
        &mut self,
        (service, type_): (&str, &str),
        operation: &str,
        told: Told,
        made: Option<&Made>,
        span: Span,
    ) {
        if service == "?" {
            self.note_dynamic(None, "the service is decided when it runs", span);
            return;
        }
        let is_helper = HELPERS.iter().any(|(helper, _)| *helper == operation);
        let form = if type_ == "BatchWriter" || operation == "load" || is_helper {
            Form::Helper
        } else {
            Form::Direct
        };
        let noted = Noted {
            sdk: Sdk::Boto3Resource,
            service: service_name(service),
            resource: SmolStr::new(type_),
            operation: SmolStr::new(operation),
            form,
            arguments: told.arguments,
            has_unknown_arguments: told.is_open,
        };
        self.note_call(noted, made, span, true);
    }

    fn boto3_resource(
        &mut self,
        (service, type_): (&str, &str),
        method: &SmolStr,
        made: Option<&Made>,
        args: &Args,
        span: Span,
        result: Value,
    ) -> Value {
        let none = Made::default();
        let whole = made.unwrap_or(&none);
        let known = resource(service, type_);
        if let Some(part) = known.and_then(|known| known.part(method)) {
            return self.boto3_part(service, part, whole, args, result);
        }
        // A service makes each of its resources, too.
        if let Some(part) = Part::of_service(service, method).filter(|_| type_.is_empty()) {
            return self.boto3_part(service, &part, whole, args, result);
        }
        if INERT.contains(&method.as_str()) || method.ends_with("()") {
            return match method.as_str() {
                "batch_writer" => {
                    let origin = Origin { made: made.cloned(), ..Origin::default() };
                    result.with_origin(origin)
                }
                _ => result,
            };
        }
        let told = self.tell_arguments(&positioned(type_, method, args));
        self.note_resource_call((service, type_), method, told, made, span);
        let given = known.and_then(|known| known.given(method));
        match given {
            Some(part) => {
                let value = self.boto3_part(service, part, whole, args, result);
                named_queue(value, args)
            }
            None => result,
        }
    }

    /// A resource that another one leads to.
    fn boto3_part(
        &mut self,
        service: &str,
        part: &Part,
        whole: &Made,
        args: &Args,
        result: Value,
    ) -> Value {
        let made = part.identified(service, whole, args);
        let id = self.names.intern(&format!("boto3.{service}.{}", part.type_));
        let shape = Shape::Instance(self.models.canonical(id));
        let origin = Origin { made: Some(made), ..Origin::default() };
        Value { shape, ..result }.with_origin(origin)
    }

    /// A field of something of boto3 that is read: an identifier, a collection, or data that is loaded.
    pub(super) fn boto3_field(
        &mut self,
        path: &[SmolStr],
        base: &Value,
        span: Span,
        value: Value,
    ) -> Value {
        let Some((Type::Resource(service, type_), [name])) = type_of(path) else {
            let last = path.last().map(SmolStr::as_str).unwrap_or_default();
            let identifiers = base.made().map(|made| made.identifiers.as_slice());
            let of = identifiers.unwrap_or_default().iter().find(|(name, _)| name == last);
            return match of {
                Some((_, text)) => value.with_text(text.clone()),
                None => value,
            };
        };
        let Some(known) = resource(service, type_) else { return value };
        let identifiers = base.made().map(|made| made.identifiers.as_slice()).unwrap_or_default();
        let is_meant = |known: &&(SmolStr, Provenance)| {
            known.0 == *name
                || name.strip_suffix(known.0.as_str()).is_some_and(|it| it.ends_with('_'))
        };
        if let Some((_, identifier)) = identifiers.iter().find(is_meant) {
            return Value { shape: Shape::Unknown, ..value }.with_text(identifier.clone());
        }
        if let Some(part) = known.reference(name) {
            let (part, args) = (part, Args::default());
            let whole = base.made().cloned().unwrap_or_default();
            return self.boto3_part(service, part, &whole, &args, value);
        }
        let is_known = known.part(name).is_some()
            || known.collection(name).is_some()
            || known.has_action(name)
            || known.identifiers.contains(&name.as_str())
            || INERT.contains(&name.as_str())
            || HELPERS.iter().any(|(helper, _)| helper == name);
        if !is_known && known.has_action("load") && span != Span::default() {
            let made = base.made().cloned();
            let told = Told::default();
            self.note_resource_call((service, type_), "load", told, made.as_ref(), span);
        }
        value
    }

    /// What a loop over a collection of boto3 gives.
    pub(in super::super) fn served_item(&mut self, id: NameId, value: &Value) -> Option<Value> {
        let name = self.sdk_name(id)?;
        let (Type::Resource(service, type_), rest) = type_of(&name.path)? else { return None };
        let known = resource(service, type_)?;
        let Some(collection) = rest.first() else { return Some(value.clone()) };
        let part = known.collection(collection)?;
        let whole = value.made().cloned().unwrap_or_default();
        let item = Value::tainted(value.taint.clone());
        Some(self.boto3_part(service, part, &whole, &Args::default(), item))
    }

    /// Whether a name is an operation of a client or resource of boto3 that may be called elsewhere.
    pub(super) fn is_boto3_operation(path: &[SmolStr]) -> bool {
        match type_of(path) {
            Some((Type::Client(_), [name])) => {
                !INERT.contains(&name.as_str()) && !name.ends_with("()")
            }
            Some((Type::Resource(service, type_), [name])) => {
                let known = resource(service, type_);
                let is_action = known.is_some_and(|known| known.has_action(name));
                is_action
                    || type_ == "BatchWriter"
                    || HELPERS.iter().any(|(helper, _)| helper == name)
            }
            Some((Type::Paginator(..), [name])) => name == "paginate",
            Some((Type::Waiter(..), [name])) => name == "wait",
            _ => false,
        }
    }

    /// The service of a client or resource, when a name is one; `?` when that is not known.
    pub(super) fn boto3_service(path: &[SmolStr]) -> Option<SmolStr> {
        match type_of(path)? {
            (Type::Client(service) | Type::Resource(service, _), []) => Some(service_name(service)),
            _ => None,
        }
    }
}

/// A queue that was asked for by its name.
fn named_queue(mut value: Value, args: &Args) -> Value {
    let Some(name) = args.by_name("QueueName").map(Value::provenance) else { return value };
    if let Some(made) = value.made().cloned() {
        let between = Provenance::Literal(SmolStr::new_static("/"));
        let url = Provenance::text([Provenance::Unknown, between, name]);
        let identifiers = vec![(SmolStr::new_static("url"), url)];
        let made = Made { identifiers, ..made };
        value = value.with_origin(Origin { made: Some(made), ..Origin::default() });
    }
    value
}

/// Arguments with the names of those that helpers take by position.
fn positioned(type_: &str, method: &str, args: &Args) -> Args {
    let Some((_, names)) = HELPERS.iter().find(|(known, _)| *known == method) else {
        return args.clone();
    };
    // A bucket and an object name themselves.
    let own = match type_ {
        "" => &[][..],
        "Bucket" => &["Bucket"],
        _ => &["Bucket", "Key"],
    };
    let names = names.iter().filter(|name| !own.contains(name));
    let mut given = args.named.clone();
    for (name, value) in names.zip(&args.positional) {
        given.push((SmolStr::new_static(name), value.clone()));
    }
    Args { positional: Vec::new(), spans: Vec::new(), named: given, ..args.clone() }
}

/// Whether a key is certainly not that of the function's role.
pub(super) fn is_foreign(key: &Value) -> bool {
    let is_known = match &key.shape {
        Shape::Constant(constant) => *constant != Constant::None,
        Shape::Event(_) | Shape::Library(_) | Shape::Instance(_) => true,
        _ => !key.taint.is_clean(),
    };
    match key.provenance() {
        Provenance::Environment(name) => name != "AWS_ACCESS_KEY_ID",
        Provenance::OneOf(_) | Provenance::Defaulted(..) => false,
        _ => is_known,
    }
}

/// How a session, or a client of one, is made with arguments.
fn made_with(session: Option<&Made>, args: &Args) -> Origin {
    let mut made = session.cloned().unwrap_or_default();
    let given = |name: &str| {
        let known = args.named.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        known.filter(|value| value.as_constant() != Some(&Constant::None))
    };
    if let Some(region) = given("region_name").or_else(|| args.positional.get(1)) {
        made.region = Some(region.provenance());
    }
    made.has_own_credentials |= given("aws_access_key_id").is_some_and(is_foreign);
    Origin { made: Some(made), ..Origin::default() }
}
