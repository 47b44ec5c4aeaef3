//! What calls of libraries carry from their arguments, and where they put it.

use code_ir::{SmolStr, Span};
use taint_models::{Call, Kind, Kinds, NameId, Port, PortBase};

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
    /// What a call does to its receiver and arguments.
    pub(super) fn effects(&mut self, model: &Call, id: NameId, site: &Site<'_>, span: Span) {
        let carried = self.carried(model, id, site);
        if let Some((keys, value)) = &model.store
            && let Some(receiver) = site.receiver
        {
            let key = self.key_of_ports(keys, site);
            let value = self.port(value, site).into_iter().next().unwrap_or_default();
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
            for target in self.port(port, site) {
                self.pour(&target, &poured);
            }
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

    fn last_cells(target: &Value) -> Vec<crate::value::Cell> {
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
        let of_receiver =
            |taint: Taint| if is_whole { taint } else { taint.without(Kinds::one(Kind::Event)) };
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
