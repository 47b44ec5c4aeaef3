//! Which instances a block has: `count`, `for_each`, and the modules that a module calls.

use std::collections::HashMap;
use std::rc::Rc;

use indexmap::{IndexMap, IndexSet};
use source_text::{Diagnostic, Place, SmolStr};

use crate::block::is_own_of_calls;
use crate::configuration::{Declaration, Sort, json};
use crate::evaluator::{Call, Evaluator, MODULES};
use crate::paths;
use crate::scope::Scope;
use crate::syntax::Body;
use crate::value::{ANY, Key, Unknown, Value};

/// The instances of a block.
#[derive(Debug, Default)]
pub(crate) struct Instances {
    pub(crate) shape: Shape,
    /// Key, and `each.value`.
    pub(crate) items: Vec<(Key, Option<Value>)>,
    /// The condition under which they exist, its name, and whether it must hold.
    pub(crate) condition: Option<(Value, SmolStr, bool)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shape {
    #[default]
    Single,
    Count,
    Each,
}

impl Instances {
    fn single() -> Self {
        Self { items: vec![(Key::Single, None)], ..Self::default() }
    }
}

/// What `each` and `count` are in an instance.
pub(crate) fn names(place: Place, key: &Key, value: Option<&Value>) -> Vec<(SmolStr, Value)> {
    match key {
        Key::Single => Vec::new(),
        Key::Index(index) => {
            let index = Value::count(place, *index);
            let map = IndexMap::from([(SmolStr::new_static("index"), index)]);
            vec![(SmolStr::new_static("count"), Value::map(place, map))]
        }
        Key::Text(key) => {
            let is_any = key == ANY;
            let key_value = if is_any {
                Value::expression(place, "each.key", Vec::new())
            } else {
                Value::text(place, key.clone())
            };
            let value = value.cloned().unwrap_or_else(|| key_value.clone());
            let map = IndexMap::from([
                (SmolStr::new_static("key"), key_value),
                (SmolStr::new_static("value"), value),
            ]);
            vec![(SmolStr::new_static("each"), Value::map(place, map))]
        }
    }
}

impl Evaluator<'_> {
    /// The instances of a declaration.
    pub(crate) fn instances(
        &mut self,
        module: usize,
        sort: Sort,
        position: usize,
    ) -> Rc<Instances> {
        let key = (sort, position);
        match self.modules.get(module).and_then(|it| it.instances.get(&key)) {
            Some(Some(known)) => return Rc::clone(known),
            // It hangs on itself: the place of the cycle is told where the value is asked for.
            Some(None) => return Rc::new(Instances::single()),
            None => {}
        }
        self.set_instances(module, key, None);
        let configuration = self.configuration_of(module);
        let declared = match sort {
            Sort::Data => configuration.data.get(position),
            Sort::Module => configuration.modules.get(position),
            _ => configuration.resources.get(position),
        };
        let instances = match declared {
            Some(declared) => self.find_instances(module, &declared.body),
            None => Instances::single(),
        };
        let instances = Rc::new(instances);
        self.set_instances(module, key, Some(Rc::clone(&instances)));
        instances
    }

    fn set_instances(&mut self, module: usize, key: (Sort, usize), it: Option<Rc<Instances>>) {
        if let Some(module) = self.modules.get_mut(module) {
            module.instances.insert(key, it);
        }
    }

    fn find_instances(&mut self, module: usize, body: &Body) -> Instances {
        let scope = Scope::of(module);
        if let Some(count) = body.argument("count") {
            let value = self.eval(count, scope);
            return self.counted(&value, count.place);
        }
        if let Some(for_each) = body.argument("for_each") {
            let value = self.eval(for_each, scope);
            return self.for_each(&value, for_each.place);
        }
        Instances::single()
    }

    fn counted(&mut self, value: &Value, place: Place) -> Instances {
        if let Some(Unknown::If { condition, name, yes, no }) = value.as_unknown() {
            let (yes, no) = (self.counted(yes, place), self.counted(no, place));
            return either(condition, name, yes, no);
        }
        let count = if let Some(count) = value.as_index() {
            self.most(count, place)
        } else {
            self.tell(Diagnostic::note(place, "`count` is not known; one instance is taken"));
            1
        };
        let items = (0..count).map(|index| (Key::Index(index), None)).collect();
        Instances { shape: Shape::Count, items, condition: None }
    }

