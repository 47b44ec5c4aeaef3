//! Data accesses: which record a call picks, what it writes, and who decides about either.

use code_ir::{SmolStr, Span};
use taint_models::{Call, Deed, Kind, Trust};

use super::{Engine, condition::Site, report::Told};
use crate::{
    columns::{Filled, columns},
    flow::{Access, Decision, Given},
    heap::{Map, Object},
    value::{Key, Label, Shape, Taint, Value},
};

/// What a test looks at: data, and the constant that it is compared with.
pub(crate) type Tested = (Label, SmolStr);

/// Fields with their names; those of no known name have an empty one.
type Fields = Vec<(SmolStr, Value)>;

/// Of one field, those who decide about it at most.
const DECIDERS: usize = 8;

/// Words that a branch answers with when it refuses.
const REFUSALS: [&str; 7] =
    ["401", "403", "forbidden", "unauthorized", "denied", "not authorized", "not allowed"];

impl Engine<'_> {
    /// Tells of a data access.
    pub(super) fn note_access(&mut self, model: &Call, site: &Site<'_>, subject: &str, span: Span) {
        let Some(access) = &model.access else { return };
        self.accesses += 1;
        let mut keys = Vec::new();
        let mut values = Vec::new();
        let mut conditions = Vec::new();
        for (ports, into) in [
            (&access.keys, &mut keys),
            (&access.values, &mut values),
            (&access.conditions, &mut conditions),
        ] {
            for value in ports.iter().flat_map(|port| self.port(port, site)).collect::<Vec<_>>() {
                self.take_fields_of(&value, into);
            }
        }
        let mut deed = access.does;
        for statement in &access.statement {
            for value in self.port(statement, site) {
                let verb = self.take_columns(model, &value, site, (&mut keys, &mut values));
                deed = verb.unwrap_or(deed);
            }
        }
        let all = || keys.iter().chain(&values).chain(&conditions);
        let labels = all().flat_map(|(_, value)| self.deep_taint(value).labels().to_vec());
        let labels: Vec<Label> = labels.collect();
        let told: Vec<u32> = labels.iter().map(|label| label.source.0).collect();
        let module = self.module_id();
        if !self.told.insert(Told::Access(module, span, self.entry, told)) {
            return;
        }
        let trust_of = |label: &Label| self.sources.get(label.source).map(|source| source.trust);
        let is_owned = labels.iter().any(|label| trust_of(label) == Some(Trust::Authenticated));
        let is_none = |(_, value): &(SmolStr, Value)| {
            matches!(value.as_constant(), Some(crate::value::Constant::None))
        };
        let access = Access {
            deed,
            call: subject.to_owned(),
            place: self.program.place(module, span),
            entry: self.entry,
            within: self.within(),
            is_conditional: !conditions.iter().all(is_none),
            keys: keys.iter().map(|(name, value)| self.given(name, value)).collect(),
            values: values
                .iter()
                .flat_map(|(name, value)| self.given_by_all(name, value))
                .collect(),
            is_owned,
        };
        self.analysis.accesses.push(access);
    }

    /// The fields of a key or item.
    fn take_fields_of(&self, value: &Value, into: &mut Fields) {
        match value.as_object().and_then(|id| self.heap.get(id)) {
            Some(Object::Map(map)) => {
                // `{Name: "custom:role", Value: x}` is a field, too.
                if let (Some(name), Some(value)) = (field(map, "Name"), field(map, "Value"))
                    && let Some(name) = name.as_text()
                {
                    into.push((name.clone(), value.clone()));
                    return;
                }
                for (key, value) in &map.entries {
                    if let Key::Name(name) = key {
                        into.push((name.clone(), value.clone()));
                    }
                }
                // Part of a record is no record of its own.
                let part = |rest: &Value| Value { shape: Shape::Unknown, ..rest.clone() };
                into.extend(map.rest.iter().map(|rest| (SmolStr::default(), part(rest))));
            }
            Some(Object::List(list)) => {
                for item in list.items.iter().chain(&list.rest) {
                    self.take_fields_of(item, into);
                }
            }
            _ => into.push((SmolStr::default(), value.clone())),
        }
    }

    /// The columns of a statement with what fills them; what its verb does.
    fn take_columns(
        &mut self,
        model: &Call,
        statement: &Value,
        site: &Site<'_>,
        (keys, values): (&mut Fields, &mut Fields),
    ) -> Option<Deed> {
        let access = model.access.as_ref()?;
        let text = match (statement.as_text(), &statement.pieces) {
            (Some(text), _) => text.to_string(),
            (None, pieces) => pieces.as_ref()?.as_str().to_owned(),
        };
        let given: Vec<Value> =
            access.parameters.iter().flat_map(|port| self.port(port, site)).collect();
        let names = access.names.as_ref();
        let names = names.and_then(|port| self.port(port, site).into_iter().next());
        for column in columns(&text) {
            let value = match &column.filled {
                Filled::Constant(text) => Value::text(text.as_str()),
                Filled::Nth(at) => self.nth(&given, *at),
                Filled::Named(name) => self.named(&given, name),
            };
            let alias = names.as_ref().and_then(|names| self.heap.map(names.as_object()?));
            let name = alias.and_then(|map| field(map, &column.name)?.as_text().cloned());
            let name = name.unwrap_or_else(|| SmolStr::new(&column.name));
            if column.is_key { keys.push((name, value)) } else { values.push((name, value)) }
        }
        let verb = text.split_whitespace().next()?.to_ascii_lowercase();
        Some(match verb.as_str() {
            "select" => Deed::Read,
            "insert" | "replace" => Deed::Put,
            "update" => Deed::Change,
            "delete" => Deed::Delete,
            _ => return None,
        })
    }

    /// The parameter at a position: of a list, or of the arguments themselves.
    fn nth(&self, given: &[Value], at: usize) -> Value {
        let list = given.first().and_then(|first| self.heap.list(first.as_object()?));
        let value = match list {
            Some(list) => list.items.get(at).or(list.rest.as_ref()).cloned(),
            None => given.get(at).or(given.first()).cloned(),
        };
        value.unwrap_or_default()
    }

    /// The parameter of a name, which may carry the sign of places to fill.
    fn named(&self, given: &[Value], name: &str) -> Value {
        let Some(first) = given.first() else { return Value::unknown() };
        let Some(map) = first.as_object().and_then(|id| self.heap.map(id)) else {
            return first.clone();
        };
        let found = field(map, name).or_else(|| field(map, &format!(":{name}")));
        found.or(map.rest.as_ref()).cloned().unwrap_or_default()
    }

    /// A field as everybody decides about it who does.
    fn given_by_all(&self, name: &SmolStr, value: &Value) -> Vec<Given> {
        let taint = self.deep_taint(value);
        if taint.labels().len() < 2 {
            return vec![self.given(name, value)];
        }
        let labels = taint.labels().iter().take(DECIDERS);
        labels.map(|label| self.given_by(name, value, Some(label))).collect()
    }

    /// A field as whoever is trusted least decides about it.
    fn given(&self, name: &SmolStr, value: &Value) -> Given {
        let taint = self.deep_taint(value);
        let worst = taint.labels().iter().max_by_key(|label| self.trust_of(label));
        self.given_by(name, value, worst)
    }

    fn given_by(&self, name: &SmolStr, value: &Value, decider: Option<&Label>) -> Given {
        let constant = value.as_text().cloned().or_else(|| {
            // `{S: "paid"}`
            let map = self.heap.map(value.as_object()?)?;
            let [(_, only)] = map.entries.as_slice() else { return None };
            only.as_text().cloned()
        });
        let source = decider.and_then(|label| self.sources.get(label.source));
        let is_any = decider.is_some_and(|label| label.kinds.has(Kind::Attribute));
        Given {
            name: name.clone(),
            constant: constant.filter(|_| decider.is_none()),
            is_whole: is_any && name.is_empty() && matches!(value.shape, Shape::Event(_)),
            trust: source.map_or(Trust::Platform, |source| source.trust),
            source: source.map(|source| source.text.to_string()).unwrap_or_default(),
            path: source.and_then(|source| source.path.clone()),
            hops: decider.map(|label| self.hops(label)).unwrap_or_default(),
        }
    }

    fn trust_of(&self, label: &Label) -> Trust {
        self.sources.get(label.source).map_or(Trust::Platform, |source| source.trust)
    }

    /// Notes that a test looks at data, perhaps by comparing it with a constant.
    pub(crate) fn note_tested(&mut self, taint: &Taint, other: Option<&Value>) {
        let constant = other.and_then(Value::as_text).cloned().unwrap_or_default();
        for label in taint.labels() {
            let is_field = self.sources.get(label.source).is_some_and(|source| source.at.is_some());
            if is_field && self.tested.len() < 8 {
                self.tested.push((label.clone(), constant.clone()));
            }
        }
    }

    /// Tells of a test by which a branch refuses, or does what the other one does not.
    pub(crate) fn note_decision(
        &mut self,
        tested: Vec<Tested>,
        branches: [Option<Span>; 2],
        accesses: [usize; 2],
        span: Span,
    ) {
        let module = self.module_id();
        let refuses = branches.into_iter().flatten().any(|span| {
            let text = self.program.excerpt(module, span).to_ascii_lowercase();
            REFUSALS.iter().any(|word| text.contains(word))
        });
        let [then, otherwise] = accesses;
        if !refuses && (then == 0) == (otherwise == 0) {
            return;
        }
        for (label, constant) in tested {
            if !self.told.insert(Told::Decision(module, span, label.source.0, self.entry)) {
                continue;
            }
            let Some(source) = self.sources.get(label.source) else { continue };
            let Some(path) = source.path.clone() else { continue };
            let decision = Decision {
                place: self.program.place(module, span),
                entry: self.entry,
                within: self.within(),
                trust: source.trust,
                source: source.text.to_string(),
                path,
                constant,
                hops: self.hops(&label),
            };
            self.analysis.decisions.push(decision);
        }
    }
}

fn field<'a>(map: &'a Map, name: &str) -> Option<&'a Value> {
    map.get(&Key::Name(SmolStr::new(name)))
}

/// Whether a value may be looked at by tests: nothing else is worth a note.
pub(crate) fn is_testable(value: &Value) -> bool {
    !value.taint.is_clean() && !matches!(value.shape, Shape::Object(_))
}
