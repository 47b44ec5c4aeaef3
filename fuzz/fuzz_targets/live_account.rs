//! Any bytes as a snapshot of a live account, or as the answers of one, turned into templates.
#![no_main]

use libfuzzer_sys::fuzz_target;
use source_text::{FileId, Limits, Node, parse_yaml};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let limits = Limits { nodes: 20_000, ..Limits::default() };
    let documents =
        parse_yaml(FileId(0), &text, &limits).map(|it| it.documents).unwrap_or_default();
    for document in documents {
        let _ = live_account::lower(FileId(0), &document);
        let place = document.place;
        let account =
            Node::map(place, [("account", Node::text(place, "1")), ("answers", document)]);
        let whole = Node::map(place, [("accounts", Node::list(place, vec![account]))]);
        let _ = live_account::lower(FileId(0), &whole);
    }
});
