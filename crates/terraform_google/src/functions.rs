//! What several arguments of a function tell together: what starts it, where its code lies.

use source_text::{Kind, Map, Node};
use terraform_language::Block;
use terraform_tables::{Scope, archive, reference};

use crate::turn::put;

/// Adds to the properties of a function what its arguments tell together.
pub(crate) fn complete(scope: &Scope<'_>, block: &Block, properties: &mut Node) {
    match block.kind.as_str() {
        "google_cloudfunctions_function" => {
            first_generation(scope, block, properties);
            if let Some(object) = block.body.get("source_archive_object") {
                local_source(scope, object, properties);
            }
        }
        "google_cloudfunctions2_function" => {
            let object = ["build_config", "source", "storage_source"]
                .iter()
                .try_fold(&block.body, |node, key| node.get(key)?.as_list()?.first())
                .and_then(|source| source.get("object"));
            if let Some(object) = object {
                local_source(scope, object, properties);
            }
        }
        _ => {}
    }
}

fn first_generation(scope: &Scope<'_>, block: &Block, properties: &mut Node) {
    if let Some(node) = block.body.get("trigger_http") {
        let level = block.body.get("https_trigger_security_level").map(|node| scope.value(node));
        let mut trigger = Map::new();
        // The provider sends nothing, and the service then also answers plain HTTP.
        let level = level.unwrap_or_else(|| Node::text(node.place, "SECURE_OPTIONAL"));
        trigger.insert("securityLevel", level);
        let trigger = Node::new(node.place, Kind::Map(trigger));
        match node.as_bool() {
            Some(false) => {}
            Some(true) => put(properties, "httpsTrigger", trigger),
            // Whether it is called over HTTP is not decided: the condition of the argument decides.
            None => put(properties, "httpsTrigger", undecided(&scope.value(node), trigger)),
        }
    }
    let bucket = block.body.get("source_archive_bucket").map(|node| scope.value(node));
    let object = block.body.get("source_archive_object").map(|node| scope.value(node));
    if let (Some(bucket), Some(object)) = (bucket, object) {
        let place = object.place;
        let parts = vec![Node::text(place, "gs://"), bucket, Node::text(place, "/"), object];
        put(properties, "sourceArchiveUrl", reference::join(place, parts));
    }
}

/// The trigger under the condition of a switch; when that is no conditional, the trigger may be there.
fn undecided(switch: &Node, trigger: Node) -> Node {
    let Some((key, arguments)) = switch.single() else { return trigger };
    let Some([condition, yes, no]) = arguments.as_list().filter(|_| key == "Fn::If") else {
        return trigger;
    };
    let branch = |on: &Node| {
        if on.as_bool() == Some(false) { Node::null(on.place) } else { trigger.clone() }
    };
    let branches = vec![condition.clone(), branch(yes), branch(no)];
    Node::map(switch.place, [("Fn::If", Node::list(switch.place, branches))])
}

/// The local file or folder that the object of the code is made of, relative to the root module's
/// folder. It is no property of the interface: `localSource`.
fn local_source(scope: &Scope<'_>, object: &Node, properties: &mut Node) {
    let block = scope.referred(object).map(|(block, _)| block);
    let block = block.filter(|it| it.kind == "google_storage_bucket_object");
    let Some(source) = block.and_then(|block| block.body.get("source")) else { return };
    let mut value = archive::located(scope, source);
    // The finding about the code belongs to the function that uses it.
    value.place = object.place;
    put(properties, "localSource", value);
}
