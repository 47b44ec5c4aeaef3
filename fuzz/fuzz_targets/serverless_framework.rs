//! Any bytes, lowered as a service of the Serverless Framework: every place is in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serverless_framework::{Options, could_be_service, form_of, lower, parse_code};
use source_text::{FileId, Limits, parse_yaml};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let _ = could_be_service("a.yml", &text);
    let _ = parse_code(FileId(0), &text);
    let limits = Limits { nodes: 20_000, ..Limits::default() };
    let Ok(parsed) = parse_yaml(FileId(0), &text, &limits) else { return };
    let breaks = text.matches(['\n', '\r']).count();
    let lines = u32::try_from(breaks + 1).unwrap_or(u32::MAX);
    for document in parsed.documents {
        let _ = form_of(&document);
        let lowered = lower(FileId(0), document, &Options::default(), None);
        assert!(lowered.template.get("Resources").is_some());
        for diagnostic in &lowered.diagnostics {
            assert!(diagnostic.place.line <= lines, "{diagnostic:?}");
            assert!(!diagnostic.message.contains('\n'), "{diagnostic:?}");
        }
    }
});
