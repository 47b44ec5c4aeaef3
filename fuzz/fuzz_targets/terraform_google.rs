//! Any bytes as a plan, its resources of Google's providers turned into a template.
#![no_main]

use libfuzzer_sys::fuzz_target;
use source_text::{FileId, Limits, parse_json};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let limits = Limits { nodes: 20_000, ..Limits::default() };
    let Ok(parsed) = parse_json(FileId(0), &text, &limits) else { return };
    for document in parsed.documents {
        if let Some(evaluated) = terraform_language::evaluate_plan(FileId(0), &document) {
            let providers = [terraform_google::GOOGLE];
            let _ = terraform_tables::lower(&evaluated, FileId(0), &providers);
        }
    }
});
