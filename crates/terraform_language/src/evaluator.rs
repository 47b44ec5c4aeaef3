//! The state of an evaluation: modules with what was found out about them, and what is left to spend.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use indexmap::IndexMap;
use source_text::{Diagnostic, FileId, Node, Place, SmolStr};

use crate::configuration::{Configuration, Declaration, Sort, read_module};
use crate::evaluated::Options;
use crate::files::ModuleFiles;
use crate::lines::written;
use crate::paths;
use crate::scope::Scope;
use crate::syntax::Expr;
use crate::value::{Key, Unknown, Value};

/// Deepest nesting of expressions in expressions, through locals, variables and outputs.
const DEPTH: usize = 160;
/// Most instances of modules.
pub(crate) const MODULES: usize = 2_000;

pub(crate) struct Evaluator<'f> {
    pub(crate) files: &'f dyn ModuleFiles,
    pub(crate) options: &'f Options,
    /// Folder of the root module.
    pub(crate) root: String,
    pub(crate) modules: Vec<Module>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) conditions: IndexMap<SmolStr, Node>,
    pub(crate) read: Vec<FileId>,
    /// Values of the root module's variables out of files.
    pub(crate) given: IndexMap<SmolStr, Value>,
    /// `modules.json`: folder by key of the call (`web.inner`), once it was asked for.
    pub(crate) manifest: Option<HashMap<String, String>>,
    /// Files of modules that users cannot edit: `terraform init` fetched them, or what is known of
    /// a module stands in for it.
    pub(crate) foreign: HashSet<FileId>,
    /// Bodies of data sources by module, position and key; `None` while one is evaluated.
    pub(crate) data_bodies: HashMap<(usize, usize, Key), Option<Value>>,
    configurations: HashMap<String, Rc<Configuration>>,
    told: HashSet<(Place, String)>,
    steps: usize,
    depth: usize,
}

/// One instance of a module.
pub(crate) struct Module {
    pub(crate) configuration: Rc<Configuration>,
    /// What addresses in it begin with: nothing, or `module.web[0].`.
    pub(crate) prefix: SmolStr,
    /// Who calls it: nobody, for the root.
    pub(crate) call: Option<Call>,
    pub(crate) nesting: usize,
    slots: HashMap<(Sort, SmolStr), Slot>,
    pub(crate) instances: HashMap<(Sort, usize), Option<Rc<crate::instances::Instances>>>,
    pub(crate) children: HashMap<usize, Rc<Vec<usize>>>,
}

#[derive(Clone)]
pub(crate) struct Call {
    /// Position of the calling module, and of the call in it.
    pub(crate) module: usize,
    pub(crate) position: usize,
    /// `each` or `count` of this instance.
    pub(crate) names: Vec<(SmolStr, Value)>,
}

enum Slot {
    Busy,
    Done(Value),
}

impl<'f> Evaluator<'f> {
    pub(crate) fn new(root: &str, options: &'f Options, files: &'f dyn ModuleFiles) -> Self {
        Self {
            files,
            options,
            root: root.to_owned(),
            modules: Vec::new(),
            diagnostics: Vec::new(),
            conditions: IndexMap::new(),
            read: Vec::new(),
            given: IndexMap::new(),
            manifest: None,
            foreign: HashSet::new(),
            data_bodies: HashMap::new(),
            configurations: HashMap::new(),
            told: HashSet::new(),
            steps: options.steps,
            depth: 0,
        }
    }

    /// Adds an instance of the module in `folder` and returns its position.
    pub(crate) fn add_module(
        &mut self,
        folder: &str,
        prefix: SmolStr,
        call: Option<Call>,
    ) -> usize {
        let nesting = call
            .as_ref()
            .and_then(|call| self.modules.get(call.module))
            .map_or(0, |parent| parent.nesting + 1);
        let configuration = self.configuration(folder);
        self.modules.push(Module {
            configuration,
            prefix,
            call,
            nesting,
            slots: HashMap::new(),
            instances: HashMap::new(),
            children: HashMap::new(),
        });
        self.modules.len() - 1
    }

