//! Models as the engine looks them up: by number of the qualified name.

use code_ir::{Language, SmolStr};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::{
    events::{Event, EventId, compile_event},
    format::{self, Container, KindOrAll, ModelFile},
    names::{NameId, Names},
    port::Port,
};
use crate::kind::{Kind, Kinds, Trust};

/// What a function does.
#[derive(Clone, Debug, Default)]
pub(crate) struct Call {
    /// Dangers.
    pub(crate) sinks: Vec<Sink>,
    /// Type of the result.
    pub(crate) returns: Option<SmolStr>,
    /// Arguments that the result is made of; all when absent.
    pub(crate) passes: Option<Vec<Port>>,
    /// Kinds that the result no longer endangers.
    pub(crate) clears: Kinds,
    /// Kinds that endanger again.
    pub(crate) restores: Kinds,
    /// Whether arguments go into the receiver.
    pub(crate) into_receiver: bool,
    /// Which argument takes the others in.
    pub(crate) into: Option<Port>,
    /// The result comes from outside.
    pub(crate) source: Option<Source>,
    /// Key and value written into the receiver.
    pub(crate) store: Option<(Vec<Port>, Port)>,
    /// Key read from the receiver, and the default.
    pub(crate) load: Option<(Vec<Port>, Option<Port>)>,
    /// The result is a new container.
    pub(crate) makes: Option<Container>,
    /// Flaws that the call itself shows.
    pub(crate) checks: Vec<Check>,
    /// What a true answer proves.
    pub(crate) proves: Option<Proof>,
    /// A message to another part of the application.
    pub(crate) send: Option<Send>,
    /// Whether it never returns.
    pub(crate) never_returns: bool,
    /// Constant result.
    pub(crate) constant: Option<serde_json::Value>,
}

/// A danger.
#[derive(Clone, Debug)]
pub(crate) struct Sink {
    /// Of which kind.
    pub(crate) kind: Kind,
    /// Which arguments.
    pub(crate) ports: Vec<Port>,
    /// All must hold.
    pub(crate) when: Vec<Condition>,
    /// Whether the method of an unknown type only looks like it.
    pub(crate) is_guess: bool,
}

/// A condition on arguments.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    /// Names of the one argument.
    pub(crate) ports: Vec<Port>,
    /// What must hold of it.
    pub(crate) test: format::Condition,
}

/// Data from outside.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Who decides.
    pub(crate) trust: Trust,
    /// In words.
    pub(crate) words: SmolStr,
    /// What it endangers or tells.
    pub(crate) kinds: Kinds,
    /// All must hold.
    pub(crate) when: Vec<Condition>,
}

/// A flaw that a call itself shows.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    /// Name of the rule.
    pub(crate) name: SmolStr,
    /// All must hold.
    pub(crate) when: Vec<Condition>,
    /// Put into the message.
    pub(crate) detail: SmolStr,
}

/// What a true (or false) answer proves.
#[derive(Clone, Debug)]
pub(crate) struct Proof {
    /// Of which argument.
    pub(crate) port: Port,
    /// That it is free of these.
    pub(crate) clears: Kinds,
    /// By a false answer.
    pub(crate) when_false: bool,
    /// All must hold.
    pub(crate) when: Vec<Condition>,
}

/// A message to another part of the application.
#[derive(Clone, Debug)]
pub(crate) struct Send {
    /// Service.
    pub(crate) service: SmolStr,
    /// What names the receiver.
    pub(crate) target: Port,
    /// What is sent.
    pub(crate) payload: Port,
    /// Where it stands in the event.
    pub(crate) at: SmolStr,
}

/// What a field is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attribute {
    /// Its type.
    pub(crate) returns: Option<SmolStr>,
    /// It comes from outside.
    pub(crate) source: Option<Source>,
    /// Whether it is free of what its object carries.
    pub(crate) clean: bool,
    /// Writing to it is a danger.
    pub(crate) sinks: Vec<Sink>,
    /// Using it is told.
    pub(crate) checks: Vec<Check>,
}

/// How functions become entry points.
#[derive(Clone, Debug)]
pub(crate) struct EntryRule {
    /// The model as written.
    pub(crate) model: format::EntryModel,
}

