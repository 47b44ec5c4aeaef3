//! What a second reader of YAML makes of the same texts (`oracle/answer.py` asked it).

use source_text::{FileId, Kind, Limits, Node, parse_yaml, to_json_compact};

/// The answers hold numbers as the text that is written.
fn numbers_to_text(node: &mut Node) {
    match &mut node.kind {
        Kind::Number(text) => node.kind = Kind::Text(text.clone()),
        Kind::List(items) => items.iter_mut().for_each(numbers_to_text),
        Kind::Map(map) => map.iter_mut().for_each(|(_, value)| numbers_to_text(value)),
        Kind::Tagged(_, value) => numbers_to_text(value),
        _ => {}
    }
}

#[test]
fn pyyaml_reads_the_same() {
    let read = |text: &str| parse_yaml(FileId(0), text, &Limits::default());
    let mut asked = 0;
    let mut differ = Vec::new();
    for line in include_str!("oracle/pyyaml.jsonl").lines() {
        let case = read(line).unwrap().documents.remove(0);
        let text = case.get("text").unwrap().as_str().unwrap();
        let expected = case.get("documents").unwrap().as_list().unwrap();
        let mut documents = read(text).map(|parsed| parsed.documents).unwrap_or_default();
        documents.iter_mut().for_each(numbers_to_text);
        let documents: Vec<_> = documents.iter().map(to_json_compact).collect();
        let expected: Vec<_> = expected.iter().map(to_json_compact).collect();
        if documents != expected {
            differ.push(text.to_owned());
        }
        asked += 1;
    }
    assert_eq!(asked, 400);
    assert_eq!(differ, [""; 0]);
}
