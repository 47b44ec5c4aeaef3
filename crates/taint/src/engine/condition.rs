//! Conditions of models on the arguments of a call.

use code_ir::SmolStr;
use taint_models::{Condition, Port, PortBase, Step};

use super::{Engine, call::Args};
use crate::value::{Constant, Key, Shape, Value};

/// A call as models look at it.
pub(crate) struct Site<'a> {
    pub(crate) receiver: Option<&'a Value>,
    pub(crate) args: &'a Args,
}

/// Characters of a key at least; shorter ones are placeholders of tests.
const SHORTEST_KEY: usize = 4;

impl Engine<'_> {
    /// Whether all conditions hold.
    pub(crate) fn hold(&mut self, conditions: &[Condition], site: &Site<'_>) -> bool {
        conditions.iter().all(|condition| self.holds(condition, site))
    }

    fn holds(&mut self, condition: &Condition, site: &Site<'_>) -> bool {
        let value =
            condition.ports.iter().find_map(|port| self.port(port, site).into_iter().next());
        let test = &condition.test;
        if let Some(given) = test.given
            && given != value.is_some()
        {
            return false;
        }
        if test.absent == Some(true) {
            return condition.ports.iter().all(|port| self.is_absent(port, site));
        }
        let Some(value) = value else {
            return test.is.is_none()
                && test.holds.is_none()
                && test.contains.is_none()
                && test.of_type.is_none()
                && test.constant != Some(true)
                && test.literal != Some(true);
        };
        if let Some(list) = &test.is {
            let values: Vec<Value> =
                condition.ports.iter().flat_map(|port| self.port(port, site)).collect();
            let is_one = |value: &Value| list.iter().any(|constant| self.is_equal(value, constant));
            if !values.iter().any(is_one) {
                return false;
            }
        }
        if let Some(literal) = test.literal
            && literal != is_literal(&value)
        {
            return false;
        }
        if let Some(list) = &test.is_not
            && list.iter().any(|constant| self.is_equal(&value, constant))
        {
            return false;
        }
        if let Some(parts) = &test.contains {
            let Some(whole) = self.text_or_name(&value) else { return false };
            let whole = whole.to_ascii_lowercase();
            if !parts.iter().any(|part| whole.contains(&part.to_ascii_lowercase())) {
                return false;
            }
        }
        if let Some(parts) = &test.contains_none
            && let Some(whole) = self.text_or_name(&value)
        {
            let whole = whole.to_ascii_lowercase();
            if parts.iter().any(|part| whole.contains(&part.to_ascii_lowercase())) {
                return false;
            }
        }
        if let Some(constant) = test.constant
            && constant != value.as_constant().is_some()
        {
            return false;
        }
        if let Some(key) = &test.holds {
            let key = Key::Name(SmolStr::new(key));
            let kept = value.as_object().and_then(|id| self.heap.map(id)?.get(&key).cloned());
            if kept.is_none_or(|kept| self.truth(&kept) == Some(false)) {
                return false;
            }
        }
        if let Some(keys) = &test.lacks
            && keys.iter().any(|key| self.keeps(&value, key))
        {
            return false;
        }
        if let Some(streams) = &test.text_but
            && !self.may_be_text(&value, streams)
        {
            return false;
        }
        test.of_type.as_ref().is_none_or(|type_| self.is_of_type(&value, type_))
    }

    /// Whether the type of a value begins with a name.
    fn is_of_type(&self, value: &Value, type_: &str) -> bool {
        match &value.shape {
            Shape::Library(id) | Shape::Instance(id) => self.names.text(*id).starts_with(type_),
            _ => false,
        }
    }

    /// Whether a value may be a text: no instance of a type, and no field of an event that is a stream.
    fn may_be_text(&self, value: &Value, streams: &[String]) -> bool {
        match &value.shape {
            Shape::Instance(id) => {
                let name = self.names.text(*id);
                !["Stream", "Reader", "Writer"].iter().any(|end| name.ends_with(end))
            }
            Shape::Event(at) => {
                let Some(Step::Field(name)) = at.path.last() else { return true };
                !streams.iter().any(|stream| stream == name)
            }
            _ => true,
        }
    }

    /// A constant text, or the name of a library's constant, which says what it is: `TEXT_HTML`.
    fn text_or_name(&self, value: &Value) -> Option<SmolStr> {
        match value.shape {
            Shape::Library(id) => Some(SmolStr::new(self.names.split(id).1)),
            _ => value.as_text().cloned(),
        }
    }

    /// Whether an object keeps something true under a key, or something false under `!key`.
    fn keeps(&self, value: &Value, key: &str) -> bool {
        let (name, wanted) = key.strip_prefix('!').map_or((key, true), |name| (name, false));
        let key = Key::Name(SmolStr::new(name));
        let kept = value.as_object().and_then(|id| self.heap.map(id)?.get(&key));
        kept.is_some_and(|kept| match kept.as_text() {
            Some(text) => text.is_empty() != wanted,
            None => self.truth(kept) == Some(wanted),
        })
    }

    /// The values that a port means.
    pub(crate) fn port(&mut self, port: &Port, site: &Site<'_>) -> Vec<Value> {
        let args = site.args;
        let mut values: Vec<Value> = match &port.base {
            PortBase::Position(at) => args.at(*at as usize).into_iter().cloned().collect(),
            PortBase::From(at) => {
                args.positional.iter().skip(*at as usize).chain(&args.rest).cloned().collect()
            }
            PortBase::Named(name) => args.by_name(name).into_iter().cloned().collect(),
            PortBase::This => site.receiver.into_iter().cloned().collect(),
            PortBase::All => args.all().cloned().collect(),
        };
        for step in &port.path {
            values = values.into_iter().flat_map(|value| self.below(&value, step)).collect();
        }
        values
    }

    fn below(&mut self, value: &Value, step: &Step) -> Vec<Value> {
        let Shape::Object(id) = value.shape else {
            let is_whole = matches!(step, Step::Index(_)) && value.starts_with_word();
            return if value.taint.is_clean() || is_whole {
                Vec::new()
            } else {
                vec![Value::tainted(value.taint.clone())]
            };
        };
        if let Some(list) = self.heap.list(id) {
            return match step {
                Step::Index(at) => {
                    let exact = usize::try_from(*at).ok().and_then(|at| list.items.get(at));
                    exact.or(list.rest.as_ref()).into_iter().cloned().collect()
                }
                Step::Any => list.items.iter().chain(&list.rest).cloned().collect(),
                Step::Field(_) => {
                    let items: Vec<Value> = list.items.iter().chain(&list.rest).cloned().collect();
                    items.into_iter().flat_map(|item| self.below(&item, step)).collect()
                }
            };
        }
        let Some(map) = self.heap.map(id) else { return Vec::new() };
        match step {
            Step::Field(name) => map
                .get(&Key::Name(name.clone()))
                .or(map.rest.as_ref())
                .into_iter()
                .cloned()
                .collect(),
            Step::Index(at) => {
                map.get(&Key::Index(*at)).or(map.rest.as_ref()).into_iter().cloned().collect()
            }
            Step::Any => map.entries.iter().map(|(_, v)| v).chain(&map.rest).cloned().collect(),
        }
    }

    /// Whether options of a request have no entry under the key that a port names: what was spread
    /// into them is a body or a signature far more often than another host.
    pub(crate) fn is_beside_key(&mut self, port: &Port, site: &Site<'_>) -> bool {
        let [Step::Field(name)] = port.path.as_slice() else { return false };
        let whole = Port { base: port.base.clone(), path: Vec::new() };
        let Some(value) = self.port(&whole, site).into_iter().next() else { return true };
        match value.as_object().and_then(|id| self.heap.map(id)) {
            Some(map) => map.get(&Key::Name(name.clone())).is_none(),
            None => false,
        }
    }

    /// Whether options have an entry of their own under the key that a port names.
    pub(crate) fn has_key(&mut self, port: &Port, site: &Site<'_>) -> bool {
        let [Step::Field(name)] = port.path.as_slice() else { return true };
        let whole = Port { base: port.base.clone(), path: Vec::new() };
        let value = self.port(&whole, site).into_iter().next();
        let map = value.and_then(|value| self.heap.map(value.as_object()?));
        map.is_some_and(|map| map.get(&Key::Name(name.clone())).is_some())
    }

    /// Whether a value, or one of its alternatives, is a constant, or a name of a library's: a member
    /// of an enumeration.
    fn is_equal(&self, value: &Value, constant: &serde_json::Value) -> bool {
        value.shape.alternatives().iter().any(|shape| match shape {
            Shape::Constant(own) => is_constant(own, constant),
            Shape::Library(id) => constant.as_str().is_some_and(|name| {
                let text = self.names.text(*id);
                text.strip_suffix(name).is_some_and(|before| before.ends_with('.'))
            }),
            _ => false,
        })
    }

    /// Whether it is certain that an option is not given: there are no options, or the program wrote
    /// all of them.
    fn is_absent(&mut self, port: &Port, site: &Site<'_>) -> bool {
        let whole = Port { base: port.base.clone(), path: Vec::new() };
        let Some(value) = self.port(&whole, site).into_iter().next() else { return true };
        let Some(Step::Field(name)) = port.path.first() else { return false };
        match &value.shape {
            Shape::Constant(_) => true,
            Shape::Object(id) => self.heap.map(*id).is_some_and(|map| {
                map.rest.is_none()
                    && map.class.is_none()
                    && map.get(&Key::Name(name.clone())).is_none()
            }),
            _ => value.pieces.is_some(),
        }
    }

    /// The key that several arguments make up, when all are constants.
    pub(crate) fn key_of_ports(&mut self, ports: &[Port], site: &Site<'_>) -> Option<SmolStr> {
        let mut key = String::new();
        for port in ports {
            let value = self.port(port, site).into_iter().next()?;
            match &value.shape {
                Shape::Constant(constant) => key.push_str(&constant.display("None")),
                Shape::Library(id) => key.push_str(&self.names.text(*id)),
                _ => return None,
            }
            key.push('\u{1f}');
        }
        Some(SmolStr::new(key.trim_end_matches('\u{1f}')))
    }
}

