//! Which flaws of packages an event can get to: small applications of each language, and what is said of
//! one flawed package of each.

use serde_json::{Value, json};

use crate::folder::Folder;

/// A function that anybody on the internet starts, and the same for nobody.
fn template(runtime: &str, handler: &str) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  \
         CreateOrder:\n    Type: AWS::Serverless::Function\n    Metadata: {{BuildMethod: go1.x}}\n    \
         Properties:\n      CodeUri: src/\n      Handler: {handler}\n      Runtime: {runtime}\n      \
         Events:\n        Post:\n          Type: HttpApi\n          \
         Properties: {{Path: /orders, Method: post}}\n"
    )
}

/// A high flaw in all versions of a package before the ninth.
fn record(ecosystem: &str, package: &str, specific: &Value) -> Value {
    json!({
        "id": "GHSA-flaw-flaw-flaw",
        "modified": "2026-01-02T00:00:00Z",
        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"}],
        "affected": [{
            "package": {"ecosystem": ecosystem, "name": package},
            "ecosystem_specific": specific,
            "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "9.0.0"}]}],
        }],
    })
}

/// Severity and the note that says why; `""` when there is none.
fn judged(template: &str, record: &Value, files: &[(&str, &str)]) -> (String, String) {
    let mut folder = Folder::new()
        .file("app/template.yaml", template)
        .file("advisories.json", json!([record]).to_string());
    for (path, text) in files {
        folder = folder.file(&format!("app/src/{path}"), *text);
    }
    folder
        .run(&["vulndb", "import", "advisories.json", "--db", "db", "--date", "2026-02-01"])
        .exits(0);
    let scan = folder.scan(&["app", "--vulndb", "db"]);
    let found: Vec<&Value> =
        scan.all_findings().iter().filter(|it| it["rule"] == "SAS-6.6").collect();
    let [finding] = found.as_slice() else { panic!("{files:?}: {}", scan.json) };
    // The way of the internet to the function is told whatever is known of its code.
    assert_eq!(
        (&finding["function"], &finding["path"][0]),
        (&json!("CreateOrder"), &json!("internet"))
    );
    let notes = finding["trace"].as_array().into_iter().flatten();
    let notes: Vec<&str> = notes.filter_map(|it| it["note"].as_str()).collect();
    let told = notes.iter().rev().find(|note| {
        note.contains("imports `") || note.contains("not imported") || note.contains("calls `")
    });
    let severity = finding["severity"].as_str().unwrap().to_owned();
    (severity, told.map_or(String::new(), |note| (*note).to_owned()))
}

/// Checks cases: files, and severity with the note.
fn check(template: &str, record: &Value, always: &[(&str, &str)], cases: &[Case<'_>]) {
    for (name, files, severity, note) in cases {
        let all: Vec<(&str, &str)> = always.iter().chain(*files).copied().collect();
        let expected = ((*severity).to_owned(), (*note).to_owned());
        assert_eq!(judged(template, record, &all), expected, "{name}");
    }
}

type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str, &'a str);

const AWAY: &str = "not imported from the handler of `CreateOrder`";

#[test]
fn python() {
    let lock = "[[package]]\nname = \"pyyaml\"\nversion = \"5.3\"\n\n[[package]]\nname = \"requests\"\n\
                version = \"2.0\"\n\n[package.dependencies]\npyyaml = \"*\"\n";
    let symbols = json!({"affects": {"functions": ["yaml.load"]}});
    check(
        &template("python3.13", "app.handler"),
        &record("PyPI", "pyyaml", &symbols),
        &[("poetry.lock", lock)],
        &[
            (
                "at the top",
                &[("app.py", "import yaml\ndef handler(event, context):\n    return 1\n")],
                "critical",
                "`CreateOrder` imports `pyyaml`",
            ),
            (
                "in a function that the handler calls",
                &[
                    (
                        "app.py",
                        "import orders\ndef handler(event, context):\n    return orders.read()\n",
                    ),
                    ("orders.py", "def read():\n    from yaml import dump\n    return dump\n"),
                ],
                "critical",
                "`CreateOrder` imports `pyyaml`",
            ),
            (
                "by a module that nothing imports",
                &[
                    ("app.py", "import os\ndef handler(event, context):\n    return 1\n"),
                    ("tool.py", "import yaml\nyaml.load(open('x'))\n"),
                ],
                "medium",
                AWAY,
            ),
            (
                "through another package",
                &[("app.py", "import requests\ndef handler(event, context):\n    return 1\n")],
                "critical",
                "`CreateOrder` imports `requests`, which asks for it",
            ),
            (
                "by a computed name",
                &[(
                    "app.py",
                    "import importlib, os\ndef handler(event, context):\n    \
                     return importlib.import_module(os.environ['PLUGIN'])\n",
                )],
                "high",
                "",
            ),
            (
                "a relative file that is not there",
                &[("app.py", "from . import gone\ndef handler(event, context):\n    return 1\n")],
                "high",
                "",
            ),
            (
                "the flawed function is called",
                &[("app.py", "import yaml\ndef handler(event, context):\n    yaml.load('1')\n")],
                "critical",
                "`CreateOrder` calls `yaml.load`, which has the flaw",
            ),
        ],
    );
}

#[test]
fn javascript() {
    let lock = r#"{"lockfileVersion": 3, "packages": {
        "": {"dependencies": {"lodash": "1", "express": "1"}},
        "node_modules/lodash": {"version": "1.0.0"},
        "node_modules/express": {"version": "1.0.0", "dependencies": {"lodash": "*"}}}}"#;
    let imports = "`CreateOrder` imports `lodash`";
    let end = "exports.handler = async () => 1;\n";
    let with = |start: &str| format!("{start}\n{end}");
    let (top, inner, away) =
        (with("const _ = require('lodash');"), with("const o = require('./orders');"), with(""));
    let (through, data) =
        (with("const e = require('express');"), with("const d = require('./data.json');"));
    let (known, computed, bundle) = (
        with("const f = () => import('lodash/get');"),
        with("const f = name => import(name);"),
        with("var __commonJS = (cb) => () => cb; var a = __commonJS({});"),
    );
    check(
        &template("nodejs22.x", "app.handler"),
        &record("npm", "lodash", &json!({})),
        &[("package-lock.json", lock)],
        &[
            ("require", &[("app.js", &top)], "critical", imports),
            (
                "import",
                &[("app.mjs", "import _ from 'lodash';\nexport const handler = async () => _;\n")],
                "critical",
                imports,
            ),
            (
                "in a file that the handler requires",
                &[("app.js", &inner), ("orders.js", "exports.f = () => require('lodash').get;\n")],
                "critical",
                imports,
            ),
            (
                "in a file that nothing requires",
                &[("app.js", &away), ("orders.js", "require('lodash');\n")],
                "medium",
                AWAY,
            ),
            (
                "through another package",
                &[("app.js", &through)],
                "critical",
                "`CreateOrder` imports `express`, which asks for it",
            ),
            ("data imports nothing", &[("app.js", &data)], "medium", AWAY),
            ("import() of a known name", &[("app.js", &known)], "critical", imports),
            ("import() of a computed name", &[("app.js", &computed)], "high", ""),
            ("a bundle", &[("app.js", &bundle)], "high", ""),
        ],
    );
}

