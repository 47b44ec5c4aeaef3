//! Classes as shapes: models of pydantic, data classes, typed mappings, enumerations.

use std::cell::{Cell, RefCell};

use code_ir::{Argument, Class, ClassId, Constant, Expr, ExprKind, Field, Span};
use code_program::ModuleId;
use serde_json::Value;

use crate::annotation::{is_pydantic, last_word, members};
use crate::config::Config;
use crate::field::{Alias, Facts};
use crate::names::{At, Meaning, Names};
use crate::shape::{Library, Member, Object, Shape};
use crate::validator::{Reach, Validator, is_harmless_method};

/// Types of all models of one place, in all: deeper models may hold anything.
const MOST: u32 = 4_000;

/// Words of `@dataclass(…)` that change nothing about what is taken.
const PLAIN_WORDS: [&str; 8] =
    ["frozen", "slots", "kw_only", "order", "eq", "repr", "unsafe_hash", "match_args"];

/// Reads models.
pub(crate) struct Models<'p> {
    pub(crate) names: Names<'p>,
    pub(crate) library: Library,
    pub(crate) depth: Cell<u32>,
    spent: Cell<u32>,
    /// Classes that are being read, so that one that holds itself ends.
    open: RefCell<Vec<(ModuleId, ClassId)>>,
    /// What was left wide, and why.
    pub(crate) notes: RefCell<Vec<(ModuleId, Span, String)>>,
}

/// What a class is made of.
#[derive(Clone, Debug, Default)]
struct Parts {
    entries: Vec<Entry>,
    config: Config,
    validators: Vec<Validator>,
}

#[derive(Clone, Debug)]
struct Entry {
    name: String,
    alias: Alias,
    shape: Shape,
    is_required: bool,
}

/// What kind of class it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Model,
    DataClass,
    TypedDict,
}

/// Why a class may hold anything.
type Wide = String;

impl<'p> Models<'p> {
    pub(crate) fn new(names: Names<'p>, library: Library) -> Self {
        Self {
            names,
            library,
            depth: Cell::new(0),
            spent: Cell::new(0),
            open: RefCell::default(),
            notes: RefCell::default(),
        }
    }

    /// Whether there is room for one more type.
    pub(crate) fn spend(&self) -> bool {
        self.spent.set(self.spent.get().saturating_add(1));
        self.spent.get() <= MOST
    }

    fn note(&self, module: ModuleId, span: Span, words: String) {
        self.notes.borrow_mut().push((module, span, words));
    }

    /// The shape of a class of the program.
    pub(crate) fn of_class(&self, module: ModuleId, id: ClassId) -> Shape {
        let Some(class) = self.names.program.class(module, id) else { return Shape::Any };
        if self.open.borrow().contains(&(module, id)) {
            self.note(module, class.span, format!("`{}` holds itself: not followed", class.name));
            return Shape::Any;
        }
        self.open.borrow_mut().push((module, id));
        let shape = self.of_class_inside(module, class);
        self.open.borrow_mut().pop();
        shape.unwrap_or_else(|why| {
            let words = format!("`{}` may be anything: {why}", class.name);
            self.note(module, class.span, words);
            Shape::Any
        })
    }

    fn of_class_inside(&self, module: ModuleId, class: &'p Class) -> Result<Shape, Wide> {
        if crate::literal::is_changed(&self.names, module, &class.name) {
            return Err("the module changes it".to_owned());
        }
        if self.is_enum(module, class, 0) {
            return Ok(self.enumeration(module, class));
        }
        if let Some(root) = self.root(module, class) {
            return Ok(root);
        }
        let kind = self.kind(module, class, 0).ok_or("it is no model that is known")?;
        let parts = self.parts(module, class, kind)?;
        self.finish(module, class, parts)
    }

    /// `class Orders(RootModel[list[Order]])`, with nothing of its own.
    fn root(&self, module: ModuleId, class: &'p Class) -> Option<Shape> {
        let at = At { module, function: class.parent.unwrap_or_default() };
        let [Expr { kind: ExprKind::Index { base, index }, .. }] = class.bases.as_slice() else {
            return None;
        };
        let is_root = self.names.library(at, base)? == "pydantic.RootModel";
        let is_plain = class.fields.is_empty()
            && class.decorators.is_empty()
            && class.keywords.is_empty()
            && !class.is_computed
            && class.methods.iter().all(|it| is_harmless_method(&it.name))
            && self.validators(module, class).is_ok_and(|all| all.is_empty());
        (is_root && is_plain).then(|| self.shape(at, None, index))
    }

