//! The AWS SDKs for Go. An input is a structure; it carries its fields to the call that it is given to.

use code_ir::{SmolStr, Span};

use super::{
    super::{Engine, call::Args},
    Noted,
    arguments::Told,
};
use crate::{
    origin::{Made, Origin},
    service_call::{Form, Provenance, Sdk},
    value::{Constant, Shape, Value},
};

/// Methods of clients that call nothing.
const INERT: &[&str] = &["Options", "HasMorePages", "String", "GoString", "Handlers"];

impl Engine<'_> {
    /// A call of a name of an SDK for Go.
    pub(super) fn go_sdk(
        &mut self,
        path: &[SmolStr],
        made: Option<&Made>,
        args: &Args,
        span: Span,
        result: Value,
    ) -> Value {
        let Some((root, rest)) = path.split_first() else { return result };
        let sdk = if root.contains("aws-sdk-go-v2") { Sdk::GoV2 } else { Sdk::GoV1 };
        let Some(service) = service_of(root) else {
            return self.go_settings(rest, args, span, result);
        };
        match rest {
            [input] if input.ends_with("Input") => {
                let told = self.tell_arguments(args);
                let made = Made { bound: told.arguments, ..Made::default() };
                result.with_origin(Origin { made: Some(made), ..Origin::default() })
            }
            [paginator] if paginator.starts_with("New") && paginator.ends_with("Paginator") => {
                let operation = paginator.get(3..paginator.len() - 9).unwrap_or_default();
                let client = args.at(0).and_then(Value::made).cloned();
                let noted = (sdk, service, operation, Form::Paginator);
                self.note_go(noted, client.as_ref(), args, span);
                result
            }
            [factory] if factory.starts_with("New") => {
                let given = args.at(0).and_then(Value::made).cloned();
                result.with_origin(Origin { made: given, ..Origin::default() })
            }
            [waiter, method] if waiter.ends_with("Waiter") && method.starts_with("Wait") => {
                let name = waiter.strip_prefix("New").unwrap_or(waiter);
                let name = name.strip_suffix("Waiter").unwrap_or(name);
                self.note_go((sdk, service, name, Form::Waiter), made, args, span);
                result
            }
            [paginator, _] if paginator.ends_with("Paginator") => result,
            [_, method] if is_operation(method) => {
                let (operation, form) = operation_of(method, root);
                self.note_go((sdk, service, operation, form), made, args, span);
                result
            }
            _ => result,
        }
    }

    /// Settings that clients are made with, and credentials of other roles.
    fn go_settings(&mut self, rest: &[SmolStr], args: &Args, span: Span, result: Value) -> Value {
        let [function] = rest else { return result };
        let region = match function.as_str() {
            "WithRegion" => args.at(0).map(Value::provenance),
            "Config" => args.by_name("Region").map(Value::provenance),
            "LoadDefaultConfig" | "NewSession" | "New" | "Must" | "NewConfig" => {
                args.all().find_map(|value| value.made()?.region.clone())
            }
            "NewAssumeRoleProvider" => {
                let told = self.tell_arguments(args);
                let noted = Noted {
                    sdk: Sdk::GoV2,
                    service: SmolStr::new_static("sts"),
                    resource: SmolStr::default(),
                    operation: SmolStr::new_static("AssumeRole"),
                    form: Form::Helper,
                    arguments: told.arguments,
                    has_unknown_arguments: true,
                };
                self.note_call(noted, None, span, true);
                return result;
            }
            "SignHTTP" | "NewSigner" | "Sign" => {
                self.note_dynamic(None, "a request is signed by hand", span);
                return result;
            }
            _ => None,
        };
        if region.is_none() {
            return result;
        }
        let made = Made { region, ..Made::default() };
        result.with_origin(Origin { made: Some(made), ..Origin::default() })
    }

    fn note_go(
        &mut self,
        (sdk, service, operation, form): (Sdk, &str, &str, Form),
        made: Option<&Made>,
        args: &Args,
        span: Span,
    ) {
        // The first is a context, or the client of a paginator.
        let mut own = args.clone();
        if own.positional.len() > 1 {
            own.positional.remove(0);
        }
        let told = self.told_of_inputs(&own);
        let noted = Noted {
            sdk,
            service: SmolStr::new(service),
            resource: SmolStr::default(),
            operation: SmolStr::new(operation),
            form,
            arguments: told.arguments,
            has_unknown_arguments: told.is_open,
        };
        self.note_call(noted, made, span, true);
    }

    /// What structures among the arguments carry, and texts by their position. Whatever else there is,
    /// clients and contexts aside, may name anything.
    pub(super) fn told_of_inputs(&mut self, args: &Args) -> Told {
        let mut told = Told { is_open: args.is_open, ..Told::default() };
        for (at, value) in args.positional.iter().enumerate() {
            if let Some(made) = value.made().filter(|made| !made.bound.is_empty()) {
                told.arguments.extend(made.bound.iter().cloned());
                continue;
            }
            match &value.shape {
                Shape::Constant(Constant::None) | Shape::Function(_) => {}
                Shape::Instance(id) => {
                    let name = self.names.text(*id);
                    let is_request =
                        |name: &str| name.ends_with("Input") || name.ends_with("Request");
                    told.is_open |= name.split('.').any(is_request);
                }
                Shape::Object(_) => {
                    let fields = self.tell_fields(Some(value));
                    told.arguments.extend(fields.arguments);
                    told.is_open |= fields.is_open;
                }
                _ => match value.provenance() {
                    Provenance::Unknown => told.is_open = true,
                    known => told.arguments.push((SmolStr::new(at.to_string()), known)),
                },
            }
        }
        told.is_open |= args.rest.is_some();
        told
    }
}

/// The service of a package, with which clients are made; the package of a helper is of its service.
fn service_of(root: &str) -> Option<&str> {
    let (_, below) = root.split_once("/service/").or_else(|| root.split_once("/feature/"))?;
    let mut parts = below.split('/');
    let service = parts.next()?;
    match parts.next() {
        None | Some("manager" | "s3manager" | "s3iface") => Some(service),
        Some(inner) if inner.ends_with("iface") => Some(service),
        Some(_) => None,
    }
}

fn is_operation(method: &str) -> bool {
    method.starts_with(|c: char| c.is_ascii_uppercase())
        && !INERT.contains(&method)
        && !method.ends_with("()")
}

/// The operation that a method is, and how it calls it.
fn operation_of<'a>(method: &'a str, root: &str) -> (&'a str, Form) {
    if root.ends_with("manager") {
        return (method, Form::Helper);
    }
    if let Some(operation) = method.strip_prefix("Presign") {
        return (operation, Form::Presigned);
    }
    if root.contains("aws-sdk-go-v2") {
        return (method, Form::Direct);
    }
    let method = method.strip_suffix("WithContext").unwrap_or(method);
    if let Some(state) = method.strip_prefix("WaitUntil") {
        return (state, Form::Waiter);
    }
    if let Some(operation) = method.strip_suffix("Pages") {
        return (operation, Form::Paginator);
    }
    (method.strip_suffix("Request").unwrap_or(method), Form::Direct)
}
