//! Models that are compiled when code first uses their name: of thousands, one application asks for
//! a few.

use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;

/// A model as it came.
#[derive(Clone, Debug)]
pub(crate) enum Written<M> {
    /// JSON of a built-in one; a test reads them all.
    BuiltIn(&'static str),
    /// Read from a file of the user.
    Given(Arc<M>),
}

/// What models of the form `M` are compiled to.
pub(crate) trait Compiled<M>: Default {
    /// Adds one more model of the same name, which decides where both speak.
    fn take_in(&mut self, model: &M);
}

/// Everything that is written of one name.
#[derive(Debug)]
pub(crate) struct Lazy<M, T> {
    written: Vec<Written<M>>,
    /// Boxed, so that a table of names that nobody asks for stays small.
    compiled: OnceLock<Box<T>>,
}

impl<M, T> Default for Lazy<M, T> {
    fn default() -> Self {
        Self { written: Vec::new(), compiled: OnceLock::new() }
    }
}

impl<M: DeserializeOwned, T: Compiled<M>> Lazy<M, T> {
    /// Adds a model; nothing was asked of this name yet.
    pub(crate) fn push(&mut self, model: Written<M>) {
        self.written.push(model);
    }

    /// All of it, compiled.
    pub(crate) fn get(&self) -> &T {
        self.compiled.get_or_init(|| {
            let mut all = T::default();
            for model in &self.written {
                match model {
                    Written::BuiltIn(text) => {
                        if let Ok(model) = serde_json::from_str(text) {
                            all.take_in(&model);
                        }
                    }
                    Written::Given(model) => all.take_in(model),
                }
            }
            Box::new(all)
        })
    }
}
