//! Calls of cloud services: which library names are SDKs, and what is told of their calls.
//!
//! Every call of a name of a library comes by here ([`Engine::served`]). What an SDK makes gets an
//! [`Origin`](crate::origin::Origin) that travels with the value: identifiers, region, parameters.

mod again;
mod arguments;
mod boto3;
mod compiled;
mod environment;
mod go;
mod handed;
mod javascript;
mod mentioned;
mod net;
mod powertools;
mod resources;

use std::rc::Rc;

use code_ir::{Language, SmolStr, Span};

use code_program::ModuleId;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use taint_models::NameId;

use self::compiled::{is_bare_dotnet, is_bare_java};
use super::{Engine, call::Args};
use crate::{
    origin::{Made, Origin},
    service_call::{DynamicCall, Form, Provenance, Sdk, ServiceCall},
    value::{Shape, Value},
};

/// Different calls that are told of one place at most; of more, arguments are not told.
const VARIANTS: usize = 16;
/// Calls that one analysis tells at most.
const CALLS: usize = 20_000;

/// Libraries above services that are not looked into: whatever they call is not known.
const UNREAD: &[&str] = &[
    "awswrangler",
    "s3fs",
    "s3path",
    "pynamodb",
    "dynamorm",
    "boto",
    "requests_aws4auth",
    "aws_requests_auth",
    "aws4",
    "aws4-axios",
    "aws4fetch",
    "aws-amplify",
    "dynamoose",
    "dynamodb-toolbox",
    "@typedorm/core",
    "electrodb",
    "dynamodb-onetable",
    "sqs-consumer",
    "sqs-producer",
    "s3-upload-stream",
    "langchain_aws",
    "@langchain/aws",
    "strands",
    "@aws-crypto/client-node",
    "aws_encryption_sdk",
];

/// What was seen of calls of services so far.
#[derive(Debug, Default)]
pub(crate) struct Services {
    /// What names of libraries are to SDKs.
    names: HashMap<NameId, Option<Rc<SdkName>>>,
    /// Calls that were told of a place.
    places: HashMap<(ModuleId, Span, Option<usize>), Vec<usize>>,
    /// Those that run when a module is loaded.
    initial: HashSet<usize>,
    initial_dynamic: HashSet<usize>,
    dynamic: HashSet<(ModuleId, Span, Option<usize>)>,
    net: net::Net,
    /// Whether what runs is run by its name alone.
    is_guessed: bool,
    /// Modules that are being loaded.
    pub(super) loading: u32,
    /// The origin of what is called, when it was read before.
    pub(super) callee: Option<Rc<Origin>>,
}

/// A family of libraries that call services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// boto3 and those that make clients like its.
    Boto3,
    /// AWS SDK for JavaScript, version 2.
    JavaScriptV2,
    /// AWS SDK for JavaScript, version 3.
    JavaScriptV3,
    /// AWS SDKs for Go.
    Go,
    /// AWS SDK for Java, version 2.
    JavaV2,
    /// AWS SDK for Java, version 1.
    JavaV1,
    /// AWS SDK for .NET.
    DotNet,
    /// AWS SDK for Ruby.
    Ruby,
    /// Powertools for AWS Lambda.
    Powertools,
    /// A library above services that is not looked into.
    Unread,
    /// What has the name of a client.
    Unclear,
}

/// A name of an SDK.
#[derive(Debug)]
pub(super) struct SdkName {
    family: Family,
    /// Segments, the first one included.
    path: Vec<SmolStr>,
}

/// A call as it is noted.
#[derive(Clone, Debug)]
pub(super) struct Noted {
    pub(super) sdk: Sdk,
    pub(super) service: SmolStr,
    pub(super) resource: SmolStr,
    pub(super) operation: SmolStr,
    pub(super) form: Form,
    pub(super) arguments: Vec<(SmolStr, Provenance)>,
    pub(super) has_unknown_arguments: bool,
}

