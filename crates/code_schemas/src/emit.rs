//! A schema of a value becomes one of the event, the body or the record that holds it.

use guard_schema::Schema;
use json_tape::{Limits, Tape};
use serde_json::{Value, json};

use crate::Subject;
use crate::datum::{Datum, Step, key};

/// What holds the value, and its schema there; else the end of "…: no schema, ".
pub(crate) fn schema(datum: &Datum, schema: Value) -> Result<(Subject, Value), &'static str> {
    if says_nothing(&schema) {
        return Err("it takes anything");
    }
    let Some((subject, rest)) = subject(&datum.steps) else {
        return Err("no setting is about this part of an event");
    };
    let mut whole = schema;
    for step in rest.iter().rev() {
        whole = match step {
            Step::Key(name) => json!({
                "type": "object",
                "required": [name],
                "properties": { name: whole },
            }),
            // Nothing is looked at where there is nothing to walk.
            Step::Each => json!({"anyOf": [{"type": "array", "items": whole}, {"enum": ["", {}]}]}),
            Step::First | Step::Json | Step::Base64 => {
                return Err("it stands in a text within");
            }
        };
    }
    let compiled = Schema::compile(&whole).map_err(|_| "the guard would not understand it")?;
    if datum.is_optional && ["null", "{}", "\"\""].iter().any(|it| accepts(&compiled, it)) {
        return Err("what is missing is replaced by something that fits");
    }
    Ok((subject, whole))
}

/// Whether the schema takes everything.
pub(crate) fn says_nothing(schema: &Value) -> bool {
    match schema {
        Value::Bool(is_all) => *is_all,
        Value::Object(object) => {
            let alternatives = object.get("anyOf").and_then(Value::as_array);
            object.is_empty()
                || object.len() == 1 && alternatives.is_some_and(|it| it.iter().any(says_nothing))
        }
        _ => true,
    }
}

fn accepts(schema: &Schema, text: &str) -> bool {
    let mut tape = Tape::new();
    let document = tape.read(text.as_bytes(), &Limits::default());
    document.is_ok_and(|it| schema.validate(it.root()).is_ok())
}

/// The places that the guard knows, and what is left of the way.
fn subject(steps: &[Step]) -> Option<(Subject, &[Step])> {
    let of_records = |way: &[Step]| -> Vec<Step> {
        [key("Records"), Step::Each].iter().chain(way).cloned().collect()
    };
    let sns = [key("Sns"), key("Message"), Step::Json];
    let first_of_sns: Vec<Step> =
        [key("Records"), Step::First].iter().chain(&sns).cloned().collect();
    let records = [
        of_records(&[key("body"), Step::Json]),
        of_records(&[key("kinesis"), key("data"), Step::Base64, Step::Json]),
        of_records(&sns),
        first_of_sns,
        vec![key("records"), Step::Each, key("data"), Step::Base64, Step::Json],
        vec![key("detail")],
    ];
    let body = [key("body"), Step::Json];
    if let Some(rest) = steps.strip_prefix(&body[..]) {
        return Some((Subject::Body, rest));
    }
    if let Some(rest) = records.iter().find_map(|way| steps.strip_prefix(way.as_slice())) {
        return Some((Subject::Record, rest));
    }
    let is_plain = steps.iter().all(|step| matches!(step, Step::Key(_)));
    is_plain.then_some((Subject::Event, steps))
}
