//! What is loaded when a handler starts, and what its modules may load later.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use code_ir::{
    Expr, ExprKind, ImportKind, Language, Module, SmolStr, Span, StmtKind, calls, exprs_of,
    walk_expr, walk_stmts,
};
use code_program::{ModuleId, Program};
use source_text::Place;

/// Most modules of one function that are looked at.
const MOST_MODULES: usize = 20_000;
/// Most different functions of libraries that are remembered.
const MOST_CALLS: usize = 50_000;
/// A line of code that people wrote is shorter, in bytes.
const LONGEST_LINE: usize = 20_000;
/// What bundlers write into the files that they make of many.
const BUNDLED: [&str; 5] =
    ["__webpack_require__", "__commonJS(", "parcelRequire", "\n// node_modules/", "__toESM("];

/// Endings of files that scripts import and that import nothing.
const DATA: [&str; 14] = [
    "css", "csv", "gql", "graphql", "html", "json", "md", "png", "scss", "sql", "svg", "txt",
    "yaml", "yml",
];

/// An import of a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The language of the file.
    pub language: Language,
    /// As written: `os.path`, `@aws-sdk/client-s3`, `github.com/x/y`.
    pub module: SmolStr,
    /// Where.
    pub place: Place,
}

/// What the code of a function imports and calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Imports of what is no relative file, in the order in which they are met.
    pub imports: Vec<Import>,
    /// Functions of libraries that are called, by module and name (`yaml.load`,
    /// `golang.org/x/text/language.Parse`), each with its first place.
    pub calls: BTreeMap<String, Place>,
    /// Languages of the modules.
    pub languages: BTreeSet<Language>,
    /// Why not all that is imported can be known.
    pub unknown: Option<&'static str>,
}

/// Walks the imports of a program from some of its modules; `broken` are those that were read in part.
#[must_use]
pub fn loaded(program: &Program, broken: &BTreeSet<ModuleId>, starts: &[ModuleId]) -> Loaded {
    let mut walk =
        Walk { program, found: Loaded::default(), seen: BTreeSet::new(), open: Vec::new() };
    for start in starts {
        walk.open(*start);
    }
    while let Some(id) = walk.open.pop() {
        if walk.seen.len() > MOST_MODULES {
            walk.unknown("it has too much code");
            break;
        }
        if broken.contains(&id) {
            walk.unknown("a part of its code was not read");
        }
        walk.module(id);
    }
    walk.found
}

struct Walk<'p> {
    program: &'p Program,
    found: Loaded,
    seen: BTreeSet<ModuleId>,
    open: Vec<ModuleId>,
}

impl<'p> Walk<'p> {
    fn open(&mut self, id: ModuleId) {
        if self.seen.insert(id) {
            self.open.push(id);
        }
    }

    fn unknown(&mut self, why: &'static str) {
        self.found.unknown.get_or_insert(why);
    }

    fn module(&mut self, id: ModuleId) {
        let Some(source) = self.program.source(id) else { return };
        let module = &source.module;
        self.found.languages.insert(module.language);
        let text = &source.text.text;
        let is_bundle = BUNDLED.iter().any(|mark| text.contains(mark))
            || text.lines().any(|line| line.len() > LONGEST_LINE);
        if is_script(module.language) && is_bundle {
            self.unknown("its code is a bundle of several files");
        }
        for other in self.program.same_package(id) {
            self.open(*other);
        }
        self.packages_above(&source.path, module.language);
        let mut names: HashMap<SmolStr, String> = HashMap::new();
        for function in &module.functions {
            walk_stmts(&function.body, &mut |stmt| {
                if let StmtKind::Import(import) = &stmt.kind {
                    bind(import, &mut names);
                    self.import(id, import, stmt.span);
                }
                bind_required(stmt, &mut names);
            });
        }
        self.calls_of(id, module, &names);
    }

    /// Importing a module of Python runs the packages around it.
    fn packages_above(&mut self, path: &str, language: Language) {
        if language != Language::Python {
            return;
        }
        let mut folder = path.rsplit_once('/').map(|(folder, _)| folder);
        while let Some(at) = folder {
            let Some(id) = self.program.at_path(&format!("{at}/__init__.py")) else { break };
            self.open(id);
            folder = at.rsplit_once('/').map(|(folder, _)| folder);
        }
    }

    fn import(&mut self, from: ModuleId, import: &code_ir::Import, span: Span) {
        let Some(language) = self.program.module(from).map(|module| module.language) else {
            return;
        };
        let own = self.program.resolve_import(from, import);
        if let Some(id) = own {
            self.open(id);
        }
        let package = self.program.imported_package(from, &import.module);
        for id in package {
            self.open(*id);
        }
        let mut is_read = own.is_some() || !package.is_empty();
        if language == Language::Python {
            is_read |= self.submodules(from, import);
        }
        let is_relative = import.level > 0 || import.module.starts_with('.');
        if is_relative && !is_read && !is_data(&import.module) {
            self.unknown("a file that it imports was not read");
        }
        // What Go finds in the module of the program is no library.
        let is_own = language == Language::Go && is_read;
        if !is_relative && !is_own && !import.module.is_empty() {
            let place = self.program.place(from, span);
            self.found.imports.push(Import { language, module: import.module.clone(), place });
        }
    }

    /// `from a import b` may mean the module `a.b`; `import a.b` runs `a`, too. Whether there is one.
    fn submodules(&mut self, from: ModuleId, import: &code_ir::Import) -> bool {
        let Some(path) = self.program.source(from).map(|source| source.path.as_str()) else {
            return false;
        };
        let mut is_there = false;
        if let ImportKind::Names(names) = &import.kind {
            for name in names {
                let dot = if import.module.is_empty() { "" } else { "." };
                let whole = format!("{}{dot}{}", import.module, name.name);
                let found = self.program.python(path, &whole, import.level);
                if let Some(id) = found {
                    is_there = true;
                    self.open(id);
                }
            }
        }
        is_there
    }

