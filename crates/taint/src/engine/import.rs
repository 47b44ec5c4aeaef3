//! Modules: run once, and what others see of them.

use std::rc::Rc;

use code_ir::{Binding, Expr, FunctionId, Import, ImportKind, Language, SmolStr, Span};
use code_program::ModuleId;
use taint_models::{Kind, NameId};

use super::{Call, Engine, Loaded, service_call::is_sdk};
use crate::{
    heap::{Map, Object, ObjectId},
    value::{Cell, Constant, Frames, Key, Shape, Taint, Value},
};

/// Files of one package that are looked at.
const PACKAGE: usize = 200;

impl<'p> Engine<'p> {
    /// Runs a module's body, when that was not done yet.
    pub(crate) fn load(&mut self, id: ModuleId) {
        if self.loaded.contains_key(&id) || self.calls.len() >= super::DEPTH {
            return;
        }
        let Some(module) = self.program.module(id) else { return };
        let Some(body) = module.functions.first() else { return };
        let frame = self.heap.add(Object::Frame(vec![Value::unknown(); body.slots.len()]));
        let frames = Rc::new(Frames { function: FunctionId(0), object: frame, parent: None });
        let is_javascript = matches!(module.language, Language::JavaScript | Language::TypeScript);
        let module_object = is_javascript.then(|| {
            let exports = self.heap.add_map(Map::default());
            let object = self.heap.add_map(Map::default());
            self.heap.set_field(object, "exports", Value::of(Shape::Object(exports)));
            object
        });
        let main_object =
            (module.language == Language::Ruby).then(|| self.heap.add_map(Map::default()));
        self.loaded.insert(
            id,
            Loaded {
                frame,
                frames: Rc::clone(&frames),
                module_object,
                main_object,
                stars: Vec::new(),
            },
        );
        let mark = self.heap.mark();
        self.calls.push(Call {
            module: id,
            function: FunctionId(0),
            frame,
            frames,
            this: None,
            incoming: Taint::default(),
            mark,
            returns: Vec::new(),
            yields: None,
            loops: Vec::new(),
            tries: Vec::new(),
        });
        self.services.loading += 1;
        self.block(&body.body);
        self.services.loading -= 1;
        self.calls.pop();
        self.heap.keep(mark);
    }

    /// What an import in the current module brings into scope.
    pub(crate) fn import(&mut self, import: &'p Import, span: Span) {
        let from = self.module_id();
        let is_sdk = import.level == 0 && is_sdk(&import.module);
        match &import.kind {
            ImportKind::Root(name) => {
                let value = if is_sdk {
                    let root = import.module.split('.').next().unwrap_or(&import.module);
                    self.library_module(root)
                } else {
                    self.root_import(from, import)
                };
                self.bind_import(name.binding, value);
            }
            ImportKind::Whole(name) => {
                let value = self
                    .own_package(from, &import.module)
                    .unwrap_or_else(|| self.imported_module(from, import));
                self.bind_import(name.binding, value);
            }
            ImportKind::Names(names) => {
                let whole = self.program.resolve_import(from, import).filter(|_| !is_sdk);
                for name in names {
                    let value = self.imported_name(from, import, whole, &name.name, span);
                    self.bind_import(name.alias.binding, value);
                }
            }
            ImportKind::Star => {
                let value = self
                    .own_package(from, &import.module)
                    .unwrap_or_else(|| self.imported_module(from, import));
                if let Some(loaded) = self.loaded.get_mut(&from) {
                    loaded.stars.push(value);
                }
            }
            ImportKind::Effect => {
                let value = self.imported_module(from, import);
                // Ruby's `require` brings the constants of the file into scope.
                if self.language() == Language::Ruby
                    && let Some(loaded) = self.loaded.get_mut(&from)
                {
                    loaded.stars.push(value);
                }
            }
        }
    }

    fn bind_import(&mut self, binding: Binding, value: Value) {
        let slot = match binding {
            Binding::Free => return,
            Binding::Local(slot) => self.call().map(|call| (call.frame, slot)),
            Binding::Outer { function: FunctionId(0), slot } => {
                self.loaded.get(&self.module_id()).map(|loaded| (loaded.frame, slot))
            }
            Binding::Outer { .. } => None,
        };
        if let Some((object, slot)) = slot {
            self.heap.write(&Cell { object, key: Key::Index(i64::from(slot)) }, value);
        }
    }

