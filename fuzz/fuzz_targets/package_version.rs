//! Lines of any text, read as versions and ranges of every ecosystem: orders are antisymmetric and agree
//! with the keys where they must, and no range both contains a version and lies beside it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use package_version::{Ecosystem, Range, Version};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let lines: Vec<&str> = text.lines().take(6).collect();
    for ecosystem in Ecosystem::ALL {
        let versions: Vec<Version> =
            lines.iter().map(|line| Version::parse(ecosystem, line)).collect();
        for left in &versions {
            let _ = (left.is_valid(), left.is_prerelease());
            for right in &versions {
                let order = left.compare(right).expect("one ecosystem");
                assert_eq!(right.compare(left), Some(order.reverse()));
                if !matches!(ecosystem, Ecosystem::Maven | Ecosystem::Packagist) {
                    assert_eq!(order, left.sort_key().cmp(right.sort_key()));
                }
            }
        }
        for line in &lines {
            let Ok(range) = Range::parse(ecosystem, line) else { continue };
            for version in &versions {
                let beside = range.is_above(version) || range.is_below(version);
                assert!(!(beside && range.contains(version)));
                let _ = range.contains_with_prereleases(version);
            }
        }
    }
});
