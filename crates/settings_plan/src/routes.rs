//! Schemas of request bodies that the definition of an API describes.

use app_model::{Application, Route as ApiRoute, Trigger};
use guard_settings::Route;
use serde_json::{Map, Number, Value};
use source_text::{Kind, Node};

use crate::plan::Plan;

/// Keys of `OpenAPI` that describe and do not decide.
const DESCRIPTIONS: [&str; 8] = [
    "example",
    "examples",
    "xml",
    "externalDocs",
    "discriminator",
    "deprecated",
    "title",
    "description",
];

/// Writes `validate.routes`.
pub(crate) fn fill(plan: &mut Plan, app: &Application, triggers: &[&Trigger]) {
    for trigger in triggers {
        let Some(route) = route_of(app, trigger) else { continue };
        let Some(schema) = &route.body_schema else { continue };
        let label = route.label();
        if plan.settings.validate.routes.iter().any(|known| known.route == label) {
            continue;
        }
        let words = format!("the definition of the API describes the body of `{label}`");
        plan.note("validate.routes", words, Some(schema.place));
        plan.settings.validate.routes.push(Route { route: label, body: to_value(schema, false) });
    }
}

fn route_of<'a>(app: &'a Application, trigger: &Trigger) -> Option<&'a ApiRoute> {
    let api = app.apis.iter().find(|api| Some(&api.name) == trigger.api.as_ref())?;
    api.routes.iter().find(|route| Some(route.label()) == trigger.route)
}

/// The schema as JSON. Names of properties are kept whatever they are called.
fn to_value(node: &Node, are_names: bool) -> Value {
    match &node.kind {
        Kind::Map(map) => {
            let keep =
                |key: &str| are_names || !(DESCRIPTIONS.contains(&key) || key.starts_with("x-"));
            let members = map.iter().filter(|(key, _)| keep(key)).map(|(key, value)| {
                let names = !are_names
                    && matches!(key.as_str(), "properties" | "$defs" | "patternProperties");
                (key.to_string(), to_value(value, names))
            });
            Value::Object(members.collect::<Map<_, _>>())
        }
        Kind::List(items) => Value::Array(items.iter().map(|it| to_value(it, false)).collect()),
        _ => scalar(node),
    }
}

fn scalar(node: &Node) -> Value {
    if node.is_null() {
        return Value::Null;
    }
    if let Some(text) = node.as_str() {
        return Value::String(text.to_owned());
    }
    if let Some(number) = node.as_i64() {
        return Value::Number(number.into());
    }
    if let Some(number) = node.as_f64() {
        return Number::from_f64(number).map_or(Value::Null, Value::Number);
    }
    node.as_bool().map_or(Value::Null, Value::Bool)
}
