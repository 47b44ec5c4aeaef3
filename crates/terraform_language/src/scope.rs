//! What a name in an expression may stand for, beside what the module declares.

use source_text::SmolStr;

use crate::value::Value;

/// Where an expression is evaluated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'s> {
    /// Position of the module.
    pub(crate) module: usize,
    /// `each`, `count`, iterators, names of `for`; the innermost first.
    pub(crate) names: Option<&'s Names<'s>>,
}

#[derive(Debug)]
pub(crate) struct Names<'s> {
    pub(crate) bindings: &'s [(SmolStr, Value)],
    pub(crate) outer: Option<&'s Names<'s>>,
}

impl<'s> Scope<'s> {
    /// A module's own scope.
    pub(crate) fn of(module: usize) -> Self {
        Self { module, names: None }
    }

    pub(crate) fn find(&self, name: &str) -> Option<&'s Value> {
        let mut names = self.names;
        while let Some(here) = names {
            if let Some((_, value)) = here.bindings.iter().find(|(known, _)| known == name) {
                return Some(value);
            }
            names = here.outer;
        }
        None
    }
}
