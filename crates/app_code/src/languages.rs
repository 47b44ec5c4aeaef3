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

/// The built-in models of some languages, and those of the user after them.
#[must_use]
pub fn models(languages: &BTreeSet<Language>, more: &[ModelFile]) -> ModelSet {
    ModelSet::new(languages.iter().copied(), more)
}
