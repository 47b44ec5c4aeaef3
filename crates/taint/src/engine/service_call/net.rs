//! The net below the interpreter: calls on what was a client somewhere that were not looked at, in code
//! that nothing ran or on values that were lost.

use code_ir::{Expr, ExprKind, FunctionId, SmolStr, Span};
use code_program::ModuleId;
use rustc_hash::FxHashSet as HashSet;

use super::super::Engine;
use crate::value::{Shape, Value};

/// What the net works with.
#[derive(Debug, Default)]
pub(crate) struct Net {
    /// Names of variables and fields that held a client or a resource.
    clients: HashSet<SmolStr>,
    /// Calls of methods whose receiver was known.
    seen: HashSet<(ModuleId, Span)>,
}

impl Engine<'_> {
    /// A variable or field gets a value.
    pub(in super::super) fn note_held(&mut self, name: &SmolStr, value: &Value) {
        if let Shape::Instance(id) = value.shape
            && self.sdk_name(id).is_some_and(|name| super::handed::service_of(&name).is_some())
            && !self.services.net.clients.contains(name)
        {
            self.services.net.clients.insert(name.clone());
        }
    }

    /// A method of something known is called, or one for no entry point.
    pub(in super::super) fn note_seen(&mut self, receiver: &Value, span: Span) {
        // What no entry point reaches is nobody's.
        if !matches!(receiver.shape, Shape::Unknown) || self.entry.is_none() {
            let module = self.module_id();
            self.services.net.seen.insert((module, span));
        }
    }

    /// Tells of the calls that were not looked at, for each entry point.
    pub(in super::super) fn tell_missed_calls(&mut self, entries: &[usize]) {
        if entries.is_empty() || self.services.net.clients.is_empty() {
            return;
        }
        let mut modules: Vec<ModuleId> = self.loaded.keys().copied().collect();
        modules.sort_unstable();
        let mut missed: Vec<(ModuleId, FunctionId, Span)> = Vec::new();
        for id in modules {
            let Some(module) = self.program.module(id) else { continue };
            for (at, function) in module.functions.iter().enumerate() {
                code_ir::calls(&function.body, &mut |call, callee, _| {
                    let is_missed = receiver_name(callee)
                        .is_some_and(|name| self.services.net.clients.contains(name))
                        && !self.services.net.seen.contains(&(id, call.span));
                    if is_missed {
                        let function = FunctionId(u32::try_from(at).unwrap_or(u32::MAX));
                        missed.push((id, function, call.span));
                    }
                });
            }
        }
        let reason = SmolStr::new_static("a call on what may be a client was not followed");
        for (module, function, span) in missed {
            let name = self.program.function(module, function).map(|it| it.name.clone());
            for entry in entries {
                self.analysis.dynamic_calls.push(crate::DynamicCall {
                    place: self.program.place(module, span),
                    entry: Some(*entry),
                    within: name.clone().unwrap_or_default(),
                    service: None,
                    reason: reason.clone(),
                });
            }
        }
    }
}

/// The name of the variable or field whose method is called.
fn receiver_name(callee: &Expr) -> Option<&SmolStr> {
    let ExprKind::Attribute { base, .. } = &callee.kind else { return None };
    match &base.kind {
        ExprKind::Name(name) => Some(&name.text),
        ExprKind::Attribute { name, .. } => Some(name),
        _ => None,
    }
}