/// Whether a value, or one of its alternatives, is a text that the program wrote.
fn is_literal(value: &Value) -> bool {
    value.taint.is_clean()
        && value.shape.alternatives().iter().any(|shape| match shape {
            Shape::Constant(constant) => {
                constant.text().is_some_and(|text| text.len() >= SHORTEST_KEY)
            }
            _ => false,
        })
}

fn is_constant(own: &Constant, constant: &serde_json::Value) -> bool {
    match (Some(own), constant) {
        (Some(Constant::Text(a) | Constant::Bytes(a)), serde_json::Value::String(b)) => {
            a.eq_ignore_ascii_case(b)
        }
        (Some(Constant::Bool(a)), serde_json::Value::Bool(b)) => a == b,
        (Some(Constant::Int(a)), serde_json::Value::Number(b)) => b.as_i64() == Some(*a),
        (Some(Constant::None), serde_json::Value::Null) => true,
        (Some(Constant::None), serde_json::Value::String(b)) => b == "None" || b == "null",
        _ => false,
    }
}

/// A constant of a model.
pub(crate) fn constant_of_model(value: &serde_json::Value) -> Option<Constant> {
    match value {
        serde_json::Value::String(text) => Some(Constant::Text(SmolStr::new(text))),
        serde_json::Value::Number(value) => {
            value.as_i64().map(Constant::Int).or_else(|| value.as_f64().map(Constant::Float))
        }
        serde_json::Value::Bool(value) => Some(Constant::Bool(*value)),
        _ => None,
    }
}
