//! `faasguard trail detect`, and `rules test` with Sigma rules.

use crate::{
    folder::Folder,
    trails::{Record, delivered, detect, lines, secret_rules, summary},
};

const RULE: &str = "title: Root Used
id: 11111111-2222-4333-8444-555555555555
author: ana
level: high
tags: [attack.t1078]
logsource: {product: aws, service: cloudtrail}
detection:
  root:
    userIdentity.type: Root
  condition: root
";

/// An event of the account's root ARN, whatever its type: `Root`, `IAMUser`.
fn record(id: u32, name: &str, kind: &str) -> Record {
    let time = format!("2026-01-31T10:00:0{id}Z");
    Record::new(id, "secretsmanager", name, &time).by(kind, "arn:aws:iam::111122223333:root")
}

fn many() -> String {
    secret_rules("1m", "{gte: 3}", "")
}

fn folder() -> Folder {
    let records = [
        record(1, "GetSecretValue", "Root"),
        record(2, "GetSecretValue", "IAMUser"),
        record(3, "GetSecretValue", "IAMUser"),
        record(4, "ListSecrets", "IAMUser"),
    ];
    Folder::new()
        .file("trail/a.json", delivered(&records).to_string())
        .file("trail/again.json", records[0].to_string())
        .file("rules/root.yml", RULE)
        .file("rules/many.yml", many())
        .file("rules/odd.yml", "title: odd\nlogsource: {product: aws}\ndetection:\n  a:\n    x|contain: y\n  condition: a\n")
        .file("rules/windows.yml", "title: w\nlogsource: {product: windows}\ndetection: {a: {x: y}, condition: a}\n")
}

#[test]
fn matches_are_told_as_json_lines_with_their_author() {
    let folder = folder();
    let run = detect(&folder, &[]);
    run.exits(0);
    let lines = lines(&run.out);
    assert_eq!(lines.len(), 2, "{lines:?}");
    let incident = lines[0]["incident"].as_str().unwrap();
    assert!(incident.starts_with("inc-"), "{incident}");
    assert_eq!(lines[1]["incident"].as_str(), Some(incident), "one actor, one minute");
    assert_eq!(
        lines[0],
        serde_json::json!({
            "rule_id": "11111111-2222-4333-8444-555555555555", "rule": "Root Used", "level": "high",
            "event_id": "1", "time": "2026-01-31T10:00:01Z", "actor": "arn:aws:iam::111122223333:root",
            "account": "111122223333", "region": "eu-west-1", "event_name": "GetSecretValue",
            "function": null, "incident": incident, "author": "ana", "techniques": ["T1078"],
            "explanation": "userIdentity.type: Root",
        })
    );
    assert_eq!(lines[1]["rule"], "Many Secrets");
    assert_eq!(lines[1]["event_id"], "3");
    assert_eq!(lines[1]["events"].as_array().map(Vec::len), Some(3));
    let summary = summary(&run);
    assert_eq!((&summary["events"], &summary["matches"]), (&5.into(), &2.into()));
    assert_eq!(summary["skipped"], 0);
    run.says("rules/odd.yml:5: rule `odd` is not used: unknown modifier `contain`; did you mean `contains`?");
    run.says("1 rules are about logs that are not read here");
    run.says("1 events with matches delivered again, told once");
}

