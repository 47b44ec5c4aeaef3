//! `faasguard iam lint`.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{folder::Folder, iam_paths::TRAPS};

const SLIPS: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["s3:ListBucket", "s3:GetObjects"],
      "Resource": "arn:aws:s3:::photos/*"
    }
  ]
}
"#;

const CLEAN: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}]}"#;

#[test]
fn faults_are_told_with_their_place() {
    let folder = Folder::new().file("role.json", SLIPS).file("clean.json", CLEAN);
    folder.run(&["iam", "lint", "clean.json"]).exits(0).says("1 policies: 0 errors");
    let run = folder.run(&["iam", "lint", "role.json"]);
    run.exits(1)
        .says("role.json:6:18: error")
        .says("[action-never-applies]")
        .says("role.json:6:35: error")
        .says("did you mean `s3:GetObject`? [unknown-action]");
    folder.run(&["iam", "lint", "role.json", "--fail-on", "never"]).exits(0);
    let json = folder.run(&["iam", "lint", "role.json", "--format", "json"]).json();
    let faults = json["policies"][0]["faults"].as_array().unwrap().clone();
    let places: Vec<(u64, u64)> = faults
        .iter()
        .map(|fault| (fault["line"].as_u64().unwrap(), fault["column"].as_u64().unwrap()))
        .collect();
    assert!(places.contains(&(6, 35)) && places.is_sorted(), "{places:?}");
    let sarif = folder.run(&["iam", "lint", "role.json", "--format", "sarif"]).json();
    let region = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startLine"], 6);
}

#[test]
fn levels_are_chosen() {
    let wide = CLEAN.replace("s3:GetObject", "s3:*");
    let folder = Folder::new().file("wide.json", wide);
    folder.run(&["iam", "lint", "wide.json"]).exits(0).says("note: ");
    folder.run(&["iam", "lint", "wide.json", "--fail-on", "note"]).exits(1);
    folder.run(&["iam", "lint", "wide.json", "--level", "warning"]).exits(0).says_not("note: ");
    folder.run(&["iam", "lint", "wide.json", "--kind", "resource"]).exits(1).says("[no-principal]");
    folder.run(&["iam", "lint", "wide.json", "--kind", "queue"]).exits(2);
}

