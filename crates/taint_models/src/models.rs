//! Models as the engine looks them up: by number of the qualified name.

use std::sync::Arc;

use code_ir::{Language, SmolStr};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use crate::{
    compiled::{Attribute, Call},
    embedded::{Line, built_in},
    events::{Event, EventId},
    format::{
        AttributeModel, CallModel, EntryModel, EventModel, ModelFile, PackageModel, TypeModel,
    },
    lazy::{Lazy, Written},
    names::{NameId, NameTable, Names},
};

/// All models of one language.
#[derive(Debug, Default)]
pub struct Models {
    names: Names,
    calls: HashMap<NameId, Lazy<CallModel, Call>>,
    attributes: HashMap<NameId, Lazy<AttributeModel, Attribute>>,
    /// Methods of receivers of unknown type.
    any_calls: HashMap<SmolStr, Lazy<CallModel, Call>>,
    any_attributes: HashMap<SmolStr, Lazy<AttributeModel, Attribute>>,
    extends: HashMap<NameId, Vec<NameId>>,
    aliases: HashMap<NameId, NameId>,
    items: HashMap<NameId, SmolStr>,
    clean_packages: Vec<NameId>,
    events: Vec<Lazy<EventModel, Event>>,
    event_names: HashMap<SmolStr, EventId>,
    event_types: HashMap<NameId, EventId>,
    /// The same by the last segment of the name.
    short_event_types: HashMap<SmolStr, EventId>,
    keyed_types: HashSet<NameId>,
    /// Names that have modelled names below them.
    modelled_parents: HashSet<NameId>,
    /// Types, interfaces and annotations that some model names.
    types: HashSet<NameId>,
    entries: Vec<EntryModel>,
}

impl Models {
    /// The built-in models of `language`, and those of `more` that speak of it.
    #[must_use]
    pub fn new(language: Language, more: &[ModelFile]) -> Self {
        let mut models = Self::default();
        let word = match language {
            // They share their libraries.
            Language::TypeScript => Language::JavaScript.as_str(),
            other => other.as_str(),
        };
        for line in built_in(word) {
            models.add_line(line);
        }
        let fits = |file: &&ModelFile| file.language == word || file.language == "any";
        for file in more.iter().filter(fits) {
            models.add_file(file);
        }
        models
    }

    /// Adds a built-in model. A test reads them all, so none is lost here.
    fn add_line(&mut self, line: Line) {
        match line.word {
            "call" | "store" => {
                for name in line.names() {
                    self.add_call(name, Written::BuiltIn(line.model), line.word == "store");
                }
            }
            "attribute" => {
                for name in line.names() {
                    self.add_attribute(name, Written::BuiltIn(line.model));
                }
            }
            "event" => self.add_event(line.names(), line.types(), Written::BuiltIn(line.model)),
            "type" => {
                if let Ok(model) = serde_json::from_str(line.model) {
                    self.add_type(&model);
                }
            }
            "package" => {
                if let Ok(model) = serde_json::from_str(line.model) {
                    self.add_package(&model);
                }
            }
            _ => {
                if let Ok(model) = serde_json::from_str(line.model) {
                    self.add_entry(model);
                }
            }
        }
    }

    fn add_file(&mut self, file: &ModelFile) {
        for model in &file.types {
            self.add_type(model);
        }
        for model in &file.call {
            let shared = Arc::new(model.clone());
            for name in &model.names {
                let is_store = model.store.is_some();
                self.add_call(name, Written::Given(Arc::clone(&shared)), is_store);
            }
        }
        for model in &file.attribute {
            let shared = Arc::new(model.clone());
            for name in &model.names {
                self.add_attribute(name, Written::Given(Arc::clone(&shared)));
            }
        }
        for model in &file.package {
            self.add_package(model);
        }
        for model in &file.event {
            let names = model.names.iter().map(String::as_str);
            let types = model.types.iter().map(String::as_str);
            self.add_event(names, types, Written::Given(Arc::new(model.clone())));
        }
        file.entry.iter().cloned().for_each(|model| self.add_entry(model));
    }

    fn add_entry(&mut self, model: EntryModel) {
        for name in model.interfaces.iter().chain(&model.decorators) {
            let id = self.names.intern(name);
            self.types.insert(id);
        }
        self.entries.push(model);
    }

    fn add_call(&mut self, name: &str, model: Written<CallModel>, is_store: bool) {
        if let Some(method) = name.strip_prefix("*.") {
            self.any_calls.entry(SmolStr::new(method)).or_default().push(model);
            return;
        }
        let id = self.names.intern(name);
        let parent = self.names.split(id).0;
        self.calls.entry(id).or_default().push(model);
        self.modelled_parents.insert(parent);
        if is_store {
            self.keyed_types.insert(parent);
        }
    }

    fn add_attribute(&mut self, name: &str, model: Written<AttributeModel>) {
        if let Some(field) = name.strip_prefix("*.") {
            self.any_attributes.entry(SmolStr::new(field)).or_default().push(model);
            return;
        }
        let id = self.names.intern(name);
        self.attributes.entry(id).or_default().push(model);
        self.modelled_parents.insert(self.names.split(id).0);
    }

