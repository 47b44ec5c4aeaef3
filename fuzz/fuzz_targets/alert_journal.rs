//! A journal of alerts: whatever its bytes are, what is read of it is written and read back the same. Each
//! line also with the check sum that it should have, which no mutation would find.

#![no_main]

use alert_sinks::{line_of, replay};
use libfuzzer_sys::fuzz_target;

fn check(bytes: &[u8]) {
    let read = replay(bytes);
    assert!(read.torn <= bytes.len());
    let again: String = read.records.iter().map(line_of).collect();
    let again = replay(again.as_bytes());
    // Numbers may change in their last digit.
    assert_eq!(again.records.len(), read.records.len());
    assert_eq!((again.damaged, again.torn), (0, 0));
}

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    let mut summed = Vec::new();
    for line in bytes.split(|it| *it == b'\n') {
        summed.extend_from_slice(format!("{:08x} ", crc32fast::hash(line)).as_bytes());
        summed.extend_from_slice(line);
        summed.push(b'\n');
    }
    check(&summed);
});