    /// A package of this program: one of its files has each name.
    fn own_package(&self, from: ModuleId, module: &str) -> Option<Value> {
        let files = self.program.imported_package(from, module);
        files
            .iter()
            .take(PACKAGE)
            .map(|id| Value::of(Shape::Module(*id)))
            .reduce(|all, file| all.or(&file))
    }

    /// The whole of a module: of this program, or a library's.
    fn imported_module(&mut self, from: ModuleId, import: &Import) -> Value {
        let is_sdk = import.level == 0 && is_sdk(&import.module);
        match self.program.resolve_import(from, import).filter(|_| !is_sdk) {
            Some(id) => self.module_value(id),
            None => self.library_module(&import.module),
        }
    }

    fn library_module(&mut self, name: &str) -> Value {
        let name = name.strip_prefix("node:").unwrap_or(name);
        let id = self.names.intern(name);
        Value::of(Shape::Library(self.models.canonical(id)))
    }

    /// `import a.b.c` binds `a`; the path below it stands in its fields.
    fn root_import(&mut self, from: ModuleId, import: &Import) -> Value {
        let segments: Vec<&str> = import.module.split('.').collect();
        let Some((first, below)) = segments.split_first() else { return Value::unknown() };
        let path = |count: usize| segments.get(..count).unwrap_or_default().join(".");
        let source =
            self.program.source(from).map(|source| source.path.clone()).unwrap_or_default();
        let found: Vec<Option<ModuleId>> = (1..=segments.len())
            .map(|count| self.program.python(&source, &path(count), 0))
            .collect();
        if found.iter().all(Option::is_none) {
            return self.library_module(first);
        }
        let root = found.first().copied().flatten();
        if below.is_empty()
            && let Some(root) = root
        {
            return self.module_value(root);
        }
        // A folder is a package with the modules that were imported from it.
        let package = self.package(&source, first);
        let mut at = package;
        for (segment, id) in below.iter().zip(found.iter().skip(1)) {
            let value = match id {
                Some(id) => self.module_value(*id),
                None => Value::of(Shape::Object(self.heap.add_map(Map::default()))),
            };
            let next = value.as_object();
            self.heap.set_field(at, segment, value);
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
        if let Some(root) = root {
            // Names of the package's own module are names of the package.
            self.load(root);
            self.copy_names(root, package);
        }
        Value::of(Shape::Object(package))
    }

    /// The object of a package; several imports of its modules share it.
    fn package(&mut self, from: &str, name: &str) -> ObjectId {
        let key = format!("{}//{name}", from.rsplit_once('/').map_or("", |(folder, _)| folder));
        if let Some(id) = self.sources.packages.get(&key) {
            return *id;
        }
        let id = self.heap.add_map(Map::default());
        self.sources.packages.insert(key, id);
        id
    }

    fn copy_names(&mut self, module: ModuleId, into: ObjectId) {
        let Some(body) = self.program.function(module, FunctionId(0)) else { return };
        for name in &body.slots {
            let value = self.module_name(module, name);
            let has =
                self.heap.map(into).is_some_and(|map| map.get(&Key::Name(name.clone())).is_some());
            if !has {
                self.heap.set_field(into, name, value);
            }
        }
    }

    /// One name of an imported module.
    fn imported_name(
        &mut self,
        from: ModuleId,
        import: &Import,
        whole: Option<ModuleId>,
        name: &SmolStr,
        span: Span,
    ) -> Value {
        if let Some(id) = whole {
            let value = self.module_value(id);
            let found = self.export_of(&value, name, span);
            if !matches!(found.shape, Shape::Unknown) || !found.taint.is_clean() {
                return found;
            }
        }
        // `from package import module`.
        if self.language() == Language::Python && !is_sdk(&import.module) {
            let module = if import.module.is_empty() {
                name.clone()
            } else {
                SmolStr::new(format!("{}.{name}", import.module))
            };
            let source = self.program.source(from).map(|s| s.path.clone()).unwrap_or_default();
            if let Some(id) = self.program.python(&source, &module, import.level) {
                return self.module_value(id);
            }
        }
        if let Some(value) = self.name_of_package(from, &import.module, name) {
            return value;
        }
        if whole.is_some() || import.level > 0 {
            return Value::unknown();
        }
        let Value { shape: Shape::Library(id), .. } = self.library_module(&import.module) else {
            return Value::unknown();
        };
        if name == "default" && self.is_javascript() {
            return Value::of(Shape::Library(id));
        }
        let child = self.names.child(id, name);
        let child = self.models.canonical(child);
        self.attribute_value(child, &Value::of(Shape::Library(id)), span)
    }

    /// What a module gives under a name.
    fn export_of(&mut self, module: &Value, name: &SmolStr, span: Span) -> Value {
        let value = self.member(module, name, span);
        if name == "default"
            && matches!(value.shape, Shape::Unknown | Shape::Constant(Constant::None))
        {
            // CommonJS has no default: the whole is meant.
            return module.clone();
        }
        value
    }

    /// A module of this program as a value.
    pub(crate) fn module_value(&mut self, id: ModuleId) -> Value {
        self.load(id);
        match self.loaded.get(&id).and_then(|loaded| loaded.module_object) {
            Some(object) => self
                .heap
                .map(object)
                .and_then(|map| map.get(&Key::Name(SmolStr::new_static("exports"))))
                .cloned()
                .unwrap_or_default(),
            None => Value::of(Shape::Module(id)),
        }
    }

    /// `require(x)`, `import(x)`.
    pub(crate) fn require(&mut self, module: &Value, span: Span) -> Value {
        let taint = self.sink_taint(Kind::Code, module);
        self.tell_argument(Kind::Code, &taint, ("require", "0"), span, false);
        let Some(name) = module.as_text() else { return Value::unknown() };
        let import = Import { module: name.clone(), level: 0, kind: ImportKind::Effect };
        let from = self.module_id();
        self.imported_module(from, &import)
    }

    /// A name of a module of this program.
    pub(crate) fn module_name(&mut self, id: ModuleId, name: &SmolStr) -> Value {
        self.load(id);
        let Some(body) = self.program.function(id, FunctionId(0)) else { return Value::unknown() };
        let Some(loaded) = self.loaded.get(&id) else { return Value::unknown() };
        let frame = loaded.frame;
        if let Some(slot) = body.slots.iter().position(|known| known == name) {
            let key = Key::Index(i64::try_from(slot).unwrap_or(0));
            return self.heap.read(&Cell { object: frame, key }).cloned().unwrap_or_default();
        }
        let stars = loaded.stars.clone();
        for star in &stars {
            if matches!(star.shape, Shape::Module(other) if other != id) {
                let value = self.member(star, name, Span::default());
                if !matches!(value.shape, Shape::Unknown) {
                    return value;
                }
            }
        }
        Value::unknown()
    }

    pub(crate) fn set_module_name(&mut self, id: ModuleId, name: &SmolStr, value: Value) {
        let Some(body) = self.program.function(id, FunctionId(0)) else { return };
        let Some(slot) = body.slots.iter().position(|known| known == name) else { return };
        if let Some(frame) = self.loaded.get(&id).map(|loaded| loaded.frame) {
            let key = Key::Index(i64::try_from(slot).unwrap_or(0));
            self.heap.write(&Cell { object: frame, key }, value);
        }
    }

    pub(crate) fn export(&mut self, name: &SmolStr, value: &'p Expr) {
        let value = self.eval(value);
        let Some(object) = self.loaded.get(&self.module_id()).and_then(|l| l.module_object) else {
            return;
        };
        if name == "=" {
            self.heap.set_field(object, "exports", value);
            return;
        }
        let exports = self
            .heap
            .map(object)
            .and_then(|map| map.get(&Key::Name(SmolStr::new_static("exports"))))
            .and_then(Value::as_object);
        let Some(exports) = exports else { return };
        if name == "*" {
            let mut map = Map::default();
            self.copy_into(&mut map, &value);
            for (key, value) in map.entries {
                if let Key::Name(name) = key {
                    self.heap.set_field(exports, &name, value);
                }
            }
            return;
        }
        self.heap.set_field(exports, name, value);
    }

    /// A name that no function of the module binds: a built-in, a star import, another file of the
    /// package, a field of the receiver.
    pub(crate) fn read_free(&mut self, name: &SmolStr, span: Span) -> Value {
        let module = self.module_id();
        if self.is_javascript()
            && let Some(object) = self.loaded.get(&module).and_then(|loaded| loaded.module_object)
        {
            match name.as_str() {
                "module" => return Value::of(Shape::Object(object)),
                "exports" => return self.module_value(module),
                "undefined" => return Value::constant(Constant::None),
                _ => {}
            }
        }
        if let Some(value) = self.own_field(name, span) {
            return value;
        }
        // Declared types are read where they are used, bound or not.
        let body = self.program.function(module, FunctionId(0));
        if self.loaded.contains_key(&module) && body.is_some_and(|body| body.slots.contains(name)) {
            return self.module_name(module, name);
        }
        if let Some(value) = self.package_name(module, name) {
            return value;
        }
        let stars = self.loaded.get(&module).map(|loaded| loaded.stars.clone()).unwrap_or_default();
        for star in &stars {
            if let Shape::Library(package) = &star.shape {
                let known = self.names.child(*package, name);
                let known = self.models.canonical(known);
                if self.is_known_name(known) {
                    return self.attribute_value(known, star, span);
                }
            } else {
                let value = self.member(star, name, span);
                if !matches!(value.shape, Shape::Unknown) {
                    return value;
                }
            }
        }
        if let Some(id) = self.implicit_name(name) {
            return self.attribute_value(id, &Value::unknown(), span);
        }
        let id = self.names.intern(name);
        let id = self.models.canonical(id);
        self.attribute_value(id, &Value::unknown(), span)
    }

    /// A name of a package that every file of the language sees without an import.
    fn implicit_name(&mut self, name: &SmolStr) -> Option<NameId> {
        let packages: &[&str] = match self.language() {
            Language::Java => &["java.lang"],
            // The SDK of .NET imports these since version 6.
            Language::CSharp => {
                &["System", "System.IO", "System.Net.Http", "System.Linq", "System.Threading.Tasks"]
            }
            _ => return None,
        };
        packages.iter().find_map(|package| {
            let package = self.names.intern(package);
            let id = self.names.child(package, name);
            let id = self.models.canonical(id);
            self.is_known_name(id).then_some(id)
        })
    }

    /// A name of another file of the same Go, Java or C# package; C# sees those around it as well.
    fn package_name(&mut self, module: ModuleId, name: &SmolStr) -> Option<Value> {
        let own = self.program.module(module)?;
        let package = own.package.clone();
        if package.is_empty() {
            return None;
        }
        let program = self.program;
        let found = self.name_in(program.same_package(module), module, name);
        if found.is_some() || own.language != Language::CSharp {
            return found;
        }
        std::iter::successors(package.rsplit_once('.'), |(around, _)| around.rsplit_once('.'))
            .find_map(|(around, _)| self.name_of_package(module, around, name))
    }

    /// A name of a package of this program; `import static a.b.C.d` names a member of a class.
    fn name_of_package(&mut self, from: ModuleId, package: &str, name: &SmolStr) -> Option<Value> {
        let program = self.program;
        let found = self.name_in(program.imported_package(from, package), from, name);
        if found.is_some() {
            return found;
        }
        let (package, class) = package.rsplit_once('.')?;
        let files = program.imported_package(from, package);
        let class = self.name_in(files, from, &SmolStr::new(class))?;
        Some(self.member(&class, name, Span::default()))
    }

    /// The first of some files that has a name gives it.
    fn name_in(&mut self, files: &[ModuleId], from: ModuleId, name: &SmolStr) -> Option<Value> {
        files.iter().filter(|file| **file != from).take(PACKAGE).find_map(|file| {
            let has = self.program.function(*file, FunctionId(0))?.slots.contains(name);
            let value = has.then(|| self.module_name(*file, name))?;
            (!matches!(value.shape, Shape::Unknown)).then_some(value)
        })
    }
}
