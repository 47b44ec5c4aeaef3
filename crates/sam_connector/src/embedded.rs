//! `Connectors` inside a resource: taken out, each becomes a connector resource.

use sam_core::intrinsic::Here;
use source_text::{Diagnostic, Kind, Map, Node, SmolStr};

use crate::TYPE;

/// Takes the `Connectors` out of all resources and adds a connector resource for each of them.
pub(crate) fn take(resources: &mut Map, diagnostics: &mut Vec<Diagnostic>) {
    let mut connectors: Vec<(SmolStr, Node)> = Vec::new();
    for (id, resource) in resources.iter_mut() {
        let Some(taken) = resource.as_map_mut().and_then(|map| map.remove("Connectors")) else {
            continue;
        };
        let Kind::Map(written) = taken.kind else {
            let message = format!("`Connectors` of `{id}` has to be a mapping of connectors");
            diagnostics.push(Diagnostic::error(taken.place, message));
            continue;
        };
        for (name, entry) in written.into_entries() {
            match connector(id, &name, entry.value) {
                Ok(connector) => connectors.push((SmolStr::from(format!("{id}{name}")), connector)),
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
    }
    for (id, connector) in connectors {
        if resources.contains(&id) {
            let message = format!("this connector becomes `{id}`, and there is such a resource");
            diagnostics.push(Diagnostic::error(connector.place, message));
        } else {
            resources.insert(id, connector);
        }
    }
}

/// The connector resource for the connector `name` inside the resource `source`.
fn connector(source: &SmolStr, name: &SmolStr, mut written: Node) -> Result<Node, Diagnostic> {
    let here = Here(written.place);
    let wrong = |node: &Node, what: &str| {
        let message = format!("{what} of connector `{name}` of `{source}` has to be a mapping");
        Diagnostic::error(node.place, message)
    };
    let Kind::Map(connector) = &mut written.kind else {
        return Err(wrong(&written, "the value"));
    };
    let Some(properties) = connector.get_mut("Properties").and_then(Node::as_map_mut) else {
        return Err(wrong(&written, "`Properties`"));
    };
    let mut end = Map::new();
    end.insert("Id", here.text(source.clone()));
    if let Some(reference) = properties.remove("SourceReference") {
        let Kind::Map(more) = reference.kind else {
            return Err(wrong(&reference, "`SourceReference`"));
        };
        if let Some(id) = more.get("Id") {
            let message = format!(
                "`SourceReference` of connector `{name}` has an `Id`; the source is `{source}`"
            );
            return Err(Diagnostic::error(id.place, message));
        }
        for (key, entry) in more.into_entries() {
            end.insert_at(key, entry.key_place, entry.value);
        }
    }
    properties.insert("Source", Node::new(here.0, Kind::Map(end)));
    connector.insert("Type", here.text(TYPE));
    Ok(written)
}
