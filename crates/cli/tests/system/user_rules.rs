//! Rules of users in CEL: tried on fixtures, asked of SAM and Terraform, in the forms of output, accepted, broken.

use std::{collections::BTreeSet, path::Path};

use serde_json::Value;

use crate::folder::Folder;

fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
    path.canonicalize().unwrap().to_string_lossy().into_owned()
}

const RULE: &str = "id: ACME-1
title: A function has no owner
severity: high
cwe: [1059]
docs: https://example.com/acme-1
for: function
when: fn.tags.owner == null
message: \"`${fn.name}` has no owner\"
";

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  CreateOrder:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: app.handler, InlineCode: pass}
";

fn folder() -> Folder {
    Folder::new().file("rules/owner.yaml", RULE).file("app/template.yaml", TEMPLATE)
}

#[test]
fn the_rules_of_the_examples_hold_on_their_fixtures() {
    let run = Folder::new().run(&["rules", "test", &example("rules")]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("8 rules"), "{}", run.out);
    assert!(run.out.contains("all hold"), "{}", run.out);
}

#[test]
fn one_rule_finds_the_same_in_sam_and_in_terraform() {
    let found = |name: &str| -> BTreeSet<(String, String)> {
        let rules = ["--rules", &example("rules"), "--fail-on", "never", "--format", "json"];
        let run = Folder::new().run(&[&["scan", example(name).as_str()], &rules[..]].concat());
        let json = run.json();
        let findings = json["findings"].as_array().unwrap().clone();
        let own = findings.iter().filter(|it| it["rule"].as_str().unwrap().starts_with("ACME-"));
        own.filter(|it| it["rule"] != "ACME-2")
            .map(|it| {
                let function = it["function"].as_str().unwrap_or_default();
                let bare = function.rsplit('.').next().unwrap().replace('_', "").to_lowercase();
                let route = it["property"].as_str().filter(|_| it["rule"] == "ACME-5");
                (
                    it["rule"].as_str().unwrap().to_owned(),
                    format!("{bare} {}", route.unwrap_or_default()),
                )
            })
            .collect()
    };
    let (sam, terraform) = (found("orders"), found("orders-terraform"));
    assert_eq!(sam, terraform);
    let rules: BTreeSet<&str> = sam.iter().map(|(rule, _)| rule.as_str()).collect();
    assert_eq!(
        rules.into_iter().collect::<Vec<_>>(),
        ["ACME-1", "ACME-3", "ACME-4", "ACME-5", "ACME-6"]
    );
}

