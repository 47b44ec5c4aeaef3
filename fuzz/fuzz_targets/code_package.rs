//! Any bytes as a package: no panic, no more work than is allowed, entries of the catalogue within
//! the limit; archives within are read, too.
#![no_main]

use code_package::{Limits, Package, audit};
use libfuzzer_sys::fuzz_target;

const LIMITS: Limits = Limits {
    unpacked: 4 << 20,
    entries: 10_000,
    names: 1 << 20,
    ratio: 100,
    ratio_from: 1 << 16,
    depth: 3,
    nested: 4 << 20,
    work: 16 << 20,
};

fuzz_target!(|data: &[u8]| {
    let package = Package::read(data, &LIMITS);
    assert!(package.entries().len() <= 2 * LIMITS.entries);
    let found = audit(&package, &LIMITS, &mut |file| {
        let _ = file.path();
        if let Ok(bytes) = file.read(1 << 16) {
            assert!(bytes.len() <= 1 << 16);
        }
    });
    assert!(found.checked <= LIMITS.work);
    for anomaly in found.anomalies.kept() {
        assert!(!anomaly.message.is_empty());
    }
});