#[test]
fn go() {
    let module = "module example.com/orders\n\ngo 1.22\n\nrequire (\n\
                  \tgithub.com/aws/aws-lambda-go v1.40.0\n\
                  \texample.org/flawed v1.2.3\n\
                  \texample.org/other v1.0.0 // indirect\n)\n";
    let main = |imports: &str, body: &str| {
        format!(
            "package main\n\nimport (\n\t\"github.com/aws/aws-lambda-go/lambda\"\n{imports})\n\n\
             func handle() error {{\n{body}\treturn nil\n}}\n\nfunc main() {{\n\tlambda.Start(handle)\n}}\n"
        )
    };
    let specific = json!({"imports": [{"path": "example.org/flawed/parse", "symbols": ["Read"]}]});
    let flawed = record("Go", "example.org/flawed", &specific);
    let whole = record("Go", "example.org/flawed", &json!({}));
    let other = record("Go", "example.org/other", &json!({}));
    let app = template("provided.al2023", "bootstrap");
    let always = [("go.mod", module)];
    let away = main("\t\"strings\"\n", "\t_ = strings.ToLower(\"A\")\n");
    let import = main("\t\"example.org/flawed/parse\"\n", "\t_ = parse.Name\n");
    let call = main("\tp \"example.org/flawed/parse\"\n", "\tp.Read()\n");
    let beside = main("\t\"example.org/flawed/write\"\n", "\twrite.All()\n");
    let inner = main("\t\"example.com/orders/internal/store\"\n", "\tstore.Save()\n");
    let store =
        "package store\n\nimport \"example.org/flawed/parse\"\n\nfunc Save() { _ = parse.Name }\n";
    let gone = main("\t\"example.com/orders/gone\"\n", "\tgone.Save()\n");
    let imports = "`CreateOrder` imports `example.org/flawed/parse`";
    check(
        &app,
        &flawed,
        &always,
        &[
            ("the flawed package", &[("main.go", &import)], "critical", imports),
            (
                "the flawed function",
                &[("main.go", &call)],
                "critical",
                "`CreateOrder` calls `example.org/flawed/parse.Read`, which has the flaw",
            ),
            (
                "by a package of the module",
                &[("main.go", &inner), ("internal/store/store.go", store)],
                "critical",
                imports,
            ),
            ("another package of the flawed module", &[("main.go", &beside)], "high", ""),
            ("no package of it", &[("main.go", &away)], "medium", AWAY),
            (
                "in a package that nothing imports",
                &[("main.go", &away), ("internal/store/store.go", store)],
                "medium",
                AWAY,
            ),
            ("a package of the module that is not there", &[("main.go", &gone)], "high", ""),
        ],
    );
    let any = "`CreateOrder` imports `example.org/flawed`";
    check(&app, &whole, &always, &[("any package", &[("main.go", &beside)], "critical", any)]);
    check(
        &app,
        &other,
        &always,
        &[
            ("the runtime's module asks for none", &[("main.go", &away)], "medium", AWAY),
            ("an imported module may ask for it", &[("main.go", &import)], "high", ""),
        ],
    );
}
