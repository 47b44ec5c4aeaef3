//! Fields that are named without their receiver, and what they hold first.

use std::rc::Rc;

use code_ir::{Expr, Language, SmolStr, Span};

use super::{DEPTH, Engine};
use crate::value::{ClassRef, Key, Shape, Value};

impl<'p> Engine<'p> {
    /// The first value of a field, in which other fields of `this` may be named.
    pub(super) fn eval_field(
        &mut self,
        class: &Rc<ClassRef>,
        expr: &'p Expr,
        this: &Value,
    ) -> Value {
        let Some(frames) = class.frames.clone() else { return Value::unknown() };
        // Fields may be made of each other.
        if self.calls.len() >= DEPTH {
            return Value::unknown();
        }
        self.within_frames(class.module, frames, Some(this.clone()), |engine| engine.eval(expr))
    }

    /// A field of the receiver by its bare name, in languages that allow it.
    pub(crate) fn own_field(&mut self, name: &SmolStr, span: Span) -> Option<Value> {
        if matches!(self.language(), Language::Python | Language::Go) || self.is_javascript() {
            return None;
        }
        let class = self.own_class()?;
        let this = self.call()?.this.clone();
        if let Some(this) = &this
            && let Some(id) = this.as_object()
            && self.heap.map(id).is_some_and(|map| map.get(&Key::Name(name.clone())).is_some())
        {
            return Some(self.member(this, name, span));
        }
        self.class_field(&class, name)
    }

    /// The class whose code runs.
    fn own_class(&self) -> Option<Rc<ClassRef>> {
        let call = self.call()?;
        // A lambda stands in a method.
        let mut frames = &call.frames;
        loop {
            let function = self.program.function(call.module, frames.function)?;
            match function.class {
                Some(class) => {
                    let (module, frames) = (call.module, frames.parent.clone());
                    return Some(Rc::new(ClassRef { module, class, frames }));
                }
                None if function.is_arrow => frames = frames.parent.as_ref()?,
                // The first value of a field stands in no method.
                None => break,
            }
        }
        let this = call.this.as_ref()?;
        match &this.shape {
            Shape::Class(class) => Some(Rc::clone(class)),
            _ => self.heap.map(this.as_object()?)?.class.clone(),
        }
    }
}
