//! What the guard says of one event, with its settings as they are when nobody sets any, or with
//! fields whose sink is known.

use guard_inspect::Inspector;
use guard_settings::Settings;
use payload::{Class, Classes, Context, Engine};

use crate::Failure;

/// An inspector and an engine, with their scratch memory.
pub(crate) struct Inspection {
    inspector: Inspector,
    scratch: guard_inspect::Scratch,
    engine: Engine,
    values: payload::Scratch,
}

impl Inspection {
    pub(crate) fn new() -> Result<Self, Failure> {
        Self::with(&Settings::default())
    }

    /// The same where the settings know that `fields` flow to sinks of `classes`.
    pub(crate) fn of_fields(fields: &[&str], classes: Classes) -> Result<Self, Failure> {
        let mut settings = Settings::default();
        // No class would mean that nobody looks at the field.
        for field in fields.iter().filter(|_| !classes.is_empty()) {
            settings.inspect.fields.insert(field.parse()?, classes);
        }
        Self::with(&settings)
    }

    fn with(settings: &Settings) -> Result<Self, Failure> {
        Ok(Self {
            inspector: Inspector::new(settings)?,
            scratch: guard_inspect::Scratch::default(),
            engine: Engine::new(),
            values: payload::Scratch::default(),
        })
    }

    /// Why `event`, as JSON, is refused.
    pub(crate) fn event(&mut self, event: &[u8]) -> Option<String> {
        let judgement = self.inspector.event(&mut self.scratch, event, "8476a536-e9f4-11e8-9739");
        judgement.hits.first().map(|hit| hit.detail.clone())
    }

    /// The class of `text` by itself, in `context`.
    pub(crate) fn in_context(&mut self, text: &str, context: Context) -> Option<Class> {
        self.engine.classify(&mut self.values, text, context).hit.map(|hit| hit.class)
    }
}