    fn add_type(&mut self, model: &TypeModel) {
        let id = self.names.intern(&model.name);
        self.types.insert(id);
        let parents: Vec<_> = model.extends.iter().map(|name| self.names.intern(name)).collect();
        self.extends.entry(id).or_default().extend(parents);
        for alias in &model.aliases {
            let alias = self.names.intern(alias);
            self.aliases.insert(alias, id);
        }
        if let Some(item) = &model.item {
            self.items.insert(id, SmolStr::new(item));
        }
    }

    fn add_package(&mut self, model: &PackageModel) {
        if model.clean_results {
            let ids = model.names.iter().map(|name| self.names.intern(name));
            self.clean_packages.extend(ids);
        }
    }

    /// Adds an event; of two with the same name or type, the first is meant.
    fn add_event<'a>(
        &mut self,
        names: impl Iterator<Item = &'a str>,
        types: impl Iterator<Item = &'a str>,
        model: Written<EventModel>,
    ) {
        let id = EventId(self.events.len());
        let mut event = Lazy::default();
        event.push(model);
        self.events.push(event);
        for name in names {
            self.event_names.entry(SmolStr::new(name)).or_insert(id);
        }
        for name in types {
            let short = SmolStr::new(last_segment(name));
            self.short_event_types.entry(short).or_insert(id);
            let name = self.names.intern(name);
            self.event_types.entry(name).or_insert(id);
            self.types.insert(name);
        }
    }

    /// The names that models speak of.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Whether some model speaks of a name below this one.
    #[must_use]
    pub fn names_below(&self, id: NameId) -> bool {
        self.modelled_parents.contains(&id)
    }

    /// Whether some model names a type, an interface or an annotation so.
    #[must_use]
    pub fn is_type(&self, id: NameId) -> bool {
        self.types.contains(&id)
    }

    /// The name itself, or what it is an alias of.
    #[must_use]
    pub fn canonical(&self, id: NameId) -> NameId {
        self.aliases.get(&id).copied().unwrap_or(id)
    }

    /// The model of a function, by its own name.
    #[must_use]
    pub fn call(&self, id: NameId) -> Option<&Call> {
        self.calls.get(&id).map(Lazy::get)
    }

    /// The model of a field, by its own name.
    #[must_use]
    pub fn attribute(&self, id: NameId) -> Option<&Attribute> {
        self.attributes.get(&id).map(Lazy::get)
    }

    /// The model of a method, whatever it is called on.
    #[must_use]
    pub fn any_call(&self, method: &str) -> Option<&Call> {
        self.any_calls.get(method).map(Lazy::get)
    }

    /// The model of a field, whatever it is read from.
    #[must_use]
    pub fn any_attribute(&self, field: &str) -> Option<&Attribute> {
        self.any_attributes.get(field).map(Lazy::get)
    }

    /// What a type derives from.
    #[must_use]
    pub fn parents(&self, id: NameId) -> &[NameId] {
        self.extends.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Type of the members of a type.
    #[must_use]
    pub fn item(&self, id: NameId) -> Option<&SmolStr> {
        self.items.get(&id)
    }

    /// Whether results of calls below a name are free of what the arguments carry.
    #[must_use]
    pub fn is_clean(&self, names: &NameTable<'_>, id: NameId) -> bool {
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
    pub fn event(&self, name: &str) -> Option<EventId> {
        self.event_names.get(name).copied()
    }

    /// What is known of an event.
    #[must_use]
    pub fn event_data(&self, id: EventId) -> Option<&Event> {
        self.events.get(id.0).map(Lazy::get)
    }

    /// Every event.
    pub fn events(&self) -> impl Iterator<Item = (EventId, &Event)> {
        self.events.iter().enumerate().map(|(at, event)| (EventId(at), event.get()))
    }

    /// Rules for entry points.
    #[must_use]
    pub fn entries(&self) -> &[EntryModel] {
        &self.entries
    }

    /// Whether instances of a type keep values under keys.
    #[must_use]
    pub fn keeps_values(&self, id: NameId) -> bool {
        self.keyed_types.contains(&id)
            || self.parents(id).iter().any(|parent| self.keyed_types.contains(parent))
    }

    /// The event that an instance of a type is, by the whole name of the type.
    #[must_use]
    pub fn event_of_name(&self, id: NameId) -> Option<EventId> {
        self.event_types.get(&id).copied()
    }

    /// The event that a type of a parameter means; `text` may be a path or its last segment.
    #[must_use]
    pub fn event_of_type(&self, text: &str) -> Option<EventId> {
        self.short_event_types.get(last_segment(text)).copied()
    }

    /// Whether a whole name of a type is one of an event's, perhaps imported from a neighbouring
    /// module of its library: the first two segments and the last are the same.
    #[must_use]
    pub fn is_event_type(&self, event: EventId, text: &str) -> bool {
        let is_qualified = text.contains(['.', '/']);
        let head = |text: &str| text.split('.').take(2).map(str::to_owned).collect::<Vec<_>>();
        let last = last_segment(text);
        !is_qualified
            || self.event_data(event).is_some_and(|event| {
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
