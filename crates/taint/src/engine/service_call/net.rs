//! The net below the interpreter: calls on what was a client somewhere that were not looked at, in code
//! that nothing ran or on values that were lost.

use code_ir::{Expr, ExprKind, FunctionId, SmolStr, Span};
use code_program::ModuleId;
use rustc_hash::FxHashSet as HashSet;

use super::{
    super::{Engine, call::Args, response::Answer, run::EntryRun},
    mentioned::Reached,
};
use crate::value::{Shape, Value};

/// Functions that are run by their names alone at most.
const RUNS: usize = 64;
/// Rounds of such runs: what they call may not be found either.
const ROUNDS: usize = 3;

/// What the net works with.
#[derive(Debug, Default)]
pub(crate) struct Net {
    /// Names of variables and fields that held a client or a resource.
    clients: HashSet<SmolStr>,
    /// Names of what was called by each entry point without being found.
    unresolved: HashSet<(usize, SmolStr)>,
    /// Calls of methods whose receiver was known.
    seen: HashSet<(ModuleId, Span)>,
}

impl super::Services {
    /// Whether nothing was seen that calls services.
    pub(super) fn has_no_clients(&self) -> bool {
        self.net.clients.is_empty() && self.places.is_empty()
    }
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
    pub(in super::super) fn note_seen(&mut self, receiver: &Value, callee: &Expr, span: Span) {
        let clients = &self.services.net.clients;
        if clients.is_empty() || !receiver_name(callee).is_some_and(|name| clients.contains(name)) {
            return;
        }
        // What no entry point reaches is nobody's.
        if !matches!(receiver.shape, Shape::Unknown) || self.entry.is_none() {
            let module = self.module_id();
            self.services.net.seen.insert((module, span));
        }
    }

    /// Something of this name is called, and what it is is not known.
    pub(in super::super) fn note_unresolved(&mut self, name: &SmolStr) {
        if let Some(entry) = self.entry {
            self.services.net.unresolved.insert((entry, name.clone()));
        }
    }

    /// Runs functions of the program that have the names of what was called without being found, for
    /// their calls of services alone.
    pub(in super::super) fn run_unresolved(&mut self, module: ModuleId) {
        if self.services.net.unresolved.is_empty() {
            return;
        }
        let mut modules: Vec<ModuleId> = self.loaded.keys().copied().collect();
        modules.extend(self.program.same_package(module));
        modules.sort_unstable();
        modules.dedup();
        let mut run: HashSet<(usize, ModuleId, FunctionId)> = HashSet::default();
        for _ in 0..ROUNDS {
            let mut names: Vec<(usize, SmolStr)> = self.services.net.unresolved.drain().collect();
            names.sort_unstable();
            for (entry, name) in names {
                for (id, at) in self.functions_named(&modules, &name) {
                    if run.len() >= RUNS || !run.insert((entry, id, at)) {
                        continue;
                    }
                    let Some(function) = self.program.function(id, at) else { continue };
                    self.load(id);
                    let value = self.function_value(id, at, function);
                    self.start(Some(entry), Answer::Internal);
                    self.limit = super::super::ASIDE_STEPS;
                    self.services.is_guessed = true;
                    self.run_again(Vec::new(), |engine| {
                        engine.within_module(id, |engine| {
                            engine.call_value(&value, Args::default(), function.name_span)
                        });
                    });
                    self.services.is_guessed = false;
                    self.stop();
                }
            }
        }
    }

    /// Functions of modules that have a name.
    fn functions_named(&self, modules: &[ModuleId], name: &SmolStr) -> Vec<(ModuleId, FunctionId)> {
        let mut found = Vec::new();
        for id in modules {
            let Some(module) = self.program.module(*id) else { continue };
            for (at, function) in module.functions.iter().enumerate().skip(1) {
                // Inner functions need those around them.
                let is_meant = function.name == *name
                    && (function.parent == Some(FunctionId(0)) || function.class.is_some());
                if is_meant {
                    found.push((*id, FunctionId(u32::try_from(at).unwrap_or(u32::MAX))));
                }
            }
        }
        found
    }

    /// Tells of the calls that were not looked at, for each entry point, where it may reach them.
    pub(in super::super) fn tell_missed_calls(&mut self, module: ModuleId, entries: &[EntryRun]) {
        if entries.is_empty() || self.services.net.clients.is_empty() {
            return;
        }
        let mut modules: Vec<ModuleId> = self.loaded.keys().copied().collect();
        modules.sort_unstable();
        let mut missed: Vec<(ModuleId, FunctionId, Span)> = Vec::new();
        for id in modules.iter().copied() {
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
        if missed.is_empty() {
            return;
        }
        let reached = Reached::by(self.program, &modules, module, entries);
        missed.retain(|(module, function, _)| reached.has(self.program, *module, *function));
        let reason = SmolStr::new_static("a call on what may be a client was not followed");
        for (module, function, span) in missed {
            let name = self.program.function(module, function).map(|it| it.name.clone());
            for entry in entries {
                self.analysis.dynamic_calls.push(crate::DynamicCall {
                    place: self.program.place(module, span),
                    entry: Some(entry.index),
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
