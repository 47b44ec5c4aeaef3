//! Any bytes, expanded as a SAM template: no SAM function is left, and every place is in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sam_transform::{Options, expand};
use source_text::{FileId, Limits, Node, parse_yaml};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let limits = Limits { nodes: 20_000, ..Limits::default() };
    let Ok(parsed) = parse_yaml(FileId(0), &text, &limits) else { return };
    let options = Options { region: Some("eu-west-1".into()), ..Options::default() };
    let breaks = text.matches(['\n', '\r']).count();
    let lines = u32::try_from(breaks + 1).unwrap_or(u32::MAX);
    for document in parsed.documents {
        let (template, _) = cfn_template::lower(document);
        let expanded = expand(&template, &options, None);
        for diagnostic in &expanded.diagnostics {
            assert!(diagnostic.place.line <= lines, "{diagnostic:?}");
            assert!(!diagnostic.message.contains('\n'), "{diagnostic:?}");
        }
        let resources = expanded.template.get("Resources").and_then(Node::as_map);
        for resource in resources.into_iter().flat_map(source_text::Map::values) {
            let type_ = resource.get("Type").and_then(Node::as_str);
            assert!(type_ != Some("AWS::Serverless::Function"), "{resource:?}");
        }
    }
});
