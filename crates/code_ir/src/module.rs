//! A module: one file of code.

use source_text::{FileId, SmolStr};

use crate::{Class, ClassId, Function, FunctionId, Span};

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are those of the languages")]
pub enum Language {
    #[default]
    Python,
    JavaScript,
    TypeScript,
    Go,
    Java,
    CSharp,
    Ruby,
}

impl Language {
    /// The word in messages and models.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::JavaScript => "javascript",
            Self::TypeScript => "typescript",
            Self::Go => "go",
            Self::Java => "java",
            Self::CSharp => "csharp",
            Self::Ruby => "ruby",
        }
    }

    /// The language of a file by the ending of its name, when we read it.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        let (_, extension) = path.rsplit_once('.')?;
        Some(match extension {
            "py" => Self::Python,
            "js" | "mjs" | "cjs" | "jsx" => Self::JavaScript,
            "ts" | "mts" | "cts" | "tsx" => Self::TypeScript,
            "go" => Self::Go,
            "java" => Self::Java,
            "cs" => Self::CSharp,
            "rb" => Self::Ruby,
            _ => return None,
        })
    }
}

/// One file of code.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// The file.
    pub file: FileId,
    /// Its language.
    pub language: Language,
    /// Go's package, Java's package, C#'s namespace; empty elsewhere.
    pub package: SmolStr,
    /// Every function; the first is the body of the module itself.
    pub functions: Vec<Function>,
    /// Every class.
    pub classes: Vec<Class>,
    /// Where the text could not be parsed, with a word on why; the rest of the tree stands.
    pub errors: Vec<(Span, String)>,
}

impl Module {
    /// The function behind an id. An id of another module gives nothing.
    #[must_use]
    pub fn function(&self, id: FunctionId) -> Option<&Function> {
        self.functions.get(id.0 as usize)
    }

    /// The class behind an id.
    #[must_use]
    pub fn class(&self, id: ClassId) -> Option<&Class> {
        self.classes.get(id.0 as usize)
    }

    /// Adds a function and returns its id.
    pub fn add_function(&mut self, function: Function) -> FunctionId {
        let id = FunctionId(u32::try_from(self.functions.len()).unwrap_or(u32::MAX));
        self.functions.push(function);
        id
    }

    /// Adds a class and returns its id.
    pub fn add_class(&mut self, class: Class) -> ClassId {
        let id = ClassId(u32::try_from(self.classes.len()).unwrap_or(u32::MAX));
        self.classes.push(class);
        id
    }
}

/// An import.
#[derive(Clone, Debug)]
pub struct Import {
    /// As written: `os.path`, `./db`, `@aws-sdk/client-s3`, `github.com/x/y`; without leading dots in
    /// Python.
    pub module: SmolStr,
    /// Leading dots of a relative import in Python.
    pub level: u32,
    /// What comes into scope.
    pub kind: ImportKind,
}

/// What an import brings into scope.
#[derive(Clone, Debug)]
pub enum ImportKind {
    /// The first package of the path under its own name: `import os.path` binds `os`.
    Root(crate::Name),
    /// The whole module under a name: `import x as y`, `import * as y`, Go's imports.
    Whole(crate::Name),
    /// Some names of it; `default` is ESM's default export.
    Names(Vec<ImportedName>),
    /// All names of it.
    Star,
    /// Nothing: for its effect.
    Effect,
}

/// One imported name.
#[derive(Clone, Debug)]
pub struct ImportedName {
    /// Name there.
    pub name: SmolStr,
    /// Name here.
    pub alias: crate::Name,
}
