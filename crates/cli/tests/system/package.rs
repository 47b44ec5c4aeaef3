//! `faasguard package`.

use std::{collections::BTreeMap, io::Write as _};

use serde_json::Value;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::folder::Folder;

const KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../attestation/tests/keys");
const SCHEMA: &str = include_str!("../../../../docs/schemas/faasguard-package-1.schema.json");

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, data) in files {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        writer.start_file(*name, options.unix_permissions(0o644)).unwrap();
        writer.write_all(data).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// An archive in which one name is written over another of the same length.
fn renamed(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for at in 0..bytes.len() - from.len() {
        if bytes[at..].starts_with(from.as_bytes()) {
            bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        }
    }
    bytes
}

fn fits(json: &Value) {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> = validator.iter_errors(json).map(|it| it.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}\n{json:#}");
}

/// Every file below a folder with its bytes.
fn snapshot(folder: &Folder) -> BTreeMap<std::path::PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut ahead = vec![folder.path("")];
    while let Some(path) = ahead.pop() {
        for entry in std::fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                ahead.push(path);
            } else {
                found.insert(path.clone(), std::fs::read(path).unwrap());
            }
        }
    }
    found
}

#[test]
fn an_ordinary_package_has_no_anomaly() {
    let folder = Folder::new().file("a.zip", zip(&[("app.py", b"pass"), ("lib/x.py", b"pass")]));
    let run = folder.run(&["package", "inspect", "a.zip", "--format", "json", "--entries"]);
    run.exits(0);
    let json = run.json();
    fits(&json);
    assert_eq!(json["schema"], "faasguard-package/1");
    assert_eq!(json["entries"], 2);
    assert_eq!(json["anomalies"].as_array().map(Vec::len), Some(0));
    assert_eq!(json["components_looked_at"], true);
    assert_eq!(json["catalogue"][1]["name"], "lib/x.py");
    let text = folder.run(&["package", "inspect", "a.zip"]);
    text.exits(0);
    text.says("no anomaly");
    let structure = folder.run(&["package", "inspect", "a.zip", "--structure-only", "--strict"]);
    structure.exits(3).says("not looked at: which components");
    folder.run(&["package", "inspect", "b.zip"]).exits(2).says("cannot read `b.zip`");
}

