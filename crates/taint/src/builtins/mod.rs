//! Built-in functions and the methods of texts, sequences and mappings.

mod functions;
mod lists;
mod maps;
mod promises;
mod texts;

use code_ir::{SmolStr, Span};

use crate::{
    engine::{Args, Engine},
    heap::Object,
    value::{Shape, Value},
};

pub(crate) use functions::call;
pub(crate) use maps::entries;
pub(crate) use promises::promise;
pub(crate) use texts::starts_with;

/// Calls a method of a built-in type; nothing when it has none of that name.
pub(crate) fn method(
    engine: &mut Engine<'_>,
    receiver: &Value,
    name: &SmolStr,
    args: &Args,
    span: Span,
) -> Option<Value> {
    let with_block = with_block(args);
    let args = with_block.as_ref().unwrap_or(args);
    if let Shape::Object(id) = receiver.shape {
        match engine.heap.get(id) {
            Some(Object::List(_)) => {
                if let Some(value) = lists::method(engine, id, name, args, span) {
                    return Some(value);
                }
            }
            Some(Object::Map(_)) => {
                if let Some(value) = maps::method(engine, id, receiver, name, args, span) {
                    return Some(value);
                }
            }
            _ => {}
        }
        if matches!(name.as_str(), "then" | "catch" | "finally") {
            return Some(promise(engine, receiver, name, args, span));
        }
        return None;
    }
    if let Shape::Event(path) = &receiver.shape {
        let path = std::rc::Rc::clone(path);
        if let Some(value) = maps::event_method(engine, receiver, &path, name, args, span) {
            return Some(value);
        }
    }
    if matches!(name.as_str(), "then" | "catch" | "finally") {
        return Some(promise(engine, receiver, name, args, span));
    }
    texts::method(engine, receiver, name, args, span)
}

/// Ruby's block as the function that methods of other languages take first.
fn with_block(args: &Args) -> Option<Args> {
    let at = args.named.iter().position(|(name, _)| name == "&block")?;
    let mut args = args.clone();
    let (_, block) = args.named.remove(at);
    args.positional.insert(0, block);
    Some(args)
}
