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
fn known_flaws_of_packages_within_are_told_and_count() {
    let record = |id: &str, name: &str, vector: &str| {
        serde_json::json!({
            "id": id, "modified": "2026-01-02T00:00:00Z", "aliases": [format!("CVE-{}", name.len())],
            "severity": [{"type": "CVSS_V3", "score": vector}],
            "affected": [{"package": {"ecosystem": "npm", "name": name},
                          "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "2.0.0"}]}]}],
        })
    };
    let high = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N";
    let records = serde_json::json!([record("GHSA-a", "a", high), record("MAL-1", "evil", high)]);
    let package = |name: &str| format!(r#"{{"name": "{name}", "version": "1.0.0"}}"#);
    let (a, b, evil) = (package("a"), package("b"), package("evil"));
    let of = |files: &[(&str, &str)]| {
        let files: Vec<(String, &[u8])> = files
            .iter()
            .map(|(name, text)| (format!("node_modules/{name}/package.json"), text.as_bytes()))
            .collect();
        let files: Vec<(&str, &[u8])> =
            files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
        zip(&files)
    };
    let folder = Folder::new()
        .file("a.zip", of(&[("a", &a), ("b", &b)]))
        .file("b.zip", of(&[("b", &b)]))
        .file("evil.zip", of(&[("evil", &evil)]))
        .file("bad", "no index")
        .file("advisories.json", records.to_string());
    folder
        .run(&["vulndb", "import", "advisories.json", "--db", "db", "--date", "2026-02-01"])
        .exits(0);
    let inspect = |rest: &[&str]| folder.run(&[&["package", "inspect"], rest].concat());
    let run = inspect(&["a.zip", "--vulndb", "db", "--format", "json"]);
    run.exits(1);
    let json = run.json();
    fits(&json);
    let flaw = serde_json::json!({
        "id": "GHSA-a", "aliases": ["CVE-1"], "severity": "high", "fixed": "2.0.0", "malicious": false,
    });
    let expected = serde_json::json!([
        {"purl": "pkg:npm/a@1.0.0", "vulnerabilities": [flaw]},
        {"purl": "pkg:npm/b@1.0.0", "vulnerabilities": []},
    ]);
    assert_eq!(json["components"], expected);
    assert_eq!(json["vulndb"]["advisories"], 2);
    let text = inspect(&["a.zip", "--vulndb", "db", "--fail-on", "critical"]);
    text.exits(0).says("high     GHSA-a  fixed in 2.0.0  CVE-1").says("looked up in 2 advisories");
    inspect(&["b.zip", "--vulndb", "db", "--fail-on", "low"]).exits(0);
    let evil = inspect(&["evil.zip", "--vulndb", "db", "--fail-on", "critical"]);
    evil.exits(1).says("critical MAL-1").says("malicious");
    // Without an index nothing is said of flaws.
    let plain = inspect(&["a.zip", "--format", "json"]);
    plain.exits(0);
    assert_eq!(plain.json()["components"][0], serde_json::json!({"purl": "pkg:npm/a@1.0.0"}));
    inspect(&["a.zip", "--vulndb", "none"]).exits(2).says("there is no index");
    inspect(&["a.zip", "--vulndb", "bad"]).exits(2).says("`bad`");
    inspect(&["a.zip", "--vulndb", "db", "--max-age", "1"]).exits(2).says("days old and may be 1");
    inspect(&["a.zip", "--max-age", "1"]).exits(2);
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

/// Two functions with a layer each, attested with two keys, and a list of what is deployed.
struct Account {
    folder: Folder,
    orders: String,
    stock: String,
    layer: String,
}

const LAYER: &str = "arn:aws:lambda:eu-west-1:123456789012:layer:base:3";

impl Account {
    fn new() -> Self {
        let folder = project().file("stock.zip", zip(&[("stock.py", b"pass")]));
        for (package, key, out) in
            [("orders.zip", "p256.pem", "orders.json"), ("stock.zip", "ed.pem", "stock.json")]
        {
            let words = ["package", "attest", package, "--layer", "layer.zip", "--key", key];
            folder.run(&[words.as_slice(), &["-o", out]].concat()).exits(0);
        }
        let digest = |file: &str| {
            let run = folder.run(&["package", "inspect", file, "--format", "json"]);
            run.json()["code_sha256"].as_str().unwrap().to_owned()
        };
        let (orders, stock) = (digest("orders.zip"), digest("stock.zip"));
        let layer = digest("layer.zip");
        Self { folder, orders, stock, layer }
    }

    /// A function as `aws lambda list-functions` tells of it.
    fn function(name: &str, code: &str, layers: &[&str]) -> Value {
        let layers: Vec<Value> =
            layers.iter().map(|arn| serde_json::json!({"Arn": arn, "CodeSize": 10})).collect();
        serde_json::json!({"FunctionName": name, "CodeSha256": code, "Layers": layers, "Version": "$LATEST"})
    }

    /// Verifies what is deployed; with the layer's own description.
    fn verify(&self, functions: &[Value], more: &[&str]) -> crate::folder::Run {
        let list = serde_json::json!({"Functions": functions});
        self.folder.write("list.json", list.to_string());
        let version =
            serde_json::json!({"LayerVersionArn": LAYER, "Content": {"CodeSha256": self.layer}});
        self.folder.write("layer.json", version.to_string());
        let words = ["package", "verify", "--attestation", "orders.json", "--attestation"];
        let keys =
            ["stock.json", "--key", "p256.pub", "--key", "ed.pub", "--deployed", "list.json"];
        self.folder.run(&[words.as_slice(), &keys, more].concat())
    }
}

#[test]
fn drift_is_told_for_each_deployed_function() {
    let account = Account::new();
    let orders = Account::function("orders", &account.orders, &[LAYER]);
    let stock = Account::function("stock", &account.stock, &[LAYER]);
    let with_layer = ["--deployed", "layer.json"];
    account
        .verify(&[orders.clone(), stock.clone()], &with_layer)
        .exits(0)
        .says("same: function `orders`")
        .says("attested as `stock.zip`")
        .says("same: function `stock`: layer 1");

    let other = "A".repeat(43) + "=";
    let changed = Account::function("stock", &other, &[LAYER]);
    let run = account.verify(&[orders.clone(), changed.clone()], &with_layer);
    run.exits(1)
        .says("drift: function `stock` runs CodeSha256 AAAA")
        .says("same: function `orders`");
    let one = [with_layer.as_slice(), &["--function", "orders"]].concat();
    account.verify(&[orders.clone(), changed], &one).exits(0).says_not("stock");
    let missing = [with_layer.as_slice(), &["--function", "payments"]].concat();
    account.verify(std::slice::from_ref(&orders), &missing).exits(2).says("no function `payments`");

    // Layers: one more, none, one that nothing is known of, another one.
    let more = Account::function("orders", &account.orders, &[LAYER, LAYER]);
    account.verify(&[more], &with_layer).exits(1).says("has 2 layers, attested were 1");
    let none = Account::function("orders", &account.orders, &[]);
    account.verify(&[none], &[]).exits(1).says("has 0 layers, attested were 1");
    account.verify(std::slice::from_ref(&orders), &[]).exits(2).says("get-layer-version-by-arn");
    let mut known = orders.clone();
    known["Layers"][0]["CodeSha256"] = other.clone().into();
    account.verify(&[known], &[]).exits(1).says("drift: function `orders`: layer 1");

    // Images, lists that go on, and lists of nothing.
    let mut image = orders.clone();
    image["PackageType"] = "Image".into();
    account.verify(&[image], &[]).exits(2).says("container image");
    account.verify(&[], &[]).exits(2).says("it tells of no function");
    let page = serde_json::json!({"Functions": [orders], "NextMarker": "x"});
    account.folder.write("page.json", page.to_string());
    let words = ["package", "verify", "--attestation", "orders.json", "--key", "p256.pub"];
    let deployed = ["--deployed", "page.json", "--deployed", "layer.json"];
    let run = account.folder.run(&[words.as_slice(), &deployed].concat());
    run.exits(2).says("more functions on the next pages");
    // Without a package there is nothing to compare but what is deployed.
    account.folder.run(&words).exits(2);
}

#[test]
fn layers_in_another_order_are_drift_and_said_to_be_that() {
    let folder = project().file("guard.zip", zip(&[("extensions/guard", b"x")]));
    let layers = |first: &'static str, second| ["--layer", first, "--layer", second];
    let attest = ["package", "attest", "orders.zip", "--key", "ed.pem", "-o", "a.json"];
    folder.run(&[attest.as_slice(), &layers("layer.zip", "guard.zip")].concat()).exits(0);
    let verify = ["package", "verify", "orders.zip", "--attestation", "a.json", "--key", "ed.pub"];
    folder.run(&[verify.as_slice(), &layers("layer.zip", "guard.zip")].concat()).exits(0);
    let swapped = folder.run(&[verify.as_slice(), &layers("guard.zip", "layer.zip")].concat());
    swapped.exits(1).says("drift: layer 1 `guard.zip`").says("in another order");
}

#[test]
fn of_several_attestations_the_one_of_the_package_is_used_and_each_must_be_signed() {
    let account = Account::new();
    let both = ["--attestation", "stock.json", "--attestation", "orders.json"];
    let keys = ["--key", "p256.pub", "--key", "ed.pub", "--layer", "layer.zip"];
    let verify = |package: &'static str, rest: &[&str]| {
        account.folder.run(&[["package", "verify", package].as_slice(), &both, rest].concat())
    };
    verify("orders.zip", &keys).exits(0).says("same: the package `orders.zip`");
    verify("stock.zip", &keys).exits(0).says("same: the package `stock.zip`");
    verify("layer.zip", &keys).exits(1).says("none of the 2 attestations names");
    verify("orders.zip", &keys[..2]).exits(1).says("no signature in `stock.json`");
    // A bill of materials that was changed after it was attested.
    let attest = ["package", "attest", "orders.zip", "--key", "ed.pem", "--sbom", "sbom.json"];
    account.folder.run(&[attest.as_slice(), &["-o", "b.json"]].concat()).exits(0);
    let words = ["package", "verify", "orders.zip", "--attestation", "b.json", "--key", "ed.pub"];
    let with = [words.as_slice(), &["--sbom", "sbom.json"]].concat();
    account.folder.run(&with).exits(0);
    account.folder.write("sbom.json", r#"{"components": []}"#);
    account.folder.run(&with).exits(1).says("drift: the bill of materials");
    // Age: it is from now.
    account.folder.run(&[words.as_slice(), &["--max-age", "1"]].concat()).exits(0);
}

#[test]
fn attestations_of_another_kind_or_time_are_no_proof() {
    use attestation::{Artifact, Digest, Envelope, SigningKey, Statement};
    let folder = project();
    let key = SigningKey::from_pem(folder.read("ed.pem").as_bytes()).unwrap();
    let run = folder.run(&["package", "inspect", "orders.zip", "--format", "json"]);
    let sha256 = Digest::from_hex(run.json()["sha256"].as_str().unwrap()).unwrap();
    let statement = Statement {
        package: Artifact { name: "orders.zip".to_owned(), sha256 },
        layers: Vec::new(),
        sbom: None,
        revision: None,
        builder: None,
        time: "2020-01-01T00:00:00Z".to_owned(),
    };
    let verify = |statement: Vec<u8>, more: &[&str]| {
        let envelope = Envelope::sign(statement, &key, None).unwrap();
        folder.write("a.json", envelope.to_json());
        let words = ["package", "verify", "orders.zip", "--attestation", "a.json", "--key"];
        folder.run(&[words.as_slice(), &["ed.pub"], more].concat())
    };
    verify(statement.to_json(), &[]).exits(0);
    verify(statement.to_json(), &["--max-age", "30"]).exits(1).says("expired: `a.json` is");
    let later = Statement { time: "2999-01-01T00:00:00Z".to_owned(), ..statement.clone() };
    verify(later.to_json(), &["--max-age", "30"]).exits(1).says("not yet valid");
    let odd = Statement { time: "yesterday".to_owned(), ..statement.clone() };
    verify(odd.to_json(), &["--max-age", "30"]).exits(2).says("is no time");
    let text = String::from_utf8(statement.to_json()).unwrap();
    let slsa = text.replace("urn:faasguard:package:1", "https://slsa.dev/provenance/v1");
    verify(slsa.into_bytes(), &[]).exits(2).says("https://slsa.dev/provenance/v1");
}
