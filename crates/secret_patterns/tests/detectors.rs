//! Each detector finds its examples and leaves its negative examples alone.

use secret_patterns::{classify, detect, detectors, hash, preview};

/// Finds by the value alone, or by name and value when the example is written `NAME=value`.
fn kinds(detector: &secret_patterns::Detector, example: &str) -> Vec<String> {
    let text = example.replace('·', "");
    if detector.names.is_empty() {
        return detect(&text).iter().map(|found| found.kind.to_string()).collect();
    }
    let (name, value) = text.split_once('=').unwrap_or(("", &text));
    classify(name, value).iter().map(|found| found.kind.to_string()).collect()
}

#[test]
fn every_detector_finds_its_examples() {
    let mut missed = Vec::new();
    for detector in detectors() {
        for example in detector.examples {
            let found = kinds(detector, example);
            if !found.iter().any(|it| it == detector.kind) {
                missed.push(format!("{}: `{example}` gives {found:?}", detector.kind));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn every_detector_finds_the_shapes_of_its_examples_in_bytes() {
    for detector in detectors().iter().filter(|detector| detector.names.is_empty()) {
        for example in detector.examples {
            let mut found = 0;
            detector.find_shapes(example.replace('·', "").as_bytes(), &mut |_| found += 1);
            assert!(found > 0, "{}: `{example}`", detector.kind);
        }
    }
}

#[test]
fn no_detector_finds_its_negative_examples() {
    let mut wrong = Vec::new();
    for detector in detectors() {
        for example in detector.negative_examples {
            if kinds(detector, example).iter().any(|it| it == detector.kind) {
                wrong.push(format!("{}: `{example}`", detector.kind));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_detector_is_whole() {
    assert!(detectors().len() >= 60, "{}", detectors().len());
    for detector in detectors() {
        let kind = detector.kind;
        assert!(regex::Regex::new(detector.pattern).is_ok(), "{kind}");
        assert!(!detector.examples.is_empty() && !detector.negative_examples.is_empty(), "{kind}");
        assert!(detector.keywords.is_empty() != detector.names.is_empty(), "{kind}");
        for keyword in detector.keywords {
            assert_eq!(*keyword, keyword.to_lowercase(), "{kind}");
        }
        let first = |other: &&secret_patterns::Detector| other.kind == kind;
        assert_eq!(detectors().iter().filter(first).count(), 1, "{kind} is there twice");
    }
}

#[test]
fn the_secret_is_never_in_what_is_told_of_it() {
    for detector in detectors() {
        for example in detector.examples {
            let text = example.replace('·', "");
            for found in detect(&text) {
                let secret = &text[found.range.clone()];
                assert!(!format!("{found:?}").contains(secret), "{}", found.kind);
                assert!(found.preview.chars().count() <= 5, "{}", found.kind);
                assert_eq!(found.hash, hash(secret));
                assert_eq!(found.preview, preview(&found.kind, secret));
            }
        }
    }
}
