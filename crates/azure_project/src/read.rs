//! One file of code: the functions that it declares.

use code_ir::{Language, LineIndex, Span};
use source_text::{FileId, Place};

use crate::{
    attributes,
    declared::{Declared, Level},
    node, python,
};

/// What a file declares.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadFunctions {
    /// Functions in the order of the text.
    pub functions: Vec<Declared>,
    /// Level of HTTP functions that say none, where the file makes the app of a project.
    pub level: Option<Level>,
}

/// Where spans of a text stand.
pub(crate) struct Places<'a> {
    file: FileId,
    text: &'a str,
    lines: LineIndex,
}

impl Places<'_> {
    pub(crate) fn at(&self, span: Span) -> Place {
        self.lines.place(self.file, self.text, span)
    }
}

/// Whether a text may declare functions, at a cheap look.
fn may_declare(language: Language, text: &str) -> bool {
    match language {
        Language::Python => text.contains("azure"),
        Language::JavaScript | Language::TypeScript => {
            node::LIBRARIES.iter().any(|library| text.contains(library))
        }
        Language::CSharp => text.contains("Function"),
        Language::Java => text.contains("FunctionName"),
        Language::Go | Language::Ruby => false,
    }
}

/// The functions that a file of code declares; `path` tells its language. What is not read as code
/// declares none: the scan of code tells of it.
///
/// Needs a stack of 64 MB for the deepest text that it lets through.
#[must_use]
pub fn read_functions(file: FileId, path: &str, text: &str) -> ReadFunctions {
    let Some(language) = Language::of_path(path) else { return ReadFunctions::default() };
    if !may_declare(language, text) {
        return ReadFunctions::default();
    }
    let module = app_code::parse(file, language, path, text);
    let places = Places { file, text, lines: LineIndex::new(text) };
    let mut read = ReadFunctions::default();
    match language {
        Language::Python => (read.functions, read.level) = python::read(&module, &places),
        Language::JavaScript | Language::TypeScript => {
            read.functions = node::read(&module, text, &places);
        }
        Language::CSharp | Language::Java => read.functions = attributes::read(&module, &places),
        Language::Go | Language::Ruby => {}
    }
    read.functions.sort_by_key(|function| function.place);
    read
}
