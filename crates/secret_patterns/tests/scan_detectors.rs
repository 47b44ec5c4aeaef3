//! The detectors for files are whole; that they find their examples is tested where files are scanned.

use std::collections::BTreeSet;

use secret_patterns::{detectors, scan_detectors};

#[test]
fn every_detector_for_files_is_whole() {
    assert!(scan_detectors().len() >= 200, "{}", scan_detectors().len());
    let mut kinds: BTreeSet<&str> = detectors().iter().map(|it| it.kind).collect();
    for detector in scan_detectors() {
        let kind = detector.kind;
        assert!(kinds.insert(kind), "{kind} is there twice");
        assert!(!detector.examples.is_empty() && !detector.negative_examples.is_empty(), "{kind}");
        assert!(detector.keywords.is_empty() != detector.near.is_empty(), "{kind}");
        assert!(detector.names.is_empty(), "{kind}");
        for word in detector.keywords.iter().chain(detector.near) {
            assert_eq!(*word, word.to_lowercase(), "{kind}");
        }
        let pattern = regex::bytes::RegexBuilder::new(detector.pattern).unicode(false).build();
        assert!(pattern.is_ok(), "{kind}: {pattern:?}");
        assert!(detector.shortest >= 4 || detector.pattern.contains("TMPL"), "{kind}");
    }
}

#[test]
fn no_detector_for_files_masks_a_log() {
    assert!(detectors().iter().all(|detector| detector.near.is_empty()));
}