    /// What the module in `folder` declares; its files are read once.
    pub(crate) fn configuration(&mut self, folder: &str) -> Rc<Configuration> {
        if let Some(known) = self.configurations.get(folder) {
            return Rc::clone(known);
        }
        let read = read_module(folder, self.files, &mut self.diagnostics);
        let is_stand_in = self.files.is_stand_in(folder);
        if is_stand_in || paths::is_fetched(folder) {
            self.foreign.extend(&read.files);
        }
        if !is_stand_in {
            self.read.extend(&read.files);
        }
        let read = Rc::new(read);
        self.configurations.insert(folder.to_owned(), Rc::clone(&read));
        read
    }

    pub(crate) fn configuration_of(&self, module: usize) -> Rc<Configuration> {
        self.modules.get(module).map(|it| Rc::clone(&it.configuration)).unwrap_or_default()
    }

    pub(crate) fn prefix(&self, module: usize) -> SmolStr {
        self.modules.get(module).map(|it| it.prefix.clone()).unwrap_or_default()
    }

    /// Whether a place lies in the files of a module that calls `module`, directly or not.
    pub(crate) fn is_callers(&self, module: usize, place: Place) -> bool {
        let mut at = self.modules.get(module);
        if at.is_none_or(|it| it.configuration.files.contains(&place.file)) {
            return false;
        }
        while let Some(call) = at.and_then(|it| it.call.as_ref()) {
            at = self.modules.get(call.module);
            if at.is_some_and(|it| it.configuration.files.contains(&place.file)) {
                return true;
            }
        }
        false
    }

    /// A remark, once a place.
    pub(crate) fn tell(&mut self, diagnostic: Diagnostic) {
        self.tell_once(diagnostic.place, diagnostic);
    }

    /// A remark, once a file.
    pub(crate) fn tell_once_in_file(&mut self, diagnostic: Diagnostic) {
        self.tell_once(Place::whole(diagnostic.place.file), diagnostic);
    }

