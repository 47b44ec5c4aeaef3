//! The code of an application: its modules, and which file an import means.

use std::collections::{HashMap, HashSet};

use code_ir::{Class, Function, FunctionId, Import, Language, LineIndex, Module, SmolStr, Span};
use source_text::Place;

use crate::paths::{Alias, aliases};

/// Index of a module in a [`Program`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleId(pub u32);

/// One file of code with its path and text.
#[derive(Debug)]
pub struct Source {
    /// Path relative to the scanned root, with `/`.
    pub path: String,
    /// The whole text.
    pub text: std::sync::Arc<source_text::SourceFile>,
    /// Its tree.
    pub module: Module,
    lines: LineIndex,
    anchor: Anchor,
}

/// Where the text of a module stands, when it is a part of another file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Anchor {
    /// It is a file of its own.
    #[default]
    Own,
    /// Its first line follows so many lines of the file that holds it, and each of its lines is
    /// indented by so many columns.
    Block {
        /// Lines before the first.
        lines: u32,
        /// Columns before each.
        columns: u32,
    },
    /// It is written there in another form, so that places inside are not known.
    Whole(Place),
}

/// All code of a run.
#[derive(Debug, Default)]
pub struct Program {
    sources: Vec<Source>,
    by_path: HashMap<String, ModuleId>,
    /// Last segments of the Python modules: most imports are of libraries, and end here.
    python_names: HashSet<SmolStr>,
    /// Go, Java and C# find each other by package, not by file.
    by_package: HashMap<(Language, SmolStr), Vec<ModuleId>>,
    /// The files of Go in each folder.
    go_folders: HashMap<String, Vec<ModuleId>>,
    /// Modules of Go, by the folder of their `go.mod`.
    go_modules: Vec<(String, String)>,
    /// Folders of layers that lie over the code of a folder, the one that wins first.
    layers: Vec<(String, Vec<String>)>,
    /// Names of folders that projects of TypeScript made up, those of the deepest folders first.
    aliases: Vec<Alias>,
}

impl Program {
    /// Adds a file.
    pub fn add(
        &mut self,
        text: std::sync::Arc<source_text::SourceFile>,
        module: Module,
    ) -> ModuleId {
        self.add_at(text, module, Anchor::Own)
    }

    /// Adds code that stands in another file, whose handle the module carries; the path of `text`
    /// names it.
    pub fn add_at(
        &mut self,
        text: std::sync::Arc<source_text::SourceFile>,
        module: Module,
        anchor: Anchor,
    ) -> ModuleId {
        let id = ModuleId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        let path = text.path.clone();
        self.by_path.insert(path.clone(), id);
        self.python_names.extend(python_name(&path).map(SmolStr::new));
        if !module.package.is_empty() {
            let key = package_key(module.language, &path, &module.package);
            self.by_package.entry((module.language, key)).or_default().push(id);
        }
        if module.language == Language::Go && !path.ends_with("_test.go") {
            let folder = parent(&path).unwrap_or_default().to_owned();
            self.go_folders.entry(folder).or_default().push(id);
        }
        let lines = LineIndex::new(&text.text);
        self.sources.push(Source { path, text, module, lines, anchor });
        id
    }

    /// Lets the code of a folder import what stands in the folders of its layers; the first wins.
    pub fn add_layers(&mut self, folder: String, layers: Vec<String>) {
        let pair = (folder, layers);
        if !self.layers.contains(&pair) {
            self.layers.push(pair);
        }
    }

    /// The first file that `find` names in the layers over a file, below one of some folders of each.
    fn in_layers(
        &self,
        from: &str,
        inner: &[&str],
        find: impl Fn(&str) -> Option<ModuleId>,
    ) -> Option<ModuleId> {
        let is_over = |folder: &str| {
            folder.is_empty()
                || from.strip_prefix(folder).is_some_and(|rest| rest.starts_with(['/', '#']))
        };
        let over = self.layers.iter().filter(|(folder, _)| is_over(folder));
        let mut folders = over.flat_map(|(_, layers)| layers);
        folders.find_map(|layer| inner.iter().find_map(|inner| find(&join(layer, inner))))
    }

