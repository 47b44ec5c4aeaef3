//! Objects of Java whose text tells nothing of what is in them: without a `toString` of its own a class
//! prints its name and a number.

use std::rc::Rc;

use code_ir::{Expr, Language};

use super::Engine;
use crate::value::{ClassRef, Shape, Taint, Value};

/// Classes looked at on the way up.
const ANCESTORS: usize = 8;

impl<'p> Engine<'p> {
    /// What of a value is in its text.
    pub(crate) fn printed(&mut self, value: &Value) -> Taint {
        if self.language() != Language::Java {
            return self.deep_taint(value);
        }
        let class = value.as_object().and_then(|id| self.heap.map(id)?.class.clone());
        let is_opaque = value.is_opaque || class.is_some_and(|class| self.prints_nothing(&class));
        if is_opaque { Taint::default() } else { self.deep_taint(value) }
    }

    /// Whether objects of a declared type print nothing of what is in them.
    pub(crate) fn is_opaque_type(&mut self, annotation: &'p Expr) -> bool {
        if self.language() != Language::Java
            || !matches!(annotation.kind, code_ir::ExprKind::Name(_))
        {
            return false;
        }
        match self.eval(annotation).shape {
            Shape::Class(class) => self.prints_nothing(&class),
            _ => false,
        }
    }

    fn prints_nothing(&mut self, class: &Rc<ClassRef>) -> bool {
        let mut pending = vec![Rc::clone(class)];
        for _ in 0..ANCESTORS {
            let Some(class) = pending.pop() else { return true };
            let Some(definition) = self.program.class(class.module, class.class) else {
                return false;
            };
            let is_made = definition.decorators.iter().any(|decorator| {
                let name = decorator.dotted().and_then(|path| path.last().map(ToString::to_string));
                matches!(name.as_deref(), Some("Data" | "ToString" | "Value") | None)
            });
            let header = self.program.excerpt(class.module, definition.span);
            let header = header.split('{').next().unwrap_or_default();
            let has_text = header.split_whitespace().any(|word| matches!(word, "record" | "enum"));
            if is_made
                || has_text
                || definition.methods.iter().any(|method| method.name == "toString")
            {
                return false;
            }
            for base in self.bases(&class) {
                match base.shape {
                    Shape::Class(base) => pending.push(base),
                    Shape::Library(id) | Shape::Instance(id) => {
                        let name = self.names.text(id);
                        let name = name.rsplit('.').next().unwrap_or(&name);
                        if !matches!(name, "Serializable" | "Cloneable" | "Comparable") {
                            return false;
                        }
                    }
                    _ => return false,
                }
            }
        }
        false
    }
}

/// Whether a function makes a text of its arguments.
pub(crate) fn makes_text(method: &str) -> bool {
    matches!(method, "format" | "formatted" | "valueOf" | "concat" | "printf")
}
