//! What the guard says of one event: for the commands that measure it.

use payload::{Class, Classes, Context, Engine, Scratch};
use serde_json::Value;

/// An engine with its scratch memory.
pub(crate) struct Inspection {
    engine: Engine,
    scratch: Scratch,
}

impl Inspection {
    pub(crate) fn new() -> Self {
        Self { engine: Engine::new(), scratch: Scratch::default() }
    }

    /// The class of the first attack in any text or key of `event`.
    pub(crate) fn event(&mut self, event: &Value) -> Option<Class> {
        match event {
            Value::String(text) => self.text(text),
            Value::Array(items) => items.iter().find_map(|item| self.event(item)),
            Value::Object(members) => {
                members.iter().find_map(|(key, value)| self.key(key).or_else(|| self.event(value)))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => None,
        }
    }

    fn key(&mut self, key: &str) -> Option<Class> {
        let context = Context::Any(Classes::ALL);
        self.engine.classify_key(&mut self.scratch, key, context).hit.map(|hit| hit.class)
    }

    /// The class of `text` by itself, where any class is looked for.
    pub(crate) fn text(&mut self, text: &str) -> Option<Class> {
        self.in_context(text, Context::Any(Classes::ALL))
    }

    /// The class of `text` by itself, in `context`.
    pub(crate) fn in_context(&mut self, text: &str, context: Context) -> Option<Class> {
        self.engine.classify(&mut self.scratch, text, context).hit.map(|hit| hit.class)
    }
}