    /// Adds the names that a `tsconfig.json` in `folder`, relative to the root, gives to folders. One
    /// that is no JSON gives none.
    pub fn add_paths(&mut self, folder: &str, tsconfig: &str) {
        self.aliases.extend(aliases(folder, tsconfig));
        self.aliases.sort_by_key(|alias| std::cmp::Reverse(alias.folder.len()));
    }

    /// Lets the Go code below a folder import its own packages, as the `go.mod` there names them.
    pub fn add_go_module(&mut self, folder: &str, go_mod: &str) {
        let words = |line: &str| line.split("//").next().map(str::trim).map(str::to_owned);
        let mut lines = go_mod.lines().filter_map(words);
        let path = lines.find_map(|line| line.strip_prefix("module ").map(str::to_owned));
        if let Some(path) = path {
            let path = path.trim().trim_matches(['"', '`']).to_owned();
            self.go_modules.push((folder.to_owned(), path));
        }
    }

    /// Number of files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sources.len()
    }

    /// Whether there is no code.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// Every module.
    pub fn ids(&self) -> impl Iterator<Item = ModuleId> + use<> {
        (0..u32::try_from(self.sources.len()).unwrap_or(u32::MAX)).map(ModuleId)
    }

    /// The file behind an id.
    #[must_use]
    pub fn source(&self, id: ModuleId) -> Option<&Source> {
        self.sources.get(id.0 as usize)
    }

    /// The tree behind an id.
    #[must_use]
    pub fn module(&self, id: ModuleId) -> Option<&Module> {
        self.source(id).map(|source| &source.module)
    }

    /// The function behind two ids.
    #[must_use]
    pub fn function(&self, module: ModuleId, function: FunctionId) -> Option<&Function> {
        self.module(module)?.function(function)
    }

    /// The class behind two ids.
    #[must_use]
    pub fn class(&self, module: ModuleId, class: code_ir::ClassId) -> Option<&Class> {
        self.module(module)?.class(class)
    }

    /// The place of a span.
    #[must_use]
    pub fn place(&self, module: ModuleId, span: Span) -> Place {
        self.source(module).map_or_else(Place::default, |source| {
            let place = source.lines.place(source.module.file, &source.text.text, span);
            match source.anchor {
                Anchor::Own => place,
                Anchor::Whole(whole) => whole,
                Anchor::Block { lines, columns } => Place {
                    line: place.line + lines,
                    end_line: place.end_line + lines,
                    column: place.column + columns,
                    end_column: place.end_column + columns,
                    ..place
                },
            }
        })
    }

    /// The text of a span, at most its first line.
    #[must_use]
    pub fn excerpt(&self, module: ModuleId, span: Span) -> &str {
        let text = self
            .source(module)
            .and_then(|source| source.text.text.get(span.start as usize..span.end as usize));
        text.and_then(|text| text.lines().next()).unwrap_or_default()
    }

    /// The module at a path, when there is one.
    #[must_use]
    pub fn at_path(&self, path: &str) -> Option<ModuleId> {
        self.by_path.get(path).copied()
    }

    /// Modules of the package of a file of Go, Java or C#, itself among them.
    #[must_use]
    pub fn same_package(&self, module: ModuleId) -> &[ModuleId] {
        let Some(Source { path, module, .. }) = self.source(module) else { return &[] };
        let key = package_key(module.language, path, &module.package);
        self.by_package.get(&(module.language, key)).map_or(&[], Vec::as_slice)
    }

    /// The files of the package of this program that an import of Go, Java or C# in `from` means.
    #[must_use]
    pub fn imported_package(&self, from: ModuleId, module: &str) -> &[ModuleId] {
        let Some(source) = self.source(from) else { return &[] };
        let language = source.module.language;
        let found = match language {
            Language::Java | Language::CSharp => {
                self.by_package.get(&(language, SmolStr::new(module)))
            }
            Language::Go => self.go(&source.path, module),
            _ => None,
        };
        found.map_or(&[], Vec::as_slice)
    }

    /// A Go package by its path below that of the module whose `go.mod` lies nearest above.
    fn go(&self, from: &str, package: &str) -> Option<&Vec<ModuleId>> {
        let holds = |folder: &str| parent_folders(from).any(|above| above == folder);
        let modules = self.go_modules.iter().filter(|(folder, _)| holds(folder));
        let (folder, path) = modules.max_by_key(|(folder, _)| folder.len())?;
        let below = package.strip_prefix(path.as_str())?;
        let below = match below.strip_prefix('/') {
            Some(below) => below,
            None if below.is_empty() => below,
            None => return None,
        };
        self.go_folders.get(join(folder, below).as_str())
    }

    /// The module that an import in `from` means, when it is one of this program.
    #[must_use]
    pub fn resolve_import(&self, from: ModuleId, import: &Import) -> Option<ModuleId> {
        let source = self.source(from)?;
        match source.module.language {
            Language::Python => self.python(&source.path, &import.module, import.level),
            Language::JavaScript | Language::TypeScript => {
                self.javascript(&source.path, &import.module)
            }
            Language::Ruby => self.ruby(&source.path, &import.module),
            _ => None,
        }
    }

    /// A Python module by its dotted path: relative ones from the package, absolute ones from the
    /// folder of the importing file upwards, since any of them may be the root of the package that
    /// is deployed.
    /// What is not found so is looked for in layers.
    #[must_use]
    pub fn python(&self, from: &str, module: &str, level: u32) -> Option<ModuleId> {
        let last = module.rsplit('.').next()?;
        if level == 0 && !self.python_names.contains(last) {
            return None;
        }
        let below = module.replace('.', "/");
        let mut folder = parent(from);
        if level > 0 {
            for _ in 1..level {
                folder = parent(folder?);
            }
            return self.python_at(&join(folder?, &below));
        }
        let own = self.at_path(from);
        while let Some(base) = folder {
            // A file that imports its own name means the library of that name.
            if let Some(found) = self.python_at(&join(base, &below)).filter(|id| Some(*id) != own) {
                return Some(found);
            }
            if let Some(found) = self.python_at(&join(&join(base, "python"), &below)) {
                return Some(found);
            }
            folder = parent(base);
        }
        self.in_layers(from, &["python", ""], |layer| self.python_at(&join(layer, &below)))
    }

    fn python_at(&self, stem: &str) -> Option<ModuleId> {
        let stem = stem.trim_end_matches('/');
        self.at_path(&format!("{stem}.py")).or_else(|| self.at_path(&join(stem, "__init__.py")))
    }

    /// A JavaScript or TypeScript module by its specifier; only relative ones, and those below `src`
    /// aliases such as `@/x`, are of this program.
    #[must_use]
    pub fn javascript(&self, from: &str, specifier: &str) -> Option<ModuleId> {
        if specifier.starts_with('.') {
            return self.javascript_at(&normalize(&join(parent(from)?, specifier))?);
        }
        if let Some(found) = self.by_alias(from, specifier) {
            return Some(found);
        }
        let in_layer = specifier.strip_prefix("/opt/").unwrap_or(specifier);
        let inner = ["", "nodejs/node_modules", "nodejs", "node_modules"];
        let find = |layer: &str| self.javascript_at(&normalize(&join(layer, in_layer))?);
        let is_plain = !specifier.starts_with(['@', '~', '/']) || in_layer != specifier;
        if let Some(found) = is_plain.then(|| self.in_layers(from, &inner, find)).flatten() {
            return Some(found);
        }
        let below = specifier.strip_prefix("@/").or_else(|| specifier.strip_prefix("~/"));
        let below = below
            .or_else(|| specifier.strip_prefix("/opt/nodejs/"))
            .or_else(|| specifier.starts_with("src/").then_some(specifier))?;
        let mut folder = parent(from);
        while let Some(base) = folder {
            for middle in ["", "src", "nodejs", "lib"] {
                if let Some(found) = self.javascript_at(&join(&join(base, middle), below)) {
                    return Some(found);
                }
            }
            folder = parent(base);
        }
        None
    }

    fn by_alias(&self, from: &str, specifier: &str) -> Option<ModuleId> {
        let is_around = |alias: &&Alias| {
            let below = from.strip_prefix(alias.folder.as_str());
            below.is_some_and(|rest| alias.folder.is_empty() || rest.starts_with('/'))
        };
        let mut stems = self.aliases.iter().filter(is_around).flat_map(|it| it.stems(specifier));
        stems.find_map(|stem| self.javascript_at(&stem))
    }

    fn javascript_at(&self, stem: &str) -> Option<ModuleId> {
        if let Some(found) = self.at_path(stem) {
            return Some(found);
        }
        // TypeScript imports `./x.js` and means `x.ts`.
        let bare = ["js", "mjs", "cjs", "jsx"]
            .iter()
            .find_map(|end| stem.strip_suffix(&format!(".{end}")));
        for stem in [Some(stem), bare].into_iter().flatten() {
            for end in ["js", "ts", "mjs", "cjs", "mts", "cts", "tsx", "jsx"] {
                if let Some(found) = self.at_path(&format!("{stem}.{end}")) {
                    return Some(found);
                }
            }
        }
        for end in ["js", "ts", "mjs", "cjs", "mts", "tsx"] {
            if let Some(found) = self.at_path(&join(stem, &format!("index.{end}"))) {
                return Some(found);
            }
        }
        None
    }

    fn ruby(&self, from: &str, module: &str) -> Option<ModuleId> {
        let folder = parent(from)?;
        let stem = normalize(&join(folder, module))?;
        self.at_path(&stem).or_else(|| self.at_path(&format!("{stem}.rb")))
    }
}

