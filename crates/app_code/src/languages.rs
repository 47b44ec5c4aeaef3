//! Front ends and models by language.

use std::collections::BTreeSet;

use code_ir::{Language, Module};
use source_text::FileId;
use taint::{ModelFile, ModelSet};

/// Reads a file of code. What could not be read stands in [`Module::errors`].
///
/// Needs a stack of 64 MB for the deepest text that it lets through.
#[must_use]
pub fn parse(file: FileId, language: Language, path: &str, text: &str) -> Module {
    match language {
        Language::Python => code_python::parse(file, text),
        Language::JavaScript | Language::TypeScript => {
            code_javascript::parse(file, language, path, text)
        }
        Language::Go | Language::Java | Language::CSharp | Language::Ruby => {
            code_tree_sitter::parse(file, language, text)
        }
    }
}

/// Compiles the built-in models of some languages, and those of the user after them.
#[must_use]
pub fn models(languages: &BTreeSet<Language>, more: &[ModelFile]) -> ModelSet {
    let folders: BTreeSet<&str> = languages
        .iter()
        .map(|language| match language {
            // They share their libraries.
            Language::TypeScript => "javascript",
            other => other.as_str(),
        })
        .collect();
    let mut files: Vec<ModelFile> = Vec::new();
    for folder in folders {
        // A test of `taint_models` parses every file, so none is lost here.
        files.extend(taint::built_in(folder).unwrap_or_default());
    }
    files.extend(more.iter().cloned());
    ModelSet::new(&files, languages.iter().copied())
}
