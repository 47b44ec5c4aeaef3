//! What only a live account tells, out of the metadata that `live_account` wrote.

use app_model::{Idle, LiveFunction, LiveRole};
use model_builder::{Builder, Item};
use source_text::{Node, SmolStr};

/// The key that `live_account` writes under.
const KEY: &str = "faasguard:live";

/// Reads the facts of every function and role.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let mut functions = Vec::new();
    let mut roles = Vec::new();
    for item in builder.items.values() {
        let Some(facts) = item.resource.metadata.as_ref().and_then(|it| it.get(KEY)) else {
            continue;
        };
        match item.type_() {
            "AWS::Lambda::Function" => functions.push(function(item, facts)),
            "AWS::IAM::Role" => roles.push(role(item, facts)),
            _ => {}
        }
    }
    builder.app.live.functions = functions;
    builder.app.live.roles = roles;
}

fn function(item: &Item<'_>, facts: &Node) -> LiveFunction {
    let is = |key: &str| facts.get(key).and_then(Node::as_bool) == Some(true);
    let text = |key: &str| facts.get(key).and_then(Node::as_str).map(SmolStr::new);
    let days = facts.get("idle_days").and_then(Node::as_i64);
    LiveFunction {
        function: item.name(),
        place: item.place(),
        age_days: facts.get("age_days").and_then(Node::as_i64),
        idle: days.map(Idle::Days).or_else(|| is("never_used").then_some(Idle::Never)),
        code_sha256: text("sha256"),
        stack: text("stack"),
        logical_id: text("logical_id"),
        is_tooled: is("tooled"),
        tags_read: is("tags_read"),
    }
}

fn role(item: &Item<'_>, facts: &Node) -> LiveRole {
    let listed = facts.get("accessed").and_then(Node::as_list).unwrap_or_default();
    let accessed = listed.iter().filter_map(|one| {
        let idle = one.get("days").and_then(Node::as_i64).map_or(Idle::Never, Idle::Days);
        Some((SmolStr::new(one.get("name")?.as_str()?), idle))
    });
    LiveRole {
        role: item.name(),
        place: item.place(),
        age_days: facts.get("age_days").and_then(Node::as_i64),
        accessed: accessed.collect(),
    }
}
