//! What is told of the arguments of a call: where those come from that may name resources.

use code_ir::SmolStr;

use super::super::{Engine, call::Args};
use crate::{
    heap::Object,
    service_call::Provenance,
    value::{Key, Shape, Value},
};

/// Arguments of one call at most.
const ARGUMENTS: usize = 96;
/// Longest text that names a resource: an ARN.
const LONGEST: usize = 2048;
/// Levels below the arguments.
const DEPTH: u32 = 4;

/// Arguments that are data, never names of resources.
const DATA: &[&str] = &[
    "Item",
    "Body",
    "ExpressionAttributeValues",
    "ExpressionAttributeNames",
    "Message",
    "MessageBody",
    "MessageAttributes",
    "Payload",
    "Data",
    "SecretString",
    "SecretBinary",
    "Plaintext",
    "CiphertextBlob",
    "Metadata",
    "Detail",
    "input",
    "body",
];

/// What is known of arguments.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    pub(super) arguments: Vec<(SmolStr, Provenance)>,
    /// Whether there may be more, under names that are not known.
    pub(super) is_open: bool,
}

impl Engine<'_> {
    /// All arguments: names as they are, positions as numbers.
    pub(super) fn tell_arguments(&mut self, args: &Args) -> Told {
        let mut told =
            Told { is_open: args.is_open || args.rest_named.is_some(), ..Told::default() };
        for (at, value) in args.positional.iter().enumerate() {
            self.tell_value(&at.to_string(), value, DEPTH, &mut told.arguments);
        }
        if args.rest.is_some() {
            told.is_open = true;
        }
        for (name, value) in &args.named {
            self.tell_value(name, value, DEPTH, &mut told.arguments);
        }
        told
    }

    /// The fields of a structure that is an argument.
    pub(super) fn tell_fields(&mut self, value: Option<&Value>) -> Told {
        let mut told = Told::default();
        let Some(value) = value else { return told };
        for shape in value.shape.alternatives() {
            let map = match shape {
                Shape::Object(id) => self.heap.map(*id).cloned(),
                Shape::Constant(_) | Shape::Function(_) => continue,
                _ => None,
            };
            let Some(map) = map else {
                told.is_open = true;
                continue;
            };
            told.is_open |= map.rest.is_some() || !(map.is_closed || map.library.is_some());
            for (key, value) in &map.entries {
                if let Key::Name(name) = key {
                    self.tell_value(name, value, DEPTH, &mut told.arguments);
                }
            }
        }
        told
    }

    /// Adds an argument and what is below it.
    fn tell_value(
        &self,
        name: &str,
        value: &Value,
        depth: u32,
        all: &mut Vec<(SmolStr, Provenance)>,
    ) {
        if all.len() >= ARGUMENTS {
            return;
        }
        let is_data = DATA.contains(&name.rsplit('.').next().unwrap_or(name));
        let mut own: Option<Provenance> = None;
        if value.origin.as_ref().is_some_and(|origin| origin.text.is_some()) || is_data {
            own = Some(if is_data { Provenance::Unknown } else { value.provenance() });
            return add(all, name, own.unwrap_or(Provenance::Unknown));
        }
        for shape in value.shape.alternatives() {
            let Shape::Object(id) = shape else {
                let one = value.alternative(shape).provenance();
                own = Some(own.map_or_else(|| one.clone(), |known| known.or(one.clone())));
                continue;
            };
            if depth == 0 {
                own = Some(Provenance::Unknown);
                continue;
            }
            match self.heap.get(*id) {
                Some(Object::List(list)) => {
                    let inner = format!("{name}[*]");
                    for item in list.items.iter().chain(&list.rest) {
                        self.tell_value(&inner, item, depth - 1, all);
                    }
                }
                Some(Object::Map(map)) => {
                    let mut keys: Option<Provenance> = None;
                    for (key, item) in &map.entries {
                        let Key::Name(key) = key else { continue };
                        let literal = Provenance::Literal(key.clone());
                        keys = Some(
                            keys.map_or_else(|| literal.clone(), |all| all.or(literal.clone())),
                        );
                        self.tell_value(&format!("{name}.{key}"), item, depth - 1, all);
                    }
                    if let Some(rest) = &map.rest {
                        let known = rest.origin.as_ref().and_then(|origin| origin.keys.clone());
                        let known = known.unwrap_or(Provenance::Unknown);
                        keys =
                            Some(keys.map_or_else(|| known.clone(), |all| all.or(known.clone())));
                        self.tell_value(&format!("{name}.*"), rest, depth - 1, all);
                    }
                    // Keys are mostly those of a structure; of some they are names of resources.
                    if map.rest.is_some() || name.ends_with("RequestItems") {
                        add(all, &format!("{name}{{}}"), keys.unwrap_or(Provenance::Unknown));
                    }
                }
                _ => own = Some(Provenance::Unknown),
            }
        }
        if let Some(own) = own {
            add(all, name, own);
        }
    }
}

/// Adds to what is known under a name.
fn add(all: &mut Vec<(SmolStr, Provenance)>, name: &str, value: Provenance) {
    // No name of a resource is as long.
    let value = match value {
        Provenance::Literal(text) if text.len() > LONGEST => Provenance::Unknown,
        value => value,
    };
    if let Some((_, known)) = all.iter_mut().find(|(known, _)| known == name) {
        *known = std::mem::replace(known, Provenance::Unknown).or(value);
    } else if all.len() < ARGUMENTS {
        all.push((SmolStr::new(name), value));
    }
}
