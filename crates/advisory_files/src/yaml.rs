//! Records of OSV written as YAML, as pypa/advisory-database has them.

use serde_json::{Map, Value};
use source_text::{FileId, Kind, Limits, Node, parse_yaml};

/// The largest document, its depth and its values; the largest known record has 60,000 values.
const LIMITS: Limits = Limits { bytes: 32 << 20, depth: 64, nodes: 2_000_000 };

/// The documents of a text, as JSON. Versions such as `1.10` look like numbers and are texts: every scalar
/// becomes a text.
pub(crate) fn documents(bytes: &[u8]) -> Result<Vec<Value>, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let parsed = parse_yaml(FileId(0), text, &LIMITS)
        .map_err(|error| format!("line {}: {error}", error.place().line))?;
    Ok(parsed.documents.iter().map(value_of).collect())
}

/// The parser bounds the nesting, so this recursion ends.
fn value_of(node: &Node) -> Value {
    match &node.kind {
        Kind::Map(map) => {
            let pairs = map.iter().map(|(key, value)| (key.to_string(), value_of(value)));
            Value::Object(pairs.collect::<Map<String, Value>>())
        }
        Kind::List(items) => Value::Array(items.iter().map(value_of).collect()),
        _ => node.scalar_text().map_or(Value::Null, |text| Value::String(text.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::documents;

    #[test]
    fn versions_stay_as_they_are_written() {
        let text = "id: X-1\nmodified: 2024-01-01T00:00:00Z\naffected:\n- package: {name: a, ecosystem: PyPI}\n  \
            ranges:\n  - type: ECOSYSTEM\n    events: [{introduced: 0}, {fixed: 1.10}]\n  versions: [1.0, 1e1]\n";
        let read = documents(text.as_bytes()).unwrap();
        let affected = &read[0]["affected"][0];
        assert_eq!(affected["ranges"][0]["events"][1]["fixed"], "1.10");
        assert_eq!(affected["versions"][1], "1e1");
        assert_eq!(affected["ranges"][0]["events"][0]["introduced"], "0");
        assert!(documents(b"a: [1").is_err());
        assert!(documents(b"\xff").is_err());
    }
}
