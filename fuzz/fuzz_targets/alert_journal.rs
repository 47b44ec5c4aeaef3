//! A journal of alerts: whatever its bytes are, what is read of it is written and read back the same.

#![no_main]

use alert_sinks::{line_of, replay};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let read = replay(bytes);
    assert!(read.torn <= bytes.len());
    let again: String = read.records.iter().map(line_of).collect();
    let again = replay(again.as_bytes());
    assert_eq!(again.records.len(), read.records.len());
    assert_eq!((again.damaged, again.torn), (0, 0));
});