#[test]
fn templates_and_folders_are_looked_into() {
    let template = "Resources:
  Worker:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
      Policies:
        - PolicyName: read
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: s3:GetObjects
                Resource: '*'
  Open:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [q]
      PolicyDocument:
        Statement: [{Effect: Allow, Principal: '*', Action: 'sqs:SendMessage', Resource: '*'}]
";
    let folder = Folder::new()
        .file("template.yaml", template)
        .file("policies/role.json", SLIPS)
        .file(
            "policies/list.json",
            format!(r#"{{"a": {CLEAN}, "b": {{"PolicyDocument": {SLIPS}}}}}"#),
        )
        .file("package.json", r#"{"name": "app"}"#)
        .file("node_modules/x/role.json", SLIPS);
    let run = folder.run(&["iam", "lint", "template.yaml"]);
    run.exits(1).says("template.yaml:12:").says("(Worker/read)").says("(Open)").says("[public]");
    let run = folder.run(&["iam", "lint", ".", "--format", "json"]);
    let json = run.exits(1).json();
    let names: Vec<(&str, Option<&str>)> = json["policies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|policy| (policy["path"].as_str().unwrap(), policy["name"].as_str()))
        .collect();
    for name in
        [Some("a"), Some("b"), Some("Worker/read"), Some("Worker/trust"), Some("Open"), None]
    {
        assert!(names.iter().any(|(_, known)| *known == name), "{name:?}: {names:?}");
    }
    assert!(!names.iter().any(|(path, _)| path.contains("node_modules")), "{names:?}");
}

#[test]
fn bad_input_is_an_error_or_told_as_not_read() {
    let twice = CLEAN.replacen('{', r#"{"Version": "2012-10-17", "#, 1);
    let folder = Folder::new()
        .file("slip.json", CLEAN.replace("]}", "]"))
        .file("twice.json", twice)
        .file("future.json", CLEAN.replace("2012-10-17", "2031-01-01"))
        .file("other.json", r#"{"name": "app"}"#)
        .file("broken.json", "{\"name\": ")
        .file("other.yaml", "name: app\n")
        .file("bytes.json", [0xff, 0xfe, 0x00]);
    for (file, code, words) in [
        ("slip.json", 1, "[not-json]"),
        ("twice.json", 1, "[duplicate-key]"),
        ("future.json", 1, "[unknown-version]"),
        ("other.json", 3, "other.json: there is no policy and no template in it"),
        ("broken.json", 3, "broken.json"),
        ("other.yaml", 3, "other.yaml"),
        ("bytes.json", 3, "bytes.json"),
        ("missing.json", 3, "missing.json"),
    ] {
        let run = folder.run(&["iam", "lint", file]);
        assert!(run.code == code && run.all().contains(words), "{file}: {run:?}");
    }
    folder.run(&["iam", "lint", "future.json", "other.json"]).exits(1).says("other.json");
    Folder::new().run(&["iam", "lint"]).exits(0).says("no policy was found");
}

#[test]
fn a_template_that_is_named_below_another_folder_counts_as_read() {
    let folder = Folder::new().file("shop/template.yaml", crate::folder::ORDERS);
    let folder = folder.file("shop/other.yaml", "name: app\n");
    folder.run(&["iam", "lint", "shop/template.yaml"]).exits(0).says_not("no template in it");
    let other = folder.run(&["iam", "lint", "shop/template.yaml", "shop/other.yaml"]);
    other.exits(3).says("shop/other.yaml").says_not("shop/template.yaml: there is no");
}

#[test]
fn hostile_sizes_are_bounded() {
    let wildcards = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "s3:{}", "Resource": "{}"}}]}}"#,
        "*a?".repeat(160_000),
        "arn:aws:s3:::*?".repeat(35_000),
    );
    let statements: Vec<String> = (0..50_000)
        .map(|at| {
            format!(r#"{{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b{at}/*"}}"#)
        })
        .collect();
    let statements =
        format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, statements.join(","));
    let deep = format!(r#"{{"Statement": {}1{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let folder = Folder::new()
        .file("wildcards.json", wildcards)
        .file("statements.json", statements)
        .file("deep.json", format!("{deep} \"Effect\""));
    for (file, code) in
        [("wildcards.json", "too-large"), ("statements.json", "more-statements"), ("deep.json", "")]
    {
        let start = Instant::now();
        let run = folder.run(&["iam", "lint", file]);
        run.exits(1).says(code);
        assert!(start.elapsed() < Duration::from_secs(40), "{file}: {:?}", start.elapsed());
        assert!(run.out.len() < 300_000, "{file} says {} bytes", run.out.len());
    }
}

#[test]
fn traps_are_told() {
    for (statements, ways, _) in TRAPS {
        let policy = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        let folder = Folder::new().file("policy.json", policy);
        let run =
            folder.run(&["iam", "lint", "policy.json", "--format", "json", "--fail-on", "note"]);
        let faults = run.exits(1).json()["policies"][0]["faults"].clone();
        let told = |codes: &[&str]| -> Vec<Value> {
            let all = faults.as_array().unwrap().iter();
            all.filter(|fault| codes.contains(&fault["code"].as_str().unwrap())).cloned().collect()
        };
        let up = told(&["escalation", "administrator", "not-action"]);
        assert_eq!(up.is_empty(), ways.is_empty(), "{statements}: {faults}");
        // A way up that hangs on a condition is told more softly.
        let is_soft = statements.contains("MultiFactor");
        assert!(
            up.iter().all(|fault| (fault["level"] == "note") == is_soft),
            "{statements}: {faults}"
        );
    }
}
