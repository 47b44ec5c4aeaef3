//! The test suite of the package-url specification, when it stands beside the checkout: every case of
//! `parse`, `build` and `validate`, with the expected failures.
//!
//! Cases of `parse` and `build` ask the strict reading, those of `validate` (text to canonical text) the
//! lenient one: the suite refuses `?Arch=…` in the former and normalises it in the latter.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking and tells what it counted"
)]

use std::{collections::BTreeMap, fs, path::Path};

use package_url::{PackageUrl, Parts};
use serde_json::Value;

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn parts(value: &Value) -> Parts {
    let qualifiers: BTreeMap<String, String> = value["qualifiers"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect();
    Parts {
        kind: text(value, "type").unwrap_or_default(),
        namespace: text(value, "namespace"),
        name: text(value, "name").unwrap_or_default(),
        version: text(value, "version"),
        qualifiers,
        subpath: text(value, "subpath"),
    }
}

/// What the case gives; `None` when it is refused.
fn answer(case: &Value) -> Option<Value> {
    let input = &case["input"];
    match case["test_type"].as_str().unwrap() {
        "build" => PackageUrl::build(parts(input)).ok().map(|url| url.to_string().into()),
        "validate" => {
            PackageUrl::parse(input.as_str().unwrap()).ok().map(|url| url.to_string().into())
        }
        _ => {
            let url = PackageUrl::parse_strict(input.as_str().unwrap()).ok()?;
            let Parts { kind, namespace, name, version, qualifiers, subpath } = url.into_parts();
            let qualifiers = (!qualifiers.is_empty()).then_some(qualifiers);
            Some(serde_json::json!({
                "type": kind, "namespace": namespace, "name": name, "version": version,
                "qualifiers": qualifiers, "subpath": subpath,
            }))
        }
    }
}

#[test]
fn every_case_of_the_specification_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/purl");
    if !folder.is_dir() {
        println!("skipped: the cases of the specification are not at {}", folder.display());
        return;
    }
    let mut counts: BTreeMap<(String, bool), usize> = BTreeMap::new();
    let mut misses = Vec::new();
    for part in ["spec", "types"] {
        for file in fs::read_dir(folder.join(part)).unwrap() {
            let suite: Value =
                serde_json::from_slice(&fs::read(file.unwrap().path()).unwrap()).unwrap();
            for case in suite["tests"].as_array().unwrap() {
                let fails = case["expected_failure"].as_bool().unwrap();
                *counts.entry((text(case, "test_type").unwrap(), fails)).or_default() += 1;
                let answer = answer(case);
                let expected = (!fails).then(|| &case["expected_output"]);
                if answer.as_ref() != expected {
                    misses.push(format!("{} {}: {answer:?}", case["test_type"], case["input"]));
                }
            }
        }
    }
    println!("{counts:?}");
    assert!(misses.is_empty(), "{} misses:\n{}", misses.len(), misses.join("\n"));
    assert!(counts.values().sum::<usize>() > 500);
}
