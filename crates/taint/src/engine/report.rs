//! What is told: flows and flaws, each once.

use code_ir::{SmolStr, Span};
use source_text::Place;

use super::Engine;
use crate::{
    flow::{Flow, Remark, Sent},
    kind::{Kind, Trust},
    program::ModuleId,
    value::{Label, Note, Taint},
};

/// What was told already.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Told {
    /// A flow from a source to a place.
    Flow(Kind, ModuleId, Span, u32, Option<usize>),
    /// A flaw at a place.
    Remark(SmolStr, ModuleId, Span),
    /// A hand-over.
    Sent(SmolStr, ModuleId, Span, u32),
}

impl Engine<'_> {
    /// Tells that hostile data reaches a danger.
    pub(crate) fn tell_flow(
        &mut self,
        kind: Kind,
        taint: &Taint,
        sink: &str,
        span: Span,
        is_guess: bool,
    ) {
        let labels: Vec<Label> = taint.of_kind(kind).cloned().collect();
        for label in labels {
            self.tell_label(kind, &label, sink, span, is_guess);
        }
    }

    fn tell_label(&mut self, kind: Kind, label: &Label, sink: &str, span: Span, is_guess: bool) {
        let module = self.module_id();
        let told = Told::Flow(kind, module, span, label.source.0, self.entry);
        if !self.told.insert(told) {
            return;
        }
        let Some(source) = self.sources.get(label.source) else { return };
        let (trust, text, words) = (source.trust, source.text.clone(), source.words.clone());
        let mut hops = self.hops(label);
        let place = self.program.place(module, span);
        hops.push((place, format!("reaches `{sink}`")));
        let source = if text.is_empty() { words.to_string() } else { text.to_string() };
        let within = self.within();
        let entry = self.entry;
        self.analysis.flows.push(Flow {
            kind,
            trust,
            source,
            sink: sink.to_owned(),
            place,
            hops,
            entry,
            is_guess,
            within,
        });
    }

    /// Every step from a source on, in order.
    fn hops(&self, label: &Label) -> Vec<(Place, String)> {
        let Some(source) = self.sources.get(label.source) else { return Vec::new() };
        let mut hops = Vec::new();
        let mut at = label.trace.as_ref();
        while let Some(step) = at {
            let note = match &step.note {
                Note::Assigned(name) => format!("assigned to `{name}`"),
                Note::Passed(to) => format!("passed to `{to}`"),
                Note::Returned(from) => format!("returned by `{from}`"),
                Note::Through(name) => format!("goes through `{name}`"),
            };
            hops.push((self.program.place(step.module, step.span), note));
            at = step.before.as_ref();
        }
        let place = self.program.place(source.module, source.span);
        let who = match source.trust {
            Trust::Attacker => "which anybody who reaches the trigger decides",
            Trust::Uploader => "which whoever uploads decides",
            Trust::Authenticated => "which an authenticated user decides",
            Trust::Producer => "which whoever sends the event decides",
            Trust::Stored => "which was stored earlier",
            Trust::Operator | Trust::Platform => "which is not for others to see",
        };
        hops.push((place, format!("{}, {who}", source.words)));
        hops.reverse();
        hops.dedup_by(|a, b| a.0 == b.0 && a.1 == b.1);
        hops
    }

    /// Tells that a flaw stands at a place.
    pub(crate) fn tell_remark(&mut self, check: &str, subject: &str, detail: &SmolStr, span: Span) {
        let module = self.module_id();
        let check = SmolStr::new(check);
        if !self.told.insert(Told::Remark(check.clone(), module, span)) {
            return;
        }
        let place = self.program.place(module, span);
        let within = self.within();
        let entry = self.entry;
        self.analysis.remarks.push(Remark {
            check,
            place,
            subject: subject.to_owned(),
            detail: detail.clone(),
            entry,
            within,
        });
    }

    /// Tells that hostile data is handed to another part of the application.
    pub(crate) fn tell_sent(
        &mut self,
        service: &SmolStr,
        target: Option<String>,
        at: &SmolStr,
        taint: &Taint,
        span: Span,
    ) {
        let module = self.module_id();
        for label in taint.labels().to_vec() {
            if label.kinds.and(crate::kind::Kinds::INPUT).is_empty() {
                continue;
            }
            if !self.told.insert(Told::Sent(service.clone(), module, span, label.source.0)) {
                continue;
            }
            let Some(source) = self.sources.get(label.source) else { continue };
            let trust = source.trust;
            let mut hops = self.hops(&label);
            hops.push((self.program.place(module, span), format!("sent with {service}")));
            let entry = self.entry;
            self.analysis.sent.push(Sent {
                service: service.clone(),
                target: target.clone(),
                at: at.clone(),
                trust,
                hops,
                entry,
            });
        }
    }

    fn within(&self) -> SmolStr {
        self.function().map(|function| function.name.clone()).unwrap_or_default()
    }
}
