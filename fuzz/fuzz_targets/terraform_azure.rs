//! Any bytes as a plan, turned into resources of Azure; words of messages turned.
#![no_main]

use libfuzzer_sys::fuzz_target;
use source_text::{FileId, Limits, parse_json};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let _ = terraform_azure::terraform_words(&text, &["azurerm_linux_function_app.f"]);
    let limits = Limits { nodes: 20_000, ..Limits::default() };
    let Ok(parsed) = parse_json(FileId(0), &text, &limits) else { return };
    for document in parsed.documents {
        if let Some(evaluated) = terraform_language::evaluate_plan(FileId(0), &document) {
            let _ = terraform_tables::lower(&evaluated, FileId(0), &[terraform_azure::AZURE]);
        }
    }
});
