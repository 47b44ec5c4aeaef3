//! Any bytes as an expression, as a document with comments, and as a deployment template.
#![no_main]

use arm_template::{Options, lower, parse, without_comments};
use libfuzzer_sys::fuzz_target;
use source_text::{FileId, Limits, parse_yaml};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(read) = parse(text) {
        assert_eq!(parse(&read.to_string()).as_ref(), Ok(&read));
    }
    let file = FileId(0);
    let (plain, _) = without_comments(file, text);
    assert_eq!(plain.chars().count(), text.chars().count());
    let Ok(parsed) = parse_yaml(file, &plain, &Limits::default()) else { return };
    for document in &parsed.documents {
        let _ = lower(file, document, &Options::default());
    }
});
