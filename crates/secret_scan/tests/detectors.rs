//! Each detector finds its examples in a file and leaves its negative examples alone.

use secret_patterns::{detectors, scan_detectors};
use secret_scan::Scanner;

fn kinds(scanner: &Scanner, text: &str) -> Vec<String> {
    let text = text.replace('·', "");
    scanner.scan("settings", text.as_bytes()).iter().map(|it| it.kind.to_string()).collect()
}

#[test]
fn every_example_is_found_in_a_file() {
    let scanner = Scanner::default();
    let mut missed = Vec::new();
    let with_shape = detectors().iter().filter(|it| it.names.is_empty());
    for detector in with_shape.chain(scan_detectors()) {
        for example in detector.examples {
            // Keys of Mailchimp and bare values of headers need a name round them in a file.
            let is_bare = ["mailchimp-key", "authorization-header"].contains(&detector.kind);
            if !is_bare && kinds(&scanner, example).is_empty() {
                missed.push(format!("{}: `{example}`", detector.kind));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn no_negative_example_is_found_in_a_file() {
    let scanner = Scanner::default();
    let mut wrong = Vec::new();
    for detector in scan_detectors() {
        for example in detector.negative_examples {
            if kinds(&scanner, example).iter().any(|kind| kind == detector.kind) {
                wrong.push(format!("{}: `{example}`", detector.kind));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
