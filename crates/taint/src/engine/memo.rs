//! Calls that nothing hostile goes into are run once for the same arguments.
//!
//! A program's calls form a graph, and running each call anew would walk all of its paths. What a
//! clean call gives is kept for the rest of the entry point; its effects were had at the first run.

use std::hash::{Hash, Hasher};

use code_ir::FunctionId;
use code_program::ModuleId;
use rustc_hash::FxHasher;

use super::{Engine, call::Args};
use crate::{
    heap::Object,
    value::{Closure, Constant, Shape, Value},
};

/// A function with what it was called with.
pub(crate) type CallKey = (ModuleId, FunctionId, u64);

impl Engine<'_> {
    /// The key of a call, when nothing hostile goes into it and all arguments can be told apart.
    pub(crate) fn key_of_call(&self, closure: &Closure, args: &Args) -> Option<CallKey> {
        let mut hasher = FxHasher::default();
        for value in args.all().chain(&closure.receiver) {
            if !self.taint_below(value, 2).is_clean() {
                return None;
            }
            hash_shape(&value.shape, &mut hasher)?;
            self.hash_inside(value, 2, &mut hasher)?;
        }
        args.positional.len().hash(&mut hasher);
        for (name, _) in &args.named {
            name.hash(&mut hasher);
        }
        closure.frames.as_ref().map(|frames| frames.object).hash(&mut hasher);
        Some((closure.module, closure.function, hasher.finish()))
    }

    /// Feeds where a value comes from and what is in it, a few levels deep: objects change between calls.
    fn hash_inside(&self, value: &Value, depth: u32, hasher: &mut FxHasher) -> Option<()> {
        value.origin.hash(hasher);
        if depth == 0 {
            return Some(());
        }
        for shape in value.shape.alternatives() {
            let Shape::Object(id) = shape else { continue };
            let of = |inner: &Value, hasher: &mut FxHasher| {
                hash_shape(&inner.shape, hasher)?;
                self.hash_inside(inner, depth - 1, hasher)
            };
            match self.heap.get(*id) {
                Some(Object::List(list)) => {
                    for item in list.items.iter().chain(&list.rest) {
                        of(item, hasher)?;
                    }
                }
                Some(Object::Map(map)) => {
                    for (key, item) in &map.entries {
                        key.hash(hasher);
                        of(item, hasher)?;
                    }
                    if let Some(rest) = &map.rest {
                        of(rest, hasher)?;
                    }
                }
                _ => {}
            }
        }
        Some(())
    }

    /// What the same call gave before.
    pub(crate) fn remembered(&self, key: &CallKey) -> Option<Value> {
        self.memo.get(key).cloned()
    }
}

/// Feeds what tells a shape apart into a hash; nothing for parts of events.
fn hash_shape(shape: &Shape, hasher: &mut FxHasher) -> Option<()> {
    std::mem::discriminant(shape).hash(hasher);
    match shape {
        Shape::Unknown => {}
        Shape::Constant(constant) => match constant {
            Constant::None => {}
            Constant::Bool(value) => value.hash(hasher),
            Constant::Int(value) => value.hash(hasher),
            Constant::Float(value) => value.to_bits().hash(hasher),
            Constant::Text(text) | Constant::Bytes(text) => text.hash(hasher),
            Constant::Regex(pattern, flags) => (pattern, flags).hash(hasher),
        },
        Shape::Object(id) | Shape::Settle(id) => id.hash(hasher),
        Shape::Module(id) => id.hash(hasher),
        Shape::Function(closure) => {
            (closure.module, closure.function).hash(hasher);
            closure.frames.as_ref().map(|frames| frames.object).hash(hasher);
        }
        Shape::Class(class) => (class.module, class.class).hash(hasher),
        Shape::Super(base) => (base.0.module, base.0.class).hash(hasher),
        Shape::Library(id) | Shape::Instance(id) => id.hash(hasher),
        Shape::Event(_) => return None,
        Shape::OneOf(shapes) => {
            for shape in shapes.iter() {
                hash_shape(shape, hasher)?;
            }
        }
    }
    Some(())
}
