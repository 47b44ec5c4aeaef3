//! What is told: flows and flaws, each once.

use code_ir::{SmolStr, Span};
use code_program::ModuleId;
use source_text::Place;
use taint_models::{Kind, Send, Trust};

use super::{
    Engine,
    compose::{looks, put_at},
    source::SourceInfo,
};
use crate::{
    flow::{Flow, Remark, Sent},
    value::{Label, Note, Taint},
};

/// What was told already.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Told {
    /// A flow from a source to a place.
    Flow(Kind, ModuleId, Span, u32, Option<usize>),
    /// A flow through the place where a text that looks dangerous is put together.
    Composed(Kind, ModuleId, Span),
    /// A flaw at a place.
    Remark(SmolStr, ModuleId, Span),
    /// A hand-over, with where in the consumer's event.
    Sent(SmolStr, ModuleId, Span, u32, SmolStr),
    /// A data access, with the sources of what goes into it.
    Access(ModuleId, Span, Option<usize>, Vec<u32>),
    /// A test that decides.
    Decision(ModuleId, Span, u32, Option<usize>),
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
        self.tell_argument(kind, taint, (sink, ""), span, is_guess);
    }

    /// Tells that hostile data reaches an argument of a dangerous call: `(call, argument)`.
    pub(crate) fn tell_argument(
        &mut self,
        kind: Kind,
        taint: &Taint,
        sink: (&str, &str),
        span: Span,
        is_guess: bool,
    ) {
        let labels: Vec<Label> = taint.of_kind(kind).cloned().collect();
        for label in labels {
            let place = (self.module_id(), span);
            let within = self.within();
            self.tell_at(kind, &label, sink, place, is_guess, within);
        }
    }

    /// Tells a flow of one source to a place.
    pub(crate) fn tell_at(
        &mut self,
        kind: Kind,
        label: &Label,
        (sink, argument): (&str, &str),
        (module, span): (ModuleId, Span),
        is_guess: bool,
        within: SmolStr,
    ) {
        if kind == Kind::Error && self.drops_errors {
            return;
        }
        if let Some(step) = put_at(label, kind) {
            self.told.insert(Told::Composed(kind, step.module, step.span));
        }
        let told = Told::Flow(kind, module, span, label.source.0, self.entry);
        if !self.told.insert(told) {
            return;
        }
        let Some(source) = self.sources.get(label.source) else { return };
        let (trust, text, words) = (source.trust, source.text.clone(), source.words.clone());
        let path = source.path.clone();
        let mut hops = self.hops(label);
        let place = self.program.place(module, span);
        let ends_here = |step: &std::rc::Rc<crate::value::TraceStep>| {
            step.note == Note::PutInto(kind) && step.span == span && step.module == module
        };
        if !label.trace.as_ref().is_some_and(ends_here) {
            hops.push((place, format!("reaches {}", named(sink))));
        }
        let source = if text.is_empty() { words.to_string() } else { text.to_string() };
        let entry = self.entry;
        self.analysis.flows.push(Flow {
            kind,
            trust,
            source,
            words,
            sink: sink.to_owned(),
            argument: SmolStr::new(argument),
            place,
            hops,
            entry,
            is_guess,
            within,
            path,
        });
    }

    /// Every step from a source on, in order.
    pub(crate) fn hops(&self, label: &Label) -> Vec<(Place, String)> {
        let Some(source) = self.sources.get(label.source) else { return Vec::new() };
        let mut hops = Vec::new();
        let mut at = label.trace.as_ref();
        while let Some(step) = at {
            let note = match &step.note {
                Note::Assigned(name) => format!("assigned to `{name}`"),
                Note::Passed(to) => format!("passed to `{to}`"),
                Note::Returned(from) => format!("returned by `{from}`"),
                Note::Through(name) => format!("goes through `{name}`"),
                Note::PutInto(kind) => format!("put into {}", looks(*kind)),
                Note::Read(field) => format!("`{field}` is read"),
            };
            hops.push((self.program.place(step.module, step.span), note));
            at = step.before.as_ref();
        }
        let place = self.program.place(source.module, source.span);
        let who = match self.sender(source) {
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

    /// Who decides what a source says: of a whole event whoever sends it, not who decides about the
    /// worst of its fields.
    fn sender(&self, source: &SourceInfo) -> Trust {
        let whole = source.at.as_ref().filter(|at| at.path.is_empty() && !at.is_parsed);
        let event = whole.and_then(|at| self.models.event_data(at.event));
        event.map_or(source.trust, taint_models::Event::sender)
    }

    /// Tells that a flaw stands at a place.
    pub(crate) fn tell_remark(&mut self, check: &str, subject: &str, detail: &SmolStr, span: Span) {
        self.tell_remark_of(check, subject, detail, span, None);
    }

    /// The same of data, with the steps that it took.
    pub(crate) fn tell_remark_of(
        &mut self,
        check: &str,
        subject: &str,
        detail: &SmolStr,
        span: Span,
        data: Option<&Label>,
    ) {
        let module = self.module_id();
        let check = SmolStr::new(check);
        if !self.told.insert(Told::Remark(check.clone(), module, span)) {
            return;
        }
        let place = self.program.place(module, span);
        let within = self.within();
        let entry = self.entry;
        let hops = data.map(|label| self.hops(label)).unwrap_or_default();
        self.analysis.remarks.push(Remark {
            check,
            place,
            subject: subject.to_owned(),
            detail: detail.clone(),
            entry,
            within,
            name: SmolStr::default(),
            hops,
        });
    }

    /// Tells that hostile data is handed to another part of the application.
    pub(crate) fn tell_sent(
        &mut self,
        send: &Send,
        target: Option<&String>,
        field: Option<&SmolStr>,
        taint: &Taint,
        span: Span,
    ) {
        let module = self.module_id();
        // Names of places in an expression (`:status`) are none of the record.
        let at = match field.filter(|name| !name.starts_with([':', '$', '#'])) {
            Some(name) => SmolStr::new(format!("{}.{name}", send.at).trim_start_matches('.')),
            None => send.at.clone(),
        };
        for label in taint.labels().to_vec() {
            if label.kinds.and(taint_models::Kinds::TEXT).is_empty() {
                continue;
            }
            let told = Told::Sent(send.service.clone(), module, span, label.source.0, at.clone());
            if !self.told.insert(told) {
                continue;
            }
            let Some(source) = self.sources.get(label.source) else { continue };
            let (trust, path) = (source.trust, source.path.clone());
            let mut hops = self.hops(&label);
            hops.push((self.program.place(module, span), format!("sent with {}", send.service)));
            let entry = self.entry;
            self.analysis.sent.push(Sent {
                service: send.service.clone(),
                target: target.cloned(),
                fields: field.into_iter().cloned().collect(),
                at: at.clone(),
                trust,
                hops,
                entry,
                path,
            });
        }
    }

    /// Name of the function that runs.
    pub(crate) fn within(&self) -> SmolStr {
        self.function().map(|function| function.name.clone()).unwrap_or_default()
    }
}

/// A sink in words as it is, the name of one in back-ticks.
fn named(sink: &str) -> String {
    if ["the ", "an ", "a "].iter().any(|article| sink.starts_with(article)) {
        sink.to_owned()
    } else {
        format!("`{sink}`")
    }
}