    fn tell_once(&mut self, place: Place, diagnostic: Diagnostic) {
        const MOST: usize = 10_000;
        let key = (place, diagnostic.message.clone());
        if self.told.len() < MOST && self.told.insert(key) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Spends steps; false when there are none left.
    pub(crate) fn charge(&mut self, steps: usize) -> bool {
        self.steps = self.steps.saturating_sub(steps);
        if self.steps > 0 {
            return true;
        }
        let place = self.read.first().map(|file| Place::whole(*file)).unwrap_or_default();
        let message = format!(
            "this module takes more than {} steps to evaluate; what is left is not looked at",
            self.options.steps
        );
        self.tell(Diagnostic::error(place, message));
        false
    }

    /// Goes one level deeper for `work`; what is too deep is not evaluated.
    pub(crate) fn deeper(&mut self, place: Place, work: impl FnOnce(&mut Self) -> Value) -> Value {
        if self.depth >= DEPTH {
            let message = format!("expressions that hang on more than {DEPTH} others stay open");
            self.tell(Diagnostic::warning(place, message));
            return self.open(place, &[]);
        }
        if !self.charge(1) {
            return Value::expression(place, "…", Vec::new());
        }
        self.depth += 1;
        let value = work(self);
        self.depth -= 1;
        value
    }

    /// An expression that cannot be decided, with what it refers to.
    pub(crate) fn open(&mut self, place: Place, inputs: &[Value]) -> Value {
        let mut references = Vec::new();
        for input in inputs {
            input.references(&mut references);
        }
        Value::expression(place, self.written(place), references)
    }

    /// What is written at a place.
    pub(crate) fn written(&mut self, place: Place) -> String {
        self.charge(16);
        written(&self.files.sources().get(place.file).text, place)
    }

    /// A value of a module that is evaluated when it is first asked for.
    fn once(
        &mut self,
        module: usize,
        sort: Sort,
        name: &str,
        place: Place,
        work: impl FnOnce(&mut Self) -> Value,
    ) -> Value {
        let key = (sort, SmolStr::new(name));
        match self.modules.get(module).and_then(|it| it.slots.get(&key)) {
            Some(Slot::Done(value)) => return value.clone(),
            Some(Slot::Busy) => {
                let head = word_of(sort);
                let message = format!("`{head}.{name}` refers to itself");
                self.tell(Diagnostic::error(place, message));
                return Value::expression(place, format!("{head}.{name}"), Vec::new());
            }
            None => {}
        }
        self.set_slot(module, key.clone(), Slot::Busy);
        let value = work(self);
        self.set_slot(module, key, Slot::Done(value.clone()));
        value
    }

    fn set_slot(&mut self, module: usize, key: (Sort, SmolStr), slot: Slot) {
        if let Some(module) = self.modules.get_mut(module) {
            module.slots.insert(key, slot);
        }
    }

    /// `local.NAME`.
    pub(crate) fn local(&mut self, module: usize, name: &str) -> Option<Value> {
        let configuration = self.configuration_of(module);
        let expr = configuration.local(name)?;
        Some(
            self.once(module, Sort::Local, name, expr.place, |it| it.eval(expr, Scope::of(module))),
        )
    }

    /// `module.….NAME`, of the module itself.
    pub(crate) fn output(&mut self, module: usize, name: &str) -> Option<Value> {
        let configuration = self.configuration_of(module);
        let output = configuration.declaration(Sort::Output, name)?;
        let expr = output.body.argument("value")?;
        Some(
            self.once(module, Sort::Output, name, expr.place, |it| {
                it.eval(expr, Scope::of(module))
            }),
        )
    }

    /// `var.NAME`.
    pub(crate) fn variable(&mut self, module: usize, name: &str) -> Option<Value> {
        let configuration = self.configuration_of(module);
        let variable = configuration.declaration(Sort::Variable, name)?;
        Some(self.once(module, Sort::Variable, name, variable.place, |it| {
            it.variable_value(module, variable)
        }))
    }

    fn variable_value(&mut self, module: usize, variable: &Declaration) -> Value {
        let call = self.modules.get(module).and_then(|it| it.call.clone());
        let name = variable.name.as_str();
        let given = match call {
            Some(call) => self.input(&call, name),
            None => self.given.get(name).cloned(),
        };
        let default = variable.body.argument("default");
        let nullable = !variable
            .body
            .argument("nullable")
            .is_some_and(|it| matches!(it.kind, crate::syntax::ExprKind::Bool(false)));
        let given = given.filter(|value| nullable || !value.is_null() || default.is_none());
        let value = match (given, default) {
            (Some(value), _) => value,
            (None, Some(default)) => self.eval(default, Scope::of(module)),
            (None, None) if module == 0 => {
                let parameter = smol_str::format_smolstr!("var.{name}");
                return Value::unknown(variable.place, Unknown::Parameter(parameter));
            }
            (None, None) => {
                return Value::expression(variable.place, format!("var.{name}"), Vec::new());
            }
        };
        match variable.body.argument("type") {
            Some(constraint) => {
                let constraint = self.constraint(constraint);
                self.convert(value, &constraint)
            }
            None => value,
        }
    }

    /// The argument of a call of a module.
    fn input(&mut self, call: &Call, name: &str) -> Option<Value> {
        let configuration = self.configuration_of(call.module);
        let expr: &Expr = configuration.modules.get(call.position)?.body.argument(name)?;
        let names = crate::scope::Names { bindings: &call.names, outer: None };
        Some(self.eval(expr, Scope { module: call.module, names: Some(&names) }))
    }
}

fn word_of(sort: Sort) -> &'static str {
    match sort {
        Sort::Variable => "var",
        Sort::Local => "local",
        Sort::Output => "output",
        Sort::Module => "module",
        Sort::Resource => "resource",
        Sort::Data => "data",
    }
}
