//! The models of the languages of one application.

use std::collections::HashMap;

use code_ir::Language;

use crate::{ModelFile, Models};

/// Models of every language that is needed.
#[derive(Debug, Default)]
pub struct ModelSet {
    by_language: HashMap<Language, Models>,
}

impl ModelSet {
    /// Compiles models for some languages.
    #[must_use]
    pub fn new(files: &[ModelFile], languages: impl IntoIterator<Item = Language>) -> Self {
        let by_language = languages
            .into_iter()
            .map(|language| (language, Models::compile(files, language)))
            .collect();
        Self { by_language }
    }

    /// Those of one language, when they were asked for.
    #[must_use]
    pub fn of(&self, language: Language) -> Option<&Models> {
        self.by_language.get(&language)
    }
}
