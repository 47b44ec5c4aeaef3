//! Any bytes, read as YAML: an error or a tree whose places lie inside the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use source_text::{FileId, Kind, Limits, Node, parse_yaml};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let limits = Limits { nodes: 100_000, ..Limits::default() };
    let Ok(parsed) = parse_yaml(FileId(0), &text, &limits) else { return };
    // YAML also breaks lines at a carriage return.
    let breaks = text.matches(['\n', '\r']).count();
    let lines = u32::try_from(breaks + 1).unwrap_or(u32::MAX);
    for document in &parsed.documents {
        check_places(document, lines);
    }
});

/// A place starts before it ends, and starts in the file.
fn check_places(node: &Node, lines: u32) {
    let place = node.place;
    assert!((place.line, place.column) <= (place.end_line, place.end_column), "{place:?}");
    assert!(place.line <= lines, "{place:?} in {lines} lines");
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|item| check_places(item, lines)),
        Kind::Map(map) => map.values().for_each(|value| check_places(value, lines)),
        Kind::Tagged(_, inner) => check_places(inner, lines),
        _ => {}
    }
}