/// All models of one language.
#[derive(Clone, Debug, Default)]
pub(crate) struct Models {
    /// Names that models speak of.
    pub(crate) names: Names,
    calls: HashMap<NameId, Call>,
    attributes: HashMap<NameId, Attribute>,
    /// Methods of receivers of unknown type.
    any_calls: HashMap<SmolStr, Call>,
    any_attributes: HashMap<SmolStr, Attribute>,
    extends: HashMap<NameId, Vec<NameId>>,
    aliases: HashMap<NameId, NameId>,
    items: HashMap<NameId, SmolStr>,
    clean_packages: Vec<NameId>,
    event_types: HashMap<NameId, EventId>,
    /// The same by the last segment of the name.
    short_event_types: HashMap<SmolStr, EventId>,
    keyed_types: HashSet<NameId>,
    /// Names that have modelled names below them.
    modelled_parents: HashSet<NameId>,
    /// Events.
    pub(crate) events: Vec<Event>,
    /// Rules for entry points.
    pub(crate) entries: Vec<EntryRule>,
}

impl Models {
    /// Compiles the files that speak of `language`.
    #[must_use]
    pub(crate) fn compile(files: &[ModelFile], language: Language) -> Self {
        let mut models = Self::default();
        let word = match language {
            Language::TypeScript => Language::JavaScript.as_str(),
            other => other.as_str(),
        };
        let fits = |file: &&ModelFile| file.language == word || file.language == "any";
        for file in files.iter().filter(fits) {
            models.add(file);
        }
        let types: Vec<(SmolStr, EventId)> = models
            .events
            .iter()
            .enumerate()
            .flat_map(|(at, event)| event.types.iter().map(move |name| (name.clone(), EventId(at))))
            .collect();
        for (name, event) in types {
            let short = SmolStr::new(last_segment(&name));
            models.short_event_types.entry(short).or_insert(event);
            let id = models.names.intern(&name);
            models.event_types.entry(id).or_insert(event);
        }
        for id in models.calls.keys().chain(models.attributes.keys()) {
            models.modelled_parents.insert(models.names.split(*id).0);
        }
        let keyed = models.calls.iter().filter(|(_, call)| call.store.is_some());
        models.keyed_types = keyed.map(|(id, _)| models.names.split(*id).0).collect();
        models
    }

    fn add(&mut self, file: &ModelFile) {
        for model in &file.types {
            let id = self.names.intern(&model.name);
            let parents: Vec<_> =
                model.extends.iter().map(|name| self.names.intern(name)).collect();
            self.extends.entry(id).or_default().extend(parents);
            for alias in &model.aliases {
                let alias = self.names.intern(alias);
                self.aliases.insert(alias, id);
            }
            if let Some(item) = &model.item {
                self.items.insert(id, SmolStr::new(item));
            }
        }
        for model in &file.call {
            let call = compile_call(model);
            for name in &model.names {
                let slot = if let Some(method) = name.strip_prefix("*.") {
                    self.any_calls.entry(SmolStr::new(method)).or_default()
                } else {
                    let id = self.names.intern(name);
                    self.calls.entry(id).or_default()
                };
                merge(slot, &call);
            }
        }
        for model in &file.attribute {
            let attribute = Attribute {
                returns: model.returns.as_deref().map(SmolStr::new),
                source: model.source.as_ref().map(compile_source),
                clean: model.clean,
                sinks: model.sink.iter().map(compile_sink).collect(),
                checks: model.check.iter().map(compile_check).collect(),
            };
            for name in &model.names {
                if let Some(field) = name.strip_prefix("*.") {
                    self.any_attributes.insert(SmolStr::new(field), attribute.clone());
                } else {
                    let id = self.names.intern(name);
                    self.attributes.insert(id, attribute.clone());
                }
            }
        }
        for model in file.package.iter().filter(|model| model.clean_results) {
            for name in &model.names {
                let id = self.names.intern(name);
                self.clean_packages.push(id);
            }
        }
        self.events.extend(file.event.iter().map(compile_event));
        self.entries.extend(file.entry.iter().map(|model| EntryRule { model: model.clone() }));
    }

