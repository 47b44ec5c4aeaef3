//! What `scan` says of the packages of functions and projects.

use serde_json::{Value, json};

use crate::folder::{Folder, Scan};

const TEMPLATE: &str = r"Transform: AWS::Serverless-2016-10-31
Resources:
  CreateOrder:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: index.handler
      Runtime: nodejs22.x
      Layers: [!Ref Shared]
      Events:
        Post:
          Type: HttpApi
          Properties: {Path: /orders, Method: post}
  SweepOrders:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: index.handler
      Runtime: nodejs22.x
      Layers: [!Ref Shared]
  Shared:
    Type: AWS::Serverless::LayerVersion
    Properties:
      ContentUri: layer.zip
";

/// Imports what the lock file and the layer bring: what nobody imports is ranked milder.
const INDEX: &str = "const ui = require(\"orders-ui\");\nconst base = require(\"orders-base\");\n\
                     exports.handler = async () => ui.draw(base.all());\n";

const LOCK: &str = r#"{
  "name": "orders",
  "lockfileVersion": 3,
  "packages": {
    "": {"name": "orders", "dependencies": {"orders-ui": "^2.0.0"}, "devDependencies": {"orders-lint": "1.0.0"}},
    "node_modules/orders-ui": {
      "version": "2.0.0",
      "dependencies": {"orders-text": "^1.0.0"}
    },
    "node_modules/orders-text": {
      "version": "1.0.1"
    },
    "node_modules/orders-lint": {
      "version": "1.0.0",
      "dev": true
    }
  }
}
"#;

/// An advisory about all versions of a package before `fixed`.
fn record(id: &str, package: &str, fixed: &str) -> Value {
    json!({
        "id": id,
        "modified": "2026-01-02T00:00:00Z",
        "aliases": [format!("CVE-{}", id.len() + package.len())],
        "summary": "Orders are lost.",
        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"}],
        "affected": [{
            "package": {"ecosystem": "npm", "name": package},
            "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": fixed}]}],
        }],
    })
}

/// A ZIP of one package of a layer.
fn layer() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(&mut bytes));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("nodejs/node_modules/orders-base/package.json", options).unwrap();
    std::io::Write::write_all(&mut zip, br#"{"name": "orders-base", "version": "3.0.0"}"#).unwrap();
    zip.finish().unwrap();
    bytes
}

pub(crate) fn orders() -> Folder {
    let records = json!([
        record("GHSA-text-text-text", "orders-text", "1.0.2"),
        record("GHSA-base-base-base", "orders-base", "3.1.0"),
        record("GHSA-lint-lint-lint", "orders-lint", "2.0.0"),
    ]);
    let folder = Folder::new()
        .file("app/template.yaml", TEMPLATE)
        .file("app/src/index.js", INDEX)
        .file("app/src/package-lock.json", LOCK)
        .file("app/layer.zip", layer())
        .file("advisories.json", records.to_string());
    let import = ["vulndb", "import", "advisories.json", "--db", "db", "--date", "2026-02-01"];
    folder.run(&import).exits(0);
    folder
}

pub(crate) fn of_rule<'s>(scan: &'s Scan, rule: &str) -> Vec<&'s Value> {
    scan.all_findings().iter().filter(|it| it["rule"] == rule).collect()
}