impl Engine<'_> {
    /// What a name of a library is to SDKs.
    fn sdk_name(&mut self, id: NameId) -> Option<Rc<SdkName>> {
        if let Some(known) = self.services.names.get(&id) {
            return known.clone();
        }
        let mut root = id;
        while let (parent, _) = self.names.split(root)
            && parent != NameId::ROOT
        {
            root = parent;
        }
        let known = family(self.names.split(root).1);
        let may_be = known.is_some() || self.is_typed() || self.language() == Language::Ruby;
        let name = may_be.then(|| self.path_of(id)).and_then(|path| {
            let family = known.or_else(|| self.family_of(&path))?;
            Some(Rc::new(SdkName { family, path }))
        });
        self.services.names.insert(id, name.clone());
        name
    }

    /// The segments of a name.
    fn path_of(&self, id: NameId) -> Vec<SmolStr> {
        let mut path: Vec<SmolStr> = Vec::new();
        let mut at = id;
        while at != NameId::ROOT {
            let (parent, segment) = self.names.split(at);
            path.push(SmolStr::new(segment));
            at = parent;
        }
        path.reverse();
        path
    }

    /// The family of a name whose first segment does not tell it.
    fn family_of(&self, path: &[SmolStr]) -> Option<Family> {
        let at = |at: usize| path.get(at).map(SmolStr::as_str);
        match self.language() {
            Language::Java => match (at(0)?, at(1), at(2)) {
                ("software", Some("amazon"), Some("awssdk")) => Some(Family::JavaV2),
                ("software", Some("amazon"), Some("lambda")) => Some(Family::Powertools),
                ("com", Some("amazonaws"), Some("services")) if at(4) != Some("runtime") => {
                    Some(Family::JavaV1)
                }
                _ if is_bare_java(path) => Some(Family::JavaV2),
                _ => None,
            },
            Language::CSharp => match at(0)? {
                "Amazon" => Some(Family::DotNet),
                "AWS" if at(2) == Some("Powertools") || at(1) == Some("Lambda") => {
                    Some(Family::Powertools)
                }
                root if is_bare_dotnet(root) => Some(Family::DotNet),
                // A field whose type was lost.
                root if root.ends_with("Client")
                    && !root.contains("Http")
                    && at(1).is_some_and(|method| method.ends_with("Async")) =>
                {
                    Some(Family::Unclear)
                }
                _ => None,
            },
            Language::Ruby => (at(0)? == "Aws").then_some(Family::Ruby),
            _ => None,
        }
    }

    /// What a call of a library gives, after looking at it as a call of a service.
    pub(super) fn served(
        &mut self,
        id: NameId,
        (receiver, callee): (Option<&Value>, Option<Rc<Origin>>),
        args: &Args,
        span: Span,
        result: Value,
    ) -> Value {
        let Some(name) = self.sdk_name(id) else {
            let result = self.result_from_environment(id, receiver, args, result);
            let function = SmolStr::new(self.names.split(id).1);
            return match self.note_handed(&function, args, span) {
                Some(client) => client,
                None => result,
            };
        };
        let origin = receiver.and_then(|value| value.origin.clone()).or(callee);
        let made = origin.as_ref().and_then(|origin| origin.made.as_ref());
        match name.family {
            Family::Boto3 => self.boto3(&name.path, made, args, span, result),
            Family::JavaScriptV2 => self.javascript_v2((id, &name.path), made, args, span, result),
            Family::JavaScriptV3 => self.javascript_v3(&name.path, made, args, span, result),
            Family::Go => self.go_sdk(&name.path, made, args, span, result),
            Family::JavaV2 | Family::JavaV1 | Family::DotNet | Family::Ruby => {
                let value = self.compiled_sdk(name.family, &name.path, made, args, span, result);
                // A builder that is not assigned again is the one that was there.
                if let (Some(receiver), Some(origin)) = (receiver, value.origin.clone())
                    && origin.made.as_ref().is_some_and(|made| !made.bound.is_empty())
                {
                    self.rebind(receiver, &origin);
                }
                value
            }
            Family::Powertools => {
                let result = self.powertools(&name.path, made, args, span, result);
                let function = name.path.last().map(SmolStr::as_str).unwrap_or_default();
                self.note_handed(function, args, span).unwrap_or(result)
            }
            Family::Unclear => {
                let reason = "a call on what may be a client was not followed";
                self.note_dynamic(None, reason, span);
                result
            }
            Family::Unread => {
                let library = name.path.first().map(SmolStr::as_str).unwrap_or_default();
                let reason = format!("`{library}` calls services and is not looked into");
                self.note_dynamic(None, &reason, span);
                result
            }
        }
    }

    /// A field of something of an SDK that is read, not called.
    pub(super) fn served_field(
        &mut self,
        id: NameId,
        base: &Value,
        span: Span,
        value: Value,
    ) -> Value {
        if let Some(variable) = self.variable(id) {
            return value.with_text(Provenance::Environment(variable));
        }
        let Some(name) = self.sdk_name(id) else { return value };
        let value = Value { origin: base.origin.clone(), ..value };
        match name.family {
            Family::Boto3 => self.boto3_field(&name.path, base, span, value),
            _ => value,
        }
    }

    /// Remembers a call; its index.
    pub(super) fn note_call(
        &mut self,
        noted: Noted,
        made: Option<&Made>,
        span: Span,
        is_certain: bool,
    ) -> Option<usize> {
        let module = self.module_id();
        let none = Made::default();
        let made = made.unwrap_or(&none);
        let mut arguments = noted.arguments;
        for (name, value) in &made.bound {
            if !arguments.iter().any(|(known, _)| known == name) {
                arguments.push((name.clone(), value.clone()));
            }
        }
        let mut call = ServiceCall {
            sdk: noted.sdk,
            service: noted.service,
            resource: noted.resource,
            operation: noted.operation,
            form: noted.form,
            receiver: made.identifiers.clone(),
            arguments,
            has_unknown_arguments: noted.has_unknown_arguments,
            region: made.region.clone(),
            has_own_credentials: made.has_own_credentials,
            place: self.program.place(module, span),
            entry: self.entry,
            within: self.within(),
            is_certain: is_certain && !self.services.is_guessed,
        };
        let calls = &mut self.analysis.calls;
        let is_initial = self.services.loading > 0;
        let entry = if is_initial { None } else { self.entry };
        call.entry = entry;
        let known = self.services.places.entry((module, span, entry)).or_default();
        let of_operation = known.iter().copied().filter(|at| {
            calls.get(*at).is_some_and(|it| {
                it.operation == call.operation
                    && it.service == call.service
                    && it.form == call.form
                    && it.resource == call.resource
            })
        });
        let of_operation: Vec<usize> = of_operation.collect();
        if let Some(same) = of_operation.iter().find(|at| calls.get(**at) == Some(&call)) {
            return Some(*same);
        }
        if of_operation.len() >= VARIANTS || calls.len() >= CALLS {
            // Whatever else it is called with.
            let last = of_operation.last().copied()?;
            if let Some(last) = calls.get_mut(last) {
                let values = last.arguments.iter_mut().chain(&mut last.receiver);
                values.for_each(|(_, value)| *value = Provenance::Unknown);
                last.has_unknown_arguments = true;
            }
            return Some(last);
        }
        let at = calls.len();
        known.push(at);
        calls.push(call);
        if is_initial {
            self.services.initial.insert(at);
        }
        Some(at)
    }

    /// Tells that a service is called in a way that is not known.
    pub(super) fn note_dynamic(&mut self, service: Option<&SmolStr>, reason: &str, span: Span) {
        let module = self.module_id();
        let is_initial = self.services.loading > 0;
        let entry = if is_initial { None } else { self.entry };
        if !self.services.dynamic.insert((module, span, entry)) {
            return;
        }
        if is_initial {
            self.services.initial_dynamic.insert(self.analysis.dynamic_calls.len());
        }
        self.analysis.dynamic_calls.push(DynamicCall {
            place: self.program.place(module, span),
            entry,
            within: self.within(),
            service: service.filter(|service| *service != "?").cloned(),
            reason: SmolStr::new(reason),
        });
    }

    /// Whether a value is a client, a resource or an operation of an SDK: what it is called.
    pub(super) fn served_value(&mut self, value: &Value) -> Option<Rc<SdkName>> {
        value.shape.alternatives().iter().find_map(|shape| match shape {
            Shape::Instance(id) | Shape::Library(id) => self.sdk_name(*id),
            _ => None,
        })
    }

    /// Tells what runs when modules are loaded for each entry point.
    pub(super) fn tell_initial_calls(&mut self, entries: &[usize]) {
        let Some((first, others)) = entries.split_first() else { return };
        let analysis = &mut self.analysis;
        let calls = self.services.initial.iter().copied();
        for at in calls.collect::<std::collections::BTreeSet<_>>() {
            let Some(call) = analysis.calls.get_mut(at) else { continue };
            call.entry = Some(*first);
            let call = call.clone();
            let copies =
                others.iter().map(|entry| ServiceCall { entry: Some(*entry), ..call.clone() });
            analysis.calls.extend(copies);
        }
        let dynamic = self.services.initial_dynamic.iter().copied();
        for at in dynamic.collect::<std::collections::BTreeSet<_>>() {
            let Some(call) = analysis.dynamic_calls.get_mut(at) else { continue };
            call.entry = Some(*first);
            let call = call.clone();
            let copies =
                others.iter().map(|entry| DynamicCall { entry: Some(*entry), ..call.clone() });
            analysis.dynamic_calls.extend(copies);
        }
    }
}

