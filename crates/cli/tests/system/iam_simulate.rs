//! `faasguard iam simulate`.

use serde_json::Value;

use crate::folder::Folder;

const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::photos/*"},
  {"Sid": "NoRaw", "Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::photos/raw/*",
   "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": "lab"}}}]}"#;

const ROLE: &str = "arn:aws:iam::111122223333:role/app";

fn ask<'a>(action: &'a str, resource: &'a str) -> [&'a str; 8] {
    ["iam", "simulate", "--principal", ROLE, "--action", action, "--resource", resource]
}

#[test]
fn one_request_is_answered_in_words_with_the_statement() {
    let folder = Folder::new().file("policy.json", POLICY);
    let run = |words: &[&str], code| {
        let words = [words, &["--policy", "policy.json"]].concat();
        let run = folder.run(&words);
        run.exits(code);
        run
    };
    run(&ask("s3:GetObject", "arn:aws:s3:::photos/a"), 0).says("allowed").says("`Read`");
    run(&ask("s3:PutObject", "arn:aws:s3:::photos/a"), 1).says("not allowed");
    let raw = ask("s3:GetObject", "arn:aws:s3:::photos/raw/a");
    run(&raw, 1).says("denied").says("`NoRaw`").says("policy.json:3");
    let lab = [&raw[..], &["--context", "aws:principaltag/team=lab"]].concat();
    run(&lab, 0).says("allowed");
    run(&[&raw[..], &["--open-context"]].concat(), 3).says("unknown").says("PrincipalTag/team");
    let json = run(&[&raw[..], &["--format", "json"]].concat(), 1).json();
    assert_eq!(json["decision"], "explicit-deny");
    assert_eq!(json["because"][0]["sid"], "NoRaw");
    assert_eq!(json["because"][0]["place"]["line"], 3);
}

#[test]
fn usage_errors_exit_with_2() {
    let folder = Folder::new().file("broken.json", "{").file("list.json", "[1]");
    folder.run(&["iam", "simulate"]).exits(2);
    folder.run(&["iam", "simulate", "--cases", "missing.jsonl"]).exits(2).says("missing.jsonl");
    for file in ["broken.json", "missing.json"] {
        let words = [&ask("s3:GetObject", "*")[..], &["--policy", file]].concat();
        folder.run(&words).exits(2).says(file);
    }
}

#[test]
fn each_case_of_a_file_gets_one_line_in_order() {
    let policy = POLICY.replace('\n', " ");
    let case = |id: &str, resource: &str| {
        format!(
            r#"{{"id": {id}, "principal": "{ROLE}", "action": "s3:GetObject", "resource": "{resource}", "identity_policies": [{policy}]}}"#
        )
    };
    let lines = [
        case("1", "arn:aws:s3:::photos/a"),
        String::new(),
        "{\"id\": \"broken\", \"principal\": ".to_owned(),
        "{\"id\": \"no action\", \"principal\": \"*\"}".to_owned(),
        case("\"\\u001b[31m\"", "arn:aws:s3:::photos/raw/a"),
        case("[1]", "arn:aws:s3:::other/a"),
    ];
    let folder = Folder::new().file("cases.jsonl", lines.join("\n"));
    let run = folder.run(&["iam", "simulate", "--cases", "cases.jsonl"]);
    run.exits(3);
    let answers: Vec<Value> =
        run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let decisions: Vec<&str> =
        answers.iter().map(|answer| answer["decision"].as_str().unwrap_or("error")).collect();
    assert_eq!(decisions, ["allow", "error", "error", "explicit-deny", "implicit-deny"]);
    assert_eq!(answers[0]["id"], 1);
    assert_eq!(answers[1]["line"], 3);
    assert_eq!(answers[2]["id"], "no action");
    assert_eq!(answers[3]["id"], "\u{1b}[31m");
    assert!(!run.out.contains('\u{1b}'));
}

#[test]
fn a_line_that_is_too_long_is_told_and_the_next_is_read() {
    let long = format!("{{\"id\": 1, \"action\": \"{}\"}}\n", "a".repeat(17 << 20));
    let case = r#"{"id": 2, "principal": "*", "action": "s3:GetObject"}"#;
    let folder = Folder::new().file("cases.jsonl", long + case);
    let run = folder.run(&["iam", "simulate", "--cases", "cases.jsonl"]);
    run.exits(3).says("MiB");
    assert!(run.out.lines().nth(1).unwrap().contains("implicit-deny"), "{}", run.out);
}
