//! Names that were published to be mistaken for others, as reported in public.
//!
//! Sources: npm, "`crossenv` malware on the npm registry" (2017); advisories of `PyPI` and of the Slovak
//! National Security Office, skcsirt-sa-20170909; reports on `jeIlyfish` and `python3-dateutil` (2019),
//! `electorn` and `loadyaml` (2020), `discordi.js` (2021), `colourama` (2018).

use component::Ecosystem;
use lock_integrity::{Trick, lookalike};

/// Name, and what it was to be mistaken for.
const OF_NPM: &[(&str, &str)] = &[
    ("crossenv", "cross-env"),
    ("jquery.js", "jquery"),
    ("mongose", "mongoose"),
    ("electorn", "electron"),
    ("lodahs", "lodash"),
    ("loadsh", "lodash"),
    ("expres", "express"),
    ("axois", "axios"),
    ("chalkk", "chalk"),
    ("commnader", "commander"),
    ("typesript", "typescript"),
    ("@babe1/core", "@babel/core"),
    ("@aws-skd/client-s3", "@aws-sdk/client-s3"),
];
const OF_PYPI: &[(&str, &str)] = &[
    ("jeIlyfish", "jellyfish"),
    ("colourama", "colorama"),
    ("diango", "django"),
    ("djago", "django"),
    ("dajngo", "django"),
    ("setup-tools", "setuptools"),
    ("mumpy", "numpy"),
    ("urlib3", "urllib3"),
    ("urllib4", "urllib3"),
    ("reqeusts", "requests"),
    ("requestss", "requests"),
    ("request", "requests"),
    ("botocote", "botocore"),
    ("tensorfow", "tensorflow"),
    ("scikitlearn", "scikit-learn"),
    ("falsk", "flask"),
    ("pyyalm", "pyyaml"),
    ("cryptograpyh", "cryptography"),
    ("cryptographyt", "cryptography"),
    ("beautifulsup4", "beautifulsoup4"),
];

#[test]
fn published_look_alikes_are_told_with_what_they_look_like() {
    for (ecosystem, table) in [(Ecosystem::Npm, OF_NPM), (Ecosystem::PyPI, OF_PYPI)] {
        for (name, of) in table {
            let found = lookalike(ecosystem, name);
            assert_eq!(found.map(|found| found.of), Some(*of), "{name}");
        }
    }
}

#[test]
fn well_known_names_and_names_of_their_own_look_like_nothing() {
    for name in ["preact", "react", "vue", "preact-router", "is-string", "data-fns", "htmlparser"] {
        assert_eq!(lookalike(Ecosystem::Npm, name), None, "{name}");
    }
    for name in ["httpx", "boto", "requests_toolbelt", "PyYAML", "types-requests", "pytest7"] {
        assert_eq!(lookalike(Ecosystem::PyPI, name), None, "{name}");
    }
    assert_eq!(lookalike(Ecosystem::Maven, "org.slf4j:slf4j-apu"), None);
}

#[test]
fn letters_of_another_alphabet_are_told_as_such() {
    let found = lookalike(Ecosystem::Npm, "lodаsh").unwrap();
    assert_eq!((found.of, found.trick), ("lodash", Trick::Glyph));
}
