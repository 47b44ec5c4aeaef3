//! What others say of known flaws, into `scan` and out of it.

use serde_json::{Value, json};

use crate::{
    dependencies::{of_rule, orders},
    folder::{Folder, Scan},
};

const TEXT: &str = "pkg:npm/orders-text@1.0.1";
const BASE: &str = "pkg:npm/orders-base@3.0.0";

/// An `OpenVEX` document.
fn openvex(statements: &Value) -> String {
    json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://example.com/vex/1",
        "author": "orders",
        "timestamp": "2026-01-31T10:00:00Z",
        "version": 1,
        "statements": statements,
    })
    .to_string()
}

fn settled(id: &str, purl: &str) -> Value {
    json!({
        "vulnerability": {"name": id},
        "products": [{"@id": "pkg:generic/shop", "subcomponents": [{"@id": purl}]}],
        "status": "not_affected",
        "justification": "inline_mitigations_already_exist",
        "impact_statement": "the gateway\nchecks it",
    })
}

fn scan(folder: &Folder, arguments: &[&str]) -> Scan {
    folder.scan(&[&["app", "--vulndb", "db"], arguments].concat())
}

/// Package URL and source of the suppression of every finding about a known flaw.
fn sources(scan: &Scan) -> Vec<(String, Value)> {
    let one = |it: &Value| {
        let purl = it["component"]["purl"].as_str().unwrap().to_owned();
        (purl, it["suppressed"]["source"].clone())
    };
    of_rule(scan, "SAS-6.6").into_iter().map(one).collect()
}

fn of<'s>(scan: &'s Scan, purl: &str) -> &'s Value {
    let found = of_rule(scan, "SAS-6.6").into_iter();
    found.into_iter().find(|it| it["component"]["purl"] == purl).unwrap()
}

#[test]
fn a_settled_flaw_does_not_count_and_says_why() {
    let statements = json!([
        settled("CVE-30", TEXT),
        settled("GHSA-base-base-base", "pkg:npm/orders-base"),
        settled("GHSA-lint-lint-lint", "pkg:npm/orders-lint@0.9.0"),
        settled("CVE-1999-1", "pkg:npm/other"),
    ]);
    let folder = orders().file("vex.json", openvex(&statements));
    let rule = ["--rule", "vulnerable-dependency"];
    let plain = scan(&folder, &rule);
    let vex = scan(&folder, &[&rule[..], &["--vex", "vex.json"]].concat());
    let found = of(&vex, TEXT);
    assert_eq!(found["suppressed"]["source"], "vex");
    assert_eq!(
        found["suppressed"]["reason"],
        "not affected: inline_mitigations_already_exist: the gateway checks it \
         (as a part of `pkg:generic/shop`)"
    );
    assert_eq!(found["fingerprint"], of(&plain, TEXT)["fingerprint"]);
    assert_eq!(of(&vex, BASE)["suppressed"]["source"], "vex");
    assert_eq!(of(&vex, "pkg:npm/orders-lint@1.0.0")["suppressed"], Value::Null);
    assert_eq!((plain.code, vex.code), (1, 0));
    assert_eq!(vex.count("suppressed"), plain.count("suppressed") + 2);
    // What is about another version or package is told, as suppressions that hide nothing are.
    let unused = vex.json["unused_suppressions"].as_array().unwrap();
    let rules: Vec<_> = unused.iter().map(|it| &it["rule"]).collect();
    assert_eq!(rules, ["GHSA-lint-lint-lint", "CVE-1999-1"]);
    assert!(unused[0]["reason"].as_str().unwrap().contains("`/statements/2`"));
    // An audit sees everything.
    let audit = scan(&folder, &["--vex", "vex.json", "--no-suppress"]);
    assert_eq!(audit.code, 1);
    assert!(sources(&audit).iter().all(|(_, source)| *source == Value::Null));
}

#[test]
fn a_later_statement_takes_an_earlier_one_back() {
    let old = openvex(&json!([settled("GHSA-text-text-text", TEXT)]));
    let new = openvex(&json!([{
        "vulnerability": {"name": "CVE-9", "aliases": ["GHSA-text-text-text"]},
        "products": [{"@id": TEXT}],
        "status": "affected",
        "action_statement": "turn printing off",
        "timestamp": "2026-02-01T00:00:00Z",
    }]));
    let folder = orders().file("old.json", old).file("new.json", new);
    for order in [["old.json", "new.json"], ["new.json", "old.json"]] {
        let vex = scan(&folder, &["--vex", order[0], "--vex", order[1]]);
        let found = of(&vex, TEXT);
        assert_eq!(found["suppressed"], Value::Null);
        let notes = found["trace"].to_string();
        assert!(notes.contains("`new.json` says that it is affected: turn printing off"));
        assert_eq!(vex.json["unused_suppressions"], json!([]));
    }
    // The settings of a repository name documents, too, and a flag wins.
    folder.write("app/faasguard.toml", "vex = [\"../old.json\"]\n");
    assert_eq!(of(&scan(&folder, &[]), TEXT)["suppressed"]["source"], "vex");
    assert_eq!(of(&scan(&folder, &["--vex", "new.json"]), TEXT)["suppressed"], Value::Null);
}

