//! What calls of libraries carry from their arguments and where they put it: objects that they fill,
//! messages that they send.

use code_ir::{SmolStr, Span};
use taint_models::{Call, Kinds, NameId, Port, PortBase};

use super::{
    Engine,
    condition::Site,
    member::{gives_whole, part_of},
    opaque::makes_text,
};
use crate::{
    heap::Object,
    value::{Key, Shape, Taint, Value},
};

impl Engine<'_> {
    pub(super) fn send(&mut self, model: &Call, site: &Site<'_>, span: Span) {
        let Some(send) = &model.send else { return };
        let target = self.port(&send.target, site).into_iter().next();
        let target = target.and_then(|value| self.target_name(&value));
        for value in self.port(&send.payload, site) {
            let object = value.as_object().or(value.text_of);
            let map = object.and_then(|id| self.heap.map(id)).cloned();
            let Some(map) = map.filter(|map| map.class.is_none() && !map.entries.is_empty()) else {
                let taint = self.deep_taint(&value);
                self.tell_sent(send, target.as_ref(), None, &taint, span);
                continue;
            };
            for (key, value) in &map.entries {
                let name = match key {
                    Key::Name(name) => Some(name),
                    Key::Index(_) => None,
                };
                let taint = self.deep_taint(value);
                self.tell_sent(send, target.as_ref(), name, &taint, span);
            }
            let rest = map
                .rest
                .iter()
                .fold(value.taint.clone(), |all, rest| all.or(&self.deep_taint(rest)));
            if value.text_of.is_none() || map.rest.is_some() {
                self.tell_sent(send, target.as_ref(), None, &rest, span);
            }
        }
    }

    /// The name of a queue, topic or table: a constant, or a variable of the environment.
    fn target_name(&self, value: &Value) -> Option<String> {
        if let Some(text) = value.as_text() {
            return Some(text.to_string());
        }
        let (Shape::Library(id) | Shape::Instance(id)) = &value.shape else { return None };
        let text = self.names.text(*id);
        let name =
            text.strip_prefix("os.environ.").or_else(|| text.strip_prefix("process.env."))?;
        Some(format!("${{{name}}}"))
    }

    /// What a call does to its receiver and arguments.
    pub(super) fn effects(&mut self, model: &Call, id: NameId, site: &Site<'_>, span: Span) {
        let carried = self.carried(model, id, site);
        if let Some(store) = &model.store
            && let Some(receiver) = site.receiver
        {
            let key = store.key.clone().or_else(|| self.key_of_ports(&store.keys, site));
            let value = self.port(&store.value, site).into_iter().next().unwrap_or_default();
            self.store(receiver, key, value);
        }
        let poured = match (&model.source, &model.passes) {
            (Some(source), _) => self.taint_of_source(source, span),
            // The result is nothing of them, but they go where the model says.
            (None, Some(passes)) if passes.is_empty() => self.carried_from(None, model, id, site),
            _ => carried.clone(),
        };
        if model.into_receiver
            && let Some(receiver) = site.receiver
        {
            self.pour(receiver, &poured);
        }
        if let Some(port) = &model.into {
            let read = model.parses.as_ref().and_then(|_| self.parsed(&poured));
            for target in self.port(port, site) {
                match &read {
                    Some(shape) => self.read_into(&target, shape, &poured, span),
                    None => self.pour(&target, &poured),
                }
            }
        }
        if let Some(writes) = &model.writes {
            self.write_file((model, writes), id, site, span);
        }
        self.call_back(site.args, &Value::tainted(carried), span);
    }

    fn store(&mut self, receiver: &Value, key: Option<SmolStr>, mut value: Value) {
        let Shape::Object(id) = receiver.shape else { return };
        if !value.taint.is_clean() {
            value.id = self.fresh_id();
        }
        if let Some(map) = self.heap.change_map(id) {
            match key {
                Some(key) => map.set(Key::Name(key), value),
                None => map.set_any(&value),
            }
        }
    }

    /// Puts hostile data into an object, somewhere.
    pub(crate) fn pour(&mut self, target: &Value, taint: &Taint) {
        if taint.is_clean() {
            return;
        }
        let value = Value::tainted(taint.clone());
        if let Shape::Object(id) = target.shape {
            match self.heap.change(id) {
                Some(Object::List(list)) => list.push(value),
                // Its fields are not the whole that was put into it.
                Some(Object::Map(map)) => map.set_any(&part_of(&value)),
                _ => {}
            }
            return;
        }
        // A library's object has no fields of its own here: the variable that holds it gets the data.
        let views = Self::last_cells(target);
        for cell in views {
            if let Some(known) = self.heap.read(&cell) {
                let mut joined = known.clone();
                joined.taint = joined.taint.or(taint);
                joined.id = self.fresh_id();
                self.heap.write(&cell, joined);
            }
        }
    }

    /// Reads a text of an event into an object or a variable: `json.Unmarshal(text, &x)`.
    fn read_into(&mut self, target: &Value, shape: &Shape, taint: &Taint, span: Span) {
        let value = Value { shape: shape.clone(), taint: taint.clone(), ..Value::default() };
        if let Some(mut map) = target.as_object().and_then(|id| self.heap.map(id)).cloned() {
            for (key, known) in &mut map.entries {
                if let Key::Name(name) = key {
                    *known = self.rest_part(value.clone(), name, span);
                }
            }
            map.rest = Some(value);
            if let Some(known) = target.as_object().and_then(|id| self.heap.change_map(id)) {
                *known = map;
            }
            return;
        }
        if target.as_object().is_some() {
            return self.pour(target, taint);
        }
        for cell in Self::last_cells(target) {
            let value = Value { id: self.fresh_id(), ..value.clone() };
            self.heap.write(&cell, value);
        }
    }

    pub(super) fn last_cells(target: &Value) -> Vec<crate::value::Cell> {
        target
            .views
            .as_deref()
            .map(|views| views.iter().map(|view| view.cell.clone()).collect())
            .unwrap_or_default()
    }

    /// What of its arguments the result carries.
    pub(super) fn carried(&mut self, model: &Call, id: NameId, site: &Site<'_>) -> Taint {
        self.carried_from(model.passes.as_deref(), model, id, site)
    }

    /// What arguments carry: those that ports mean, or all and the receiver.
    fn carried_from(
        &mut self,
        ports: Option<&[Port]>,
        model: &Call,
        id: NameId,
        site: &Site<'_>,
    ) -> Taint {
        let (_, method) = self.names.split(id);
        let (is_whole, is_text) = (gives_whole(method), makes_text(method));
        let of_receiver = |taint: Taint| if is_whole { taint } else { taint.without(Kinds::WHOLE) };
        let mut taint = Taint::default();
        if let Some(ports) = ports {
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
        } else {
            if let Some(value) = site.receiver {
                taint = taint.or(&of_receiver(self.deep_taint(value)));
            }
            for value in site.args.all() {
                let own = if is_text { self.printed(value) } else { self.deep_taint(value) };
                taint = taint.or(&own);
            }
        }
        if let Some(files) = &model.reads {
            taint = taint.or(&self.read_file(files, site));
        }
        let (clears, restores) = (model.clears, model.restores);
        if clears.is_empty() && restores.is_empty() {
            return taint;
        }
        taint.map_kinds(|kinds| {
            let is_hostile = !kinds.and(Kinds::INPUT.or(Kinds::ENCODED)).is_empty();
            let left = kinds.without(clears);
            let lost = !kinds.and(clears).is_empty();
            let marked = if lost { left.or(Kinds::ENCODED) } else { left };
            if is_hostile { marked.or(restores) } else { left }
        })
    }
}
