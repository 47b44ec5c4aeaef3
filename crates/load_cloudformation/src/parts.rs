//! What a template takes from elsewhere when it is deployed.

use app_model::{Expression, Part, PartKind, Text, Value, When};
use source_text::{Kind, Map, Node, SmolStr};

use model_builder::Builder;

/// Trees nested deeper than this are not looked at.
const MAX_DEPTH: usize = 64;

/// Includes and published applications: both are gone once the template is expanded.
pub(crate) fn of_document(document: &Node) -> Vec<Part> {
    let mut parts = Vec::new();
    if let Some(transform) = document.get("Transform") {
        let transforms = transform.as_list().unwrap_or(std::slice::from_ref(transform));
        parts.extend(transforms.iter().filter_map(include));
    }
    includes(document, MAX_DEPTH, &mut parts);
    let resources = document.get("Resources").and_then(Node::as_map);
    parts.extend(resources.into_iter().flat_map(Map::iter).filter_map(application));
    parts
}

/// Nested stacks of the expanded template.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let stacks: Vec<Part> = builder
        .of_type("AWS::CloudFormation::Stack")
        .filter_map(|item| {
            let url = builder.properties(item).text(&["TemplateURL"])?;
            Some(Part {
                kind: PartKind::Stack,
                name: item.name(),
                place: url.place,
                when: item.when.clone(),
                location: url.value,
                version: None,
            })
        })
        .collect();
    builder.app.parts.extend(stacks);
}

fn includes(node: &Node, depth: usize, parts: &mut Vec<Part>) {
    if depth == 0 {
        return;
    }
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|item| includes(item, depth - 1, parts)),
        Kind::Tagged(_, inner) => includes(inner, depth - 1, parts),
        Kind::Map(map) => {
            for (key, value) in map.iter() {
                if key == "Fn::Transform" {
                    parts.extend(include(value));
                }
                includes(value, depth - 1, parts);
            }
        }
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => {}
    }
}

fn include(transform: &Node) -> Option<Part> {
    if transform.get("Name")?.as_str()? != "AWS::Include" {
        return None;
    }
    let location = transform.at(&["Parameters", "Location"])?;
    Some(Part {
        kind: PartKind::Include,
        place: location.place,
        location: text(location),
        ..Part::default()
    })
}

/// An application of the repository; one at a path or URL becomes a nested stack.
fn application((name, resource): (&SmolStr, &Node)) -> Option<Part> {
    if resource.get("Type")?.as_str()? != "AWS::Serverless::Application" {
        return None;
    }
    let location = resource.at(&["Properties", "Location"])?;
    let id = location.get("ApplicationId")?;
    Some(Part {
        kind: PartKind::Application,
        name: name.clone(),
        place: id.place,
        when: resource
            .get("Condition")
            .and_then(Node::as_str)
            .map_or(When::ALWAYS, |condition| When::condition(condition, true)),
        location: text(id),
        version: location.get("SemanticVersion").filter(|node| !node.is_null()).map(text),
    })
}

/// Text as written; the text of a `Fn::Sub` or the name of a `Ref` keeps its placeholders.
fn text(node: &Node) -> Text {
    if let Some(text) = node.scalar_text() {
        return Value::Known(text);
    }
    let expression = match node.single() {
        Some((key, value)) if key == "Fn::Sub" => {
            value.as_list().and_then(<[Node]>::first).unwrap_or(value).scalar_text()
        }
        Some((key, value)) if key == "Ref" => {
            value.as_str().map(|name| SmolStr::new(format!("${{{name}}}")))
        }
        _ => None,
    };
    Value::Unresolved(Expression::opaque(expression.unwrap_or_default()))
}