#[test]
fn cyclonedx_settles_by_reference_and_listed_versions() {
    let flaw = |reference: &str, state: &str| {
        json!({
            "id": "GHSA-text-text-text",
            "analysis": {"state": state, "detail": "printing is off"},
            "affects": [{"ref": reference, "versions": [{"range": "vers:npm/<1.0.2", "status": "unaffected"}]}],
        })
    };
    let document = |flaw: Value| {
        json!({
            "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
            "components": [{"type": "library", "bom-ref": "text", "name": "orders-text", "purl": "pkg:npm/orders-text"}],
            "vulnerabilities": [flaw],
        })
        .to_string()
    };
    let folder = orders();
    for (reference, state, source) in [
        ("text", "false_positive", json!("vex")),
        (TEXT, "resolved", json!("vex")),
        ("gone", "not_affected", Value::Null),
        ("text", "harmless", Value::Null),
    ] {
        folder.write("vex.json", document(flaw(reference, state)));
        let vex = scan(&folder, &["--vex", "vex.json"]);
        assert_eq!(of(&vex, TEXT)["suppressed"]["source"], source, "{reference} {state}");
        // What was not understood is told with its place.
        let told = vex.json["diagnostics"].to_string().contains("/vulnerabilities/0");
        assert_eq!(told, source == Value::Null, "{reference} {state}");
    }
}

#[test]
fn a_document_that_cannot_be_used_is_never_silent() {
    let folder = orders()
        .file("bad.json", "{}")
        .file("vex.json", openvex(&json!([settled("GHSA-text-text-text", TEXT)])));
    let run = folder.run(&["scan", "app", "--vulndb", "db", "--vex", "bad.json"]);
    run.exits(2).says("`bad.json`").says("neither OpenVEX");
    folder.run(&["scan", "app", "--vulndb", "db", "--vex", "none.json"]).exits(2).says("none.json");
    folder.run(&["scan", "app", "--vulndb", "db", "--vex", "app"]).exits(2).says("is not a file");
    let run = folder.run(&["scan", "app", "--vex", "vex.json"]);
    run.says("known flaws were not looked up, so that what this says of them was not used");
    let run = folder.run(&["scan", "app", "-o", "openvex=out.json"]);
    run.exits(2).says("`openvex` tells of known flaws").says("--vulndb");
}

#[test]
fn what_speaks_against_a_statement_is_told() {
    let mut statement = settled("GHSA-text-text-text", TEXT);
    statement["justification"] = json!("vulnerable_code_not_in_execute_path");
    let folder = orders().file("vex.json", openvex(&json!([statement])));
    let vex = scan(&folder, &["--vex", "vex.json"]);
    assert_eq!(of(&vex, TEXT)["suppressed"]["source"], "vex");
    let told = vex.json["diagnostics"].to_string();
    assert!(
        told.contains("`GHSA-text-text-text` does no harm, but code of the application imports")
    );
}

#[test]
fn malware_is_never_settled() {
    let folder = orders().file(
        "malware.json",
        json!([{
            "id": "MAL-2026-1", "modified": "2026-01-02T00:00:00Z", "summary": "Steals secrets.",
            "affected": [{"package": {"ecosystem": "npm", "name": "orders-text"}, "versions": ["1.0.1"]}],
        }])
        .to_string(),
    );
    folder
        .run(&["vulndb", "import", "malware.json", "--db", "db", "--date", "2026-02-01"])
        .exits(0);
    folder.write("vex.json", openvex(&json!([settled("MAL-2026-1", TEXT)])));
    let vex = scan(&folder, &["--vex", "vex.json", "-o", "openvex=out.json"]);
    let found = of_rule(&vex, "SAS-6.7");
    assert_eq!((found.len(), &found[0]["suppressed"]), (1, &Value::Null));
    assert!(vex.json["diagnostics"].to_string().contains("which is malware: it still counts"));
    let out: Value = serde_json::from_str(&folder.read("out.json")).unwrap();
    assert_eq!(out["statements"][0]["status"], "affected");
}

