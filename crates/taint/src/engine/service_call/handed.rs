//! Clients and operations that are handed to functions of other libraries, and operations that are
//! chosen when the code runs.

use code_ir::{SmolStr, Span};
use taint_models::NameId;

use super::{
    super::{Engine, call::Args},
    Family, SdkName,
    javascript::is_whole_v2,
};
use crate::{
    heap::Object,
    value::{Key, Shape, Value},
};

/// Functions that look at what they get, and call nothing of it.
const HARMLESS: &[&str] = &[
    "print",
    "log",
    "debug",
    "info",
    "warning",
    "warn",
    "error",
    "exception",
    "isinstance",
    "type",
    "repr",
    "str",
    "id",
    "len",
    "hasattr",
    "dir",
    "vars",
    "callable",
    "deepcopy",
    "copy",
    "stringify",
    "Stubber",
    "cast",
    "append",
    "push",
    "add",
    "set",
    "setattr",
    "register",
    "inspect",
    "debugger",
    "console",
    "SecretCache",
    "Depends",
    "Field",
    "field",
    "Mock",
    "MagicMock",
];

/// Beginnings of functions that give the client back, with something around its calls.
const WRAPPERS: &[&str] = &["capture", "wrap", "instrument", "patch", "trace", "promisify", "bind"];

/// Functions that call the function which they get first with the arguments that follow.
const CALLERS: &[&str] =
    &["submit", "run_in_executor", "to_thread", "partial", "run_sync", "Thread", "apply_async"];

impl Engine<'_> {
    /// Looks at what is handed to a function that is not of an SDK. A client that it gives back.
    pub(in super::super) fn note_handed(
        &mut self,
        called: &str,
        args: &Args,
        span: Span,
    ) -> Option<Value> {
        let called = called.rsplit('.').next().unwrap_or(called);
        let mut back = None;
        let is_candidate = |value: &Value| {
            matches!(
                value.shape,
                Shape::Instance(_) | Shape::Library(_) | Shape::OneOf(_) | Shape::Object(_)
            )
        };
        let positional = args.positional.iter().enumerate().map(|(at, value)| (Some(at), value));
        let named = args.named.iter().map(|(_, value)| (None, value));
        let candidates: Vec<(Option<usize>, Value)> = positional
            .chain(named)
            .filter(|(_, value)| is_candidate(value))
            .map(|(at, value)| (at, value.clone()))
            .collect();
        for (at, value) in candidates {
            for inner in self.with_fields(&value) {
                let is_whole = inner.shape.alternatives().len() == value.shape.alternatives().len();
                let Some(name) = self.served_value(&inner) else { continue };
                if is_operation(&name) {
                    if called.starts_with("promisify") || called == "bind" {
                        back = Some(inner);
                    } else {
                        self.call_handed(called, at, &inner, args, span);
                    }
                } else if let Some(service) = service_of(&name) {
                    let is_wrapper = WRAPPERS.iter().any(|start| called.starts_with(start));
                    if is_wrapper && is_whole {
                        back = Some(inner);
                    } else if !HARMLESS.contains(&called) && !is_wrapper {
                        let to = if called.is_empty() { "a function" } else { called };
                        let reason =
                            format!("a client is handed to `{to}`, which is not looked into");
                        self.note_dynamic(Some(&service), &reason, span);
                    }
                }
            }
        }
        back
    }

    /// A value, and what stands in the fields of a mapping that it is.
    fn with_fields(&self, value: &Value) -> Vec<Value> {
        let Some(id) = value.as_object() else { return vec![value.clone()] };
        let Some(Object::Map(map)) = self.heap.get(id) else { return Vec::new() };
        if map.class.is_some() {
            return Vec::new();
        }
        map.entries
            .iter()
            .filter(|(key, _)| matches!(key, Key::Name(_)))
            .map(|(_, value)| value)
            .filter(|value| matches!(value.shape, Shape::Instance(_) | Shape::Library(_)))
            .cloned()
            .collect()
    }

    /// An operation is handed to a function, which may call it.
    fn call_handed(
        &mut self,
        called: &str,
        at: Option<usize>,
        operation: &Value,
        args: &Args,
        span: Span,
    ) {
        let is_caller = CALLERS.contains(&called);
        let first = at.map_or(usize::MAX, |at| at + 1);
        let positional = args.positional.get(first..).unwrap_or_default().to_vec();
        let own = Args {
            positional: if is_caller { positional } else { Vec::new() },
            named: if is_caller { args.named.clone() } else { Vec::new() },
            is_open: !is_caller || called == "partial",
            ..Args::default()
        };
        for shape in operation.shape.alternatives() {
            if let Shape::Library(id) = shape {
                self.services.callee.clone_from(&operation.origin);
                self.call_library(*id, None, &own, span, false);
            }
        }
    }

    /// `client[operation]`.
    pub(in super::super) fn note_chosen(&mut self, id: NameId, index: &Value, span: Span) {
        if index.as_constant().is_some() {
            return;
        }
        let Some(name) = self.sdk_name(id) else { return };
        if name.family == Family::JavaScriptV2 && is_whole_v2(&name.path) {
            self.note_dynamic(None, "the service is decided when it runs", span);
        }
        if let Some(service) = service_of(&name) {
            self.note_dynamic(Some(&service), "the operation is decided when it runs", span);
        }
    }

    /// `getattr(client, operation)`.
    pub(crate) fn note_chosen_of(&mut self, base: &Value, span: Span) {
        let service = self.served_value(base).and_then(|name| service_of(&name));
        if let Some(service) = service {
            self.note_dynamic(Some(&service), "the operation is decided when it runs", span);
        }
    }
}

/// Whether a name is an operation.
fn is_operation(name: &SdkName) -> bool {
    match name.family {
        Family::Boto3 => Engine::is_boto3_operation(&name.path),
        Family::JavaScriptV2 => Engine::is_javascript_operation(&name.path, true),
        Family::JavaScriptV3 => Engine::is_javascript_operation(&name.path, false),
        _ => false,
    }
}

/// The service of a client or resource, when a name is one; `?` when that is not known.
pub(super) fn service_of(name: &SdkName) -> Option<SmolStr> {
    match name.family {
        Family::Boto3 => Engine::boto3_service(&name.path),
        Family::JavaScriptV2 => Engine::javascript_service(&name.path, true),
        Family::JavaScriptV3 => Engine::javascript_service(&name.path, false),
        _ => None,
    }
}