    fn calls_of(&mut self, id: ModuleId, module: &'p Module, names: &HashMap<SmolStr, String>) {
        let mut met: Vec<(String, Span)> = Vec::new();
        let mut loads: Vec<(Load, Span)> = Vec::new();
        for function in &module.functions {
            walk_stmts(&function.body, &mut |stmt| {
                exprs_of(stmt, &mut |expr| {
                    walk_expr(expr, &mut |inner| {
                        if let ExprKind::ImportCall(name) = &inner.kind {
                            loads.push((load_named(Some(name)), inner.span));
                        }
                    });
                });
            });
            calls(&function.body, &mut |call, callee, arguments| {
                let Some(path) = callee.dotted() else { return };
                let first = arguments.first().map(|argument| &argument.value);
                if let Some(load) = load_of(module.language, &path, first) {
                    loads.push((load, call.span));
                }
                let Some((root, rest)) = path.split_first() else { return };
                let Some(base) = names.get(root.as_str()) else { return };
                let whole = rest.iter().fold(base.clone(), |whole, name| whole + "." + name);
                met.push((whole, call.span));
            });
        }
        for (load, span) in loads {
            match load {
                Load::Unknown(why) => self.unknown(why),
                Load::Module(name) => {
                    let level = name.bytes().take_while(|byte| *byte == b'.').count();
                    let is_python = module.language == Language::Python;
                    let (level, name) = match u32::try_from(level) {
                        Ok(level) if is_python => (level, name.trim_start_matches('.')),
                        _ => (0, name.as_str()),
                    };
                    let kind = ImportKind::Effect;
                    let import = code_ir::Import { module: SmolStr::new(name), level, kind };
                    self.import(id, &import, span);
                }
            }
        }
        for (name, span) in met {
            if self.found.calls.len() < MOST_CALLS {
                let place = self.program.place(id, span);
                self.found.calls.entry(name).or_insert(place);
            }
        }
    }
}

/// Whether a file holds no code by its ending.
fn is_data(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| DATA.contains(&ending))
}

fn is_script(language: Language) -> bool {
    matches!(language, Language::JavaScript | Language::TypeScript)
}

/// What a call loads.
enum Load {
    Module(SmolStr),
    Unknown(&'static str),
}

/// What a call of a loader loads; `None` when it is no loader.
fn load_of(language: Language, path: &[&SmolStr], argument: Option<&Expr>) -> Option<Load> {
    let words: Vec<&str> = path.iter().map(|name| name.as_str()).collect();
    let is_loader = match language {
        Language::Python => matches!(
            words.as_slice(),
            ["__import__" | "import_module"] | ["importlib", "import_module"]
        ),
        Language::JavaScript | Language::TypeScript => {
            matches!(words.as_slice(), ["require"] | ["require", "resolve"])
        }
        _ => false,
    };
    let runs_text = matches!(
        (language, words.as_slice()),
        (Language::Python, ["exec" | "eval"] | ["runpy", _])
            | (Language::JavaScript | Language::TypeScript, ["eval" | "Function"])
    );
    if runs_text {
        return Some(Load::Unknown("it runs text as code"));
    }
    is_loader.then(|| load_named(argument))
}

/// The module that a loader is told to load.
fn load_named(name: Option<&Expr>) -> Load {
    match name.and_then(Expr::as_text) {
        Some(name) => Load::Module(name.clone()),
        None => Load::Unknown("it imports modules by computed names"),
    }
}

/// The names that an import binds, with what they stand for.
fn bind(import: &code_ir::Import, names: &mut HashMap<SmolStr, String>) {
    if import.level > 0 {
        return;
    }
    let module = import.module.as_str();
    match &import.kind {
        ImportKind::Root(name) => {
            let root = module.split('.').next().unwrap_or(module);
            names.insert(name.text.clone(), root.to_owned());
        }
        ImportKind::Whole(name) => {
            names.insert(name.text.clone(), module.to_owned());
        }
        ImportKind::Names(imported) => {
            for one in imported {
                let whole = match one.name.as_str() {
                    "default" => module.to_owned(),
                    name => format!("{module}.{name}"),
                };
                names.insert(one.alias.text.clone(), whole);
            }
        }
        ImportKind::Star | ImportKind::Effect => {}
    }
}

/// `const x = require("y")`, `const {a} = require("y")`.
fn bind_required(stmt: &code_ir::Stmt, names: &mut HashMap<SmolStr, String>) {
    let StmtKind::Assign { target, value: Some(value), .. } = &stmt.kind else { return };
    let code_ir::ExprKind::Call { callee, arguments, .. } = &value.kind else { return };
    let is_require =
        callee.dotted().is_some_and(|path| matches!(path.as_slice(), [name] if *name == "require"));
    let module = arguments.first().and_then(|argument| argument.value.as_text());
    let Some(module) = module.filter(|_| is_require) else { return };
    match target {
        code_ir::Target::Name(name, ..) => {
            names.insert(name.text.clone(), module.to_string());
        }
        code_ir::Target::Object { properties, .. } => {
            for property in properties {
                if let (Some(key), code_ir::Target::Name(name, ..)) =
                    (property.key.as_text(), &property.target)
                {
                    names.insert(name.text.clone(), format!("{module}.{key}"));
                }
            }
        }
        _ => {}
    }
}