#[test]
fn findings_of_users_are_findings() {
    let folder = folder();
    let run =
        folder.run(&["scan", "app", "--rules", "rules", "--rule", "ACME-1", "--format", "json"]);
    assert_eq!(run.code, 1, "{}", run.err);
    let json = run.json();
    let finding = &json["findings"][0];
    assert_eq!(json["findings"].as_array().unwrap().len(), 1);
    for (key, value) in [
        ("rule", "ACME-1"),
        ("name", "a-function-has-no-owner"),
        ("risk", "SAS-3"),
        ("severity", "high"),
        ("function", "CreateOrder"),
        ("message", "`CreateOrder` has no owner"),
    ] {
        assert_eq!(finding[key], value, "{key}");
    }
    assert_eq!(finding["fingerprint"].as_str().unwrap().len(), 16);
    assert_eq!(finding["place"]["line"], 3);
    for format in
        ["terminal", "sarif", "html", "markdown", "junit", "gitlab-codequality", "github", "ocsf"]
    {
        let run = folder
            .run(&["scan", "app", "--rules", "rules", "--rule", "ACME-1", "--format", format]);
        assert!(run.out.contains("ACME-1"), "{format}: {}", run.out);
        assert!(!run.out.contains("unknown-rule"), "{format}: {}", run.out);
    }
    let sarif =
        folder.run(&["scan", "app", "--rules", "rules", "--rule", "ACME-1", "--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&sarif.out).unwrap();
    let rule = &sarif["runs"][0]["tool"]["driver"]["rules"][0];
    assert_eq!(rule["id"], "ACME-1");
    assert_eq!(rule["helpUri"], "https://example.com/acme-1");
    assert_eq!(rule["shortDescription"]["text"], "A function has no owner");
}

#[test]
fn findings_of_users_are_accepted_and_set_as_ours() {
    let open = |folder: &Folder, more: &[&str]| {
        let all =
            [&["scan", "app", "--rules", "rules", "--rule", "ACME-1", "--format", "json"], more];
        let json = folder.run(&all.concat()).json();
        let open = |it: &&Value| it["suppressed"].is_null();
        let findings = json["findings"].as_array().unwrap().clone();
        let unused = json["unused_suppressions"].as_array().unwrap().len();
        let open: Vec<_> = findings.iter().filter(open).map(|it| it["severity"].clone()).collect();
        (open, unused)
    };
    let folder = folder();
    assert_eq!(open(&folder, &[]).0, ["high"]);
    let marked = TEMPLATE.replace(
        "  CreateOrder:",
        "  # faasguard: ignore ACME-1 -- an owner comes soon\n  CreateOrder:",
    );
    folder.write("app/template.yaml", &marked);
    assert_eq!(open(&folder, &[]), (vec![], 0));
    folder
        .write("app/template.yaml", TEMPLATE.replace("InlineCode", "Tags: {owner: a}, InlineCode"));
    folder.write(
        "app/faasguard.toml",
        "own-rules = [\"../rules\"]\n[rules.ACME-1]\nseverity = \"low\"\n",
    );
    assert_eq!(open(&folder, &[]).0, [""; 0]);
    folder.write("app/template.yaml", TEMPLATE);
    assert_eq!(open(&folder, &[]).0, ["low"]);
    let settings =
        "own-rules = [\"../rules\"]\n[[suppress]]\nrule = \"ACME-1\"\nreason = \"known\"\n";
    folder.write("app/faasguard.toml", settings);
    assert_eq!(open(&folder, &[]), (vec![], 0));
    // Those of the settings are asked without the flag, too.
    let run = folder.run(&["scan", "app", "--format", "json", "--fail-on", "never"]);
    assert!(run.out.contains("ACME-1"), "{}", run.out);
    folder.write(
        "app/faasguard.toml",
        "own-rules = [\"../rules\"]\n[rules.ACME-1]\nenabled = false\n",
    );
    let run = folder.run(&["scan", "app", "--format", "json", "--fail-on", "never"]);
    assert!(!run.out.contains("ACME-1"), "{}", run.out);
}

#[test]
fn a_broken_rule_ends_the_run_before_it_begins() {
    let folder = folder().file(
        "rules/broken.yaml",
        RULE.replace("tags.owner", "tag.owner").replace("ACME-1", "ACME-2"),
    );
    let run = folder.run(&["scan", "app", "--rules", "rules"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains(
            "rules/broken.yaml:7:9: a record `function` has no field `tag`; did you mean `tags`?"
        ),
        "{}",
        run.err
    );
    let run = folder.run(&["scan", "app", "--rules", "app"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("there is no rule in `app`"), "{}", run.err);
}

#[test]
fn what_a_rule_cannot_tell_is_counted_and_what_fails_is_told() {
    let rule = RULE.replace("fn.tags.owner == null", "fn.runtime == 'python3.8'");
    let folder = Folder::new()
        .file("rules/runtime.yaml", rule)
        .file(
            "rules/odd.yaml",
            RULE.replace("ACME-1", "ACME-2")
                .replace("fn.tags.owner == null", "fn.kms_key.startsWith('arn')"),
        )
        .file(
            "app/template.yaml",
            TEMPLATE
                .replace("python3.13", "!Ref Runtime")
                .replace("Resources:", "Parameters: {Runtime: {Type: String}}\nResources:"),
        );
    let run =
        folder.run(&["scan", "app", "--rules", "rules", "--rule", "ACME-1", "--format", "json"]);
    let json = run.json();
    assert_eq!(json["summary"]["undetermined"], 1);
    let note = json["diagnostics"][0]["message"].as_str().unwrap();
    assert!(
        note.contains("rule `ACME-1` cannot tell of `CreateOrder`: it hangs on `${Runtime}`"),
        "{note}"
    );
    assert_eq!(run.code, 0);
    let run = folder.run(&[
        "scan",
        "app",
        "--rules",
        "rules",
        "--rule",
        "ACME-1",
        "--parameter",
        "Runtime=python3.8",
    ]);
    assert_eq!(run.code, 1, "{}", run.out);
    let run = folder.run(&[
        "scan", "app", "--rules", "rules", "--rule", "ACME-2", "--strict", "--format", "json",
    ]);
    assert_eq!(run.code, 3, "{}", run.out);
    let told = run.json()["diagnostics"].to_string();
    assert!(
        told.contains("rules/odd.yaml") && told.contains("cannot be asked of `CreateOrder`"),
        "{told}"
    );
}

#[test]
fn rules_are_listed_explained_and_their_faults_are_told_by_the_test() {
    let folder = folder()
        .file(
            "rules/owner/vulnerable.yaml",
            TEMPLATE.replace("CreateOrder:", "CreateOrder: # expect: ACME-1"),
        )
        .file(
            "rules/owner/fixed.yaml",
            TEMPLATE.replace("InlineCode", "Tags: {owner: a}, InlineCode"),
        );
    let run = folder.run(&["rules", "test", "rules"]);
    assert_eq!((run.code, run.out.as_str()), (0, "1 file, 1 rule, 2 examples: all hold\n"));
    folder.write("rules/owner/fixed.yaml", TEMPLATE);
    folder.write(
        "rules/owner/vulnerable.yaml",
        TEMPLATE.replace("Runtime: python3.13", "Runtime: python3.13 # expect: ACME-1\n      "),
    );
    let run = folder.run(&["rules", "test", "rules"]);
    assert_eq!(run.code, 1);
    assert!(
        run.out.contains(
            "fixed.yaml: `ACME-1` finds something in it: line 3: `CreateOrder` has no owner"
        ),
        "{}",
        run.out
    );
    assert!(run.out.contains("1 file, 1 rule, 2 examples:"), "{}", run.out);
    let list = folder.run(&["rules", "--rules", "rules", "--format", "json"]);
    assert!(list.out.contains("\"ACME-1\""));
    let explained = folder.run(&["explain", "ACME-1", "--rules", "rules"]);
    assert!(explained.out.contains("# faasguard: allow ACME-1 -- reason"), "{}", explained.out);
    assert!(explained.out.contains("https://example.com/acme-1"), "{}", explained.out);
    let model = folder.run(&["rules", "model", "app"]).json();
    assert_eq!(model["schema"], "faasguard-model/1");
    assert_eq!(model["application"]["functions"][0]["name"], "CreateOrder");
}

#[test]
fn the_schemas_take_rules_of_users() {
    let folder = folder();
    let scan = include_str!("../../../../docs/schemas/faasguard-scan-1.schema.json");
    let list = include_str!("../../../../docs/schemas/faasguard-rules-1.schema.json");
    for (schema, arguments) in [
        (scan, &["scan", "app", "--rules", "rules", "--format", "json"][..]),
        (list, &["rules", "--rules", "rules", "--format", "json"][..]),
    ] {
        let schema: Value = serde_json::from_str(schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let run = folder.run(arguments);
        assert!(run.out.contains("\"ACME-1\""), "{}", run.out);
        let faults: Vec<String> =
            validator.iter_errors(&run.json()).map(|it| it.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}");
    }
}