#[test]
fn flaws_of_code_and_layers_are_told_once_with_who_runs_them() {
    let folder = orders();
    let scan = folder.scan(&["app", "--vulndb", "db"]);
    let found = of_rule(&scan, "SAS-6.6");
    let at = |it: &Value| {
        let place = format!("{}:{}", it["place"]["file"].as_str().unwrap(), it["place"]["line"]);
        (place, it["component"]["purl"].as_str().unwrap().to_owned())
    };
    let places: Vec<_> = found.iter().map(|it| at(it)).collect();
    let layer = "layer.zip!/nodejs/node_modules/orders-base/package.json:1";
    let expected = [
        (layer, "pkg:npm/orders-base@3.0.0"),
        ("src/package-lock.json:10", "pkg:npm/orders-text@1.0.1"),
        ("src/package-lock.json:13", "pkg:npm/orders-lint@1.0.0"),
    ];
    assert_eq!(places, expected.map(|(place, purl)| (place.to_owned(), purl.to_owned())));
    let [base, text, lint] = found.as_slice() else { panic!("{found:?}") };
    // The most exposed function speaks, one step worse than the advisory says.
    for it in [base, text] {
        assert_eq!((&it["function"], &it["severity"]), (&json!("CreateOrder"), &json!("critical")));
        assert_eq!(it["path"][0], "internet");
    }
    assert_eq!(text["advisories"][0], "GHSA-text-text-text");
    assert_eq!(text["component"]["fixed"], "1.0.2");
    assert_eq!(text["fix"]["description"], "Upgrade `orders-text` to 1.0.2");
    let notes: Vec<_> = text["trace"].as_array().unwrap().iter().map(|it| &it["note"]).collect();
    let expected = [
        "`CreateOrder` imports `orders-ui`, which asks for it",
        "`orders-ui` 2.0.0 asks for `orders-text`",
        "`SweepOrders` runs it, too",
    ];
    assert_eq!(notes, expected);
    // What only builds use is nobody's way in.
    assert_eq!((&lint["function"], &lint["severity"]), (&Value::Null, &json!("low")));
    let prints: std::collections::BTreeSet<_> =
        found.iter().map(|it| it["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(prints.len(), 3);
    assert_eq!(scan.code, 1);
    assert_eq!((scan.count("components"), scan.count("components_not_looked_up")), (4, 0));
    assert_eq!(scan.json["vulndb"]["date"], "2026-02-01T00:00:00Z");
    assert_eq!(scan.json["vulndb"]["advisories"], 3);
    let sarif = folder.run(&["scan", "app", "--vulndb", "db", "--format", "sarif"]).json();
    assert_eq!(sarif["runs"][0]["properties"]["vulndb"], scan.json["vulndb"]);
    folder.run(&["scan", "app", "--vulndb", "db"]).says("looked up in 3 advisories of 2026-02-01");
}

#[test]
fn without_an_index_nothing_is_called_free_of_flaws() {
    let folder = orders();
    let scan = folder.scan(&["app"]);
    assert!(of_rule(&scan, "SAS-6.6").is_empty());
    assert_eq!((scan.count("components"), scan.count("components_not_looked_up")), (4, 4));
    assert_eq!(scan.json["vulndb"], Value::Null);
    let diagnostics = scan.json["diagnostics"].to_string();
    assert!(diagnostics.contains("known flaws of 4 components were not looked up"));
    folder.run(&["scan", "app"]).says("known flaws of 4 components were not looked up");
}

#[test]
fn an_index_that_cannot_answer_ends_the_run() {
    let folder = orders().file("bad", "no index");
    let fails = |arguments: &[&str], words: &str| {
        let run = folder.run(&[&["scan", "app"], arguments].concat());
        run.exits(2).says(words).says_not("no findings");
    };
    fails(&["--vulndb", "none"], "there is no index");
    fails(&["--vulndb", "app"], "there is no index");
    fails(&["--vulndb", "bad"], "`bad`");
    fails(&["--vulndb", "db", "--max-age", "1"], "days old and may be 1");
    fails(&["--max-age", "1"], "--vulndb");
    // The settings of a repository name it, too, and a flag wins.
    folder.write("app/faasguard.toml", "vulndb = \"../db\"\nmax-age = 1\n");
    fails(&[], "days old and may be 1");
    let scan = folder.scan(&["app", "--max-age", "100000"]);
    assert_eq!(of_rule(&scan, "SAS-6.6").len(), 3);
    folder.write("app/faasguard.toml", "vulndb = \"none\"\n");
    fails(&[], "there is no index");
}

#[test]
fn a_project_without_a_template_is_looked_up() {
    let folder = orders().file("web/package-lock.json", LOCK).file("web/sub/readme.md", "");
    for named in ["web", "web/package-lock.json"] {
        let scan = folder.scan(&[named, "--vulndb", "db"]);
        let found = of_rule(&scan, "SAS-6.6");
        assert_eq!(found.len(), 2, "{named}");
        assert_eq!(found[0]["function"], Value::Null);
        assert_eq!(found[0]["place"]["file"], "package-lock.json");
        assert_eq!(found[0]["severity"], "high");
        assert_eq!(scan.count("files_scanned"), 1);
    }
    let run = folder.run(&["scan", "web", "--vulndb", "db"]);
    run.exits(1).says_not("nothing to scan");
}

#[test]
fn what_is_broken_or_not_known_is_told() {
    let folder = orders()
        .file("a/package-lock.json", "{\"lockfileVersion\": 3, \"packages\": {")
        .file("b/package.json", r#"{"name": "b", "dependencies": {"orders-text": "^1.0.0"}}"#)
        .file("c/requirements.txt", "flask==1.0\n");
    let scan = folder.scan(&["a", "--vulndb", "db"]);
    assert_eq!((scan.count("files_not_scanned"), scan.code), (1, 3));
    folder.run(&["scan", "a", "--vulndb", "db", "--strict"]).exits(3);
    let words = "`orders-text` may have known flaws (`GHSA-text-text-text`): its version is not";
    folder.run(&["scan", "b", "--vulndb", "db"]).exits(0).says(words);
    let run = folder.run(&["scan", "c", "--vulndb", "db"]);
    run.exits(0).says("1 component of PyPI was not looked up");
}

#[test]
fn accepted_flaws_stay_accepted_when_lines_move() {
    let folder = orders();
    folder.run(&["scan", "app", "--vulndb", "db", "--write-baseline", "base.json"]).exits(0);
    let moved = LOCK
        .replace("\"lockfileVersion\": 3,", "\"version\": \"1.0.0\",\n  \"lockfileVersion\": 3,");
    folder.write("app/src/package-lock.json", moved);
    folder.run(&["scan", "app", "--vulndb", "db", "--baseline", "base.json"]).exits(0);
}

#[test]
fn a_function_gets_the_packages_of_the_project_above_its_code() {
    let template = TEMPLATE.replace("      Layers: [!Ref Shared]\n", "");
    let python = template.replace("nodejs22.x", "python3.13").replace("src/", "python/");
    let folder = orders()
        .file("web/template.yaml", template)
        .file("web/src/index.js", INDEX)
        .file("web/package-lock.json", LOCK)
        .file("web/python.yaml", python.replace("CreateOrder", "PrintOrder"))
        .file("web/python/index.py", "def handler(event, context): pass\n");
    let scan = folder.scan(&["web", "--vulndb", "db"]);
    let found = of_rule(&scan, "SAS-6.6");
    let functions: Vec<_> = found.iter().map(|it| it["function"].as_str()).collect();
    // Nothing of it runs in the functions of another language, nor what only builds use.
    assert_eq!(functions, [Some("CreateOrder"), None]);
    assert_eq!(found[0]["place"]["file"], "package-lock.json");
}

#[test]
fn an_archive_that_is_named_is_looked_into() {
    let folder = orders();
    let scan = folder.scan(&["app/layer.zip", "--vulndb", "db"]);
    let found = of_rule(&scan, "SAS-6.6");
    assert_eq!(found[0]["component"]["purl"], "pkg:npm/orders-base@3.0.0");
    assert_eq!((found.len(), scan.count("files_scanned"), scan.code), (1, 1, 1));
    let folder = folder.file("odd.zip", "no archive");
    folder.run(&["scan", "odd.zip", "--vulndb", "db", "--strict"]).exits(3);
}

#[test]
fn comments_of_manifests_accept_what_stands_there() {
    let records = json!([{
        "id": "GHSA-py-py-py", "modified": "2026-01-02T00:00:00Z",
        "affected": [{"package": {"ecosystem": "PyPI", "name": "flawed"},
                      "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}],
    }, {
        "id": "GO-1", "modified": "2026-01-02T00:00:00Z",
        "affected": [{"package": {"ecosystem": "Go", "name": "example.org/flawed"},
                      "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}]}],
    }]);
    let folder = Folder::new().file("advisories.json", records.to_string());
    let import = ["vulndb", "import", "advisories.json", "--db", "db", "--date", "2026-02-01"];
    folder.run(&import).exits(0);
    let judge = |file: &str, text: &str| {
        folder.write(&format!("p/{file}"), text);
        let scan = folder.scan(&["p", "--vulndb", "db", "--rule", "SAS-6.6"]);
        std::fs::remove_dir_all(folder.path("p")).unwrap();
        (scan.findings().len(), scan.suppressed().len(), scan.unused().len())
    };
    let allow = "faasguard: allow vulnerable-dependency -- no hostile data (until 2999-12-31)";
    let pip = |words: &str| format!("other==1\n{words}\nflawed==1.0\n");
    assert_eq!(judge("requirements.txt", &pip("")), (1, 0, 0));
    assert_eq!(judge("requirements.txt", &pip(&format!("# {allow}"))), (0, 1, 0));
    assert_eq!(judge("requirements.txt", &format!("flawed==1.0  # {allow}\n")), (0, 1, 0));
    // Another line, another rule, and a file without a finding: told.
    assert_eq!(
        judge("requirements.txt", &format!("other==1  # {allow}\nflawed==1.0\n")),
        (1, 0, 1)
    );
    assert_eq!(judge("requirements.txt", &format!("other==1  # {allow}\n")), (0, 0, 1));
    let lock = format!("# {allow}\n[[package]]\nname = \"flawed\"\nversion = \"1.0\"\n");
    assert_eq!(judge("poetry.lock", &lock), (0, 1, 0));
    let module = |words: &str| {
        format!("module a.org/b\n\nrequire (\n\texample.org/flawed v1.0.0 // {words}\n)\n")
    };
    assert_eq!(judge("go.mod", &module("indirect")), (1, 0, 0));
    assert_eq!(judge("go.mod", &module(allow)), (0, 1, 0));
}

#[test]
fn what_is_installed_counts_where_no_lock_file_pins_it() {
    let folder = orders()
        .file("node/package.json", r#"{"name": "n", "dependencies": {"orders-text": "^1.0.0"}}"#)
        .file("node/index.js", "exports.handler = async () => 1;\n")
        .file(
            "node/node_modules/orders-text/package.json",
            r#"{"name": "orders-text", "version": "1.0.1"}"#,
        )
        .file("python/requirements.txt", "orders-paper\n")
        .file(
            "python/package/orders_paper-1.0.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: orders-paper\nVersion: 1.0.0\n",
        )
        .file("python/env/pyvenv.cfg", "home = /usr/bin\n")
        .file(
            "python/env/lib/python3.13/site-packages/orders_tool-1.0.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: orders-tool\nVersion: 1.0.0\n",
        )
        .file("more.json", {
            let of_python = |id: &str, name: &str| {
                json!({"id": id, "modified": "2026-01-02T00:00:00Z", "summary": "Lost.", "affected": [{
                    "package": {"ecosystem": "PyPI", "name": name},
                    "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2"}]}],
                }]})
            };
            json!([
                of_python("GHSA-papr-papr-papr", "orders-paper"),
                of_python("GHSA-tool-tool-tool", "orders-tool"),
                record("GHSA-text-text-text", "orders-text", "1.0.2"),
            ])
            .to_string()
        });
    let import = ["vulndb", "import", "more.json", "--db", "more", "--date", "2026-02-01"];
    folder.run(&import).exits(0);
    for (project, id) in [("node", "GHSA-text-text-text"), ("python", "GHSA-papr-papr-papr")] {
        let scan = folder.scan(&[project, "--vulndb", "more"]);
        let ids: Vec<&Value> =
            of_rule(&scan, "SAS-6.6").into_iter().map(|it| &it["advisories"][0]).collect();
        assert_eq!(ids, [id], "{project}");
    }
}
