//! Any bytes, loaded as a template and judged by every rule.
#![no_main]

use libfuzzer_sys::fuzz_target;
use load_cloudformation::{Options, load};
use source_text::{Limits, Sources, parse_yaml};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data).into_owned();
    let limits = Limits { nodes: 20_000, ..Limits::default() };
    let sources = Sources::default();
    let file = sources.add("template.yaml", text.clone());
    let Ok(parsed) = parse_yaml(file, &text, &limits) else { return };
    let options = Options { region: Some("eu-west-1".into()), ..Options::default() };
    let breaks = text.matches(['\n', '\r']).count();
    let lines = u32::try_from(breaks + 1).unwrap_or(u32::MAX);
    for document in parsed.documents {
        let loaded = load(file, document, &options, None);
        for finding in rules::all().flat_map(|rule| rule.findings(&loaded.app)) {
            assert!(finding.place.line <= lines, "{finding:?}");
            assert!(!finding.message.is_empty(), "{finding:?}");
        }
    }
});