#[test]
fn anomalies_are_told_by_kind_and_entry_and_nothing_is_written() {
    let bytes = zip(&[("aaaaaaaaaa.py", b"one"), ("bbbbbbbbbb.py", b"two"), ("ccc.py", b"three")]);
    let bytes = renamed(&bytes, "bbbbbbbbbb.py", "../../../x.py");
    let bytes = renamed(&bytes, "aaaaaaaaaa.py", "../../../x.py");
    let folder = Folder::new().file("d/e/f/a.zip", bytes);
    let before = snapshot(&folder);
    let run = folder.run(&["package", "inspect", "d/e/f/a.zip", "--format", "json", "--entries"]);
    run.exits(1);
    assert_eq!(snapshot(&folder), before);
    let json = run.json();
    fits(&json);
    let anomalies: Vec<(&str, &str)> = json["anomalies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["kind"].as_str().unwrap(), it["entry"].as_str().unwrap()))
        .collect();
    let name = "../../../x.py";
    let expected = [("path-traversal", name), ("path-traversal", name), ("duplicate-entry", name)];
    assert_eq!(anomalies, expected);
    assert_eq!(json["catalogue"].as_array().map(Vec::len), Some(3));
    for (word, code) in [
        ("critical", 0),
        ("never", 0),
        ("high", 1),
        ("low", 1),
        ("duplicate-entry", 1),
        ("bomb", 0),
    ] {
        folder.run(&["package", "inspect", "d/e/f/a.zip", "--fail-on", word]).exits(code);
    }
    folder.run(&["package", "inspect", "d/e/f/a.zip", "--fail-on", "bad"]).exits(2);
    let both = ["--fail-on", "bomb", "--fail-on", "path-traversal"];
    folder.run(&[&["package", "inspect", "d/e/f/a.zip"], both.as_slice()].concat()).exits(1);
}

#[test]
fn a_name_with_a_line_break_forges_no_line() {
    let bytes = renamed(&zip(&[("aaaa.py", b"one")]), "aaaa.py", "a\nno an");
    let run = Folder::new().file("a.zip", bytes).run(&["package", "inspect", "a.zip"]);
    run.exits(1);
    run.says(r"`a\nno an`");
}

/// A folder with a package, a layer and keys.
fn project() -> Folder {
    let read = |name: &str| std::fs::read(format!("{KEYS}/{name}")).unwrap();
    Folder::new()
        .file("orders.zip", zip(&[("app.py", b"pass")]))
        .file("layer.zip", zip(&[("python/x.py", b"pass")]))
        .file("sbom.json", "{}")
        .file("p256.pem", read("p256.pem"))
        .file("p256.pub", read("p256.pub.pem"))
        .file("ed.pem", read("ed25519.pem"))
        .file("ed.pub", read("ed25519.pub.pem"))
        .file(".git/HEAD", "0123456789abcdef0123456789abcdef01234567\n")
}

#[test]
fn what_was_attested_is_verified_and_what_was_not_is_told() {
    for key in ["p256", "ed"] {
        let folder = project();
        let (private, public) = (format!("{key}.pem"), format!("{key}.pub"));
        let attest = ["package", "attest", "orders.zip", "--key", &private, "-o", "a.json"];
        let more = ["--layer", "layer.zip", "--sbom", "sbom.json", "--builder", "ci"];
        folder.run(&[attest.as_slice(), &more].concat()).exits(0);
        let verify =
            ["package", "verify", "orders.zip", "--attestation", "a.json", "--key", &public];
        let with = |more: &[&str]| folder.run(&[verify.as_slice(), more].concat());
        let layer = ["--layer", "layer.zip"];
        with(&layer).exits(0).says("same: the package `orders.zip`").says("from revision `0123456");
        with(&["--layer", "layer.zip", "--sbom", "sbom.json"])
            .exits(0)
            .says("the bill of materials");
        with(&[]).exits(2).says("layer 1 `layer.zip` was attested and is not given");
        with(&["--layer", "orders.zip"]).exits(1).says("drift: layer 1");
        with(&["--layer", "layer.zip", "--layer", "layer.zip"]).exits(1).says("was not attested");
        let inspect = folder.run(&["package", "inspect", "orders.zip", "--format", "json"]);
        let deployed = inspect.json()["code_sha256"].as_str().unwrap().to_owned();
        with(&[&layer, ["--code-sha256", &deployed].as_slice()].concat()).exits(0).says("deployed");
        let other = "A".repeat(43) + "=";
        with(&[&layer, ["--code-sha256", &other].as_slice()].concat()).exits(1).says("drift");
        with(&["--code-sha256", "x"]).exits(2);

        // A package that changed, an attestation that changed, the key of somebody else.
        let bytes = std::fs::read(folder.path("orders.zip")).unwrap();
        folder.write("orders.zip", [bytes.as_slice(), b"x"].concat());
        with(&layer).exits(1).says("drift: the package `orders.zip`");
        folder.write("orders.zip", bytes);
        let text = folder.read("a.json");
        folder.write("a.json", text.replacen("ey", "fy", 1));
        with(&layer).exits(1).says("not signed");
        folder.write("a.json", "{}");
        with(&layer).exits(2).says("is no DSSE envelope");
        folder.write("a.json", text);
        let other = if key == "ed" { "p256.pub" } else { "ed.pub" };
        let words = ["package", "verify", "orders.zip", "--attestation", "a.json", "--key", other];
        folder.run(&words).exits(1).says("not signed");
    }
    let folder = project();
    folder
        .run(&["package", "attest", "orders.zip", "--key", "p256.pub"])
        .exits(2)
        .says("PRIVATE KEY");
}