    fn for_each(&mut self, value: &Value, place: Place) -> Instances {
        if let Some(Unknown::If { condition, name, yes, no }) = value.as_unknown() {
            let (yes, no) = (self.for_each(yes, place), self.for_each(no, place));
            return either(condition, name, yes, no);
        }
        let mut items: Vec<(Key, Option<Value>)> = Vec::new();
        if let Some(map) = value.as_map() {
            items.extend(map.iter().map(|(key, it)| (Key::Text(key.clone()), Some(it.clone()))));
        } else if let Some(keys) = value
            .as_list()
            .and_then(|list| list.iter().map(Value::as_text).collect::<Option<Vec<SmolStr>>>())
        {
            let keys: IndexSet<SmolStr> = keys.into_iter().collect();
            items.extend(keys.into_iter().map(|key| (Key::Text(key), None)));
        } else {
            self.tell(Diagnostic::note(place, "`for_each` is not known; one instance is taken"));
            let each = Value::expression(place, "each.value", references(value));
            items.push((Key::Text(ANY.into()), Some(each)));
        }
        let most = self.most(items.len(), place);
        items.truncate(most);
        Instances { shape: Shape::Each, items, condition: None }
    }

    fn most(&mut self, count: usize, place: Place) -> usize {
        let most = self.options.instances;
        if count > most {
            let message = format!("more than {most} instances; the rest is not looked at");
            self.tell(Diagnostic::error(place, message));
        }
        let count = count.min(most);
        if self.charge(count) { count } else { 0 }
    }

    /// The instances of a module that `module` calls, in the order of the call's keys; none when
    /// its configuration is not at hand.
    pub(crate) fn children(&mut self, module: usize, position: usize) -> Rc<Vec<usize>> {
        if let Some(known) = self.modules.get(module).and_then(|it| it.children.get(&position)) {
            return Rc::clone(known);
        }
        let mut children = Vec::new();
        let configuration = self.configuration_of(module);
        if let Some(declared) = configuration.modules.get(position)
            && let Some(folder) = self.module_folder(module, position)
        {
            let instances = self.instances(module, Sort::Module, position);
            for (key, value) in &instances.items {
                if self.modules.len() >= MODULES {
                    let message = format!("more than {MODULES} modules; the rest is not looked at");
                    self.tell(Diagnostic::error(declared.place, message));
                    break;
                }
                let name = key.address(&declared.name);
                let prefix = smol_str::format_smolstr!("{}module.{name}.", self.prefix(module));
                let names = names(declared.place, key, value.as_ref());
                let call = Call { module, position, names };
                children.push(self.add_module(&folder, prefix, Some(call)));
            }
        }
        let children = Rc::new(children);
        if let Some(module) = self.modules.get_mut(module) {
            module.children.insert(position, Rc::clone(&children));
        }
        children
    }

    /// The folder of a called module; a remark when there is none.
    fn module_folder(&mut self, module: usize, position: usize) -> Option<String> {
        let configuration = self.configuration_of(module);
        let declared = configuration.modules.get(position)?;
        let name = &declared.name;
        let Some(source) = declared.body.text("source") else {
            let message = format!("module `{name}` has no `source` that is plain text");
            self.tell(Diagnostic::error(declared.place, message));
            return None;
        };
        let is_local = source.starts_with("./") || source.starts_with("../") || source == ".";
        let folder = if is_local || source == ".." {
            paths::join(&configuration.folder, source)
        } else {
            self.vendored(module, name).or_else(|| self.stood_in(source, declared))
        };
        let Some(folder) = folder else {
            let message = if is_local {
                format!("module `{name}` lies outside the scanned folder and was not looked at")
            } else {
                let root = if self.root.is_empty() { "." } else { self.root.as_str() };
                format!(
                    "module `{name}` from `{source}` is not here and was not looked at; run \
                     `terraform -chdir={root} init` to fetch it"
                )
            };
            self.tell(Diagnostic::error(declared.place, message));
            return None;
        };
        if self.is_ancestor(module, &folder) {
            let message = format!("module `{name}` calls itself");
            self.tell(Diagnostic::error(declared.place, message));
            return None;
        }
        if self.modules.get(module).is_some_and(|it| it.nesting >= self.options.modules) {
            let message = format!("modules in more than {} modules", self.options.modules);
            self.tell(Diagnostic::error(declared.place, message));
            return None;
        }
        let found = self.configuration(&folder);
        let is_empty = found.resources.is_empty()
            && found.modules.is_empty()
            && found.outputs.is_empty()
            && found.variables.is_empty();
        if is_empty {
            let message = format!("there is no module in `{folder}`; `{name}` was not looked at");
            self.tell(Diagnostic::error(declared.place, message));
        }
        Some(folder)
    }

