//! Any bytes, read as a template: lowered, loops expanded, conditions decided, every value read.
#![no_main]

use cfn_template::{Evaluator, Settings, Template, expand_for_each, lower, resolve_includes};
use libfuzzer_sys::fuzz_target;
use source_text::{FileId, Kind, Limits, Node, parse_yaml};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let limits = Limits { nodes: 20_000, ..Limits::default() };
    let Ok(parsed) = parse_yaml(FileId(0), &text, &limits) else { return };
    let settings = Settings { region: Some("eu-west-1".into()), ..Settings::default() };
    for document in parsed.documents {
        let (node, _) = lower(document);
        let (node, _) = resolve_includes(node, None);
        let (node, _) = expand_for_each(node, &settings);
        let (template, _) = Template::read(&node);
        let evaluator = Evaluator::new(&template, &settings);
        for resource in template.resources.values() {
            let properties = evaluator.simplify(&resource.properties);
            read_all(&evaluator, &properties);
        }
        for name in template.conditions.keys() {
            let _ = evaluator.condition(name);
        }
        let _ = evaluator.take_diagnostics();
    }
});

/// Reads every value in every way that a loader may.
fn read_all(evaluator: &Evaluator<'_>, node: &Node) {
    let _ = evaluator.text(node);
    let _ = evaluator.boolean(node);
    let _ = evaluator.integer(node);
    let _ = evaluator.list(node);
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|item| read_all(evaluator, item)),
        Kind::Map(map) => map.values().for_each(|value| read_all(evaluator, value)),
        _ => {}
    }
}
