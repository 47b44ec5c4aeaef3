//! Promises: what `then` hands on.

use code_ir::{SmolStr, Span};

use crate::{
    engine::{Args, Engine},
    value::{Shape, Value},
};

/// `promise.then(f)`: the value of a promise is the value itself here.
pub(crate) fn promise(
    engine: &mut Engine<'_>,
    receiver: &Value,
    name: &SmolStr,
    args: &Args,
    span: Span,
) -> Value {
    let mut result = receiver.clone();
    result.facts = None;
    match name.as_str() {
        "then" => {
            if let Some(function) = args.at(0).filter(|f| matches!(f.shape, Shape::Function(_))) {
                let function = function.clone();
                result = engine.call_value(&function, Args::of(vec![receiver.clone()]), span);
            }
            if let Some(function) = args.at(1).cloned() {
                on_error(engine, &function, span);
            }
        }
        "catch" => {
            if let Some(function) = args.at(0).cloned() {
                let caught = on_error(engine, &function, span);
                result = result.or(&caught);
            }
        }
        _ => {
            if let Some(function) = args.at(0).cloned() {
                engine.call_value(&function, Args::default(), span);
            }
        }
    }
    result
}

fn on_error(engine: &mut Engine<'_>, function: &Value, span: Span) -> Value {
    if !matches!(function.shape, Shape::Function(_)) {
        return Value::unknown();
    }
    let error = engine.text_of_exception(span);
    let (value, changes) =
        engine.alternative(|engine| engine.call_value(function, Args::of(vec![error]), span));
    engine.heap.merge(vec![changes, Vec::new()]);
    value
}
