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
    /// The built-in models of some languages, and those of `more` after them.
    #[must_use]
    pub fn new(languages: impl IntoIterator<Item = Language>, more: &[ModelFile]) -> Self {
        let by_language = languages.into_iter().map(|word| (word, Models::new(word, more)));
        Self { by_language: by_language.collect() }
    }

    /// Those of one language, when they were asked for.
    #[must_use]
    pub fn of(&self, language: Language) -> Option<&Models> {
        self.by_language.get(&language)
    }
}
