//! Any text as rules and correlations, and as events beside them: nothing panics, and what is read
//! compiles and runs.
#![no_main]

use correlation::RuleSet;
use libfuzzer_sys::fuzz_target;
use source_text::FileId;

const RECORD: &str = r#"{"eventID":"1","eventSource":"s3.amazonaws.com","eventName":"GetObject","eventTime":"2026-01-31T10:00:00Z","userIdentity":{"type":"AssumedRole","arn":"a"},"requestParameters":{"a":[{"b":"c"},5,null]}}"#;

fuzz_target!(|text: &str| {
    let (rules, _) = RuleSet::load(&[(FileId(0), text)]);
    let (cases, _) = sigma::Cases::parse(FileId(1), text);
    for case in cases.cases.iter().take(4) {
        let few: Vec<_> = case.events.iter().take(8).cloned().collect();
        let _ = rules.hits(&few);
    }
    let hits = rules.hits(&[RECORD.to_owned(), RECORD.to_owned()]);
    assert!(hits.iter().all(|hit| rules.meta(*hit).is_some()));
});