    /// Whether some model speaks of a name below this one.
    #[must_use]
    pub(crate) fn names_below(&self, id: NameId) -> bool {
        self.modelled_parents.contains(&id)
    }

    /// The name itself, or what it is an alias of.
    #[must_use]
    pub(crate) fn canonical(&self, id: NameId) -> NameId {
        self.aliases.get(&id).copied().unwrap_or(id)
    }

    /// The model of a function, by its own name.
    #[must_use]
    pub(crate) fn call(&self, id: NameId) -> Option<&Call> {
        self.calls.get(&id)
    }

    /// The model of a field, by its own name.
    #[must_use]
    pub(crate) fn attribute(&self, id: NameId) -> Option<&Attribute> {
        self.attributes.get(&id)
    }

    /// The model of a method, whatever it is called on.
    #[must_use]
    pub(crate) fn any_call(&self, method: &str) -> Option<&Call> {
        self.any_calls.get(method)
    }

    /// The model of a field, whatever it is read from.
    #[must_use]
    pub(crate) fn any_attribute(&self, field: &str) -> Option<&Attribute> {
        self.any_attributes.get(field)
    }

    /// What a type derives from.
    #[must_use]
    pub(crate) fn parents(&self, id: NameId) -> &[NameId] {
        self.extends.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Type of the members of a type.
    #[must_use]
    pub(crate) fn item(&self, id: NameId) -> Option<&SmolStr> {
        self.items.get(&id)
    }

    /// Whether results of calls below a name are free of what the arguments carry.
    #[must_use]
    pub(crate) fn is_clean(&self, names: &super::NameTable<'_>, id: NameId) -> bool {
        let mut at = id;
        while at != NameId::ROOT {
            if self.clean_packages.contains(&at) {
                return true;
            }
            at = names.split(at).0;
        }
        false
    }

    /// The event with a name.
    #[must_use]
    pub(crate) fn event(&self, name: &str) -> Option<EventId> {
        self.events
            .iter()
            .position(|event| event.names.iter().any(|known| known == name))
            .map(EventId)
    }

    /// The event of a parameter with an annotation.
    #[must_use]
    pub(crate) fn event_of_mark(&self, mark: &str) -> Option<EventId> {
        let mark = mark.strip_suffix("Attribute").unwrap_or(mark);
        let is_meant = |event: &Event| event.marks.iter().any(|known| known == mark);
        self.events.iter().position(is_meant).map(EventId)
    }

    /// The rule for handlers that are called with some events, in order.
    #[must_use]
    pub(crate) fn rule_of(&self, parameters: &[&str]) -> Option<usize> {
        self.entries.iter().position(|rule| {
            let words = rule.model.parameters.iter().map(String::as_str);
            words.take(parameters.len()).eq(parameters.iter().copied())
        })
    }

    /// Whether instances of a type keep values under keys.
    #[must_use]
    pub(crate) fn keeps_values(&self, id: NameId) -> bool {
        self.keyed_types.contains(&id)
            || self.parents(id).iter().any(|parent| self.keyed_types.contains(parent))
    }

    /// The event that an instance of a type is, by the whole name of the type.
    #[must_use]
    pub(crate) fn event_of_name(&self, id: NameId) -> Option<EventId> {
        self.event_types.get(&id).copied()
    }

    /// The event that a type of a parameter means; `text` may be a path or its last segment.
    #[must_use]
    pub(crate) fn event_of_type(&self, text: &str) -> Option<EventId> {
        self.short_event_types.get(last_segment(text)).copied()
    }

    /// Whether a whole name of a type is one of an event's, perhaps imported from a neighbouring
    /// module of its library: the first two segments and the last are the same.
    #[must_use]
    pub(crate) fn is_event_type(&self, event: EventId, text: &str) -> bool {
        let is_qualified = text.contains(['.', '/']);
        let head = |text: &str| text.split('.').take(2).map(str::to_owned).collect::<Vec<_>>();
        let last = last_segment(text);
        !is_qualified
            || self.events.get(event.0).is_some_and(|event| {
                event
                    .types
                    .iter()
                    .any(|known| last_segment(known) == last && head(known) == head(text))
            })
    }
}

fn last_segment(text: &str) -> &str {
    text.rsplit(['.', '/']).next().unwrap_or_default()
}

fn merge(slot: &mut Call, call: &Call) {
    slot.sinks.extend(call.sinks.iter().cloned());
    slot.checks.extend(call.checks.iter().cloned());
    slot.clears = slot.clears.or(call.clears);
    slot.restores = slot.restores.or(call.restores);
    slot.into_receiver |= call.into_receiver;
    slot.never_returns |= call.never_returns;
    fill(&mut slot.returns, call.returns.as_ref());
    fill(&mut slot.passes, call.passes.as_ref());
    fill(&mut slot.into, call.into.as_ref());
    fill(&mut slot.source, call.source.as_ref());
    fill(&mut slot.store, call.store.as_ref());
    fill(&mut slot.load, call.load.as_ref());
    fill(&mut slot.makes, call.makes.as_ref());
    fill(&mut slot.proves, call.proves.as_ref());
    fill(&mut slot.send, call.send.as_ref());
    fill(&mut slot.constant, call.constant.as_ref());
}

/// A later file, a user's for instance, decides.
fn fill<T: Clone>(slot: &mut Option<T>, value: Option<&T>) {
    if let Some(value) = value {
        *slot = Some(value.clone());
    }
}

fn compile_call(model: &format::CallModel) -> Call {
    let ports = |ports: &[format::Port]| ports.iter().map(Port::from).collect::<Vec<_>>();
    Call {
        sinks: model.sink.iter().map(compile_sink).collect(),
        returns: model.returns.as_deref().map(SmolStr::new),
        passes: model.passes.as_deref().map(ports),
        clears: kinds(&model.clears),
        restores: kinds(&model.restores),
        into_receiver: model.into_receiver,
        into: model.into.as_ref().map(Port::from),
        source: model.source.as_ref().map(compile_source),
        store: model.store.as_ref().map(|store| (ports(&store.keys), Port::from(&store.value))),
        load: model
            .load
            .as_ref()
            .map(|load| (ports(&load.keys), load.default.as_ref().map(Port::from))),
        makes: model.makes,
        checks: model.check.iter().map(compile_check).collect(),
        proves: model.proves.as_ref().map(|proof| Proof {
            port: Port::from(&proof.argument),
            clears: kinds(&proof.clears),
            when_false: proof.when_false,
            when: proof.when.iter().map(compile_condition).collect(),
        }),
        send: model.send.as_ref().map(|send| Send {
            service: SmolStr::new(&send.service),
            target: Port::from(&send.target),
            payload: Port::from(&send.payload),
            at: SmolStr::new(&send.at),
        }),
        never_returns: model.never_returns,
        constant: model.constant.clone(),
    }
}

fn compile_sink(model: &format::SinkModel) -> Sink {
    Sink {
        kind: model.kind,
        ports: model.arguments.iter().map(Port::from).collect(),
        when: model.when.iter().map(compile_condition).collect(),
        is_guess: model.confidence.as_deref().is_some_and(|word| word != "high"),
    }
}

fn compile_check(model: &format::CheckModel) -> Check {
    Check {
        name: SmolStr::new(&model.name),
        when: model.when.iter().map(compile_condition).collect(),
        detail: SmolStr::new(&model.detail),
    }
}

fn compile_condition(model: &format::Condition) -> Condition {
    let ports = model.argument.iter().chain(&model.or).map(Port::from).collect();
    Condition { ports, test: model.clone() }
}

fn compile_source(model: &format::SourceModel) -> Source {
    Source {
        trust: model.trust,
        words: SmolStr::new(&model.words),
        when: model.when.iter().map(compile_condition).collect(),
        kinds: model.kinds.as_ref().map_or(Kinds::INPUT, |kinds| kinds.iter().copied().collect()),
    }
}

fn kinds(words: &[KindOrAll]) -> Kinds {
    words.iter().fold(Kinds::NONE, |all, word| match word {
        KindOrAll::Kind(kind) => all.or(Kinds::one(*kind)),
        KindOrAll::All(_) => all.or(Kinds::INPUT),
    })
}
