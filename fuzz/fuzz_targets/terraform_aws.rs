//! Any bytes as a plan, turned into a template; and as configuration whose comments are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use source_text::{FileId, Limits, parse_json};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (comments, rewritten) = terraform_aws::comments(FileId(0), &text);
    assert!(comments.len() <= rewritten.lines().count());
    let limits = Limits { nodes: 20_000, ..Limits::default() };
    let Ok(parsed) = parse_json(FileId(0), &text, &limits) else { return };
    for document in parsed.documents {
        if let Some(evaluated) = terraform_language::evaluate_plan(FileId(0), &document) {
            let _ = terraform_aws::lower(&evaluated, FileId(0));
        }
    }
});