/// The name by which Python imports a file: of `__init__.py` that of its folder.
fn python_name(path: &str) -> Option<&str> {
    let stem = path.strip_suffix(".py")?;
    let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
    stem.rsplit('/').next()
}

/// What tells packages apart: every program of Go is a `main` in a folder of its own.
fn package_key(language: Language, path: &str, package: &SmolStr) -> SmolStr {
    if language != Language::Go {
        return package.clone();
    }
    SmolStr::new(format!("{}:{package}", parent(path).unwrap_or_default()))
}

/// The folder of a path; the root is the empty text.
fn parent(path: &str) -> Option<&str> {
    if path.is_empty() {
        return None;
    }
    Some(path.rsplit_once('/').map_or("", |(folder, _)| folder))
}

/// The folders that hold a path, the nearest first; the root is the empty text.
fn parent_folders(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(parent(path), |folder| parent(folder))
}

fn join(folder: &str, name: &str) -> String {
    match (folder.is_empty(), name.is_empty()) {
        (true, _) => name.to_owned(),
        (_, true) => folder.to_owned(),
        _ => format!("{folder}/{name}"),
    }
}

/// Without `.` and `..`; nothing when it leads above the root.
pub(crate) fn normalize(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use code_ir::{Language, Module};
    use source_text::SourceFile;

    use super::{Anchor, ModuleId, Program};

    fn program(paths: &[&str]) -> Program {
        let mut program = Program::default();
        for path in paths {
            let file = SourceFile { path: (*path).to_owned(), text: String::new() };
            let language = Language::of_path(path).unwrap();
            program.add(Arc::new(file), Module { language, ..Module::default() });
        }
        program
    }

    #[test]
    fn python_imports_are_found_from_the_file_upwards() {
        let program =
            program(&["src/orders/app.py", "src/orders/db.py", "layer/python/shared/__init__.py"]);
        assert_eq!(program.python("src/orders/app.py", "db", 0), Some(ModuleId(1)));
        assert_eq!(program.python("src/orders/app.py", "orders.db", 0), Some(ModuleId(1)));
        assert_eq!(program.python("src/orders/app.py", "db", 1), Some(ModuleId(1)));
        assert_eq!(program.python("src/orders/app.py", "boto3", 0), None);
        assert_eq!(program.python("src/orders/db.py", "db", 0), None, "not itself");
    }

    #[test]
    fn imports_lead_into_layers_in_their_order() {
        let mut program = program(&[
            "f/app.py",
            "a/python/shared.py",
            "b/shared.py",
            "g/app.js",
            "c/nodejs/db.js",
            "c/nodejs/node_modules/own/index.js",
        ]);
        program.add_layers("f".to_owned(), vec!["b".to_owned(), "a".to_owned()]);
        program.add_layers("g".to_owned(), vec!["c".to_owned()]);
        assert_eq!(program.python("f/app.py", "shared", 0), Some(ModuleId(2)));
        assert_eq!(program.python("g/app.py", "shared", 0), None);
        assert_eq!(program.javascript("g/app.js", "/opt/nodejs/db"), Some(ModuleId(4)));
        assert_eq!(program.javascript("g/app.js", "own"), Some(ModuleId(5)));
        assert_eq!(program.javascript("f/app.js", "own"), None);
        assert_eq!(program.javascript("g/app.js", "/opt/../../x"), None);
    }

    #[test]
    fn code_in_another_file_is_placed_there() {
        let text = SourceFile { path: "t.yaml#F".to_owned(), text: "a\nb = c\n".to_owned() };
        let mut program = Program::default();
        let anchor = Anchor::Block { lines: 10, columns: 8 };
        let id = program.add_at(Arc::new(text), Module::default(), anchor);
        let place = program.place(id, code_ir::Span { start: 2, end: 3 });
        assert_eq!((place.line, place.column, place.end_column), (12, 9, 10));
    }

    #[test]
    fn programs_of_go_are_apart() {
        let mut program = Program::default();
        for path in ["a/main.go", "a/db.go", "b/main.go"] {
            let file = SourceFile { path: path.to_owned(), text: String::new() };
            let module =
                Module { language: Language::Go, package: "main".into(), ..Module::default() };
            program.add(Arc::new(file), module);
        }
        assert_eq!(program.same_package(ModuleId(0)), [ModuleId(0), ModuleId(1)]);
    }

    #[test]
    fn imports_of_go_lead_where_the_module_file_says() {
        let mut program =
            program(&["app/main.go", "app/store/a.go", "app/store/b.go", "lambda/x.go"]);
        assert!(program.imported_package(ModuleId(0), "example.com/notes/store").is_empty());
        program.add_go_module("app", "// notes\nmodule example.com/notes // ours\n\ngo 1.22\n");
        assert_eq!(
            program.imported_package(ModuleId(0), "example.com/notes/store"),
            [ModuleId(1), ModuleId(2)]
        );
        assert_eq!(program.imported_package(ModuleId(1), "example.com/notes"), [ModuleId(0)]);
        for other in ["example.com/notesstore", "github.com/aws/aws-lambda-go/lambda", "store"] {
            assert!(program.imported_package(ModuleId(0), other).is_empty(), "{other}");
        }
        assert!(program.imported_package(ModuleId(3), "example.com/notes/store").is_empty());
    }

    #[test]
    fn javascript_imports_are_relative_and_guess_endings() {
        let program = program(&["src/app.ts", "src/db/index.ts", "src/util.ts"]);
        assert_eq!(program.javascript("src/app.ts", "./db"), Some(ModuleId(1)));
        assert_eq!(program.javascript("src/app.ts", "./util.js"), Some(ModuleId(2)));
        assert_eq!(program.javascript("src/app.ts", "../../etc/passwd"), None);
        assert_eq!(program.javascript("src/app.ts", "util"), None);
    }

    #[test]
    fn names_that_a_project_gives_to_folders_lead_there() {
        let mut program =
            program(&["app/src/h.ts", "app/src/lib/a.ts", "other/src/h.ts", "lodash.ts"]);
        let options = "{\"compilerOptions\": {\"paths\": {\"@lib/*\": [\"src/lib/*\"]}}}";
        program.add_paths("app", options);
        assert_eq!(program.javascript("app/src/h.ts", "@lib/a"), Some(ModuleId(1)));
        assert_eq!(program.javascript("app/src/h.ts", "@lib/b"), None);
        assert_eq!(program.javascript("app/src/h.ts", "lodash"), None, "no baseUrl");
        assert_eq!(program.javascript("other/src/h.ts", "@lib/a"), None, "another project");
    }
}
