//! Any bytes as an export of a live account.
#![no_main]

use libfuzzer_sys::fuzz_target;
use source_text::{FileId, Limits, parse_json};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let limits = Limits { nodes: 20_000, ..Limits::default() };
    let _ = asset_export::could_be_export(&text);
    let parsed = if asset_export::could_be_lines(&text) {
        asset_export::parse_lines(FileId(0), &text, &limits).ok()
    } else {
        parse_json(FileId(0), &text, &limits).ok()
    };
    let documents = parsed.map(|it| it.documents).unwrap_or_default();
    let _ = asset_export::read(FileId(0), &documents);
});
