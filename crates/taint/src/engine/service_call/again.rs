//! A second invocation in the same environment: what the first one left in variables of modules decides
//! which branches it takes.

use code_ir::SmolStr;

use super::super::Engine;
use crate::{
    heap::{Changes, Object},
    origin::Origin,
    value::{Shape, Value},
};

impl Engine<'_> {
    /// Whether an invocation changed variables of modules that were constants before.
    pub(in super::super) fn leaves_settings(&self, left: &Changes) -> bool {
        // It is run again for its calls of services alone.
        if self.services.has_no_clients() {
            return false;
        }
        left.iter().any(|(id, after)| {
            if !self.loaded.values().any(|loaded| loaded.frame == *id) {
                return false;
            }
            let (Some(Object::Frame(before)), Object::Frame(after)) =
                (self.heap.get(*id), &**after)
            else {
                return false;
            };
            let mut slots = before.iter().zip(after);
            slots.any(|(before, after)| {
                matches!(before.shape, Shape::Constant(_)) && !before.is_same(after)
            })
        })
    }

    /// Runs an entry point once more on what it left, for its calls of services alone.
    pub(in super::super) fn run_again(&mut self, left: Changes, work: impl FnOnce(&mut Self)) {
        let mut analysis = std::mem::take(&mut self.analysis);
        self.analysis.calls = std::mem::take(&mut analysis.calls);
        self.analysis.dynamic_calls = std::mem::take(&mut analysis.dynamic_calls);
        let told = std::mem::take(&mut self.told);
        let suspects = std::mem::take(&mut self.suspects);
        let kept = std::mem::take(&mut self.kept);
        self.memo.clear();
        let _ = self.alternative(|engine| {
            engine.heap.merge(vec![left, Vec::new()]);
            work(engine);
        });
        self.memo.clear();
        self.kept = kept;
        self.suspects = suspects;
        self.told = told;
        analysis.calls = std::mem::take(&mut self.analysis.calls);
        analysis.dynamic_calls = std::mem::take(&mut self.analysis.dynamic_calls);
        self.analysis = analysis;
    }

    /// A field of a request is written: `input.TableName = …`. Whether it was one.
    pub(in super::super) fn bind_parameter(
        &mut self,
        base: &Value,
        name: &SmolStr,
        value: &Value,
    ) -> bool {
        let is_request = match &base.shape {
            Shape::Instance(id) => self.sdk_name(*id).is_some_and(|name| {
                let last = name.path.last().map(SmolStr::as_str).unwrap_or_default();
                last.ends_with("Input") || last.ends_with("Request")
            }),
            _ => false,
        };
        if !is_request {
            return false;
        }
        let args =
            super::Args { named: vec![(name.clone(), value.clone())], ..super::Args::default() };
        let told = self.tell_arguments(&args);
        let mut origin = base.origin.as_deref().cloned().unwrap_or_default();
        let made = origin.made.get_or_insert_default();
        made.bound.retain(|(known, _)| known != name);
        made.bound.extend(told.arguments);
        self.rebind(base, &origin);
        true
    }

    /// The variable that holds a request or builder holds one with this origin from now on.
    pub(super) fn rebind(&mut self, base: &Value, origin: &Origin) {
        for cell in Self::last_cells(base) {
            if let Some(known) = self.heap.read(&cell)
                && matches!(known.shape, Shape::Instance(_))
            {
                let changed = known.clone().with_origin(origin.clone());
                self.heap.write(&cell, changed);
            }
        }
    }
}
