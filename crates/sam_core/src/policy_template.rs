//! SAM policy templates: named statements with parameters.

use std::sync::LazyLock;

use indexmap::IndexMap;
use serde_json::Value;
use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

use crate::resource::Sam;

/// The templates, as JSON: name to parameters and statements.
const TEMPLATES: &str = include_str!("../data/policy_templates.json");

/// One template.
#[derive(Debug, Default)]
struct Template {
    /// Names of its parameters; all are required.
    parameters: Vec<SmolStr>,
    /// The statements, with `{"Ref": parameter}` where a parameter goes.
    statements: Value,
}

static BY_NAME: LazyLock<IndexMap<String, Template>> = LazyLock::new(|| {
    let Ok(Value::Object(templates)) = serde_json::from_str(TEMPLATES) else {
        return IndexMap::new();
    };
    templates.into_iter().map(|(name, template)| (name, read(template))).collect()
});

fn read(mut template: Value) -> Template {
    let names = template.get("parameters").and_then(Value::as_array);
    Template {
        parameters: names
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(SmolStr::new)
            .collect(),
        statements: template.get_mut("statements").map(Value::take).unwrap_or_default(),
    }
}

/// Whether there is a policy template of this name.
pub(crate) fn exists(name: &str) -> bool {
    BY_NAME.contains_key(name)
}

/// The policy document `{"Statement": […]}` of a template with its parameters filled in.
///
/// Every node has the place where the template is named, but parameter values keep their own.
///
/// # Errors
/// A parameter is missing, or `arguments` is no mapping.
pub(crate) fn document(
    sam: &Sam,
    name: &str,
    place: Place,
    arguments: &Node,
) -> Result<Node, Diagnostic> {
    let Some(template) = BY_NAME.get(name) else {
        return Err(sam.error(place, format!("there is no policy template `{name}`")));
    };
    let Some(values) = arguments.as_map() else {
        let message = format!(
            "the policy template `{name}` takes a mapping of parameters, and this is {}",
            arguments.kind_name()
        );
        return Err(sam.error(arguments.place, message));
    };
    let missing: Vec<_> = template
        .parameters
        .iter()
        .filter(|name| !values.contains(name))
        .map(|name| format!("`{name}`"))
        .collect();
    if !missing.is_empty() {
        let message = format!(
            "the policy template `{name}` needs a value for {}; add it",
            missing.join(" and ")
        );
        return Err(sam.error(place, message));
    }
    let statements = fill(&template.statements, place, &template.parameters, values);
    Ok(Node::map(place, [("Statement", statements)]))
}

fn fill(value: &Value, place: Place, parameters: &[SmolStr], values: &Map) -> Node {
    let kind = match value {
        Value::Null => Kind::Null,
        Value::Bool(value) => Kind::Bool(*value),
        Value::Number(number) => Kind::Number(SmolStr::from(number.to_string())),
        Value::String(text) => Kind::Text(SmolStr::new(text)),
        Value::Array(items) => {
            Kind::List(items.iter().map(|item| fill(item, place, parameters, values)).collect())
        }
        Value::Object(object) => {
            let parameter = object.get("Ref").and_then(Value::as_str).filter(|name| {
                object.len() == 1 && parameters.iter().any(|parameter| parameter == name)
            });
            if let Some(node) = parameter.and_then(|name| values.get(name)) {
                return node.clone();
            }
            let pairs = object.iter();
            let pairs = pairs
                .map(|(key, value)| (SmolStr::new(key), fill(value, place, parameters, values)));
            Kind::Map(pairs.collect())
        }
    };
    Node::new(place, kind)
}

#[cfg(test)]
mod tests {
    use super::{BY_NAME, exists};

    #[test]
    fn every_template_is_read() {
        assert_eq!(BY_NAME.len(), 81);
        assert!(BY_NAME.values().all(|template| template.statements.is_array()));
        assert!(exists("S3ReadPolicy"));
        assert!(!exists("S3ReadPolic"));
    }
}
