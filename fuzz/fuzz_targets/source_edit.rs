//! Any bytes as YAML, JSON and HCL in which values are set: an edit is in bounds, and the second time there is
//! none.
#![no_main]

use libfuzzer_sys::fuzz_target;
use source_edit::{Document, Literal, Step, set_hcl, set_yaml};
use source_text::{FileId, Kind, Limits, Node, parse_yaml};

/// Paths to some values and to keys that are not there, the deepest first.
fn paths(node: &Node, path: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
    if found.len() > 20 {
        return;
    }
    match &node.kind {
        Kind::Map(map) => {
            for (key, value) in map.iter().take(4) {
                path.push(Step::Key(key.clone()));
                paths(value, path, found);
                path.pop();
            }
            found.push([path.as_slice(), &[Step::from("New"), Step::from("Deep")]].concat());
        }
        Kind::List(items) => {
            for (at, item) in items.iter().take(3).enumerate() {
                path.push(Step::Index(at));
                paths(item, path, found);
                path.pop();
            }
        }
        _ => found.push(path.clone()),
    }
}

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let values = [Literal::Bool(true), Literal::Integer(5), Literal::Text("a: b".into())];
    let limits = Limits { nodes: 20_000, ..Limits::default() };
    let mut found = Vec::new();
    if let Ok(parsed) = parse_yaml(FileId(0), &text, &limits) {
        for document in &parsed.documents {
            paths(document, &mut Vec::new(), &mut found);
        }
    }
    for (path, value) in found.iter().zip(values.iter().cycle()) {
        if let Ok(Some(edit)) = set_yaml(&text, path, value) {
            assert_eq!(set_yaml(&edit.apply(&text), path, value), Ok(None));
        }
    }
    let Some(document) = Document::hcl(&text) else { return };
    for line in 1..8 {
        let Some(block) = document.block_at(line) else { continue };
        let paths = (1..20).filter_map(|column| document.argument_at(line, column));
        let new = [block.as_slice(), &[Step::from("new"), Step::from("deep")]].concat();
        for (path, value) in paths.chain([new]).zip(values.iter().cycle()) {
            if let Ok(Some(edit)) = set_hcl(&text, &path, value) {
                assert_eq!(set_hcl(&edit.apply(&text), &path, value), Ok(None));
            }
        }
    }
});