#[test]
fn matches_are_told_as_text_json_and_sarif() {
    let folder = folder();
    let detect = |words: &[&str]| {
        folder.run(
            &[&["trail", "detect", "trail", "--rules", "rules", "--no-builtin"], words].concat(),
        )
    };
    let text = detect(&[]);
    text.exits(0);
    text.says("2026-01-31T10:00:01Z high     Root Used: secretsmanager:GetSecretValue by arn:aws:iam::111122223333:root from 198.51.100.7 in eu-west-1; userIdentity.type: Root [1] (rule by ana)");
    text.says("3 rules, 5 events, 2 matches");
    let json = detect(&["--format", "json"]);
    assert_eq!(json.json()["matches"].as_array().map(Vec::len), Some(2));
    let sarif = detect(&["--format", "sarif"]);
    let results = &sarif.json()["runs"][0]["results"];
    assert_eq!(results[0]["level"], "error");
    assert_eq!(
        sarif.json()["runs"][0]["tool"]["driver"]["rules"].as_array().map(Vec::len),
        Some(2)
    );
    detect(&["--fail-on", "high", "--quiet"]).exits(1);
    detect(&["--fail-on", "critical"]).exits(0);
    detect(&["--strict"]).exits(3);
    detect(&["--since", "2026-02-01"]).exits(0).says("5 events outside of the time asked for");
    folder.run(&["trail", "detect", "trail", "--no-builtin"]).exits(2).says("--rules");
}

#[test]
fn sigma_rules_are_tested_on_the_events_beside_them() {
    let folder = Folder::new()
        .file("rules/root.yml", RULE)
        .file(
            "rules/root.events.yml",
            format!(
                "- {{name: root, expect: true, event: {}}}\n- {{name: user, expect: false, event: {}}}\n",
                record(1, "ListSecrets", "Root"),
                record(1, "ListSecrets", "IAMUser")
            ),
        )
        .file("rules/many.yml", many())
        .file(
            "rules/many.events.jsonl",
            format!("{{\"name\":\"three\",\"expect\":true,\"repeat\":3,\"event\":{}}}\n", record(1, "GetSecretValue", "Root")),
        );
    folder.run(&["rules", "test", "rules"]).exits(0).says("2 files, 3 rules, 3 examples: all hold");
    let folder = folder.file(
        "rules/root.events.yml",
        format!("- name: root\n  expect: false\n  event: {}\n", record(1, "ListSecrets", "Root")),
    );
    let run = folder.run(&["rules", "test", "rules"]);
    run.exits(1).says("rules/root.events.yml:1: rule `Root Used` matches case `root`");
}

/// A call with the credentials of the function `orders`.
fn call(second: u32, agent: &str, from: &str, service: &str, name: &str) -> String {
    serde_json::json!({
        "eventID": format!("c{second}"), "eventTime": format!("2026-01-31T10:00:{second:02}Z"),
        "eventSource": format!("{service}.amazonaws.com"), "eventName": name, "userAgent": agent,
        "sourceIPAddress": from, "awsRegion": "eu-west-1", "recipientAccountId": "111122223333",
        "userIdentity": {"type": "AssumedRole", "accessKeyId": "ASIAEXAMPLE", "accountId": "111122223333",
            "arn": "arn:aws:sts::111122223333:assumed-role/orders-role/orders",
            "sessionContext": {"sessionIssuer": {"type": "Role", "arn": "arn:aws:iam::111122223333:role/orders-role"}}}
    })
    .to_string()
}

#[test]
fn what_comes_with_the_program_tells_of_stolen_credentials_and_keeps_what_it_learned() {
    let own = "Boto3/1.40 exec-env/AWS_Lambda_python3.13";
    let folder = Folder::new()
        .file("one/a.json", call(1, own, "3.248.1.9", "dynamodb", "PutItem"))
        .file("two/b.json", call(9, "aws-cli/2.31", "203.0.113.50", "sts", "GetCallerIdentity"));
    let detect = |path: &str| {
        folder.run(&["trail", "detect", path, "--baseline", "normal.json", "--format", "json"])
    };
    let first = detect("one").exits(0).json();
    assert_eq!(first["matches"].as_array().map(Vec::len), Some(0), "{first}");
    let second = detect("two").exits(0).json();
    let told = &second["matches"][0];
    assert_eq!(told["rule"], "Credentials of a Lambda function used outside of it", "{second}");
    assert_eq!((&told["level"], &told["function"]), (&"critical".into(), &"orders".into()));
    assert_eq!(second["incidents"][0]["id"], told["incident"]);
    folder.run(&["trail", "detect", "two", "--baseline", "one/a.json"]).exits(2).says("baseline");
}
