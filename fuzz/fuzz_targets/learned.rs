//! Any text as a log: what is read as a summary is bounded, can be put together with itself, and its
//! schema is one that the guard understands. Any JSON is accepted by what is learned from it.
#![no_main]

use guard_learn::{Summary, read};
use guard_schema::Schema;
use json_tape::{Limits, Tape};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    read(&String::from_utf8_lossy(data), &mut |_, learned| {
        let mut twice = learned.summary.clone();
        twice.merge(learned.summary.clone());
        assert!(learned.to_line(None).len() < 256 * 1024 + data.len());
        for summary in [twice, learned.summary] {
            let schema = summary.schema(1);
            assert!(schema.is_none_or(|schema| Schema::compile(&schema).is_ok()));
        }
    });
    let mut tape = Tape::new();
    let Ok(document) = tape.read(data, &Limits::default()) else { return };
    let Some(schema) = Summary::of(document.root()).schema(1) else { return };
    let schema = Schema::compile(&schema).unwrap();
    assert!(schema.validate(document.root()).is_ok());
});