/// Whether a module is an SDK, also where its files lie beside the code.
pub(super) fn is_sdk(module: &str) -> bool {
    let root = if module.starts_with('@') || module.contains('/') {
        module
    } else {
        module.split('.').next().unwrap_or(module)
    };
    family(root).is_some()
}

/// The family of libraries that the first segment of a name belongs to.
fn family(root: &str) -> Option<Family> {
    let starts = |start: &str| root.starts_with(start);
    match root {
        "boto3" | "aioboto3" | "aiobotocore" | "botocore" => Some(Family::Boto3),
        "aws-sdk" => Some(Family::JavaScriptV2),
        "aws_lambda_powertools" | "aws_secretsmanager_caching" => Some(Family::Powertools),
        _ if UNREAD.contains(&root) => Some(Family::Unread),
        _ if starts("github.com/aws/aws-sdk-go") => {
            // Pointers to texts are no services.
            (!root.ends_with("/aws") && !root.ends_with("/types")).then_some(Family::Go)
        }
        _ if starts("aws-sdk/clients/") => Some(Family::JavaScriptV2),
        _ if starts("@aws-sdk/") || starts("@smithy/signature") => Some(Family::JavaScriptV3),
        _ if starts("@aws-lambda-powertools/") => Some(Family::Powertools),
        _ if starts("mypy_boto3_") || starts("types_boto3_") || starts("types_aiobotocore_") => {
            Some(Family::Boto3)
        }
        _ => None,
    }
}