    /// Whether a parameter of this class is the body of a request to Powertools.
    pub(crate) fn is_named_body(&self, module: ModuleId, class: &'p Class) -> bool {
        matches!(self.kind(module, class, 0), Some(Kind::Model | Kind::DataClass))
    }

    /// Whether a class is a model of pydantic.
    pub(crate) fn is_model(&self, module: ModuleId, class: &'p Class) -> bool {
        self.kind(module, class, 0) == Some(Kind::Model)
    }

    fn kind(&self, module: ModuleId, class: &'p Class, depth: u32) -> Option<Kind> {
        if depth > 8 {
            return None;
        }
        let at = At { module, function: class.parent.unwrap_or_default() };
        let of_base = |base: &'p Expr| {
            let base = match &base.kind {
                ExprKind::Index { base, .. } => base,
                _ => base,
            };
            match self.names.meaning(at, base) {
                Meaning::Library(path) => match last_word(&path) {
                    "BaseModel" if is_pydantic(&path) => Some(Kind::Model),
                    "TypedDict" if path.starts_with("typing") => Some(Kind::TypedDict),
                    _ => None,
                },
                Meaning::Class(module, id) => {
                    let class = self.names.program.class(module, id)?;
                    self.kind(module, class, depth + 1)
                }
                _ => None,
            }
        };
        class.bases.iter().find_map(of_base).or_else(|| {
            let is_data = class.decorators.iter().any(|it| self.is_dataclass(at, it));
            is_data.then_some(Kind::DataClass)
        })
    }

    fn is_dataclass(&self, at: At, decorator: &'p Expr) -> bool {
        let callee = match &decorator.kind {
            ExprKind::Call { callee, .. } => callee,
            _ => decorator,
        };
        let is_plain = |argument: &Argument| {
            let name = argument.name.as_deref();
            name.is_some_and(|name| PLAIN_WORDS.contains(&name))
        };
        if !call_of(decorator).1.iter().all(is_plain) {
            return false;
        }
        let path = self.names.library(at, callee);
        path.is_some_and(|it| {
            it == "dataclasses.dataclass" || it == "pydantic.dataclasses.dataclass"
        })
    }

    /// Fields, settings and validators of a class with those of its bases.
    fn parts(&self, module: ModuleId, class: &'p Class, kind: Kind) -> Result<Parts, Wide> {
        if self.open.borrow().len() > 16 {
            return Err("it stands too deep".to_owned());
        }
        let mut all = Parts::default();
        for base in class.bases.iter().rev() {
            let base = self.base(module, class, base, kind)?;
            all.config.beside(&base.config);
            all.validators.extend(base.validators);
            for entry in base.entries {
                match all.entries.iter_mut().find(|known| known.name == entry.name) {
                    // Of two bases: which one counts is the order of all bases together.
                    Some(known) => *known = Entry::anything(entry.name),
                    None => all.entries.push(entry),
                }
            }
        }
        self.own(module, class, kind, &mut all)?;
        Ok(all)
    }

    fn base(
        &self,
        module: ModuleId,
        class: &'p Class,
        base: &'p Expr,
        kind: Kind,
    ) -> Result<Parts, Wide> {
        let at = At { module, function: class.parent.unwrap_or_default() };
        let inner = match &base.kind {
            ExprKind::Index { base, .. } => base,
            _ => base,
        };
        match self.names.meaning(at, inner) {
            Meaning::Library(path) => match last_word(&path) {
                "TypedDict" | "Generic" | "Protocol" if path.starts_with("typing") => {
                    Ok(Parts::default())
                }
                "BaseModel" if is_pydantic(&path) => Ok(Parts::default()),
                _ if path == "abc.ABC" => Ok(Parts::default()),
                _ => Err(format!("its base `{path}` is of a library")),
            },
            Meaning::Builtin(name) if name == "object" => Ok(Parts::default()),
            Meaning::Class(module, id) => {
                let Some(found) = self.names.program.class(module, id) else {
                    return Err("a base is not known".to_owned());
                };
                if self.open.borrow().contains(&(module, id)) {
                    return Err("it derives from itself".to_owned());
                }
                if self.kind(module, found, 0) != Some(kind) {
                    return Err(format!("its base `{}` is no model", found.name));
                }
                self.open.borrow_mut().push((module, id));
                let parts = self.parts(module, found, kind);
                self.open.borrow_mut().pop();
                parts
            }
            _ => Err("a base is not known".to_owned()),
        }
    }

    /// What the class itself says, over what its bases said.
    fn own(
        &self,
        module: ModuleId,
        class: &'p Class,
        kind: Kind,
        all: &mut Parts,
    ) -> Result<(), Wide> {
        let at = At { module, function: class.parent.unwrap_or_default() };
        if class.is_computed {
            return Err("its body has branches".to_owned());
        }
        let is_marked = class.decorators.iter().any(|it| self.is_dataclass(at, it));
        if kind == Kind::DataClass && !is_marked {
            return Err("it is no data class itself".to_owned());
        }
        for decorator in &class.decorators {
            let is_known = kind == Kind::DataClass && self.is_dataclass(at, decorator)
                || self.names.library(at, decorator).is_some_and(|it| last_word(&it) == "final");
            if !is_known {
                return Err("a decorator may change it".to_owned());
            }
        }
        let mut config = Config::default();
        let mut is_total = true;
        for keyword in &class.keywords {
            match keyword.name.as_deref() {
                Some("total") if kind == Kind::TypedDict => {
                    is_total =
                        matches!(keyword.value.kind, ExprKind::Constant(Constant::Bool(true)));
                }
                Some(name) => config.set(&self.names, at, name, &keyword.value),
                None => return Err("words beside its bases are not known".to_owned()),
            }
        }
        if let Some(method) = class.methods.iter().find(|it| !is_harmless_method(&it.name)) {
            return Err(format!("it has its own `{}`", method.name));
        }
        all.validators.extend(self.validators(module, class)?);
        for (index, field) in class.fields.iter().enumerate() {
            if field.name == "model_config" || field.name == "Config" {
                self.settings(at, field, &mut config)?;
            } else if let Some(validator) = self.assigned_validator(at, field)? {
                all.validators.push(validator);
            } else if let Some(mut entry) = self.entry(at, class, field, kind, is_total)? {
                let is_twice = class.fields.iter().skip(index + 1).any(|it| it.name == field.name);
                if is_twice {
                    entry = Entry::anything(entry.name);
                }
                match all.entries.iter_mut().find(|known| known.name == entry.name) {
                    Some(known) if field.annotation.is_none() => {
                        *known = Entry::anything(entry.name);
                    }
                    Some(known) => *known = entry,
                    None => all.entries.push(entry),
                }
            }
        }
        config.over(&all.config);
        all.config = config;
        Ok(())
    }

    /// `model_config = …`, `class Config: …`.
    fn settings(&self, at: At, field: &'p Field, config: &mut Config) -> Result<(), Wide> {
        let Some(value) = &field.value else { return Ok(()) };
        if field.name == "model_config" {
            config.read(&self.names, at, value);
            return Ok(());
        }
        let ExprKind::Class(id) = value.kind else {
            return Err("its settings are not known".to_owned());
        };
        let Some(class) = self.names.program.class(at.module, id) else { return Ok(()) };
        if !class.bases.is_empty() || !class.methods.is_empty() || class.is_computed {
            return Err("its settings are not known".to_owned());
        }
        for setting in &class.fields {
            if let Some(value) = &setting.value {
                config.set(&self.names, at, &setting.name, value);
            }
        }
        Ok(())
    }

    /// One field; `None` for what is no input.
    fn entry(
        &self,
        at: At,
        class: &'p Class,
        field: &'p Field,
        kind: Kind,
        is_total: bool,
    ) -> Result<Option<Entry>, Wide> {
        let name = field.name.to_string();
        if kind == Kind::Model && name == "__root__" {
            return Err("it has a root of its own".to_owned());
        }
        if name.starts_with('_') && kind != Kind::TypedDict {
            // Settings of data classes have such names.
            let is_setting = name.starts_with("__") && kind == Kind::DataClass;
            return if is_setting { Err(format!("it has `{name}`")) } else { Ok(None) };
        }
        if name.starts_with("__pydantic") {
            return Err(format!("it has `{name}`"));
        }
        let declared = field.decorators.first().or(field.annotation.as_ref());
        let Some(declared) = declared else {
            // Version 1 makes a field of a class variable.
            return Ok(Some(Entry::anything(name)));
        };
        if self.is_class_variable(at, declared) {
            return Ok(Some(Entry::anything(name)));
        }
        let mut entry = Entry {
            name,
            alias: Alias::None,
            shape: self.shape(at, Some(class), declared),
            is_required: true,
        };
        entry.is_required = match kind {
            Kind::TypedDict => self.is_needed(at, declared, is_total),
            Kind::Model | Kind::DataClass => true,
        };
        if let Some(facts) = self.declared_facts(at, declared) {
            entry.take(&facts, self.library);
        }
        let is_needed = match &field.value {
            None => false,
            Some(value) => self.default(at, value, &mut entry),
        };
        // Version 1 does not ask for what may be `None`, nor for what may be anything.
        let may_be_none = match &entry.shape {
            Shape::Any | Shape::Null => true,
            Shape::Union(members) => members.contains(&Shape::Null),
            Shape::Constants(values) => values.contains(&Value::Null),
            _ => false,
        };
        if self.library == Library::Any && may_be_none && !is_needed {
            entry.is_required = false;
        }
        Ok(Some(entry))
    }

    /// `= 5`, `= Field(…)`; whether it says that the value must be given.
    fn default(&self, at: At, value: &'p Expr, entry: &mut Entry) -> bool {
        let (at, value) = self.names.value(at, value);
        let facts = match &value.kind {
            ExprKind::Constant(Constant::Ellipsis) => return true,
            ExprKind::Call { callee, arguments, .. } => {
                let path = self.names.library(at, callee).unwrap_or_default();
                let is_field = is_pydantic(&path) && last_word(&path) == "Field"
                    || path == "dataclasses.field";
                is_field.then(|| {
                    let facts =
                        Facts::read(&self.names, at, arguments, Some("default"), self.library);
                    facts.limits.limit(&mut entry.shape, self.library);
                    facts
                })
            }
            _ => None,
        };
        let is_none = matches!(value.kind, ExprKind::Constant(Constant::None));
        let facts = facts.unwrap_or(Facts { has_default: true, is_none, ..Facts::default() });
        entry.take(&facts, self.library);
        facts.is_needed
    }

    /// What `Annotated[…, Field(…)]` says of the field itself.
    fn declared_facts(&self, at: At, declared: &'p Expr) -> Option<Facts> {
        let ExprKind::Index { base, index } = &declared.kind else { return None };
        let path = self.names.library(at, base)?;
        if last_word(&path) != "Annotated" {
            return None;
        }
        members(index).into_iter().skip(1).find_map(|expr| {
            let (at, expr) = self.names.value(at, expr);
            let ExprKind::Call { callee, arguments, .. } = &expr.kind else { return None };
            let path = self.names.library(at, callee)?;
            let is_field = is_pydantic(&path) && last_word(&path) == "Field";
            is_field.then(|| Facts::read(&self.names, at, arguments, Some("default"), self.library))
        })
    }

    fn is_class_variable(&self, at: At, declared: &'p Expr) -> bool {
        let base = match &declared.kind {
            ExprKind::Index { base, .. } => base,
            ExprKind::Constant(Constant::Text(text)) => return text.contains("ClassVar"),
            _ => declared,
        };
        self.names.library(at, base).is_some_and(|path| last_word(&path) == "ClassVar")
    }

    /// Whether a typed mapping must have a member.
    fn is_needed(&self, at: At, declared: &'p Expr, is_total: bool) -> bool {
        match &declared.kind {
            ExprKind::Index { base, .. } => {
                let path = self.names.library(at, base).unwrap_or_default();
                match last_word(&path) {
                    "NotRequired" | "ReadOnly" | "Annotated" | "" => false,
                    "Required" => true,
                    _ => is_total,
                }
            }
            ExprKind::Constant(Constant::Text(_)) => false,
            _ => is_total,
        }
    }

    /// Puts everything together.
    fn finish(&self, module: ModuleId, class: &'p Class, parts: Parts) -> Result<Shape, Wide> {
        let Parts { entries, config, validators, .. } = parts;
        if config.is_opaque {
            return Err("its settings may let anything in".to_owned());
        }
        if validators.iter().any(|it| it.reach == Reach::Model) {
            return Err("a validator sees the value before it is checked".to_owned());
        }
        let mut object = Object { members: Vec::new(), is_closed: config.is_closed == Some(true) };
        for mut entry in entries {
            let is_seen = validators.iter().any(|it| it.reaches(&entry.name));
            if is_seen {
                entry.shape = Shape::Any;
                let words = format!(
                    "`{}.{}` may be anything: a validator sees it before it is checked",
                    class.name, entry.name
                );
                self.note(module, class.span, words);
            }
            let changes_texts = config.changes_texts == Some(true);
            let takes_numbers = config.takes_numbers == Some(true);
            entry.shape.loosen_texts(changes_texts, takes_numbers);
            let (key, other) = match entry.alias {
                Alias::None if config.makes_names => {
                    object.is_closed = false;
                    let words = format!(
                        "`{}.{}` is not checked: a function makes its name",
                        class.name, entry.name
                    );
                    self.note(module, class.span, words);
                    continue;
                }
                Alias::None => (entry.name, None),
                Alias::Text(alias) if config.by_name == Some(true) && alias != entry.name => {
                    (alias, Some(entry.name))
                }
                Alias::Text(alias) => (alias, None),
                Alias::Unknown => {
                    object.is_closed = false;
                    continue;
                }
            };
            let is_required = entry.is_required;
            object.members.push(Member { key, other, shape: entry.shape, is_required });
        }
        Ok(Shape::Object(object))
    }

    fn is_enum(&self, module: ModuleId, class: &'p Class, depth: u32) -> bool {
        let at = At { module, function: class.parent.unwrap_or_default() };
        depth <= 4
            && class.bases.iter().any(|base| match self.names.meaning(at, base) {
                Meaning::Library(path) => {
                    path.starts_with("enum.")
                        && matches!(last_word(&path), "Enum" | "StrEnum" | "IntEnum")
                }
                Meaning::Class(module, id) => {
                    let class = self.names.program.class(module, id);
                    class.is_some_and(|class| self.is_enum(module, class, depth + 1))
                }
                _ => false,
            })
    }

    /// An enumeration whose values stand in the code.
    fn enumeration(&self, module: ModuleId, class: &'p Class) -> Shape {
        let at = At { module, function: class.parent.unwrap_or_default() };
        let is_base = |base: &'p Expr| match self.names.meaning(at, base) {
            Meaning::Library(path) => path.starts_with("enum."),
            Meaning::Builtin(name) => name == "str" || name == "int",
            _ => false,
        };
        let is_plain = class.bases.iter().all(is_base)
            && class.decorators.is_empty()
            && class.keywords.is_empty()
            && !class.is_computed
            && class.methods.iter().all(|it| {
                !it.name.starts_with('_') || it.name == "__str__" || it.name == "__repr__"
            });
        let mut texts = Vec::new();
        let mut has_numbers = false;
        for field in &class.fields {
            let Some(value) = &field.value else { continue };
            match &value.kind {
                ExprKind::Constant(Constant::Text(text)) => {
                    texts.push(Value::from(text.as_str()));
                }
                ExprKind::Constant(Constant::Int(_) | Constant::Float(_)) => has_numbers = true,
                _ => return Shape::Any,
            }
        }
        match (is_plain, texts.is_empty(), has_numbers) {
            (true, false, false) => Shape::Constants(texts),
            (true, true, true) => Shape::Numbers,
            _ => Shape::Any,
        }
    }
}

impl Entry {
    /// A field that may be there and may be anything.
    fn anything(name: String) -> Self {
        Self { name, alias: Alias::None, shape: Shape::Any, is_required: false }
    }

    fn take(&mut self, facts: &Facts, library: Library) {
        if facts.is_opaque {
            self.shape = Shape::Any;
            self.is_required = false;
        }
        if facts.has_default {
            self.is_required = false;
        }
        if facts.is_none && library == Library::Any {
            // Version 1: what is `None` at first may be given so, too.
            let shape = std::mem::replace(&mut self.shape, Shape::Any);
            self.shape = Shape::union(vec![shape, Shape::Null]);
        }
        if facts.alias != Alias::None {
            self.alias = facts.alias.clone();
        }
    }
}

/// Arguments of a decorator that is called.
pub(crate) fn call_of(expr: &Expr) -> (&Expr, &[Argument]) {
    match &expr.kind {
        ExprKind::Call { callee, arguments, .. } => (callee, arguments),
        _ => (expr, &[]),
    }
}
