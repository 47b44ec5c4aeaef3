//! One value of an event replaced: how a hostile value gets into a sample.

use guard_settings::{FieldPath, FieldPathError, Step};
use serde_json::Value;

use crate::base64;

/// Why a value cannot be set.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// The path is none.
    #[error(transparent)]
    Path(#[from] FieldPathError),
    /// No `=` between path and value.
    #[error("`{0}` has no `=`: write `path=value`")]
    NoValue(String),
    /// There is no such place in the event.
    #[error("the event has no place for `{path}`: nothing at `{step}`")]
    NoPlace {
        /// The path.
        path: String,
        /// The step that leads nowhere.
        step: String,
    },
}

/// Sets `path=value` in an event: `body.userId=1 OR 1=1--`, `Records[*].s3.object.key=../x`.
///
/// A path goes on into JSON that stands in a text, also one in base64 (`Records[0].kinesis.data.id`).
/// A member that is not there is added; an element is not. A value that begins with `:=` is JSON
/// (`count:=3`), any other is a text.
///
/// # Errors
/// [`SetError`] with the step that leads nowhere; the event is then as it was.
pub fn set(event: &mut Value, assignment: &str) -> Result<(), SetError> {
    // `=` may stand in the value, and in a quoted name of the path.
    let mut failure = SetError::NoValue(assignment.to_owned());
    for (at, _) in assignment.match_indices('=') {
        let (path, value) = assignment.split_at(at);
        let value = value.strip_prefix('=').unwrap_or_default();
        let (path, value) =
            match path.strip_suffix(':').map(|path| (path, serde_json::from_str(value))) {
                Some((path, Ok(json))) => (path, json),
                _ => (path, Value::String(value.to_owned())),
            };
        match path.parse::<FieldPath>() {
            Ok(steps) => {
                let mut changed = event.clone();
                put(&mut changed, &steps.steps, &value)
                    .map_err(|step| SetError::NoPlace { path: path.to_owned(), step })?;
                *event = changed;
                return Ok(());
            }
            Err(error) => failure = error.into(),
        }
    }
    Err(failure)
}

/// Puts `value` at every place that `steps` leads to; the step that leads nowhere otherwise.
fn put(node: &mut Value, steps: &[Step], value: &Value) -> Result<(), String> {
    let Some((step, rest)) = steps.split_first() else {
        *node = value.clone();
        return Ok(());
    };
    if let Value::String(text) = node {
        let (mut inside, is_base64) = inside(text).ok_or_else(|| name_of(step))?;
        put(&mut inside, steps, value)?;
        let written = inside.to_string();
        *text = if is_base64 { base64::encode(written.as_bytes()) } else { written };
        return Ok(());
    }
    match (step, node) {
        (Step::Member(name), Value::Object(members)) => {
            let member = members.entry(name.clone()).or_insert_with(|| {
                if rest.is_empty() { Value::Null } else { Value::Object(serde_json::Map::new()) }
            });
            // What is null holds nothing yet: `queryStringParameters` of a request without any.
            if member.is_null() && !rest.is_empty() {
                *member = Value::Object(serde_json::Map::new());
            }
            put(member, rest, value)
        }
        (Step::AnyMember, Value::Object(members)) => {
            members.values_mut().try_for_each(|member| put(member, rest, value))
        }
        (Step::Element(number), Value::Array(elements)) => {
            let at = usize::try_from(*number).unwrap_or(usize::MAX);
            elements.get_mut(at).ok_or_else(|| name_of(step)).and_then(|one| put(one, rest, value))
        }
        (Step::AnyElement, Value::Array(elements)) => {
            elements.iter_mut().try_for_each(|element| put(element, rest, value))
        }
        _ => Err(name_of(step)),
    }
}

/// The JSON object or list in a text, and whether it stood there in base64.
fn inside(text: &str) -> Option<(Value, bool)> {
    let is_container = |value: &Value| value.is_object() || value.is_array();
    if let Some(value) = serde_json::from_str(text).ok().filter(is_container) {
        return Some((value, false));
    }
    let decoded = base64::decode(text)?;
    serde_json::from_slice(&decoded).ok().filter(is_container).map(|value| (value, true))
}

fn name_of(step: &Step) -> String {
    FieldPath { steps: vec![step.clone()] }.to_string()
}

#[cfg(test)]
mod tests {
    use super::set;
    use crate::base64;
    use serde_json::{Value, json};

    fn check(event: &Value, assignment: &str, expected: Option<&Value>) {
        let mut changed = event.clone();
        let result = set(&mut changed, assignment);
        assert_eq!(result.is_ok(), expected.is_some(), "{assignment}: {result:?}");
        assert_eq!(&changed, expected.unwrap_or(event), "{assignment}");
    }

    #[test]
    fn a_value_goes_where_the_path_says() {
        let event = json!({ "a": [{ "b": 1 }, { "b": 2 }], "q": null });
        let a = |one: Value, two: Value| json!({ "a": [{ "b": one }, { "b": two }], "q": null });
        check(&event, "a[0].b=x=y", Some(&a(json!("x=y"), json!(2))));
        check(&event, "a[*].b:=[3]", Some(&a(json!([3]), json!([3]))));
        check(
            &event,
            "q.id=1",
            Some(&json!({ "a": [{ "b": 1 }, { "b": 2 }], "q": { "id": "1" } })),
        );
        check(&event, "a[2].b=x", None);
        check(&event, "a.b=x", None);
        check(&event, "no value", None);
    }

    #[test]
    fn a_path_goes_on_into_json_in_a_text() {
        let body = json!({ "body": "{\"userId\":\"7\"}" });
        let hostile = json!({ "body": "{\"userId\":\"1 OR 1=1--\"}" });
        check(&body, "body.userId=1 OR 1=1--", Some(&hostile));
        let data = json!({ "data": base64::encode(b"{\"id\":\"7\"}") });
        check(&data, "data.id=8", Some(&json!({ "data": base64::encode(b"{\"id\":\"8\"}") })));
        check(&json!({ "body": "plain" }), "body.userId=1", None);
    }
}
