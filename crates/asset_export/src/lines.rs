//! JSON lines: a document on each line.

use source_text::{Diagnostic, FileId, Kind, Limits, Map, Node, Parsed, Place, parse_json};

/// Whether a text is an export with one asset on each line, by its first two lines.
#[must_use]
pub fn could_be_lines(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let is_asset = |line: &str| {
        line.starts_with('{')
            && line.ends_with('}')
            && (line.contains("\"asset_type\"") || line.contains("\"assetType\""))
    };
    lines.next().is_some_and(is_asset) && lines.next().is_none_or(|line| line.starts_with('{'))
}

/// Reads each line as a document; nodes have their places in the file.
///
/// # Errors
/// A remark at the first line that is no JSON, or that exceeds a limit.
pub fn parse_lines(file: FileId, text: &str, limits: &Limits) -> Result<Parsed, Diagnostic> {
    let mut all = Parsed { documents: Vec::new(), comments: Vec::new(), diagnostics: Vec::new() };
    let mut left = limits.nodes;
    for (line, number) in text.lines().zip(0_u32..) {
        if line.trim().is_empty() {
            continue;
        }
        let limits = Limits { nodes: left, ..*limits };
        let parsed = parse_json(file, line, &limits).map_err(|error| {
            let remark = error.to_diagnostic();
            Diagnostic { place: below(remark.place, number), ..remark }
        })?;
        for mut document in parsed.documents {
            left = left.saturating_sub(size(&document));
            shift(&mut document, number);
            all.documents.push(document);
        }
    }
    Ok(all)
}

fn size(node: &Node) -> usize {
    1 + match &node.kind {
        Kind::List(items) => items.iter().map(size).sum(),
        Kind::Map(map) => map.values().map(size).sum(),
        _ => 0,
    }
}

fn below(place: Place, lines: u32) -> Place {
    Place {
        line: place.line.saturating_add(lines),
        end_line: place.end_line.saturating_add(lines),
        ..place
    }
}

fn shift(node: &mut Node, lines: u32) {
    node.place = below(node.place, lines);
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(|item| shift(item, lines)),
        Kind::Map(map) => {
            let mut made = Map::new();
            for (key, mut entry) in std::mem::take(map).into_entries() {
                shift(&mut entry.value, lines);
                made.insert_at(key, below(entry.key_place, lines), entry.value);
            }
            *map = made;
        }
        _ => {}
    }
}
