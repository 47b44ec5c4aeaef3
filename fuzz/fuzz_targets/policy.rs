//! Any bytes, read as a policy: the strict grammar, then the lint.
#![no_main]

use iam_policy::{Policy, grammar, literal_terms};
use libfuzzer_sys::fuzz_target;
use source_text::FileId;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let checked = grammar::check_text(FileId(0), &text, None);
    assert!(checked.document.is_some() || !checked.is_accepted());
    if let Some(document) = &checked.document {
        let (policy, _) = Policy::read(document, &literal_terms);
        let _ = iam_lint::lint(&policy);
    }
});
