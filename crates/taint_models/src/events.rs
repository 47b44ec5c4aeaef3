//! Events: who decides what each field says.

use std::cmp::Reverse;

use code_ir::SmolStr;

use crate::{
    format::EventModel,
    kind::{Kinds, Trust},
    lazy::Compiled,
    port::{Step, parse_steps},
};

/// An event of the models of one language, read with [`crate::Models::event_data`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub(crate) usize);

/// An event.
#[derive(Clone, Debug, Default)]
pub struct Event {
    /// Its names.
    pub names: Vec<SmolStr>,
    /// Types that mean it.
    pub types: Vec<SmolStr>,
    /// Paths that only it has.
    pub shape: Vec<Vec<Step>>,
    /// Fields with a path each.
    pub fields: Vec<Field>,
    /// Who decides about other fields.
    pub rest: Trust,
    /// Whether the answer is an HTTP response.
    pub http: bool,
    /// Whether it holds ids alone: no token, name or payload.
    pub ids_only: bool,
}

/// A field.
#[derive(Clone, Debug)]
pub struct Field {
    /// Where.
    pub path: Vec<Step>,
    /// Who decides.
    pub trust: Trust,
    /// What it endangers.
    pub kinds: Kinds,
    /// In words.
    pub words: Option<SmolStr>,
    /// Its type.
    pub returns: Option<SmolStr>,
    /// Whether the route fixes it.
    pub is_route: bool,
}

/// What is known of a path of an event.
#[derive(Clone, Debug, Default)]
pub struct FieldFacts {
    /// Who decides about the worst of it.
    pub trust: Trust,
    /// What it endangers.
    pub kinds: Kinds,
    /// In words.
    pub words: Option<SmolStr>,
    /// Its type.
    pub returns: Option<SmolStr>,
    /// Whether a route without parameters fixes it.
    pub is_route: bool,
    /// Whether fields of different trust lie below.
    pub is_mixed: bool,
}

impl Event {
    /// Whether a field of this name is written down for `path`.
    #[must_use]
    pub fn has_field(&self, path: &[Step], name: &str) -> bool {
        self.fields.iter().any(|field| {
            field.path.len() > path.len()
                && fits(path, &field.path)
                && matches!(field.path.get(path.len()), Some(Step::Field(own)) if is_same_field(own, name))
        })
    }

    /// Who decides what the event as a whole says: whoever decides about most of it.
    #[must_use]
    pub fn sender(&self) -> Trust {
        if self.rest > Trust::Operator {
            return self.rest;
        }
        let decided = self.fields.iter().filter(|field| field.trust > Trust::Operator);
        let nearest = decided.min_by_key(|field| (field.path.len(), Reverse(field.trust)));
        nearest.map_or(self.rest, |field| field.trust)
    }

    /// What is known of `path`: the longest field that holds it decides; fields below it add up.
    #[must_use]
    pub fn facts(&self, path: &[Step]) -> FieldFacts {
        let mut facts =
            FieldFacts { trust: self.rest, kinds: Kinds::INPUT, ..FieldFacts::default() };
        let mut best = None;
        for field in &self.fields {
            if field.path.len() <= path.len() && fits(&field.path, path) {
                // Exact names are closer than stars.
                let exact = field.path.iter().filter(|step| **step != Step::Any).count();
                if best.is_none_or(|so_far| (field.path.len(), exact) > so_far) {
                    best = Some((field.path.len(), exact));
                    facts.trust = field.trust;
                    facts.kinds = field.kinds;
                    facts.words.clone_from(&field.words);
                    facts.is_route = field.is_route && field.path.len() == path.len();
                    facts.returns =
                        field.returns.clone().filter(|_| field.path.len() == path.len());
                }
            }
        }
        for field in &self.fields {
            if field.path.len() > path.len()
                && fits(path, &field.path)
                && field.trust != facts.trust
            {
                facts.is_mixed = true;
                if field.trust > facts.trust {
                    facts.trust = field.trust;
                    facts.kinds = field.kinds;
                }
            }
        }
        if facts.trust == Trust::Platform {
            facts.kinds = Kinds::NONE;
        }
        facts
    }
}

/// Whether `pattern` fits the beginning of `path`.
fn fits(pattern: &[Step], path: &[Step]) -> bool {
    pattern.iter().zip(path).all(|(a, b)| match (a, b) {
        (Step::Any, _) | (_, Step::Any) => true,
        (Step::Field(a), Step::Field(b)) => is_same_field(a, b),
        (Step::Index(a), Step::Index(b)) => a == b,
        _ => false,
    })
}

/// Whether two spellings mean one field: languages and libraries write `queryStringParameters`,
/// `query_string_parameters` and `getQueryStringParameters`.
fn is_same_field(a: &str, b: &str) -> bool {
    a == b || letters(a).eq(letters(b))
}

fn letters(name: &str) -> impl Iterator<Item = u8> + '_ {
    let is_getter = |rest: &&str| rest.starts_with(|c: char| c.is_ascii_uppercase() || c == '_');
    let name = name.strip_prefix("get").filter(is_getter).unwrap_or(name);
    name.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_lowercase())
}

impl Compiled<EventModel> for Event {
    fn take_in(&mut self, model: &EventModel) {
        *self = compile_event(model);
    }
}

fn compile_event(model: &EventModel) -> Event {
    let fields = model.fields.iter().flat_map(|field| {
        field.paths.iter().map(|path| Field {
            path: parse_steps(path),
            trust: field.trust,
            kinds: field
                .kinds
                .as_ref()
                .map_or(Kinds::INPUT, |kinds| kinds.iter().copied().collect())
                .without(field.kinds_but.iter().copied().collect()),
            words: field.words.as_deref().map(SmolStr::new),
            returns: field.returns.as_deref().map(SmolStr::new),
            is_route: field.route,
        })
    });
    Event {
        names: model.names.iter().map(SmolStr::new).collect(),
        types: model.types.iter().map(SmolStr::new).collect(),
        shape: model.shape.iter().map(|path| parse_steps(path)).collect(),
        fields: fields.collect(),
        rest: model.rest,
        http: model.http,
        ids_only: model.ids_only,
    }
}
