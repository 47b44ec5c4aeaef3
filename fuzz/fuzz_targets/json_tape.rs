//! JSON: accepted exactly when `serde_json` accepts it, and cut without breaking it.

#![no_main]

use json_tape::{Limits, Tape, keep_elements};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { depth: 100, ..Limits::default() };
    let mut tape = Tape::new();
    let read = tape.read(bytes, &limits);
    let Ok(text) = std::str::from_utf8(bytes) else {
        assert!(read.is_err());
        return;
    };
    let oracle = serde_json::from_str::<serde::de::IgnoredAny>(text.trim_start_matches('\u{feff}'));
    match read {
        Ok(document) => {
            assert!(oracle.is_ok() || text.starts_with('\u{feff}'), "{text}");
            let mut out = Vec::new();
            keep_elements(document.root(), &mut out, |index| index % 2 == 0);
            assert!(out.is_empty() || Tape::new().read(&out, &limits).is_ok());
        }
        Err(error) => {
            assert!(error.offset <= bytes.len());
            let is_limit = matches!(error.fault, json_tape::Fault::TooDeep);
            assert!(is_limit || oracle.is_err() || text.starts_with('\u{feff}'), "{text}: {error}");
        }
    }
});
