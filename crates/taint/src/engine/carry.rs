//! What results of library functions carry of their arguments.

use code_ir::{SmolStr, Span};
use taint_models::{Call, Kind, Kinds, NameId, PortBase};

use super::{
    Engine, call::Args, condition::Site, head::ADDRESS, member::gives_whole, opaque::makes_text,
};
use crate::value::{Note, Shape, Taint, Value, smol};

impl Engine<'_> {
    /// What of its arguments the result carries.
    pub(super) fn carried(&mut self, model: &Call, id: NameId, site: &Site<'_>) -> Taint {
        let (_, method) = self.names.split(id);
        let (is_whole, is_text) = (gives_whole(method), makes_text(method));
        let Some(ports) = &model.passes else {
            return self.all_carried(model, id, site);
        };
        let of_receiver =
            |taint: Taint| if is_whole { taint } else { taint.without(Kinds::one(Kind::Event)) };
        let mut taint = Taint::default();
        for port in ports {
            let is_receiver = port.base == PortBase::This;
            for value in self.port(port, site) {
                let own = match (is_receiver, is_text) {
                    (true, _) => of_receiver(self.deep_taint(&value)),
                    (false, true) => self.printed(&value),
                    (false, false) => self.deep_taint(&value),
                };
                taint = taint.or(&own);
            }
        }
        Self::turned(model, &taint)
    }

    /// What the receiver and all arguments carry.
    pub(super) fn all_carried(&mut self, model: &Call, id: NameId, site: &Site<'_>) -> Taint {
        let (_, method) = self.names.split(id);
        let (is_whole, is_text) = (gives_whole(method), makes_text(method));
        let mut taint = Taint::default();
        if let Some(value) = site.receiver {
            let own = self.deep_taint(value);
            taint = if is_whole { own } else { own.without(Kinds::one(Kind::Event)) };
        }
        for value in site.args.all() {
            let own = if is_text { self.printed(value) } else { self.deep_taint(value) };
            taint = taint.or(&own);
        }
        Self::turned(model, &taint)
    }

    /// What a function makes of hostile data.
    fn turned(model: &Call, taint: &Taint) -> Taint {
        let (clears, restores) = (model.clears, model.restores);
        if clears.is_empty() && restores.is_empty() {
            return taint.clone();
        }
        taint.map_kinds(|kinds| {
            let is_hostile = !kinds.and(Kinds::INPUT.or(Kinds::ENCODED)).is_empty();
            let left = kinds.without(clears);
            let lost = !kinds.and(clears).is_empty();
            let marked = if lost { left.or(Kinds::ENCODED) } else { left };
            if is_hostile { marked.or(restores) } else { left }
        })
    }

    /// A call without a model: what goes in may come out.
    pub(super) fn unmodelled(
        &mut self,
        id: NameId,
        receiver: Option<&Value>,
        args: &Args,
        span: Span,
        is_any: bool,
    ) -> Value {
        let mut taint = receiver.map(|value| self.deep_taint(value)).unwrap_or_default();
        let (_, called) = self.names.split(id);
        // What a method of it gives is a part; a copy or a text of it is still the whole.
        if !gives_whole(called) {
            taint = taint.without(Kinds::one(Kind::Event));
        }
        let is_text = makes_text(called);
        for value in args.all() {
            let own = if is_text { self.printed(value) } else { self.deep_taint(value) };
            taint = taint.or(&own);
        }
        if !self.models.is_clean(&self.names, id) {
            let (_, name) = self.names.split(id);
            let name = SmolStr::new(name);
            self.note_leaving(&name, args);
        }
        // A function that is wrapped is still that function: `middy(handler)`.
        let functions: Vec<&Value> =
            args.all().filter(|value| matches!(value.shape, Shape::Function(_))).collect();
        let is_wrapper = receiver.is_none_or(|r| matches!(r.shape, Shape::Library(_)));
        if let ([function], true) = (functions.as_slice(), is_wrapper && !is_any) {
            let function = (*function).clone();
            self.call_back(args, &Value::tainted(taint), span);
            return Value { id: 0, ..function };
        }
        self.call_back(args, &Value::tainted(taint.clone()), span);
        if self.models.is_clean(&self.names, id) {
            taint = Taint::default();
        } else if !is_any
            && let Some(receiver) = receiver
            && matches!(receiver.shape, Shape::Instance(_))
        {
            // What is put into an unknown object may come out of it later.
            let into =
                args.all().fold(Taint::default(), |all, value| all.or(&self.deep_taint(value)));
            self.pour(receiver, &into);
        }
        if !taint.is_clean() {
            let (_, name) = self.names.split(id);
            let note = Note::Through(smol(name));
            taint = taint.step(self.module_id(), span, &note);
        }
        if is_text && let Some(template) = args.at(0).and_then(Value::as_text) {
            let values = args.positional.get(1..).unwrap_or_default();
            let filled = self.filled_template(template, values, &Taint::default(), span);
            if filled.taint.kinds().and(ADDRESS).is_empty() {
                taint = taint.without(ADDRESS);
            }
            return self.text_of(filled.pieces, taint, span);
        }
        let shape = if is_any { Shape::Unknown } else { self.default_shape(id) };
        self.keyed(Value { shape, taint, ..Value::default() })
    }
}
