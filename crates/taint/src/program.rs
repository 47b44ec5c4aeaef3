//! The code of an application: its modules, and which file an import means.

use std::collections::HashMap;

use code_ir::{Class, Function, FunctionId, Import, Language, LineIndex, Module, SmolStr, Span};
use source_text::Place;

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
}

/// All code of a run.
#[derive(Debug, Default)]
pub struct Program {
    sources: Vec<Source>,
    by_path: HashMap<String, ModuleId>,
    /// Go, Java and C# find each other by package and folder, not by file.
    by_package: HashMap<(Language, SmolStr), Vec<ModuleId>>,
}

impl Program {
    /// Adds a file.
    pub fn add(
        &mut self,
        text: std::sync::Arc<source_text::SourceFile>,
        module: Module,
    ) -> ModuleId {
        let id = ModuleId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        let path = text.path.clone();
        self.by_path.insert(path.clone(), id);
        if !module.package.is_empty() {
            let key = (module.language, module.package.clone());
            self.by_package.entry(key).or_default().push(id);
        }
        let lines = LineIndex::new(&text.text);
        self.sources.push(Source { path, text, module, lines });
        id
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
            source.lines.place(source.module.file, &source.text.text, span)
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

    /// Modules of a package of Go, Java or C#.
    #[must_use]
    pub fn of_package(&self, language: Language, package: &str) -> &[ModuleId] {
        self.by_package.get(&(language, SmolStr::new(package))).map_or(&[], Vec::as_slice)
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
    #[must_use]
    pub fn python(&self, from: &str, module: &str, level: u32) -> Option<ModuleId> {
        let below = module.replace('.', "/");
        let mut folder = parent(from);
        if level > 0 {
            for _ in 1..level {
                folder = parent(folder?);
            }
            return self.python_at(&join(folder?, &below));
        }
        let own = self.at_path(from);
        loop {
            let base = folder?;
            // A file that imports its own name means the library of that name.
            if let Some(found) = self.python_at(&join(base, &below)).filter(|id| Some(*id) != own) {
                return Some(found);
            }
            if let Some(found) = self.python_at(&join(&join(base, "python"), &below)) {
                return Some(found);
            }
            folder = parent(base);
        }
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

/// The folder of a path; the root is the empty text.
fn parent(path: &str) -> Option<&str> {
    if path.is_empty() {
        return None;
    }
    Some(path.rsplit_once('/').map_or("", |(folder, _)| folder))
}

fn join(folder: &str, name: &str) -> String {
    match (folder.is_empty(), name.is_empty()) {
        (true, _) => name.to_owned(),
        (_, true) => folder.to_owned(),
        _ => format!("{folder}/{name}"),
    }
}

/// Without `.` and `..`; nothing when it leads above the root.
fn normalize(path: &str) -> Option<String> {
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

    use super::{ModuleId, Program};

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
    fn javascript_imports_are_relative_and_guess_endings() {
        let program = program(&["src/app.ts", "src/db/index.ts", "src/util.ts"]);
        assert_eq!(program.javascript("src/app.ts", "./db"), Some(ModuleId(1)));
        assert_eq!(program.javascript("src/app.ts", "./util.js"), Some(ModuleId(2)));
        assert_eq!(program.javascript("src/app.ts", "../../etc/passwd"), None);
        assert_eq!(program.javascript("src/app.ts", "util"), None);
    }
}
