//! Where code is not followed further: told, so that nobody takes silence for safety.

use code_ir::FunctionId;
use code_program::ModuleId;
use taint_models::Kinds;

use super::{Engine, call::Args};
use crate::{
    flow::{CUTS, Cut, Limit},
    value::{Closure, Label, Taint},
};

impl Engine<'_> {
    /// The bound on work is reached: what is told is the function at which the work began.
    pub(super) fn note_spent(&mut self) {
        let outermost = self.calls.iter().find(|call| call.function != FunctionId(0));
        let begun = outermost.or(self.calls.last());
        if let Some((module, function)) = begun.map(|call| (call.module, call.function)) {
            self.note_cut(module, function, Limit::Work);
        }
    }

    /// A call that is not followed. The call of a function within itself loses nothing as long as it
    /// brings only data that the calls around it had.
    pub(super) fn note_not_followed(&mut self, closure: &Closure, args: &Args, is_deep: bool) {
        let incoming = self.taint_of_arguments(args);
        if incoming.is_clean() {
            return;
        }
        let is_same = |call: &&super::Call| {
            (call.module, call.function) == (closure.module, closure.function)
        };
        let before = self.calls.iter().filter(is_same);
        let before = before.fold(Taint::default(), |all, call| all.or(&call.incoming));
        let trust = |label: &Label| self.sources.get(label.source).map(|source| source.trust);
        // A part of what was there before is no other data, whatever its name.
        let is_known = |label: &Label| {
            before.labels().iter().any(|known| {
                label.kinds.without(known.kinds).is_empty() && trust(known) >= trust(label)
            })
        };
        if is_deep || !incoming.labels().iter().all(is_known) {
            let limit = if is_deep { Limit::Depth } else { Limit::Repeats };
            self.note_cut(closure.module, closure.function, limit);
        }
    }

    /// Hostile data in the arguments of a call.
    pub(super) fn taint_of_arguments(&self, args: &Args) -> Taint {
        let taint =
            args.all().fold(Taint::default(), |all, value| all.or(&self.taint_below(value, 2)));
        taint.map_kinds(|kinds| kinds.and(Kinds::INPUT))
    }

    fn note_cut(&mut self, module: ModuleId, function: FunctionId, limit: Limit) {
        if self.analysis.cuts.len() >= CUTS || !self.cut.insert((module, function)) {
            return;
        }
        let Some(definition) = self.program.function(module, function) else { return };
        let place = self.program.place(module, definition.name_span);
        let function = definition.name.clone();
        self.analysis.cuts.push(Cut { place, function, limit });
    }
}