    fn is_ancestor(&self, module: usize, folder: &str) -> bool {
        let mut at = Some(module);
        while let Some(module) = at.and_then(|at| self.modules.get(at)) {
            if module.configuration.folder == folder {
                return true;
            }
            at = module.call.as_ref().map(|call| call.module);
        }
        false
    }

    /// The folder into which `terraform init` has put a module.
    fn vendored(&mut self, module: usize, name: &str) -> Option<String> {
        let mut key = name.to_owned();
        let mut at = module;
        while let Some(call) = self.modules.get(at).and_then(|it| it.call.as_ref()) {
            let caller = self.configuration_of(call.module);
            key = format!("{}.{key}", caller.modules.get(call.position)?.name);
            at = call.module;
        }
        if self.manifest.is_none() {
            self.manifest = Some(self.read_manifest());
        }
        let folder = self.manifest.as_ref()?.get(&key)?;
        paths::join(&self.root, folder)
    }

    /// The folder of what stands in for a module that was not fetched; a remark says so.
    fn stood_in(&mut self, source: &str, declared: &Declaration) -> Option<String> {
        let folder = self.files.stand_in(source)?;
        let known = self.configuration(&folder);
        let arguments = declared.body.arguments.iter().map(|argument| &argument.name);
        let unknown: Vec<&str> = arguments
            .filter(|name| !is_own_of_calls(name) && known.position(Sort::Variable, name).is_none())
            .map(SmolStr::as_str)
            .collect();
        let but = if unknown.is_empty() {
            String::new()
        } else {
            format!(", but for `{}`", unknown.join("`, `"))
        };
        let root = if self.root.is_empty() { "." } else { self.root.as_str() };
        let message = format!(
            "module `{}` from `{source}` is not here; it was looked at as what its inputs are known \
             to make{but}; `terraform -chdir={root} init` fetches it, for an exact result",
            declared.name
        );
        self.tell(Diagnostic::warning(declared.place, message));
        Some(folder)
    }

    fn read_manifest(&mut self) -> HashMap<String, String> {
        let mut folders = HashMap::new();
        let Some(path) = paths::join(&self.root, ".terraform/modules/modules.json") else {
            return folders;
        };
        let Ok(file) = self.files.read(&path) else { return folders };
        let source = self.files.sources().get(file);
        match json(file, &source.text) {
            Ok(manifest) => {
                let modules = manifest.get("Modules").and_then(|it| it.as_list()).unwrap_or(&[]);
                for module in modules {
                    let text = |key: &str| module.get(key).and_then(|it| it.as_str());
                    if let (Some(key), Some(folder)) = (text("Key"), text("Dir")) {
                        folders.insert(key.to_owned(), folder.to_owned());
                    }
                }
            }
            Err(diagnostic) => self.tell(diagnostic),
        }
        folders
    }
}

fn references(value: &Value) -> Vec<Value> {
    let mut references = Vec::new();
    value.references(&mut references);
    references
}

/// The instances of a conditional that is not decided: those of both branches, under the condition
/// when one branch has none.
fn either(condition: &Value, name: &SmolStr, yes: Instances, no: Instances) -> Instances {
    match (yes.items.is_empty(), no.items.is_empty()) {
        (_, true) => Instances { condition: Some((condition.clone(), name.clone(), true)), ..yes },
        (true, false) => {
            Instances { condition: Some((condition.clone(), name.clone(), false)), ..no }
        }
        (false, false) => {
            let mut both = yes;
            for item in no.items {
                if !both.items.iter().any(|(key, _)| *key == item.0) {
                    both.items.push(item);
                }
            }
            both
        }
    }
}