#[test]
fn what_is_written_settles_the_same_findings() {
    let folder = orders();
    // Nothing imports the layer any more.
    folder.write(
        "app/src/index.js",
        "const ui = require(\"orders-ui\");\nexports.handler = async () => ui.draw();\n",
    );
    let epoch = ["scan", "app", "--vulndb", "db", "-q"];
    for format in ["openvex", "cyclonedx-vex"] {
        let output = format!("{format}=out.json");
        let arguments = [&epoch[..], &["-o", &output]].concat();
        folder.run_with("SOURCE_DATE_EPOCH", "1770000000", &arguments).exits(1);
        let text = folder.read("out.json");
        folder.run_with("SOURCE_DATE_EPOCH", "1770000000", &arguments).exits(1);
        assert_eq!(folder.read("out.json"), text);
        assert!(text.contains("2026-02-02T02:40:00Z"));
        if format == "cyclonedx-vex" {
            assert_eq!(sbom::judge(text.as_bytes()), Ok(sbom::Spec::V1_6));
        }
        let plain = scan(&folder, &[]);
        assert_eq!(of(&plain, BASE)["component"]["reach"], "not-imported");
        assert_eq!(of(&plain, TEXT)["component"]["reach"], "imported");
        let back = scan(&folder, &["--vex", "out.json"]);
        assert_eq!(back.json["unused_suppressions"], json!([]));
        assert!(!back.json["diagnostics"].to_string().contains("out.json"));
        for found in of_rule(&back, "SAS-6.6") {
            let is_away = found["component"]["reach"] == "not-imported";
            let source = if is_away { json!("vex") } else { Value::Null };
            assert_eq!(found["suppressed"]["source"], source, "{found}");
        }
        assert_eq!(of(&back, BASE)["suppressed"]["source"], "vex");
        let notes = of(&back, TEXT)["trace"].to_string();
        assert!(notes.contains("says that it is affected") && notes.contains("upgrade to 1.0.2"));
    }
    // What somebody settled is said again.
    folder.write("vex.json", openvex(&json!([settled("GHSA-text-text-text", TEXT)])));
    let arguments = [&epoch[..], &["--vex", "vex.json", "-o", "openvex=again.json"]].concat();
    folder.run(&arguments);
    let again: Value = serde_json::from_str(&folder.read("again.json")).unwrap();
    let all = again["statements"].as_array().unwrap();
    let text = all.iter().find(|it| it["products"][0]["subcomponents"][0]["@id"] == TEXT).unwrap();
    assert_eq!(text["justification"], "inline_mitigations_already_exist");
    assert_eq!(text["timestamp"], "2026-01-31T10:00:00Z");
}

#[test]
fn a_bill_tells_known_flaws_and_what_is_said_of_them() {
    let folder = orders().file("vex.json", openvex(&json!([settled("GHSA-text-text-text", TEXT)])));
    let with = ["sbom", "app", "--vulndb", "db", "--vex", "vex.json", "-o", "bom"];
    for spec in ["1.6", "1.7"] {
        folder.run(&[&with[..], &["--spec", spec]].concat()).exits(0);
        let text = folder.read("bom");
        assert_eq!(sbom::judge(text.as_bytes()).map(sbom::Spec::as_str), Ok(spec));
        let bom: Value = serde_json::from_str(&text).unwrap();
        let all = bom["vulnerabilities"].as_array().unwrap();
        let one = all.iter().find(|it| it["id"] == "GHSA-text-text-text").unwrap();
        assert_eq!(one["affects"], json!([{"ref": TEXT}]));
        assert_eq!(one["ratings"][0]["score"], 7.5);
        assert_eq!(one["ratings"][0]["severity"], "high");
        assert_eq!(one["ratings"][0]["method"], "CVSSv31");
        assert_eq!(one["recommendation"], "upgrade to 1.0.2");
        assert_eq!(one["references"][0]["id"], "CVE-30");
        assert_eq!(one["analysis"]["state"], "not_affected");
        let lint = all.iter().find(|it| it["id"] == "GHSA-lint-lint-lint").unwrap();
        assert_eq!(lint["analysis"], Value::Null);
    }
    // What a bill says settles findings, too.
    let vex = scan(&folder, &["--vex", "bom"]);
    assert_eq!(of(&vex, TEXT)["suppressed"]["source"], "vex");
    folder.run(&[&with[..], &["--format", "cyclonedx-xml"]].concat()).exits(0);
    let xml = folder.read("bom");
    assert!(xml.contains("<state>not_affected</state>") && xml.contains("<score>7.5</score>"));
    let run = folder.run(&[&with[..], &["--format", "spdx-json"]].concat());
    run.exits(0).says("SPDX 2.3 has no place");
    assert!(folder.read("bom").contains("https://github.com/advisories/GHSA-text-text-text"));
    // Without an index nothing is said of flaws, and one that cannot answer is an error.
    assert!(!folder.run(&["sbom", "app"]).out.contains("vulnerabilities"));
    folder.run(&["sbom", "app", "--vulndb", "none"]).exits(2).says("there is no index");
    folder.run(&["sbom", "app", "--vex", "vex.json"]).exits(2).says("--vulndb");
    let old = ["sbom", "app", "--vulndb", "db", "--max-age", "1"];
    folder.run(&old).exits(2).says("days old and may be 1");
}
