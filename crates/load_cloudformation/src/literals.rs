//! Every text in a property that names or may hold a secret.

use app_model::{Literal, Output, Parameter, Setting, When};
use source_text::{Kind, Map, Node, SmolStr};

use model_builder::{Builder, Item, Properties, existence, is_function};

/// Texts at most per template; more is not a template that people write.
const MAX_LITERALS: usize = 50_000;

/// Reads parameters, outputs and texts.
pub(crate) fn read(builder: &mut Builder<'_>) {
    builder.app.parameters = parameters(builder);
    builder.app.outputs = outputs(builder);
    let mut literals = Vec::new();
    for item in builder.items.values() {
        let mut path = Vec::new();
        collect(builder, item, &item.properties, &mut path, &mut literals);
    }
    builder.app.literals = literals;
}

fn parameters(builder: &Builder<'_>) -> Vec<Parameter> {
    builder
        .template
        .parameters
        .values()
        .map(|parameter| Parameter {
            name: parameter.name.clone(),
            place: parameter.key_place,
            kind: parameter.type_.clone(),
            no_echo: parameter.no_echo,
            default: parameter
                .default
                .as_ref()
                .and_then(|node| Some(Setting::known(node.place, node.scalar_text()?))),
        })
        .collect()
}

fn outputs(builder: &Builder<'_>) -> Vec<Output> {
    builder
        .template
        .outputs
        .iter()
        .filter_map(|(name, output)| {
            let value = output.get("Value")?;
            let condition = output.get("Condition").and_then(Node::as_str).map(SmolStr::new);
            let when = existence(builder.evaluator, condition.as_ref())?;
            let value_node = builder.evaluator.simplify(value);
            Some(Output {
                name: name.clone(),
                place: value.place,
                value: builder.evaluator.text(&value_node),
                when,
                exported: output.get("Export").is_some(),
            })
        })
        .collect()
}

fn collect(
    builder: &Builder<'_>,
    item: &Item<'_>,
    node: &Node,
    path: &mut Vec<SmolStr>,
    literals: &mut Vec<Literal>,
) {
    if literals.len() >= MAX_LITERALS {
        return;
    }
    match &node.kind {
        Kind::Map(map) if is_function(map) => push(builder, item, node, path, literals),
        Kind::Map(map) => {
            for (key, value) in map.iter() {
                path.push(key.clone());
                let first = literals.len();
                collect(builder, item, value, path, literals);
                path.pop();
                if let (Some(name), true) = (given_name(map), is_value(key)) {
                    for literal in literals.iter_mut().skip(first) {
                        literal.name = name.clone();
                    }
                }
            }
        }
        Kind::List(items) => {
            for value in items {
                collect(builder, item, value, path, literals);
            }
        }
        Kind::Text(_) | Kind::Number(_) | Kind::Bool(_) => {
            push(builder, item, node, path, literals);
        }
        Kind::Null | Kind::Tagged(..) => {}
    }
}

/// Whether a key holds the value of a pair whose name stands beside it.
fn is_value(key: &str) -> bool {
    matches!(key, "Value" | "ParameterValue" | "value")
}

/// The name in a pair such as `{Name: DB_PASSWORD, Value: …}` of containers, builds and tags, unless
/// the pair says that its value is the name of a secret.
fn given_name(map: &Map) -> Option<SmolStr> {
    let is_name_of_secret = map
        .get("Type")
        .and_then(Node::as_str)
        .is_some_and(|kind| matches!(kind, "PARAMETER_STORE" | "SECRETS_MANAGER"));
    let name = ["Name", "Key", "ParameterKey", "name", "key"].iter().find_map(|key| map.get(key));
    name.and_then(Node::as_str).filter(|_| !is_name_of_secret).map(SmolStr::new)
}

fn push(
    builder: &Builder<'_>,
    item: &Item<'_>,
    node: &Node,
    path: &[SmolStr],
    literals: &mut Vec<Literal>,
) {
    let properties = Properties::new(builder.evaluator, node);
    let Some(setting) = properties.setting(node, When::ALWAYS, &|e, n| e.text(n)) else { return };
    literals.push(Literal {
        resource: item.name(),
        type_name: item.type_().into(),
        path: path.join("."),
        name: path.last().cloned().unwrap_or_default(),
        value: setting.value,
        place: setting.place,
    });
}
